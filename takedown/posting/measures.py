"""The rows of results/measures/posting.csv and posting_groups.csv, and of their tables."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from takedown.core.measures import Measure, Parameters
from takedown.posting import by_week
from takedown.posting.by_week import weeks_of
from takedown.posting.hours import (
    HOURS,
    UTC_OFFSETS,
    HourMatrix,
    best_offset,
    mean_direction,
)
from takedown.posting.office_day import waking_share
from takedown.statistics.calendar import SATURDAY, WEEKDAYS, weekend_days, working_days
from takedown.statistics.clustered_shares import BLOCKS, share_difference
from takedown.statistics.estimate import Estimate, RowBuilder
from takedown.statistics.series_intervals import FEWEST_WEEKS, Interval

COUNTED = "complete weeks, {zone}"
WEEKS = "complete weeks with a post"
SLOW_INTERVAL = (
    "95 % interval: how much the series drifts is measured by five cosines on a clock that runs with the posts, Student's t "
    f"with 2.5 degrees of freedom; none below {FEWEST_WEEKS} effective weeks"
)
WEEK_INTERVAL = "95 % interval: jackknife of the log ratio by complete weeks, Student's t with the effective number of weeks less one"
DESCRIPTION = "a description, no interval"
DAYS = "days with posts"

#: Measure with an interval → its unit, its method, and what its n counts.
WEEKLY_METHODS = {
    "office_share": (
        "share",
        "share of posts inside {office} (people awake from 8 to 24 every day: {awake:.3f}; posts spread evenly over the week: "
        f"{{even:.3f}}), {COUNTED}; {SLOW_INTERVAL}",
        WEEKS,
    ),
    "office_weekend_ratio": (
        "ratio",
        "mean posts within office hours of a weekend day over those of a weekday, {office_hours}, "
        f"{COUNTED}; {WEEK_INTERVAL}",
        WEEKS,
    ),
    "office_evening_ratio": (
        "ratio",
        "posts per hour of the evening, {evening}, over posts per office hour, {office_hours}, {workdays}, "
        f"{COUNTED}; {SLOW_INTERVAL}",
        WEEKS,
    ),
    "weekend_ratio": (
        "ratio",
        f"mean posts of a weekend day over mean posts of a weekday, {COUNTED}; {WEEK_INTERVAL}",
        WEEKS,
    ),
    "lunch_ratio": (
        "ratio",
        "posts per hour at 12:00–13:59 over posts per hour at 10:00–11:59 and 14:00–15:59, "
        f"{COUNTED}; {SLOW_INTERVAL}",
        WEEKS,
    ),
}
#: Measure of one series → its unit, its method, and what its n counts.
METHODS = {
    "tweets": ("posts", "count of all posts, reposts included", DAYS),
    **WEEKLY_METHODS,
    "circular_mean_hour": (
        "hours",
        "circular mean of the posts' hours (hour + 0.5), {zone}; of a clock with two peaks it may fall between them; "
        + DESCRIPTION,
        DAYS,
    ),
    "resultant_length": (
        "length",
        f"mean resultant length of the posts' hours, 0 even to 1 all at one hour; {DESCRIPTION}",
        DAYS,
    ),
    "best_utc_offset": (
        "hours",
        "half-hour UTC offset with the largest share inside {office}, posts spread evenly within their hour; names no place "
        f"and supports no claim; {DESCRIPTION}",
        DAYS,
    ),
}
_row = RowBuilder("posting", "measure_posting", methods=METHODS).described

SHARE_DIFFERENCE = (
    "difference of shares",
    "share of posts {where} of {first} less that of {second}, {first_day} to {last_day}, when both "
    f"posted; 95 % interval and p-value: Student's t with account and {BLOCKS} both as clusters "
    "(Cameron, Gelbach and Miller 2011), degrees of freedom the smallest effective number of clusters less 1",
    "accounts or blocks, whichever are fewer",
)
#: Measure of a group, or of two compared → its unit, its method, and what its n counts.
GROUP_METHODS = {
    "office_share": WEEKLY_METHODS["office_share"],
    "weekend_ratio": WEEKLY_METHODS["weekend_ratio"],
    "office_share_difference": SHARE_DIFFERENCE,
    "weekend_share_difference": SHARE_DIFFERENCE,
}
_group_row = RowBuilder("posting", "measure_posting_groups", "posting groups", GROUP_METHODS).described

#: Groups of a population's posts besides those of single languages: whether reposts, by name.
PARTS = {"original": False, "repost": True}

#: The populations that are compared.
POPULATIONS = ("operation", "control")

GROUP_COLUMNS = (
    *("subject", "posts", "days", "weeks"),
    *(name + end for name in WEEKLY_METHODS for end in ("", "_low", "_high", "_effective_weeks")),
    *("circular_mean_hour", "resultant_length", "provenance"),
)


def _words(office_hours: tuple[int, int], utc_offset_hours: float, weekend: int) -> dict[str, Any]:
    opens, closes, evening = (f"{hour:02d}:00" for hour in (*office_hours, office_hours[1] + 1))
    return {
        "office": f"{working_days(weekend, WEEKDAYS, '–')} {opens}–{closes}",
        "workdays": working_days(weekend),
        "office_hours": f"{opens}–{closes}",
        "evening": f"{evening}–24:00",
        "zone": f"local time UTC{utc_offset_hours:+g}"
        + (f", weekend {weekend_days(weekend)}" if weekend != SATURDAY else ""),
        "even": _even_share(office_hours),
        "awake": waking_share(office_hours),
    }


def _even_share(office_hours: tuple[int, int]) -> float:
    return 5 * (office_hours[1] - office_hours[0]) / (7 * HOURS)


@dataclass(frozen=True)
class WeeklyClock:
    """The measures of `WEEKLY_METHODS` of one series, and its complete weeks with a post."""

    intervals: Mapping[str, Interval]
    weeks: int

    def estimate(self, name: str) -> Estimate:
        """Return one of the measures."""
        return self.intervals[name].estimate(self.weeks)

    def parameters(self, name: str) -> Parameters:
        """Return the effective number of weeks behind a measure, which is none without a post."""
        weeks = float(self.intervals[name].weeks)
        return {"effective_weeks": (weeks, "weeks")} if np.isfinite(weeks) else {}


def weekly_clock(matrix: HourMatrix, office_hours: tuple[int, int]) -> WeeklyClock:
    """Measure the shares and ratios of one series with their intervals."""
    counts = weeks_of(matrix, office_hours)
    measured = {
        "office_share": by_week.office_share,
        "office_weekend_ratio": by_week.office_weekend_ratio,
        "office_evening_ratio": by_week.evening_ratio,
        "weekend_ratio": by_week.weekend_ratio,
        "lunch_ratio": by_week.lunch_ratio,
    }
    return WeeklyClock({name: measure(counts) for name, measure in measured.items()}, counts.weeks_with_posts)


def posting_measures(
    subject: str,
    matrix: HourMatrix,
    offsets: np.ndarray,
    *,
    office_hours: tuple[int, int],
    utc_offset_hours: float,
    provenance: str,
) -> list[Measure]:
    """Return the measures of the posting clock of one population or series.

    `offsets` are the shares in office hours at each of `UTC_OFFSETS` (`offset_shares`).
    """
    clock = weekly_clock(matrix, office_hours)
    days = _days(matrix)
    mean_hour, length = mean_direction(matrix)
    found = {
        "tweets": Estimate(int(matrix.posts.sum()), n=days),
        **{name: clock.estimate(name) for name in WEEKLY_METHODS},
        "circular_mean_hour": Estimate(mean_hour, n=days),
        "resultant_length": Estimate(length, n=days),
        "best_utc_offset": Estimate(best_offset(offsets), n=days),
    }
    parameters = {name: dict(clock.parameters(name)) for name in WEEKLY_METHODS}
    parameters["office_share"] |= {
        "office_opens": (f"{office_hours[0]:02d}:00", "local time"),
        "office_closes": (f"{office_hours[1]:02d}:00", "local time"),
        "working_days": (working_days(matrix.weekend), "days"),
        "time_zone": (f"UTC{utc_offset_hours:+g}", "zone"),
        "share_of_even_posts": (_even_share(office_hours), "share"),
        "share_of_people_awake": (waking_share(office_hours), "share"),
    }
    return [
        _row(
            *(name, subject, estimate, provenance),
            parameters=parameters.get(name),
            **_words(office_hours, utc_offset_hours, matrix.weekend),
        )
        for name, estimate in found.items()
    ]


def _days(matrix: HourMatrix) -> int:
    return int((matrix.posts.sum(axis=1) > 0).sum())


def offset_table(subject: str, offsets: np.ndarray, provenance: str) -> Iterable[Sequence]:
    """Return rows of the published profile: subject, UTC offset, office share, provenance."""
    pairs = zip(UTC_OFFSETS.tolist(), offsets.tolist(), strict=True)
    return [(subject, *row, provenance) for row in pairs]


@dataclass(frozen=True)
class Group:
    """Posts that are measured together: the parameters of workflow/sql/posting/post_group_hours.sql, with a name."""

    name: str
    filters: dict[str, Any]
    in_table_only: bool


def groups_of(subjects: Mapping[str, Sequence[str]], languages: Mapping[str, Iterable[str]]) -> list[Group]:
    """Return the groups of each population: by its `languages`, original or repost, and by archive where it has several."""
    found = []
    for subject, archives in subjects.items():
        parts: dict[str, tuple[list[str], bool | None]] = {
            name: ([name], None) for name in languages[subject]
        }
        parts |= {name: ([], is_repost) for name, is_repost in PARTS.items()}
        for part, (of_languages, is_repost) in parts.items():
            filters = {"archives": list(archives), "languages": of_languages, "is_repost": is_repost}
            found.append(Group(f"{subject} {part}", filters, in_table_only=False))
        for archive in archives if len(archives) > 1 else ():
            filters = {"archives": [archive], "languages": [], "is_repost": None}
            found.append(Group(f"{subject} {archive}", filters, in_table_only=True))
    return found


def group_row(subject: str, matrix: HourMatrix, clock: WeeklyClock, provenance: str) -> tuple:
    """Return the row of the published table, in the order of `GROUP_COLUMNS`."""
    numbers = [
        number
        for name in WEEKLY_METHODS
        for estimate in [clock.estimate(name)]
        for number in (estimate.value, estimate.low, estimate.high, float(clock.intervals[name].weeks))
    ]
    posts = int(matrix.posts.sum())
    return subject, posts, _days(matrix), clock.weeks, *numbers, *mean_direction(matrix), provenance


def group_measures(
    subject: str,
    clock: WeeklyClock,
    *,
    office_hours: tuple[int, int],
    utc_offset_hours: float,
    weekend: int,
    provenance: str,
) -> list[Measure]:
    """Return the measures of one group that are reported one by one; the table holds the others."""
    return [
        _group_row(
            *(name, subject, clock.estimate(name), provenance),
            parameters=clock.parameters(name),
            **_words(office_hours, utc_offset_hours, weekend),
        )
        for name in ("office_share", "weekend_ratio")
        if clock.estimate(name).value is not None
    ]


def share_measures(
    names: tuple[str, str],
    cells: Mapping[str, np.ndarray],
    *,
    office_hours: tuple[int, int],
    weekend: int,
    span: tuple[datetime.date, datetime.date],
    provenance: str,
) -> list[Measure]:
    """Return differences of office share and weekend share between two populations, of which the first is the subject.

    `cells` are the columns of workflow/sql/posting/account_days.sql, `span` the first and last day they cover.
    """
    rows = []
    for name, column, where in (
        ("office_share_difference", "office_posts", f"inside {_words(office_hours, 0, weekend)['office']}"),
        ("weekend_share_difference", "weekend_posts", f"on {weekend_days(weekend)} (even: 0.286)"),
    ):
        groups = (cells["in_first"], cells["account"], cells["day"])
        estimate = share_difference(*groups, cells[column], cells["posts"])
        if estimate is not None:
            values: dict[str, Any] = {"where": where, "first": names[0], "second": names[1]}
            values |= {"first_day": span[0], "last_day": span[1]}
            rows.append(_group_row(name, names[0], estimate, provenance, **values))
    return rows
