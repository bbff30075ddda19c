"""Weeks that begin on Monday."""

import datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from takedown.statistics import calendar


@given(st.dates())
def test_weekdays_are_those_of_the_standard_library(day: datetime.date):
    assert calendar.weekday(np.datetime64(day)) == day.weekday()


def test_weekdays_of_dates_before_1970_and_of_instants():
    assert calendar.weekday(np.datetime64("1969-12-28")) == 6
    assert calendar.weekday(np.datetime64("2019-08-24T23:59")) == calendar.SATURDAY


def test_days_since_1970_are_days_too():
    days = np.arange("2019-08-01", "2019-09-01", dtype="datetime64[D]")
    for function in (calendar.weekday, calendar.week_number, calendar.monday_of):
        assert (function(days) == function(days.astype(np.int64))).all()


@given(st.dates())
def test_a_week_has_one_number_from_monday_to_sunday(day: datetime.date):
    week = calendar.monday_of(np.datetime64(day)) + np.arange(8)
    numbers = calendar.week_number(week)
    assert np.datetime64(day) in week[:7]
    assert calendar.weekday(week[0]) == 0
    assert set(numbers[:7]) == {calendar.week_number(np.datetime64(day))}
    assert numbers[7] == numbers[0] + 1
