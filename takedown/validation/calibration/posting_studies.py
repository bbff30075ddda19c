"""Errors of the usual tests of hours and weekends, which take posts for independent: why posts are counted by week here."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from scipy.stats import chisquare

from takedown.posting.hours import HOUR_CENTRES
from takedown.statistics import circular
from takedown.statistics.calendar import SATURDAY, WEEK_DAYS
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import Scenario, error_studies


def rayleigh_by_post(rng: Generator, repetitions: int, draws: int) -> Iterator[float]:
    """Test by post for a preferred hour where the days share none (Rayleigh)."""
    hours = nulls.posts_by_hour(rng, repetitions, wander=None).sum(axis=1)
    posts = hours.sum(axis=1)
    length = np.abs(circular.direction_sums(HOUR_CENTRES, hours)) / posts
    return map(circular.rayleigh_p_value, length, posts)


def chi_square_by_post(rng: Generator, repetitions: int, draws: int) -> np.ndarray:
    """Test by post for 24 equal hours where the days share no preferred hour (chi-square)."""
    return chisquare(nulls.posts_by_hour(rng, repetitions, wander=None).sum(axis=1), axis=1).pvalue


def chi_square_weekend(rng: Generator, repetitions: int, draws: int) -> np.ndarray:
    """Test by post for a weekend effect where there is none (chi-square)."""
    days = nulls.posts_by_hour(rng, repetitions, weekend=1).sum(axis=2)
    off = np.arange(days.shape[1]) % WEEK_DAYS >= SATURDAY
    parts = np.stack([days[:, off].sum(axis=1), days[:, ~off].sum(axis=1)])
    expected = parts.sum(axis=0) * np.array([[2 / 7], [5 / 7]])
    return chisquare(parts, expected).pvalue


_CLUSTERS = nulls.POSTING_CLUSTERS
_NO_HOUR = f"{_CLUSTERS}; each day's clock is turned anywhere, so that days agree on no hour"
_NO_WEEKEND = f"{_CLUSTERS}; weekends are like weekdays"
_ANY_CLOCK: Scenario = ("a clock for each day", _NO_HOUR, {})

STUDIES = (
    *error_studies("rayleigh_by_post", rayleigh_by_post, [_ANY_CLOCK], for_claims=False),
    *error_studies("chi_square_hours_by_post", chi_square_by_post, [_ANY_CLOCK], for_claims=False),
    *error_studies(
        "chi_square_weekend_by_post",
        chi_square_weekend,
        [("volume drifts", _NO_WEEKEND, {})],
        for_claims=False,
    ),
)
