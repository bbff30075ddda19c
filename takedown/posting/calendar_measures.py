"""The rows of results/measures/posting_calendar.csv and results/tables/posting_calendar_days.csv."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from takedown.core.measures import Measure
from takedown.posting import calendar_days as calendar
from takedown.posting.calendar_days import SpecialDay
from takedown.posting.hours import HourMatrix
from takedown.statistics.calendar import SATURDAY
from takedown.statistics.estimate import Estimate, RowBuilder

_row = RowBuilder("posting", "measure_posting_calendar", "posting calendar")
TABLE_COLUMNS = (
    *("day", "name", "kind", "place", "subject", "posts", "baseline", "ratio", "counted"),
    "provenance",
)

#: Measures by kind and place of the days they combine, with those days in words.
COMBINED = {
    "protest_day_ratio": (calendar.PROTEST, "", "protest days that are no public holiday"),
    "holiday_ratio": (calendar.HOLIDAY, "", "weekdays that are a public holiday"),
    "holiday_ratio_mainland": (
        calendar.HOLIDAY,
        calendar.MAINLAND,
        "weekdays that are a public holiday in mainland China and not in Hong Kong",
    ),
    "holiday_ratio_hong_kong": (
        calendar.HOLIDAY,
        calendar.HONG_KONG,
        "weekdays that are a general holiday in Hong Kong and not in mainland China",
    ),
    "holiday_ratio_both": (
        calendar.HOLIDAY,
        calendar.BOTH,
        "weekdays that are a public holiday in mainland China and in Hong Kong",
    ),
}

BASELINE = (
    "posts, ½ added, over the level of the nearest same weekdays, two before and two after at most within four weeks, "
    "no special day among them (log scale, straight line between the sides)"
)


@dataclass(frozen=True)
class SpecialPosts:
    """Special days of one series, arrays of one length, and the log ratios of the `ordinary` days.

    `posts`, `log_ratio` and `log_baseline` (NaN where a day has none), `week` (number) and `weekday` (0 = Monday)
    are by special day, as in `days`.
    """

    days: Sequence[SpecialDay]
    posts: np.ndarray
    log_ratio: np.ndarray
    log_baseline: np.ndarray
    week: np.ndarray
    weekday: np.ndarray
    ordinary: np.ndarray

    def counted(self, kind: str, place: str) -> np.ndarray:
        """Return which days speak for a kind and place: those with a baseline and, of holidays, those on weekdays."""
        alike = np.array([(day.kind, day.place) == (kind, place) for day in self.days], bool)
        return alike & ~np.isnan(self.log_ratio) & ((self.weekday < SATURDAY) | (kind != calendar.HOLIDAY))


def special_posts(matrix: HourMatrix, days: Sequence[SpecialDay]) -> SpecialPosts:
    """Compare the special days of a series with ordinary days around them; days outside the series are left out."""
    posts = matrix.posts.sum(axis=1)
    days = [day for day in days if matrix.first_day <= day.day <= matrix.last_day]
    place = np.array([int((day.day - matrix.first_day).astype(np.int64)) for day in days], np.int64)
    special = np.zeros(len(posts), bool)
    special[place] = True
    ratio, baseline = calendar.local_log_ratios(posts, special)
    ordinary = ratio[~special & ~np.isnan(ratio)]
    return SpecialPosts(
        days,
        posts[place],
        ratio[place],
        baseline[place],
        matrix.week[place],
        matrix.weekday[place],
        ordinary,
    )


def calendar_measures(subject: str, found: SpecialPosts, provenance: str) -> list[Measure]:
    """Return the mean ratio of each kind of special day in one series, and the range of ordinary days."""
    rows = []
    for name, (kind, place, words) in COMBINED.items():
        counted = found.counted(kind, place)
        estimate = calendar.mean_ratio(found.log_ratio[counted], found.week[counted])
        if estimate is None:
            continue
        how = f"{BASELINE}; geometric mean over {words} (days: {int(counted.sum())}), by week; "
        if estimate.p_value is None:
            how += f"fewer than {calendar.FEWEST_WEEKS} weeks: a description, no interval, no test; "
        else:
            how += "95 % interval and two-sided p-value: Student's t on the weeks' mean log ratios; "
        how += "n = weeks with such a day"
        row = _row(name, subject, estimate, "ratio", how, provenance)
        # Days of too few weeks for a test are still of the family.
        rows.append(replace(row, family=_row.family))
    if len(found.ordinary):
        low, high = np.quantile(found.ordinary, [0.025, 0.975])
        numbers = np.exp([found.ordinary.mean(), low, high]).tolist()
        words = (
            "geometric mean over ordinary days, and from low to high the middle 95 % of them: the range in which "
            "single days lie without any event, no interval of the mean; n = days"
        )
        rows.append(
            _row(
                "ordinary_day_ratio",
                subject,
                Estimate(*numbers, n=len(found.ordinary)),
                "ratio",
                f"{BASELINE}; {words}",
                provenance,
            )
        )
    return rows


def calendar_table(subject: str, found: SpecialPosts, provenance: str) -> list[tuple]:
    """Return a row for each special day of a series, in the order of `TABLE_COLUMNS`; empty where it has no baseline."""
    counted = np.any([found.counted(kind, place) for kind, place, _ in COMBINED.values()], axis=0)
    numbers = zip(
        found.posts.tolist(),
        np.exp(found.log_baseline).tolist(),
        np.exp(found.log_ratio).tolist(),
        counted.tolist(),
        strict=True,
    )
    return [
        (str(day.day), day.name, day.kind, day.place, subject, *row, provenance)
        for day, row in zip(found.days, numbers, strict=True)
    ]
