"""Intervals of weekly shares and ratios: the formulas written out, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import t as student

from takedown.statistics import series_intervals
from takedown.statistics.series_intervals import Interval
from takedown.validation.calibration.nulls import INDEPENDENT, drift

SEEDS = st.integers(0, 2**32 - 1)


def counts(seed: int, weeks: int = 14, series: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return posts of a kind and all posts by week, shape [series, weeks]."""
    rng = np.random.default_rng(seed)
    whole = rng.integers(50, 900, (series, weeks))
    return rng.binomial(whole, rng.uniform(0.3, 0.7, (series, weeks))), whole


def numbers(interval: Interval) -> list[float]:
    return [float(number) for number in (interval.value, interval.low, interval.high)]


def test_weeks_of_unequal_size_are_worth_fewer() -> None:
    assert series_intervals.effective_weeks(np.array([3, 1])) == 16 / 10


def test_share_is_that_of_all_posts_with_the_interval_that_the_formula_gives() -> None:
    part, whole = (values[0] for values in counts(1))
    total, s = whole.sum(), part.sum() / whole.sum()
    squares, before = np.zeros(5), 0.0
    for j in range(1, 6):
        before, term = 0.0, 0.0
        for k, n in zip(part, whole, strict=True):
            term += np.sqrt(2) * np.cos(np.pi * j * (before + n / 2) / total) * (k - s * n)
            before += n
        squares[j - 1] = term**2
    half = student.ppf(0.975, 2.5) * np.sqrt(squares.mean()) / (total * s * (1 - s))
    value, low, high = numbers(series_intervals.share(part, whole))
    assert value == pytest.approx(s)
    assert (logit(low), logit(high)) == pytest.approx((logit(s) - half, logit(s) + half))


def test_ratio_of_a_part_to_its_rest_has_the_interval_of_its_odds() -> None:
    part, whole = (values[0] for values in counts(2))
    share = np.array(numbers(series_intervals.share(part, whole)))
    ratio = numbers(series_intervals.ratio(part, whole - part, whole))
    assert ratio == pytest.approx((share / (1 - share)).tolist())


def test_ratio_turned_over_has_the_ends_turned_over() -> None:
    part, whole = (values[0] for values in counts(3))
    rest = whole - part
    value, low, high = numbers(series_intervals.ratio(part, rest, whole, scale=4))
    turned = numbers(series_intervals.ratio(rest, part, whole, scale=1 / 4))
    assert turned == pytest.approx([1 / value, 1 / high, 1 / low])


def test_ratio_within_weeks_leaves_out_one_week_after_another() -> None:
    part, rest = np.array([3.0, 5, 2, 8]), np.array([10.0, 9, 12, 20])
    logs = [np.log((part.sum() - p) / (rest.sum() - r)) for p, r in zip(part, rest, strict=True)]
    error = np.sqrt(3 / 4 * sum((value - np.mean(logs)) ** 2 for value in logs))
    posts = part + rest
    half = student.ppf(0.975, posts.sum() ** 2 / (posts**2).sum() - 1) * error
    value, low, high = numbers(series_intervals.ratio_within_weeks(part, rest, scale=2.5))
    assert value == pytest.approx(2.5 * 18 / 51)
    assert (low, high) == pytest.approx((value * np.exp(-half), value * np.exp(half)))


def all_intervals(part: np.ndarray, whole: np.ndarray) -> list[Interval]:
    return [
        series_intervals.share(part, whole),
        series_intervals.ratio(part, whole - part, whole),
        series_intervals.ratio_within_weeks(part, whole - part),
    ]


@given(SEEDS)
def test_many_series_at_once_have_the_intervals_of_each_alone(seed: int) -> None:
    part, whole = counts(seed, series=3)
    for together, *alone in zip(all_intervals(part, whole), *map(all_intervals, part, whole), strict=True):
        for column in ("value", "low", "high"):
            expected = [float(getattr(one, column)) for one in alone]
            assert getattr(together, column).tolist() == pytest.approx(expected)


