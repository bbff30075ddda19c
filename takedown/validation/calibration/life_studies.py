"""Errors of the methods that follow the life of an account: survival curves, and shares and medians of accounts in batches.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr

from takedown.life import survival
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.creation_nulls import published_batches
from takedown.validation.calibration.study import coverage_studies, error_studies, power_studies

YEAR = 365
STATISTICS = {
    "median": survival.quantile_of(0.5),
    "share": survival.share_within(YEAR),
    "mean": survival.mean_within(YEAR),
}

#: (generator, data sets, draws, sizes of batches, setting) → a sampled statistic of each data set.
Sample = Callable[[Generator, int, int, np.ndarray, float], list[survival.Sampled]]


def sampled_curves(
    rng: Generator, repetitions: int, draws: int, sizes: np.ndarray, longer: float, name: str = "mean"
) -> list[survival.Sampled]:
    """Simulate populations by `nulls.batch_lives` and sample a statistic of their survival curves."""
    days, observed, batch = nulls.batch_lives(rng, repetitions, sizes, longer)
    return [
        survival.sample_curve(
            survival.Durations(one, seen, batch),
            [STATISTICS[name]],
            survival.draw_batches(len(sizes), draws, rng),
        )[0]
        for one, seen in zip(days, observed, strict=True)
    ]


def sampled_shares(
    rng: Generator, repetitions: int, draws: int, sizes: np.ndarray, threshold: float
) -> list[survival.Sampled]:
    """Sample the share of accounts whose value lies above a threshold, values alike within batches."""
    values, batch = nulls.batch_values(rng, repetitions, sizes)
    return [
        survival.sample_share(one > threshold, batch, survival.draw_batches(len(sizes), draws, rng))
        for one in values
    ]


def sampled_medians(
    rng: Generator, repetitions: int, draws: int, sizes: np.ndarray, middle: float
) -> list[survival.Sampled]:
    """Sample the median account of populations around `middle`, values alike within batches."""
    values, batch = nulls.batch_values(rng, repetitions, sizes)
    return [
        survival.sample_median(middle + one, batch, survival.draw_batches(len(sizes), draws, rng))
        for one in values
    ]


def intervals(
    sample: Sample, setting: float, rng: Generator, repetitions: int, draws: int
) -> Iterator[Estimate]:
    """Estimate a statistic of one population."""
    for sampled in sample(rng, repetitions, draws, nulls.TWO_POPULATIONS[0], setting):
        yield sampled.estimate()


def differences(
    sample: Sample,
    rng: Generator,
    repetitions: int,
    draws: int,
    settings: tuple[float, float],
    sizes: tuple[np.ndarray, np.ndarray] = nulls.TWO_POPULATIONS,
) -> Iterator[Estimate | None]:
    """Compare a statistic of two populations, which differ in their settings and the `sizes` of their batches."""
    samples = [
        sample(rng, repetitions, draws, of, setting) for of, setting in zip(sizes, settings, strict=True)
    ]
    return map(survival.difference, *samples)


@cache
def curve_truth(name: str) -> float:
    """Return a statistic of the population's survival curve, from a million lives observed to the end."""
    rng = np.random.default_rng(0)
    lives = rng.exponential(200 * np.exp(rng.normal(size=1_000_000))).astype(np.int64)
    data = survival.Durations(lives, np.ones(len(lives), bool), np.zeros(len(lives), np.int64))
    times, _, curve = survival.survival_curves(data, np.ones((1, 1)))
    return float(STATISTICS[name](curve, times)[0])


def share_difference_truth(settings: tuple[float, float]) -> float:
    """Return the difference of the shares above two thresholds; values have variance 1 between and 1 within batches."""
    return float(np.subtract(*ndtr(-np.array(settings) / np.sqrt(2))))


_LIVES = (
    "two populations of accounts in batches of 1 to 32; the times to the event are alike within batches, and the observation of a "
    "batch ends on one day"
)
_VALUES = (
    "two populations of accounts in batches of 1 to 32; values vary as much within batches as between them"
)
_ONE = [("one population", _VALUES, {"settings": (0.0, 0.0)})]
_HIGHER = [("a standard deviation higher", _VALUES, {"settings": (1.0, 0.0)})]
_ONE_IN_FIVE = [("half against one in five", nulls.SHARED_TRAIT, {"settings": (0.0, 1.2)})]
_curves = partial(differences, sampled_curves)
_shares = partial(differences, sampled_shares)
_medians = partial(differences, sampled_medians)

STUDIES = (
    *error_studies(
        "survival_difference_test", _curves, [("one population", _LIVES, {"settings": (1, 1)})], tested=50
    ),
    *power_studies(
        "survival_difference_test", _curves, [("times threefold", _LIVES, {"settings": (1, 3)})], tested=50
    ),
    *(
        study
        for name in STATISTICS
        for study in coverage_studies(
            f"survival_{name}_interval",
            partial(intervals, partial(sampled_curves, name=name), 1),
            partial(curve_truth, name),
            [("one population", _LIVES, {})],
            tested=50,
        )
    ),
    *error_studies(
        "share_of_accounts_test",
        _shares,
        [
            ("one population, half", nulls.SHARED_TRAIT, {"settings": (0.0, 0.0)}),
            ("one population, one in ten", nulls.SHARED_TRAIT, {"settings": (1.8, 1.8)}),
            # In most of these data sets neither population has a case.
            ("one population, one in two hundred", nulls.SHARED_TRAIT, {"settings": (3.64, 3.64)}),
        ],
    ),
    *error_studies(
        "share_of_accounts_test",
        partial(_shares, sizes=published_batches()),
        [
            (
                f"published creation days, {words}",
                nulls.PUBLISHED_BATCHES,
                {"settings": (threshold, threshold)},
            )
            for words, threshold in (("half", 0.0), ("one in ten", 1.8), ("one in two hundred", 3.64))
        ],
        tested=50,
    ),
    *power_studies("share_of_accounts_test", _shares, _ONE_IN_FIVE),
    *coverage_studies(
        "share_of_accounts_interval",
        partial(intervals, sampled_shares, 0.0),
        0.5,
        [("half", nulls.SHARED_TRAIT, {})],
    ),
    *coverage_studies("share_of_accounts_difference_interval", _shares, share_difference_truth, _ONE_IN_FIVE),
    *error_studies("median_of_accounts_test", _medians, _ONE, tested=50),
    *power_studies("median_of_accounts_test", _medians, _HIGHER, tested=50),
    *coverage_studies(
        "median_of_accounts_difference_interval",
        _medians,
        lambda settings: settings[0],
        [*_ONE, *_HIGHER],
        tested=50,
    ),
)
