"""How long it takes until something happens in the life of an account, and how often it happens at all.

An account that has not done it by the end of observation is censored. Accounts of one creation day are a batch:
they were made, and often run, together, so that intervals and tests resample whole batches and never single accounts.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, ndtr, ndtri, stdtr, stdtrit

from takedown.statistics.estimate import Estimate, finite
from takedown.statistics.intervals import effective_number, exact_interval

#: Bootstrap draws at a time.
CHUNK = 100

#: A statistic of survival curves: (curves, times) survival at increasing days (times,) → (curves,), inf if not reached.
CurveStatistic = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Durations:
    """Days (n,) from a beginning to an event; where not `observed` (n,) the event had not come after so many days.

    `batch` (n,) numbers the batch of each; batches are numbered over the whole population, so that some may be absent.
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

    `start`, `event`, `end` (n,) are datetime64[D], `event` NaT where there is none. Impossible is an event or an
    end before the start. An event after the end is censored at the end.
    """
    observed = ~np.isnat(event) & (event <= end)
    days = (np.where(observed, event, end) - start).astype(np.int64)
    kept = days >= 0
    return Durations(days[kept], observed[kept], batch[kept]), int((~kept).sum())


def survival_curves(data: Durations, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimate survival for each row of batch weights (curves, batches) (E. Kaplan and P. Meier, 1958).

    Returns the days (times,) on which anything ends, event or censoring; the weight at risk (curves, times) just
    before; and the survival (curves, times) just after. A censoring counts as later than an event of the same day.
    Where no weight is at risk survival stays as it was. `scipy.stats.ecdf`, which the tests compare with, takes no
    weights, and resampling batches needs them.
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
    """Return the statistic "days until `share` have had the event": the first day with survival at most 1 − share."""

    def statistic(survival: np.ndarray, times: np.ndarray) -> np.ndarray:
        reached = survival <= 1 - share + 1e-12
        return np.where(reached.any(axis=1), times[reached.argmax(axis=1)].astype(float), np.inf)

    return statistic


def share_within(day: int) -> CurveStatistic:
    """Return the statistic "share that had the event within `day` days"; inf if nobody was observed so long."""

    def statistic(survival: np.ndarray, times: np.ndarray) -> np.ndarray:
        place = np.searchsorted(times, day, side="right") - 1
        share = 1 - survival[:, place] if place >= 0 else np.zeros(len(survival))
        return share if day <= times[-1] else np.where(share == 1, share, np.inf)

    return statistic


def mean_within(day: int) -> CurveStatistic:
    """Return the statistic "mean days without the event within the first `day` days", the restricted mean.

    inf if nobody was observed so long. Source: P. Royston and M. Parmar, Statistics in Medicine 30 (2011), 2409–2421.
    """

    def statistic(survival: np.ndarray, times: np.ndarray) -> np.ndarray:
        steps = np.diff(np.concatenate([[0], np.minimum(times, day), [day]]))
        before = np.concatenate([np.ones((len(survival), 1)), survival], axis=1)
        means = before @ steps
        return means if day <= times[-1] else np.where(survival[:, -1] == 0, means, np.inf)

    return statistic


def draw_batches(batches: int, repetitions: int, rng: np.random.Generator) -> np.ndarray:
    """Return how often each batch is drawn, (repetitions, batches): as many batches as there are, with replacement."""
    drawn = rng.integers(batches, size=(repetitions, batches)) + batches * np.arange(repetitions)[:, None]
    return np.bincount(drawn.ravel(), minlength=repetitions * batches).reshape(repetitions, batches)


@dataclass(frozen=True)
class Sampled:
    """A value, its bootstrap draws (repetitions,), `n` units of evidence and how many batches they are worth.

    `value` is inf, and a draw inf or nan, where the statistic does not exist; `ends` replaces the percentiles.
    """

    value: float
    draws: np.ndarray
    n: int
    batches: float
    ends: tuple[float, float] | None = None

    def estimate(self, confidence: float = 0.95) -> Estimate:
        """Return the value with its interval, of which an end that the draws do not reach is None.

        The interval holds the percentiles of the draws, widened for the few batches. None from a single batch.
        """
        if self.batches <= 1:
            return Estimate(finite(self.value), n=self.n)
        low, high = self.ends or percentiles(self.draws, widened_tail(self.batches, confidence))
        return Estimate(finite(self.value), finite(low), finite(high), n=self.n)


def sample_curve(data: Durations, statistics: list[CurveStatistic], weights: np.ndarray) -> list[Sampled]:
    """Return each statistic of the survival curve with its draws; `weights` are those of `draw_batches`."""
    parts = [_apply(statistics, data, np.ones((1, weights.shape[1])))]
    parts += [
        _apply(statistics, data, weights[start : start + CHUNK]) for start in range(0, len(weights), CHUNK)
    ]
    batches = effective_number(np.bincount(data.batch))
    return [
        Sampled(
            float(parts[0][place][0]), np.concatenate([part[place] for part in parts[1:]]), len(data), batches
        )
        for place in range(len(statistics))
    ]


def _apply(statistics: list[CurveStatistic], data: Durations, weights: np.ndarray) -> list[np.ndarray]:
    times, at_risk, survival = survival_curves(data, weights)
    # A draw without any of these accounts says nothing.
    empty = at_risk[:, 0] == 0
    return [np.where(empty, np.nan, statistic(survival, times)) for statistic in statistics]


def curve_band(
    data: Durations, weights: np.ndarray, confidence: float = 0.95
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the days on which anything ends, survival just after and the ends of its pointwise interval, all (times,).

    The interval holds the percentiles of the draws of whole batches, widened as those of `Sampled`, day by day; from a
    single batch its ends are nan.
    """
    times, _, survival = survival_curves(data, np.ones((1, weights.shape[1])))
    draws = np.concatenate(
        [
            survival_curves(data, weights[start : start + CHUNK])[2].astype(np.float32)
            for start in range(0, len(weights), CHUNK)
        ]
    )
    batches = effective_number(np.bincount(data.batch))
    if batches <= 1:
        return times, survival[0], *np.full((2, len(times)), np.nan)
    tail = widened_tail(batches, confidence)
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return times, survival[0], low, high


