"""Counts of posts by local day and hour, and descriptions of their hours without an interval.

Measures with an interval are in takedown.posting.by_week.
"""

from dataclasses import dataclass

import numpy as np

from takedown.statistics import circular
from takedown.statistics.calendar import SATURDAY, WORKING_DAYS, day_of_week, week_number

HOURS = 24
HOUR_CENTRES = np.arange(HOURS) + 0.5
LUNCH_HOURS = (12, 13)
AROUND_LUNCH_HOURS = (10, 11, 14, 15)
#: UTC offsets that are tried: the half hours from −12 to +14, in which all but a few small zones fall.
UTC_OFFSETS = np.arange(-24, 29) / 2
SLOTS_PER_HOUR = 4


@dataclass(frozen=True)
class HourMatrix:
    """Posts by local day and hour: `first_day` (datetime64[D]) and `posts`, integers of shape [days, 24].

    `weekend` is the weekday on which the weekend of two days begins, 0 for Monday.
    """

    first_day: np.datetime64
    posts: np.ndarray
    weekend: int = SATURDAY

    @property
    def last_day(self) -> np.datetime64:
        """Last local day."""
        return self.first_day + len(self.posts) - 1

    @property
    def days(self) -> np.ndarray:
        """Each local day (datetime64[D])."""
        return self.first_day + np.arange(len(self.posts))

    @property
    def weekday(self) -> np.ndarray:
        """Place of each day in the working week, 0 is its first day (Monday); from 5 on it is the weekend."""
        return day_of_week(self.days, self.weekend)

    @property
    def week(self) -> np.ndarray:
        """Number of each day's week, Monday to Sunday, from 0."""
        week = week_number(self.days)
        return week - week[0]

    def by_week(self, values: np.ndarray) -> np.ndarray:
        """Add up values of days (shape [days, ...]) by week (shape [weeks, ...])."""
        return np.add.reduceat(values, np.flatnonzero(np.diff(self.week, prepend=-1)), axis=0)


def hour_matrix(
    days: np.ndarray, hours: np.ndarray, posts: np.ndarray, weekend: int = SATURDAY
) -> HourMatrix:
    """Build the matrix of local days and hours, with zeros for days without a post.

    `days` (datetime64), `hours` (0 to 23) and `posts` have one length, any order, and may repeat (languages).
    Raises ValueError without a post.
    """
    days, hours, posts = np.asarray(days, "datetime64[D]"), np.asarray(hours), np.asarray(posts, np.int64)
    days, hours, posts = days[posts > 0], hours[posts > 0], posts[posts > 0]
    if len(days) == 0:
        raise ValueError("a posting clock needs at least one post")
    first = days.min()
    matrix = np.zeros(((days.max() - first).astype(np.int64) + 1, HOURS), np.int64)
    np.add.at(matrix, ((days - first).astype(np.int64), hours), posts)
    return HourMatrix(first, matrix, weekend)


def hour_rates(matrix: HourMatrix) -> tuple[np.ndarray, np.ndarray]:
    """Return the posting rate by local hour, shape [24], on working days and at weekends; NaN without such a day.

    The rate is posts by day of that kind over the posts of the series' mean hour, days without a post included.
    """
    weekend = matrix.weekday >= WORKING_DAYS
    mean_hour = matrix.posts.sum() / matrix.posts.size

    def rates(days: np.ndarray) -> np.ndarray:
        if not days.any():
            return np.full(HOURS, np.nan)
        return matrix.posts[days].sum(axis=0) / days.sum() / mean_hour

    return rates(~weekend), rates(weekend)


def office_weights(
    office_hours: tuple[int, int], utc_offset_hours: float, utc_offsets: np.ndarray
) -> np.ndarray:
    """Return, by local weekday and hour, the part of an hour that is office time at each UTC offset tried.

    Shape [7, 24, offsets], values 0 to 1. The local hour is that at `utc_offset_hours`; office time is on working days (0 to 4),
    from the first to before the second of `office_hours`. Posts of an hour are taken as spread evenly over it.
    Raises ValueError if an offset is not a multiple of a quarter of an hour.

    >>> office_weights((9, 18), 8, np.array([7.5]))[0, [8, 9, 18], 0].tolist()
    [0.0, 0.5, 0.5]
    """
    shift = (np.asarray(utc_offsets, float) - utc_offset_hours) * SLOTS_PER_HOUR
    if (shift != np.round(shift)).any():
        raise ValueError("UTC offsets are multiples of a quarter of an hour")
    slots = 7 * HOURS * SLOTS_PER_HOUR
    slot = (np.arange(slots)[:, None] + shift.astype(np.int64)) % slots
    day, hour = slot // (HOURS * SLOTS_PER_HOUR), slot // SLOTS_PER_HOUR % HOURS
    office = (day < WORKING_DAYS) & (hour >= office_hours[0]) & (hour < office_hours[1])
    return office.reshape(7, HOURS, SLOTS_PER_HOUR, -1).mean(axis=2)


def offset_shares(matrix: HourMatrix, office_hours: tuple[int, int], utc_offset_hours: float) -> np.ndarray:
    """Return the share of posts in office hours at each of `UTC_OFFSETS`, shape [offsets].

    The hours of the matrix are local at `utc_offset_hours`.
    """
    weights = office_weights(office_hours, utc_offset_hours, UTC_OFFSETS)[matrix.weekday]
    return np.einsum("dh,dho->o", matrix.posts, weights) / matrix.posts.sum()


def best_offset(shares: np.ndarray) -> float:
    """Return the first of `UTC_OFFSETS` with the largest share in office hours.

    >>> best_offset(np.where(UTC_OFFSETS < 8, 0.2, 0.3))
    8.0
    """
    return float(UTC_OFFSETS[np.argmax(np.round(shares, 12))])


def mean_direction(matrix: HourMatrix) -> tuple[float, float]:
    """Return the circular mean of the posts' hours and their mean resultant length, 0 even to 1 all at one hour."""
    direction = circular.direction_sums(HOUR_CENTRES, matrix.posts.sum(axis=0))
    return float(circular.mean_hour(direction)), float(abs(direction) / matrix.posts.sum())
