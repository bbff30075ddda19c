"""Error of the methods that tell coordination from crowds, rhythms and chance."""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np
from scipy.stats import chi2_contingency, poisson

from takedown.coordination import evidence, synchrony
from takedown.coordination.windows import Events, compare_windows, excess_difference, nearest_others
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration.network_nulls import (
    DAYS,
    SECONDS_PER_DAY,
    Crowds,
    PairDays,
    by_the_clock,
    cascades,
    close_pairs,
    find_acts,
    find_pair_days,
    group,
    office_hours,
)
from takedown.validation.calibration.network_replica import unplanted_hashtags
from takedown.validation.calibration.study import COVERAGE, FAMILY_WISE, POWER, TOO_HIGH, TYPE_I, Study

ALPHA = 0.05
#: Window, and what is near, in seconds.
WITHIN, NEAR = 60, 600
CHANCE = evidence.chance_within(WITHIN, NEAR)
#: Blocks of days of a data set, about as many as the study has.
BLOCKS = 20
#: Draws of one estimate of the excess of the share of accounts in a pair; the study draws more.
RAREFACTIONS = 5
#: Data sets from which a true synchrony is found, and their seed.
TRUE_FROM, TRUE_SEED = 400, 1

Simulate = Callable[[np.random.Generator, int], Crowds]


def with_group(
    rng: np.random.Generator, repetitions: int, *, events: int, participation: float = 0.7
) -> Crowds:
    """Simulate twenty accounts in office hours, five of which also act together so many times."""
    return office_hours(rng, repetitions) + group(
        rng, repetitions, events=events, participation=participation
    )


def pair_days(rng: np.random.Generator, repetitions: int, simulate: Simulate) -> Iterator[PairDays]:
    """Yield the pair-days of each data set."""
    found = find_pair_days(simulate(rng, repetitions), NEAR)
    ends = np.searchsorted(found.repetition, np.arange(1, repetitions))
    return map(PairDays, *(np.split(column, ends) for column in found.columns))