def sample_median(values: np.ndarray, batch: np.ndarray, weights: np.ndarray) -> Sampled:
    """Return the median of `values` (n,) that all were observed, the lower of two in the middle, with its draws."""
    data = Durations(np.asarray(values), np.ones(len(values), bool), batch)
    return sample_curve(data, [quantile_of(0.5)], weights)[0]


def sample_share(
    hit: np.ndarray, batch: np.ndarray, weights: np.ndarray, confidence: float = 0.95
) -> Sampled:
    """Return the share of accounts (n,) that are `hit`, with its draws.

    Where none or all are hit every draw would be the same; then interval and draws are those of C. Clopper and E. Pearson
    (1934) for as many independent accounts as there are effective batches (`effective_number`).
    """
    hits = np.bincount(batch, hit, minlength=weights.shape[1])
    size = np.bincount(batch, minlength=weights.shape[1])
    value, batches = float(hits.sum() / size.sum()), effective_number(size)
    if value in (0, 1):
        # Shares whose upper percentile is the end of the exact interval of no hit; for all hit their complement.
        known = betaincinv(1, batches, (np.arange(len(weights)) + 0.5) / len(weights))
        ends = exact_interval(value, batches, confidence)
        return Sampled(value, np.abs(value - known), len(hit), batches, ends)
    with np.errstate(invalid="ignore"):
        draws = (weights @ hits) / (weights @ size)
    return Sampled(value, draws, len(hit), batches)


def difference(first: Sampled, second: Sampled, confidence: float = 0.95) -> Estimate | None:
    """Return first − second with interval and two-sided p-value; None where either does not exist.

    The draws of both are independent, so their differences are draws of the difference. p is twice the share of draws
    beyond 0, 2 (1 + k) / (1 + repetitions), the percentile interval turned round (B. Efron and R. Tibshirani, An
    Introduction to the Bootstrap, 1993, chapter 15), and is enlarged for the few batches as the interval is, with the
    degrees of freedom of B. Welch (1947). No interval and no p where a population is a single batch or where neither
    varies; `n` is that of the smaller population.
    """
    value = first.value - second.value
    n = min(first.n, second.n)
    if not np.isfinite([first.value, second.value]).all():
        return None
    others = second.draws
    if second.ends is not None:
        # Draws of a share of none or all stand in order: those of two populations would go up and down together.
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
    # The last bits of a difference of shares must not decide on which side of 0 it lies.
    beyond = min(np.count_nonzero(draws[kept] <= 1e-12), np.count_nonzero(draws[kept] >= -1e-12))
    share = min(1, 2 * (1 + beyond) / (1 + kept.sum()))
    p_value = 2 * stdtr(freedom, ndtri(share / 2) * np.sqrt(freedom / (freedom + 1)))
    low, high = percentiles(draws[kept], widened_tail(freedom + 1, confidence))
    return Estimate(value, float(low), float(high), float(p_value), n)


def widened_tail(batches: float, confidence: float) -> float:
    """Return the share of draws to cut from either end so that few batches give an interval wide enough.

    The expanded percentile interval of T. Hesterberg, The American Statistician 69 (2015), 371–386: Student's t in
    place of the normal, and the bootstrap's variance put right by batches / (batches − 1).
    """
    freedom = batches - 1
    return float(ndtr(stdtrit(freedom, (1 - confidence) / 2) * np.sqrt(batches / freedom)))


def percentiles(draws: np.ndarray, tail: float) -> tuple[float, float]:
    """Return the ends of the draws that are a number or inf after a share `tail` is cut from either, without interpolation."""
    known = draws[~np.isnan(draws)]
    if not len(known):
        return np.nan, np.nan
    return tuple(np.quantile(known, [tail, 1 - tail], method="inverted_cdf"))
