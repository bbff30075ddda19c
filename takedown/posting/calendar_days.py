"""Posts on holidays and protest days compared with the same weekday in the weeks around, and the rows that report them.

`local_log_ratios(posts, special)` compares every day of a series, `mean_ratio(log_ratios, week)` combines days.
"""

import csv
import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from takedown.core.errors import InputError
from takedown.core.measures import Measure
from takedown.posting.hours import HourMatrix
from takedown.statistics.calendar import SATURDAY
from takedown.statistics.estimate import Estimate, RowBuilder

#: The baseline is taken from at most `DAYS_EACH_SIDE` same weekdays on either side, within `WEEKS_AROUND` weeks.
WEEKS_AROUND = 4
DAYS_EACH_SIDE = 2
#: Posts that a day and the days of its baseline hold together at least; fewer give no ratio.
FEWEST_POSTS = 10
#: Weeks with a special day that an interval needs.
FEWEST_WEEKS = 3

PROTEST, HOLIDAY, PROTEST_AND_HOLIDAY = "protest", "holiday", "protest and holiday"
WORKING_WEEKEND = "working day at a weekend"
MAINLAND, HONG_KONG, BOTH = "mainland", "Hong Kong", "both"

#: Measure → kind and place of the days that it combines, and these days in words.
COMBINED = {
    "protest_day_ratio": (PROTEST, "", "protest days that are no public holiday"),
    "holiday_ratio": (HOLIDAY, "", "weekdays that are a public holiday"),
    "holiday_ratio_mainland": (
        *(HOLIDAY, MAINLAND),
        "weekdays that are a public holiday in mainland China and not in Hong Kong",
    ),
    "holiday_ratio_hong_kong": (
        *(HOLIDAY, HONG_KONG),
        "weekdays that are a general holiday in Hong Kong and not in mainland China",
    ),
    "holiday_ratio_both": (
        *(HOLIDAY, BOTH),
        "weekdays that are a public holiday in mainland China and in Hong Kong",
    ),
}
BASELINE = (
    "posts, ½ added, over the level of the nearest same weekdays, two before and two after at most within four weeks, "
    "no special day among them (log scale, straight line between the sides)"
)
COMBINED_METHOD = (
    "ratio",
    BASELINE + "; geometric mean over {words} (days: {days}), by week; {interval}",
    "weeks with such a day",
)
METHODS = {name: COMBINED_METHOD for name in COMBINED} | {
    "ordinary_day_ratio": (
        "ratio",
        f"{BASELINE}; geometric mean over ordinary days, and from low to high the middle 95 % of them: the range in which "
        "single days lie without any event, no interval of the mean",
        "days",
    )
}
FAMILY = "posting calendar"
_row = RowBuilder("posting", "measure_posting_calendar", FAMILY, METHODS).described
TABLE_COLUMNS = (
    *("day", "name", "kind", "place", "subject", "posts", "baseline", "ratio", "counted"),
    "provenance",
)


@dataclass(frozen=True)
class SpecialDay:
    """A protest day, holiday or working weekend: its `kind`, and the `place` of a holiday, else ''."""

    day: np.datetime64
    name: str
    kind: str
    place: str


def read_protest_days(path: str | Path) -> dict[datetime.date, str]:
    """Return the events of protest days by date from a CSV with the columns date and event.

    Raises InputError where a column is missing or a date cannot be read.
    """
    with Path(path).open(newline="", encoding="utf-8") as file:
        try:
            return {datetime.date.fromisoformat(row["date"]): row["event"] for row in csv.DictReader(file)}
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path} needs the columns date (as 2019-06-09) and event in every row, but has {error}; correct that row."
            ) from None


def protest_days_of(place: str, path: str | Path) -> np.ndarray:
    """Return the protest days (datetime64[D], increasing) in the CSV at `path`; none unless `place` is hong_kong."""
    return np.array(sorted(read_protest_days(path)) if place == "hong_kong" else [], "datetime64[D]")


def special_days_of(place: str | Sequence[str], years: range, path: str | Path) -> list[SpecialDay]:
    """Return the special days of hong_kong or none, or the public holidays of countries; `path` is the CSV of protest days."""
    if not isinstance(place, str):
        return public_holidays(years, place)
    return special_days(years, read_protest_days(path)) if place == "hong_kong" else []


