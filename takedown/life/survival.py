"""Survival curves of accounts, and medians and shares over accounts, with intervals and tests by creation day.

An account without the event by the end of observation is censored. Accounts of one creation day are a batch: they were
made, and often run, together, so intervals and tests resample whole batches and never single accounts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri, stdtr, stdtrit

from takedown.statistics.estimate import Estimate, finite
from takedown.statistics.intervals import effective_number, exact_interval

#: Bootstrap draws that are computed at a time, which bounds the memory.
CHUNK = 100

#: A statistic of survival curves: survival (curves, times) at increasing days (times,) → (curves,), inf if not reached.
CurveStatistic = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Durations:
    """Days from a beginning to an event, or to the end of observation: arrays (n,).

    `observed` says whether the event came. `batch` numbers the batches over the whole population, so some may be absent.
    """

    days: np.ndarray
    observed: np.ndarray
    batch: np.ndarray

    def __len__(self) -> int:
        return len(self.days)


def durations(
    start: np.ndarray, event: np.ndarray, end: np.ndarray, batch: np.ndarray
) -> tuple[Durations, int]:
    """Return the days from `start` to `event`, censored at `end`, and how many were left out as impossible.

    `start`, `event` and `end` (n,) are datetime64[D]; `event` is NaT if it did not come. An event after the end is
    censored at the end. An event or an end before the start is impossible.
    """
    observed = ~np.isnat(event) & (event <= end)
    days = (np.where(observed, event, end) - start).astype(np.int64)
    kept = days >= 0
    return Durations(days[kept], observed[kept], batch[kept]), int((~kept).sum())


def survival_curves(data: Durations, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate a survival curve for each row of batch weights (curves, batches) (E. Kaplan and P. Meier, 1958).

    Returns the days (times,) of an event or a censoring, the weight at risk (curves, times) just before each, and the
    survival (curves, times) just after it. A censoring counts as later than an event on the same day. Survival does not
    change on a day with no weight at risk. `scipy.stats.ecdf` takes no weights, which resampling needs.

    >>> data = Durations(np.array([2, 5, 9]), np.array([True, False, True]), np.arange(3))
    >>> survival_curves(data, np.array([[1, 1, 2]]))[2].tolist()
    [[0.75, 0.75, 0.0]]
    """
    order = np.argsort(data.days, kind="stable")
    times, first = np.unique(data.days[order], return_index=True)
    weight = weights[:, data.batch[order]].astype(float)
    ending = np.add.reduceat(weight, first, axis=1)
    events = np.add.reduceat(weight * data.observed[order], first, axis=1)
    at_risk = np.cumsum(ending[:, ::-1], axis=1)[:, ::-1]
    staying = 1 - np.divide(events, at_risk, out=np.zeros_like(events), where=at_risk > 0)
    return times, at_risk, np.cumprod(staying, axis=1)


def quantile_of(share: float) -> CurveStatistic:
    """Return the statistic "days until `share` have had the event": the first day with a survival of 1 − share or less."""

    def statistic(survival: np.ndarray, times: np.ndarray) -> np.ndarray:
        reached = survival <= 1 - share + 1e-12
        return np.where(reached.any(axis=1), times[reached.argmax(axis=1)].astype(float), np.inf)

    return statistic


def share_within(day: int) -> CurveStatistic:
    """Return the statistic "share with the event within `day` days"; inf if no account was observed that long."""

    def statistic(survival: np.ndarray, times: np.ndarray) -> np.ndarray:
        place = np.searchsorted(times, day, side="right") - 1
        share = 1 - survival[:, place] if place >= 0 else np.zeros(len(survival))
        return share if day <= times[-1] else np.where(share == 1, share, np.inf)

    return statistic


