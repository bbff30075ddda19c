"""Error of the methods that say when one population posts: hours, weekend, intervals, UTC offsets."""

from functools import cache, partial

import numpy as np
from scipy.stats import chisquare

from takedown.posting import hours as posting
from takedown.statistics import circular
from takedown.statistics.calendar import SATURDAY, WEEK_DAYS
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import COVERAGE, POWER, TYPE_I, Study

ALPHA = 0.05
OFFICE = (9, 18)
UTC_OFFSET = 8
WEEKEND = 0.4
WANDER = 1.5


def matrices(rng: np.random.Generator, repetitions: int, **null) -> list[posting.HourMatrix]:
    """Simulate hour matrices by `nulls.posts_by_hour`."""
    return [
        posting.HourMatrix(nulls.MONDAY, posts) for posts in nulls.posts_by_hour(rng, repetitions, **null)
    ]


def rotation(rng: np.random.Generator, repetitions: int, draws: int, *, wander: float | None) -> int:
    """Count how often days are found to agree on an hour, each day turned as a whole."""
    found = (
        posting.rotation_p_value(matrix, draws, rng) for matrix in matrices(rng, repetitions, wander=wander)
    )
    return sum(p_value <= ALPHA for p_value in found)


def rayleigh_by_post(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often posts, each taken as independent, are found to prefer an hour where days agree on none."""
    hours = nulls.posts_by_hour(rng, repetitions, wander=None).sum(axis=1)
    posts = hours.sum(axis=1)
    length = np.abs(circular.direction_sums(posting.HOUR_CENTRES, hours)) / posts
    return sum(circular.rayleigh_p_value(*row) <= ALPHA for row in zip(length, posts, strict=True))


def chi_square_by_post(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count the same for the chi-square test of 24 equal hours."""
    hours = nulls.posts_by_hour(rng, repetitions, wander=None).sum(axis=1)
    return int((chisquare(hours, axis=1).pvalue <= ALPHA).sum())


def weekend(rng: np.random.Generator, repetitions: int, draws: int, *, ratio: float, memory: float) -> int:
    """Count how often the weekly log ratios find weekend and weekdays to differ."""
    simulated = matrices(rng, repetitions, weekend=ratio, memory=memory)
    return sum(posting.weekend_ratio(matrix).weekly.p_value <= ALPHA for matrix in simulated)


def chi_square_weekend(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the chi-square test of posts finds a weekend effect where there is none."""
    days = nulls.posts_by_hour(rng, repetitions, weekend=1).sum(axis=2)
    off = np.arange(days.shape[1]) % WEEK_DAYS >= SATURDAY
    parts = np.stack([days[:, off].sum(axis=1), days[:, ~off].sum(axis=1)])
    expected = parts.sum(axis=0) * np.array([[2 / 7], [5 / 7]])
    return int((chisquare(parts, expected).pvalue <= ALPHA).sum())


def expected_week() -> posting.HourMatrix:
    """Return what a week of the simulated posts has on average, so that its numbers are the population's."""
    hours = nulls.hour_probabilities(np.zeros(1), np.hypot(1.5, WANDER))
    level = np.where(np.arange(WEEK_DAYS) >= SATURDAY, WEEKEND, 1.0)
    return posting.HourMatrix(nulls.MONDAY, 1e6 * level[:, None] * hours)


def estimates(matrix: posting.HourMatrix, name: str, draws: int, rng: np.random.Generator) -> Estimate:
    """Return one of the estimates of posting, by its short name."""
    if name == "office_share":
        return posting.office_profile(matrix, OFFICE, UTC_OFFSET).office_share
    if name in ("weekend_ratio", "weekend_ratio_weekly"):
        ratio = posting.weekend_ratio(matrix)
        return ratio.pooled if name == "weekend_ratio" else ratio.weekly
    return getattr(posting.day_clock(matrix, draws, rng), name)


@cache
def truth(name: str) -> float:
    """Return the population's value; the typical week's ratio is that of a very long series."""
    rng = np.random.default_rng(0)
    if name == "weekend_ratio_weekly":
        return estimates(matrices(rng, 1, days=28_000)[0], name, 1, rng).value
    return estimates(expected_week(), name, 1, rng).value


def covered(rng: np.random.Generator, repetitions: int, draws: int, *, name: str) -> int:
    """Count how often an interval of posting holds the population's value."""
    found = [estimates(matrix, name, draws, rng) for matrix in matrices(rng, repetitions)]
    return sum(estimate.low <= truth(name) <= estimate.high for estimate in found)


def covered_by_post(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often a bootstrap of single posts holds the population's mean hour."""
    hits = 0
    for hours in nulls.posts_by_hour(rng, repetitions).sum(axis=1):
        drawn = rng.multinomial(hours.sum(), hours / hours.sum(), draws)
        means = circular.mean_hour(circular.direction_sums(posting.HOUR_CENTRES, drawn))
        low, high = posting.percentile_interval(circular.wrap_hours(means - truth("mean_hour")))
        hits += low <= 0 <= high
    return hits


def offset_covered(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the compatible UTC offsets hold the true one though the office opens between 8 and 10."""
    hits = 0
    for matrix in matrices(rng, repetitions):
        moved = posting.HourMatrix(nulls.MONDAY, np.roll(matrix.posts, rng.integers(-1, 2), axis=1))
        best = posting.office_profile(moved, OFFICE, UTC_OFFSET).best
        hits += best.low <= UTC_OFFSET <= best.high
    return hits


_CLUSTERS = nulls.POSTING_CLUSTERS
_NO_HOUR = f"{_CLUSTERS}; each day's clock is turned anywhere, so that days agree on no hour"
_NO_WEEKEND = f"{_CLUSTERS}; weekends are like weekdays"

STUDIES = (
    Study("rotation_test", "a clock for each day", TYPE_I, ALPHA, _NO_HOUR, partial(rotation, wander=None)),
    Study(
        "rotation_test",
        "days shift by 5 hours",
        POWER,
        None,
        _CLUSTERS,
        partial(rotation, wander=5),
        tested=50,
    ),
    Study(
        "rotation_test",
        "days shift by 1.5 hours",
        POWER,
        None,
        _CLUSTERS,
        partial(rotation, wander=1.5),
        tested=50,
    ),
    Study("rayleigh_by_post", "a clock for each day", TYPE_I, ALPHA, _NO_HOUR, rayleigh_by_post, False),
    Study(
        "chi_square_hours_by_post", "a clock for each day", TYPE_I, ALPHA, _NO_HOUR, chi_square_by_post, False
    ),
    *(
        Study(
            "weekly_log_ratio_test",
            scenario,
            POWER if ratio < 1 else TYPE_I,
            None if ratio < 1 else ALPHA,
            _CLUSTERS if ratio < 1 else _NO_WEEKEND,
            partial(weekend, ratio=ratio, memory=memory),
        )
        for scenario, ratio, memory in (
            ("volume drifts", 1, 0.8),
            ("days independent and uneven", 1, 0.0),
            ("weekend at .7 of a weekday", 0.7, 0.8),
            ("weekend at .4 of a weekday", 0.4, 0.8),
        )
    ),
    Study(
        "chi_square_weekend_by_post", "volume drifts", TYPE_I, ALPHA, _NO_WEEKEND, chi_square_weekend, False
    ),
    *(
        Study(
            f"{name}_interval",
            "drifting volume, days that shift",
            COVERAGE,
            0.95,
            _CLUSTERS,
            partial(covered, name=name),
            tested=50 if name in ("lunch_ratio", "mean_hour", "resultant_length") else 200,
        )
        for name in (
            *("office_share", "weekend_ratio", "weekend_ratio_weekly"),
            *("lunch_ratio", "mean_hour", "resultant_length"),
        )
    ),
    Study(
        "mean_hour_by_post_interval",
        "drifting volume, days that shift",
        COVERAGE,
        0.95,
        _CLUSTERS,
        covered_by_post,
        False,
    ),
    Study(
        "utc_offset_range",
        "office opens at 8, 9 or 10",
        COVERAGE,
        None,
        f"{_CLUSTERS}; the whole series opens an hour early, on time or an hour late",
        offset_covered,
    ),
)
