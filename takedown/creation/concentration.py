"""How concentrated account creation is, and how far two creation calendars lie apart."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate

TOP_DAYS = 10


def daily_counts(days: np.ndarray, accounts: np.ndarray) -> tuple[np.datetime64, np.ndarray]:
    """Return the first day and one count for every day to the last, days without an account included.

    `days` (datetime64) may come in any order and repeat (archives, languages); `accounts` are counts of the
    same shape. Raises ValueError without an account.
    """
    days, accounts = np.asarray(days, "datetime64[D]"), np.asarray(accounts, np.int64)
    days, accounts = days[accounts > 0], accounts[accounts > 0]
    if len(days) == 0:
        raise ValueError("a calendar needs at least one account")
    first = days.min()
    place = (days - first).astype(np.int64)
    counts = np.zeros(place.max() + 1, np.int64)
    np.add.at(counts, place, accounts)
    return first, counts


def coincidence_probability(counts: np.ndarray) -> float:
    """Return the probability that two accounts drawn without replacement share a creation day.

    `counts` (shape [days]) are accounts by day. Σ n (n − 1) / N (N − 1) (E. H. Simpson, Nature 163, 1949); a random
    subsample of the accounts has the same expectation. nan for fewer than two accounts.

    >>> round(coincidence_probability(np.array([2, 1, 1])), 4)
    0.1667
    """
    counts = np.asarray(counts, np.int64)
    total = counts.sum()
    return float((counts * (counts - 1)).sum() / (total * (total - 1))) if total > 1 else float("nan")


def _log_variance(counts: np.ndarray, unit: str) -> float:
    counts = np.asarray(counts, np.int64)
    counts = counts[counts > 0]
    total, pairs = counts.sum(), (counts * (counts - 1)).sum()
    if unit == "day":
        left, pairs_left, copies = (
            total - counts,
            pairs - counts * (counts - 1),
            np.ones(len(counts), np.int64),
        )
    elif unit == "account":
        left, pairs_left, copies = total - 1, pairs - 2 * (counts - 1), counts
    else:
        raise ValueError(f"unit is 'day' or 'account', not {unit!r}")
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(pairs_left / (left * (left - 1)))
        replicates = copies.sum()
        mean = (copies * logs).sum() / replicates
        return float((replicates - 1) / replicates * (copies * (logs - mean) ** 2).sum())


def _log_interval(value: float, variance: float, confidence: float) -> Estimate:
    if not np.isfinite(value):
        return Estimate(None)
    # There is no interval where the value rests on one day alone (variance inf or nan) or where no day changes it (variance
    # 0 but for rounding): its variance is not known then.
    if not np.isfinite(variance) or variance < 1e-24:
        return Estimate(value)
    half = ndtri((1 + confidence) / 2) * np.sqrt(variance)
    return Estimate(value, float(value * np.exp(-half)), float(value * np.exp(half)))


def coincidence(counts: np.ndarray, unit: str = "day", confidence: float = 0.95) -> Estimate:
    """Return the coincidence probability with a jackknife interval on the log scale.

    `unit` "day" leaves out one creation day at a time, with all its accounts, so that the batch is the unit of evidence.
    "account" leaves out one account at a time, as if accounts were independent; the calibration shows that this interval
    is far too narrow. The logarithm keeps the interval above 0. There is no interval where the value would be 0 without
    one unit. Source: B. Efron and C. Stein, The jackknife estimate of variance, Annals of Statistics 9 (1981).
    """
    return _log_interval(coincidence_probability(counts), _log_variance(counts, unit), confidence)


def coincidence_ratio(
    counts: np.ndarray, control_counts: np.ndarray, unit: str = "day", confidence: float = 0.95
) -> Estimate:
    """Return the ratio of two coincidence probabilities; its log variance is the sum of those of the two jackknives.

    The value is None where the control's is 0 or either has fewer than two accounts.
    """
    value, control_value = coincidence_probability(counts), coincidence_probability(control_counts)
    value = value / control_value if control_value else float("nan")
    variance = _log_variance(counts, unit) + _log_variance(control_counts, unit)
    return _log_interval(value, variance, confidence)


def dispersion_index(
    counts: np.ndarray, block_days: int = DRIFT_BLOCK_DAYS, confidence: float = 0.95
) -> Estimate:
    """Return variance over mean of the accounts of a day, with a jackknife interval on the log scale.

    It is 1 for independent accounts at an even rate (R. A. Fisher, Statistical Methods for Research Workers, 1925,
    section 16), and grows with the number of accounts. `counts` has one entry for every day. The jackknife leaves out
    `block_days` neighbouring days at a time (H. R. Künsch, Annals of Statistics 17, 1989), since accounts of a batch and
    days of a wave are not independent. There is no value for fewer than two days or without an account, and no interval
    for fewer than two blocks or where a single block holds all the variance.
    """
    counts = np.asarray(counts, float)
    days = len(counts)
    if days < 2 or not counts.any():
        return Estimate(None)

    def index(number: ArrayLike, total: ArrayLike, squares: ArrayLike) -> np.ndarray:
        number, total, squares = (np.asarray(values, float) for values in (number, total, squares))
        return (squares - total**2 / number) / (number - 1) / (total / number)

    starts = np.arange(0, days, block_days)
    sums = days, counts.sum(), (counts**2).sum()
    value = float(index(*sums))
    with np.errstate(divide="ignore", invalid="ignore"):
        blocks = (
            np.diff([*starts, days]),
            np.add.reduceat(counts, starts),
            np.add.reduceat(counts**2, starts),
        )
        logs = np.log(index(*(whole - block for whole, block in zip(sums, blocks, strict=True))))
        variance = (len(starts) - 1) * logs.var()
    return _log_interval(value, variance if len(starts) > 1 else np.nan, confidence)


def top_days_share(counts: np.ndarray, days: int = TOP_DAYS) -> np.ndarray:
    """Return the share of all accounts created on the `days` fullest days, along the last axis of `counts`.

    >>> float(top_days_share(np.array([3, 1, 2]), days=1))
    0.5
    """
    counts = np.asarray(counts)
    days = min(days, counts.shape[-1])
    top = np.partition(counts, counts.shape[-1] - days, axis=-1)[..., counts.shape[-1] - days :]
    return top.sum(axis=-1) / counts.sum(axis=-1)


def rarefy(counts: np.ndarray, size: int, repetitions: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `size` accounts without replacement, `repetitions` times: counts by day, shape [repetitions, days].

    A bootstrap, which draws with replacement, would draw an account twice and count it as two accounts on one day. Raises ValueError if there are fewer accounts than `size`.
    """
    counts = np.asarray(counts, np.int64)
    if size > counts.sum():
        raise ValueError(f"cannot rarefy {counts.sum()} accounts to {size}")
    return rng.multivariate_hypergeometric(counts[counts > 0], size, repetitions, method="marginals")


