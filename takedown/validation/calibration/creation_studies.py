"""Error of the methods that say how account creation clusters: burst days, scan, concentration, sessions."""

from functools import cache, partial

import numpy as np
from scipy.special import ndtr
from scipy.stats import ks_2samp, mannwhitneyu

from takedown.creation import bursts
from takedown.creation import concentration as creation
from takedown.creation import sessions as clock
from takedown.statistics import circular
from takedown.statistics.sessions import Sessions
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import COVERAGE, FAMILY_WISE, POWER, TOO_HIGH, TYPE_I, Study

ALPHA = 0.05
BASELINE_DAYS = 90
#: Maxima that the scan compares with here: a Monte Carlo test holds its size with 19, 39, 59 … as with 1,999.
SCAN_DRAWS = 39
RATES = {
    "flat .1 a day": np.full(1500, 0.1),
    "flat 1 a day": np.full(1500, 1.0),
    "growing .05 to 2 a day in four years": np.geomspace(0.05, 2, 1500),
    "growing 1 to 20 a day in a year": np.geomspace(1, 20, 365),
}
PLANTED = ((0.2, 5), (0.2, 8), (0.2, 12), (1.0, 12))
#: Accounts of the operation: single ones every day, and batches of moderate or heavy-tailed size.
OPERATION = {"days": 4154, "rate": 0.13, "batches": 15}
CONTROL = {"days": 4154, "rate": 1.3, "batches": 5, "spread": 0.5}
SPREADS = {"batches of moderate spread": 0.5, "batches of heavy-tailed size": 1.0}


def control_dispersion(rng: np.random.Generator) -> float:
    """Estimate the dispersion from a simulated control without bursts, as the study does from its own."""
    control = nulls.calendars(rng, 1, np.full(1500, 0.8))[0]
    return bursts.estimate_dispersion(control, BASELINE_DAYS)


def false_bursts(rng: np.random.Generator, repetitions: int, draws: int, *, rate: np.ndarray) -> int:
    """Count the calendars without bursts in which a day is flagged."""
    return sum(
        bursts.find_bursts(counts, control_dispersion(rng), BASELINE_DAYS).flagged.any()
        for counts in nulls.calendars(rng, repetitions, rate)
    )


def planted(rng: np.random.Generator, repetitions: int, rate: float, accounts: int) -> tuple[np.ndarray, ...]:
    """Simulate flat calendars with accounts added on one day each; return counts and that day."""
    counts = nulls.calendars(rng, repetitions, np.full(1500, rate))
    days = rng.integers(counts.shape[1], size=repetitions)
    counts[np.arange(repetitions), days] += accounts
    return counts, days


def found_bursts(
    rng: np.random.Generator, repetitions: int, draws: int, *, rate: float, accounts: int
) -> int:
    """Count how often accounts planted on one day are flagged."""
    return sum(
        bursts.find_bursts(counts, nulls.DISPERSION, BASELINE_DAYS).flagged[day]
        for counts, day in zip(*planted(rng, repetitions, rate, accounts), strict=True)
    )


def fold_covered(rng: np.random.Generator, repetitions: int, draws: int, *, rate: float, fold: float) -> int:
    """Count how often the interval of a day's fold holds the true one: the day has the accounts of `fold` days."""
    simulated = nulls.calendars(rng, repetitions, np.full(1500, rate))
    days = rng.integers(simulated.shape[1], size=repetitions)
    burst = rng.poisson(rng.gamma(fold / nulls.DISPERSION, rate * nulls.DISPERSION, repetitions))
    hits = 0
    for counts, day, accounts in zip(simulated, days, burst.tolist(), strict=True):
        around, length = (values[day] for values in bursts.local_baseline(counts, BASELINE_DAYS))
        found = bursts.fold(accounts, int(around), int(length), nulls.DISPERSION)
        hits += found.low <= fold and (found.high is None or fold <= found.high)
    return hits