def mean_within(day: int) -> CurveStatistic:
    """Return the statistic "mean days without the event within the first `day` days", the restricted mean.

    inf if no account was observed that long. Source: P. Royston and M. Parmar, Statistics in Medicine 30 (2011), 2409–2421.
    """

    def statistic(survival: np.ndarray, times: np.ndarray) -> np.ndarray:
        steps = np.diff(np.concatenate([[0], np.minimum(times, day), [day]]))
        before = np.concatenate([np.ones((len(survival), 1)), survival], axis=1)
        means = before @ steps
        return means if day <= times[-1] else np.where(survival[:, -1] == 0, means, np.inf)

    return statistic


def draw_batches(batches: int, repetitions: int, rng: np.random.Generator) -> np.ndarray:
    """Draw all batches with replacement; return how often each is drawn, shape (repetitions, batches)."""
    drawn = rng.integers(batches, size=(repetitions, batches)) + batches * np.arange(repetitions)[:, None]
    return np.bincount(drawn.ravel(), minlength=repetitions * batches).reshape(repetitions, batches)


@dataclass(frozen=True)
class Sampled:
    """A value with its bootstrap draws (repetitions,), the number `n` of accounts, and the effective number of batches.

    `value` is inf, and a draw is inf or nan, if the statistic does not exist; `ends` replace the percentiles of the draws.
    """

    value: float
    draws: np.ndarray
    n: int
    batches: float
    ends: tuple[float, float] | None = None

    def estimate(self, confidence: float = 0.95) -> Estimate:
        """Return the value with the percentile interval of its draws, widened for few batches.

        An end that the draws do not reach is None; a single batch gives no interval.
        """
        if self.batches <= 1:
            return Estimate(finite(self.value), n=self.n)
        low, high = self.ends or percentiles(self.draws, widened_tail(self.batches, confidence))
        return Estimate(finite(self.value), finite(low), finite(high), n=self.n)


def sample_curve(data: Durations, statistics: list[CurveStatistic], weights: np.ndarray) -> list[Sampled]:
    """Return each statistic of the survival curve with its draws; `weights` are those of `draw_batches`."""

    def values(weights: np.ndarray) -> list[np.ndarray]:
        times, at_risk, survival = survival_curves(data, weights)
        # A draw without any of these accounts gives no value.
        return [np.where(at_risk[:, 0] == 0, np.nan, statistic(survival, times)) for statistic in statistics]

    whole = values(np.ones((1, weights.shape[1])))
    draws = np.concatenate([values(chunk) for chunk in _chunks(weights)], axis=1)
    batches = effective_number(np.bincount(data.batch))
    return [
        Sampled(float(one[0]), drawn, len(data), batches) for one, drawn in zip(whole, draws, strict=True)
    ]


def _chunks(weights: np.ndarray) -> list[np.ndarray]:
    return [weights[start : start + CHUNK] for start in range(0, len(weights), CHUNK)]


