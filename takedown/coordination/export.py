"""The published nodes and edges of the coordination network: tables, GraphML and GEXF, with digests instead of ids."""

import errno
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import igraph
import numpy as np

from takedown.coordination.graph_measures import AnalysedNetwork
from takedown.core.tables import FORBIDDEN_IN_XML
from takedown.core.working_folder import whole_file

NODE_COLUMNS = (
    *("account", "subject", "archive_id", "component", "community"),
    *("degree", "days", "centrality", "provenance"),
)
EDGE_COLUMNS = (
    *("account_a", "account_b", "subject", "grade", "shared_schedule", "sensitivity", "days"),
    *("traces", "trace_count", "first_joint", "last_joint", "provenance"),
)
#: Columns of an edge that are no ends, and are attributes in both forms of the network; days are its weight.
EDGE_ATTRIBUTES = (
    "subject",
    "grade",
    "sensitivity",
    "traces",
    "trace_count",
    "first_joint",
    "last_joint",
    "provenance",
)


def node_rows(analysed: AnalysedNetwork) -> Iterable[tuple]:
    """Return the rows (`NODE_COLUMNS`) of the accounts with an edge, by digest.

    The digest of an account is the letter a and the first 15 hexadecimal digits of the SHA-256 of archive, blank and id.
    `degree` is the number of its edges and `days` the sum of their days.
    """
    network, joined = analysed.network, analysed.network.joined
    digest = network.accounts["digest"][joined].astype(str)
    order = np.argsort(digest)
    graph = network.graph
    columns = (
        digest,
        np.full(len(joined), analysed.subject),
        network.accounts["archive_id"][joined].astype(str),
        analysed.component[joined],
        analysed.community[joined],
        np.array(graph.degree(), int),
        np.array(graph.strength(weights="weight")).astype(int),
        analysed.centrality[joined],
        network.accounts["provenance"][joined].astype(str),
    )
    return zip(*(column[order].tolist() for column in columns), strict=True)


def edge_rows(analysed: AnalysedNetwork) -> Iterable[tuple]:
    """Return the rows (`EDGE_COLUMNS`) of the edges and of pairs that share a schedule, which have neither grade nor sensitivity.

    Accounts have digests; `account_a` is the smaller one.
    """
    network = analysed.network
    return sorted(
        [*_pair_rows(analysed, network.edges, False), *_pair_rows(analysed, network.schedules, True)]
    )


def _pair_rows(
    analysed: AnalysedNetwork, pairs: Mapping[str, np.ndarray], shared_schedule: bool
) -> Iterator[tuple]:
    digest = analysed.network.accounts["digest"].astype(str)
    ends = np.sort([digest[pairs["number_a"]], digest[pairs["number_b"]]], axis=0).tolist()
    names = ("grade", "sensitivity", "days", "traces", "trace_count", "first_joint", "last_joint")
    told = (pairs[name].tolist() for name in names)
    for one, other, grade, *rest in zip(*ends, *told, strict=True):
        yield one, other, analysed.subject, grade, shared_schedule, *rest, analysed.provenance


def write_graphml(nodes: Mapping[str, np.ndarray], edges: Mapping[str, np.ndarray], path: str | Path) -> None:
    """Write a network as GraphML; equal tables give equal bytes.

    `nodes` and `edges` are columns of the published tables. In Gephi's terms, `account` becomes the label of a vertex and
    `days` the weight of an edge; first_joint and last_joint are ISO dates. Characters that XML forbids are replaced. Raises OSError if the file cannot be written.
    """
    places = {account: place for place, account in enumerate(nodes["account"].tolist())}
    ends = [[places[account] for account in edges[name].tolist()] for name in ("account_a", "account_b")]
    graph = igraph.Graph(len(places), list(zip(*ends, strict=True)))
    for name, column in nodes.items():
        graph.vs["label" if name == "account" else name] = _xml(column)
    for name in (*EDGE_ATTRIBUTES, "days"):
        graph.es["weight" if name == "days" else name] = _xml(edges[name])
    with whole_file(path) as whole:
        reason = "the end of the file is missing"
        try:
            graph.write_graphml(str(whole))
        except igraph.InternalError as error:
            reason = str(error)
        # igraph does not give the reason, and does not notice that the last part of a file was not written.
        if not whole.is_file() or not whole.read_bytes().rstrip().endswith(b"</graphml>"):
            full = not shutil.disk_usage(whole.parent).free
            raise OSError(errno.ENOSPC if full else errno.EIO, reason)


def write_gexf(nodes: Mapping[str, np.ndarray], edges: Mapping[str, np.ndarray], path: str | Path) -> None:
    """Write a network as dynamic GEXF 1.2, for the timeline of Gephi; equal tables give equal bytes.

    `nodes` and `edges` are as in `write_graphml`. An edge exists from the start of its first joint day to the end of its last one.
    """
    root = ElementTree.Element("gexf", xmlns="http://www.gexf.net/1.2draft", version="1.2")
    graph = ElementTree.SubElement(
        root, "graph", mode="dynamic", defaultedgetype="undirected", timeformat="dateTime"
    )
    names = [name for name in nodes if name != "account"]
    _declare(graph, "node", names, nodes)
    _declare(graph, "edge", EDGE_ATTRIBUTES, edges)
    listed = ElementTree.SubElement(graph, "nodes")
    for account, *values in zip(*(_xml(nodes[name]) for name in ("account", *names)), strict=True):
        _describe(ElementTree.SubElement(listed, "node", id=account, label=account), names, values)
    listed = ElementTree.SubElement(graph, "edges")
    ends = ("account_a", "account_b", "days", "first_joint", "last_joint")
    columns = (_xml(edges[name]) for name in (*ends, *EDGE_ATTRIBUTES))
    for place, (one, other, days, first, last, *values) in enumerate(zip(*columns, strict=True)):
        edge = ElementTree.SubElement(
            listed, "edge", id=str(place), source=one, target=other, weight=str(days)
        )
        _describe(edge, EDGE_ATTRIBUTES, values)
        if first:
            spells = ElementTree.SubElement(edge, "spells")
            ElementTree.SubElement(spells, "spell", start=f"{first}T00:00:00", end=f"{last}T23:59:59")
    ElementTree.indent(root)
    with whole_file(path) as whole:
        ElementTree.ElementTree(root).write(whole, encoding="UTF-8", xml_declaration=True)


def _declare(
    graph: ElementTree.Element, kind: str, names: Sequence[str], columns: Mapping[str, np.ndarray]
) -> None:
    """Declare the attributes of nodes or edges with their types."""
    declared = ElementTree.SubElement(graph, "attributes", {"class": kind, "mode": "static"})
    for name in names:
        types = {"i": "integer", "f": "double"}
        ElementTree.SubElement(
            declared, "attribute", id=name, title=name, type=types.get(columns[name].dtype.kind, "string")
        )


def _describe(element: ElementTree.Element, names: Iterable[str], values: Iterable) -> None:
    """Give a node or an edge its attributes."""
    described = ElementTree.SubElement(element, "attvalues")
    for name, value in zip(names, values, strict=True):
        ElementTree.SubElement(described, "attvalue", {"for": name, "value": str(value)})


def _xml(column: np.ndarray) -> list:
    """Return the values of a column, text without characters that no XML file may hold."""
    return [
        FORBIDDEN_IN_XML.sub("\ufffd", value) if isinstance(value, str) else value
        for value in column.tolist()
    ]
