"""Errors of the methods that tell coordination from crowds, rhythms and chance.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.stats import poisson

from takedown.coordination.evidence import chance_within, find_edges, shifted_days
from takedown.coordination.synchrony import PairDayCells, synchrony, synchrony_difference
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration.network_nulls import (
    DAYS,
    MEMBERS,
    SECONDS_PER_DAY,
    Crowds,
    Encounters,
    Simulate,
    by_the_clock,
    cascades,
    close_pairs,
    find_acts,
    find_encounters,
    group,
    office_hours,
)
from takedown.validation.calibration.network_replica import unplanted_hashtags
from takedown.validation.calibration.study import (
    ALPHA,
    FAMILY_WISE,
    Scenario,
    coverage_studies,
    error_studies,
    power_studies,
)

#: Window and nearness, in seconds.
WITHIN, NEAR = 60, 600
CHANCE = chance_within(WITHIN, NEAR)
#: Blocks of days of a data set, about as many as the study has.
BLOCKS = 20
#: Data sets from which the true synchrony is computed, and their seed.
TRUE_FROM, TRUE_SEED = 400, 1


def with_group(rng: Generator, repetitions: int, *, events: int, participation: float = 0.7) -> Crowds:
    """Simulate twenty accounts in office hours, of which five also act together `events` times."""
    together = partial(group, events=events, participation=participation)
    return office_hours(rng, repetitions) + together(rng, repetitions)


def encounters(rng: Generator, repetitions: int, simulate: Simulate) -> Iterator[Encounters]:
    """Yield the encounters of each data set."""
    found = find_encounters(simulate(rng, repetitions), NEAR)
    ends = np.searchsorted(found.repetition, np.arange(1, repetitions))
    return map(Encounters, *(np.split(column, ends) for column in found.columns))


def estimate_synchrony(found: Encounters) -> Estimate | None:
    """Return the synchrony of one data set."""
    within = (np.abs(found.difference) <= WITHIN).astype(np.int64)
    block = found.day * BLOCKS // DAYS
    return synchrony(PairDayCells(found.account_a, found.account_b, block, np.ones_like(within), within))


def pairs_with_edges(found: Encounters, control: Encounters | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of accounts, shape [pairs, 2], and whether each has an edge.

    With a control the probability of being together by chance is at least the upper end of its synchrony. Of the days on
    which a pair meets in the same part of the day only the first counts.
    """
    crowd = None if control is None else estimate_synchrony(control)
    chance = CHANCE if crowd is None or crowd.high is None else max(CHANCE, crowd.high)
    ends = [found.account_a, found.account_b]
    _, first = np.unique(np.stack([*ends, found.part]), axis=1, return_index=True)
    pairs, place = np.unique(np.stack(ends, axis=1)[first], axis=0, return_inverse=True)
    near = np.bincount(place.ravel(), minlength=len(pairs))
    together = np.abs(found.difference[first]) <= WITHIN
    within = np.bincount(place.ravel(), together, len(pairs)).astype(np.int64)
    return pairs, find_edges(near, within, chance, ALPHA).significant


def false_edges(
    rng: Generator, repetitions: int, draws: int, *, simulate: Simulate, control: Simulate | None = None
) -> Iterator[bool]:
    """Look for a pair with an edge in populations without coordination."""
    found = encounters(rng, repetitions, simulate)
    others = [None] * repetitions if control is None else encounters(rng, repetitions, control)
    for both in zip(found, others, strict=True):
        yield bool(pairs_with_edges(*both)[1].any())


def found_groups(rng: Generator, repetitions: int, draws: int, *, events: int) -> Iterator[bool]:
    """Look for a planted group: at least half of its ten pairs must have an edge."""
    found = encounters(rng, repetitions, partial(with_group, events=events))
    for both in zip(found, encounters(rng, repetitions, cascades), strict=True):
        pairs, edge = pairs_with_edges(*both)
        yield bool(edge[(pairs < MEMBERS).all(axis=1)].sum() >= 5)


