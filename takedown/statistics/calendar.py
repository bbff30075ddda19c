"""Weeks that begin on Monday, and the names of days and months.

`days` are dates (datetime64) or days since 1 January 1970 (integers), of any shape.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

WEEK_DAYS = 7
#: First day of the weekend in most countries; Monday is 0.
SATURDAY = 5
#: Days of a working week; the two days after them are the weekend.
WORKING_DAYS = 5
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def weekday(days: ArrayLike) -> np.ndarray:
    """Return the weekday of each day, 0 for Monday to 6 for Sunday.

    >>> weekday(np.array(["2019-08-18", "2019-08-19"], "datetime64[D]")).tolist()
    [6, 0]
    """
    return _days_since_monday(days) % WEEK_DAYS


def day_of_week(days: ArrayLike, weekend: int = SATURDAY) -> np.ndarray:
    """Return the place of each day in a working week, 0 for its first day; 5 and 6 are the weekend, which begins on `weekend`.

    >>> day_of_week(np.array(["2019-08-18", "2019-08-19"], "datetime64[D]"), LONG_WEEKDAYS.index("Friday")).tolist()
    [0, 1]
    """
    return (weekday(days) - weekend - 2) % WEEK_DAYS


def working_days(weekend: int = SATURDAY, names: Sequence[str] = LONG_WEEKDAYS, between: str = " to ") -> str:
    """Return the days of a working week in words, given the first day of the weekend.

    >>> working_days(), working_days(4, WEEKDAYS, "–")
    ('Monday to Friday', 'Sun–Thu')
    """
    return names[(weekend + 2) % WEEK_DAYS] + between + names[weekend - 1]


def weekend_days(weekend: int = SATURDAY) -> str:
    """Return the days of a weekend in words, given its first.

    >>> weekend_days()
    'Saturday and Sunday'
    """
    return f"{LONG_WEEKDAYS[weekend]} and {LONG_WEEKDAYS[(weekend + 1) % WEEK_DAYS]}"


def week_number(days: ArrayLike) -> np.ndarray:
    """Return the number of each day's week; week 0 holds 1 January 1970.

    >>> week_number(np.array(["2019-08-18", "2019-08-19"], "datetime64[D]")).tolist()
    [2589, 2590]
    """
    return _days_since_monday(days) // WEEK_DAYS


def monday_of(days: ArrayLike) -> np.ndarray:
    """Return the Monday of each day's week (datetime64[D]).

    >>> str(monday_of(np.datetime64("2019-08-18")))
    '2019-08-12'
    """
    days = np.asarray(days).astype("datetime64[D]")
    return days - weekday(days)


def written_date(day: np.datetime64, months: Sequence[str] = MONTHS) -> str:
    """Return a day in words, with the names of months from January on.

    >>> written_date(np.datetime64("2019-08-18"))
    '18 Aug 2019'
    """
    year, month, number = str(day.astype("datetime64[D]")).split("-")
    return f"{int(number)} {months[int(month) - 1]} {int(year)}"


def _days_since_monday(days: ArrayLike) -> np.ndarray:
    # 1 January 1970 was a Thursday.
    return np.asarray(days).astype("datetime64[D]").astype(np.int64) + 3