@given(SEEDS, st.integers(0, 14))
def test_a_week_without_a_post_changes_nothing(seed: int, place: int) -> None:
    part, whole = (values[0] for values in counts(seed))
    longer = np.insert(part, place, 0), np.insert(whole, place, 0)
    for one, other in zip(all_intervals(part, whole), all_intervals(*longer), strict=True):
        assert numbers(one) == pytest.approx(numbers(other))


@given(SEEDS, st.integers(2, 9))
def test_counting_every_post_several_times_changes_nothing(seed: int, times: int) -> None:
    part, whole = (values[0] for values in counts(seed))
    for one, other in zip(
        all_intervals(part, whole), all_intervals(times * part, times * whole), strict=True
    ):
        assert numbers(one) == pytest.approx(numbers(other))


@given(SEEDS)
def test_time_may_run_backwards(seed: int) -> None:
    part, whole = (values[0] for values in counts(seed))
    for one, other in zip(all_intervals(part, whole), all_intervals(part[::-1], whole[::-1]), strict=True):
        assert numbers(one) == pytest.approx(numbers(other))


def test_weeks_in_another_order_have_another_interval_where_hours_drift() -> None:
    whole = np.full(12, 100)
    rising, mixed = np.arange(30, 66, 3), np.arange(30, 66, 3)[[0, 11, 3, 8, 5, 6, 1, 10, 2, 9, 4, 7]]
    drifting, still = (series_intervals.share(part, whole) for part in (rising, mixed))
    assert drifting.value == still.value
    assert drifting.high - drifting.low > 2 * (still.high - still.low)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        (np.array([3, 4, 5, 6, 3]), np.full(5, 9)),
        (np.array([3, 4, 5, 60, 3, 5, 6, 4]), np.array([9, 9, 9, 900, 9, 9, 9, 9])),
        (np.zeros(8), np.full(8, 9)),
        (np.full(8, 9), np.full(8, 9)),
        (np.full(8, 4), np.full(8, 9)),
        (np.zeros(8), np.zeros(8)),
        (np.zeros(0), np.zeros(0)),
    ],
    ids=["five weeks", "one busy week", "none", "all", "no variation", "no post", "no week"],
)
def test_there_is_no_interval_without_evidence_of_how_much_the_series_varies(
    part: np.ndarray, whole: np.ndarray
) -> None:
    for interval in (series_intervals.share(part, whole), series_intervals.ratio(part, whole - part, whole)):
        assert np.isnan([interval.low, interval.high]).all()


@pytest.mark.parametrize(
    ("part", "rest"),
    [
        (np.array([3, 0, 0, 0]), np.array([5, 6, 7, 8])),
        (np.array([3, 1]), np.array([500, 6])),
        (np.array([2, 2, 2]), np.array([4, 4, 4])),
        (np.zeros(0), np.zeros(0)),
    ],
    ids=["one week with a part", "one busy week", "no variation", "no week"],
)
def test_there_is_no_interval_of_a_ratio_that_hangs_on_one_week(part: np.ndarray, rest: np.ndarray) -> None:
    interval = series_intervals.ratio_within_weeks(part, rest)
    assert np.isnan([interval.low, interval.high]).all()


def test_an_estimate_has_none_where_an_interval_has_no_number() -> None:
    estimate = series_intervals.share(np.array([1, 2]), np.array([2, 4])).estimate(n=2)
    assert (estimate.value, estimate.low, estimate.high, estimate.n) == (0.5, None, None, 2)


def test_a_wider_confidence_has_a_wider_interval() -> None:
    part, whole = (values[0] for values in counts(5))
    narrow, wide = (series_intervals.share(part, whole, confidence) for confidence in (0.9, 0.99))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_more_weeks_narrow_the_interval_at_the_rate_of_the_square_root() -> None:
    rng = np.random.default_rng(7)
    lengths = []
    for weeks in (60, 960):
        whole = np.full((400, weeks), 500)
        level = drift(rng, 400, weeks, INDEPENDENT)
        interval = series_intervals.share(rng.binomial(whole, 1 / (1 + np.exp(-level))), whole)
        lengths.append(np.median(logit(interval.high) - logit(interval.low)))
    assert lengths[0] / lengths[1] == pytest.approx(4, rel=0.1)
