"""Does an archive keep an office day? Three contrasts that people who are merely awake do not show.

A share in office hours alone says little: whoever is awake from 8 to 24 every day puts 45 of 112 posts there, and an
interval that excludes even hours of day and night excludes sleep, not leisure. The contrasts of a working life are more posts in office
hours than that, fewer at the same hours of a weekend, and fewer in the evening.
"""

from dataclasses import dataclass

import numpy as np

from takedown.posting.by_week import (
    WeekCounts,
    evening_ratio,
    office_share,
    office_weekend_ratio,
)
from takedown.statistics.calendar import WEEK_DAYS, WORKING_DAYS
from takedown.statistics.series_intervals import Interval

#: Hours of the day, first and end, at which people who keep no office hours are awake.
AWAKE = (8, 24)


def waking_share(office_hours: tuple[int, int]) -> float:
    """Return the share of posts in office hours of people who post evenly while awake, every day.

    >>> waking_share((9, 18)) == 45 / 112
    True
    """
    inside = max(0, min(office_hours[1], AWAKE[1]) - max(office_hours[0], AWAKE[0]))
    return WORKING_DAYS * inside / (WEEK_DAYS * (AWAKE[1] - AWAKE[0]))


@dataclass(frozen=True)
class OfficeDay:
    """The three contrasts with their 95 % intervals, arrays of one shape, and the share of people merely awake.

    `share` is the office share, `weekend` the rate of a weekend day over that of a weekday within office hours,
    `evening` the rate of an evening hour over that of an office hour, on working days.
    """

    share: Interval
    weekend: Interval
    evening: Interval
    awake: float

    @property
    def contrasts(self) -> np.ndarray:
        """Whether each contrast is established, shape [3, ...]: share, weekend, evening."""
        return np.stack([self.share.low > self.awake, self.weekend.high < 1, self.evening.high < 1])

    @property
    def holds(self) -> np.ndarray:
        """Whether all three are established: an office day."""
        return np.asarray(self.contrasts.all(axis=0))

    @property
    def fails(self) -> np.ndarray:
        """Whether the opposite of one is established: no office day. Neither is the verdict "undecided"."""
        return (self.share.high < self.awake) | (self.weekend.low > 1) | (self.evening.low > 1)


def office_day(counts: WeekCounts) -> OfficeDay:
    """Measure the three contrasts of one series or of many at once.

    No single test is corrected for the others: the verdict needs all three, so that its error is at most the error of
    the one that is easiest to mistake (intersection–union test: R. L. Berger, Technometrics 24, 1982).
    """
    return OfficeDay(
        office_share(counts),
        office_weekend_ratio(counts),
        evening_ratio(counts),
        waking_share(counts.office_hours),
    )
