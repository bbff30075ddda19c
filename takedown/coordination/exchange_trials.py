"""From the events of a trace to the trials of its pairs of accounts, for `takedown.coordination.exchange` to test.

Two kinds of trials. By object: accounts that were near each other on the same object are compared with others on it. By
timeline: accounts whose posts were near each other, whatever they were about; also for objects that a team alone uses, of
which the first kind has nothing to compare a pair with. The second is the weaker evidence, as a source that nobody else
of the population reads looks like a plan.
"""

from typing import Any

import duckdb
import numpy as np

from takedown.coordination.acts import Choices, find_acts, make_in_parts, near_acts, number_events
from takedown.coordination.evidence import chance_within
from takedown.coordination.exchange import LEAST_DAYS, PairTrials, habit_table
from takedown.core.database import read_sql
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS

#: Of the days on which two accounts are near each other in the same part of the day, this many seconds long, the first
#: alone is a trial: whoever posts by the clock once a day does so every day.
PART_SECONDS = 1200
#: Most near pairs, about, that are enumerated: of a larger population some days are drawn.
MOST_NEAR_PAIRS = 20_000_000
#: Largest share of pair-days together that partners of habit in timelines are told by: an operation that is mostly teams,
#: whose own share is larger, would have none.
LARGEST_SHARE = 0.4


def find_timeline_acts(connection: duckdb.DuckDBPyConnection, timeline: str, choices: Choices) -> None:
    """Make the table `timeline_act` of the trace `timeline` of all posts, which clocks and timelines are found in.

    The connection has the tables of `number_accounts`. An act is a post that does not follow one of the same account within
    twice `choices.near_seconds`.
    """
    find_acts(connection, "timeline_act", timeline, choices, shared_only=False)


def find_object_trials(
    connection: duckdb.DuckDBPyConnection, trace: str, choices: Choices, resolution: int = 1
) -> PairTrials:
    """Return the pairs and trials of one trace by object.

    The connection has the tables of `number_accounts`, made with the same `resolution`, and `clock`; accounts of different
    populations, in `member`, share no object. An act is an event that does not follow one of the same account on
    the same object within twice `choices.near_seconds`; acts with more than `choices.cap` others near them make no pairs.
    A pair is compared with other near pairs of the same object and local day. The tables of the trace stay in the
    connection until those of another take their place: `account_score` has the sums that `find_timeline_trials` knows the
    speeds of accounts from.
    """
    find_acts(connection, "act", trace, choices, shared_only=True)
    _make(connection, "score")
    _make(connection, "account_score")
    _make(connection, "act_by_object", "timed_act")
    _forget_public_pairs(connection)
    days_drawn = _find_partners(connection, choices)
    return _trials(connection, choices, resolution, 1, days_drawn)


def find_timeline_trials(
    connection: duckdb.DuckDBPyConnection, timeline: str, choices: Choices, resolution: int = 1
) -> PairTrials:
    """Return the pairs and trials of whole timelines, the trace `timeline` of all posts.

    The connection is as in `find_object_trials`, with all traces; it has the table `timeline_act`, made with the same
    choices, and its table `account_score` (account, score, days) has the sums over all traces. The rarest object of two
    posts decides what their pair is compared with. If an account linked to neither of the two used it that day, it is
    compared with the other near pairs on that object and day; if it is the team's own, or there is none, with those near
    pairs of the same `DRIFT_BLOCK_DAYS` days that no such object explains. Of two accounts that are near each other on a day in
    both ways the latter counts.
    """
    _make(connection, "act_by_timeline", "timed_act")
    _forget_public_pairs(connection)
    days_drawn = _find_partners(connection, choices, LARGEST_SHARE)
    _make(connection, "shared_use", timeline=timeline, offset_seconds=choices.offset_seconds)
    _make(connection, "seated_partners")
    _make(connection, "public_pair", near=choices.near_seconds)
    _find_partners(connection, choices, LARGEST_SHARE)
    return _trials(connection, choices, resolution, DRIFT_BLOCK_DAYS, days_drawn)


def number_accounts(connection: duckdb.DuckDBPyConnection, resolution: int = 1) -> None:
    """Make the tables of `number_events`, and `member` (account, population) of its accounts as one population."""
    number_events(connection, resolution)
    _make(connection, "member")


def _forget_public_pairs(connection: duckdb.DuckDBPyConnection) -> None:
    columns = "account_a INTEGER, account_b INTEGER, time BIGINT, difference BIGINT, place BIGINT"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE public_pair ({columns})")


def _find_partners(
    connection: duckdb.DuckDBPyConnection, choices: Choices, largest_share: float = 1.0
) -> float:
    """Make the tables `near_pair`, `pair_day` and `linked`; return the share of days that were drawn."""
    pairs, first, last = near_acts(connection, "timed_act", choices)
    share = min(1.0, MOST_NEAR_PAIRS / max(pairs, 1))
    # The tables of the last trace go first, since both need not fit in memory.
    for table in ("near_pair", "pair_day", "trial"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    near: dict[str, Any] = {"near": choices.near_seconds}
    window: dict[str, Any] = {"window": choices.window_seconds}
    _make(connection, "kept_act", cap=choices.cap, share=share, **near)
    _make(connection, "near_pair", offset_seconds=choices.offset_seconds, **near, **window)
    make_in_parts(connection, "exchange/pair_day", first, last, rows=int(pairs * share))
    _make(connection, "pair_total")
    query = "SELECT population, days, days_together FROM pair_total"
    connection.register(
        "found", habit_table(**connection.execute(query).fetchnumpy(), largest_share=largest_share)
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE habit AS FROM found")
    connection.unregister("found")
    _make(connection, "linked")
    return share


def _trials(
    connection: duckdb.DuckDBPyConnection,
    choices: Choices,
    resolution: int,
    block_days: int,
    days_drawn: float,
) -> PairTrials:
    chance = chance_within(choices.window_seconds, choices.near_seconds, resolution)
    least: dict[str, Any] = {"least_days": LEAST_DAYS}
    blocks: dict[str, Any] = {"block_days": block_days}
    _make(connection, "cell", **blocks)
    parameters = least | blocks | {"chance": chance, "part": PART_SECONDS}
    query = "SELECT coalesce(max(account_a), 0), count(*) FROM pair_day"
    ((last, rows),) = connection.execute(query).fetchall()
    make_in_parts(connection, "exchange/trial", 0, last, rows, **parameters)
    pairs, trials = (
        connection.execute(read_sql(f"coordination/exchange/{query}.sql"), least).fetchnumpy()
        for query in ("tested_pair", "tested_trial")
    )
    ends = [of["account_a"].astype(np.int64) << 32 | of["account_b"] for of in (pairs, trials)]
    return PairTrials(
        pairs["population"],
        pairs["account_a"],
        pairs["account_b"],
        pairs["days"],
        pairs["days_together"],
        pairs["log_smallest"] / 1e9,
        np.searchsorted(*ends),
        trials["chance"],
        days_drawn,
    )


def _make(
    connection: duckdb.DuckDBPyConnection, query: str, table: str | None = None, **parameters: Any
) -> None:
    statement = read_sql(f"coordination/exchange/{query}.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table or query} AS {statement}", parameters or None)
