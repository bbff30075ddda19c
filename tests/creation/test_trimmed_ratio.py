"""The trimmed coincidence ratio: worked cases, the jackknife by brute force, and the study's figures."""

import math

import numpy as np
import pytest
from scipy.stats import t as student

from takedown.creation.concentration import coincidence_probability
from takedown.creation.trimmed_ratio import trimmed_coincidence_ratio, without_densest
from tests.creation.test_burst_share import published


def test_the_densest_days_are_left_out_the_earliest_of_equals() -> None:
    # Pairs: 12, 0, 2, 6, 12, 2, 0, 12.
    counts = np.array([4, 0, 2, 3, 4, 2, 0, 4])
    assert without_densest(counts, 2).tolist() == [4, 0, 2, 0, 0, 2, 0, 4]
    assert without_densest(counts, 3).tolist() == [4, 0, 0, 0, 0, 2, 0, 4]


def test_a_calendar_shorter_than_four_weeks_is_left_out_whole() -> None:
    assert without_densest(np.array([4, 1])).tolist() == [0, 0]
    assert trimmed_coincidence_ratio(np.array([4, 1]), np.full(300, 2)).value is None


def simulated(seed: int, days: int, rate: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    counts = rng.poisson(rate, days)
    counts[rng.integers(days, size=12)] += rng.integers(3, 12, 12)
    return counts


def by_leaving_out(counts: np.ndarray, phase: int) -> tuple[float, float, float]:
    """Return log coincidence, variance and degrees of freedom of a calendar, leaving out block after block."""
    block = (np.arange(len(counts)) + phase) // 28
    blocks = [number for number in np.unique(block) if counts[block == number].any()]
    logs = [math.log(coincidence_probability(counts[block != number])) for number in blocks]
    squares = [(value - np.mean(logs)) ** 2 for value in logs]
    pairs = [(counts[block == number] * (counts[block == number] - 1)).sum() for number in blocks]
    variance = (len(blocks) - 1) / len(blocks) * (sum(squares) + max(squares))
    kish = sum(pairs) ** 2 / sum(pair**2 for pair in pairs)
    return math.log(coincidence_probability(counts)), variance, max(kish - 1, 1)


def test_interval_is_the_widest_of_four_jackknives_with_the_largest_deviation_twice() -> None:
    calendars = simulated(1, 500, 0.2), simulated(2, 700, 0.4)
    halves = []
    for phase in (0, 7, 14, 21):
        (value, variance, freedom), (other, other_variance, other_freedom) = (
            by_leaving_out(without_densest(counts), phase) for counts in calendars
        )
        both = variance + other_variance
        joint = both**2 / (variance**2 / freedom + other_variance**2 / other_freedom)
        halves.append(student.ppf(0.975, joint) * math.sqrt(both))
    found = trimmed_coincidence_ratio(*calendars)
    assert math.log(found.value) == pytest.approx(value - other)
    assert math.log(found.high / found.value) == pytest.approx(max(halves))
    assert math.log(found.value / found.low) == pytest.approx(max(halves))
    assert max(halves) > min(halves)


def test_ratio_and_interval_turn_over_with_the_calendars() -> None:
    calendars = simulated(3, 500, 0.2), simulated(4, 700, 0.4)
    one, other = trimmed_coincidence_ratio(*calendars), trimmed_coincidence_ratio(*reversed(calendars))
    assert (one.value, one.low, one.high) == pytest.approx((1 / other.value, 1 / other.high, 1 / other.low))


@pytest.mark.filterwarnings("error")
def test_no_interval_where_one_block_holds_all_pairs() -> None:
    counts = np.zeros(300, int)
    counts[[10, 100, 200, 250]] = [9, 3, 1, 1]
    found = trimmed_coincidence_ratio(counts, simulated(5, 500, 0.4))
    assert found.value > 0 and (found.low, found.high) == (None, None)


@pytest.mark.parametrize(
    ("cut", "expected"), [("2019-08-19", (9.1, 1.3, 64)), ("2019-05-31", (15.6, 2.6, 95))]
)
def test_published_calendars_give_the_ratios_of_the_study(root, cut: str, expected: tuple) -> None:
    counts, control = (
        published(root, name, cut)[1] for name in ("account_creation.csv", "control_account_creation.csv")
    )
    found = trimmed_coincidence_ratio(counts, control)
    assert (found.value, found.low, found.high) == pytest.approx(expected, rel=0.012)
