"""Error of the methods that follow the life of an account: survival curves and shares of accounts in batches."""

from functools import cache, partial

import numpy as np
from scipy.special import ndtr
from scipy.stats import CensoredData, logrank

from takedown.life import survival as life
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import COVERAGE, POWER, TYPE_I, Study

ALPHA = 0.05
YEAR = 365
BATCHES = (40, 60)
STATISTICS = {
    "median": life.quantile_of(0.5),
    "share": life.share_within(YEAR),
    "mean": life.mean_within(YEAR),
}


def samples(
    rng: np.random.Generator, repetitions: int, draws: int, name: str, batches: int, longer: float = 1.0
) -> list[life.Sampled]:
    """Simulate populations by `nulls.batch_lives` and sample a statistic of their survival curves."""
    days, observed, batch = nulls.batch_lives(rng, repetitions, batches=batches, longer=longer)
    return [
        life.sample_curve(
            life.Durations(one, seen, batch), [STATISTICS[name]], life.draw_batches(batches, draws, rng)
        )[0]
        for one, seen in zip(days, observed, strict=True)
    ]


@cache
def curve_truth(name: str) -> float:
    """Return the statistic of the whole population, nearly: of a million lives that were observed to the end."""
    rng = np.random.default_rng(0)
    lives = rng.exponential(200 * np.exp(rng.normal(size=1_000_000))).astype(np.int64)
    data = life.Durations(lives, np.ones(len(lives), bool), np.zeros(len(lives), np.int64))
    times, _, survival = life.survival_curves(data, np.ones((1, 1)))
    return float(STATISTICS[name](survival, times)[0])


def curve_covered(rng: np.random.Generator, repetitions: int, draws: int, *, name: str) -> int:
    """Count how often the interval of a survival curve's statistic holds the population's; an open end reaches far."""
    hits = 0
    for sampled in samples(rng, repetitions, draws, name, BATCHES[0]):
        found = sampled.estimate()
        above = found.high is None or curve_truth(name) <= found.high
        hits += above and (found.low is not None and found.low <= curve_truth(name))
    return hits


def different_lives(rng: np.random.Generator, repetitions: int, draws: int, *, longer: float) -> int:
    """Count how often the restricted means of two populations are found to differ."""
    pairs = zip(
        samples(rng, repetitions, draws, "mean", BATCHES[0]),
        samples(rng, repetitions, draws, "mean", BATCHES[1], longer),
        strict=True,
    )
    return sum(_rejects(life.difference(first, second)) for first, second in pairs)


