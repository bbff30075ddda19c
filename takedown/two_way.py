"""Shares of two groups of accounts, compared with the account and the day both as clusters.

`share_difference(in_first, account, day, hits, posts)` takes the cells of account and day as arrays.
"""

import numpy as np
from scipy.special import stdtr, stdtrit

from takedown.inference import Estimate


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
    by_account, accounts = _variance(influence, account)
    by_day, days = _variance(influence, day)
    by_cell, _ = _variance(influence, np.arange(len(posts)))
    variance = max(by_account + by_day - by_cell, by_account, by_day)
    n = int(min(accounts, days))
    difference, freedom = shares[0] - shares[1], min(effective) - 1
    # Sums of floats leave a little where nothing varies.
    if freedom < 1 or variance < 1e-24:
        return Estimate(float(difference), n=n)
    error = np.sqrt(variance)
    half = stdtrit(freedom, (1 + confidence) / 2) * error
    numbers = (difference, difference - half, difference + half, 2 * stdtr(freedom, -abs(difference) / error))
    return Estimate(*map(float, numbers), n=n)


def _variance(influence: np.ndarray, labels: np.ndarray) -> tuple[float, int]:
    clusters = np.count_nonzero(np.bincount(labels))
    if clusters < 2:
        return 0.0, clusters
    return float((np.bincount(labels, influence) ** 2).sum() * clusters / (clusters - 1)), clusters
