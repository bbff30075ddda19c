"""Error and power of the edges of coordination that `takedown.coordination.exchange` finds."""

from collections.abc import Callable
from functools import partial

import duckdb
import numpy as np

from takedown.coordination.clocks import find_clocks
from takedown.coordination.exchange import ExchangeEdges, PairTrials, find_exchange_edges
from takedown.coordination.exchange_trials import find_object_trials, find_timeline_acts, find_timeline_trials
from takedown.coordination.pair_days import Choices
from takedown.core.database import read_sql
from takedown.validation.calibration import exchange_nulls as nulls
from takedown.validation.calibration.network_nulls import Crowds
from takedown.validation.calibration.study import FAMILY_WISE, POWER, Study

ALPHA = 0.05
#: Window, and what is near on an object and in a timeline, in seconds.
ON_OBJECT, IN_TIMELINE = Choices(60, 3600, 1000, 0), Choices(60, 600, 1000, 0)
#: Accounts of a data set have the numbers from its own number times this on.
STRIDE = 1000

Simulate = Callable[[np.random.Generator, int], Crowds]


def judge_crowds(crowds: Crowds, alpha: float = ALPHA) -> dict[str, tuple[PairTrials, ExchangeEdges]]:
    """Return the pairs and edges of all data sets, by object and by timeline, each at half of `alpha`.

    `family` of a pair is its data set, and its accounts have the numbers that they have there.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        account = crowds.account + STRIDE * crowds.repetition
        connection.register("simulated", {"account": account, "object": crowds.object, "time": crowds.time})
        for table, query, parameters in (
            ("trace_event", "validation/calibration/crowd_events.sql", {"stride": STRIDE}),
            ("account_number", "coordination/evidence/account_number.sql", None),
            ("member", "validation/calibration/crowd_members.sql", {"stride": STRIDE}),
        ):
            connection.execute(f"CREATE TEMP TABLE {table} AS {read_sql(query)}", parameters)
        find_timeline_acts(connection, "timeline", IN_TIMELINE)
        find_clocks(connection)
        found = {
            "object": find_object_trials(connection, "shared", ON_OBJECT),
            "timeline": find_timeline_trials(connection, "timeline", IN_TIMELINE),
        }
    names = np.unique(account) % STRIDE
    return {
        test: (pairs.renamed(names), find_exchange_edges(pairs, alpha / 2)) for test, pairs in found.items()
    }


def edges_of(crowds: Crowds) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return data set and accounts of all edges of both tests."""
    columns = [
        np.stack([pairs.family, pairs.account_a, pairs.account_b])[:, edges.place[edges.significant]]
        for pairs, edges in judge_crowds(crowds).values()
    ]
    return tuple(np.concatenate(columns, axis=1))


def false_edges(rng: np.random.Generator, repetitions: int, draws: int, *, simulate: Simulate) -> int:
    """Count the data sets in which some pair has an edge."""
    data_set, *_ = edges_of(simulate(rng, repetitions))
    return len(np.unique(data_set))


def found_teams(rng: np.random.Generator, repetitions: int, draws: int, *, members: int, **choices) -> int:
    """Count how often half of the members of a team, accounts 0 to `members` - 1, have an edge with another."""
    data_set, *ends = edges_of(nulls.team(rng, repetitions, members=members, **choices))
    inside = np.maximum(*ends) < members
    both = np.concatenate([np.stack([data_set, of])[:, inside] for of in ends], axis=1)
    of_found = np.unique(both, axis=1)[0]
    return int((2 * np.bincount(of_found, minlength=repetitions) >= members).sum())


_CROWD = "20 accounts of unequal activity repost posts of others after lags"
_LOGNORMAL = "log-normal lags, median {}, log standard deviation 1.3"

_VIEWERS = (
    "20 accounts use the hashtag of each evening: eight after a moment on television, by a median of {}, log standard deviation .6; "
    "the others at any time of three hours"
)


def _lognormal(median: str) -> str:
    return f"{_CROWD}: {_LOGNORMAL.format(median)}"


def faster(times: float, **choices) -> Simulate:
    """Return a crowd so many times faster than that of the replica's control."""
    return partial(nulls.crowd, lags=nulls.lognormal_lags(nulls.LAG_MEDIAN / times), **choices)


