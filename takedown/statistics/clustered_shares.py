"""Shares of posts, of one group and of two compared, with the account and the block of days both as clusters.

`share(account, day, hits, posts)` and `share_difference(in_first, account, day, hits, posts)` take the cells of account
and day as arrays. Topics and times of posts drift, so neighbouring days are alike; they count as independent only in blocks of `DRIFT_BLOCK_DAYS` or, where there are days enough, twice as many (`LONG_SPAN_DAYS`), from the
first day of the data on.
"""

from collections.abc import Iterable

import numpy as np
from scipy.special import stdtr

from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate
from takedown.statistics.intervals import effective_number, log_odds_interval, student_reach

#: Where every group spans more days, blocks have 2 · `DRIFT_BLOCK_DAYS`: neighbouring short blocks are correlated, and with
#: many of them the test errs in 9 to 12 % of simulations over two years; in a shorter span few degrees of freedom offset this.
LONG_SPAN_DAYS = 140
#: The blocks in the words of a method.
BLOCKS = f"block of {DRIFT_BLOCK_DAYS} days ({2 * DRIFT_BLOCK_DAYS} where posts span more than {LONG_SPAN_DAYS} days on either side)"


def share(
    account: np.ndarray,
    day: np.ndarray,
    hits: np.ndarray,
    posts: np.ndarray,
    block_days: int | None = None,
    confidence: float = 0.95,
) -> Estimate | None:
    """Return the share of hits in all posts, with an interval that is symmetric in the log odds.

    Arguments, variance, degrees of freedom, `n` and sources are those of `share_difference`; the standard error of the log
    odds is that of the share v divided by v (1 − v). None without a post; no interval for a share of 0 or 1, or where
    the effective number of accounts or blocks is less than 2 or nothing varies.
    """
    hits, posts = np.asarray(hits, float), np.asarray(posts, float)
    total = posts.sum()
    if total == 0:
        return None
    value = hits.sum() / total
    clusters = _clusters(account, day, block_days or _block_days([day]))
    effective = _effective(posts, clusters)
    half, _, n = _student((hits - value * posts) / total, clusters, effective, value, confidence)
    low, high = log_odds_interval(value, half)
    return Estimate(float(value), low, high, n=n)


def share_difference(
    in_first: np.ndarray,
    account: np.ndarray,
    day: np.ndarray,
    hits: np.ndarray,
    posts: np.ndarray,
    block_days: int | None = None,
    confidence: float = 0.95,
) -> Estimate | None:
    """Return the share of hits in the first group's posts less that in the second's, with interval and p-value.

    One element for each cell of account and day with posts, in any order: `in_first` (bool), `account` (small
    non-negative integers), `day` (integers, a day apart where they differ by 1), and how many of its `posts` are
    `hits`. Every post weighs alike. Clusters: accounts, and blocks of days counted from the first: `block_days`, or
    if that is None 28 and, where both groups span more than `LONG_SPAN_DAYS`, 56.

    Variance: V(account) + V(block) − V(account and block), each the sum of squared cluster sums of the linearised
    difference times G / (G − 1), and at least the larger of the first two. Interval and
    two-sided p-value: Student's t. Its degrees of freedom are the smallest effective number of clusters,
    (Σ posts)² / Σ posts², of either group by account or by block, less 1: a few accounts write most posts. `n` is the
    smaller of the numbers of accounts and of blocks. None where a group has no post; neither interval nor p-value
    where the effective number is less than 2, or where the share of a group is 0 or 1, since its variance is not known then.
    Sources: A. C. Cameron, J. B. Gelbach and D. L. Miller, Journal of Business & Economic Statistics 29 (2011),
    section 2.3; effective number: L. Kish, Survey Sampling (1965), section 11.7; blocks of neighbouring days:
    H. R. Künsch, Annals of Statistics 17 (1989).
    """
    in_first, day = np.asarray(in_first, bool), np.asarray(day, np.int64)
    hits, posts = np.asarray(hits, float), np.asarray(posts, float)
    groups = (in_first, ~in_first)
    if any(posts[group].sum() == 0 for group in groups):
        return None
    clusters = _clusters(account, day, block_days or _block_days([day[group] for group in groups]))
    influence = np.zeros(len(posts))
    shares, effective = [], []
    for group, sign in zip(groups, (1, -1), strict=True):
        total = posts[group].sum()
        shares.append(hits[group].sum() / total)
        influence[group] = sign * (hits[group] - shares[-1] * posts[group]) / total
        effective.append(_effective(posts[group], [labels[group] for labels in clusters]))
    difference = shares[0] - shares[1]
    half, p_value, n = _student(influence, clusters, min(effective), difference, confidence)
    if half is None or not {0.0, 1.0}.isdisjoint(shares):
        return Estimate(float(difference), n=n)
    return Estimate(float(difference), float(difference - half), float(difference + half), p_value, n)


def _block_days(days: Iterable[np.ndarray]) -> int:
    return DRIFT_BLOCK_DAYS * (2 if min(np.ptp(day) + 1 for day in days) > LONG_SPAN_DAYS else 1)


def _clusters(account: np.ndarray, day: np.ndarray, block_days: int) -> tuple[np.ndarray, np.ndarray]:
    day = np.asarray(day, np.int64)
    return np.asarray(account, np.int64), (day - day.min()) // block_days


def _effective(posts: np.ndarray, clusters: Iterable[np.ndarray]) -> float:
    """Return the smallest effective number of clusters of posts."""
    return min(effective_number(np.bincount(labels, posts)) for labels in clusters)


def _student(
    influence: np.ndarray,
    clusters: tuple[np.ndarray, np.ndarray],
    effective: float,
    value: float,
    confidence: float,
) -> tuple[float | None, float | None, int]:
    """Return half the interval's length, the two-sided p-value of `value` against 0, and the smaller number of clusters."""
    account, block = clusters
    by_account, accounts = _variance(influence, account)
    by_block, blocks = _variance(influence, block)
    by_both, _ = _variance(influence, account * (block.max() + 1) + block)
    variance = max(by_account + by_block - by_both, by_account, by_block)
    n = int(min(accounts, blocks))
    half = student_reach(variance, effective, confidence)
    if half is None:
        return None, None, n
    return half, float(2 * stdtr(effective - 1, -abs(value) / np.sqrt(variance))), n


def _variance(influence: np.ndarray, labels: np.ndarray) -> tuple[float, int]:
    clusters = int(np.count_nonzero(np.bincount(labels)))
    if clusters < 2:
        return 0.0, clusters
    return float((np.bincount(labels, influence) ** 2).sum() * clusters / (clusters - 1)), clusters
