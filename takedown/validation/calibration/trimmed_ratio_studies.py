"""Error of the trimmed coincidence ratio on populations that do not differ."""

from collections.abc import Callable
from functools import partial

import numpy as np

from takedown.creation.trimmed_ratio import trimmed_coincidence_ratio
from takedown.validation.calibration import creation_nulls as nulls
from takedown.validation.calibration.study import COVERAGE, TOO_HIGH, Study, covers, lies_above


def _judge_ratios(pairs: nulls.Pairs, too_high: bool) -> int:
    hits = 0
    for counts, control in pairs:
        found = trimmed_coincidence_ratio(counts, control)
        # Without an interval nothing is claimed, and nothing is ruled out.
        hits += lies_above(found, 1) if too_high else covers(found, 1)
    return hits


def trimmed_ratio(
    rng: np.random.Generator, repetitions: int, draws: int, *, simulate: nulls.Simulate, too_high: bool
) -> int:
    """Count how often the trimmed ratio of two like populations covers 1, or lies above it.

    Groups of friends do not grow with the population, so that two populations of them are alike if equally large.
    """
    control = nulls.OPERATION if simulate is nulls.friends else nulls.CONTROL_OF_ONE_SPAN
    return _judge_ratios(nulls.like_pairs(rng, repetitions, simulate, control), too_high)


def trimmed_ratio_of_halves(
    rng: np.random.Generator, repetitions: int, draws: int, *, cuts: tuple[str, ...], too_high: bool
) -> int:
    """Count the same for two random halves of the real control."""
    return _judge_ratios(nulls.control_halves(rng, repetitions, cuts), too_high)


def _of_ratio(name: str, null: str, count: Callable) -> list[Study]:
    return [
        Study(
            "trimmed_coincidence_ratio",
            name,
            quantity,
            nominal,
            null,
            partial(count, too_high=quantity == TOO_HIGH),
            lower_end=True,
        )
        for quantity, nominal in ((COVERAGE, 0.95), (TOO_HIGH, 0.025))
    ]


STUDIES = (
    *(
        study
        for name, (simulate, words) in nulls.EXCHANGEABLE.items()
        for study in _of_ratio(
            name,
            "two populations of 940 accounts over 4,154 days: " + words
            if simulate is nulls.friends
            else nulls.ALIKE_IN_ONE_SPAN + words,
            partial(trimmed_ratio, simulate=simulate),
        )
    ),
    *(
        study
        for name, cuts in nulls.CUTS.items()
        for study in _of_ratio(
            f"halves of the real control, {name}",
            f"{nulls.REAL}, split at random into halves; with several cuts each in turn",
            partial(trimmed_ratio_of_halves, cuts=cuts),
        )
    ),
)
