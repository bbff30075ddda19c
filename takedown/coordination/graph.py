"""The network of coordinated accounts: edges, overlap of traces, communities, and the centrality of accounts.

Accounts are numbered from 0 in the order of their ids; an edge is a pair of numbers, the lower one first.
"""

import random
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import igraph
import numpy as np

from takedown.coordination.catalogue import timed_traces, traces_of
from takedown.core.database import read_sql
from takedown.core.failures import too_large
from takedown.statistics.calendar import SATURDAY

#: Runs of the Leiden algorithm; the best one counts.
RUNS = 5
#: Decimals of a centrality that are equal on all machines; accounts that differ only beyond them are tied.
DECIMALS = 9


@dataclass(frozen=True, eq=False)
class Network:
    """The edges of all traces of one population, as one network.

    `accounts`, columns of the accounts with an event of any trace: digest, archive_id, created_on (NaT if unknown), created_ms
    (UTC milliseconds, NaN if the id does not contain it), provenance. `edges`, columns of the pairs of accounts with an
    edge in any trace: number_a, number_b, days (in the trace with most of them), traces (names, separated by blanks),
    trace_count, of_both_kinds (a trace of reposts and one of own posts), grade and sensitivity (of the trace with the largest),
    first_joint and last_joint (datetime64[D], the local days of the first and last joint act; NaT if times are too coarse).
    `schedules`: the same columns of pairs that share a schedule, which are no edges. `overlap`: the columns of
    workflow/sql/coordination/graph/multiplex.sql.
    """

    subject: str
    accounts: dict[str, np.ndarray]
    edges: dict[str, np.ndarray]
    schedules: dict[str, np.ndarray]
    overlap: dict[str, np.ndarray]

    def __len__(self) -> int:
        return len(self.accounts["digest"])

    @cached_property
    def joined(self) -> np.ndarray:
        """Numbers of the accounts with an edge, increasing."""
        return np.unique(np.concatenate([self.edges["number_a"], self.edges["number_b"]]))

    @cached_property
    def graph(self) -> igraph.Graph:
        """The accounts with an edge, in the order of `joined`; the weight of an edge is its days."""
        return build_network(self.edges["number_a"], self.edges["number_b"], self.edges["days"])

    def spread(self, values: np.ndarray, missing: float) -> np.ndarray:
        """Return values of all accounts, given those of `joined` (shape [joined]); other accounts have `missing`."""
        column = np.full(len(self), missing, np.asarray(values).dtype)
        column[self.joined] = values
        return column


@dataclass(frozen=True, eq=False)
class Communities:
    """Communities of a graph: `label` (shape [vertices]), from 1 by decreasing size, then by smallest vertex.

    `agreement` is the mean adjusted Rand index of this partition with those of the other runs (1: all are equal).
    """

    label: np.ndarray
    modularity: float
    agreement: float


def read_network(
    connection: duckdb.DuckDBPyConnection,
    subject: str,
    edges: str | Path,
    events: Sequence[str | Path],
    window_seconds: int,
) -> Network:
    """Return the network of a population from its file of edges and its files of events.

    `connection` has the tables of workflow/sql/core/schema.sql. It keeps what `name_network` makes, which `find_activity`
    reads, until the next call. Two acts on one object at most `window_seconds` apart are a joint act.
    """
    name_network(connection, edges, events)
    accounts = _columns(connection, "accounts")
    accounts["created_on"] = _filled(accounts["created_on"].astype("datetime64[D]"), np.datetime64("NaT"))
    accounts["created_ms"] = _filled(accounts["created_ms"].astype(float), np.nan)
    kinds = {"repost_traces": traces_of("reposts"), "mixed_traces": traces_of("any")}
    joint = {"events": [str(path) for path in events], "window": window_seconds}
    fused = _columns(connection, "fused_edges", **kinds, **joint)
    for name in ("first_joint", "last_joint"):
        fused[name] = _filled(fused[name].astype("datetime64[D]"), np.datetime64("NaT"))
    aside = fused.pop("shared_schedule").astype(bool)
    joined, schedules = ({name: of[kept] for name, of in fused.items()} for kept in (~aside, aside))
    return Network(subject, accounts, joined, schedules, _columns(connection, "multiplex"))


