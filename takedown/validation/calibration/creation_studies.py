"""Errors of the methods that describe how account creation clusters: burst days, scan, concentration, sessions, detectors."""

from collections.abc import Iterator
from functools import cache, partial
from typing import TypedDict

import numpy as np
from scipy.special import ndtr
from scipy.stats import ks_2samp, mannwhitneyu

from takedown.creation import bursts
from takedown.creation.concentration import coincidence, coincidence_ratio, dispersion_index
from takedown.creation.detectors import detectors
from takedown.creation.sessions import HOUR_MS, hour_uniformity
from takedown.statistics import circular
from takedown.statistics.estimate import Estimate
from takedown.statistics.sessions import Sessions
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import (
    ALPHA,
    coverage,
    family_wise_error,
    interval_errors,
    power,
    rejected,
    type_i_error,
)

BASELINE_DAYS = 90
#: Simulated maxima of the scan: a Monte Carlo test has the same size with 19, 39, 59 … as with 1,999.
SCAN_DRAWS = 39
RATES = {
    "flat .1 a day": np.full(1500, 0.1),
    "flat 1 a day": np.full(1500, 1.0),
    "growing .05 to 2 a day in four years": np.geomspace(0.05, 2, 1500),
    "growing 1 to 20 a day in a year": np.geomspace(1, 20, 365),
}
SHORTEST = "growing 1 to 20 a day in a year"


class Population(TypedDict):
    """Arguments of `nulls.batch_calendars`."""

    days: int
    rate: float
    batches: float
    spread: float


def operation(spread: float) -> Population:
    """Return the operation: single accounts on every day, and batches of moderate (.5) or heavy-tailed (1) size."""
    return {"days": 4154, "rate": 0.13, "batches": 15, "spread": spread}


CONTROL: Population = {"days": 4154, "rate": 1.3, "batches": 5, "spread": 0.5}
SPREADS = {"batches of moderate spread": 0.5, "batches of heavy-tailed size": 1.0}
WAVES = {"batches on any day": 0, "batches in waves": 3}


def control_dispersion(rng: np.random.Generator) -> float:
    """Estimate the dispersion from a simulated control without bursts, as the study does from its control."""
    control = nulls.calendars(rng, 1, np.full(1500, 0.8))[0]
    return bursts.estimate_dispersion(control, BASELINE_DAYS)


def false_bursts(rng: np.random.Generator, repetitions: int, draws: int, *, rate: np.ndarray) -> int:
    """Count the calendars without bursts in which a day is flagged."""
    simulated = nulls.calendars(rng, repetitions, rate)
    return sum(
        bool(bursts.find_bursts(counts, control_dispersion(rng), BASELINE_DAYS).flagged.any())
        for counts in simulated
    )


def found_bursts(
    rng: np.random.Generator, repetitions: int, draws: int, *, rate: float, accounts: int
) -> int:
    """Count the flat calendars in which accounts added on one day are flagged."""
    simulated = nulls.calendars(rng, repetitions, np.full(1500, rate))
    days = rng.integers(simulated.shape[1], size=repetitions)
    simulated[np.arange(repetitions), days] += accounts
    return sum(
        bool(bursts.find_bursts(counts, nulls.DISPERSION, BASELINE_DAYS).flagged[day])
        for counts, day in zip(simulated, days, strict=True)
    )


def folds(
    rng: np.random.Generator, repetitions: int, draws: int, *, rate: float, fold: float
) -> Iterator[Estimate]:
    """Estimate the fold of a day that has the expected accounts of `fold` days."""
    simulated = nulls.calendars(rng, repetitions, np.full(1500, rate))
    days = rng.integers(simulated.shape[1], size=repetitions)
    burst = rng.poisson(rng.gamma(fold / nulls.DISPERSION, rate * nulls.DISPERSION, repetitions))
    for counts, day, accounts in zip(simulated, days, burst.tolist(), strict=True):
        around, length = (values[day] for values in bursts.local_baseline(counts, BASELINE_DAYS))
        yield bursts.fold(accounts, int(around), int(length), nulls.DISPERSION)


