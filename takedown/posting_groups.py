"""Whether two groups post at different hours, and how far apart: days on which both posted are compared as pairs.

`sign_flip(first, second, repetitions, rng)` is the test, `hour_difference(first, second, repetitions, rng)` the
effect size with interval and that test. Arguments are `HourMatrix`es of any first day and length.

The unit of evidence is the day: whatever moves both groups on a day (news, a shift that starts late) cancels, and
posts of one day are never counted as independent. Days weigh n₁n₂/(n₁ + n₂), the weight of a stratum in the test
of Mantel and Haenszel (1959), so that a day with few posts of a group says little.
"""

import numpy as np

from takedown import circular
from takedown.inference import Estimate
from takedown.posting import CHUNK, HOUR_CENTRES, HourMatrix, percentile_interval, resample


def paired_directions(first: HourMatrix, second: HourMatrix) -> np.ndarray:
    """Return the weighted mean directions of the hours of both groups, complex, shape [days, 2].

    One row for each day with posts of both: the mean unit vector of each group's posts times the day's weight.
    """
    start = max(first.first_day, second.first_day)
    end = min(matrix.first_day + len(matrix.posts) for matrix in (first, second))
    days = max(int((end - start).astype(np.int64)), 0)
    posts = np.stack(
        [
            matrix.posts[max(int((start - matrix.first_day).astype(np.int64)), 0) :][:days]
            for matrix in (first, second)
        ],
        axis=1,
    )
    totals = posts.sum(axis=2)
    both = (totals > 0).all(axis=1)
    posts, totals = posts[both], totals[both]
    weight = totals.prod(axis=1, keepdims=True) / totals.sum(axis=1, keepdims=True)
    return circular.direction_sums(HOUR_CENTRES, posts) / totals * weight


def sign_flip(
    first: HourMatrix, second: HourMatrix, repetitions: int, rng: np.random.Generator
) -> float | None:
    """Test whether two groups post at the same hours; return the p-value, None for fewer than two common days.

    Statistic: the length of the weighted mean, over common days, of the difference between the groups' mean
    directions. It sees another mean hour and another concentration, not two clocks with the same balance. Under
    the null a day's difference is as likely as its opposite: signs are flipped by day. p = (1 + k) /
    (repetitions + 1). Source: R. A. Fisher, The Design of Experiments (1935), section 21; J. P. Romano, On the
    behavior of randomization tests without a group invariance assumption, JASA 85 (1990).
    """
    directions = paired_directions(first, second)
    if len(directions) < 2:
        return None
    differences = directions[:, 0] - directions[:, 1]
    observed = abs(differences.sum()) * (1 - 1e-12)
    reached = 0
    for start in range(0, repetitions, CHUNK):
        signs = rng.choice((-1.0, 1.0), (min(CHUNK, repetitions - start), len(differences)))
        reached += np.count_nonzero(np.abs(signs @ differences) >= observed)
    return (1 + reached) / (repetitions + 1)


def hour_difference(
    first: HourMatrix,
    second: HourMatrix,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate | None:
    """Measure how much later the first group posts than the second, in hours, −12 to 12.

    The shorter way from the second group's circular mean hour to the first's, on common days with their weights.
    Interval: percentiles of a bootstrap of whole days, both groups of a day together; its ends may pass ±12.
    p-value: `sign_flip`. None for fewer than two common days.
    """
    directions = paired_directions(first, second)
    if len(directions) < 2:
        return None
    blocks = np.column_stack([directions.real, directions.imag])

    def statistic(total: np.ndarray) -> np.ndarray:
        hours = circular.mean_hour(total[:2] + 1j * total[2:])
        return hours[:1] - hours[1:]

    difference = float(circular.wrap_hours(statistic(blocks.sum(axis=0))[0]))
    replicates = resample(blocks, statistic, repetitions, rng)[:, 0]
    ends = percentile_interval(difference + circular.wrap_hours(replicates - difference), confidence)
    return Estimate(difference, *ends, sign_flip(first, second, repetitions, rng), len(directions))
