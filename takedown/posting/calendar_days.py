"""Posts on holidays and protest days against the same weekday in the weeks around.

`local_log_ratios(posts, special)` compares every day of a series, `mean_ratio(log_ratios, week)` combines days.
"""

import csv
import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import stdtr, stdtrit

from takedown.core.errors import InputError
from takedown.statistics.estimate import Estimate

#: Same weekdays are sought this many weeks to either side, and so many are taken there, the nearest first.
WEEKS_AROUND = 4
DAYS_EACH_SIDE = 2
#: A day and its same weekdays that hold fewer posts together say nothing.
FEWEST_POSTS = 10
#: Weeks with such a day that an interval needs.
FEWEST_WEEKS = 3

PROTEST, HOLIDAY, PROTEST_AND_HOLIDAY = "protest", "holiday", "protest and holiday"
WORKING_WEEKEND = "working day at a weekend"
MAINLAND, HONG_KONG, BOTH = "mainland", "Hong Kong", "both"


@dataclass(frozen=True)
class SpecialDay:
    """A day that is no ordinary one of its weekday: its `kind`, and the `place` of a holiday, else ''."""

    day: np.datetime64
    name: str
    kind: str
    place: str


def read_protest_days(path: str | Path) -> dict[datetime.date, str]:
    """Return the events of protest days by date from a CSV with the columns date and event.

    Raises InputError where a column is missing or a date is none.
    """
    with Path(path).open(newline="", encoding="utf-8") as file:
        try:
            return {datetime.date.fromisoformat(row["date"]): row["event"] for row in csv.DictReader(file)}
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path} needs the columns date (as 2019-06-09) and event in every row, but has {error}; mend that row."
            ) from None


def protest_days_of(place: str, path: str | Path) -> np.ndarray:
    """Return the protest days (datetime64[D], increasing) in the CSV of a place, hong_kong or none."""
    return np.array(sorted(read_protest_days(path)) if place == "hong_kong" else [], "datetime64[D]")


def special_days_of(place: str | Sequence[str], years: range, path: str | Path) -> list[SpecialDay]:
    """Return the special days of hong_kong or none, or the public holidays of countries; `path` is the CSV of protest days."""
    if not isinstance(place, str):
        return public_holidays(years, place)
    return special_days(years, read_protest_days(path)) if place == "hong_kong" else []


def special_days(years: range, protest_days: dict[datetime.date, str]) -> list[SpecialDay]:
    """Return protest days, public holidays of mainland China and Hong Kong, and mainland working weekends, by day.

    From the library holidays. Hong Kong's general holidays are there in two categories, and 13 May 2019 is only
    in the one called optional. Days off that the mainland moved to a weekday count as holidays.
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

    `posts` (counts) and `special` (bool) hold one element for each day of a series, without gaps. Returns
    natural logarithms of ratios and of baselines, shape [days]. Logarithms, of posts + ½, are averaged on either
    side and joined by a straight line, so that neither steady growth nor one busy day moves the baseline. Where a
    series rises and falls, ordinary days have a log ratio other than 0 on average: special days are read beside them. NaN where a side has no such day within four weeks, or where
    the days used hold fewer than ten posts together (the day itself among them, or chance would choose).
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
    neighbouring days share their news and their baseline. `n` counts weeks; fewer than three are a description
    without interval and p-value. None without a day.
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
    half = stdtrit(n - 1, (1 + confidence) / 2) * error
    p_value = 2 * stdtr(n - 1, -abs(middle) / error)
    return Estimate(*map(float, (*np.exp([middle, middle - half, middle + half]), p_value)), n)
