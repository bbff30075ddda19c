"""What tests of pairs of accounts share: chance, the number of tests, and the share of accounts with an edge."""

import numpy as np

from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, exact_interval, log_odds_interval, student_reach


def chance_within(window: int, near: int, resolution: int = 1) -> float:
    """Return the probability that two events that are near each other are together if minutes do not matter.

    That is so if every difference up to `near` is equally likely, as if the day of an account had been shifted a little as
    a whole (interval jitter: A. Amarasingham, M. T. Harrison, N. G. Hatsopoulos and S. Geman, Journal of Neurophysiology
    107 (2012), 517–531). Of the whole multiples of `resolution` from −near to near, those from −window to window (seconds, inclusive):
    (2⌊window / resolution⌋ + 1) / (2⌊near / resolution⌋ + 1).
    """
    return (2 * (window // resolution) + 1) / (2 * (near // resolution) + 1)


def pairs_tested(smallest: np.ndarray, alpha: float) -> int:
    """Return the number of tests that family-wise error `alpha` is divided by.

    That is the smallest k, at least 1, for which no more than k pairs could reach alpha / k. `smallest` (shape [pairs])
    is the smallest p-value that a pair could have, with all its near days together. Pairs that could not be significant do
    not count as tests.
    Source: R. E. Tarone, Biometrics 46 (1990), 515–522, section 2: K = min {k: m(k) ≤ k}, m(k) being the
    number of tests whose smallest p-value is at most alpha / k.
    """
    below = np.sort(np.asarray(smallest, float))
    # m(k) falls as k grows, so halving the range finds the first k.
    low, high = 1, max(len(below), 1)
    while low < high:
        k = (low + high) // 2
        if np.searchsorted(below, alpha / k, side="right") <= k:
            high = k
        else:
            low = k + 1
    return low


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
