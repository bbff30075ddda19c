"""Intervals of estimates from clusters of unequal size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, t

from takedown.statistics.intervals import (
    effective_number,
    exact_interval,
    log_odds_interval,
    student_reach,
)


def test_clusters_of_equal_weight_count_one_each() -> None:
    assert effective_number([2, 2, 2]) == 3
    assert effective_number(np.array([7])) == 1


def test_an_empty_cluster_counts_nothing() -> None:
    assert effective_number([2, 0, 2]) == 2


def test_effective_number_of_a_worked_case() -> None:
    assert effective_number(np.array([0, 3, 1])) == 16 / 10


@given(st.lists(st.integers(1, 3_000_000_000), min_size=1, max_size=50))
def test_effective_number_lies_between_one_and_the_number_of_clusters(weights: list[int]) -> None:
    assert 1 - 1e-9 <= effective_number(np.array(weights)) <= len(weights) + 1e-9


def test_reach_is_half_of_students_interval() -> None:
    low, high = t.interval(0.9, 3.5, loc=0, scale=2)
    assert student_reach(4.0, 4.5, 0.9) == pytest.approx((high - low) / 2)


@pytest.mark.parametrize(("variance", "effective"), [(1.0, 1.99), (0.0, 5), (np.nan, 5), (np.inf, 5)])
def test_reach_is_not_known_of_few_clusters_or_without_a_variance(variance: float, effective: float) -> None:
    assert student_reach(variance, effective) is None


def test_interval_in_the_log_odds_has_the_share_as_its_middle() -> None:
    low, high = log_odds_interval(0.2, 0.08)
    odds = np.array([low, 0.2, high]) / (1 - np.array([low, 0.2, high]))
    assert np.diff(np.log(odds)) == pytest.approx(0.08 / (0.2 * 0.8))


@pytest.mark.parametrize(("share", "reach"), [(0.2, None), (0.0, 0.1), (1.0, 0.1)])
def test_interval_in_the_log_odds_is_not_known(share: float, reach: float | None) -> None:
    assert log_odds_interval(share, reach) == (None, None)


@pytest.mark.parametrize("hits", [0, 12])
def test_exact_interval_is_the_binomial_one(hits: int) -> None:
    known = binomtest(hits, 12).proportion_ci(0.9, method="exact")
    assert exact_interval(hits / 12, 12, 0.9) == pytest.approx((known.low, known.high))
