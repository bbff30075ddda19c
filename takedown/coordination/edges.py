"""The edges of a population by exchange: of each trace by object (grade A), and of whole timelines, which are weaker (B)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from takedown.coordination.acts import Choices
from takedown.coordination.catalogue import TIMELINE, timed_traces
from takedown.coordination.clocks import find_clocks
from takedown.coordination.exchange import (
    LEAST_DAYS,
    ExchangeEdges,
    PairTrials,
    find_exchange_edges,
    join_pairs,
)
from takedown.coordination.exchange_trials import (
    find_object_trials,
    find_timeline_acts,
    find_timeline_trials,
    number_accounts,
)
from takedown.coordination.pair_days import open_events
from takedown.core.database import read_sql
from takedown.core.failures import too_large
from takedown.core.working_folder import whole_file, working_folder


@dataclass(frozen=True, eq=False)
class Exchange:
    """What exchange shows of a population.

    By trace, the one of whole timelines included: `pairs`, whose accounts are numbered in the order of their names,
    `edges`, whose `tested` is the number of tests of the traces by object together or of timelines; and `schedules`, the
    columns of workflow/sql/coordination/exchange/shared_schedule.sql: pairs that are not tested, as both keep a clock.
    `accounts` are the names; `clocks` is how many of them keep a clock.
    """

    pairs: dict[str, PairTrials]
    edges: dict[str, ExchangeEdges]
    schedules: dict[str, dict[str, np.ndarray]]
    accounts: np.ndarray
    clocks: int

    def ends(self, trace: str) -> np.ndarray:
        """Return the numbers of the accounts of the edges of a trace, shape [2, edges]."""
        pairs, edges = self.pairs[trace], self.edges[trace]
        return np.stack([pairs.account_a, pairs.account_b])[:, edges.place[edges.significant]]

    def rows(self) -> dict[str, np.ndarray]:
        """Return the columns of the file of edges (`write_edges`), with numbers in place of names and NaN in place of null."""
        parts = [self._rows(trace) for trace in self.pairs]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def tests(self) -> dict[str, np.ndarray]:
        """Return the columns of the file of tests (`write_edges`)."""
        rows = [
            (trace, grade_of(trace), len(pairs), pairs.days_drawn, sum(self.edges[trace].tested.values()))
            for trace, pairs in self.pairs.items()
        ]
        names = ("trace", "grade", "pairs", "days_drawn", "tests")
        columns = dict(zip(names, map(np.array, zip(*rows, strict=True)), strict=True))
        return columns | {
            "accounts": np.full(len(rows), len(self.accounts)),
            "clocks": np.full(len(rows), self.clocks),
        }

    def _rows(self, trace: str) -> dict[str, np.ndarray]:
        pairs, edges, schedules = self.pairs[trace], self.edges[trace], self.schedules[trace]
        place, aside = edges.place, len(schedules["account_a"])
        unknown = np.full(aside, np.nan)
        columns = {
            "account_a": (pairs.account_a[place], schedules["account_a"]),
            "account_b": (pairs.account_b[place], schedules["account_b"]),
            "days_near": (pairs.days[place].astype(float), unknown),
            "days_together": (pairs.days_together[place], schedules["days_together"]),
            "expected_days": (edges.expected_days, unknown),
            "p_value": (edges.p_value, unknown),
            "significant": (edges.significant, np.zeros(aside, bool)),
            "sensitivity": (edges.sensitivity, unknown),
            "shared_schedule": (np.zeros(len(place), bool), np.ones(aside, bool)),
        }
        rows = {name: np.concatenate(both) for name, both in columns.items()}
        names = {"trace": trace, "grade": grade_of(trace)}
        return rows | {name: np.full(len(place) + aside, value) for name, value in names.items()}


def grade_of(trace: str) -> str:
    """Return the grade of the edges of a trace: B of whole timelines, A of all others.

    >>> grade_of("co_retweet"), grade_of("synchronised_posting")
    ('A', 'B')
    """
    return "B" if trace == TIMELINE else "A"


def choices_by_grade(
    window_seconds: int, near_seconds: Sequence[int], cap: int, utc_offset_hours: float
) -> tuple[Choices, Choices]:
    """Return the choices for acts on an object and for those of a timeline, which differ in `near_seconds` alone."""
    on_object, in_timeline = near_seconds
    return (
        Choices(window_seconds, on_object, cap, utc_offset_hours),
        Choices(window_seconds, in_timeline, cap, utc_offset_hours),
    )


def find_exchange(
    connection: duckdb.DuckDBPyConnection,
    traces: Iterable[str],
    *,
    on_object: Choices,
    in_timeline: Choices,
    resolution: int,
    alpha: float,
) -> Exchange:
    """Find the edges of one population in the view `trace_event` of a connection (trace, account, object, time).

    `traces` are tested by object with the windows `on_object`, the trace `TIMELINE` of all posts with those of `in_timeline`. The
    family-wise error is `alpha` / 2 over all traces by object, and as much over timelines. Tables stay in the connection.
    """
    number_accounts(connection, resolution)
    find_timeline_acts(connection, TIMELINE, in_timeline)
    clocks = find_clocks(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE trace_score (account INTEGER, score BIGINT, days BIGINT)"
    )
    pairs, schedules = {}, {}
    for trace in traces:
        pairs[trace] = find_object_trials(connection, trace, on_object, resolution)
        schedules[trace] = _shared_schedules(connection, on_object)
        connection.execute("INSERT INTO trace_score FROM account_score")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE account_score AS {read_sql('coordination/exchange/all_scores.sql')}"
    )
    edges = _judge_together(pairs, alpha / 2)
    pairs[TIMELINE] = find_timeline_trials(connection, TIMELINE, in_timeline, resolution)
    schedules[TIMELINE] = _shared_schedules(connection, in_timeline)
    edges[TIMELINE] = find_exchange_edges(pairs[TIMELINE], alpha / 2)
    names = connection.execute("SELECT account FROM account_number ORDER BY number").fetchnumpy()["account"]
    return Exchange(pairs, edges, schedules, names, clocks)


def write_edges(
    events: Sequence[str | Path],
    path: str | Path,
    tests: str | Path,
    *,
    on_object: Choices,
    in_timeline: Choices,
    resolution: int,
    alpha: float,
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> Exchange:
    """Find the edges of a population; write every pair that was tested or set aside to `path`, and what was tested to `tests`.

    `events` are its files of `takedown.coordination.trace_file`; `timed_traces` are no evidence and left out. Columns: trace,
    account_a, account_b, grade, days_near (its trials), days_together, expected_days, p_value, significant, sensitivity and
    shared_schedule, in the order of the first three; what a pair that is set aside does not have is null. `tests` has for each trace
    its grade, number of pairs with days enough, share of days drawn and the tests of its grade, and the population's numbers of
    accounts and of those that keep a clock (`takedown.coordination.found_edges.load_edges`). Both are Parquet files. For the other
    arguments see `find_exchange`; a `working_folder` in `scratch` holds data beyond `memory_mb`.

    Raises InputError if the memory is too small even so.
    """
    settings = {"memory_mb": memory_mb, "threads": threads}
    try:
        with (
            working_folder(path, scratch) as folder,
            open_events(events, folder / "overflow", **settings) as connection,
        ):
            query = "SELECT DISTINCT trace FROM trace_event ORDER BY trace"
            known = [name for (name,) in connection.execute(query).fetchall()]
            found = find_exchange(
                connection,
                [name for name in known if name not in (TIMELINE, *timed_traces())],
                on_object=on_object,
                in_timeline=in_timeline,
                resolution=resolution,
                alpha=alpha,
            )
            connection.register("judged_pair", found.rows())
            connection.register("trace_tests", found.tests())
            with whole_file(path) as whole, whole_file(tests) as whole_tests:
                query = read_sql("coordination/exchange/judged_pairs.sql")
                connection.sql(query).write_parquet(str(whole))
                connection.table("trace_tests").write_parquet(str(whole_tests))
            return found
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, "The finding of pairs of accounts", "coordination.memory_mb") from None


def _shared_schedules(connection: duckdb.DuckDBPyConnection, choices: Choices) -> dict[str, np.ndarray]:
    query = read_sql("coordination/exchange/shared_schedule.sql")
    parameters = {"window": choices.window_seconds, "cap": choices.cap, "least_days": LEAST_DAYS}
    return connection.execute(query, parameters).fetchnumpy()


def _judge_together(pairs: dict[str, PairTrials], alpha: float) -> dict[str, ExchangeEdges]:
    if not pairs:
        return {}
    edges = find_exchange_edges(join_pairs(list(pairs.values())), alpha)
    ends = np.cumsum([0, *map(len, pairs.values())])
    return {
        trace: edges.between(int(first), int(end))
        for trace, first, end in zip(pairs, ends[:-1], ends[1:], strict=True)
    }
