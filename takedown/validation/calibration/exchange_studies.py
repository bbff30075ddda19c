"""Error and power of the edges of coordination that `takedown.coordination.exchange` finds."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import duckdb
import numpy as np

from takedown.coordination.acts import Choices, number_events
from takedown.coordination.clocks import find_clocks
from takedown.coordination.exchange import ExchangeEdges, PairTrials, find_exchange_edges
from takedown.coordination.exchange_trials import find_object_trials, find_timeline_acts, find_timeline_trials
from takedown.core.database import read_sql
from takedown.validation.calibration import exchange_nulls as nulls
from takedown.validation.calibration.network_nulls import Crowds, Simulate, by_the_clock, office_hours
from takedown.validation.calibration.network_replica import unplanted_hashtags
from takedown.validation.calibration.study import ALPHA, FAMILY_WISE, Scenario, error_studies, power_studies

#: Window, and what is near on an object and in a timeline, in seconds.
ON_OBJECT, IN_TIMELINE = Choices(60, 3600, 1000, 0), Choices(60, 600, 1000, 0)
#: Accounts of a data set have the numbers from its own number times this on.
STRIDE = 1000


def judge_crowds(crowds: Crowds, alpha: float = ALPHA) -> dict[str, tuple[PairTrials, ExchangeEdges]]:
    """Return the pairs and edges of all data sets, by object and by timeline, each at half of `alpha`.

    `family` of a pair is its data set, and its accounts have the numbers that they have there.
    """
    with duckdb.connect(config={"threads": 1}) as connection:
        account = crowds.account + STRIDE * crowds.repetition
        connection.register("simulated", {"account": account, "object": crowds.object, "time": crowds.time})
        _make(connection, "trace_event", "crowd_events")
        number_events(connection)
        _make(connection, "member", "crowd_members")
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


def _make(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    statement = read_sql(f"validation/calibration/{query}.sql")
    connection.execute(f"CREATE TEMP TABLE {table} AS {statement}", {"stride": STRIDE})


def edges_of(crowds: Crowds, least_sensitivity: float = 1.0) -> np.ndarray:
    """Return data set and accounts of all edges of both tests with at least a sensitivity, shape [3, edges]."""
    columns = [
        np.stack([pairs.family, pairs.account_a, pairs.account_b])[
            :, edges.place[edges.significant & (edges.sensitivity >= least_sensitivity)]
        ]
        for pairs, edges in judge_crowds(crowds).values()
    ]
    return np.concatenate(columns, axis=1)


def false_edges(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    simulate: Simulate,
    least_sensitivity: float = 1.0,
) -> Iterator[bool]:
    """Look for a pair with an edge in populations without coordination."""
    found = edges_of(simulate(rng, repetitions), least_sensitivity)[0]
    return map(bool, np.isin(np.arange(repetitions), found))


def found_teams(
    rng: np.random.Generator, repetitions: int, draws: int, *, members: int, **choices: Any
) -> Iterator[bool]:
    """Look for a planted team: half of its members, accounts 0 to `members` - 1, must have an edge with another."""
    data_set, *ends = edges_of(nulls.team(rng, repetitions, members=members, **choices))
    inside = np.maximum(*ends) < members
    both = np.concatenate([np.stack([data_set, of])[:, inside] for of in ends], axis=1)
    of_found = np.unique(both, axis=1)[0]
    return map(bool, 2 * np.bincount(of_found, minlength=repetitions) >= members)


_CROWD = "20 accounts of unequal activity repost posts of others after lags"
_LOGNORMAL = "log-normal lags, median {}, log standard deviation 1.3"
_VIEWERS = (
    "20 accounts use the hashtag of each evening: eight after a moment on television, by a median of {}, log standard deviation .6; "
    "the others at any time of three hours"
)
_PRIVATE = "; five of them also repost a source that nobody else does: {}"


def _crowd(median: str) -> str:
    return f"{_CROWD}: {_LOGNORMAL.format(median)}"


def _by_span(scenario: str, null: str, simulate: Callable[..., Crowds]) -> list[Scenario]:
    """Return the scenario over 70 days, and over 280 with half as many posts a day."""
    return [
        (scenario, f"{null}; 70 days", {"simulate": simulate}),
        (
            f"{scenario}, 280 days",
            f"{null}; 280 days, half as many posts a day",
            {"simulate": partial(simulate, days=280, daily=1)},
        ),
    ]


def _lags(median_seconds: float, spread: float = nulls.LAG_SPREAD, **choices: Any) -> Callable[..., Crowds]:
    return partial(nulls.crowd, lags=nulls.lognormal_lags(median_seconds, spread), **choices)


#: Crowds in which nobody coordinates. Each population is judged alone, so these are also the rows of a control alike.
NONE_PLANTED: list[Scenario] = [
    *_by_span("crowd as fast as the control", _crowd("45 min"), _lags(nulls.LAG_MEDIAN)),
    *_by_span("crowd 2 times faster", _crowd("22.5 min"), _lags(nulls.LAG_MEDIAN / 2)),
    *_by_span("crowd 4.5 times faster", _crowd("10 min"), _lags(nulls.LAG_MEDIAN / 4.5)),
    *_by_span("crowd 9 times faster", _crowd("5 min"), _lags(nulls.FAST)),
    *(
        row
        for spread in (0, 0.7, 1.5)
        for row in _by_span(
            f"SEISMIC, account speeds {spread:g}",
            f"{_CROWD} of SEISMIC's density (Zhao et al. 2015); log standard deviation {spread:g} between accounts",
            partial(nulls.crowd, lags=nulls.seismic_lags, account_spread=spread),
        )
    ),
    *(
        row
        for spread in (0, 0.7, 1.5)
        for row in _by_span(
            f"power law, account speeds {spread:g}",
            f"{_CROWD} without a scale: density falls with a power of 1.5; log standard deviation {spread:g} between accounts",
            partial(nulls.crowd, lags=nulls.power_lags, account_spread=spread),
        )
    ),
    *_by_span(
        "notifications",
        f"{_crowd('45 min')}; notifications reach three accounts in ten, which are thirty times faster",
        nulls.notified_crowd,
    ),
    *_by_span(
        "quarter-hour scheduler",
        f"{_crowd('45 min')}; a service posts for five unrelated accounts at the next quarter of an hour, within half a minute",
        nulls.scheduled_crowd,
    ),
    *(
        (
            f"television, {minutes} min",
            f"20 accounts post on two moments of each evening after a median of {minutes} min, log standard deviation .6",
            {"simulate": partial(nulls.television, median=60 * minutes)},
        )
        for minutes in (2, 5)
    ),
    (
        "viewers among others, 5 min",
        _VIEWERS.format("5 min"),
        {"simulate": partial(nulls.viewers_among_others, median=300.0)},
    ),
    (
        "steady accounts",
        f"{_CROWD}: log-normal, median 10 min, log standard deviation 1.5 between accounts and .5 within",
        {"simulate": _lags(600, 0.5, account_spread=1.5)},
    ),
    *(
        (
            f"accounts with fixed delays{of_claims}",
            f"{_CROWD}: log-normal, median 10 min, log standard deviation 1.5 between accounts and .25 within{edges}",
            {"simulate": _lags(600, 0.25, account_spread=1.5), "least_sensitivity": least},
        )
        for of_claims, edges, least in (
            ("", "", 1.0),
            (", sensitivity 2", "; edges of a sensitivity of at least 2, as claims ask", 2.0),
        )
    ),
    (
        "communities",
        f"{_crowd('5 min')}; four communities of five accounts make nine in ten of the reposts of posts of their own",
        {"simulate": _lags(nulls.FAST, communities=4, loyalty=0.9)},
    ),
    (
        "days that differ",
        f"{_crowd('5 min')}; log standard deviation 1.5 between days",
        {"simulate": _lags(nulls.FAST, day_spread=1.5)},
    ),
    (
        "fans with a slow half",
        "40 accounts repost one star: half after a median of 90 s, half after 3 h, log standard deviation 1",
        {"simulate": nulls.fans_with_slow_half},
    ),
    (
        "daily routines",
        "20 accounts look three times a day, each at hours of its own give or take a quarter of an hour, and repost what is new",
        {"simulate": nulls.routines},
    ),
    (
        "a private source",
        _crowd("45 min") + _PRIVATE.format(_LOGNORMAL.format("5 min")),
        {"simulate": partial(nulls.private_source, median=nulls.FAST)},
    ),
    (
        "office hours",
        "20 independent accounts of unequal activity post in office hours on what is popular that day, 70 days",
        {"simulate": office_hours},
    ),
    (
        "posts by the clock",
        "20 independent accounts post on one object every day, each at a time of its own, give or take 20 s",
        {"simulate": by_the_clock},
    ),
    (
        "replica, no groups",
        "hashtags of a replica's operation of 34,000 posts in which no group is planted",
        {"simulate": unplanted_hashtags},
    ),
]
#: People who react to one outside signal within a minute, which no timing tells from a plan: one limit with three cases, printed
#: beside every network and in the words of the claim.
BEYOND_TIMING: list[Scenario] = [
    (
        "one signal within a minute: an account they follow",
        f"{_crowd('45 min')}; four accounts repost within a minute seven in ten of what a fifth account reposts",
        {"simulate": nulls.followers},
    ),
    (
        "one signal within a minute: a private source",
        _crowd("45 min") + _PRIVATE.format(_LOGNORMAL.format("30 s")),
        {"simulate": partial(nulls.private_source, median=30.0)},
    ),
    (
        "one signal within a minute: a moment on television",
        _VIEWERS.format("a minute"),
        {"simulate": partial(nulls.viewers_among_others, median=60.0)},
    ),
]
#: Members, events and mean number of outsiders of planted teams.
TEAMS = (
    (5, 6, 5),
    *((5, 12, outsiders) for outsiders in (0, 5, 30)),
    (5, 30, 0),
    *((members, 12, 5) for members in (3, 10)),
)

STUDIES = (
    *error_studies(
        "exchange_edges",
        false_edges,
        NONE_PLANTED,
        quantity=FAMILY_WISE,
        tested=50,
        tested_only=("crowd 9 times faster", "notifications", "fans with a slow half"),
    ),
    *error_studies("exchange_edges", false_edges, BEYOND_TIMING, quantity=FAMILY_WISE, tested=0, limit=True),
    *power_studies(
        "exchange_edges",
        found_teams,
        [
            (
                f"team of {members}, {events} times, {outsiders} outsiders",
                f"40 accounts as in: {_crowd('45 min')}; {members} of them also repost within a minute what a mean of {outsiders} "
                "others repost too, each in 7 of 10 times; found: an edge for half of them",
                {"members": members, "events": events, "outsiders": outsiders},
            )
            for members, events, outsiders in TEAMS
        ],
        tested=50,
        tested_only=["team of 5, 12 times, 5 outsiders"],
    ),
)
