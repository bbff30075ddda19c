"""Intervals of estimates whose units of evidence come in clusters of unequal size."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaincinv, expit, logit, stdtrit

#: Variances below are rounding errors of sums in which nothing varies.
SMALLEST_VARIANCE = 1e-24


def effective_number(weights: ArrayLike) -> float:
    """Return how many clusters of equal weight are worth as much as clusters of these weights, (Σw)² / Σw².

    `weights` (shape [clusters]) are non-negative and not all 0, such as the accounts or posts of each cluster.
    Source: L. Kish, Survey Sampling (1965), section 11.7.

    >>> effective_number([3, 1])
    1.6
    """
    weights = np.asarray(weights, float)
    return float(weights.sum() ** 2 / (weights**2).sum())


def student_reach(variance: float, effective: float, confidence: float = 0.95) -> float | None:
    """Return half the length of Student's t interval, with `effective` clusters less 1 as degrees of freedom.

    None where the interval is not known: fewer than two effective clusters, or a variance that is 0 or not finite.
    """
    if effective < 2 or not SMALLEST_VARIANCE <= variance < np.inf:
        return None
    return float(stdtrit(effective - 1, (1 + confidence) / 2) * np.sqrt(variance))


def log_odds_interval(share: float, reach: float | None) -> tuple[float, float] | tuple[None, None]:
    """Return the interval of a share that is symmetric in the log odds; None for both ends where it is not known.

    `reach` is that of `student_reach` on the share's own scale; on that of the log odds it is divided by
    share · (1 − share) (delta method). The interval is not known without a reach, or for a share of 0 or 1.

    >>> [round(end, 3) for end in log_odds_interval(0.5, 0.1)]
    [0.401, 0.599]
    """
    if reach is None or not 0 < share < 1:
        return None, None
    reach = reach / (share * (1 - share))
    return float(expit(logit(share) - reach)), float(expit(logit(share) + reach))


def exact_interval(share: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact binomial interval of a share of 0 or 1; `trials` need not be a whole number.

    Source: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934).
    """
    reach = float(betaincinv(1, trials, (1 + confidence) / 2))
    return (0.0, reach) if share == 0 else (1 - reach, 1.0)
