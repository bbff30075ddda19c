"""Groups of posts compared by day: worked cases, every flip by hand, and what libraries get wrong."""

from itertools import product

import numpy as np
import pytest
from astropy.stats.circstats import rayleightest
from pycircstat2.hypothesis import watson_u2_test

from takedown.posting import groups
from takedown.posting.hours import HOUR_CENTRES, HourMatrix, hour_matrix
from takedown.posting.measures import (
    GROUP_COLUMNS,
    POPULATIONS,
    group_clock,
    group_measures,
    group_row,
    groups_of,
    hour_measures,
    pairs_of,
    share_measures,
)
from takedown.statistics import circular

MONDAY = np.datetime64("2019-07-01")


def matrix(posts, first: np.datetime64 = MONDAY) -> HourMatrix:
    return HourMatrix(first, np.asarray(posts, np.int64))


def at_hour(hour: int, days: int, posts: int = 3) -> HourMatrix:
    counts = np.zeros((days, 24), int)
    counts[:, hour] = posts
    return matrix(counts)


def noise(seed: int, days: int = 40, rate: float = 1.0) -> HourMatrix:
    rng = np.random.default_rng(seed)
    rates = rate * rng.gamma(2, 1, (days, 1)) * np.roll(1 + np.cos(np.arange(24) / 24 * 2 * np.pi), 12)
    return matrix(rng.poisson(rates))


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_groups_at_nine_and_at_noon_are_three_hours_apart() -> None:
    found = groups.hour_difference(at_hour(9, 12), at_hour(12, 12, 50), 200, rng())
    assert [found.value, found.low, found.high] == pytest.approx([-3, -3, -3])
    assert found.n == 12 and found.p_value < 0.02


def test_the_shorter_way_over_midnight_is_taken() -> None:
    assert groups.hour_difference(at_hour(1, 9), at_hour(23, 9), 50, rng()).value == pytest.approx(2)


def test_days_of_one_group_alone_change_nothing() -> None:
    first, second = noise(1), noise(2)
    alone = np.vstack([noise(3, 5).posts, second.posts, noise(4, 5).posts])
    longer = matrix(alone, MONDAY - 5)
    expected = groups.hour_difference(first, second, 100, rng())
    assert groups.hour_difference(first, longer, 100, rng()) == expected


def test_groups_that_share_fewer_than_two_days_are_not_compared() -> None:
    later = matrix(noise(2).posts, MONDAY + 39)
    assert groups.hour_difference(noise(1), later, 50, rng()) is None
    assert groups.sign_flip(noise(1), later, 50, rng()) is None
    assert hour_measures(("a", "b"), (noise(1), later), provenance="release", seed=1, repetitions=50) == []


def test_a_day_weighs_what_both_groups_posted() -> None:
    _, weights = groups.paired_directions(at_hour(9, 2, 6), at_hour(9, 2, 3))
    assert weights.tolist() == [2, 2]


@pytest.mark.parametrize("statistic", [groups.hours_apart, groups.lengths_apart])
def test_drawn_flips_agree_with_every_exchange_of_the_groups_of_a_day(statistic) -> None:
    first, second = noise(5, 7), noise(9, 7, 0.4)
    directions, weights = groups.paired_directions(first, second)
    values = []
    for swapped in product([False, True], repeat=len(directions)):
        pairs = np.where(np.array(swapped)[:, None], directions[:, ::-1], directions)
        values.append(abs(statistic(*pairs.sum(axis=0), weights.sum())))
    exact = np.mean(np.array(values) >= values[0] * (1 - 1e-12))
    drawn = groups.sign_flip(first, second, 4000, rng(), statistic)
    assert drawn == pytest.approx(exact, abs=0.03)


def test_exchanging_the_groups_turns_the_sign_and_keeps_the_p_value() -> None:
    there = groups.hour_difference(noise(1), noise(2), 100, rng())
    back = groups.hour_difference(noise(2), noise(1), 100, rng())
    assert (back.value, back.low, back.high) == pytest.approx((-there.value, -there.high, -there.low))
    assert back.p_value == there.p_value