def estimate_synchrony(found: PairDays) -> Estimate | None:
    """Return the synchrony of the pair-days of one data set."""
    within = (np.abs(found.difference) <= WITHIN).astype(np.int64)
    cells = (found.account_a, found.account_b, found.day * BLOCKS // DAYS, np.ones_like(within), within)
    return synchrony.synchrony(synchrony.PairDays(*cells))


def judge_pairs(found: PairDays, control: PairDays | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of accounts, shape (pairs, 2), and whether they have an edge.

    With a control its synchrony, by the upper end of the interval, is what chance does if that is more. Of days near each
    other in the same part of the day the first counts.
    """
    crowd = None if control is None else estimate_synchrony(control)
    chance = CHANCE if crowd is None or crowd.high is None else max(CHANCE, crowd.high)
    ends = [found.account_a, found.account_b]
    _, first = np.unique(np.stack([*ends, found.part]), axis=1, return_index=True)
    pairs, place = np.unique(np.stack(ends, axis=1)[first], axis=0, return_inverse=True)
    near = np.bincount(place.ravel(), minlength=len(pairs))
    together = np.abs(found.difference[first]) <= WITHIN
    within = np.bincount(place.ravel(), together, len(pairs)).astype(np.int64)
    return pairs, evidence.find_edges(near, within, chance, ALPHA).significant


def false_edges(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    simulate: Simulate,
    control: Simulate | None,
) -> int:
    """Count the data sets in which some pair has an edge."""
    found = pair_days(rng, repetitions, simulate)
    others = [None] * repetitions if control is None else pair_days(rng, repetitions, control)
    return sum(bool(judge_pairs(*both)[1].any()) for both in zip(found, others, strict=True))


def found_groups(rng: np.random.Generator, repetitions: int, draws: int, *, events: int) -> int:
    """Count how often at least half of the ten pairs of a group of five, accounts 0 to 4, have an edge."""
    found = pair_days(rng, repetitions, partial(with_group, events=events))
    hits = 0
    for one, control in zip(found, pair_days(rng, repetitions, cascades), strict=True):
        pairs, edge = judge_pairs(one, control)
        hits += int(edge[(pairs < 5).all(axis=1)].sum()) >= 5
    return hits


def pairs_of_two_objects(
    rng: np.random.Generator, repetitions: int, draws: int, *, simulate: Simulate
) -> int:
    """Count the data sets in which some pair shares two objects within the window, a threshold that is often set."""
    acts = find_acts(simulate(rng, repetitions), 0)
    one, other = close_pairs(acts, acts.object, WITHIN)
    ends = np.sort([acts.account[one], acts.account[other]], axis=0)
    shared = np.unique([acts.repetition[one], *ends, acts.object[one]], axis=1)
    _, objects = np.unique(shared[:3], axis=1, return_counts=True)
    repetition = np.unique(shared[:3], axis=1)[0]
    return len(np.unique(repetition[objects >= 2]))


def more_than_dealt(rng: np.random.Generator, repetitions: int, draws: int, *, simulate: Simulate) -> int:
    """Count how often there are more pairs of events within the window than activity and popularity alone give.

    The number expected is that of workflow/sql/coordination/evidence/dealt_objects.sql, the test Poisson's.
    """
    acts = find_acts(simulate(rng, repetitions), NEAR)
    day = acts.repetition * (DAYS + 1) + acts.time // SECONDS_PER_DAY
    days = int(day.max()) + 1
    popular = np.unique([day, acts.object], axis=1, return_counts=True)
    same_object = np.bincount(popular[0][0], popular[1] * (popular[1] - 1.0), days)
    number = np.bincount(day, minlength=days)
    one, other = close_pairs(acts, acts.repetition, WITHIN)
    one = one[day[one] == day[other]]
    close = np.bincount(day[one], minlength=days)
    expected = close * same_object / np.maximum(number * (number - 1), 1)
    one, other = close_pairs(acts, acts.object, WITHIN)
    one = one[day[one] == day[other]]
    repetition = np.arange(days) // (DAYS + 1)
    sums = (
        np.bincount(repetition, of, repetitions) for of in (np.bincount(day[one], minlength=days), expected)
    )
    observed, expected = sums
    return int((poisson.sf(observed - 1, expected) <= ALPHA).sum())


def shifted_network(rng: np.random.Generator, repetitions: int, draws: int, *, simulate: Simulate) -> int:
    """Count how often shifted account-days have too rarely as many pair-days within the window as the data."""
    hits = 0
    for found in pair_days(rng, repetitions, simulate):
        if len(found.day) == 0:
            continue
        ends = np.stack([found.account_a, found.account_b]) * DAYS + found.day
        _, number = np.unique(ends, return_inverse=True)
        shifted = evidence.shifted_days(
            *number.reshape(2, -1), found.difference, window=WITHIN, near=NEAR, shifts=draws, rng=rng
        )
        as_many = np.count_nonzero(shifted >= np.count_nonzero(np.abs(found.difference) <= WITHIN))
        hits += (1 + as_many) / (1 + draws) <= ALPHA
    return hits


@cache
def true_synchrony(simulate: Simulate) -> float:
    """Return the share of pair-days within the window, from many data sets."""
    found = find_pair_days(simulate(np.random.default_rng(TRUE_SEED), TRUE_FROM), NEAR)
    return float((np.abs(found.difference) <= WITHIN).mean())


def synchronies(rng: np.random.Generator, repetitions: int, simulate: Simulate) -> Iterator[tuple]:
    """Yield estimates of synchrony with the truth."""
    for found in pair_days(rng, repetitions, simulate):
        yield estimate_synchrony(found), true_synchrony(simulate)


def synchrony_differences(rng: np.random.Generator, repetitions: int, simulate: Simulate) -> Iterator[tuple]:
    """Yield estimates of the difference between two populations of one kind with the truth, 0."""
    for both in zip(*(pair_days(rng, repetitions, simulate) for _ in range(2)), strict=True):
        yield synchrony.synchrony_difference(*map(estimate_synchrony, both)), 0.0


def excess_differences(
    rng: np.random.Generator, repetitions: int, populations: tuple[Simulate, Simulate]
) -> Iterator[tuple]:
    """Yield estimates of the difference of the excess share of accounts in a pair with the truth, 0."""
    names = ("operation", "control")
    for both in zip(*(split_events(of(rng, repetitions), repetitions) for of in populations), strict=True):
        events = dict(zip(names, both, strict=True))
        curves = compare_windows(events, [WITHIN], RAREFACTIONS, dict.fromkeys(names, rng))
        yield excess_difference(*(curves[name] for name in names)), 0.0


def covered(rng: np.random.Generator, repetitions: int, draws: int, *, estimates: Callable) -> int:
    """Count how often the interval holds the truth; where there is none, nothing errs."""
    return sum(
        one is None or one.low is None or one.low <= truth <= one.high
        for one, truth in estimates(rng, repetitions)
    )


def too_high(rng: np.random.Generator, repetitions: int, draws: int, *, estimates: Callable) -> int:
    """Count how often the interval lies above the truth."""
    return sum(
        one is not None and one.low is not None and one.low > truth
        for one, truth in estimates(rng, repetitions)
    )


def different_paired_shares(
    rng: np.random.Generator, repetitions: int, draws: int, *, populations: tuple[Simulate, Simulate]
) -> int:
    """Count how often a chi-square test finds that the shares of accounts in a pair differ, sizes left as they are."""
    wrong = 0
    for both in zip(*(split_events(of(rng, repetitions), repetitions) for of in populations), strict=True):
        near = [nearest_others(of.account, of.object, of.time) <= WITHIN for of in both]
        paired = np.array([len(np.unique(of.account[pair])) for of, pair in zip(both, near, strict=True)])
        counts = np.array([paired, [of.accounts for of in both] - paired])
        wrong += bool((counts.sum(axis=1) > 0).all() and chi2_contingency(counts, False).pvalue <= ALPHA)
    return wrong


def split_events(crowds: Crowds, repetitions: int) -> Iterator[Events]:
    """Yield the events of each data set, its accounts and objects numbered from 0 without a gap."""
    crowds = find_acts(crowds, 0)
    crowds = crowds.taken(np.argsort(crowds.repetition, kind="stable"))
    ends = np.searchsorted(crowds.repetition, np.arange(1, repetitions))
    for _, account, object, time in zip(*(np.split(of, ends) for of in crowds.columns), strict=True):
        numbered = (np.unique(of, return_inverse=True)[1] for of in (account, object))
        yield Events(*numbered, time, time // SECONDS_PER_DAY * BLOCKS // DAYS)


_CROWD = "accounts repost posts of others after log-normal lags, median 45 min, log standard deviation 1.3"
_OFFICE = (
    "20 independent accounts of unequal activity post in office hours on what is popular that day, 70 days"
)
_UNEVEN = f"{_CROWD}; days and accounts are slower or faster, log standard deviation .5"
_FAST = "accounts repost posts of others after log-normal lags, median 5 min, log standard deviation 1.3"
_REPLICA = "hashtags of a replica's operation of 34,000 posts in which no group is planted"
uneven = partial(cascades, uneven=0.5)
fast = partial(cascades, lag_median=5 * 60)
hourly = partial(office_hours, scheduled=True)
feed = partial(with_group, events=30, participation=1.0)
#: Scenario → population that is tested, the control that its edges must beat, and what is simulated.
NONE_PLANTED = {
    "office hours": (office_hours, cascades, f"{_OFFICE}; control: {_CROWD}"),
    "office hours, ten a day": (
        partial(office_hours, accounts=12, daily=10.0),
        cascades,
        f"the same, 12 accounts; control: {_CROWD}",
    ),
    "crowd in cascades": (cascades, cascades, f"20 {_CROWD}; the control alike"),
    "uneven crowd": (uneven, uneven, f"20 {_UNEVEN}; the control alike"),
    "fast crowd": (fast, fast, f"20 {_FAST}; the control alike"),
    "posts by the clock": (
        by_the_clock,
        cascades,
        f"20 independent accounts post on one object every day, each at a time of its own, give or take 20 s; control: {_CROWD}",
    ),
    "replica, no groups": (unplanted_hashtags, cascades, f"{_REPLICA}; control: {_CROWD}"),
}
AUTOMATED = {
    "posts at the full hour": (hourly, f"{_OFFICE}, each event waits for the full hour"),
    "one feed within a minute": (feed, f"{_OFFICE}; five repost one feed within a minute on 30 days"),
}
#: Pairs of populations that do not coordinate; the second is larger and busier, or of another kind.
_CROWD_OF_40 = partial(cascades, accounts=40, daily=1, mean_size=5.0)
_CROWD_OF_60 = partial(cascades, accounts=60, daily=2, mean_size=6.0)
_OFFICE_OF_40 = partial(office_hours, accounts=40, daily=0.2)
POPULATIONS = {
    "crowds, one larger and busier": ((_CROWD_OF_40, _CROWD_OF_60), f"40 and 60 {_CROWD}"),
    "office hours and a crowd": ((_OFFICE_OF_40, _CROWD_OF_40), f"40 accounts in office hours; 40 {_CROWD}"),
}
INTERVALS = {
    ("synchrony_interval", "office hours"): (partial(synchronies, simulate=office_hours), _OFFICE),
    ("synchrony_interval", "uneven crowd"): (partial(synchronies, simulate=uneven), f"20 {_UNEVEN}"),
    ("synchrony_difference_interval", "two uneven crowds"): (
        partial(synchrony_differences, simulate=uneven),
        f"20 {_UNEVEN}; the other population alike",
    ),
    **{
        ("paired_share_excess_interval", scenario): (partial(excess_differences, populations=both), null)
        for scenario, (both, null) in POPULATIONS.items()
    },
}

STUDIES = (
    *(
        Study(
            "coordination_edges",
            scenario,
            FAMILY_WISE,
            ALPHA,
            null,
            partial(false_edges, simulate=simulate, control=control),
            tested=50 if scenario in ("uneven crowd", "posts by the clock", "replica, no groups") else 0,
        )
        for scenario, (simulate, control, null) in NONE_PLANTED.items()
    ),
    *(
        Study(
            "coordination_edges",
            f"group of 5, {events} times",
            POWER,
            None,
            f"{_OFFICE}; five also act together within a minute, each in 7 of 10 times; control: {_CROWD}; found: half the pairs",
            partial(found_groups, events=events),
            tested=50 if events == 9 else 0,
        )
        for events in (6, 9, 12, 18)
    ),
    *(
        Study(
            "network_shift_test",
            scenario,
            TYPE_I,
            ALPHA,
            null,
            partial(shifted_network, simulate=simulate),
            tested=50 if simulate is office_hours else 0,
        )
        for scenario, simulate, null in (
            ("office hours", office_hours, _OFFICE),
            ("crowd in cascades", cascades, f"20 {_CROWD}"),
        )
    ),
    *(
        Study(method, scenario, quantity, nominal, null, partial(count, estimates=estimates), tested=tested)
        for (method, scenario), (estimates, null) in INTERVALS.items()
        for quantity, nominal, count, tested in (
            (COVERAGE, 0.95, covered, 50),
            (TOO_HIGH, 0.025, too_high, 0),
        )
    ),
    *(
        Study(
            method,
            scenario,
            FAMILY_WISE,
            ALPHA,
            null,
            partial(false_edges, simulate=simulate, control=None),
            for_claims=False,
            tested=50,
        )
        for method, scenario, simulate, null in (
            ("edges_without_control", "fast crowd", fast, f"20 {_FAST}"),
            *(("edges_of_automation", name, *automated) for name, automated in AUTOMATED.items()),
        )
    ),
    *(
        Study(method, scenario, quantity, ALPHA, null, partial(count, simulate=simulate), False, tested=50)
        for method, quantity, count in (
            ("two_objects_in_a_minute", FAMILY_WISE, pairs_of_two_objects),
            ("activity_and_popularity_test", TYPE_I, more_than_dealt),
        )
        for scenario, simulate, null in (
            ("office hours", office_hours, _OFFICE),
            ("crowd in cascades", cascades, f"20 {_CROWD}"),
        )
    ),
    *(
        Study(
            "paired_share_test",
            scenario,
            TYPE_I,
            ALPHA,
            null,
            partial(different_paired_shares, populations=both),
            for_claims=False,
            tested=50,
        )
        for scenario, (both, null) in POPULATIONS.items()
    ),
)