def different_lives_by_account(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count the false findings of the log-rank test, which takes accounts as independent."""
    populations = [nulls.batch_lives(rng, repetitions, batches=batches)[:2] for batches in BATCHES]
    wrong = 0
    for place in range(repetitions):
        first, second = (
            CensoredData.right_censored(days[place], ~observed[place]) for days, observed in populations
        )
        wrong += logrank(first, second).pvalue <= ALPHA
    return wrong


def share_samples(
    rng: np.random.Generator, repetitions: int, draws: int, batches: int, threshold: float
) -> list[life.Sampled]:
    """Sample the share of accounts whose value lies above a threshold, values alike within batches."""
    values, batch = nulls.batch_values(rng, repetitions, batches=batches)
    return [
        life.sample_share(one > threshold, batch, life.draw_batches(batches, draws, rng)) for one in values
    ]


def different_shares(
    rng: np.random.Generator, repetitions: int, draws: int, *, thresholds: tuple[float, float]
) -> int:
    """Count how often the shares of two populations are found to differ."""
    pairs = zip(
        *(
            share_samples(rng, repetitions, draws, batches, threshold)
            for batches, threshold in zip(BATCHES, thresholds, strict=True)
        ),
        strict=True,
    )
    return sum(_rejects(life.difference(first, second)) for first, second in pairs)


def share_covered(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the interval of a share holds the population's half."""
    found = (sampled.estimate() for sampled in share_samples(rng, repetitions, draws, BATCHES[0], 0.0))
    return sum(estimate.low <= 0.5 <= estimate.high for estimate in found)


def median_differences(
    rng: np.random.Generator, repetitions: int, draws: int, higher: float
) -> list[life.Estimate]:
    """Compare the median accounts of two populations, of which the first lies higher, values alike within batches."""
    pairs = []
    for batches, middle in zip(BATCHES, (higher, 0.0), strict=True):
        values, batch = nulls.batch_values(rng, repetitions, batches=batches, middle=middle)
        weights = (life.draw_batches(batches, draws, rng) for _ in range(repetitions))
        pairs.append(
            [life.sample_median(one, batch, drawn) for one, drawn in zip(values, weights, strict=True)]
        )
    return [life.difference(*pair) for pair in zip(*pairs, strict=True)]


def different_medians(rng: np.random.Generator, repetitions: int, draws: int, *, higher: float) -> int:
    """Count how often the medians of two populations are found to differ."""
    return sum(map(_rejects, median_differences(rng, repetitions, draws, higher)))


def median_difference_covered(
    rng: np.random.Generator, repetitions: int, draws: int, *, higher: float
) -> int:
    """Count how often the interval of the difference of medians holds the true one."""
    found = median_differences(rng, repetitions, draws, higher)
    return sum(estimate.low <= higher <= estimate.high for estimate in found)


def share_difference_covered(
    rng: np.random.Generator, repetitions: int, draws: int, *, thresholds: tuple[float, float]
) -> int:
    """Count how often the interval of a difference of shares holds the populations'."""
    # Values are normal with variance 1 between and 1 within batches.
    true = np.subtract(*ndtr(-np.array(thresholds) / np.sqrt(2)))
    pairs = zip(
        *(
            share_samples(rng, repetitions, draws, batches, threshold)
            for batches, threshold in zip(BATCHES, thresholds, strict=True)
        ),
        strict=True,
    )
    found = (life.difference(*pair) for pair in pairs)
    return sum(estimate.low <= true <= estimate.high for estimate in found)


def _rejects(found: life.Estimate | None) -> bool:
    return found is not None and found.p_value is not None and found.p_value <= ALPHA


_LIVES = "two populations of accounts in batches of 1 to 32: time to the event alike within a batch, observation ends by batch"
_SHARES = "two populations of accounts in batches of 1 to 32, of which a share has a trait that batches share"
_VALUES = (
    "two populations of accounts in batches of 1 to 32, whose values vary as much within a batch as between"
)

STUDIES = (
    Study(
        "survival_difference_test",
        "one population",
        TYPE_I,
        ALPHA,
        _LIVES,
        partial(different_lives, longer=1),
        tested=50,
    ),
    Study(
        "survival_difference_test",
        "times threefold",
        POWER,
        None,
        _LIVES,
        partial(different_lives, longer=3),
        tested=50,
    ),
    *(
        Study(
            f"survival_{name}_interval",
            "one population",
            COVERAGE,
            0.95,
            _LIVES,
            partial(curve_covered, name=name),
            tested=50,
        )
        for name in STATISTICS
    ),
    Study("log_rank_by_account", "one population", TYPE_I, ALPHA, _LIVES, different_lives_by_account, False),
    *(
        Study(
            "share_of_accounts_test",
            scenario,
            POWER if nominal is None else TYPE_I,
            nominal,
            _SHARES,
            partial(different_shares, thresholds=thresholds),
        )
        for scenario, nominal, thresholds in (
            ("one population, half", ALPHA, (0.0, 0.0)),
            ("one population, one in ten", ALPHA, (1.8, 1.8)),
            # In most of these neither population has a case.
            ("one population, one in two hundred", ALPHA, (3.64, 3.64)),
            ("half against one in five", None, (0.0, 1.2)),
        )
    ),
    Study("share_of_accounts_interval", "half", COVERAGE, 0.95, _SHARES, share_covered),
    Study(
        "share_of_accounts_difference_interval",
        "half against one in five",
        COVERAGE,
        0.95,
        _SHARES,
        partial(share_difference_covered, thresholds=(0.0, 1.2)),
    ),
    *(
        Study(
            "median_of_accounts_test",
            scenario,
            quantity,
            nominal,
            _VALUES,
            partial(different_medians, higher=higher),
            tested=50,
        )
        for scenario, quantity, nominal, higher in (
            ("one population", TYPE_I, ALPHA, 0.0),
            ("a standard deviation higher", POWER, None, 1.0),
        )
    ),
    *(
        Study(
            "median_of_accounts_difference_interval",
            scenario,
            COVERAGE,
            0.95,
            _VALUES,
            partial(median_difference_covered, higher=higher),
            tested=50,
        )
        for scenario, higher in (("one population", 0.0), ("a standard deviation higher", 1.0))
    ),
)
