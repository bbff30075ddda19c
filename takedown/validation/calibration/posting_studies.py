"""Errors of the methods that describe when one population posts: hours, weekend, intervals, UTC offsets.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.stats import chisquare

from takedown.posting.hours import (
    HOUR_CENTRES,
    HourMatrix,
    day_clock,
    office_profile,
    percentile_interval,
    rotation_p_value,
    weekend_ratio,
)
from takedown.statistics import circular
from takedown.statistics.calendar import SATURDAY, WEEK_DAYS
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import coverage_studies, error_studies, power_studies

OFFICE = (9, 18)
UTC_OFFSET = 8
WEEKEND = 0.4
WANDER = 1.5


def matrices(rng: Generator, repetitions: int, **null: Any) -> list[HourMatrix]:
    """Simulate hour matrices by `nulls.posts_by_hour`, one for each repetition."""
    return [HourMatrix(nulls.MONDAY, posts) for posts in nulls.posts_by_hour(rng, repetitions, **null)]


def rotations(rng: Generator, repetitions: int, draws: int, *, wander: float | None) -> Iterator[float]:
    """Test by the rotation of whole days whether days share a preferred hour."""
    for matrix in matrices(rng, repetitions, wander=wander):
        yield rotation_p_value(matrix, draws, rng)


def rayleigh_by_post(rng: Generator, repetitions: int, draws: int) -> Iterator[float]:
    """Test by post for a preferred hour where the days share none (Rayleigh)."""
    hours = nulls.posts_by_hour(rng, repetitions, wander=None).sum(axis=1)
    posts = hours.sum(axis=1)
    length = np.abs(circular.direction_sums(HOUR_CENTRES, hours)) / posts
    return map(circular.rayleigh_p_value, length, posts)


def chi_square_by_post(rng: Generator, repetitions: int, draws: int) -> np.ndarray:
    """Test by post for 24 equal hours where the days share no preferred hour (chi-square)."""
    return chisquare(nulls.posts_by_hour(rng, repetitions, wander=None).sum(axis=1), axis=1).pvalue


def weekend_tests(
    rng: Generator, repetitions: int, draws: int, *, ratio: float, memory: float = 0.8
) -> Iterator[Estimate]:
    """Test by weekly log ratios whether weekend and weekdays differ."""
    for matrix in matrices(rng, repetitions, weekend=ratio, memory=memory):
        yield weekend_ratio(matrix).weekly


def chi_square_weekend(rng: Generator, repetitions: int, draws: int) -> np.ndarray:
    """Test by post for a weekend effect where there is none (chi-square)."""
    days = nulls.posts_by_hour(rng, repetitions, weekend=1).sum(axis=2)
    off = np.arange(days.shape[1]) % WEEK_DAYS >= SATURDAY
    parts = np.stack([days[:, off].sum(axis=1), days[:, ~off].sum(axis=1)])
    expected = parts.sum(axis=0) * np.array([[2 / 7], [5 / 7]])
    return chisquare(parts, expected).pvalue


def expected_week() -> HourMatrix:
    """Return the expected posts of a simulated week, of which every measure is that of the population."""
    hours = nulls.hour_probabilities(np.zeros(1), float(np.hypot(1.5, WANDER)))
    level = np.where(np.arange(WEEK_DAYS) >= SATURDAY, WEEKEND, 1.0)
    return HourMatrix(nulls.MONDAY, 1e6 * level[:, None] * hours)


def measure(matrix: HourMatrix, name: str, draws: int, rng: Generator) -> Estimate:
    """Return one of the estimates of posting, by its short name."""
    if name == "office_share":
        return office_profile(matrix, OFFICE, UTC_OFFSET).office_share
    if name in ("weekend_ratio", "weekend_ratio_weekly"):
        ratio = weekend_ratio(matrix)
        return ratio.pooled if name == "weekend_ratio" else ratio.weekly
    return getattr(day_clock(matrix, draws, rng), name)


@cache
def truth(name: str) -> float:
    """Return the population's value of an estimate; the typical week's ratio is taken from a very long series."""
    rng = np.random.default_rng(0)
    if name == "weekend_ratio_weekly":
        value = measure(matrices(rng, 1, days=28_000)[0], name, 1, rng).value
    else:
        value = measure(expected_week(), name, 1, rng).value
    assert value is not None
    return value


def estimates(rng: Generator, repetitions: int, draws: int, *, name: str) -> Iterator[Estimate]:
    """Estimate one of the measures of posting, by its short name."""
    for matrix in matrices(rng, repetitions):
        yield measure(matrix, name, draws, rng)


def mean_hours_by_post(rng: Generator, repetitions: int, draws: int) -> Iterator[Estimate]:
    """Estimate by a bootstrap of single posts how far the mean hour lies from that of the population."""
    for hours in nulls.posts_by_hour(rng, repetitions).sum(axis=1):
        drawn = rng.multinomial(hours.sum(), hours / hours.sum(), draws)
        means = circular.mean_hour(circular.direction_sums(HOUR_CENTRES, drawn))
        apart = np.asarray(circular.wrap_hours(means - truth("mean_hour")))
        yield Estimate(None, *percentile_interval(apart))


def offset_ranges(rng: Generator, repetitions: int, draws: int) -> Iterator[Estimate]:
    """Estimate the compatible UTC offsets where the office opens at 8, 9 or 10."""
    for matrix in matrices(rng, repetitions):
        moved = HourMatrix(nulls.MONDAY, np.roll(matrix.posts, rng.integers(-1, 2), axis=1))
        yield office_profile(moved, OFFICE, UTC_OFFSET).best


_CLUSTERS = nulls.POSTING_CLUSTERS
_NO_HOUR = f"{_CLUSTERS}; each day's clock is turned anywhere, so that days agree on no hour"
_NO_WEEKEND = f"{_CLUSTERS}; weekends are like weekdays"
_OPENING = f"{_CLUSTERS}; the whole series opens an hour early, on time or an hour late"
_ANY_CLOCK = ("a clock for each day", _NO_HOUR)
_DRIFTING = ("drifting volume, days that shift", _CLUSTERS)

STUDIES = (
    *error_studies("rotation_test", rotations, [(*_ANY_CLOCK, {"wander": None})]),
    *power_studies(
        "rotation_test",
        rotations,
        [(f"days shift by {wander} hours", _CLUSTERS, {"wander": wander}) for wander in (5, 1.5)],
        tested=50,
    ),
    *error_studies("rayleigh_by_post", rayleigh_by_post, [(*_ANY_CLOCK, {})], for_claims=False),
    *error_studies("chi_square_hours_by_post", chi_square_by_post, [(*_ANY_CLOCK, {})], for_claims=False),
    *error_studies(
        "weekly_log_ratio_test",
        weekend_tests,
        [
            ("volume drifts", _NO_WEEKEND, {"ratio": 1}),
            ("days independent and uneven", _NO_WEEKEND, {"ratio": 1, "memory": 0.0}),
        ],
    ),
    *power_studies(
        "weekly_log_ratio_test",
        weekend_tests,
        [(f"weekend at .{tenths} of a weekday", _CLUSTERS, {"ratio": tenths / 10}) for tenths in (7, 4)],
    ),
    *error_studies(
        "chi_square_weekend_by_post",
        chi_square_weekend,
        [("volume drifts", _NO_WEEKEND, {})],
        for_claims=False,
    ),
    *(
        study
        for name, tested in (
            *(("office_share", 200), ("weekend_ratio", 200), ("weekend_ratio_weekly", 200)),
            *(("lunch_ratio", 50), ("mean_hour", 50), ("resultant_length", 50)),
        )
        for study in coverage_studies(
            f"{name}_interval", estimates, truth, [(*_DRIFTING, {"name": name})], tested=tested
        )
    ),
    *coverage_studies(
        "mean_hour_by_post_interval", mean_hours_by_post, 0, [(*_DRIFTING, {})], for_claims=False
    ),
    # The range of UTC offsets promises no rate.
    *coverage_studies(
        "utc_offset_range",
        offset_ranges,
        UTC_OFFSET,
        [("office opens at 8, 9 or 10", _OPENING, {})],
        nominal=None,
    ),
)
