"""Errors of the fold of a burst day and of the hours of sessions, and of usual rivals."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.random import Generator

from takedown.creation import bursts
from takedown.creation.sessions import HOUR_MS, hour_uniformity
from takedown.statistics import circular
from takedown.statistics.estimate import Estimate
from takedown.statistics.sessions import Sessions
from takedown.validation.calibration import nulls
from takedown.validation.calibration.creation_nulls import BASELINE_DAYS, RATES
from takedown.validation.calibration.study import FAMILY_WISE, coverage_studies, error_studies, power_studies

#: Sessions on each of the 107 days of the release that have any.
SESSIONS_OF_DAYS = np.repeat([1, 2, 3, 5], [77, 23, 6, 1])
#: The null on which detectors of bursts err most: a calendar that only grows.
GROWING = "growing 1 to 20 a day in a year"


def folds(rng: Generator, repetitions: int, draws: int, *, rate: float, fold: float) -> Iterator[Estimate]:
    """Estimate the fold of a day that has the expected accounts of `fold` days."""
    simulated = nulls.calendars(rng, repetitions, np.full(1500, rate))
    days = rng.integers(simulated.shape[1], size=repetitions)
    burst = rng.poisson(rng.gamma(fold / nulls.DISPERSION, rate * nulls.DISPERSION, repetitions))
    for counts, day, accounts in zip(simulated, days, burst.tolist(), strict=True):
        around, length = (values[day] for values in bursts.local_baseline(counts, BASELINE_DAYS))
        yield bursts.fold(accounts, int(around), int(length), nulls.DISPERSION)


def session_hours(
    rng: Generator, repetitions: int, draws: int, *, share: float, around: float | None = None
) -> Iterator[Estimate]:
    """Test sessions, of which a share starts between 9 and 18 h, for a preferred hour; estimate the resultant length.

    With `around` the sessions of a day (`SESSIONS_OF_DAYS`) start around its hour, with that standard deviation in hours.
    """
    hours, accounts = nulls.session_starts(rng, repetitions)
    if around is not None:
        of_day = hours[:, np.repeat(np.arange(len(SESSIONS_OF_DAYS)), SESSIONS_OF_DAYS)]
        hours = (of_day + around * rng.normal(size=of_day.shape)) % nulls.HOURS
    hours = np.where(rng.random(hours.shape) < share, rng.uniform(9, 18, hours.shape), hours)
    for starts, sizes in zip((hours * HOUR_MS).astype(np.int64), accounts, strict=True):
        found = hour_uniformity(Sessions(starts, starts, sizes), 0)
        yield Estimate(found.resultant_length, found.low, found.high, found.p_value)


def session_length_truth(share: float) -> float:
    """Return the resultant length of sessions of which a share is uniform between 9 and 18 h.

    Half of this arc of nine hours is an angle of π 9 / 24, and np.sinc(x) is sin(πx) / (πx).
    """
    return float(share * np.sinc(9 / 24))


def account_hours(rng: Generator, repetitions: int, draws: int) -> Iterator[float]:
    """Test uniform sessions for a preferred hour as if every account were independent."""
    hours, accounts = nulls.session_starts(rng, repetitions)
    total = accounts.sum(axis=1)
    return map(circular.rayleigh_p_value, np.abs(circular.direction_sums(hours, accounts)) / total, total)


def kleinberg_alarms(rng: Generator, repetitions: int, draws: int, *, rate: np.ndarray) -> Iterator[bool]:
    """Look in calendars without bursts for a burst by Kleinberg's automaton around the mean of the whole calendar."""
    for counts in nulls.calendars(rng, repetitions, rate):
        yield bool((kleinberg_burst(counts) & (counts > 0)).any())


def kleinberg_burst(counts: np.ndarray, ratio: float = 2.0, gamma: float = 1.0) -> np.ndarray:
    """Return the days of the burst state of a two-state automaton, booleans; `counts` has one entry a day.

    Accounts of a day are Poisson with the mean rate in the low state and `ratio` times it in the burst; a state costs the
    negative log likelihood, entering the burst gamma · ln(days), leaving it nothing (J. Kleinberg, Bursty and hierarchical
    structure in streams, 2003, section 2, with counts in place of gaps). Viterbi's recursion keeps the cost of ending in
    the burst less that of ending in the low state. Of equal paths the one that leaves the burst first is taken.
    """
    climb = gamma * np.log(len(counts))
    dearer = (ratio - 1) * counts.mean() - counts * np.log(ratio)
    before = climb
    for day, cost in enumerate(dearer):
        before = dearer[day] = cost + min(max(before, 0), climb)
    burst = np.zeros(len(counts), bool)
    burst[-1] = dearer[-1] < 0
    for day in range(len(counts) - 2, -1, -1):
        burst[day] = dearer[day] < (climb if burst[day + 1] else 0)
    return burst


_KNOWN = f"{nulls.CALENDAR_CLUSTERS}; the method knows the dispersion"
_SESSIONS = "146 sessions at uniformly distributed hours; four of them hold more than forty accounts each"
_SHARES = [
    (f"{words} of the sessions from 9 to 18", words, share)
    for words, share in (("a quarter", 0.25), ("half", 0.5))
]
_FROM_9_TO_18 = "146 sessions at uniformly distributed hours, except for the share between 9 and 18 o'clock"
STUDIES = (
    *coverage_studies(
        "burst_fold_interval",
        partial(folds, fold=10),
        10,
        [(f"10 times {rate:g} a day", _KNOWN, {"rate": rate}) for rate in (0.2, 1.0)],
        tested=50,
    ),
    *error_studies(
        "session_hour_test",
        session_hours,
        [
            ("even hours", _SESSIONS, {"share": 0.0}),
            (
                "even days, sessions of a day alike",
                "146 sessions on 107 days, as many on each day as in the release; each day has a uniformly distributed hour, and its "
                "sessions vary around it with a standard deviation of 5 hours",
                {"share": 0.0, "around": 5.0},
            ),
        ],
    ),
    *power_studies(
        "session_hour_test",
        session_hours,
        [
            (
                scenario,
                f"146 sessions, {words} of them between 9 and 18 o'clock, the others at uniformly distributed hours",
                {"share": share},
            )
            for scenario, words, share in _SHARES
        ],
    ),
    *coverage_studies(
        "session_resultant_length_interval",
        session_hours,
        session_length_truth,
        [
            (scenario, _FROM_9_TO_18, {"share": share})
            for scenario, _, share in (("even hours", "", 0.0), *_SHARES)
        ],
    ),
    *error_studies("account_hour_test", account_hours, [("even hours", _SESSIONS, {})], for_claims=False),
    *error_studies(
        "kleinberg_global",
        kleinberg_alarms,
        [(GROWING, nulls.CALENDAR_CLUSTERS, {"rate": RATES[GROWING]})],
        quantity=FAMILY_WISE,
        nominal=None,
        for_claims=False,
        tested=50,
    ),
)
