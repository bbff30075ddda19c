"""Counts of directions, compared with a library."""

import numpy as np
import pytest
from astropy.stats.circstats import rayleightest

from takedown.posting.hours import HOUR_CENTRES
from takedown.statistics import circular


def test_the_library_counts_weighted_directions_with_the_wrong_number() -> None:
    """astropy takes the number of bins for that of posts; repeated directions and ours agree."""
    counts = np.array([10] * 12 + [5] * 12)
    angles = 2 * np.pi * HOUR_CENTRES / 24
    length = abs(circular.direction_sums(HOUR_CENTRES, counts)) / counts.sum()
    ours = circular.rayleigh_p_value(length, counts.sum())
    assert ours == pytest.approx(rayleightest(np.repeat(angles, counts)), rel=0.1)
    assert rayleightest(angles, weights=counts) > 1000 * ours
