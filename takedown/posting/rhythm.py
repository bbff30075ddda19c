"""How evenly an account posts: burstiness of its intervals, and the median account of a population.

`burstiness(n, mean, deviation)` is by account; `batch_median(values, batch, repetitions, rng)` and
`median_difference(first, first_batch, second, second_batch, repetitions, rng)` compare populations.

Accounts that were created on one day, a batch, are not independent: a batch stays whole in every draw.
"""

import numpy as np

from takedown.posting.hours import CHUNK, percentile_interval
from takedown.statistics.estimate import Estimate

#: An account with fewer intervals says too little of its rhythm.
FEWEST_INTERVALS = 10


def burstiness(intervals: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Return the burstiness of accounts: −1 even, 0 as random as a Poisson process, 1 all in one burst.

    `intervals` is the number of times between neighbouring posts of an account, `mean` and `deviation`
    (population form) are theirs, in any unit; arrays of one length, all means positive. Finite-size form of
    (σ − μ)/(σ + μ): K.-I. Goh and A.-L. Barabási, EPL 81 (2008), equation 1; E.-K. Kim and H.-H. Jo, Physical
    Review E 94 (2016) 032311, equation 22, with the number of intervals for that of events, which are equal there.
    """
    n, ratio = np.asarray(intervals, float), np.asarray(deviation) / np.asarray(mean)
    more, less = np.sqrt(n + 1), np.sqrt(n - 1)
    return (more * ratio - less) / ((more - 2) * ratio + less)


def weighted_medians(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the median of values (shape [k]) that count as often as integer weights (shape [..., k]) say.

    NaN where all weights are 0.
    """
    order = np.argsort(values, kind="stable")
    values = np.append(values[order], np.nan)
    reached = np.cumsum(np.asarray(weights)[..., order], axis=-1)
    half = reached[..., -1:] / 2
    low, high = (reached < half).sum(axis=-1), (reached <= half).sum(axis=-1)
    return (values[low] + values[high]) / 2


def batch_median(
    values: np.ndarray,
    batch: np.ndarray,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate:
    """Return the median over accounts with the percentile interval of a bootstrap of whole batches.

    `values` (one for each account) and `batch` (labels) have one length, at least 1, in any order. `n` counts
    batches; no interval for fewer than two. Source: A. C. Davison and D. V. Hinkley, Bootstrap Methods and
    their Application (1997), section 3.8.
    """
    number, batches = _numbered(batch)
    ends = (None, None)
    if batches > 1:
        ends = percentile_interval(_draws(values, number, batches, repetitions, rng), confidence)
    return Estimate(float(np.median(values)), *ends, n=batches)


def median_difference(
    first: np.ndarray,
    first_batch: np.ndarray,
    second: np.ndarray,
    second_batch: np.ndarray,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate:
    """Return the first population's median account less the second's, with interval and p-value.

    Interval: percentiles of a bootstrap of whole batches in each population. Two-sided p-value: the same draws'
    part on the other side of 0, twice, (1 + k)/(repetitions + 1) each side, at most 1. `n` counts the batches of
    the population with fewer; neither interval nor p-value where that is less than two.
    """
    numbered = [_numbered(first_batch), _numbered(second_batch)]
    difference = float(np.median(first) - np.median(second))
    n = min(batches for _, batches in numbered)
    if n < 2:
        return Estimate(difference, n=n)
    draws = [
        _draws(values, *labels, repetitions, rng)
        for values, labels in zip((first, second), numbered, strict=True)
    ]
    replicates = draws[0] - draws[1]
    beyond = min(np.count_nonzero(replicates <= 0), np.count_nonzero(replicates >= 0))
    p_value = min(1.0, 2 * (1 + beyond) / (repetitions + 1))
    return Estimate(difference, *percentile_interval(replicates, confidence), p_value, n)


def _numbered(batch: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the batches in the order of their labels, so that the order of rows does not matter."""
    _, number = np.unique(batch, return_inverse=True)
    return number, int(number.max()) + 1


def _draws(
    values: np.ndarray, number: np.ndarray, batches: int, repetitions: int, rng: np.random.Generator
) -> np.ndarray:
    chunks = [min(CHUNK, repetitions - start) for start in range(0, repetitions, CHUNK)]
    return np.concatenate(
        [
            weighted_medians(values, rng.multinomial(batches, np.full(batches, 1 / batches), size)[:, number])
            for size in chunks
        ]
    )
