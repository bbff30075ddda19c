"""Tables and files of the network: digests in place of ids, equal bytes, the time of each edge, and any name is sound."""

import io
from dataclasses import replace
from xml.etree import ElementTree

import duckdb
import igraph
import networkx
import numpy as np

from takedown.coordination import export
from takedown.coordination import graph_measures as graphs
from takedown.core.database import read_sql
from takedown.core.tables import write_csv
from tests.coordination.test_graph_measures import ANALYSED, EDGES, LONE, network

TIMES = ("first_joint", "last_joint")


def test_nodes_and_edges_are_named_by_digests_in_their_order():
    nodes, edges = list(export.node_rows(ANALYSED)), list(export.edge_rows(ANALYSED))
    digest = network().accounts["digest"]
    assert [row[0] for row in nodes] == sorted(digest[:15])
    first = dict(zip(export.NODE_COLUMNS, nodes[sorted(digest[:15]).index(digest[0])], strict=True))
    assert (first["degree"], first["community"], first["days"]) == (6, 1, 18)
    assert {frozenset(row[:2]) for row in edges} == {
        frozenset(digest[list(edge)]) for edge in (*EDGES, (17, 18))
    }
    aside = [dict(zip(export.EDGE_COLUMNS, row, strict=True)) for row in edges if row[4]]
    assert [(row["grade"], row["sensitivity"]) for row in aside] == [(None, None)]
    assert [row[:2] for row in edges] == sorted(tuple(sorted(row[:2])) for row in edges)


def written(tmp_path, found: graphs.AnalysedNetwork) -> tuple[dict, dict]:
    """Return the published nodes and edges as the scripts read them."""
    tables = {
        "nodes": (export.NODE_COLUMNS, export.node_rows),
        "edges": (export.EDGE_COLUMNS, export.edge_rows),
    }
    for name, (header, rows_of) in tables.items():
        write_csv(tmp_path / f"{name}.csv", header, rows_of(found))
    return tuple(
        duckdb.execute(
            read_sql(f"coordination/coordination_{name}.sql"), {"table": str(tmp_path / f"{name}.csv")}
        ).fetchnumpy()
        for name in tables
    )


def test_graphml_reads_back_and_has_the_same_bytes_again(tmp_path):
    nodes, edges = written(tmp_path, ANALYSED)
    paths = [tmp_path / "one.graphml", tmp_path / "two.graphml"]
    for path in paths:
        export.write_graphml(nodes, edges, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    graph = igraph.Graph.Read_GraphML(str(paths[0]))
    assert {frozenset(graph.vs[edge.tuple]["label"]) for edge in graph.es} == {
        frozenset(row[:2]) for row in export.edge_rows(ANALYSED) if not row[4]
    }
    assert graph.vs["degree"] == graph.degree()
    assert graph.es["weight"] == [row[6] for row in export.edge_rows(ANALYSED) if not row[4]]


def read_gexf(path):
    """Return the network of a GEXF file; networkx knows the times of the format as dates alone."""
    text = path.read_text(encoding="utf-8")
    assert 'timeformat="dateTime"' in text
    return networkx.read_gexf(io.BytesIO(text.replace('"dateTime"', '"date"').encode()))


def test_gexf_and_graphml_have_the_same_edges_with_the_time_of_each(tmp_path):
    nodes, edges = written(tmp_path, ANALYSED)
    for name in ("one", "two"):
        export.write_gexf(nodes, edges, tmp_path / f"{name}.gexf")
    assert (tmp_path / "one.gexf").read_bytes() == (tmp_path / "two.gexf").read_bytes()
    export.write_graphml(nodes, edges, tmp_path / "network.graphml")
    timed = read_gexf(tmp_path / "one.gexf")
    assert timed.graph["mode"] == "dynamic"
    assert set(timed.nodes) == {row[0] for row in export.node_rows(ANALYSED)}
    names = networkx.get_node_attributes(networkx.read_graphml(tmp_path / "network.graphml"), "label")
    other = networkx.read_graphml(tmp_path / "network.graphml").edges(data=True)
    expected = {(names[one], names[two]): of for one, two, of in other}
    assert len(expected) == timed.number_of_edges() == len(EDGES)
    for (one, two), of in expected.items():
        edge = timed.edges[one, two]
        assert all(edge[name] == of[name] for name in (*export.EDGE_ATTRIBUTES, "weight"))
        assert edge["spells"] == [(f"{of['first_joint']}T00:00:00", f"{of['last_joint']}T23:59:59")]
    assert {of["first_joint"] for of in expected.values()} >= {"2019-06-01", "2019-06-07"}


def test_an_edge_without_a_time_exists_always(tmp_path):
    unknown = np.full(len(EDGES), np.datetime64("NaT"))
    found = replace(ANALYSED.network, edges=ANALYSED.network.edges | dict.fromkeys(TIMES, unknown))
    nodes, edges = written(tmp_path, replace(ANALYSED, network=found))
    export.write_gexf(nodes, edges, tmp_path / "network.gexf")
    assert "spell" not in (tmp_path / "network.gexf").read_text()


def test_an_empty_network_is_exported(tmp_path):
    nodes, edges = written(tmp_path, LONE)
    export.write_graphml(nodes, edges, tmp_path / "network.graphml")
    export.write_gexf(nodes, edges, tmp_path / "network.gexf")
    assert igraph.Graph.Read_GraphML(str(tmp_path / "network.graphml")).vcount() == 0
    assert len(read_gexf(tmp_path / "network.gexf")) == 0


def test_the_files_of_the_network_are_sound_whatever_the_names(tmp_path):
    hostile = "<node id='x'>&amp;]]>\x01\x1b\ufffe\u202e$a$"
    nodes = {"account": np.array(["a1", "a2"]), "subject": np.array([hostile, hostile])}
    edges = {"account_a": np.array(["a1"]), "account_b": np.array(["a2"]), "days": np.array([3])}
    edges |= dict.fromkeys(export.EDGE_ATTRIBUTES, np.array([hostile])) | {"sensitivity": np.array([2.5])}
    export.write_graphml(nodes, edges, tmp_path / "network.graphml")
    ElementTree.parse(tmp_path / "network.graphml")
    read = igraph.Graph.Read_GraphML(str(tmp_path / "network.graphml"))
    assert read.vs["subject"][0].startswith("<node id='x'>&amp;]]>\ufffd")
    export.write_gexf(nodes, edges, tmp_path / "network.gexf")
    assert read_gexf(tmp_path / "network.gexf").nodes["a1"]["subject"] == read.vs["subject"][0]
