"""Which pairs of accounts were together more often than by chance or in a crowd, given the days on which they were near.

Null hypothesis: shifted timelines. If two events of two accounts lie within `near` seconds of each other, every difference
in time up to `near` is equally likely, as if the day of an account had been shifted a little as a whole. Shifts keep the
account's rhythm and activity, the popularity of its objects and every common cause that lasts longer than `near`. Sources: A. Amarasingham, M. T. Harrison, N. G. Hatsopoulos and S. Geman, Journal of Neurophysiology 107 (2012),
517–531 (interval jitter); S. Louis, G. L. Gerstein, S. Grün and M. Diesmann, Frontiers in Computational Neuroscience 4
(2010), article 127 (shifting of whole trains).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import bdtrc, gammaincinv, ndtri, stdtrit

from takedown.coordination.synchrony import NEWS_BLOCK_DAYS
from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, exact_interval, log_odds_interval, student_reach


@dataclass(frozen=True, eq=False)
class PairTests:
    """The tests of all pairs: `p_value` and `significant` (shape [pairs]), the number of tests, and the threshold.

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


def edge_p_values(days_near: ArrayLike, days_within: ArrayLike, chance: ArrayLike) -> np.ndarray:
    """Return P(B ≥ days_within) of a binomial B with `days_near` trials and probability `chance`, by pair.

    The day is the trial, because the acts of two accounts on one day are dependent. Days are independent only if daily
    repetition, such as posts by the clock, counts once too. The arguments have shape [pairs].

    >>> edge_p_values([2], [2], 0.1).round(6).tolist()
    [0.01]
    """
    days_near, days_within = np.asarray(days_near), np.asarray(days_within)
    tail = bdtrc(np.maximum(days_within - 1, 0), np.maximum(days_near, 1), chance)
    return np.where(days_within <= 0, 1.0, tail)


def pairs_tested(smallest: np.ndarray, pairs: np.ndarray | None = None, alpha: float = 0.05) -> int:
    """Return the number of tests that family-wise error `alpha` is divided by.

    That is the smallest k, at least 1, for which no more than k pairs could reach alpha / k. `smallest` (shape [kinds])
    is the smallest p-value that a pair could have, with all its near days together; `pairs` (shape [kinds]) is the number
    of pairs with that value, one each if None. Pairs that could not be significant do not count as tests.
    Source: R. E. Tarone, Biometrics 46 (1990), 515–522, section 2: K = min {k: m(k) ≤ k}, m(k) being the
    number of tests whose smallest p-value is at most alpha / k.
    """
    smallest = np.asarray(smallest, float)
    pairs = np.ones(len(smallest), np.int64) if pairs is None else np.asarray(pairs, np.int64)
    order = np.argsort(smallest, kind="stable")
    below, reach = smallest[order], np.cumsum(pairs[order])
    # m(k) falls as k grows, so halving the range finds the first k.
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
) -> PairTests:
    """Test every pair of accounts in every trace of a population; family-wise error `alpha` over all of them.

    The arrays have shape [pairs and traces with a near day]: near days, the number of them that are together, and the
    probability that a near day of the trace is together under the null. `pairs`, if given, is the number of pairs that each
    element stands for. Bonferroni's correction over the testable pairs (`pairs_tested`) holds under any dependence.
    """
    days_near = np.asarray(days_near)
    p_values = edge_p_values(days_near, days_within, chance)
    tested = pairs_tested(edge_p_values(days_near, days_near, chance), pairs, alpha)
    return PairTests(p_values, p_values <= alpha / tested, tested, alpha / tested)


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
    """Return the number of pair-days that are together in each of `shifts` draws of the null.

    The arrays have shape [pair-days]: the numbers of the two account-days (small non-negative integers, the same for an
    account and day in both arrays) and the difference of the times, b − a, in seconds, at most `near`. A draw shifts each
    account-day by a whole multiple of `resolution`, all equally likely; differences that leave the range from −near to near
    enter it again at the other end. Draws and data therefore have the same distribution under the null, and (1 + draws with at least as many together) / (1 + shifts) is a p-value.
    """
    reach, steps = near // resolution, window // resolution
    circle = 2 * reach + 1
    one, other = np.asarray(account_day_a, np.intp), np.asarray(account_day_b, np.intp)
    account_days = int(max(one.max(), other.max())) + 1 if len(one) else 0
    # A table of all sums of a difference and two shifts, from the smallest, saves a division in the loop.
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
    Student's t with (Σ expected)² / Σ expected² by block, less 1, as degrees of freedom. Small counts thus keep their
    uncertainty. The arrays have shape [days]; `n` counts days. The result is None if nothing is expected; there is no
    interval for a ratio of 0 or with fewer than two effective blocks.
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
    low, high = gammaincinv(count, 1 - upper), gammaincinv(count + 1, upper)
    return Estimate(ratio, float(ratio * low / count), float(ratio * high / count), n=len(observed))


def member_share(
    components: np.ndarray, accounts: int, group: float = 2.0, confidence: float = 0.95
) -> Estimate | None:
    """Return the share of accounts that are in an edge, with an interval whose units are groups.

    `components` (shape [components]) are the sizes of the connected components of the network, each 2 or more. A second
    run of the operation would have had other groups, so the components and the single accounts are the clusters of the
    variance, Σ (cluster sums of the linearised share)² · G / (G − 1), symmetric in the log odds; Student's t with
    (Σ size)² / Σ size², less 1, as degrees of freedom. A share of 1 has the exact binomial interval of that number of
    trials (C. J. Clopper and E. S. Pearson 1934). A share of 0 has that of accounts / `group` trials, because members would
    have come in groups, of the mean size `group`, which is at least 2. `n` counts accounts. The result is None without
    an account; there is no interval with fewer than two effective clusters.
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
    low: float | None
    high: float | None
    if share in (0, 1):
        low, high = exact_interval(share, effective, confidence)
    else:
        squares = (sizes**2).sum() * (1 - share) ** 2 + alone * share**2
        variance = squares * clusters / (clusters - 1) / accounts**2
        low, high = log_odds_interval(share, student_reach(variance, effective, confidence))
    return Estimate(share, low, high, n=accounts)
