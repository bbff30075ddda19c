"""The edges that exchange found in a population, read from the two files of `takedown.coordination.edges.write_edges`."""

from dataclasses import dataclass
from functools import cached_property
from glob import escape
from pathlib import Path

import duckdb
import numpy as np

from takedown.core.database import read_sql


@dataclass(frozen=True, eq=False)
class TraceEdges:
    """What exchange found in one trace: its `grade`, the number of `pairs` with days enough and the share of days drawn.

    `ends` are the numbers of the accounts of each edge, shape [2, edges], and `sensitivity` has shape [edges]. `schedules` are the
    pairs that are not tested, since both keep a clock, shape [2, pairs].
    """

    grade: str
    pairs: int
    days_drawn: float
    ends: np.ndarray
    sensitivity: np.ndarray
    schedules: np.ndarray


@dataclass(frozen=True, eq=False)
class FoundEdges:
    """What exchange found in a population: by trace, and its numbers of accounts, of accounts with a clock and of tests."""

    traces: dict[str, TraceEdges]
    accounts: int = 0
    clocks: int = 0
    tests: int = 0

    @cached_property
    def ends(self) -> np.ndarray:
        """The numbers of the accounts of the edges of all traces, each pair once, shape [2, edges]."""
        return _each_once([trace.ends for trace in self.traces.values()])

    @cached_property
    def schedules(self) -> np.ndarray:
        """The pairs of all traces that are not tested, since both keep a clock, each once, shape [2, pairs]."""
        return _each_once([trace.schedules for trace in self.traces.values()])


def load_edges(edges: str | Path, tests: str | Path) -> FoundEdges:
    """Return what exchange found in a population, from its files of edges and of tests."""
    with duckdb.connect() as connection:
        query = read_sql("coordination/exchange/found_edge.sql")
        rows = connection.execute(query, {"file": escape(str(edges))}).fetchnumpy()
        tested = connection.read_parquet(escape(str(tests))).order("trace").fetchall()
    _, number = np.unique(np.concatenate([rows["account_a"], rows["account_b"]]), return_inverse=True)
    ends, aside = number.reshape(2, -1), rows["shared_schedule"]
    traces = {}
    for trace, grade, pairs, days_drawn, *_ in tested:
        of = rows["trace"] == trace
        sensitivity = rows["sensitivity"][of & ~aside]
        traces[trace] = TraceEdges(
            grade, pairs, days_drawn, ends[:, of & ~aside], sensitivity, ends[:, of & aside]
        )
    by_grade = {grade: number for _, grade, _, _, number, *_ in tested}
    accounts, clocks = tested[0][-2:] if tested else (0, 0)
    return FoundEdges(traces, accounts, clocks, sum(by_grade.values()))


def _each_once(pairs: list[np.ndarray]) -> np.ndarray:
    return np.unique(np.concatenate([np.empty((2, 0), int), *pairs], axis=1), axis=1)
