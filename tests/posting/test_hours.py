"""The posting clock: worked cases, brute force over posts, and the study's reference values."""

import csv
from pathlib import Path

import numpy as np
import pytest
from arch.bootstrap import IIDBootstrap
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from takedown.posting import hours
from takedown.posting.measures import offset_table, posting_measures

MONDAY = np.datetime64("2019-07-01")
OFFICE = (9, 18)


def matrix(days: int, cells: dict[tuple[int, int], int], first: np.datetime64 = MONDAY) -> hours.HourMatrix:
    posts = np.zeros((days, 24), np.int64)
    for (day, hour), count in cells.items():
        posts[day, hour] = count
    return hours.HourMatrix(first, posts)


def random_matrix(seed: int, days: int = 60, first: np.datetime64 = MONDAY) -> hours.HourMatrix:
    rng = np.random.default_rng(seed)
    return hours.HourMatrix(first, rng.poisson(rng.gamma(1, 2, (days, 24))))


@pytest.fixture(scope="module")
def series(root: Path) -> dict[str, hours.HourMatrix]:
    with (root / "workflow/resources/published/posting_by_hour.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        subject: hours.hour_matrix(
            np.array(
                [row["date_hkt"] for row in rows if row["tweet_language"] in languages], "datetime64[D]"
            ),
            np.array([int(row["hour_hkt"]) for row in rows if row["tweet_language"] in languages]),
            np.array([int(row["tweets"]) for row in rows if row["tweet_language"] in languages]),
        )
        for subject, languages in {"zh": ("zh",), "en": ("en",), "all": ("zh", "en")}.items()
    }


def measure(matrix: hours.HourMatrix, seed: int = 936) -> list:
    profile = hours.office_profile(matrix, OFFICE, 8)
    return posting_measures(
        "all",
        matrix,
        profile,
        office_hours=OFFICE,
        utc_offset_hours=8,
        provenance="aggregate",
        seed=seed,
        repetitions=200,
    )


def test_days_without_a_post_are_rows_of_zeros() -> None:
    days = np.array(["2019-07-03", "2019-07-01", "2019-07-03"], "datetime64[D]")
    built = hours.hour_matrix(days, np.array([5, 0, 5]), np.array([1, 2, 3]))
    assert built.first_day == MONDAY and built.posts.shape == (3, 24)
    assert built.posts[0, 0] == 2 and built.posts[1].sum() == 0 and built.posts[2, 5] == 4


def test_an_hour_profile_worked_by_hand() -> None:
    # Friday to Sunday: 6 posts at 9 on Friday, 3 at 12 on Saturday, none on Sunday; 9 posts in 72 hours.
    friday = matrix(3, {(0, 9): 6, (1, 12): 3}, np.datetime64("2019-08-16"))
    working_days, weekend = hours.hour_rates(friday)
    assert working_days[9] == pytest.approx(6 / (9 / 72))
    assert weekend[12] == pytest.approx(3 / 2 / (9 / 72))
    assert working_days.sum() == working_days[9]


def test_a_constant_rate_has_profile_one_and_no_weekend_day_none() -> None:
    constant = hours.HourMatrix(np.datetime64("2019-08-05"), np.full((14, 24), 7))
    assert np.allclose(hours.hour_rates(constant), 1)
    assert np.isnan(hours.hour_rates(matrix(5, {(0, 9): 6}))[1]).all()


def test_no_post_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one post"):
        hours.hour_matrix(np.array([], "datetime64[D]"), np.array([]), np.array([]))


