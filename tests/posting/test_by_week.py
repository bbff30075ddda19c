"""Shares and ratios by complete week: worked cases, single posts counted one by one, and the published series."""

import datetime

import numpy as np
import pytest

from takedown.posting import by_week
from takedown.posting.hours import HourMatrix
from takedown.statistics.calendar import LONG_WEEKDAYS
from takedown.validation.calibration.posting_nulls import published_series

MONDAY = np.datetime64("2019-07-01")
OFFICE = (9, 18)


def counts(days: int, cells: dict[tuple[int, int], int], first: np.datetime64 = MONDAY) -> by_week.WeekCounts:
    posts = np.zeros((days, 24), np.int64)
    for (day, hour), number in cells.items():
        posts[day, hour] = number
    return by_week.weeks_of(HourMatrix(first, posts), OFFICE)


@pytest.mark.parametrize(
    ("first", "days", "weeks"), [(0, 14, 2), (0, 13, 1), (1, 13, 1), (2, 26, 3), (6, 7, 0), (3, 2, 0)]
)
def test_only_complete_weeks_count(first: int, days: int, weeks: int) -> None:
    assert counts(days, {}, MONDAY + first).weeks == weeks


def test_days_before_the_first_monday_and_after_the_last_sunday_are_left_out() -> None:
    # From a Thursday on: a week from day 4 to day 10.
    found = counts(13, {(0, 10): 1, (3, 10): 2, (4, 10): 4, (10, 10): 8, (11, 10): 16}, MONDAY + 3)
    assert found.count().tolist() == [12]
    assert found.count(by_week.WEEKEND).tolist() == [8]


def test_where_friday_and_saturday_are_the_weekend_a_week_begins_on_sunday() -> None:
    posts = np.zeros((16, 24), np.int64)
    # Friday 5, Saturday 6, Sunday 7 and Friday 12 July 2019.
    posts[[4, 5, 6, 11], 10] = 1, 2, 4, 8
    found = by_week.weeks_of(HourMatrix(MONDAY, posts, LONG_WEEKDAYS.index("Friday")), OFFICE)
    assert found.count().tolist() == [12]
    assert found.count(by_week.WEEKEND).tolist() == [8]
    assert by_week.office_share(found).value == pytest.approx(4 / 12)


def test_values_equal_those_of_posts_counted_one_by_one() -> None:
    rng = np.random.default_rng(1)
    posts = rng.poisson(2, (75, 24))
    first = datetime.date(2019, 5, 3)
    instants = [
        datetime.datetime.combine(first + datetime.timedelta(int(day)), datetime.time(int(hour)))
        for day, hour in np.argwhere(posts)
        for _ in range(posts[day, hour])
    ]
    kept = [i for i in instants if datetime.datetime(2019, 5, 6) <= i < datetime.datetime(2019, 7, 15)]

    def number(hours: range, weekdays: range = range(7)) -> int:
        return sum(i.hour in hours and i.weekday() in weekdays for i in kept)

    week, end, day = range(5), range(5, 7), range(24)
    office, evening, lunch, around = range(9, 18), range(19, 24), range(12, 14), (10, 11, 14, 15)
    found = by_week.weeks_of(HourMatrix(np.datetime64(first), posts), OFFICE)
    assert by_week.office_share(found).value == number(office, week) / len(kept)
    assert by_week.evening_ratio(found).value == pytest.approx(
        (number(evening, week) / 5) / (number(office, week) / 9)
    )
    assert by_week.lunch_ratio(found).value == pytest.approx((number(lunch) / 2) / (number(around) / 4))
    assert by_week.weekend_ratio(found).value == pytest.approx(
        (number(day, end) / 2) / (number(day, week) / 5)
    )
    assert by_week.office_weekend_ratio(found).value == pytest.approx(
        (number(office, end) / 2) / (number(office, week) / 5)
    )


def test_the_evening_begins_an_hour_after_the_office_closes() -> None:
    week = by_week.complete_weeks(np.zeros((7, 24)), 0, (8, 17))
    assert week.evening_hours == (18, 24)


def test_a_series_without_a_complete_week_has_no_value() -> None:
    found = counts(6, {(0, 10): 3})
    assert by_week.office_share(found).estimate(0).value is None
    assert by_week.weekend_ratio(found).estimate(0).value is None


def test_intervals_of_the_published_series() -> None:
    found = by_week.weeks_of(published_series(), OFFICE)
    assert found.weeks == 16
    for measure, expected in (
        (by_week.office_share, (0.800, 0.636, 0.901)),
        (by_week.office_weekend_ratio, (0.425, 0.269, 0.670)),
        (by_week.evening_ratio, (0.085, 0.013, 0.542)),
    ):
        interval = measure(found)
        assert [interval.value, interval.low, interval.high] == pytest.approx(expected, abs=0.002)
