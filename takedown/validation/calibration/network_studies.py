"""Errors of the methods that tell coordination from crowds, rhythms and chance.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.random import Generator

from takedown.coordination.evidence import chance_within
from takedown.coordination.synchrony import sum_pair_days, synchrony
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration.network_nulls import (
    DAYS,
    Encounters,
    Simulate,
    cascades,
    close_pairs,
    find_acts,
    find_encounters,
    office_hours,
)
from takedown.validation.calibration.study import (
    ALPHA,
    FAMILY_WISE,
    Scenario,
    coverage_studies,
    error_studies,
)
from takedown.validation.former_test import find_former_edges

#: Window and nearness, in seconds.
WITHIN, NEAR = 60, 600
CHANCE = chance_within(WITHIN, NEAR)
#: Blocks of days of a data set, about as many as the study has.
BLOCKS = 20
#: Data sets from which the true synchrony is computed, and their seed.
TRUE_FROM, TRUE_SEED = 400, 1


def encounters(rng: Generator, repetitions: int, simulate: Simulate) -> Iterator[Encounters]:
    """Yield the encounters of each data set."""
    found = find_encounters(simulate(rng, repetitions), NEAR)
    ends = np.searchsorted(found.repetition, np.arange(1, repetitions))
    return map(Encounters, *(np.split(column, ends) for column in found.columns))


def estimate_synchrony(found: Encounters) -> Estimate | None:
    """Return the synchrony of one data set."""
    within = (np.abs(found.difference) <= WITHIN).astype(np.int64)
    block = found.day * BLOCKS // DAYS
    return synchrony(sum_pair_days(found.account_a, found.account_b, block, within))


def edges_against_control(
    rng: Generator, repetitions: int, draws: int, *, simulate: Simulate, control: Simulate
) -> Iterator[bool]:
    """Look for a pair with an edge by the former test, which takes the control's synchrony for what a crowd can do.

    Of the days on which a pair meets in the same part of the day only the first counts.
    """
    both = zip(*(encounters(rng, repetitions, of) for of in (simulate, control)), strict=True)
    for found, others in both:
        crowd = estimate_synchrony(others)
        chance = CHANCE if crowd is None or crowd.high is None else max(CHANCE, crowd.high)
        ends = [found.account_a, found.account_b]
        _, first = np.unique(np.stack([*ends, found.part]), axis=1, return_index=True)
        place = np.unique(np.stack(ends, axis=1)[first], axis=0, return_inverse=True)[1].ravel()
        together = np.bincount(place, np.abs(found.difference[first]) <= WITHIN).astype(np.int64)
        yield bool(find_former_edges(np.bincount(place), together, chance, ALPHA).any())


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


_CROWD = "accounts repost posts of others after log-normal lags, median 45 min, log standard deviation 1.3"
_OFFICE = (
    "20 independent accounts of unequal activity post in office hours on what is popular that day, 70 days"
)
_UNEVEN = f"{_CROWD}; days and accounts are slower or faster, log standard deviation .5"
_FAST = "accounts repost posts of others after log-normal lags, median 5 min, log standard deviation 1.3"
uneven = partial(cascades, uneven=0.5)
fast = partial(cascades, lag_median=5 * 60)
_FASTER = "crowd nine times faster than the control"
_IN_OFFICES: Scenario = ("office hours", _OFFICE, {"simulate": office_hours})
_TWO_KINDS = [_IN_OFFICES, ("crowd in cascades", f"20 {_CROWD}", {"simulate": cascades})]
_NOT_FOR_CLAIMS: dict[str, Any] = {"for_claims": False, "tested": 50}
_INTERVAL: dict[str, Any] = {"too_high": True, "tested": 50}

STUDIES = (
    *coverage_studies(
        "synchrony_interval",
        synchronies,
        true_synchrony,
        [_IN_OFFICES, ("uneven crowd", f"20 {_UNEVEN}", {"simulate": uneven})],
        **_INTERVAL,
    ),
    *error_studies(
        "edges_against_control",
        edges_against_control,
        [(_FASTER, f"20 {_FAST}; control: {_CROWD}", {"simulate": fast, "control": cascades})],
        quantity=FAMILY_WISE,
        **_NOT_FOR_CLAIMS,
    ),
    *error_studies(
        "two_objects_in_a_minute", pairs_of_two_objects, _TWO_KINDS, quantity=FAMILY_WISE, **_NOT_FOR_CLAIMS
    ),
)
