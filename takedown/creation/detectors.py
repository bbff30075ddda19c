"""Detectors of bursts under one interface, what each flags, and how often it flags a calendar without a burst.

A detector takes accounts by day, shape [..., days] with one entry for every day, and returns booleans of that
shape: the days with accounts that it flags. The day test and the scan bound their error. Kleinberg's automaton, Bayesian
blocks and the moving z-score do not; they show how much the result depends on the method.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from astropy.stats import Events, bayesian_blocks
from scipy.special import betaincinv

from takedown.core.measures import Measure
from takedown.creation.bursts import (
    Bursts,
    find_bursts,
    local_baseline,
    null_rate,
    scan_bursts,
    simulate_calendars,
)
from takedown.creation.rows import CONTROL, CreationRows
from takedown.statistics.estimate import Estimate, RowBuilder, generator

Detector = Callable[[np.ndarray], np.ndarray]

#: Detectors whose error is bounded, in the order of `detectors`.
VALID = ("day_test", "scan")
#: A burst has this many times the rate around it: Kleinberg's s, and the bound for a Bayesian block.
RATIO = 2.0
#: Kleinberg's γ: the cost of entering the burst state.
GAMMA = 1.0
#: Standard deviations above the mean that the z-score calls a burst.
Z_SCORE = 3.0
#: Accounts a day of a calendar that grows smoothly and never bursts: twentyfold within a year.
GROWTH = np.geomspace(1, 20, 365)
#: Slow detectors are tried on so many of the calendars without a burst, the first ones.
FEWER_CALENDARS = {"scan": 50, "bayesian_blocks": 15}
#: Draws of the scan on each of them. A Monte Carlo test has the error alpha for any number of draws with
#: alpha · (draws + 1) a whole number (A. C. A. Hope, 1968); more draws raise its power alone.
SCAN_DRAWS = 19

#: Detector → unit and method of the days that it flags.
METHODS = {
    f"days_{name}": (
        "days",
        f"days with accounts that the detector flags: {method}; {{shared}} of them are burst days; "
        f"{'a valid test' if name in VALID else 'for sensitivity, its error is not bounded'}; n = days",
    )
    for name, method in {
        "day_test": "negative binomial day test against the local baseline, Holm",
        "scan": "scan of local likelihood ratios with a Monte Carlo maximum",
        "kleinberg_local": "Kleinberg's two-state automaton around each day's local baseline, s = 2, γ = 1",
        "kleinberg_global": "Kleinberg's two-state automaton around the mean of the whole calendar, s = 2, γ = 1",
        "bayesian_blocks": "Bayesian blocks with more than twice the mean rate of the whole calendar",
        "moving_z": "more than three standard deviations above the mean of the local baseline",
    }.items()
}


class _Events(Events):
    """Astropy's fitness of events with fixed argument names; looking them up at each step takes most of its time."""

    _fitness_args = ("N_k", "T_k")


def detectors(
    dispersion: float, baseline_days: int, alpha: float, repetitions: int, rng: np.random.Generator
) -> dict[str, Detector]:
    """Return the detectors by name, those of `VALID` first.

    `dispersion`, `baseline_days`, `alpha` are those of `takedown.creation.bursts.find_bursts`; `repetitions` and `rng` serve
    the scan, whose p-value cannot be smaller than 1/(repetitions + 1).
    """

    def day_test(counts: np.ndarray) -> np.ndarray:
        return find_bursts(counts, dispersion, baseline_days, alpha).flagged

    def scan(counts: np.ndarray) -> np.ndarray:
        found = find_bursts(counts, dispersion, baseline_days, alpha)
        return scan_bursts(counts, found, baseline_days, repetitions, rng, alpha)[0]

    return {
        "day_test": _each(day_test),
        "scan": _each(scan),
        "kleinberg_local": lambda counts: kleinberg_local(counts, baseline_days),
        "kleinberg_global": kleinberg_global,
        "bayesian_blocks": _each(lambda counts: rich_blocks(counts, alpha)),
        "moving_z": lambda counts: moving_z(counts, baseline_days),
    }


def false_alarms(detect: Detector, calendars: np.ndarray, confidence: float = 0.95) -> Estimate:
    """Return the share of calendars without a burst, [calendars, days], in which a detector flags a day.

    The interval is exact (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934); n counts calendars. Without a calendar
    there is no share.
    """
    if len(calendars) == 0:
        return Estimate(None, n=0)
    flagged = int(detect(calendars).any(axis=-1).sum())
    missed, tail = len(calendars) - flagged, (1 - confidence) / 2
    low = float(betaincinv(flagged, missed + 1, tail)) if flagged else 0.0
    high = float(betaincinv(flagged + 1, missed, 1 - tail)) if missed else 1.0
    return Estimate(flagged / len(calendars), low, high, n=len(calendars))


