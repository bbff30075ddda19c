"""Which pairs of accounts were together more often than chance, or a crowd, puts two that were near each other.

The null: timelines shifted. Given which events of two accounts lie within `near` seconds of each other, their difference
in time is as likely to be any other in that range, as if the day of an account had been shifted a little as a whole: the
rhythm of an account, its activity, the popularity of what it shares and every common cause that lasts longer than `near` stay as
they are. Sources: A. Amarasingham, M. T. Harrison, N. G. Hatsopoulos and S. Geman, Journal of Neurophysiology 107 (2012),
517–531 (interval jitter); S. Louis, G. L. Gerstein, S. Grün and M. Diesmann, Frontiers in Computational Neuroscience 4
(2010), article 127 (shifting of whole trains).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc, gammaincinv, ndtri, stdtrit

from takedown.coordination.synchrony import NEWS_BLOCK_DAYS
from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, exact_interval, log_odds_interval, student_reach


@dataclass(frozen=True, eq=False)
class Edges:
    """The test of every pair: `p_value` and `significant`, one element each; how many were tested, and against what.

    A pair is significant if its p-value does not exceed `threshold`, which is alpha divided by `tested`.
    """

    p_value: np.ndarray
    significant: np.ndarray
    tested: int
    threshold: float


def chance_within(window: int, near: int, resolution: int = 1) -> float:
    """Return the probability that two events that are near each other are together under the null.

    Of the whole multiples of `resolution` from −near to near, those from −window to window (seconds, inclusive):
    (2⌊window / resolution⌋ + 1) / (2⌊near / resolution⌋ + 1).
    """
    return (2 * (window // resolution) + 1) / (2 * (near // resolution) + 1)


def edge_p_values(days_near: np.ndarray, days_within: np.ndarray, chance: np.ndarray | float) -> np.ndarray:
    """Return P(B ≥ days_within) of a binomial B with `days_near` trials and probability `chance`, by pair.

    The day is the trial: what two accounts did on one day hangs together, so each day counts once. Days are
    independent only if what comes back every day, such as posts by the clock, counts once too.
    """
    days_near, days_within = np.asarray(days_near), np.asarray(days_within)
    tail = bdtrc(np.maximum(days_within - 1, 0), np.maximum(days_near, 1), chance)
    return np.where(days_within <= 0, 1.0, tail)


def pairs_tested(smallest: np.ndarray, pairs: np.ndarray | None = None, alpha: float = 0.05) -> int:
    """Return the number of tests that family-wise error `alpha` is divided by.

    That is the smallest k for which no more than k pairs could reach alpha / k. `smallest` holds the smallest p-value that a pair could have (it was together on all days on which it was near),
    `pairs` how many pairs share it, one each if None. A pair that could not be significant whatever it did costs nothing.
    At least 1. Source: R. E. Tarone, Biometrics 46 (1990), 515–522, section 2: K = min {k: m(k) ≤ k}, m(k) being the
    number of tests whose smallest p-value is at most alpha / k.
    """
    smallest = np.asarray(smallest, float)
    pairs = np.ones(len(smallest), np.int64) if pairs is None else np.asarray(pairs, np.int64)
    order = np.argsort(smallest, kind="stable")
    below, reach = smallest[order], np.cumsum(pairs[order])
    # m(k) falls as k grows, so the first k that will do is found by halving.
    low, high = 1, max(int(reach[-1]) if len(reach) else 1, 1)
    while low < high:
        k = (low + high) // 2
        place = np.searchsorted(below, alpha / k, side="right")
        if (reach[place - 1] if place else 0) <= k:
            high = k
        else:
            low = k + 1
    return low


def find_edges(
    days_near: np.ndarray,
    days_within: np.ndarray,
    chance: np.ndarray | float,
    alpha: float = 0.05,
    pairs: np.ndarray | None = None,
) -> Edges:
    """Test every pair of accounts in every trace of a population; family-wise error `alpha` over all of them.

    One element for each pair and trace with a day near each other: days near, days together (days of those), and the
    probability of a day of the trace to be together under the null. `pairs`, if given, says how many pairs each
    element stands for. Bonferroni's correction over the testable pairs (`pairs_tested`), which holds whatever the
    dependence between pairs.
    """
    days_near = np.asarray(days_near)
    p_values = edge_p_values(days_near, days_within, chance)
    tested = pairs_tested(edge_p_values(days_near, days_near, chance), pairs, alpha)
    return Edges(p_values, p_values <= alpha / tested, tested, alpha / tested)


def shifted_days(
    account_day_a: np.ndarray,
    account_day_b: np.ndarray,
    difference: np.ndarray,
    *,
    window: int,
    near: int,
    resolution: int = 1,
    shifts: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return how many pair-days are together in each of `shifts` draws of the null.

    One element for each pair-day: the numbers of the two account-days (small non-negative integers, the same account
    and day having the same number in both arrays) and the difference of the times, b − a, in seconds, at most `near`.
    In a draw each account-day is shifted by a whole multiple of `resolution`, all equally likely, and differences
    that leave the range from −near to near enter it again at its other end: so the draws and the data are alike
    under the null, and (1 + draws with at least as many together) / (1 + shifts) is a p-value.
    """
    reach, steps = near // resolution, window // resolution
    circle = 2 * reach + 1
    one, other = np.asarray(account_day_a, np.intp), np.asarray(account_day_b, np.intp)
    account_days = int(max(one.max(), other.max())) + 1 if len(one) else 0
    # Which sums of a difference and two shifts are within the window, from the smallest sum on: no division in the loop.
    is_within = np.abs((np.arange(-reach - circle, reach + circle + 1) + reach) % circle - reach) <= steps
    place = (np.asarray(difference, np.int64) // resolution + reach + circle).astype(np.int32)
    counts = np.empty(shifts, np.int64)
    for draw in range(shifts):
        shift = rng.integers(0, circle, account_days, dtype=np.int32)
        counts[draw] = np.count_nonzero(is_within.take(place + shift.take(other) - shift.take(one)))
    return counts


def excess_ratio(
    day: np.ndarray, observed: np.ndarray, expected: np.ndarray, confidence: float = 0.95
) -> Estimate | None:
    """Return Σ observed / Σ expected over days, with the interval of a count that varies more than Poisson's.

    Variance of the linearised ratio over blocks of `NEWS_BLOCK_DAYS` days, Σ (observed − ratio · expected)² by block times
    G / (G − 1), and at least Σ observed. (Σ observed)² over that is the count whose exact Poisson interval is taken
    (M. P. Fay and E. J. Feuer, Statistics in Medicine 16 (1997), 791–801), after the variance is raised by (t / z)²:
    Student's t with (Σ expected)² / Σ expected² by block, less 1, as degrees of freedom. So a few pairs are as
    uncertain as they are. `n` counts days. None where nothing is expected; no interval for a ratio of 0 or with fewer
    than two effective blocks.
    """
    observed, expected = np.asarray(observed, float), np.asarray(expected, float)
    if not expected.sum() > 0:
        return None
    ratio = float(observed.sum() / expected.sum())
    block = (np.asarray(day, np.int64) - np.min(day)) // NEWS_BLOCK_DAYS
    effective = effective_number(np.bincount(block, expected))
    if ratio == 0 or effective < 2:
        return Estimate(ratio, n=len(observed))
    sums = np.bincount(block, observed - ratio * expected)
    blocks = np.count_nonzero(np.bincount(block))
    variance = max((sums**2).sum() * blocks / (blocks - 1), observed.sum())
    upper = (1 + confidence) / 2
    count = observed.sum() ** 2 / variance / (stdtrit(effective - 1, upper) / ndtri(upper)) ** 2
    ends = gammaincinv(count, 1 - upper), gammaincinv(count + 1, upper)
    return Estimate(ratio, *(float(ratio * end / count) for end in ends), n=len(observed))


def member_share(
    components: np.ndarray, accounts: int, group: float = 2.0, confidence: float = 0.95
) -> Estimate | None:
    """Return the share of accounts that are in an edge, with an interval whose units are groups.

    `components`: sizes of the connected components of the network, of two or more accounts each. An operation that had
    run once more would have had other groups: components, and accounts in none one by one, are the clusters of the
    variance, Σ (cluster sums of the linearised share)² · G / (G − 1), symmetric in the log odds; Student's t with
    (Σ size)² / Σ size², less 1, as degrees of freedom. A share of 1 has the exact binomial interval of that number of
    trials (C. J. Clopper and E. S. Pearson 1934). So has a share of 0, but of accounts / `group` trials: what was not
    there would have come in groups, of the size that `group` gives, 2 at least as an edge joins two. `n` counts
    accounts. None without an account; no interval with fewer than two effective clusters.
    """
    if accounts == 0:
        return None
    sizes = np.asarray(components, float)
    members = int(sizes.sum())
    alone = accounts - members
    share, clusters = members / accounts, len(sizes) + alone
    effective = effective_number([*sizes, *[1] * alone]) if members else accounts / max(group, 2.0)
    if effective < 2:
        return Estimate(share, n=accounts)
    if share in (0, 1):
        return Estimate(share, *exact_interval(share, effective, confidence), n=accounts)
    squares = (sizes**2).sum() * (1 - share) ** 2 + alone * share**2
    variance = squares * clusters / (clusters - 1) / accounts**2
    reach = student_reach(variance, effective, confidence)
    return Estimate(share, *log_odds_interval(share, reach), n=accounts)