def test_the_same_hour_at_another_concentration_is_no_difference_of_hours() -> None:
    wide = np.zeros((30, 24), int)
    wide[:, [8, 10, 12]] = np.random.default_rng(1).integers(5, 15, (30, 3))
    narrow = np.zeros((30, 24), int)
    narrow[:, [9, 10, 11]] = np.random.default_rng(2).integers(5, 15, (30, 3))
    pair = matrix(narrow), matrix(wide)
    assert groups.hour_difference(*pair, 200, rng()).p_value > 0.05
    length = groups.length_difference(*pair, 200, rng())
    assert length.low > 0 and length.p_value < 0.02


def test_every_test_stands_beside_its_effect_and_interval_and_names_a_family() -> None:
    rows = hour_measures(POPULATIONS, (noise(1), noise(2)), provenance="replica", seed=1, repetitions=100)
    assert [row.measure for row in rows] == ["posting.hour_difference", "posting.resultant_length_difference"]
    for row in rows:
        assert row.low <= row.value <= row.high and row.p_value is not None and row.family


def test_a_group_is_described_in_the_table_and_in_three_measures() -> None:
    place = {"office_hours": (9, 18), "utc_offset_hours": 8}
    clock = group_clock("operation zh", noise(1), **place, seed=1, repetitions=50)
    row = group_row("operation zh", noise(1), clock, "replica")
    assert len(row) == len(GROUP_COLUMNS) and row[1] == noise(1).posts.sum()
    rows = group_measures("operation zh", clock, **place, provenance="replica", repetitions=50)
    assert {one.measure for one in rows} == {
        "posting.office_share",
        "posting.weekend_ratio",
        "posting.resultant_length",
    }


def test_a_group_of_one_day_has_no_interval_by_week() -> None:
    place = {"office_hours": (9, 18), "utc_offset_hours": 8}
    clock = group_clock("a", at_hour(9, 1), **place, seed=1, repetitions=20)
    rows = group_measures("a", clock, **place, provenance="replica", repetitions=20)
    assert {row.measure: row.low for row in rows}["posting.office_share"] is None
    assert "posting.weekend_ratio" not in {row.measure for row in rows}


def test_archives_are_groups_where_a_population_has_several() -> None:
    names = [group.name for group in groups_of({"operation": ["a", "b"], "control": ["c"]})]
    assert names[:6] == [
        *(f"operation {part}" for part in ("zh", "en", "original", "repost")),
        "operation a",
        "operation b",
    ]
    assert len(names) == 10
    assert list(pairs_of({"operation": ["a"], "control": ["c"]}, "s")) == [("zh", "en"), POPULATIONS]


def test_shares_of_no_cell_are_no_measure() -> None:
    nothing = {
        name: np.array([], int) for name in ("account", "day", "posts", "office_posts", "weekend_posts")
    }
    nothing["in_first"] = np.array([], bool)
    assert share_measures(POPULATIONS, nothing, office_hours=(9, 18), span=(0, 0), provenance="replica") == []


def test_the_library_counts_weighted_directions_with_the_wrong_number() -> None:
    """astropy takes the number of bins for that of posts; repeated directions and ours agree."""
    counts = np.array([10] * 12 + [5] * 12)
    angles = 2 * np.pi * HOUR_CENTRES / 24
    length = abs(circular.direction_sums(HOUR_CENTRES, counts)) / counts.sum()
    ours = circular.rayleigh_p_value(length, counts.sum())
    assert ours == pytest.approx(rayleightest(np.repeat(angles, counts)), rel=0.1)
    assert rayleightest(angles, weights=counts) > 1000 * ours


def test_the_library_cannot_compare_unsorted_hours() -> None:
    """pycircstat2's two-sample test of Watson takes sorted samples only, and does not say so."""
    samples = [np.random.default_rng(seed).uniform(0, 2 * np.pi, 20) for seed in (1, 2)]
    assert watson_u2_test([np.sort(sample) for sample in samples]).pval > 0
    with pytest.raises(ValueError, match="negative"):
        watson_u2_test(samples)


def test_the_signs_as_they_are_count_among_the_flips() -> None:
    days = np.arange("2019-01-01", "2019-02-10", dtype="datetime64[D]")
    early, late = (hour_matrix(days, np.full(len(days), hour), np.full(len(days), 9)) for hour in (3, 9))
    assert groups.sign_flip(early, late, 99, np.random.default_rng(0)) == 0.01