def name_network(
    connection: duckdb.DuckDBPyConnection, edges: str | Path, events: Sequence[str | Path]
) -> None:
    """Make the temporary tables network_account and network_edge of a population, and the macro joint_act on them."""
    for table, path in (
        ("network_account", {"events": [str(path) for path in events]}),
        ("network_edge", {"edges": str(edges)}),
    ):
        query = read_sql(f"coordination/graph/{table}.sql")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", path)
    connection.execute(read_sql("coordination/graph/joint_act.sql"))


def find_activity(
    connection: duckdb.DuckDBPyConnection,
    events: Sequence[str | Path],
    community: np.ndarray,
    *,
    window_seconds: int,
    office_hours: Sequence[int],
    topic_lists: Sequence[str],
    weekend: int = SATURDAY,
) -> dict[str, np.ndarray]:
    """Return coordinated posts by community and local day: community, day (datetime64[D]), posts, office_posts, topic_posts.

    Call it after `read_network` on the same connection; `community` (shape [accounts]) is a label, 0 without a community.
    A post is coordinated if another account of the community posted on the same object of a trace at most
    `window_seconds` apart; synchronised posting and `timed_traces` do not count. It is on the topic if it has a term of one
    of `topic_lists` in the table post_term. `office_hours` are the first hour and the hour of the end; the weekend of two
    days begins on `weekend`, 0 for Monday.

    Raises InputError if the memory of the connection is too small.
    """
    member = np.flatnonzero(community)
    table = {"number": member.astype(np.int32), "community": community[member].astype(np.int32)}
    connection.register("network_community", table)
    try:
        columns = _columns(
            connection,
            "activity",
            events=[str(path) for path in events],
            left_out=[*traces_of("any"), *timed_traces()],
            window_seconds=window_seconds,
            weekend=weekend,
            first_hour=office_hours[0],
            end_hour=office_hours[1],
            topic_lists=list(topic_lists),
        )
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, f"The reading of {events[0]}", "coordination.memory_mb") from None
    connection.unregister("network_community")
    columns["day"] = columns["day"].astype("datetime64[D]")
    return columns


def build_network(first: np.ndarray, second: np.ndarray, days: np.ndarray) -> igraph.Graph:
    """Return the graph of undirected edges; its vertices are the accounts with an edge, in increasing order.

    `first`, `second` (numbers of accounts) and `days` have shape [edges], in any order, one element for each pair. The
    weight of an edge is its days, because the day is the unit of evidence.
    """
    numbers, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    ends = np.sort(place.reshape(2, -1), axis=0)
    order = np.lexsort(ends[::-1])
    graph = igraph.Graph(len(numbers), ends.T[order].tolist())
    graph.es["weight"] = np.asarray(days)[order].astype(float).tolist()
    return graph


def find_communities(graph: igraph.Graph, seed: int, runs: int = RUNS) -> Communities:
    """Return the communities with the greatest modularity among several runs of the Leiden algorithm until convergence.

    Source: V. A. Traag, L. Waltman and N. J. van Eck, Scientific Reports 9 (2019). Of equally good partitions, the first
    run's counts. Without an edge there are no communities.
    """
    if graph.ecount() == 0:
        return Communities(np.zeros(0, np.int64), 0.0, 1.0)
    found = []
    for run in range(runs):
        # All functions of igraph share one generator, which is Python's own by default.
        igraph.set_random_number_generator(random.Random(f"{seed} {run}"))
        found.append(graph.community_leiden("modularity", weights="weight", n_iterations=-1))
    igraph.set_random_number_generator(random)
    quality = [graph.modularity(partition, weights="weight") for partition in found]
    # The last bits of sums of floats differ between machines.
    best = int(np.argmax(np.round(quality, DECIMALS)))
    others = [partition for place, partition in enumerate(found) if place != best]
    indices = [igraph.compare_communities(found[best], other, "adjusted_rand") for other in others]
    # The index of two partitions with one community each is 0 / 0.
    agreement = float(np.nan_to_num(indices or [1.0], nan=1.0).mean())
    return Communities(order_labels(np.array(found[best].membership)), float(quality[best]), agreement)


