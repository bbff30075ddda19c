"""Errors of the methods that describe how account creation clusters: burst days, scan, concentration, sessions, detectors.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import TypedDict

import numpy as np
from numpy.random import Generator
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
    FAMILY_WISE,
    Scenario,
    coverage_studies,
    error_studies,
    power_studies,
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


class BatchedDays(TypedDict):
    """Arguments of `nulls.batch_calendars`."""

    days: int
    rate: float
    batches: float
    spread: float


def operation(spread: float) -> BatchedDays:
    """Return the operation: single accounts on every day, and batches of moderate (.5) or heavy-tailed (1) size."""
    return {"days": 4154, "rate": 0.13, "batches": 15, "spread": spread}


CONTROL: BatchedDays = {"days": 4154, "rate": 1.3, "batches": 5, "spread": 0.5}


def control_dispersion(rng: Generator) -> float:
    """Estimate the dispersion from a simulated control without bursts, as the study does from its control."""
    control = nulls.calendars(rng, 1, np.full(1500, 0.8))[0]
    return bursts.estimate_dispersion(control, BASELINE_DAYS)


def false_bursts(rng: Generator, repetitions: int, draws: int, *, rate: np.ndarray) -> Iterator[bool]:
    """Look for burst days in calendars without bursts."""
    for counts in nulls.calendars(rng, repetitions, rate):
        found = bursts.find_bursts(counts, control_dispersion(rng), BASELINE_DAYS)
        yield bool(found.flagged.any())


def found_bursts(
    rng: Generator, repetitions: int, draws: int, *, rate: float, accounts: int
) -> Iterator[bool]:
    """Look in flat calendars for accounts that are added on one day."""
    simulated = nulls.calendars(rng, repetitions, np.full(1500, rate))
    days = rng.integers(simulated.shape[1], size=repetitions)
    simulated[np.arange(repetitions), days] += accounts
    for counts, day in zip(simulated, days, strict=True):
        yield bool(bursts.find_bursts(counts, nulls.DISPERSION, BASELINE_DAYS).flagged[day])


def folds(rng: Generator, repetitions: int, draws: int, *, rate: float, fold: float) -> Iterator[Estimate]:
    """Estimate the fold of a day that has the expected accounts of `fold` days."""
    simulated = nulls.calendars(rng, repetitions, np.full(1500, rate))
    days = rng.integers(simulated.shape[1], size=repetitions)
    burst = rng.poisson(rng.gamma(fold / nulls.DISPERSION, rate * nulls.DISPERSION, repetitions))
    for counts, day, accounts in zip(simulated, days, burst.tolist(), strict=True):
        around, length = (values[day] for values in bursts.local_baseline(counts, BASELINE_DAYS))
        yield bursts.fold(accounts, int(around), int(length), nulls.DISPERSION)


def scan(counts: np.ndarray, rng: Generator) -> tuple[np.ndarray, float]:
    """Return the days that the scan flags in a calendar, and its p-value."""
    days = bursts.find_bursts(counts, nulls.DISPERSION, BASELINE_DAYS)
    return bursts.scan_bursts(counts, days, BASELINE_DAYS, SCAN_DRAWS, rng)


def false_scans(rng: Generator, repetitions: int, draws: int, *, rate: np.ndarray) -> Iterator[float]:
    """Scan calendars without bursts."""
    for counts in nulls.calendars(rng, repetitions, rate):
        yield scan(counts, rng)[1]


def found_scans(
    rng: Generator, repetitions: int, draws: int, *, rate: float, accounts: int
) -> Iterator[bool]:
    """Scan flat calendars for accounts that are added in equal parts on four consecutive days."""
    for counts in nulls.calendars(rng, repetitions, np.full(1500, rate)):
        first = int(rng.integers(len(counts) - 4))
        counts[first : first + 4] += accounts // 4
        yield bool(scan(counts, rng)[0][first : first + 4].any())


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
    rng: Generator, repetitions: int, draws: int, *, spread: float, unit: str = "day"
) -> Iterator[Estimate]:
    """Estimate the coincidence probability of the operation."""
    for counts in nulls.batch_calendars(rng, repetitions, **operation(spread)):
        yield coincidence(counts, unit)


def coincidence_ratios(
    rng: Generator, repetitions: int, draws: int, *, spread: float, unit: str = "day"
) -> Iterator[Estimate]:
    """Estimate the ratio of the coincidence probability to that of a larger control with few batches."""
    first = nulls.batch_calendars(rng, repetitions, **operation(spread))
    second = nulls.batch_calendars(rng, repetitions, **CONTROL)
    for counts, control in zip(first, second, strict=True):
        yield coincidence_ratio(counts, control, unit)


def operation_truth(spread: float) -> float:
    """Return the coincidence probability of the operation."""
    return coincidence_truth(**operation(spread))


def ratio_truth(spread: float) -> float:
    """Return the ratio of the coincidence probabilities of operation and control."""
    return operation_truth(spread) / coincidence_truth(**CONTROL)


@cache
def dispersion_truth(waves: int) -> float:
    """Return variance over mean of the days of the simulated population, from two thousand calendars."""
    rng = np.random.default_rng(0)
    chunks = [
        nulls.batch_calendars(rng, 100, **operation(0.5), waves=waves).astype(np.int32) for _ in range(20)
    ]
    variance = np.mean([counts.var(axis=1, ddof=1).mean() for counts in chunks])
    return float(variance / np.mean([counts.mean() for counts in chunks]))


def dispersions(rng: Generator, repetitions: int, draws: int, *, waves: int) -> Iterator[Estimate]:
    """Estimate the index of dispersion of the operation."""
    return map(dispersion_index, nulls.batch_calendars(rng, repetitions, **operation(0.5), waves=waves))


def calendar_tests(rng: Generator, repetitions: int, draws: int, *, ks: bool, waves: int) -> Iterator[float]:
    """Compare two calendars of one population with batches: by Kolmogorov and Smirnov's or Mann and Whitney's test."""
    both = [nulls.batch_calendars(rng, repetitions, **operation(1.0), waves=waves) for _ in range(2)]
    days = np.arange(both[0].shape[1])
    for counts in zip(*both, strict=True):
        one, other = (np.repeat(days, each) for each in counts)
        yield (ks_2samp(one, other, method="asymp") if ks else mannwhitneyu(one, other)).pvalue


def session_hours(rng: Generator, repetitions: int, draws: int, *, share: float) -> Iterator[Estimate]:
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


def account_hours(rng: Generator, repetitions: int, draws: int) -> Iterator[float]:
    """Test uniform sessions for a preferred hour as if every account were independent."""
    hours, accounts = nulls.session_starts(rng, repetitions)
    total = accounts.sum(axis=1)
    return map(circular.rayleigh_p_value, np.abs(circular.direction_sums(hours, accounts)) / total, total)


def false_alarms(
    rng: Generator, repetitions: int, draws: int, *, detector: str, rate: np.ndarray
) -> Iterable[bool]:
    """Look by a common burst detector for burst days in calendars without bursts."""
    detect = detectors(nulls.DISPERSION, BASELINE_DAYS, ALPHA, draws, rng)[detector]
    flagged = detect(nulls.calendars(rng, repetitions, rate))
    return (bool(days.any()) for days in flagged)


_KNOWN = f"{nulls.CALENDAR_CLUSTERS}, which the method knows"
_ESTIMATED = f"{nulls.CALENDAR_CLUSTERS}, which the test estimates from a simulated control"
_BATCHES = "some 500 single accounts over 4,154 days and about 15 batches, each whole on one day, of log-normal size around 8"
_TWO = f"two calendars of one population: {_BATCHES}, heavy-tailed"
_SESSIONS = "146 sessions at even hours, of which four hold more than forty accounts each"
_WAVES = [("batches on any day", 0, ""), ("batches in waves", 3, ", in three waves")]
_SHARES = [
    (f"{words} of the sessions from 9 to 18", words, share)
    for words, share in (("a quarter", 0.25), ("half", 0.5))
]
_FROM_9_TO_18 = "146 sessions at even hours, but for the share that lies between 9 and 18 o'clock"
_SPREADS = [
    ("batches of moderate spread", _BATCHES, {"spread": 0.5}),
    ("batches of heavy-tailed size", _BATCHES, {"spread": 1.0}),
]


def _on_rates(null: str, names: Iterable[str] = RATES) -> list[Scenario]:
    return [(name, null, {"rate": RATES[name]}) for name in names]


STUDIES = (
    *error_studies("burst_day_test", false_bursts, _on_rates(_ESTIMATED), quantity=FAMILY_WISE, tested=50),
    *power_studies(
        "burst_day_test",
        found_bursts,
        [
            (f"{accounts} accounts on a day, {rate:g} a day", _KNOWN, {"rate": rate, "accounts": accounts})
            for rate, accounts in ((0.2, 5), (0.2, 8), (0.2, 12), (1.0, 12))
        ],
        tested=50,
    ),
    *coverage_studies(
        "burst_fold_interval",
        partial(folds, fold=10),
        10,
        [(f"10 times {rate:g} a day", _KNOWN, {"rate": rate}) for rate in (0.2, 1.0)],
        tested=50,
    ),
    *error_studies(
        "scan", false_scans, _on_rates(_KNOWN), quantity=FAMILY_WISE, tested=50, tested_only=[SHORTEST]
    ),
    *power_studies(
        "scan",
        found_scans,
        [("16 accounts over four days, 0.2 a day", _KNOWN, {"rate": 0.2, "accounts": 16})],
        tested=0,
    ),
    *(
        study
        for unit, end in (("day", ""), ("account", "_by_account"))
        for method, find, truth in (
            ("coincidence_probability", coincidences, operation_truth),
            ("coincidence_ratio", coincidence_ratios, ratio_truth),
        )
        for study in coverage_studies(
            f"{method}{end}",
            partial(find, unit=unit),
            truth,
            _SPREADS,
            too_high=True,
            for_claims=unit == "day",
            lower_end=True,
        )
    ),
    *coverage_studies(
        "dispersion_index",
        dispersions,
        dispersion_truth,
        [(scenario, f"{_BATCHES}{more}", {"waves": waves}) for scenario, waves, more in _WAVES],
        too_high=True,
        lower_end=True,
    ),
    *(
        study
        for method, ks in (("ks_calendar_test", True), ("mann_whitney_calendar_test", False))
        for study in error_studies(
            method,
            partial(calendar_tests, ks=ks),
            [(scenario, f"{_TWO}{more}", {"waves": waves}) for scenario, waves, more in _WAVES],
            for_claims=False,
        )
    ),
    *error_studies("session_hour_test", session_hours, [("even hours", _SESSIONS, {"share": 0.0})]),
    *power_studies(
        "session_hour_test",
        session_hours,
        [
            (
                scenario,
                f"146 sessions, {words} of them from 9 to 18 o'clock, the others at even hours",
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
    *(
        study
        for detector, nominal, names in (
            ("kleinberg_global", None, RATES),
            ("kleinberg_local", None, RATES),
            # Bayesian blocks take a tenth of a second for a long calendar, so they see only the shortest and the sparsest.
            ("bayesian_blocks", ALPHA, ("flat .1 a day", SHORTEST)),
            ("moving_z", None, RATES),
        )
        for study in error_studies(
            detector,
            partial(false_alarms, detector=detector),
            _on_rates(nulls.CALENDAR_CLUSTERS, names),
            quantity=FAMILY_WISE,
            nominal=nominal,
            for_claims=False,
            tested=50 if nominal else 200,
        )
    ),
)
