"""How concentrated account creation is: descriptions of a calendar of accounts by day."""

import numpy as np

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


def coincidence_ratio(counts: np.ndarray, control_counts: np.ndarray) -> float:
    """Return the ratio of two coincidence probabilities, nan where the control's is 0 or either has fewer than two accounts."""
    value, control_value = coincidence_probability(counts), coincidence_probability(control_counts)
    return value / control_value if control_value else float("nan")


def pairs_in_fullest_blocks(
    counts: np.ndarray, blocks: int = 2, block_days: int = DRIFT_BLOCK_DAYS
) -> Estimate:
    """Return the share of the pairs of accounts of one day that the `blocks` fullest blocks of `block_days` days hold.

    `counts` has one entry a day, the first of a block. n = blocks with accounts. No value without two accounts on a day.

    >>> pairs_in_fullest_blocks(np.array([3, 0, 2, 0, 2]), blocks=1, block_days=2).value
    0.6
    """
    counts = np.asarray(counts, np.int64)
    block = np.arange(len(counts)) // block_days
    pairs, accounts = (np.bincount(block, values) for values in (counts * (counts - 1), counts))
    total = pairs.sum()
    share = float(np.sort(pairs)[-blocks:].sum() / total) if total else None
    return Estimate(share, n=int((accounts > 0).sum()))


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