def scan(counts: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """Return the days that the scan flags in a calendar, and its p-value."""
    days = bursts.find_bursts(counts, nulls.DISPERSION, BASELINE_DAYS)
    return bursts.scan_bursts(counts, days, BASELINE_DAYS, SCAN_DRAWS, rng)


def false_scans(
    rng: np.random.Generator, repetitions: int, draws: int, *, rate: np.ndarray
) -> Iterator[float]:
    """Scan calendars without bursts."""
    for counts in nulls.calendars(rng, repetitions, rate):
        yield scan(counts, rng)[1]


def found_scans(rng: np.random.Generator, repetitions: int, draws: int, *, rate: float, accounts: int) -> int:
    """Count the flat calendars in which the scan finds accounts added in equal parts on four consecutive days."""
    found = 0
    for counts in nulls.calendars(rng, repetitions, np.full(1500, rate)):
        first = int(rng.integers(len(counts) - 4))
        counts[first : first + 4] += accounts // 4
        found += bool(scan(counts, rng)[0][first : first + 4].any())
    return found


@cache
def coincidence_truth(days: int, rate: float, batches: float, spread: float) -> float:
    """Return expected pairs of accounts of one day over squared expected accounts in `nulls.batch_calendars`.

    Pairs are of two single accounts, of a single account and one of a batch, of one batch, and of two batches.
    """
    smaller = np.arange(20_000)
    # Probability that a batch has more accounts than each number; sizes are rounded up, so a batch has at least one account.
    with np.errstate(divide="ignore"):
        larger = ndtr(-np.log(smaller / 8) / spread)
    size, pairs_of_batch = larger.sum(), (2 * smaller * larger).sum()
    single = days * rate**2 * (1 + nulls.DISPERSION)
    in_batches = batches * size
    pairs = single + 2 * rate * in_batches + batches * pairs_of_batch + in_batches**2 / days
    return float(pairs / (days * rate + in_batches) ** 2)


def coincidences(
    rng: np.random.Generator, repetitions: int, draws: int, *, unit: str, spread: float
) -> Iterator[Estimate]:
    """Estimate the coincidence probability of the operation."""
    for counts in nulls.batch_calendars(rng, repetitions, **operation(spread)):
        yield coincidence(counts, unit)


def coincidence_ratios(
    rng: np.random.Generator, repetitions: int, draws: int, *, unit: str, spread: float
) -> Iterator[Estimate]:
    """Estimate its ratio to that of a larger control with few batches."""
    first = nulls.batch_calendars(rng, repetitions, **operation(spread))
    second = nulls.batch_calendars(rng, repetitions, **CONTROL)
    for counts, control in zip(first, second, strict=True):
        yield coincidence_ratio(counts, control, unit)


@cache
def dispersion_truth(waves: int) -> float:
    """Return variance over mean of the days of the simulated population, from two thousand calendars."""
    rng = np.random.default_rng(0)
    chunks = [
        nulls.batch_calendars(rng, 100, **operation(0.5), waves=waves).astype(np.int32) for _ in range(20)
    ]
    variance = np.mean([counts.var(axis=1, ddof=1).mean() for counts in chunks])
    return float(variance / np.mean([counts.mean() for counts in chunks]))


def dispersions(rng: np.random.Generator, repetitions: int, draws: int, *, waves: int) -> Iterator[Estimate]:
    """Estimate the index of dispersion of the operation."""
    return map(dispersion_index, nulls.batch_calendars(rng, repetitions, **operation(0.5), waves=waves))


def calendar_tests(
    rng: np.random.Generator, repetitions: int, draws: int, *, ks: bool, waves: int
) -> Iterator[float]:
    """Compare two calendars of one population with batches: by Kolmogorov and Smirnov's or Mann and Whitney's test."""
    both = [nulls.batch_calendars(rng, repetitions, **operation(1.0), waves=waves) for _ in range(2)]
    days = np.arange(both[0].shape[1])
    for counts in zip(*both, strict=True):
        one, other = (np.repeat(days, each) for each in counts)
        yield (ks_2samp(one, other, method="asymp") if ks else mannwhitneyu(one, other)).pvalue


def session_hours(
    rng: np.random.Generator, repetitions: int, draws: int, *, share: float = 0.0
) -> Iterator[Estimate]:
    """Test sessions, of which a share starts between 9 and 18 h, for a preferred hour; estimate the resultant length."""
    hours, accounts = nulls.session_starts(rng, repetitions)
    hours = np.where(rng.random(hours.shape) < share, rng.uniform(9, 18, hours.shape), hours)
    for starts, sizes in zip((hours * HOUR_MS).astype(np.int64), accounts, strict=True):
        found = hour_uniformity(Sessions(starts, starts, sizes), 0)
        yield Estimate(found.resultant_length, found.low, found.high, found.p_value)


def session_length_truth(share: float) -> float:
    """Return the resultant length of sessions of which a share is uniform between 9 and 18 h.

    Half of this arc of nine hours is an angle of π 9 / 24, and np.sinc(x) is sin(πx) / (πx).
    """
    return float(share * np.sinc(9 / 24))


def account_hours(rng: np.random.Generator, repetitions: int, draws: int) -> Iterator[float]:
    """Test uniform sessions for a preferred hour as if every account were independent."""
    hours, accounts = nulls.session_starts(rng, repetitions)
    total = accounts.sum(axis=1)
    return map(circular.rayleigh_p_value, np.abs(circular.direction_sums(hours, accounts)) / total, total)


def false_alarms(
    rng: np.random.Generator, repetitions: int, draws: int, *, detector: str, rate: np.ndarray
) -> int:
    """Count the calendars without bursts in which a common burst detector flags a day."""
    detect = detectors(nulls.DISPERSION, BASELINE_DAYS, ALPHA, draws, rng)[detector]
    return int(detect(nulls.calendars(rng, repetitions, rate)).any(axis=1).sum())


_KNOWN = f"{nulls.CALENDAR_CLUSTERS}, which the method knows"
_ESTIMATED = f"{nulls.CALENDAR_CLUSTERS}, which the test estimates from a simulated control"
_BATCHES = "some 500 single accounts over 4,154 days and about 15 batches, each whole on one day, of log-normal size around 8"
_TWO = f"two calendars of one population: {_BATCHES}, heavy-tailed"
_SESSIONS = "146 sessions at even hours, of which four hold more than forty accounts each"
_IN_WAVES = ", in three waves"
_SHARES = {"a quarter": 0.25, "half": 0.5}

STUDIES = (
    *(
        family_wise_error("burst_day_test", name, _ESTIMATED, partial(false_bursts, rate=rate), tested=50)
        for name, rate in RATES.items()
    ),
    *(
        power(
            "burst_day_test",
            f"{accounts} accounts on a day, {rate:g} a day",
            _KNOWN,
            partial(found_bursts, rate=rate, accounts=accounts),
            tested=50,
        )
        for rate, accounts in ((0.2, 5), (0.2, 8), (0.2, 12), (1.0, 12))
    ),
    *(
        coverage(
            "burst_fold_interval",
            f"10 times {rate:g} a day",
            _KNOWN,
            partial(folds, rate=rate, fold=10),
            truth=10,
            tested=50,
        )
        for rate in (0.2, 1.0)
    ),
    *(
        family_wise_error(
            "scan", name, _KNOWN, rejected(false_scans, rate=rate), tested=50 if name == SHORTEST else 0
        )
        for name, rate in RATES.items()
    ),
    power(
        "scan",
        "16 accounts over four days, 0.2 a day",
        _KNOWN,
        partial(found_scans, rate=0.2, accounts=16),
        tested=0,
    ),
    *(
        study
        for unit, end in (("day", ""), ("account", "_by_account"))
        for method, find in (
            ("coincidence_probability", coincidences),
            ("coincidence_ratio", coincidence_ratios),
        )
        for scenario, spread in SPREADS.items()
        for study in interval_errors(
            f"{method}{end}",
            scenario,
            _BATCHES,
            partial(find, unit=unit, spread=spread),
            truth=coincidence_truth(**operation(spread))
            / (coincidence_truth(**CONTROL) if find is coincidence_ratios else 1),
            for_claims=unit == "day",
            lower_end=True,
        )
    ),
    *(
        study
        for scenario, waves in WAVES.items()
        for study in interval_errors(
            "dispersion_index",
            scenario,
            f"{_BATCHES}{_IN_WAVES if waves else ''}",
            partial(dispersions, waves=waves),
            truth=partial(dispersion_truth, waves),
            lower_end=True,
        )
    ),
    *(
        type_i_error(
            method,
            scenario,
            f"{_TWO}{_IN_WAVES if waves else ''}",
            rejected(calendar_tests, ks=ks, waves=waves),
            for_claims=False,
        )
        for method, ks in (("ks_calendar_test", True), ("mann_whitney_calendar_test", False))
        for scenario, waves in WAVES.items()
    ),
    type_i_error("session_hour_test", "even hours", _SESSIONS, rejected(session_hours)),
    *(
        power(
            "session_hour_test",
            f"{words} of the sessions from 9 to 18",
            f"146 sessions, {words} of them from 9 to 18 o'clock, the others at even hours",
            rejected(session_hours, share=share),
        )
        for words, share in _SHARES.items()
    ),
    *(
        coverage(
            "session_resultant_length_interval",
            scenario,
            "146 sessions at even hours, but for the share that lies between 9 and 18 o'clock",
            partial(session_hours, share=share),
            truth=session_length_truth(share),
        )
        for scenario, share in (
            ("even hours", 0.0),
            *((f"{words} of the sessions from 9 to 18", share) for words, share in _SHARES.items()),
        )
    ),
    type_i_error("account_hour_test", "even hours", _SESSIONS, rejected(account_hours), for_claims=False),
    *(
        family_wise_error(
            detector,
            name,
            nulls.CALENDAR_CLUSTERS,
            partial(false_alarms, detector=detector, rate=RATES[name]),
            nominal=nominal,
            for_claims=False,
            tested=50 if nominal else 200,
        )
        for detector, nominal, scenarios in (
            ("kleinberg_global", None, RATES),
            ("kleinberg_local", None, RATES),
            # Bayesian blocks take a tenth of a second for a long calendar, so they see only the shortest and the sparsest.
            ("bayesian_blocks", ALPHA, ("flat .1 a day", SHORTEST)),
            ("moving_z", None, RATES),
        )
        for name in scenarios
    ),
)
