"""Shares and ratios of when an archive posts, from counts by complete local week, each with its interval.

Only complete weeks count, from the first working day (Monday) to the end of the weekend: a series that breaks off in the
middle of a busy week would show few posts at weekends and many in office hours without either being so.
"""

from dataclasses import dataclass

import numpy as np

from takedown.posting.hours import AROUND_LUNCH_HOURS, LUNCH_HOURS, HourMatrix
from takedown.statistics import series_intervals
from takedown.statistics.calendar import WEEK_DAYS, WORKING_DAYS
from takedown.statistics.series_intervals import Interval


@dataclass(frozen=True)
class WeekCounts:
    """Posts of complete weeks: integers of shape [..., weeks, 7, 24], weekend last, and the office hours [first, end)."""

    posts: np.ndarray
    office_hours: tuple[int, int]

    @property
    def weeks(self) -> int:
        """Number of complete weeks, with or without a post."""
        return self.posts.shape[-3]

    @property
    def weeks_with_posts(self) -> int:
        """Number of complete weeks of one series with a post."""
        return int(np.count_nonzero(self.count()))

    @property
    def evening_hours(self) -> tuple[int, int]:
        """From an hour after the office closes to midnight."""
        return self.office_hours[1] + 1, 24

    def count(self, days: slice = slice(None), hours: slice | tuple[int, ...] = slice(None)) -> np.ndarray:
        """Return the posts of each week on some days at some hours, shape [..., weeks]."""
        at = hours if isinstance(hours, slice) else list(hours)
        return self.posts[..., days, :][..., at].sum(axis=(-2, -1))


WEEKDAYS, WEEKEND = slice(0, WORKING_DAYS), slice(WORKING_DAYS, WEEK_DAYS)


def complete_weeks(posts: np.ndarray, first_weekday: int, office_hours: tuple[int, int]) -> WeekCounts:
    """Cut counts of days and hours (shape [..., days, 24]) into complete weeks.

    `first_weekday` is the place of the first day in its working week, 0 for its first day. Days before the first complete week
    and after the last are left out.
    """
    start = -first_weekday % WEEK_DAYS
    weeks = max(0, posts.shape[-2] - start) // WEEK_DAYS
    whole = posts[..., start : start + WEEK_DAYS * weeks, :]
    return WeekCounts(whole.reshape(*posts.shape[:-2], weeks, WEEK_DAYS, posts.shape[-1]), office_hours)


def weeks_of(matrix: HourMatrix, office_hours: tuple[int, int]) -> WeekCounts:
    """Return the complete weeks of one series."""
    return complete_weeks(matrix.posts, int(matrix.weekday[0]), office_hours)


def office_share(counts: WeekCounts) -> Interval:
    """Return the share of posts on working days within office hours."""
    return series_intervals.share(counts.count(WEEKDAYS, slice(*counts.office_hours)), counts.count())


def evening_ratio(counts: WeekCounts) -> Interval:
    """Return posts per evening hour over posts per office hour, on working days."""
    evening, office = counts.evening_hours, counts.office_hours
    return series_intervals.ratio(
        counts.count(WEEKDAYS, slice(*evening)),
        counts.count(WEEKDAYS, slice(*office)),
        counts.count(),
        scale=(office[1] - office[0]) / (evening[1] - evening[0]),
    )


def lunch_ratio(counts: WeekCounts) -> Interval:
    """Return posts per hour at 12:00–13:59 over posts per hour at 10:00–11:59 and 14:00–15:59, on all days."""
    return series_intervals.ratio(
        counts.count(hours=LUNCH_HOURS),
        counts.count(hours=AROUND_LUNCH_HOURS),
        counts.count(),
        scale=len(AROUND_LUNCH_HOURS) / len(LUNCH_HOURS),
    )


def weekend_ratio(counts: WeekCounts, hours: slice = slice(None)) -> Interval:
    """Return posts per day of the weekend over posts per weekday, at all hours or at some."""
    return series_intervals.ratio_within_weeks(
        counts.count(WEEKEND, hours),
        counts.count(WEEKDAYS, hours),
        scale=WORKING_DAYS / (WEEK_DAYS - WORKING_DAYS),
    )


def office_weekend_ratio(counts: WeekCounts) -> Interval:
    """Return posts per day of the weekend over posts per weekday, both within office hours."""
    return weekend_ratio(counts, slice(*counts.office_hours))