def curve_band(
    data: Durations, weights: np.ndarray, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the days of an event or a censoring, survival just after, and both ends of its interval, all (times,).

    The interval of each day is computed as that of `Sampled`; a single batch gives nan for its ends.
    """
    times, _, survival = survival_curves(data, np.ones((1, weights.shape[1])))
    draws = np.concatenate([survival_curves(data, part)[2].astype(np.float32) for part in _chunks(weights)])
    batches = effective_number(np.bincount(data.batch))
    if batches <= 1:
        return times, survival[0], *np.full((2, len(times)), np.nan)
    tail = widened_tail(batches, confidence)
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return times, survival[0], low, high


def sample_median(values: np.ndarray, batch: np.ndarray, weights: np.ndarray) -> Sampled:
    """Return the median of `values` (n,), the lower one of two in the middle, with its draws.

    >>> sample_median(np.array([3, 9, 5, 7]), np.arange(4), draw_batches(4, 9, np.random.default_rng(1))).value
    5.0
    """
    data = Durations(np.asarray(values), np.ones(len(values), bool), batch)
    return sample_curve(data, [quantile_of(0.5)], weights)[0]


def sample_share(
    hit: np.ndarray, batch: np.ndarray, weights: np.ndarray, confidence: float = 0.95
) -> Sampled:
    """Return the share of accounts for which `hit` (n,) is true, with its draws.

    For a share of 0 or 1 all draws would be equal. Interval and draws are then those of C. Clopper and E. Pearson (1934)
    for as many independent accounts as there are effective batches (`effective_number`).
    """
    hits = np.bincount(batch, hit, minlength=weights.shape[1])
    size = np.bincount(batch, minlength=weights.shape[1])
    value, batches = float(hits.sum() / size.sum()), effective_number(size)
    if value in (0, 1):
        # Percentiles of these shares are the upper ends of exact intervals of 0; for a share of 1 take the complement.
        known = betaincinv(1, batches, (np.arange(len(weights)) + 0.5) / len(weights))
        ends = exact_interval(value, batches, confidence)
        return Sampled(value, np.abs(value - known), len(hit), batches, ends)
    with np.errstate(invalid="ignore"):
        draws = (weights @ hits) / (weights @ size)
    return Sampled(value, draws, len(hit), batches)


def difference(first: Sampled, second: Sampled, confidence: float = 0.95) -> Estimate | None:
    """Return first − second with interval and two-sided p-value; None if either value does not exist.

    The draws of both are independent, so their differences are draws of the difference. p is twice the share of draws
    beyond 0, 2 (1 + k) / (1 + repetitions), which inverts the percentile interval (B. Efron and R. Tibshirani, An
    Introduction to the Bootstrap, 1993, chapter 15). It is enlarged for few batches as the interval is, with the degrees
    of freedom of B. Welch (1947). A population of a single batch, or draws that are all equal, give neither interval nor
    p-value. `n` is that of the smaller population.
    """
    value = first.value - second.value
    n = min(first.n, second.n)
    if not np.isfinite([first.value, second.value]).all():
        return None
    others = second.draws
    if second.ends is not None:
        # The draws of a share of 0 or 1 are sorted; those of two populations must not rise together.
        others = np.random.default_rng(0).permutation(others)
    with np.errstate(invalid="ignore"):
        draws = first.draws - others
    kept = np.isfinite(draws)
    if min(first.batches, second.batches) <= 1 or not kept.any() or np.ptp(draws[kept]) == 0:
        return Estimate(value, n=n)
    parts = [
        (known[kept].var(), batches)
        for known, batches in ((first.draws, first.batches), (others, second.batches))
    ]
    freedom = sum(v for v, _ in parts) ** 2 / sum(v**2 / (batches - 1) for v, batches in parts)
    # Rounding errors of a difference of shares must not decide its sign.
    beyond = min(np.count_nonzero(draws[kept] <= 1e-12), np.count_nonzero(draws[kept] >= -1e-12))
    share = min(1, 2 * (1 + beyond) / (1 + kept.sum()))
    p_value = 2 * stdtr(freedom, ndtri(share / 2) * np.sqrt(freedom / (freedom + 1)))
    low, high = percentiles(draws[kept], widened_tail(freedom + 1, confidence))
    return Estimate(value, float(low), float(high), float(p_value), n)


def widened_tail(batches: float, confidence: float) -> float:
    """Return the share of draws to cut from either end, which is smaller for few batches.

    The expanded percentile interval of T. Hesterberg, The American Statistician 69 (2015), 371–386: Student's t instead
    of the normal distribution, and the bootstrap's variance corrected by batches / (batches − 1).
    """
    freedom = batches - 1
    return float(ndtr(stdtrit(freedom, (1 - confidence) / 2) * np.sqrt(batches / freedom)))


def percentiles(draws: np.ndarray, tail: float) -> tuple[float, float]:
    """Return the quantiles `tail` and 1 − `tail` of the draws that are not nan, without interpolation; nan if there are none.

    >>> percentiles(np.array([4.0, 1.0, 2.0, 3.0, np.nan]), 0.25)
    (1.0, 3.0)
    """
    known = draws[~np.isnan(draws)]
    if not len(known):
        return np.nan, np.nan
    low, high = np.quantile(known, [tail, 1 - tail], method="inverted_cdf")
    return float(low), float(high)