def special_days(years: range, protest_days: dict[datetime.date, str]) -> list[SpecialDay]:
    """Return protest days, public holidays of mainland China and Hong Kong, and mainland working weekends, by day.

    Holidays are those of the library holidays. It lists Hong Kong's general holidays in two categories, of which the one
    called optional alone has 13 May 2019. Days off that the mainland moved to a weekday count as holidays.
    """
    from holidays import country_holidays

    mainland = country_holidays("CN", years=years, language="en_US")
    hong_kong = country_holidays("HK", years=years, language="en_US", categories=("public", "optional"))
    working = [day for day in mainland.weekend_workdays if day.year in years]
    found = []
    for day in sorted({*mainland, *hong_kong, *protest_days, *working}):
        holidays = [
            name for place in (mainland, hong_kong) for name in place.get(day, "").split("; ") if name
        ]
        names = [*dict.fromkeys([*filter(None, [protest_days.get(day)]), *holidays])]
        place = BOTH if day in mainland and day in hong_kong else ""
        place = place or (MAINLAND if day in mainland else HONG_KONG if day in hong_kong else "")
        kind = HOLIDAY if place else PROTEST
        if place and day in protest_days:
            kind = PROTEST_AND_HOLIDAY
        elif not place and day not in protest_days:
            kind, place, names = WORKING_WEEKEND, MAINLAND, ["Works in place of a day off"]
        found.append(SpecialDay(np.datetime64(day), "; ".join(names), kind, place))
    return found


def public_holidays(years: range, countries: Sequence[str]) -> list[SpecialDay]:
    """Return the public holidays of countries (ISO 3166, a part of one as in ES-CT) in some years, by day, from the library holidays.

    A day that several of the countries keep is one special day; of several countries each name says which one keeps it.
    """
    from holidays import country_holidays

    names: dict[datetime.date, list[str]] = defaultdict(list)
    for code in countries:
        country, _, part = code.partition("-")
        kept = country_holidays(country, subdiv=part or None, years=years, language="en_US")
        for day, name in kept.items():
            names[day].append(f"{name} ({code})" if len(countries) > 1 else name)
    return [
        SpecialDay(np.datetime64(day), "; ".join(kept), HOLIDAY, "") for day, kept in sorted(names.items())
    ]


