"""Synchrony: of the days on which two accounts were near each other, the share on which they were together.

A pair-day is a day on which two accounts did the same thing near each other in time, within minutes; on some of them
they did it together, within seconds. How much either account posts, and how popular a thing is, decide how often two are
near each other, but not which share of that is together: that share compares populations of any size.
"""

from dataclasses import dataclass

import numpy as np

from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, exact_interval, log_odds_interval, student_reach

#: Days that are taken together, as they have protests, news and cascades in common. What is longer than a week, such as a
#: habit of two accounts, is told by the accounts, which are taken together over all days.
NEWS_BLOCK_DAYS = 7


@dataclass(frozen=True, eq=False)
class PairDays:
    """Pair-days of a population, added up by cells of two accounts and a block of days, in any order.

    Arrays of one length: `account_a` and `account_b` (small non-negative integers, never equal), `block` (days since
    any fixed day, divided by `NEWS_BLOCK_DAYS`, downwards), `near` (pair-days) and `within` (how many of those).
    """

    account_a: np.ndarray
    account_b: np.ndarray
    block: np.ndarray
    near: np.ndarray
    within: np.ndarray


def synchrony(cells: PairDays, confidence: float = 0.95) -> Estimate | None:
    """Return the share of pair-days that are together, with an interval that is symmetric in the log odds.

    Pair-days that share an account or a block of days are dependent. Variance: V(account) + V(block) − V(account and
    block), and at least the larger of the first two, of the linearised share. V(account) is the dyadic one: the sum of
    products over all pairs of pair-days with an account in common, Σ over accounts of squared sums less Σ over pairs of
    squared sums (P. M. Aronow, C. Samii and V. A. Assenova, Political Analysis 23 (2015), equation 2), within blocks
    for the last. Each sum is multiplied by G / (G − 1). Student's t with the smallest effective number of clusters,
    (Σ near)² / Σ near² by account, by pair or by block (L. Kish, Survey Sampling, 1965, section 11.7), less 1 as degrees of freedom.
    A share of 0 or 1 has the exact binomial interval (C. J. Clopper and E. S. Pearson 1934) of that number of trials.

    `n` counts pair-days. None without one; no interval where there are fewer than two effective clusters
    or nothing varies.
    """
    n = int(cells.near.sum())
    if n == 0:
        return None
    value, trials = float(cells.within.sum() / n), _effective(cells)
    if trials < 2:
        return Estimate(value, n=n)
    if value in (0, 1):
        return Estimate(value, *exact_interval(value, trials, confidence), n=n)
    variance = _variance(cells, (cells.within - value * cells.near) / n)
    reach = student_reach(variance, trials, confidence)
    return Estimate(value, *log_odds_interval(value, reach), n=n)


def synchrony_difference(one: Estimate, other: Estimate) -> Estimate:
    """Return one synchrony less another, with the interval that the two intervals give (none where one has none).

    The populations share no account. Lower end: difference − √((value − low)² + (high' − value')²), upper end likewise
    (R. G. Newcombe, Statistics in Medicine 17 (1998), method 10; for any two intervals G. Y. Zou and A. Donner, Statistics
    in Medicine 27 (2008), equation 5). `n` is the smaller number of pair-days.
    """
    difference, n = one.value - other.value, min(one.n, other.n)
    if one.low is None or other.low is None:
        return Estimate(difference, n=n)
    below = np.hypot(one.value - one.low, other.high - other.value)
    above = np.hypot(one.high - one.value, other.value - other.low)
    return Estimate(difference, float(difference - below), float(difference + above), n=n)


def _effective(cells: PairDays) -> float:
    """Return the smallest effective number of clusters of pair-days: accounts, pairs of them, or blocks of days."""
    near = cells.near.astype(float)
    accounts = np.bincount(np.concatenate([cells.account_a, cells.account_b]), np.concatenate([near, near]))
    pairs = np.bincount(_pair(cells.account_a, cells.account_b), near)
    blocks = np.bincount(_numbered(cells.block), near)
    return min(map(effective_number, (accounts, pairs, blocks)))


def _variance(cells: PairDays, influence: np.ndarray) -> float:
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
    # A pair of accounts is met at both of its ends.
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
