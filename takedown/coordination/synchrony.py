"""Synchrony: of the days on which two accounts were near each other, the share on which they were together.

A pair-day is a day on which two accounts did the same thing near each other in time, within minutes. On some pair-days
they did it together, within seconds. The activity of both accounts and the popularity of the object decide how many
pair-days they have, but not the share that is together. Populations of any size can therefore be compared by this share.
"""

from dataclasses import dataclass

import numpy as np

from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, exact_interval, log_odds_interval, student_reach

#: Length in days of a block of dependent days, which share protests, news and cascades. Longer dependence, such as a habit
#: of two accounts, is covered by the accounts, which are clusters over all days.
NEWS_BLOCK_DAYS = 7


@dataclass(frozen=True, eq=False)
class PairDayCells:
    """Numbers of pair-days by two accounts and block of days, in any order, as arrays of shape [cells].

    `account_a` and `account_b` are small non-negative integers, never equal; `block` is the number of days since any fixed
    day, divided by `NEWS_BLOCK_DAYS` and rounded down; `near` counts pair-days and `within` those that are together.
    """

    account_a: np.ndarray
    account_b: np.ndarray
    block: np.ndarray
    near: np.ndarray
    within: np.ndarray


def synchrony(cells: PairDayCells, confidence: float = 0.95) -> Estimate | None:
    """Return the share of pair-days that are together, with an interval that is symmetric in the log odds.

    Pair-days that share an account or a block of days are dependent. Variance: V(account) + V(block) − V(account and
    block), and at least the larger of the first two, of the linearised share. V(account) is the dyadic one: the sum of
    products over all pairs of pair-days with a common account, Σ over accounts of squared sums less Σ over pairs of
    squared sums (P. M. Aronow, C. Samii and V. A. Assenova, Political Analysis 23 (2015), equation 2), within blocks
    for the last. Each sum is multiplied by G / (G − 1). Student's t with the smallest effective number of clusters,
    (Σ near)² / Σ near² by account, by pair or by block (L. Kish, Survey Sampling, 1965, section 11.7), less 1 as degrees of
    freedom. A share of 0 or 1 has the exact binomial interval (C. J. Clopper and E. S. Pearson 1934) of that many trials.

    `n` counts pair-days. Without a pair-day the result is None; with fewer than two effective clusters or without
    variation there is no interval.
    """
    n = int(cells.near.sum())
    if n == 0:
        return None
    value, trials = float(cells.within.sum() / n), _effective(cells)
    if trials < 2:
        return Estimate(value, n=n)
    low: float | None
    high: float | None
    if value in (0, 1):
        low, high = exact_interval(value, trials, confidence)
    else:
        variance = _variance(cells, (cells.within - value * cells.near) / n)
        low, high = log_odds_interval(value, student_reach(variance, trials, confidence))
    return Estimate(value, low, high, n=n)


def _effective(cells: PairDayCells) -> float:
    """Return the smallest effective number of clusters of pair-days: accounts, pairs of them, or blocks of days."""
    near = cells.near.astype(float)
    accounts = np.bincount(np.concatenate([cells.account_a, cells.account_b]), np.concatenate([near, near]))
    pairs = np.bincount(_pair(cells.account_a, cells.account_b), near)
    blocks = np.bincount(_numbered(cells.block), near)
    return min(map(effective_number, (accounts, pairs, blocks)))


def _variance(cells: PairDayCells, influence: np.ndarray) -> float:
    """Return the variance of the sum of `influence`, one element for each cell."""
    blocks = _numbered(cells.block)
    by_block = _squares(blocks, influence)
    by_account = _dyadic(cells.account_a, cells.account_b, influence)
    width = int(blocks.max()) + 1
    by_both = _dyadic(cells.account_a * width + blocks, cells.account_b * width + blocks, influence)
    return max(by_account + by_block - by_both, by_account, by_block)


def _dyadic(one: np.ndarray, other: np.ndarray, influence: np.ndarray) -> float:
    """Return the sum of products of influences over all pairs of cells that share an account."""
    ends, twice = np.concatenate([one, other]), np.concatenate([influence, influence])
    # The sum over accounts contains each pair of accounts at both ends.
    return _squares(ends, twice) - _squares(_pair(one, other), influence, corrected=False)


def _pair(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    width = max(int(one.max()), int(other.max())) + 1
    return _numbered(np.minimum(one, other).astype(np.int64) * width + np.maximum(one, other))


def _squares(labels: np.ndarray, influence: np.ndarray, *, corrected: bool = True) -> float:
    sums = np.bincount(labels, influence)
    clusters = np.count_nonzero(np.bincount(labels))
    factor = clusters / (clusters - 1) if corrected and clusters > 1 else 1
    return float((sums**2).sum() * factor)


def _numbered(labels: np.ndarray) -> np.ndarray:
    return np.unique(labels, return_inverse=True)[1]
