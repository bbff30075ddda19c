"""Error of how many times faster than the control an innocent crowd must be (`takedown.coordination.stretch`)."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from takedown.coordination.stretch import FACTORS, times_faster
from takedown.coordination.synchrony import PairDayCells, synchrony
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration.exchange_nulls import LAG_MEDIAN, crowd, lognormal_lags
from takedown.validation.calibration.network_nulls import DAYS, Crowds, find_encounters
from takedown.validation.calibration.study import TOO_HIGH, Study

#: Window, and what is near, in seconds.
WITHIN, NEAR = 60, 600
WEEKS = DAYS // 7


def synchronies(crowds: Crowds, repetitions: int, factor: float = 1) -> Iterator[Estimate | None]:
    """Yield the synchrony of each data set by both windows stretched by a factor."""
    found = find_encounters(crowds, round(factor * NEAR))
    within = (np.abs(found.difference) <= factor * WITHIN).astype(np.int64)
    columns = (found.account_a, found.account_b, found.day * WEEKS // DAYS, np.ones_like(within), within)
    ends = np.searchsorted(found.repetition, np.arange(1, repetitions))
    for cells in zip(*(np.split(column, ends) for column in columns), strict=True):
        yield synchrony(PairDayCells(*cells))


def too_fast(rng: np.random.Generator, repetitions: int, draws: int, *, times: float) -> int:
    """Count how often the lower end of the factor lies above the truth: the population is a crowd so many times faster."""
    population = synchronies(crowd(rng, repetitions, lags=lognormal_lags(LAG_MEDIAN / times)), repetitions)
    control = crowd(rng, repetitions)
    stretched = [synchronies(control, repetitions, factor) for factor in FACTORS]
    hits = 0
    for one, *others in zip(population, *stretched, strict=True):
        known = {factor: of for factor, of in zip(FACTORS, others, strict=True) if of is not None}
        found = None if one is None else times_faster(one, known)
        hits += found is not None and found.low is not None and found.low > times
    return hits


STUDIES = tuple(
    Study(
        "times_faster",
        f"crowd {times:g} times faster than the control",
        TOO_HIGH,
        0.025,
        f"20 accounts repost posts of others after log-normal lags, log standard deviation 1.3: median {45 / times:g} min, of the control 45 min",
        partial(too_fast, times=times),
        lower_end=True,
    )
    for times in (1, 4.5, 9)
)