def find_components(graph: igraph.Graph) -> np.ndarray:
    """Return the connected component of each vertex (shape [vertices]), labelled as by `order_labels`."""
    return order_labels(np.array(graph.connected_components().membership, np.int64))


def cluster_sensitivity(edges: Mapping[str, np.ndarray], accounts: int) -> float:
    """Return the largest sensitivity of which the edges with as much or more connect so many `accounts`; 1 if there is none.

    `edges` has the columns number_a, number_b and sensitivity.
    """
    order = np.argsort(-edges["sensitivity"], kind="stable")
    first, second = edges["number_a"][order], edges["number_b"][order]
    low, high = 1, len(order) + 1
    # More edges connect more accounts, so halving the range finds the fewest that are enough.
    while low < high:
        middle = (low + high) // 2
        network = build_network(first[:middle], second[:middle], np.ones(len(first[:middle])))
        enough = np.bincount(find_components(network)).max(initial=0) >= accounts
        low, high = (low, middle) if enough else (middle + 1, high)
    return float(edges["sensitivity"][order[low - 1]]) if low <= len(order) else 1.0


def order_labels(labels: np.ndarray) -> np.ndarray:
    """Return labels (shape [elements]) from 1 by decreasing number of elements, then by first element.

    >>> order_labels(np.array([7, 3, 3, 5])).tolist()
    [2, 1, 1, 3]
    """
    _, first, place, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(first), np.int64)
    rank[np.lexsort([first, -sizes])] = np.arange(1, len(first) + 1)
    return rank[place]


def find_centrality(graph: igraph.Graph) -> np.ndarray:
    """Return the eigenvector centrality (shape [vertices]): the weighted sum of that of the neighbours.

    It is computed for each connected component: the leading eigenvector of the weights, with length 1, times its eigenvalue.
    The leading eigenvector of the whole graph would be 0 in all components but one, and their accounts would be tied.
    Sources: P. Bonacich, Journal of Mathematical Sociology 2 (1972); as a rank of accounts in a network of several
    traces L. Luceri, V. Pantè, K. Burghardt and E. Ferrara, Proceedings of the ACM Web Conference (2024).
    """
    centrality = np.zeros(graph.vcount())
    with warnings.catch_warnings():
        # igraph warns if few edges join communities, because most of the eigenvector then lies in one community.
        warnings.filterwarnings("ignore", "Some eigenvector centralities are nearly zero", RuntimeWarning)
        for members in graph.connected_components():
            part = graph.induced_subgraph(members)
            scores, value = part.eigenvector_centrality(scale=False, weights="weight", return_eigenvalue=True)
            scores = np.round(np.abs(scores) / np.linalg.norm(scores), DECIMALS)
            # An account with an edge ranks above accounts without an edge, however far it is from the centre.
            centrality[members] = np.maximum(scores, 10.0**-DECIMALS) * round(value, DECIMALS)
    return centrality


def _columns(connection: duckdb.DuckDBPyConnection, query: str, **parameters: Any) -> dict[str, np.ndarray]:
    return connection.execute(read_sql(f"coordination/graph/{query}.sql"), parameters or None).fetchnumpy()


def _filled(column: np.ndarray, missing: Any) -> np.ndarray:
    return column.filled(missing) if np.ma.isMaskedArray(column) else column
