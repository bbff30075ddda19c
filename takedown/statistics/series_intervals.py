"""Intervals of shares and ratios of counts by week, for series whose composition drifts from day to day.

`share` and `ratio` are of what drifts slowly: neighbouring weeks are alike, and few of them hold most posts. Their
standard error comes from the lowest frequencies of the series, on a clock that runs with the posts.
`ratio_within_weeks` compares days of the same week with each other, so that slow drift cancels and weeks are independent.

All functions take arrays whose last axis is the week, so that many simulated series are measured at once.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, stdtrit

from takedown.statistics.estimate import Estimate, finite

#: Cosines that measure how much the series drifts.
COSINES = 5
#: Degrees of freedom of Student's t: half as many as cosines. Independent weeks would allow all five; where neighbouring weeks
#: are alike, the cosines vary less than the mean does, and half of them keep the coverage above 93 %.
FREEDOM = 2.5
#: With fewer effective weeks the intervals cover less than 90 % where hours drift as in the published series.
FEWEST_WEEKS = 6


@dataclass(frozen=True)
class Interval:
    """Values, the ends of their intervals, and the effective number of weeks behind them; NaN where there is none.

    All are arrays of one shape, 0-d for one series.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    weeks: np.ndarray

    def estimate(self, n: int) -> Estimate:
        """Return the interval of a single series as an `Estimate` of `n` units of evidence."""
        value, low, high = (finite(float(number)) for number in (self.value, self.low, self.high))
        return Estimate(value, low, high, n=n)


def effective_weeks(volume: np.ndarray) -> np.ndarray:
    """Return how many equally busy weeks are worth as much as weeks with this many posts: (Σv)²/Σv² (Kish 1965, 11.7).

    >>> effective_weeks(np.array([10, 10, 10, 0]))
    np.float64(3.0)
    """
    volume = np.asarray(volume, float)
    with np.errstate(invalid="ignore"):
        return volume.sum(axis=-1) ** 2 / (volume**2).sum(axis=-1)


def series_error(influence: np.ndarray, volume: np.ndarray) -> np.ndarray:
    """Return the standard error of an estimate to which each week contributes its `influence`; NaN for too few weeks.

    `influence` (shape [..., weeks]) is the linearised contribution of each week to the estimate's error, adding up to 0
    over weeks; `volume` (same shape) counts the posts of each week. A week's place on the clock is the share of all posts
    up to its middle, c (operational time: W. Feller, An Introduction to Probability Theory and Its Applications II,
    1971, X.7). The error is √(ΣS²/q), S the sums of influence · √2 cos(πjc) for j = 1 … q = `COSINES`. NaN where fewer than
    `FEWEST_WEEKS` weeks are effective or nothing varies. Sources: U. K. Müller, Journal of Econometrics 141 (2007);
    Y. Sun, Econometrics Journal 16 (2013); E. Lazarus, D. J. Lewis, J. H. Stock and M. W. Watson,
    Journal of Business & Economic Statistics 36 (2018), equal-weighted cosines, on calendar time.
    """
    volume = np.asarray(volume, float)
    with np.errstate(invalid="ignore"):
        middle = (np.cumsum(volume, axis=-1) - volume / 2) / volume.sum(axis=-1, keepdims=True)
    squares = [
        (np.sqrt(2) * np.cos(np.pi * j * middle) * influence).sum(axis=-1) ** 2 for j in range(1, COSINES + 1)
    ]
    error = np.sqrt(np.mean(squares, axis=0))
    # Sums of floats leave a little where nothing varies.
    with np.errstate(invalid="ignore"):
        known = (effective_weeks(volume) >= FEWEST_WEEKS * (1 - 1e-9)) & (error > 1e-12)
    return np.where(known, error, np.nan)


def share(part: np.ndarray, whole: np.ndarray, confidence: float = 0.95) -> Interval:
    """Return the share of a part in all posts, with an interval that is symmetric in the log odds.

    `part` and `whole` (shape [..., weeks]) count posts of each week. Standard error as in `series_error`, Student's t
    with `FREEDOM` degrees of freedom. No interval for a share of 0 or 1.
    """
    part, whole = np.asarray(part, float), np.asarray(whole, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = whole.sum(axis=-1)
        value = part.sum(axis=-1) / total
        influence = (part - value[..., None] * whole) / (total * value * (1 - value))[..., None]
        half = _reach(confidence) * series_error(influence, whole)
        ends = expit(logit(value) - half), expit(logit(value) + half)
        return Interval(value, *ends, effective_weeks(whole))


def ratio(
    part: np.ndarray, rest: np.ndarray, volume: np.ndarray, scale: float = 1.0, confidence: float = 0.95
) -> Interval:
    """Return `scale` times the ratio of two totals, with an interval that is symmetric in the logarithm.

    `part`, `rest` and `volume` (shape [..., weeks]) count the posts of each week: those compared, and all of them, which
    the clock runs with. Standard error as in `series_error`, Student's t with `FREEDOM` degrees of freedom. No interval
    where a total is 0.
    """
    part, rest = np.asarray(part, float), np.asarray(rest, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = part.sum(axis=-1), rest.sum(axis=-1)
        influence = part / sums[0][..., None] - rest / sums[1][..., None]
        half = _reach(confidence) * series_error(influence, volume)
        value = scale * np.divide(*sums)
        return Interval(value, value * np.exp(-half), value * np.exp(half), effective_weeks(volume))


def ratio_within_weeks(
    part: np.ndarray, rest: np.ndarray, scale: float = 1.0, confidence: float = 0.95
) -> Interval:
    """Return `scale` times the ratio of two totals of days of the same weeks, with an interval symmetric in the logarithm.

    `part` and `rest` (shape [..., weeks]) count posts. Jackknife of the log ratio, each week with a post left out once
    (B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11), Student's t with the effective
    number of weeks less one as degrees of freedom. No interval where that is less than 1, or where one week holds all
    posts on a side.
    """
    part, rest = np.asarray(part, float), np.asarray(rest, float)
    occupied = part + rest > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        sums = part.sum(axis=-1, keepdims=True), rest.sum(axis=-1, keepdims=True)
        left_out = np.log((sums[0] - part) / (sums[1] - rest))
        weeks = occupied.sum(axis=-1)
        mean = left_out.sum(axis=-1, where=occupied) / weeks
        squares = ((left_out - mean[..., None]) ** 2).sum(axis=-1, where=occupied)
        error = np.sqrt((weeks - 1) / weeks * squares)
        effective = effective_weeks(part + rest)
        freedom = effective - 1
        half = np.where(
            (freedom >= 1) & (error > 1e-12), stdtrit(freedom, (1 + confidence) / 2) * error, np.nan
        )
        value = scale * (sums[0] / sums[1])[..., 0]
        return Interval(value, value * np.exp(-half), value * np.exp(half), effective)


def _reach(confidence: float) -> float:
    return float(stdtrit(FREEDOM, (1 + confidence) / 2))
