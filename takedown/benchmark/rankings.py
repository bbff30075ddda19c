"""Scores of accounts by the methods that the field compares, from the events of one trace of two populations."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from scipy import sparse
from scipy.sparse.linalg import LinearOperator, eigsh

from takedown.benchmark.bipartite import Degrees, shared_objects_tail
from takedown.coordination.graph import DECIMALS, build_network, find_centrality
from takedown.core.database import read_sql
from takedown.pairs.find_pairs import find_pairs

#: False discovery rate of the pairs of the bipartite null.
FALSE_DISCOVERIES = 0.05
#: A window that holds every event: longer than any archive.
ANY_TIME = 10**9

METHODS = {
    "actions": "number of actions of other accounts on the same object within the window",
    "partners": "number of accounts with an action on the same object within the window",
    "centrality": "eigenvector centrality; the weight of a pair is its number of shared objects within the window",
    "similarity": "eigenvector centrality; the weight of a pair is the cosine of its tf-idf vectors of objects, at any time",
    "bipartite null": "number of accounts with which it shares more objects than in the bipartite configuration model, "
    "at any time, false discovery rate 5 %",
    "exchange": "number of accounts with which it has an edge of this study, in both populations taken together",
}


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of accounts (shape [accounts]) by one method at one window in seconds, None for any time."""

    method: str
    window_seconds: int | None
    score: np.ndarray


@dataclass(frozen=True, eq=False)
class Labelled:
    """Accounts with an event of a trace: names, whether each is labelled, and number of objects (shape [accounts] each)."""

    name: np.ndarray
    label: np.ndarray
    objects: np.ndarray


def open_trace(
    connection: duckdb.DuckDBPyConnection, trace: str, operation: Sequence[str], control: Sequence[str]
) -> Labelled:
    """Make the temporary tables labelled_event and account of a trace, and return its accounts.

    `operation` are the files of events of the labelled population, `control` those of the other; an account in both is
    left out.
    """
    files = {"operation": list(operation), "control": list(control)}
    for table, given in (("labelled_event", {"trace": trace, **files}), ("account", {})):
        query = read_sql(f"benchmark/{table}.sql")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", given or None)
    columns = connection.execute(
        "SELECT account, labelled, objects FROM account ORDER BY number"
    ).fetchnumpy()
    return Labelled(columns["account"], columns["labelled"].astype(bool), columns["objects"].astype(np.int64))


def score_accounts(
    connection: duckdb.DuckDBPyConnection, accounts: Labelled, windows: Sequence[int], cap: int
) -> Iterator[Scores]:
    """Yield the scores of all accounts by each method of METHODS, after `open_trace` on the same connection.

    An account without a partner has the score 0. `windows` are in seconds; an event with more than `cap` events of other
    accounts near it makes no pairs (`takedown.pairs.find_pairs`).
    """
    number = len(accounts.label)
    for window in windows:
        pairs = _pairs(connection, window, cap)
        ends = np.concatenate([pairs["first"], pairs["second"]])
        yield Scores("actions", window, np.bincount(ends, np.tile(pairs["event_pairs"], 2), number))
        yield Scores("partners", window, np.bincount(ends, minlength=number))
        centrality = np.zeros(number)
        centrality[np.unique(ends)] = find_centrality(
            build_network(pairs["first"], pairs["second"], pairs["shared"])
        )
        yield Scores("centrality", window, centrality)
    used = connection.execute(read_sql("benchmark/use_of_object.sql")).fetchnumpy()
    yield Scores("similarity", None, similarity_centrality(number, **used))
    pairs = _pairs(connection, ANY_TIME, cap)
    yield Scores("bipartite null", None, _validated_partners(connection, accounts, pairs))


def exchange_partners(accounts: Labelled, names: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return how many edges each account has (shape [accounts]).

    `names` are the accounts of the network in their order, and `ends` (shape [2, edges]) the places of both ends of an edge
    (`takedown.coordination.edges.Exchange`).

    >>> pool = Labelled(np.array(["a", "b", "c"]), np.ones(3, bool), np.ones(3, int))
    >>> exchange_partners(pool, np.array(["a", "c", "d"]), np.array([[0, 0], [1, 2]])).tolist()
    [2, 0, 1]
    """
    edges = dict(zip(names.tolist(), np.bincount(ends.ravel(), minlength=len(names)).tolist(), strict=True))
    return np.array([edges.get(name, 0) for name in accounts.name.tolist()])


def similarity_centrality(
    accounts: int, account: np.ndarray, object: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """Return the eigenvector centrality (shape [accounts]) in the network of similarity between accounts.

    `account`, `object` and `times` (shape [uses]) say which account used which object how often. The vector of an account
    holds its tf-idf for each object, and the weight of a pair is the cosine of both vectors. The network is never made: a
    product with the vectors replaces one with its weights. Sources: D. Pacheco et al., ICWSM 15 (2021); L. Luceri et al.,
    Proceedings of the ACM Web Conference (2024).
    """
    if len(account) == 0:
        return np.zeros(accounts)
    counts = sparse.csr_array((times.astype(float), (account, object)), (accounts, int(object.max()) + 1))
    rarity = np.log(accounts / np.bincount(object)) + 1
    vectors = counts.multiply(rarity[None, :]).tocsr()
    length = np.sqrt(vectors.multiply(vectors).sum(1))
    vectors = sparse.diags_array(np.divide(1, length, out=np.zeros(accounts), where=length > 0)) @ vectors
    own = (length > 0).astype(float)
    weights = LinearOperator((accounts, accounts), matvec=lambda v: vectors @ (vectors.T @ v) - own * v)
    _, leading = eigsh(weights, k=1, which="LA", v0=own)
    return np.round(np.abs(leading[:, 0]), DECIMALS)


def _validated_partners(
    connection: duckdb.DuckDBPyConnection, accounts: Labelled, pairs: dict[str, np.ndarray]
) -> np.ndarray:
    number = len(accounts.label)
    objects = connection.execute(read_sql("benchmark/object_degree.sql")).fetchnumpy()
    degree, vertices = np.unique(accounts.objects, return_counts=True)
    degrees = Degrees(degree, vertices, objects["degree"], objects["vertices"])
    tail = shared_objects_tail(degrees, pairs["objects_a"], pairs["objects_b"], pairs["shared"])
    # Pairs that share nothing have a p-value of 1 and count among the tests.
    tests = number * (number - 1) // 2
    order = np.argsort(tail, kind="stable")
    passes = tail[order] <= FALSE_DISCOVERIES * np.arange(1, len(tail) + 1) / tests
    kept = order[: np.flatnonzero(passes).max(initial=-1) + 1]
    return np.bincount(np.concatenate([pairs["first"][kept], pairs["second"][kept]]), minlength=number)


def _pairs(connection: duckdb.DuckDBPyConnection, window: int, cap: int) -> dict[str, np.ndarray]:
    found = find_pairs(connection, "labelled_event", window, cap)
    query = read_sql("benchmark/numbered_pair.sql").replace("this_pairs", "found_pairs")
    found.pairs.create_view("found_pairs")
    return connection.execute(query).fetchnumpy()
