"""Synchrony: of the days on which two accounts were near each other, the share on which they were together.

A pair-day is a day on which two accounts did the same thing near each other in time, within minutes. On some pair-days
they did it together, within seconds. The activity of both accounts and the popularity of the object decide how many
pair-days they have, but not the share that is together. Populations of any size can therefore be compared by this share.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import exact_interval, log_odds_interval, student_reach

#: Length in days of a block of dependent days, which share protests, news and cascades. Longer dependence, such as a habit
#: of two accounts, is covered by the accounts, which are clusters over all days.
NEWS_BLOCK_DAYS = 7


@dataclass(frozen=True)
class ClusterSums:
    """Sums over clusters of the numbers of pair-days, `near`, and of those that are together.

    `clusters` is how many clusters there are; `near` and `together` are the sums of the two numbers, `near_squared`,
    `near_by_together` and `together_squared` those of their squares and of their product.
    """

    clusters: int
    near: int
    together: int
    near_squared: int
    near_by_together: int
    together_squared: int

    def effective(self) -> float:
        """Return the effective number of clusters (L. Kish, Survey Sampling, 1965, section 11.7)."""
        return self.near**2 / self.near_squared

    def squares(self, share: float, *, corrected: bool = True) -> float:
        """Return the sum of squares of `together` − `share` · `near` over clusters, `corrected` by G / (G − 1)."""
        squares = self.together_squared - 2 * share * self.near_by_together + share**2 * self.near_squared
        return squares * (self.clusters / (self.clusters - 1) if corrected and self.clusters > 1 else 1)


#: The sums by kind of clusters: account, pair, block, and account_block and pair_block of both. An account has a pair-day with
#: each of its partners, so that the sums over accounts hold every pair-day twice.
PairDaySums = Mapping[str, ClusterSums]


def sum_pair_days(
    account_a: np.ndarray, account_b: np.ndarray, block: np.ndarray, together: np.ndarray
) -> PairDaySums:
    """Return the sums over clusters of pair-days, one element each, in any order: accounts, block of days, whether together.

    Accounts are small non-negative integers. workflow/sql/coordination/evidence/cluster_sums.sql does the same in a database.
    """
    if not len(block):
        return {}
    blocks = _numbered(block)
    width = int(blocks.max()) + 1
    pair = _numbered(
        np.minimum(account_a, account_b).astype(np.int64) * (max(account_a.max(), account_b.max()) + 1)
        + np.maximum(account_a, account_b)
    )
    account, twice = np.concatenate([account_a, account_b]), np.concatenate([together, together])
    kinds = {"account": account, "pair": pair, "block": blocks, "pair_block": pair * width + blocks}
    kinds["account_block"] = account * width + np.concatenate([blocks, blocks])
    return {
        kind: _cluster_sums(_numbered(labels), twice if len(labels) == len(twice) else together)
        for kind, labels in kinds.items()
    }


def _cluster_sums(labels: np.ndarray, together: np.ndarray) -> ClusterSums:
    near, within = np.bincount(labels), np.bincount(labels, together).astype(np.int64)
    products = (near @ near, near @ within, within @ within)
    return ClusterSums(len(near), *map(int, (near.sum(), within.sum(), *products)))


def _numbered(labels: np.ndarray) -> np.ndarray:
    return np.unique(labels, return_inverse=True)[1]


def synchrony(sums: PairDaySums, confidence: float = 0.95) -> Estimate | None:
    """Return the share of pair-days that are together, with an interval that is symmetric in the log odds.

    Pair-days that share an account or a block of days are dependent. Variance: V(account) + V(block) − V(account and
    block), and at least the larger of the first two, of the linearised share. V(account) is the dyadic one: the sum of
    products over all pairs of pair-days with a common account, Σ over accounts of squared sums less Σ over pairs of
    squared sums (P. M. Aronow, C. Samii and V. A. Assenova, Political Analysis 23 (2015), equation 2), within blocks
    for the last. Each sum is multiplied by G / (G − 1). Student's t with the smallest effective number of clusters,
    (Σ near)² / Σ near² by account, by pair or by block (`ClusterSums.effective`), less 1 as degrees of freedom. A share of 0 or 1 has the exact binomial interval (C. J. Clopper and E. S. Pearson 1934) of that many trials.

    `n` counts pair-days. Without a pair-day the result is None; with fewer than two effective clusters or without
    variation there is no interval.
    """
    if not sums:
        return None
    all_pairs = sums["pair"]
    n, value = all_pairs.near, all_pairs.together / all_pairs.near
    trials = min(sums[kind].effective() for kind in ("account", "pair", "block"))
    if trials < 2:
        return Estimate(value, n=n)
    low: float | None
    high: float | None
    if value in (0, 1):
        low, high = exact_interval(value, trials, confidence)
    else:
        low, high = log_odds_interval(value, student_reach(_variance(sums, value) / n**2, trials, confidence))
    return Estimate(value, low, high, n=n)


def _variance(sums: PairDaySums, share: float) -> float:
    """Return the variance of the sum of together − share over pair-days."""
    by_block = sums["block"].squares(share)
    # The sum over accounts contains each pair of accounts at both ends.
    by_account, by_both = (
        sums[kind].squares(share) - sums[within].squares(share, corrected=False)
        for kind, within in (("account", "pair"), ("account_block", "pair_block"))
    )
    return max(by_account + by_block - by_both, by_account, by_block)