def burst_free_calendars(
    rate: np.ndarray, dispersion: float, calendars: int, rng: np.random.Generator
) -> np.ndarray:
    """Simulate calendars around a smooth rate (accounts a day, [days]), shape [calendars, days], without empty ones."""
    drawn = simulate_calendars(rate, dispersion, calendars, rng)
    return drawn[drawn.any(axis=-1)]


def kleinberg_states(
    counts: np.ndarray, rate: np.ndarray, ratio: float = RATIO, gamma: float = GAMMA
) -> np.ndarray:
    """Return the cheapest states of a two-state automaton, booleans: True on the days of a burst.

    Accounts of a day are Poisson with `rate` in the low state and `ratio` · rate in the burst; a state costs the
    negative log likelihood, entering the burst costs gamma · ln(days), leaving it costs nothing (J. Kleinberg, Bursty
    and hierarchical structure in streams, 2003, section 2, with counts in place of gaps). `counts` has the shape
    [..., days] and `rate` one that broadcasts to it. Viterbi's recursion keeps one number for each calendar: the cost of
    ending in the burst less that of ending in the low state. Of equal paths the one that leaves the burst first is taken.
    """
    counts = np.asarray(counts, np.int64)
    days = counts.shape[-1]
    climb = gamma * np.log(days)
    costs = np.broadcast_to((ratio - 1) * np.asarray(rate) - counts * np.log(ratio), counts.shape)
    dearer = np.empty((days, *counts.shape[:-1]))
    before = np.full(counts.shape[:-1], climb)
    for day in range(days):
        before = dearer[day] = costs[..., day] + np.clip(before, 0, climb)
    states = np.empty(dearer.shape, bool)
    states[-1] = dearer[-1] < 0
    for day in range(days - 2, -1, -1):
        states[day] = np.where(states[day + 1], dearer[day] < climb, dearer[day] < 0)
    return np.moveaxis(states, 0, -1)


def kleinberg_global(counts: np.ndarray) -> np.ndarray:
    """Flag days in Kleinberg's burst state; the low state has the mean of the whole calendar, which growth exceeds."""
    counts = np.asarray(counts)
    return kleinberg_states(counts, counts.mean(axis=-1, keepdims=True)) & (counts > 0)


def kleinberg_local(counts: np.ndarray, baseline_days: int) -> np.ndarray:
    """Flag days in Kleinberg's burst state; the low state has the mean of each day's own local baseline.

    The baseline is that of the day test, half an account added. The automaton takes days as Poisson, so it errs more
    often where days vary more.
    """
    counts = np.asarray(counts)
    accounts, days = local_baseline(counts, baseline_days)
    return kleinberg_states(counts, (accounts + 0.5) / np.maximum(days, 1)) & (counts > 0)


def rich_blocks(counts: np.ndarray, alpha: float = 0.05) -> np.ndarray:
    """Flag days in Bayesian blocks with more than `RATIO` times the mean rate of one calendar, [days].

    The blocks are those of piecewise constant rates for events (J. D. Scargle et al., Studies in astronomical time
    series analysis VI, 2013, equations 19 and 21), by `astropy.stats.bayesian_blocks` with p0 = `alpha`. That
    bounds the false change points of a constant rate and nothing else. Fewer than two days with accounts are one block.
    """
    counts = np.asarray(counts, np.int64)
    used = np.flatnonzero(counts)
    flagged = np.zeros(len(counts), bool)
    if len(used) < 2:
        return flagged
    edges = bayesian_blocks(used.astype(float), counts[used], fitness=_Events(p0=alpha))
    block = np.searchsorted(edges[1:-1], used, side="right")
    rate = np.bincount(block, weights=counts[used], minlength=len(edges) - 1) / np.diff(edges)
    flagged[used] = rate[block] > RATIO * counts.mean()
    return flagged


def moving_z(counts: np.ndarray, baseline_days: int) -> np.ndarray:
    """Flag days more than `Z_SCORE` standard deviations above the mean of their local baseline.

    Mean and standard deviation (days − 1) are those of the baseline of the day test; where all its days are equal, any
    day above them is flagged. The three-sigma rule (W. A. Shewhart, 1931) allows neither for the skewness of counts nor
    for the number of days tested.
    """
    counts = np.asarray(counts, np.int64)
    accounts, days = local_baseline(counts, baseline_days)
    squares, _ = local_baseline(counts**2, baseline_days)
    mean = accounts / np.maximum(days, 1)
    variance = (squares - accounts * mean) / np.maximum(days - 1, 1)
    return (counts - mean > Z_SCORE * np.sqrt(np.maximum(variance, 0))) & (days > 1)