@pytest.mark.parametrize("first", ["1969-12-29", "2019-05-01", "2019-07-07"])
def test_weekdays_and_weeks_are_those_of_the_calendar(first: str) -> None:
    days = random_matrix(1, 20, np.datetime64(first))
    dates = [day.item() for day in np.datetime64(first) + np.arange(20)]
    assert days.weekday.tolist() == [date.weekday() for date in dates]
    monday_before = [day.toordinal() - day.weekday() for day in dates]
    assert days.week.tolist() == [(m - monday_before[0]) // 7 for m in monday_before]


def test_weeks_add_up_their_days() -> None:
    days = matrix(9, {(0, 1): 1, (6, 2): 2, (7, 3): 4, (8, 3): 8})
    assert days.by_week(days.posts.sum(axis=1)).tolist() == [3, 12]


def test_office_share_of_a_worked_week() -> None:
    # Friday 17 h is in, Friday 18 h, Monday 8 h and Saturday noon are out.
    week = matrix(7, {(4, 17): 3, (4, 18): 1, (0, 8): 1, (5, 12): 1})
    assert hours.office_profile(week, OFFICE, 8).office_share.value == 0.5


@pytest.mark.parametrize("offset", [-12, 5.5, 8, 8.5, 14])
def test_office_share_at_an_offset_equals_spreading_every_post_over_its_minutes(offset: float) -> None:
    days = random_matrix(2, 21, np.datetime64("2019-05-01"))
    inside = 0.0
    for day, hour in np.argwhere(days.posts):
        start = np.datetime64("2019-05-01T00:00") + np.timedelta64(int(day * 24 + hour) * 60, "m")
        minutes = start + np.arange(60) + np.timedelta64(int((offset - 8) * 60), "m")
        weekday = (minutes.astype("datetime64[D]").astype(int) + 3) % 7
        local_hour = minutes.astype("datetime64[h]").astype(int) % 24
        office = (weekday < 5) & (local_hour >= 9) & (local_hour < 18)
        inside += days.posts[day, hour] * office.mean()
    profile = hours.office_profile(days, OFFICE, 8)
    place = hours.UTC_OFFSETS.tolist().index(offset)
    assert profile.shares[place] == pytest.approx(inside / days.posts.sum())


def test_even_posts_have_the_same_share_at_every_offset() -> None:
    even = hours.HourMatrix(MONDAY, np.ones((28, 24), int))
    assert hours.office_profile(even, OFFICE, 8).shares == pytest.approx(45 / 168)


def test_the_best_offset_moves_with_the_clock_it_was_read_on() -> None:
    days = hours.HourMatrix(MONDAY, np.zeros((28, 24), int))
    days.posts[days.weekday < 5, 9:18] = 5
    for read_at in (8, 5.5, -3):
        best = hours.office_profile(days, OFFICE, read_at).best
        assert best.value == read_at


def test_an_offset_finer_than_a_quarter_of_an_hour_is_an_error() -> None:
    with pytest.raises(ValueError, match="quarter"):
        hours.office_weights(OFFICE, 8.1, hours.UTC_OFFSETS)


def test_compatible_offsets_are_one_run_around_the_best(series: dict[str, hours.HourMatrix]) -> None:
    profile = hours.office_profile(series["zh"], OFFICE, 8)
    run = (profile.best.low <= hours.UTC_OFFSETS) & (profile.best.high >= hours.UTC_OFFSETS)
    assert profile.compatible[run].all()
    assert profile.best.low <= 7 and profile.best.high >= 9.5


def test_week_interval_equals_leaving_weeks_out_one_by_one() -> None:
    part, rest = np.array([3.0, 5, 2, 8]), np.array([10.0, 9, 12, 20])
    logs = [np.log((part.sum() - p) / (rest.sum() - r)) for p, r in zip(part, rest, strict=True)]
    error = np.sqrt(3 / 4 * sum((value - np.mean(logs)) ** 2 for value in logs))
    low, high = hours.week_interval(part, rest)
    assert np.log(high / low) == pytest.approx(2 * 3.182446 * error)
    assert np.sqrt(low * high) == pytest.approx(part.sum() / rest.sum())


def test_weekend_ratio_of_a_worked_case() -> None:
    posts = np.zeros((14, 24), int)
    posts[:, 12] = [10, 10, 10, 10, 10, 5, 5, 20, 20, 20, 20, 20, 5, 5]
    ratio = hours.weekend_ratio(hours.HourMatrix(MONDAY, posts))
    assert ratio.pooled.value == pytest.approx(5 / 15)
    weekly = []
    for week in ([10, 10, 10, 10, 10, 5, 5], [20, 20, 20, 20, 20, 5, 5]):
        pairs = [week[day] + week[(day + 1) % 7] for day in range(7)]
        logs = [np.log((pair + 0.5) / 2) - np.log((sum(week) - pair + 0.5) / 5) for pair in pairs]
        weekly.append(logs[5] - np.mean(logs))
    test = ttest_1samp(weekly, 0)
    assert ratio.weekly.p_value == pytest.approx(test.pvalue)
    expected = (np.mean(weekly), *test.confidence_interval(0.95))
    for ratio_of_even_week, contrast in zip(
        (ratio.weekly.value, ratio.weekly.low, ratio.weekly.high), expected, strict=True
    ):
        r = ratio_of_even_week
        # Of an even week: the weekend, a pair with one day of it (twice), and a pair of weekdays (four times).
        logs = [np.log(r), *2 * [np.log((1 + r) / 2 * 5 / (4 + r))], *4 * [np.log(5 / (3 + 2 * r))]]
        assert logs[0] - np.mean(logs) == pytest.approx(contrast)


@pytest.mark.parametrize("ratio", [0.1, 0.4, 1.0, 5.0])
def test_the_weekly_ratio_of_weeks_that_hardly_vary_is_their_own(ratio: float) -> None:
    posts = np.zeros((28, 24), int)
    posts[:, 12] = np.tile([1000 * level for level in (10, 10, 10, 10, 10, 10 * ratio, 10 * ratio)], 4)
    posts[3, 12] += 1
    weekly = hours.weekend_ratio(hours.HourMatrix(MONDAY, posts)).weekly
    assert (weekly.value, weekly.low, weekly.high) == pytest.approx((ratio, ratio, ratio), rel=1e-3)


def test_weeks_that_are_cut_or_empty_stay_out_of_the_weekly_ratio() -> None:
    cells = {(0, 12): 3, (5, 12): 1, (14, 12): 4, (19, 12): 2, (21, 12): 9}
    assert hours.weekend_ratio(matrix(22, cells)).weekly.n == 2


def test_a_week_without_a_weekend_post_stays_in() -> None:
    ratio = hours.weekend_ratio(matrix(14, {(0, 12): 3, (7, 12): 4, (12, 12): 2}))
    assert ratio.weekly.n == 2 and 0 < ratio.weekly.value < np.inf


def test_many_empty_days_are_no_weekend_effect() -> None:
    rng = np.random.default_rng(7)
    posts = rng.poisson(3, (2800, 24)) * (rng.random((2800, 1)) < 0.5)
    assert hours.weekend_ratio(hours.HourMatrix(MONDAY, posts)).weekly.p_value > 0.05


def test_a_single_week_has_a_value_and_no_interval() -> None:
    week = matrix(7, {(0, 12): 3, (5, 12): 1})
    assert hours.weekend_ratio(week).weekly.low is None
    assert hours.office_profile(week, OFFICE, 8).office_share.low is None


def test_lunch_ratio_is_posts_per_hour_over_posts_per_hour() -> None:
    day = matrix(1, {(0, 12): 3, (0, 13): 1, (0, 10): 4, (0, 14): 4})
    assert hours.day_clock(day, 10, np.random.default_rng(0)).lunch_ratio.value == 1


def test_lunch_ratio_without_posts_around_lunch_has_no_interval() -> None:
    day = matrix(2, {(0, 3): 3, (1, 12): 1})
    assert hours.day_clock(day, 10, np.random.default_rng(0)).lunch_ratio.low is None


def test_a_single_day_has_a_clock_and_no_interval() -> None:
    clock = hours.day_clock(matrix(1, {(0, 10): 4, (0, 12): 2}), 20, np.random.default_rng(0))
    assert clock.mean_hour.value == pytest.approx(11.2, abs=0.1)
    assert [estimate.low for estimate in (clock.lunch_ratio, clock.mean_hour, clock.resultant_length)] == [
        None
    ] * 3


def test_resampling_draws_what_the_bootstrap_of_arch_draws() -> None:
    blocks = np.random.default_rng(1).poisson(3, (9, 24))
    expected = IIDBootstrap(blocks, seed=np.random.default_rng(2)).apply(lambda rows: rows.sum(axis=0), 20)
    found = hours.resample(blocks, lambda total: total, 20, np.random.default_rng(2))
    np.testing.assert_array_equal(found, expected)


def test_interval_of_the_mean_hour_goes_across_midnight() -> None:
    night = matrix(6, {(0, 23): 5, (1, 0): 5, (2, 23): 5, (3, 0): 5, (4, 22): 2, (5, 1): 2})
    mean = hours.day_clock(night, 200, np.random.default_rng(0)).mean_hour
    assert mean.low < mean.value < mean.high and mean.high - mean.low < 4


@given(st.integers(0, 23), st.integers(0, 5))
def test_turning_the_clock_moves_the_mean_and_keeps_the_length(turn: int, seed: int) -> None:
    days = random_matrix(seed)
    turned = hours.HourMatrix(days.first_day, np.roll(days.posts, turn, axis=1))
    one = hours.day_clock(days, 2, np.random.default_rng(0))
    other = hours.day_clock(turned, 2, np.random.default_rng(0))
    assert other.resultant_length.value == pytest.approx(one.resultant_length.value)
    assert (other.mean_hour.value - one.mean_hour.value - turn + 1e-6) % 24 == pytest.approx(0, abs=1e-5)


@given(st.integers(2, 9))
def test_counting_every_post_several_times_changes_no_share(times: int) -> None:
    days = random_matrix(3)
    more = hours.HourMatrix(days.first_day, times * days.posts)
    assert hours.office_profile(more, OFFICE, 8).office_share.value == pytest.approx(
        hours.office_profile(days, OFFICE, 8).office_share.value
    )
    assert hours.weekend_ratio(more).pooled.value == pytest.approx(hours.weekend_ratio(days).pooled.value)
    draws = (hours.rotation_p_value(each, 200, np.random.default_rng(4)) for each in (days, more))
    assert len(set(draws)) == 1


def test_rotation_finds_a_common_hour_and_counts_the_observed_clock_itself() -> None:
    noon = matrix(30, {(day, 12): 5 for day in range(30)})
    assert hours.rotation_p_value(noon, 199, np.random.default_rng(0)) == 1 / 200


def test_rotation_of_a_single_day_can_find_nothing() -> None:
    assert hours.rotation_p_value(matrix(1, {(0, 12): 99}), 199, np.random.default_rng(0)) == 1


def test_reference_values_of_the_study(series: dict[str, hours.HourMatrix]) -> None:
    assert series["zh"].posts.sum() == 34_957
    assert series["en"].posts.sum() == 2_954
    assert series["all"].posts.sum(axis=0).argmax() == 11
    values = {row.measure: row for row in measure(series["all"])}
    assert values["posting.tweets"].value == 37_911
    assert values["posting.best_utc_offset"].value == 8
    assert values["posting.hour_uniformity_p"].value == 1 / 201
    for name in ("office_share", "weekend_ratio", "lunch_ratio", "circular_mean_hour", "resultant_length"):
        row = values[f"posting.{name}"]
        assert row.low < row.value < row.high


def test_the_office_share_names_its_office() -> None:
    matrix = hours.hour_matrix(np.array([MONDAY]), np.array([9]), np.array([1]))
    (share,) = (row for row in measure(matrix) if row.measure == "posting.office_share")
    assert share.parameters == {
        "office_opens": ("09:00", "local time"),
        "office_closes": ("18:00", "local time"),
        "time_zone": ("UTC+8", "zone"),
        "share_of_even_posts": (45 / 168, "share"),
    }


def test_measures_do_not_depend_on_the_order_of_rows(root: Path, series: dict[str, hours.HourMatrix]) -> None:
    days, local_hours = np.nonzero(series["all"].posts)
    order = np.random.default_rng(6).permutation(len(days))
    shuffled = hours.hour_matrix(
        (series["all"].first_day + days)[order],
        local_hours[order],
        series["all"].posts[days, local_hours][order],
    )
    assert measure(shuffled) == measure(series["all"])


def test_empty_days_before_the_first_post_change_nothing(series: dict[str, hours.HourMatrix]) -> None:
    whole = series["en"]
    earlier = hours.hour_matrix(
        np.append(whole.first_day - 30, np.repeat(whole.first_day + np.arange(len(whole.posts)), 24)),
        np.append(3, np.tile(np.arange(24), len(whole.posts))),
        np.append(0, whole.posts.ravel()),
    )
    assert measure(earlier) == measure(whole)


def test_profile_table_has_a_row_for_each_offset(series: dict[str, hours.HourMatrix]) -> None:
    rows = list(offset_table("zh", hours.office_profile(series["zh"], OFFICE, 8), "aggregate"))
    assert len(rows) == 53
    assert [row[1] for row in rows if row[3]] == [7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5]


def test_a_resample_without_a_value_gives_no_interval() -> None:
    assert hours.percentile_interval(np.array([1.0, np.inf, 2.0])) == (None, None)


def test_a_ratio_to_nothing_has_no_value() -> None:
    saturdays = matrix(13, {(5, 12): 3, (12, 12): 4})
    assert hours.weekend_ratio(saturdays).pooled.value is None
    assert hours.day_clock(saturdays, 10, np.random.default_rng(1)).lunch_ratio.value is None