def false_scans(rng: np.random.Generator, repetitions: int, draws: int, *, rate: np.ndarray) -> int:
    """Count the calendars without bursts in which the scan finds something."""
    found = 0
    for counts in nulls.calendars(rng, repetitions, rate):
        days = bursts.find_bursts(counts, nulls.DISPERSION, BASELINE_DAYS)
        found += bursts.scan_bursts(counts, days, BASELINE_DAYS, SCAN_DRAWS, rng)[1] <= ALPHA
    return found


def found_scans(rng: np.random.Generator, repetitions: int, draws: int, *, rate: float, accounts: int) -> int:
    """Count how often the scan finds accounts planted in equal parts on four neighbouring days."""
    found = 0
    for counts in nulls.calendars(rng, repetitions, np.full(1500, rate)):
        first = rng.integers(len(counts) - 4)
        counts[first : first + 4] += accounts // 4
        days = bursts.find_bursts(counts, nulls.DISPERSION, BASELINE_DAYS)
        found += bursts.scan_bursts(counts, days, BASELINE_DAYS, SCAN_DRAWS, rng)[0][first : first + 4].any()
    return found


@cache
def coincidence_truth(days: int, rate: float, batches: float, spread: float) -> float:
    """Return expected pairs of one day over squared expected accounts of `nulls.batch_calendars`, worked out.

    Pairs are of two single accounts, of a single one and a batch's, of one batch, and of two batches.
    """
    smaller = np.arange(20_000)
    # The chance that a batch has more accounts than so many; its size is rounded up, so it has at least one.
    with np.errstate(divide="ignore"):
        larger = ndtr(-np.log(smaller / 8) / spread)
    size, pairs_of_batch = larger.sum(), (2 * smaller * larger).sum()
    single = days * rate**2 * (1 + nulls.DISPERSION)
    in_batches = batches * size
    pairs = single + 2 * rate * in_batches + batches * pairs_of_batch + in_batches**2 / days
    return pairs / (days * rate + in_batches) ** 2


def coincidence(
    rng: np.random.Generator, repetitions: int, draws: int, *, unit: str, spread: float, too_high: bool
) -> int:
    """Count how often the coincidence probability's interval holds the truth, or lies wholly above it."""
    true = coincidence_truth(**OPERATION, spread=spread)
    hits = 0
    for counts in nulls.batch_calendars(rng, repetitions, **OPERATION, spread=spread):
        found = creation.coincidence(counts, unit)
        hits += found.low > true if too_high else found.low <= true <= found.high
    return hits


def coincidence_ratio(
    rng: np.random.Generator, repetitions: int, draws: int, *, unit: str, spread: float, too_high: bool
) -> int:
    """Count the same for the ratio to a larger control with few batches."""
    true = coincidence_truth(**OPERATION, spread=spread) / coincidence_truth(**CONTROL)
    operation = nulls.batch_calendars(rng, repetitions, **OPERATION, spread=spread)
    control = nulls.batch_calendars(rng, repetitions, **CONTROL)
    hits = 0
    for counts, control_counts in zip(operation, control, strict=True):
        found = creation.coincidence_ratio(counts, control_counts, unit)
        hits += found.low > true if too_high else found.low <= true <= found.high
    return hits


@cache
def dispersion_truth(waves: int) -> float:
    """Return variance over mean of the simulated population's days, from two thousand calendars."""
    rng = np.random.default_rng(0)
    chunks = [
        nulls.batch_calendars(rng, 100, **OPERATION, spread=0.5, waves=waves).astype(np.int32)
        for _ in range(20)
    ]
    variance = np.mean([counts.var(axis=1, ddof=1).mean() for counts in chunks])
    return float(variance / np.mean([counts.mean() for counts in chunks]))


