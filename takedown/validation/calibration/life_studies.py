"""Errors of the methods that follow the life of an account: survival curves, and shares and medians of accounts in batches."""

from collections.abc import Callable, Iterator
from functools import cache, partial

import numpy as np
from scipy.special import ndtr
from scipy.stats import CensoredData, logrank

from takedown.life.survival import (
    Durations,
    Sampled,
    difference,
    draw_batches,
    mean_within,
    quantile_of,
    sample_curve,
    sample_median,
    sample_share,
    share_within,
    survival_curves,
)
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import coverage, power, rejected, type_i_error

YEAR = 365
BATCHES = (40, 60)
STATISTICS = {"median": quantile_of(0.5), "share": share_within(YEAR), "mean": mean_within(YEAR)}

#: (generator, data sets, draws, batches, setting) → a sampled statistic of each data set.
Sample = Callable[[np.random.Generator, int, int, int, float], list[Sampled]]


def sampled_curves(
    rng: np.random.Generator, repetitions: int, draws: int, batches: int, longer: float, name: str = "mean"
) -> list[Sampled]:
    """Simulate populations by `nulls.batch_lives` and sample a statistic of their survival curves."""
    days, observed, batch = nulls.batch_lives(rng, repetitions, batches=batches, longer=longer)
    return [
        sample_curve(Durations(one, seen, batch), [STATISTICS[name]], draw_batches(batches, draws, rng))[0]
        for one, seen in zip(days, observed, strict=True)
    ]


def sampled_shares(
    rng: np.random.Generator, repetitions: int, draws: int, batches: int, threshold: float
) -> list[Sampled]:
    """Sample the share of accounts whose value lies above a threshold, values alike within batches."""
    values, batch = nulls.batch_values(rng, repetitions, batches=batches)
    return [sample_share(one > threshold, batch, draw_batches(batches, draws, rng)) for one in values]


def sampled_medians(
    rng: np.random.Generator, repetitions: int, draws: int, batches: int, middle: float
) -> list[Sampled]:
    """Sample the median account of populations around `middle`, values alike within batches."""
    values, batch = nulls.batch_values(rng, repetitions, batches=batches, middle=middle)
    return [sample_median(one, batch, draw_batches(batches, draws, rng)) for one in values]


def intervals(
    rng: np.random.Generator, repetitions: int, draws: int, *, sample: Sample, setting: float
) -> Iterator[Estimate]:
    """Estimate a statistic of one population."""
    for sampled in sample(rng, repetitions, draws, BATCHES[0], setting):
        yield sampled.estimate()


def differences(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    sample: Sample,
    settings: tuple[float, float],
) -> Iterator[Estimate | None]:
    """Compare a statistic of two populations, which differ in their settings and numbers of batches."""
    samples = [
        sample(rng, repetitions, draws, batches, setting)
        for batches, setting in zip(BATCHES, settings, strict=True)
    ]
    return map(difference, *samples)


@cache
def curve_truth(name: str) -> float:
    """Return a statistic of the population's survival curve, from a million lives observed to the end."""
    rng = np.random.default_rng(0)
    lives = rng.exponential(200 * np.exp(rng.normal(size=1_000_000))).astype(np.int64)
    data = Durations(lives, np.ones(len(lives), bool), np.zeros(len(lives), np.int64))
    times, _, survival = survival_curves(data, np.ones((1, 1)))
    return float(STATISTICS[name](survival, times)[0])


def log_rank_by_account(rng: np.random.Generator, repetitions: int, draws: int) -> Iterator[float]:
    """Compare two populations of equal survival by the log-rank test, which takes accounts as independent."""
    populations = [nulls.batch_lives(rng, repetitions, batches=batches)[:2] for batches in BATCHES]
    for place in range(repetitions):
        first, second = (
            CensoredData.right_censored(days[place], ~observed[place]) for days, observed in populations
        )
        yield logrank(first, second).pvalue


def true_share(threshold: float) -> float:
    """Return the population's share above a threshold: values have variance 1 between and 1 within batches."""
    return float(ndtr(-threshold / np.sqrt(2)))


_LIVES = "two populations of accounts in batches of 1 to 32: time to the event alike within a batch, observation ends by batch"
_SHARES = "two populations of accounts in batches of 1 to 32, of which a share has a trait that batches share"
_VALUES = (
    "two populations of accounts in batches of 1 to 32, whose values vary as much within a batch as between"
)
_HIGHER = {"one population": 0.0, "a standard deviation higher": 1.0}

STUDIES = (
    *(
        make(
            "survival_difference_test",
            scenario,
            _LIVES,
            rejected(differences, sample=sampled_curves, settings=(1, longer)),
            tested=50,
        )
        for make, scenario, longer in ((type_i_error, "one population", 1), (power, "times threefold", 3))
    ),
    *(
        coverage(
            f"survival_{name}_interval",
            "one population",
            _LIVES,
            partial(intervals, sample=partial(sampled_curves, name=name), setting=1),
            truth=partial(curve_truth, name),
            tested=50,
        )
        for name in STATISTICS
    ),
    type_i_error(
        "log_rank_by_account", "one population", _LIVES, rejected(log_rank_by_account), for_claims=False
    ),
    *(
        make(
            "share_of_accounts_test",
            scenario,
            _SHARES,
            rejected(differences, sample=sampled_shares, settings=thresholds),
        )
        for make, scenario, thresholds in (
            (type_i_error, "one population, half", (0.0, 0.0)),
            (type_i_error, "one population, one in ten", (1.8, 1.8)),
            # In most of these data sets neither population has a case.
            (type_i_error, "one population, one in two hundred", (3.64, 3.64)),
            (power, "half against one in five", (0.0, 1.2)),
        )
    ),
    coverage(
        "share_of_accounts_interval",
        "half",
        _SHARES,
        partial(intervals, sample=sampled_shares, setting=0.0),
        truth=0.5,
    ),
    coverage(
        "share_of_accounts_difference_interval",
        "half against one in five",
        _SHARES,
        partial(differences, sample=sampled_shares, settings=(0.0, 1.2)),
        truth=0.5 - true_share(1.2),
    ),
    *(
        make(
            "median_of_accounts_test",
            scenario,
            _VALUES,
            rejected(differences, sample=sampled_medians, settings=(_HIGHER[scenario], 0.0)),
            tested=50,
        )
        for make, scenario in zip((type_i_error, power), _HIGHER, strict=True)
    ),
    *(
        coverage(
            "median_of_accounts_difference_interval",
            scenario,
            _VALUES,
            partial(differences, sample=sampled_medians, settings=(higher, 0.0)),
            truth=higher,
            tested=50,
        )
        for scenario, higher in _HIGHER.items()
    ),
)
