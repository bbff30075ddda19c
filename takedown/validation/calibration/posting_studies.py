"""Errors of the usual tests of hours, which take posts for independent: why posts are counted by week here."""

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator
from scipy.stats import chisquare

from takedown.posting.hours import HOUR_CENTRES
from takedown.statistics import circular
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


_NO_HOUR = f"{nulls.POSTING_CLUSTERS}; the clock of each day is turned at random, so that days share no hour"
_ANY_CLOCK: Scenario = ("a clock for each day", _NO_HOUR, {})

STUDIES = (
    *error_studies("rayleigh_by_post", rayleigh_by_post, [_ANY_CLOCK], for_claims=False),
    *error_studies("chi_square_hours_by_post", chi_square_by_post, [_ANY_CLOCK], for_claims=False),
)
