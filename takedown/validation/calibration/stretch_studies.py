"""Error of how many times faster than the control an innocent crowd must be (`takedown.coordination.stretch`)."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from takedown.coordination.stretch import FACTORS, times_faster
from takedown.coordination.synchrony import NEWS_BLOCK_DAYS, sum_pair_days, synchrony
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration.exchange_nulls import LAG_MEDIAN, crowd, lognormal_lags
from takedown.validation.calibration.network_nulls import Crowds, find_encounters
from takedown.validation.calibration.study import ALPHA, TOO_HIGH, error_studies

#: Window, and what is near, in seconds.
WITHIN, NEAR = 60, 600


def synchronies(crowds: Crowds, repetitions: int, factor: float = 1) -> Iterator[Estimate | None]:
    """Yield the synchrony of each data set by both windows stretched by a factor."""
    found = find_encounters(crowds, round(factor * NEAR))
    within = (np.abs(found.difference) <= factor * WITHIN).astype(np.int64)
    columns = (found.account_a, found.account_b, found.day // NEWS_BLOCK_DAYS, within)
    ends = np.searchsorted(found.repetition, np.arange(1, repetitions))
    for pair_days in zip(*(np.split(column, ends) for column in columns), strict=True):
        yield synchrony(sum_pair_days(*pair_days))


def too_fast(
    rng: np.random.Generator, repetitions: int, draws: int, *, times: float, **choices: Any
) -> Iterator[bool]:
    """Ask whether the lower end of the factor lies above the truth: the population is a crowd so many times faster."""
    population = crowd(rng, repetitions, lags=lognormal_lags(LAG_MEDIAN / times), **choices)
    control = crowd(rng, repetitions, **choices)
    stretched = [synchronies(control, repetitions, factor) for factor in FACTORS]
    for one, *others in zip(synchronies(population, repetitions), *stretched, strict=True):
        known: dict[float, Estimate] = {
            factor: of for factor, of in zip(FACTORS, others, strict=True) if of is not None
        }
        found = None if one is None else times_faster(one, known)
        yield found is not None and found.low is not None and found.low > times


STUDIES = tuple(
    error_studies(
        "times_faster",
        too_fast,
        [
            (
                f"crowd {times:g} times faster than the control" if times > 1 else "both populations alike",
                "20 accounts repost posts of others after log-normal lags, log standard deviation 1.3: median "
                f"{45 / times:g} min, of the control 45 min; 70 days",
                {"times": times},
            )
            for times in (1, 2, 4.5, 9)
        ]
        + [
            (
                "crowd 9 times faster, 280 days",
                "the same, median 5 min, of the control 45 min; 280 days, half as many posts a day",
                {"times": 9, "days": 280, "daily": 1},
            )
        ],
        quantity=TOO_HIGH,
        nominal=ALPHA / 2,
        lower_end=True,
        tested=50,
        tested_only=["crowd 9 times faster than the control"],
    )
)