def rarefied_top_days_share(
    counts: np.ndarray, size: int, repetitions: int, rng: np.random.Generator, confidence: float = 0.95
) -> Estimate:
    """Return the mean top-days share of `size` accounts drawn from a larger calendar, and its central range."""
    shares = top_days_share(rarefy(counts, size, repetitions, rng))
    tail = (1 - confidence) / 2
    low, high = np.quantile(shares, [tail, 1 - tail])
    return Estimate(float(shares.mean()), float(low), float(high))


def ks_distance(
    first: np.datetime64, counts: np.ndarray, other_first: np.datetime64, other_counts: np.ndarray
) -> float:
    """Return the largest difference of two calendars' cumulative shares (Kolmogorov–Smirnov distance).

    A calendar is its first day and one count for each day. There is no p-value: accounts are not independent, and p
    ranges from .001 to 1 depending on whether batches or whole waves are kept together.
    """
    return float(_cumulative_differences(first, counts, other_first, other_counts).max())


def wasserstein_days(
    first: np.datetime64, counts: np.ndarray, other_first: np.datetime64, other_counts: np.ndarray
) -> float:
    """Return the mean number of days by which accounts would have to move to turn one calendar into the other.

    The first Wasserstein distance (L. N. Vaserstein, 1969): the area between the cumulative shares. A calendar is its
    first day and one count for each day; there is no p-value, as for `ks_distance`.
    """
    return float(_cumulative_differences(first, counts, other_first, other_counts).sum())


def _cumulative_differences(
    first: np.datetime64, counts: np.ndarray, other_first: np.datetime64, other_counts: np.ndarray
) -> np.ndarray:
    start = min(first, other_first)
    end = max(first + len(counts), other_first + len(other_counts))

    def cumulative(day: np.datetime64, values: np.ndarray) -> np.ndarray:
        padded = np.zeros((end - start).astype(np.int64))
        offset = (day - start).astype(np.int64)
        padded[offset : offset + len(values)] = values
        return np.cumsum(padded) / padded.sum()

    return np.abs(cumulative(first, counts) - cumulative(other_first, other_counts))