def dispersion_covered(
    rng: np.random.Generator, repetitions: int, draws: int, *, waves: int, too_high: bool
) -> int:
    """Count how often the interval of the index of dispersion holds the truth, or lies wholly above it."""
    true = dispersion_truth(waves)
    hits = 0
    for counts in nulls.batch_calendars(rng, repetitions, **OPERATION, spread=0.5, waves=waves):
        found = creation.dispersion_index(counts)
        hits += found.low > true if too_high else found.low <= true <= found.high
    return hits


def same_calendar(rng: np.random.Generator, repetitions: int, draws: int, *, test: str, waves: int) -> int:
    """Count how often two calendars of one population, with batches, are taken to differ."""
    first, second = (
        nulls.batch_calendars(rng, repetitions, **OPERATION, spread=1.0, waves=waves) for _ in range(2)
    )
    days = np.arange(first.shape[1])
    wrong = 0
    for one, other in zip(first, second, strict=True):
        one, other = np.repeat(days, one), np.repeat(days, other)
        result = ks_2samp(one, other, method="asymp") if test == "ks" else mannwhitneyu(one, other)
        wrong += result.pvalue <= ALPHA
    return wrong


def sessions_of(hours: np.ndarray, accounts: np.ndarray) -> Sessions:
    """Return sessions that start at local hours (UTC+0) of some day."""
    instants = (hours * clock.HOUR_MS).astype(np.int64)
    return Sessions(instants, instants, accounts)