#: Scenario → crowd in which nobody coordinates, and what is simulated.
NONE_PLANTED: dict[str, tuple[Simulate, str]] = {
    "crowd": (faster(1), f"{_lognormal('45 min')}; 70 days"),
    "2 times faster": (faster(2), f"{_lognormal('22.5 min')}; 70 days"),
    "4.5 times faster": (faster(4.5), f"{_lognormal('10 min')}; 70 days"),
    "9 times faster": (faster(9), f"{_lognormal('5 min')}; 70 days"),
    "9 times faster, 280 days": (
        faster(9, days=280, daily=1),
        f"{_lognormal('5 min')}; 280 days, half as many posts a day",
    ),
    **{
        f"SEISMIC, account speeds {spread:g}": (
            partial(nulls.crowd, lags=nulls.seismic_lags, account_spread=spread),
            f"{_CROWD} of SEISMIC's density (Zhao et al. 2015); log standard deviation {spread:g} between accounts",
        )
        for spread in (0, 0.7, 1.5)
    },
    **{
        f"power law, account speeds {spread:g}": (
            partial(nulls.crowd, lags=nulls.power_lags, account_spread=spread),
            f"{_CROWD} without a scale: density falls with a power of 1.5; log standard deviation {spread:g} between accounts",
        )
        for spread in (0.7, 1.5)
    },
    "steady accounts": (
        partial(nulls.crowd, lags=nulls.lognormal_lags(600, 0.5), account_spread=1.5),
        f"{_CROWD}: log-normal, median 10 min, log standard deviation 1.5 between accounts and .5 within",
    ),
    **{
        f"television, {minutes} min": (
            partial(nulls.television, median=60 * minutes),
            f"20 accounts post on two moments of each evening after a median of {minutes} min, log standard deviation .6",
        )
        for minutes in (2, 5)
    },
    "viewers among others, 5 min": (
        partial(nulls.viewers_among_others, median=300.0),
        _VIEWERS.format("5 min"),
    ),
    "notifications": (
        nulls.notified_crowd,
        f"{_lognormal('45 min')}; three accounts in ten are thirty times faster; 70 days",
    ),
    "notifications, 280 days": (
        partial(nulls.notified_crowd, days=280, daily=1),
        f"{_lognormal('45 min')}; three accounts in ten are thirty times faster; 280 days, half as many posts a day",
    ),
    "quarter-hour scheduler": (
        nulls.scheduled_crowd,
        f"{_lognormal('45 min')}; five unrelated accounts post at the next quarter of an hour, within half a minute",
    ),
    "communities": (
        faster(9, communities=4, loyalty=0.9),
        f"{_lognormal('5 min')}; four communities of five, of which nine reposts in ten come",
    ),
    "days that differ": (
        faster(9, day_spread=1.5),
        f"{_lognormal('5 min')}; log standard deviation 1.5 between days",
    ),
    "fans with a slow half": (
        nulls.fans_with_slow_half,
        "40 accounts repost one star: half after a median of 90 s, half after 3 h, log standard deviation 1",
    ),
    "daily routines": (
        nulls.routines,
        "20 accounts look at three times of the day, give or take a quarter of an hour, and repost what is new",
    ),
    "a private source": (
        partial(nulls.private_source, median=nulls.FAST),
        f"{_lognormal('45 min')}; five of them also repost a source that nobody else does: {_LOGNORMAL.format('5 min')}",
    ),
}
#: What no timing can tell from a plan, printed beside every network.
BEYOND_TIMING: dict[str, tuple[Simulate, str]] = {
    "followers within a minute": (
        nulls.followers,
        f"{_lognormal('45 min')}; four accounts repost within a minute seven in ten of what a fifth reposts",
    ),
    "a private source within a minute": (
        partial(nulls.private_source, median=30.0),
        f"{_lognormal('45 min')}; five of them also repost a source that nobody else does: {_LOGNORMAL.format('30 s')}",
    ),
    "viewers among others, 1 min": (
        partial(nulls.viewers_among_others, median=60.0),
        _VIEWERS.format("a minute"),
    ),
    "accounts with fixed delays": (
        partial(nulls.crowd, lags=nulls.lognormal_lags(600, 0.25), account_spread=1.5),
        f"{_CROWD}: log-normal, median 10 min, log standard deviation 1.5 between accounts and .25 within",
    ),
}
#: Members, events and mean number of outsiders of planted teams.
TEAMS = (
    (5, 6, 5),
    *((5, 12, outsiders) for outsiders in (0, 5, 30)),
    (5, 30, 0),
    *((members, 12, 5) for members in (3, 10)),
)

STUDIES = (
    *(
        Study("exchange_edges", scenario, FAMILY_WISE, ALPHA, null, partial(false_edges, simulate=simulate))
        for scenario, (simulate, null) in NONE_PLANTED.items()
    ),
    *(
        Study(
            "exchange_edges",
            f"team of {members}, {events} times, {outsiders} outsiders",
            POWER,
            None,
            f"40 accounts as in: {_lognormal('45 min')}; {members} of them also repost within a minute what a mean of {outsiders} others "
            "do too, each in 7 of 10 times; found: an edge for half of them",
            partial(found_teams, members=members, events=events, outsiders=outsiders),
        )
        for members, events, outsiders in TEAMS
    ),
    *(
        Study(
            "edges_beyond_timing",
            scenario,
            FAMILY_WISE,
            ALPHA,
            null,
            partial(false_edges, simulate=simulate),
            for_claims=False,
        )
        for scenario, (simulate, null) in BEYOND_TIMING.items()
    ),
)
