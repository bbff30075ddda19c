"""The edges of a population by exchange: of each trace by object, and of whole timelines as a weaker grade."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np

from takedown.coordination.clocks import find_clocks
from takedown.coordination.exchange import ExchangeEdges, PairTrials, find_exchange_edges, join_pairs
from takedown.coordination.exchange_trials import (
    find_object_trials,
    find_timeline_acts,
    find_timeline_trials,
    number_accounts,
)
from takedown.coordination.pair_days import Choices
from takedown.core.database import read_sql


@dataclass(frozen=True, eq=False)
class Exchange:
    """What exchange shows of a population.

    By trace, the one of whole timelines included: `pairs`, whose accounts are numbered in the order of their names,
    `edges`, and `tested`, the tests that the family-wise error is divided by: that of all objects' traces is one, that of
    timelines another. `accounts` are their names; `clocks` how many of them keep a clock.
    """

    pairs: dict[str, PairTrials]
    edges: dict[str, ExchangeEdges]
    accounts: np.ndarray
    clocks: int


def find_exchange(
    connection: duckdb.DuckDBPyConnection,
    traces: Iterable[str],
    timeline: str,
    *,
    on_object: Choices,
    in_timeline: Choices,
    resolution: int,
    alpha: float,
) -> Exchange:
    """Find the edges of one population in the view `trace_event` of a connection (trace, account, object, time).

    `traces` are tested by object with the windows `on_object`, the trace `timeline` of all posts with those of `in_timeline`. The
    family-wise error is `alpha` / 2 over all traces by object, and as much over timelines. Tables stay in the connection.
    """
    number_accounts(connection)
    find_timeline_acts(connection, timeline, in_timeline, resolution)
    clocks = find_clocks(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE trace_score (account INTEGER, score BIGINT, days BIGINT)"
    )
    pairs = {}
    for trace in traces:
        pairs[trace] = find_object_trials(connection, trace, on_object, resolution)
        connection.execute("INSERT INTO trace_score FROM account_score")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE account_score AS {read_sql('coordination/exchange/all_scores.sql')}"
    )
    edges = _judge_together(pairs, alpha / 2)
    pairs[timeline] = find_timeline_trials(connection, timeline, in_timeline, resolution)
    edges[timeline] = find_exchange_edges(pairs[timeline], alpha / 2)
    names = connection.execute("SELECT account FROM account_number ORDER BY number").fetchnumpy()["account"]
    return Exchange(pairs, edges, names, clocks)


def _judge_together(pairs: dict[str, PairTrials], alpha: float) -> dict[str, ExchangeEdges]:
    if not pairs:
        return {}
    edges = find_exchange_edges(join_pairs(list(pairs.values())), alpha)
    ends = np.cumsum([0, *map(len, pairs.values())])
    return {
        trace: edges.between(int(first), int(end))
        for trace, first, end in zip(pairs, ends[:-1], ends[1:], strict=True)
    }