def pairs_of_two_objects(
    rng: Generator, repetitions: int, draws: int, *, simulate: Simulate
) -> Iterator[bool]:
    """Look for a pair that shares two objects within the window, a common threshold."""
    acts = find_acts(simulate(rng, repetitions), 0)
    one, other = close_pairs(acts, acts.object, WITHIN)
    ends = np.sort([acts.account[one], acts.account[other]], axis=0)
    shared = np.unique([acts.repetition[one], *ends, acts.object[one]], axis=1)
    pairs, objects = np.unique(shared[:3], axis=1, return_counts=True)
    return map(bool, np.isin(np.arange(repetitions), pairs[0][objects >= 2]))


def activity_tests(rng: Generator, repetitions: int, draws: int, *, simulate: Simulate) -> np.ndarray:
    """Test for more pairs of events within the window than activity and popularity alone give, by Poisson's distribution.

    The expected number is that of workflow/sql/coordination/evidence/dealt_objects.sql.
    """
    acts = find_acts(simulate(rng, repetitions), NEAR)
    day = acts.repetition * (DAYS + 1) + acts.time // SECONDS_PER_DAY
    days = int(day.max()) + 1
    popular = np.unique([day, acts.object], axis=1, return_counts=True)
    same_object = np.bincount(popular[0][0], popular[1] * (popular[1] - 1.0), days)
    number = np.bincount(day, minlength=days)

    def close(group: np.ndarray) -> np.ndarray:
        one, other = close_pairs(acts, group, WITHIN)
        return np.bincount(day[one[day[one] == day[other]]], minlength=days)

    expected = close(acts.repetition) * same_object / np.maximum(number * (number - 1), 1)
    repetition = np.arange(days) // (DAYS + 1)
    observed = np.bincount(repetition, close(acts.object), repetitions)
    return poisson.sf(observed - 1, np.bincount(repetition, expected, repetitions))


def shift_tests(rng: Generator, repetitions: int, draws: int, *, simulate: Simulate) -> Iterator[float]:
    """Test by shifted account-days whether too many encounters lie within the window."""
    for found in encounters(rng, repetitions, simulate):
        if len(found.day) == 0:
            continue
        ends = np.stack([found.account_a, found.account_b]) * DAYS + found.day
        one, other = np.unique(ends, return_inverse=True)[1].reshape(2, -1)
        shifted = shifted_days(one, other, found.difference, window=WITHIN, near=NEAR, shifts=draws, rng=rng)
        as_many = np.count_nonzero(shifted >= np.count_nonzero(np.abs(found.difference) <= WITHIN))
        yield (1 + as_many) / (1 + draws)


@cache
def true_synchrony(simulate: Simulate) -> float:
    """Return the share of encounters within the window, from many data sets."""
    found = find_encounters(simulate(np.random.default_rng(TRUE_SEED), TRUE_FROM), NEAR)
    return float((np.abs(found.difference) <= WITHIN).mean())


def synchronies(
    rng: Generator, repetitions: int, draws: int, *, simulate: Simulate
) -> Iterator[Estimate | None]:
    """Estimate the synchrony of one population."""
    return map(estimate_synchrony, encounters(rng, repetitions, simulate))


def synchrony_differences(
    rng: Generator, repetitions: int, draws: int, *, simulate: Simulate, control: Simulate | None = None
) -> Iterator[Estimate | None]:
    """Estimate the difference in synchrony between two populations, of one kind unless the `control` is of another."""
    kinds = simulate, control or simulate
    for both in zip(*(synchronies(rng, repetitions, draws, simulate=kind) for kind in kinds), strict=True):
        first, second = both
        yield None if first is None or second is None else synchrony_difference(first, second)


