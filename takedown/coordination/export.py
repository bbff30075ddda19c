"""The published nodes and edges of the coordination network: tables, and GraphML for Gephi, with digests instead of ids."""

import errno
import shutil
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

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
    *("traces", "trace_count", "provenance"),
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
    told = (pairs[name].tolist() for name in ("grade", "sensitivity", "days", "traces", "trace_count"))
    for one, other, grade, *rest in zip(*ends, *told, strict=True):
        yield one, other, analysed.subject, grade, shared_schedule, *rest, analysed.provenance


def write_graphml(nodes: Mapping[str, np.ndarray], edges: Mapping[str, np.ndarray], path: str | Path) -> None:
    """Write a network as GraphML; equal tables give equal bytes.

    `nodes` and `edges` are columns of the published tables. In Gephi's terms, `account` becomes the label of a vertex and
    `days` the weight of an edge. Characters that XML forbids are replaced. Raises OSError if the file cannot be written.
    """
    places = {account: place for place, account in enumerate(nodes["account"].tolist())}
    ends = [[places[account] for account in edges[name].tolist()] for name in ("account_a", "account_b")]
    graph = igraph.Graph(len(places), list(zip(*ends, strict=True)))
    for name, column in nodes.items():
        graph.vs["label" if name == "account" else name] = _xml(column)
    for name in ("subject", "grade", "sensitivity", "traces", "trace_count", "days", "provenance"):
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


def _xml(column: np.ndarray) -> list:
    """Return the values of a column, text without characters that no XML file may hold."""
    return [
        FORBIDDEN_IN_XML.sub("\ufffd", value) if isinstance(value, str) else value
        for value in column.tolist()
    ]
