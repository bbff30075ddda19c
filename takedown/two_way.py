"""Shares of posts, of one group and of two compared, with the account and the day both as clusters.

`share(account, day, hits, posts)` and `share_difference(in_first, account, day, hits, posts)` take the cells of account
and day as arrays.
"""

import numpy as np
from scipy.special import stdtr, stdtrit

from takedown.inference import Estimate


def share(
    account: np.ndarray, day: np.ndarray, hits: np.ndarray, posts: np.ndarray, confidence: float = 0.95
) -> Estimate | None:
    """Return the share of hits in all posts, with an interval cut at 0 and 1.

    Arguments, variance, degrees of freedom, `n` and sources as in `share_difference`. None without a post; no interval
    where the effective number of accounts or days is less than 2 or nothing varies.
    """
    hits, posts = np.asarray(hits, float), np.asarray(posts, float)
    total = posts.sum()
    if total == 0:
        return None
    value = hits.sum() / total
    effective = [total**2 / (np.bincount(labels, posts) ** 2).sum() for labels in (account, day)]
    half, _, n = _student((hits - value * posts) / total, account, day, min(effective) - 1, value, confidence)
    ends = (None, None) if half is None else (max(float(value - half), 0.0), min(float(value + half), 1.0))
    return Estimate(float(value), *ends, n=n)


def share_difference(
    in_first: np.ndarray,
    account: np.ndarray,
    day: np.ndarray,
    hits: np.ndarray,
    posts: np.ndarray,
    confidence: float = 0.95,
) -> Estimate | None:
    """Return the share of hits in the first group's posts less that in the second's, with interval and p-value.

    One element for each cell of account and day with posts, in any order: `in_first` (bool), `account` and `day`
    (labels, small non-negative integers), and how many of its `posts` are `hits`. Every post weighs alike.

    Variance: V(account) + V(day) − V(cell), each the sum of squared cluster sums of the linearised difference
    times G / (G − 1); where that is below the larger of the first two, the larger is taken. Interval and two-sided
    p-value: Student's t. Its degrees of freedom are the smallest effective number of clusters, (Σ posts)² /
    Σ posts², of either group by account or by day, less 1: a few accounts write most posts. `n` is the smaller
    of the numbers of accounts and of days. None where a group has no post; neither interval nor p-value where
    the effective number is less than 2 or nothing varies.
    Sources: A. C. Cameron, J. B. Gelbach and D. L. Miller, Journal of Business & Economic Statistics 29 (2011),
    section 2.3; effective number: L. Kish, Survey Sampling (1965), section 11.7.
    """
    in_first = np.asarray(in_first, bool)
    hits, posts = np.asarray(hits, float), np.asarray(posts, float)
    groups = (in_first, ~in_first)
    if any(posts[group].sum() == 0 for group in groups):
        return None
    influence = np.zeros(len(posts))
    shares, effective = [], []
    for group, sign in zip(groups, (1, -1), strict=True):
        total = posts[group].sum()
        shares.append(hits[group].sum() / total)
        influence[group] = sign * (hits[group] - shares[-1] * posts[group]) / total
        effective += [
            total**2 / (np.bincount(labels[group], posts[group]) ** 2).sum() for labels in (account, day)
        ]
    difference = shares[0] - shares[1]
    half, p_value, n = _student(influence, account, day, min(effective) - 1, difference, confidence)
    if half is None:
        return Estimate(float(difference), n=n)
    return Estimate(*map(float, (difference, difference - half, difference + half, p_value)), n=n)


def _student(
    influence: np.ndarray,
    account: np.ndarray,
    day: np.ndarray,
    freedom: float,
    value: float,
    confidence: float,
) -> tuple[float | None, float | None, int]:
    """Return half the interval's length, the two-sided p-value of `value` against 0, and the smaller number of clusters."""
    by_account, accounts = _variance(influence, account)
    by_day, days = _variance(influence, day)
    by_cell, _ = _variance(influence, np.arange(len(influence)))
    variance = max(by_account + by_day - by_cell, by_account, by_day)
    n = int(min(accounts, days))
    # Sums of floats leave a little where nothing varies.
    if freedom < 1 or variance < 1e-24:
        return None, None, n
    error = np.sqrt(variance)
    half = stdtrit(freedom, (1 + confidence) / 2) * error
    return float(half), float(2 * stdtr(freedom, -abs(value) / error)), n


def _variance(influence: np.ndarray, labels: np.ndarray) -> tuple[float, int]:
    clusters = np.count_nonzero(np.bincount(labels))
    if clusters < 2:
        return 0.0, clusters
    return float((np.bincount(labels, influence) ** 2).sum() * clusters / (clusters - 1)), clusters
