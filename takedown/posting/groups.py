"""Whether two groups post at different hours, and how far apart: days on which both posted are compared as pairs.

`hour_difference(first, second, repetitions, rng)` and `length_difference(...)` are effect sizes, each with an
interval and the day-paired sign flip as its test; `sign_flip(first, second, repetitions, rng, statistic)` is that
test alone. Groups are `HourMatrix`es of any first day and length.

The unit of evidence is the day: an influence on both groups of a day (news, a shift that starts late) cancels, and posts
of one day never count as independent. The weight of a day is n₁n₂/(n₁ + n₂), that of a stratum in the test of N. Mantel
and W. Haenszel (1959), so that a day with few posts of one group has little influence.
"""

from collections.abc import Callable

import numpy as np

from takedown.posting.hours import CHUNK, HOUR_CENTRES, HourMatrix, percentile_interval, resample
from takedown.statistics import circular
from takedown.statistics.estimate import Estimate

#: Maps the summed directions of both groups and the sum of weights (arrays of one shape) to one number each.
Statistic = Callable[[np.ndarray, np.ndarray, np.ndarray | float], np.ndarray]


def hours_apart(first: np.ndarray, second: np.ndarray, weight: np.ndarray | float) -> np.ndarray:
    """Return the shorter way from the second direction's hour to the first's, −12 to 12 hours."""
    return circular.wrap_hours(circular.mean_hour(first) - circular.mean_hour(second))


def lengths_apart(first: np.ndarray, second: np.ndarray, weight: np.ndarray | float) -> np.ndarray:
    """Return the first mean resultant length less the second."""
    return (np.abs(first) - np.abs(second)) / weight


def paired_directions(first: HourMatrix, second: HourMatrix) -> tuple[np.ndarray, np.ndarray]:
    """Return the weighted mean directions of both groups' hours, complex [days, 2], and the weights [days].

    One row for each day with posts of both: the mean unit vector of each group's posts times the day's weight.
    """
    start = max(first.first_day, second.first_day)
    days = max(int((min(first.last_day, second.last_day) - start).astype(np.int64)) + 1, 0)
    skipped = [max(int((start - matrix.first_day).astype(np.int64)), 0) for matrix in (first, second)]
    posts = np.stack([first.posts[skipped[0] :][:days], second.posts[skipped[1] :][:days]], axis=1)
    totals = posts.sum(axis=2)
    both = (totals > 0).all(axis=1)
    posts, totals = posts[both], totals[both]
    weights = totals.prod(axis=1) / totals.sum(axis=1)
    return circular.direction_sums(HOUR_CENTRES, posts) / totals * weights[:, None], weights


def sign_flip(
    first: HourMatrix,
    second: HourMatrix,
    repetitions: int,
    rng: np.random.Generator,
    statistic: Statistic = hours_apart,
) -> float | None:
    """Test whether two groups post alike within days; return the p-value, None for fewer than two common days.

    Under the null the two groups of a day are exchangeable, and an exchange flips the sign of the day's difference. Signs
    are drawn by day, and the absolute `statistic` (`hours_apart` or `lengths_apart`) is computed for each draw. p = (1 + k) / (repetitions + 1). Source: R. A. Fisher, The Design of Experiments (1935),
    section 21; J. P. Romano, On the behavior of randomization tests without a group invariance assumption,
    JASA 85 (1990).
    """
    directions, weights = paired_directions(first, second)
    if len(directions) < 2:
        return None
    both, difference, weight = directions.sum(), directions[:, 0] - directions[:, 1], weights.sum()
    of_first, of_second = directions.sum(axis=0)
    observed = abs(statistic(of_first, of_second, weight)) * (1 - 1e-12)
    reached = 0
    for start in range(0, repetitions, CHUNK):
        flipped = rng.choice((-1.0, 1.0), (min(CHUNK, repetitions - start), len(directions))) @ difference
        drawn = statistic((both + flipped) / 2, (both - flipped) / 2, weight)
        reached += int((np.abs(drawn) >= observed).sum())
    return (1 + reached) / (repetitions + 1)


def hour_difference(
    first: HourMatrix,
    second: HourMatrix,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate | None:
    """Measure how much later the first group posts than the second, −12 to 12 hours.

    The shorter way from the second group's circular mean hour to the first's, on common days with their weights.
    Interval: percentiles of a bootstrap of whole days, both groups of a day together; its ends may pass ±12.
    p-value: `sign_flip` of `hours_apart`. `n` counts days. None for fewer than two common days.
    """
    return _difference(first, second, hours_apart, circular.wrap_hours, repetitions, rng, confidence)


def length_difference(
    first: HourMatrix,
    second: HourMatrix,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate | None:
    """Measure how much more concentrated the first group's hours are, as a difference of resultant lengths, −1 to 1.

    As `hour_difference`, with `sign_flip` of `lengths_apart` as its test.
    """
    return _difference(first, second, lengths_apart, lambda change: change, repetitions, rng, confidence)


def _difference(
    first: HourMatrix,
    second: HourMatrix,
    statistic: Statistic,
    shorter: Callable[[np.ndarray], np.ndarray],
    repetitions: int,
    rng: np.random.Generator,
    confidence: float,
) -> Estimate | None:
    directions, weights = paired_directions(first, second)
    if len(directions) < 2:
        return None
    blocks = np.column_stack([directions.real, directions.imag, weights])

    def of_sum(total: np.ndarray) -> np.ndarray:
        return np.atleast_1d(statistic(total[0] + 1j * total[2], total[1] + 1j * total[3], total[4]))

    difference = of_sum(blocks.sum(axis=0))[0]
    replicates = resample(blocks, of_sum, repetitions, rng)[:, 0]
    low, high = percentile_interval(difference + shorter(replicates - difference), confidence)
    p_value = sign_flip(first, second, repetitions, rng, statistic)
    return Estimate(float(difference), low, high, p_value, len(directions))
