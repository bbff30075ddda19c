"""How many times faster a crowd must be, by hand."""

import pytest

from takedown.coordination.stretch import times_faster
from takedown.statistics.estimate import Estimate


def control(*rows: tuple[float, float, float, float]) -> dict[float, Estimate]:
    return {factor: Estimate(value, low, high, n=100) for factor, value, low, high in rows}


RISING = control((1, 0.1, 0.08, 0.12), (2, 0.2, 0.17, 0.23), (4, 0.4, 0.36, 0.44))


def test_between_two_factors_the_share_is_straight_in_the_logarithm():
    # .3 is half way from .2 to .4: the factor half way from 2 to 4 in logarithms. The lower end .175 lies half way from
    # .12 to .23.
    found = times_faster(Estimate(0.3, 0.175, 0.5, n=40), RISING)
    assert (found.value, found.low, found.n) == (pytest.approx(8**0.5), pytest.approx(2**0.5), 40)


def test_what_the_control_is_as_it_is_needs_no_faster_crowd():
    found = times_faster(Estimate(0.09, 0.05, 0.2, n=40), RISING)
    assert (found.value, found.low) == (1, 1)


def test_the_largest_factor_stands_for_more():
    found = times_faster(Estimate(0.9, 0.8, 0.95, n=40), RISING)
    assert (found.value, found.low) == (4, 4)


def test_lags_without_a_scale_tell_nothing():
    flat = control((1, 0.30, 0.25, 0.35), (2, 0.31, 0.26, 0.36), (4, 0.33, 0.28, 0.38))
    assert times_faster(Estimate(0.9, 0.8, 0.95, n=40), flat) is None


@pytest.mark.parametrize("known", [{}, {1: Estimate(0.1, n=3)}])
def test_without_a_control_nothing_is_told(known):
    assert times_faster(Estimate(0.5, 0.4, 0.6, n=9), known) is None
