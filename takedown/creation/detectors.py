"""Detectors of bursts under one interface: the two that hold their error, and the usual ones to compare with.

A detector takes accounts by day, shape [..., days] with one entry for every day, and returns booleans of that
shape: days with accounts that it flags. Kleinberg's automaton, Bayesian blocks and the moving z-score are there
for sensitivity: none of them bounds the chance of a false alarm, and `false_alarms` shows how often they raise one.
"""

from collections.abc import Callable

import numpy as np
from astropy.stats import Events, bayesian_blocks
from scipy.special import betaincinv

from takedown.creation.bursts import find_bursts, local_baseline, scan_bursts, simulate_calendars
from takedown.statistics.estimate import Estimate

Detector = Callable[[np.ndarray], np.ndarray]

#: Detectors whose error is bounded, in the order of `detectors`; the others are for sensitivity.
VALID = ("day_test", "scan")
#: A burst has this many times the rate around it: Kleinberg's s, and the bound for a Bayesian block.
RATIO = 2.0
#: Kleinberg's γ: how dear it is to enter a burst.
GAMMA = 1.0
#: Standard deviations above the mean that the z-score calls a burst.
Z_SCORE = 3.0
#: Accounts a day of a calendar that grows smoothly and never bursts: twentyfold within a year.
GROWTH = np.geomspace(1, 20, 365)


class _Events(Events):
    """Astropy's fitness of events; it looks up these argument names anew at each step, most of its time."""

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

    The interval is exact (C. J. Clopper and E. S. Pearson, 1934); n counts calendars. No share of none.
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
    """Simulate calendars around a smooth rate (accounts a day, [days]), each with an account: [calendars, days]."""
    drawn = simulate_calendars(rate, dispersion, calendars, rng)
    return drawn[drawn.any(axis=-1)]


def kleinberg_states(
    counts: np.ndarray, rate: np.ndarray, ratio: float = RATIO, gamma: float = GAMMA
) -> np.ndarray:
    """Return the cheapest states of a two-state automaton, booleans: True on the days of a burst.

    Accounts of a day are Poisson with `rate` in the low state and `ratio` · rate in the burst; a state costs the
    negative log likelihood and entering the burst gamma · ln(days), leaving it nothing (J. Kleinberg, Bursty and
    hierarchical structure in streams, 2003, section 2, with counts in place of gaps). `counts` has the shape
    [..., days] and `rate` one that fits it. Viterbi's recursion is kept as one number a calendar: what ending in
    the burst costs more than ending in the low state; of equal paths the one that leaves the burst first is taken.
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

    The baseline is that of the day test, half an account added. Days are Poisson to it: where they vary more, it
    errs more.
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

    Mean and standard deviation (days − 1) are of the baseline of the day test; where all its days are equal, any
    day above them is flagged. The common rule of three sigma (W. A. Shewhart, 1931) knows neither that counts are
    skewed nor how many days are looked at.
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