def _each(detect: Detector) -> Detector:
    """Let a detector of one calendar take several."""

    def detect_each(counts: np.ndarray) -> np.ndarray:
        counts = np.asarray(counts)
        flags = [detect(calendar) for calendar in counts.reshape(-1, counts.shape[-1])]
        return np.array(flags, bool).reshape(counts.shape)

    return detect_each


@dataclass(frozen=True)
class DetectorResult:
    """The result of one detector on the calendar of one population.

    `days` (datetime64[D]) are those that it flagged, `accounts` theirs, `shared` counts those that the day test flagged
    too. `local` and `growth` are the shares of burst-free calendars in which it flags a day, simulated at the population's
    local rate and in growth.
    """

    subject: str
    detector: str
    first_day: np.datetime64
    last_day: np.datetime64
    days: np.ndarray
    accounts: np.ndarray
    shared: int
    local: Estimate
    growth: Estimate
    provenance: str

    @property
    def valid(self) -> bool:
        """Whether the detector's error is bounded."""
        return self.detector in VALID


def try_detectors(
    populations: Mapping[str, CreationRows],
    found: Mapping[str, Bursts],
    *,
    control_cut: np.datetime64,
    baseline_days: int,
    alpha: float,
    seed: int,
    repetitions: int,
    calendars: int,
) -> list[DetectorResult]:
    """Run every detector on the calendar of each population (the control's until the cut) and on burst-free ones.

    `found` are the results of the day test. A burst-free calendar is negative binomial with the dispersion of
    `found`, around the population's local rate without its bursts or around `GROWTH`.
    """
    results = []
    for subject, rows in populations.items():
        rows = rows.until(control_cut) if subject == CONTROL else rows
        first, counts = rows.calendar()
        dispersion = found[subject].dispersion
        # The draws of creation.burst_days_scan, so that both files report the same days.
        scan_rng = generator(seed, "creation.burst_days_scan", subject)
        rng = generator(seed, "creation.false_alarms", subject)
        detect = detectors(dispersion, baseline_days, alpha, repetitions, scan_rng)
        detect_null = detectors(dispersion, baseline_days, alpha, SCAN_DRAWS, rng)
        local, growth = (
            burst_free_calendars(rate, dispersion, calendars, rng)
            for rate in (null_rate(counts, found[subject], baseline_days), GROWTH)
        )
        for name in detect:
            flagged = detect[name](counts)
            tried = slice(FEWER_CALENDARS.get(name))
            results.append(
                DetectorResult(
                    *(subject, name, first, first + len(counts) - 1),
                    *(first + np.flatnonzero(flagged), counts[flagged]),
                    int((flagged & found[subject].flagged).sum()),
                    false_alarms(detect_null[name], local[tried]),
                    false_alarms(detect_null[name], growth[tried]),
                    rows.weakest,
                )
            )
    return results


def detector_measures(results: Iterable[DetectorResult]) -> list[Measure]:
    """Return the number of days that each detector flags. False alarms, of simulated calendars, are in the table."""
    row = RowBuilder("creation", "measure_burst_detectors", methods=METHODS).described
    found = []
    for one in results:
        days = Estimate(len(one.days), n=int((one.last_day - one.first_day).astype(int)) + 1)
        found.append(row(f"days_{one.detector}", one.subject, days, one.provenance, shared=one.shared))
    return found


def detector_table(results: Iterable[DetectorResult]) -> tuple[list[str], list[Sequence]]:
    """Return header and rows of results/tables/burst_detectors.csv."""
    header = ["subject", "detector", "valid", "first_day", "last_day"]
    header += ["days_flagged", "days_shared_with_day_test"]
    for null in ("local", "growth"):
        header += [f"false_alarms_{null}{end}" for end in ("", "_low", "_high")]
        header.append(f"calendars_{null}")
    return [*header, "provenance"], [
        (
            *(one.subject, one.detector, one.valid, str(one.first_day), str(one.last_day)),
            *(len(one.days), one.shared),
            *(one.local.value, one.local.low, one.local.high, one.local.n),
            *(one.growth.value, one.growth.low, one.growth.high, one.growth.n),
            one.provenance,
        )
        for one in results
    ]


def detected_days(results: Iterable[DetectorResult]) -> tuple[list[str], list[Sequence]]:
    """Return header and rows of results/tables/burst_detector_days.csv: every flagged day."""
    return ["subject", "detector", "date", "accounts", "provenance"], [
        (one.subject, one.detector, day, accounts, one.provenance)
        for one in results
        for day, accounts in zip(one.days.astype(str).tolist(), one.accounts.tolist(), strict=True)
    ]