def local_log_ratios(posts: np.ndarray, special: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Compare each day with the nearest same weekdays that are not special, two before and two after at most.

    `posts` (counts) and `special` (bool) hold one element for each day of a series, without gaps. Returns the natural
    logarithms of ratios and of baselines, shape [days]. The logarithms of posts + ½ are averaged on either side and joined
    by a straight line, so that neither steady growth nor one busy day changes the baseline much. Where a series rises and
    falls, ordinary days have a log ratio other than 0 on average, so special days are compared with ordinary ones. NaN
    where a side has no such day within four weeks, or where the day and those of its baseline hold fewer than ten posts
    together. The day counts among them, since a choice by the baseline alone would favour days with high ratios.
    """
    days = len(posts)
    logs = np.log(np.asarray(posts, float) + 0.5)
    total = np.asarray(posts, float)
    level, distance = [], []
    for side in (-1, 1):
        steps = 7 * np.arange(1, WEEKS_AROUND + 1)
        place = np.arange(days)[:, None] + side * steps
        inside = (place >= 0) & (place < days)
        place = np.where(inside, place, 0)
        used = inside & ~np.asarray(special, bool)[place]
        used &= np.cumsum(used, axis=1) <= DAYS_EACH_SIDE
        count = np.where(used.any(axis=1), used.sum(axis=1), np.nan)
        level.append((logs[place] * used).sum(axis=1) / count)
        distance.append((steps * used).sum(axis=1) / count)
        total = total + (np.asarray(posts, float)[place] * used).sum(axis=1)
    baseline = (level[0] * distance[1] + level[1] * distance[0]) / (distance[0] + distance[1])
    baseline = np.where(total < FEWEST_POSTS, np.nan, baseline)
    return logs - baseline, baseline


def mean_ratio(log_ratios: np.ndarray, week: np.ndarray, confidence: float = 0.95) -> Estimate | None:
    """Return the geometric mean ratio over weeks, with Student's t on the weeks' means of the log ratios.

    `log_ratios` of some days and the number of each day's `week` have one length. The week is the unit, since
    neighbouring days share their news and their baseline. `n` counts weeks; for fewer than three there is neither
    interval nor p-value. None without a day.
    """
    weeks, number = np.unique(week, return_inverse=True)
    n = len(weeks)
    if n == 0:
        return None
    means = np.bincount(number, log_ratios) / np.bincount(number)
    middle = means.mean()
    if n < FEWEST_WEEKS or np.ptp(means) == 0:
        return Estimate(float(np.exp(middle)), n=n)
    error = means.std(ddof=1) / np.sqrt(n)
    # Imported here, since figures only read the days and the import takes a fifth of a second.
    from scipy.special import stdtr, stdtrit

    half = stdtrit(n - 1, (1 + confidence) / 2) * error
    p_value = 2 * stdtr(n - 1, -abs(middle) / error)
    value, low, high = np.exp([middle, middle - half, middle + half]).tolist()
    return Estimate(value, low, high, float(p_value), n)


@dataclass(frozen=True)
class SpecialPosts:
    """Special days of one series, arrays of one length, and the log ratios of the `ordinary` days.

    `posts`, `log_ratio` and `log_baseline` (NaN without a baseline), `week` (number) and `weekday` (0 is Monday) are by
    special day, in the order of `days`.
    """

    days: Sequence[SpecialDay]
    posts: np.ndarray
    log_ratio: np.ndarray
    log_baseline: np.ndarray
    week: np.ndarray
    weekday: np.ndarray
    ordinary: np.ndarray

    def counted(self, kind: str, place: str) -> np.ndarray:
        """Return which days the mean of a kind and place combines: those with a baseline, and of holidays the weekdays."""
        alike = np.array([(day.kind, day.place) == (kind, place) for day in self.days], bool)
        return alike & ~np.isnan(self.log_ratio) & ((self.weekday < SATURDAY) | (kind != HOLIDAY))


def special_posts(matrix: HourMatrix, days: Sequence[SpecialDay]) -> SpecialPosts:
    """Compare the special days of a series with the days around them; days outside the series are left out."""
    posts = matrix.posts.sum(axis=1)
    days = [day for day in days if matrix.first_day <= day.day <= matrix.last_day]
    place = np.array([int((day.day - matrix.first_day).astype(np.int64)) for day in days], np.int64)
    special = np.zeros(len(posts), bool)
    special[place] = True
    ratio, baseline = local_log_ratios(posts, special)
    return SpecialPosts(
        *(days, posts[place], ratio[place], baseline[place], matrix.week[place], matrix.weekday[place]),
        ratio[~special & ~np.isnan(ratio)],
    )


def calendar_measures(subject: str, found: SpecialPosts, provenance: str) -> list[Measure]:
    """Return the mean ratio of each kind of special day in one series, and the range of ordinary days."""
    rows = []
    for name, (kind, place, words) in COMBINED.items():
        counted = found.counted(kind, place)
        estimate = mean_ratio(found.log_ratio[counted], found.week[counted])
        if estimate is None:
            continue
        interval = "95 % interval and two-sided p-value: Student's t on the weeks' mean log ratios"
        if estimate.p_value is None:
            interval = f"fewer than {FEWEST_WEEKS} weeks: a description, no interval, no test"
        values: dict[str, Any] = {"words": words, "days": int(counted.sum()), "interval": interval}
        # Days of too few weeks for a test still belong to the family.
        rows.append(replace(_row(name, subject, estimate, provenance, **values), family=FAMILY))
    if len(found.ordinary):
        ends = np.quantile(found.ordinary, [0.025, 0.975])
        value, low, high = np.exp([found.ordinary.mean(), *ends]).tolist()
        estimate = Estimate(value, low, high, n=len(found.ordinary))
        rows.append(_row("ordinary_day_ratio", subject, estimate, provenance))
    return rows


def calendar_table(subject: str, found: SpecialPosts, provenance: str) -> list[tuple]:
    """Return a row for each special day of a series, in the order of `TABLE_COLUMNS`; NaN without a baseline."""
    counted = np.any([found.counted(kind, place) for kind, place, _ in COMBINED.values()], axis=0)
    columns = (found.posts, np.exp(found.log_baseline), np.exp(found.log_ratio), counted)
    return [
        (str(day.day), day.name, day.kind, day.place, subject, *row, provenance)
        for day, *row in zip(found.days, *(column.tolist() for column in columns), strict=True)
    ]