def even_sessions(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often sessions at even hours are taken to prefer one."""
    simulated = zip(*nulls.session_starts(rng, repetitions), strict=True)
    return sum(clock.hour_uniformity(sessions_of(*one), 0).p_value <= ALPHA for one in simulated)


def office_sessions(rng: np.random.Generator, repetitions: int, draws: int, *, share: float) -> int:
    """Count how often sessions of which a share is made between 9 and 18 o'clock are found to prefer an hour."""
    hours, accounts = nulls.session_starts(rng, repetitions)
    office = rng.random(hours.shape) < share
    hours = np.where(office, rng.uniform(9, 18, hours.shape), hours)
    return sum(
        clock.hour_uniformity(sessions_of(*one), 0).p_value <= ALPHA
        for one in zip(hours, accounts, strict=True)
    )


def session_length_covered(rng: np.random.Generator, repetitions: int, draws: int, *, share: float) -> int:
    """Count how often the interval of the sessions' resultant length holds the true one, a share made from 9 to 18."""
    hours, accounts = nulls.session_starts(rng, repetitions)
    hours = np.where(rng.random(hours.shape) < share, rng.uniform(9, 18, hours.shape), hours)
    # Even hours on an arc of nine: half the arc is an angle of π 9 / 24, and np.sinc(x) is sin(πx) / (πx).
    true = share * np.sinc(9 / 24)
    found = (clock.hour_uniformity(sessions_of(*one), 0) for one in zip(hours, accounts, strict=True))
    return sum(one.low <= true <= one.high for one in found)


def even_accounts(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count the mistakes of the same test when every account counts as independent."""
    hours, accounts = nulls.session_starts(rng, repetitions)
    total = accounts.sum(axis=1)
    length = np.abs(circular.direction_sums(hours, accounts)) / total
    return sum(circular.rayleigh_p_value(*one) <= ALPHA for one in zip(length, total, strict=True))


_KNOWN = f"{nulls.CALENDAR_CLUSTERS}, which the method knows"
_BATCHES = "some 500 single accounts over 4,154 days and about 15 batches, each whole on one day, of log-normal size around 8"
_TWO = f"two calendars of one population: {_BATCHES}, heavy-tailed"
_SESSIONS = "146 sessions at even hours, of which four hold more than forty accounts each"


def _concentration(method: str, count, unit: str, for_claims: bool) -> list[Study]:
    return [
        Study(
            method,
            scenario,
            quantity,
            nominal,
            _BATCHES,
            partial(count, unit=unit, spread=spread, too_high=quantity == TOO_HIGH),
            for_claims,
            lower_end=True,
        )
        for scenario, spread in SPREADS.items()
        for quantity, nominal in ((COVERAGE, 0.95), (TOO_HIGH, 0.025))
    ]


STUDIES = (
    *(
        Study(
            "burst_day_test",
            name,
            FAMILY_WISE,
            ALPHA,
            f"{nulls.CALENDAR_CLUSTERS}, which the test estimates from a simulated control",
            partial(false_bursts, rate=rate),
            tested=50,
        )
        for name, rate in RATES.items()
    ),
    *(
        Study(
            "burst_day_test",
            f"{accounts} accounts on a day, {rate:g} a day",
            POWER,
            None,
            _KNOWN,
            partial(found_bursts, rate=rate, accounts=accounts),
            tested=50,
        )
        for rate, accounts in PLANTED
    ),
    *(
        Study(
            "burst_fold_interval",
            f"{fold} times {rate:g} a day",
            COVERAGE,
            0.95,
            _KNOWN,
            partial(fold_covered, rate=rate, fold=fold),
            tested=50,
        )
        for rate, fold in ((0.2, 10), (1.0, 10))
    ),
    *(
        Study(
            "scan",
            name,
            FAMILY_WISE,
            ALPHA,
            _KNOWN,
            partial(false_scans, rate=rate),
            tested=50 if name == "growing 1 to 20 a day in a year" else 0,
        )
        for name, rate in RATES.items()
    ),
    Study(
        "scan",
        "16 accounts over four days, 0.2 a day",
        POWER,
        None,
        _KNOWN,
        partial(found_scans, rate=0.2, accounts=16),
        tested=0,
    ),
    *_concentration("coincidence_probability", coincidence, "day", True),
    *_concentration("coincidence_ratio", coincidence_ratio, "day", True),
    *_concentration("coincidence_probability_by_account", coincidence, "account", False),
    *_concentration("coincidence_ratio_by_account", coincidence_ratio, "account", False),
    *(
        Study(
            "dispersion_index",
            scenario,
            quantity,
            nominal,
            f"{_BATCHES}{', in three waves' * (waves > 0)}",
            partial(dispersion_covered, waves=waves, too_high=quantity == TOO_HIGH),
            lower_end=True,
        )
        for scenario, waves in (("batches on any day", 0), ("batches in waves", 3))
        for quantity, nominal in ((COVERAGE, 0.95), (TOO_HIGH, 0.025))
    ),
    *(
        Study(
            method,
            scenario,
            TYPE_I,
            ALPHA,
            f"{_TWO}{', in three waves' * (waves > 0)}",
            partial(same_calendar, test=test, waves=waves),
            False,
        )
        for method, test in (("ks_calendar_test", "ks"), ("mann_whitney_calendar_test", "u"))
        for scenario, waves in (("batches on any day", 0), ("batches in waves", 3))
    ),
    Study("session_hour_test", "even hours", TYPE_I, ALPHA, _SESSIONS, even_sessions),
    *(
        Study(
            "session_hour_test",
            f"{words} of the sessions from 9 to 18",
            POWER,
            None,
            f"146 sessions, {words} of them from 9 to 18 o'clock, the others at even hours",
            partial(office_sessions, share=share),
        )
        for words, share in (("a quarter", 0.25), ("half", 0.5))
    ),
    *(
        Study(
            "session_resultant_length_interval",
            scenario,
            COVERAGE,
            0.95,
            "146 sessions at even hours, but for the share that lies between 9 and 18 o'clock",
            partial(session_length_covered, share=share),
        )
        for scenario, share in (
            ("even hours", 0.0),
            ("a quarter of the sessions from 9 to 18", 0.25),
            ("half of the sessions from 9 to 18", 0.5),
        )
    ),
    Study("account_hour_test", "even hours", TYPE_I, ALPHA, _SESSIONS, even_accounts, False),
)