_CROWD = "accounts repost posts of others after log-normal lags, median 45 min, log standard deviation 1.3"
_OFFICE = (
    "20 independent accounts of unequal activity post in office hours on what is popular that day, 70 days"
)
_UNEVEN = f"{_CROWD}; days and accounts are slower or faster, log standard deviation .5"
_FAST = "accounts repost posts of others after log-normal lags, median 5 min, log standard deviation 1.3"
_CLOCK = "20 independent accounts post on one object every day, each at a time of its own, give or take 20 s"
_REPLICA = "hashtags of a replica's operation of 34,000 posts in which no group is planted"
uneven = partial(cascades, uneven=0.5)
fast = partial(cascades, lag_median=5 * 60)
hourly = partial(office_hours, scheduled=True)
feed = partial(with_group, events=30, participation=1.0)
_OFFICE_OF_12 = partial(office_hours, accounts=12, daily=10.0)
_IN_OFFICES: Scenario = ("office hours", _OFFICE, {"simulate": office_hours})
_TWO_KINDS = [_IN_OFFICES, ("crowd in cascades", f"20 {_CROWD}", {"simulate": cascades})]
_NOT_FOR_CLAIMS: dict[str, Any] = {"for_claims": False, "tested": 50}
_INTERVAL: dict[str, Any] = {"too_high": True, "tested": 50}


def _against_control(scenario: str, null: str, simulate: Simulate, *, alike: bool = False) -> Scenario:
    """Return a scenario in which edges must beat a control: another draw of the population, or a crowd in cascades."""
    control, described = (simulate, "the control alike") if alike else (cascades, f"control: {_CROWD}")
    return scenario, f"{null}; {described}", {"simulate": simulate, "control": control}


STUDIES = (
    *error_studies(
        "coordination_edges",
        false_edges,
        [
            _against_control("office hours", _OFFICE, office_hours),
            _against_control("office hours, ten a day", "the same, 12 accounts", _OFFICE_OF_12),
            _against_control("crowd in cascades", f"20 {_CROWD}", cascades, alike=True),
            _against_control("uneven crowd", f"20 {_UNEVEN}", uneven, alike=True),
            _against_control("fast crowd", f"20 {_FAST}", fast, alike=True),
            _against_control("posts by the clock", _CLOCK, by_the_clock),
            _against_control("crowd nine times faster than the control", f"20 {_FAST}", fast),
            _against_control("replica, no groups", _REPLICA, unplanted_hashtags),
        ],
        quantity=FAMILY_WISE,
        tested=50,
        tested_only=("uneven crowd", "posts by the clock", "replica, no groups"),
    ),
    *power_studies(
        "coordination_edges",
        found_groups,
        [
            (
                f"group of 5, {events} times",
                f"{_OFFICE}; five also act together within a minute, each in 7 of 10 times; control: {_CROWD}; found: half the pairs",
                {"events": events},
            )
            for events in (6, 9, 12, 18)
        ],
        tested=50,
        tested_only=["group of 5, 9 times"],
    ),
    *error_studies("network_shift_test", shift_tests, _TWO_KINDS, tested=50, tested_only=["office hours"]),
    *coverage_studies(
        "synchrony_interval",
        synchronies,
        true_synchrony,
        [_IN_OFFICES, ("uneven crowd", f"20 {_UNEVEN}", {"simulate": uneven})],
        **_INTERVAL,
    ),
    *coverage_studies(
        "synchrony_difference_interval",
        synchrony_differences,
        0,
        [
            ("two uneven crowds", f"20 {_UNEVEN}; the other population alike", {"simulate": uneven}),
            _against_control("crowd nine times faster than the control", f"20 {_FAST}", fast),
        ],
        **_INTERVAL,
    ),
    *error_studies(
        "edges_without_control",
        false_edges,
        [("fast crowd", f"20 {_FAST}", {"simulate": fast})],
        quantity=FAMILY_WISE,
        **_NOT_FOR_CLAIMS,
    ),
    *error_studies(
        "edges_of_automation",
        false_edges,
        [
            (
                "posts at the full hour",
                f"{_OFFICE}, each event waits for the full hour",
                {"simulate": hourly},
            ),
            (
                "one feed within a minute",
                f"{_OFFICE}; five repost one feed within a minute on 30 days",
                {"simulate": feed},
            ),
        ],
        quantity=FAMILY_WISE,
        **_NOT_FOR_CLAIMS,
    ),
    *error_studies(
        "two_objects_in_a_minute", pairs_of_two_objects, _TWO_KINDS, quantity=FAMILY_WISE, **_NOT_FOR_CLAIMS
    ),
    *error_studies("activity_and_popularity_test", activity_tests, _TWO_KINDS, **_NOT_FOR_CLAIMS),
)
