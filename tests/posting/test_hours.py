"""The posting clock: worked cases, brute force over posts, and the study's reference values."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.core.measures import Measure
from takedown.posting import hours
from takedown.posting.measures import WEEKLY_METHODS, offset_table, posting_measures

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


def measure(matrix: hours.HourMatrix) -> list[Measure]:
    return posting_measures(
        "all",
        matrix,
        hours.offset_shares(matrix, OFFICE, 8),
        office_hours=OFFICE,
        utc_offset_hours=8,
        provenance="aggregate",
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
    place = hours.UTC_OFFSETS.tolist().index(offset)
    assert hours.offset_shares(days, OFFICE, 8)[place] == pytest.approx(inside / days.posts.sum())


def test_even_posts_have_the_same_share_at_every_offset() -> None:
    even = hours.HourMatrix(MONDAY, np.ones((28, 24), int))
    assert hours.offset_shares(even, OFFICE, 8) == pytest.approx(45 / 168)


def test_the_best_offset_moves_with_the_clock_it_was_read_on() -> None:
    days = hours.HourMatrix(MONDAY, np.zeros((28, 24), int))
    days.posts[days.weekday < 5, 9:18] = 5
    for read_at in (8, 5.5, -3):
        assert hours.best_offset(hours.offset_shares(days, OFFICE, read_at)) == read_at


def test_an_offset_finer_than_a_quarter_of_an_hour_is_an_error() -> None:
    with pytest.raises(ValueError, match="quarter"):
        hours.office_weights(OFFICE, 8.1, hours.UTC_OFFSETS)


def test_the_mean_hour_lies_across_midnight() -> None:
    hour, length = hours.mean_direction(matrix(2, {(0, 23): 5, (1, 0): 5}))
    assert hour % 24 == pytest.approx(0, abs=1e-9)
    assert length == pytest.approx(np.cos(np.pi / 24))


@given(st.integers(0, 23), st.integers(0, 5))
def test_turning_the_clock_moves_the_mean_and_keeps_the_length(turn: int, seed: int) -> None:
    days = random_matrix(seed)
    turned = hours.HourMatrix(days.first_day, np.roll(days.posts, turn, axis=1))
    (hour, length), (other, same) = map(hours.mean_direction, (days, turned))
    assert same == pytest.approx(length)
    assert (other - hour - turn + 1e-6) % 24 == pytest.approx(0, abs=1e-5)


@given(st.integers(2, 9))
def test_counting_every_post_several_times_changes_no_measure_but_the_count(times: int) -> None:
    days = random_matrix(3)
    more = hours.HourMatrix(days.first_day, times * days.posts)
    for one, other in zip(measure(days), measure(more), strict=True):
        if one.measure != "posting.tweets":
            assert (other.value, other.low, other.high, other.n) == pytest.approx(
                (one.value, one.low, one.high, one.n)
            )


def test_reference_values_of_the_study(series: dict[str, hours.HourMatrix]) -> None:
    assert series["zh"].posts.sum() == 34_957
    assert series["en"].posts.sum() == 2_954
    assert series["all"].posts.sum(axis=0).argmax() == 11
    values = {row.measure: row for row in measure(series["all"])}
    assert values["posting.tweets"].value == 37_911
    assert values["posting.best_utc_offset"].value == 8
    for name in WEEKLY_METHODS:
        row = values[f"posting.{name}"]
        assert row.low < row.value < row.high and row.n == 16
        assert row.parameters["effective_weeks"][0] > 6
    for name in ("circular_mean_hour", "resultant_length", "best_utc_offset"):
        row = values[f"posting.{name}"]
        assert (row.low, row.high, row.p_value) == (None, None, None)


def test_the_office_share_names_its_office() -> None:
    week = matrix(7, {(0, 9): 1, (6, 9): 1})
    (share,) = (row for row in measure(week) if row.measure == "posting.office_share")
    assert share.parameters == {
        "effective_weeks": (1, "weeks"),
        "office_opens": ("09:00", "local time"),
        "office_closes": ("18:00", "local time"),
        "working_days": ("Monday to Friday", "days"),
        "time_zone": ("UTC+8", "zone"),
        "share_of_even_posts": (45 / 168, "share"),
        "share_of_people_awake": (45 / 112, "share"),
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
    rows = list(offset_table("zh", hours.offset_shares(series["zh"], OFFICE, 8), "aggregate"))
    assert len(rows) == 53
    assert max(rows, key=lambda row: row[2])[1] == 8


def test_a_series_without_a_complete_week_has_descriptions_alone() -> None:
    values = {row.measure: row for row in measure(matrix(2, {(0, 12): 3, (1, 13): 4}))}
    assert values["posting.office_share"].value is None and values["posting.office_share"].n == 0
    assert 12 < values["posting.circular_mean_hour"].value < 14
