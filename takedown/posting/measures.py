"""The rows of results/measures/posting.csv and posting_groups.csv, and of their tables."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from takedown.core.measures import Measure, Parameters
from takedown.posting.groups import hour_difference, length_difference
from takedown.posting.hours import (
    HOURS,
    UTC_OFFSETS,
    HourMatrix,
    OfficeProfile,
    day_clock,
    office_profile,
    rotation_p_value,
    weekend_ratio,
)
from takedown.posting.rows import LANGUAGES
from takedown.statistics.clustered_shares import BLOCKS, share_difference
from takedown.statistics.estimate import Estimate, RowBuilder, generator

ODDS_INTERVAL, RATIO_INTERVAL = (
    f"95 % interval: jackknife of the log {scale} by whole weeks with Student's t; n = weeks with a day"
    for scale in ("odds", "ratio")
)
#: The coverage is that of workflow/resources/calibration.csv, simulated for a series of sixteen weeks.
DAY_INTERVAL = (
    "95 % interval, which covers {coverage} in simulations: percentiles of {repetitions} bootstrap draws of whole days; "
    "n = days with posts"
)
WEEKLY_TEST = (
    "p-value, of the typical week's ratio: two-sided Student's t on the log ratios of complete weeks, half a post added "
    "to either side, each less its mean over all pairs of neighbouring days of the week"
)
LENGTH = ("length", f"mean resultant length of the posts' hours, 0 even to 1 all at one hour; {DAY_INTERVAL}")

#: Measure of one series → its unit and its method.
METHODS = {
    "tweets": ("posts", "count of all posts, reposts included; n = days with posts"),
    "office_share": (
        "share",
        "share of posts inside {office}, {zone} (posts spread evenly over the week: {even:.3f}); "
        + ODDS_INTERVAL,
    ),
    "weekend_ratio": (
        "ratio",
        "mean posts of a weekend day over mean posts of a weekday, {zone}, all days from first to last post; "
        f"{RATIO_INTERVAL}; tested as weekend_ratio_weekly",
    ),
    "weekend_ratio_weekly": (
        "ratio",
        "typical week's ratio: of complete weeks, the mean posts of a weekend day over those of a weekday, in logarithms, "
        "less what any two neighbouring days against five give; the ratio of the even week that has the mean of this; 95 % "
        f"interval: Student's t on the weeks, its ends taken likewise; {WEEKLY_TEST}; n = weeks",
    ),
    "lunch_ratio": (
        "ratio",
        "posts per hour at 12:00–13:59 over posts per hour at 10:00–11:59 and 14:00–15:59, {zone}; "
        + DAY_INTERVAL,
    ),
    "circular_mean_hour": (
        "hours",
        "circular mean of the posts' hours (hour + 0.5), {zone}; of a clock with two peaks it may fall "
        "between them; ends may pass 0 or 24; " + DAY_INTERVAL,
    ),
    "resultant_length": (LENGTH[0], f"{LENGTH[1]}; p-value: hour_uniformity_p"),
    "hour_uniformity_p": (
        "probability",
        "test that days agree on no hour: each day turned by a random angle, {repetitions} times, statistic "
        "resultant length, (1 + k)/(B + 1), at least {least:.2g}; effect size, interval and "
        "correction: resultant_length; n = days",
    ),
    "best_utc_offset": (
        "hours",
        "half-hour UTC offset with the largest share inside {office}, posts spread evenly within their hour; "
        "low to high: run of offsets around it whose share lies in the best one's 95 % interval (weeks); other "
        "runs, if any, are in posting_offset_profile.csv; no 95 % interval: it holds the true offset in 83 % of "
        "simulations with offices opening from 8 to 10; names no place; n = weeks with a day",
    ),
}
#: Tests that are corrected together, over all subjects; in a series by language `all` holds what its languages do.
FAMILIES = {"resultant_length": "posting hours", "weekend_ratio_weekly": "posting weekend"}
#: Measure → share of its intervals that cover, in words.
COVERAGE = {"lunch_ratio": "93 %", "circular_mean_hour": "93 %", "resultant_length": "88 %"}

PAIRED = (
    "{words} of {first} less that of {second}, on days with posts of both, a day weighing "
    "n1 n2 / (n1 + n2); 95 % interval: percentiles of {repetitions} bootstrap draws of whole days; p-value: "
    "day-paired sign flip, the two groups of a day changing places at random, {repetitions} times, "
    "(1 + k)/(B + 1); n = days"
)
SHARE_DIFFERENCE = (
    "difference of shares",
    "share of posts {where} of {first} less that of {second}, {first_day} to {last_day}, when both "
    f"posted; 95 % interval and p-value: Student's t with account and {BLOCKS} both as clusters "
    "(Cameron, Gelbach and Miller 2011), degrees of freedom the smallest effective number of clusters less 1; "
    "n = accounts or blocks, whichever are fewer",
)
#: Measure of a group, or of two compared → its unit and its method.
GROUP_METHODS = {
    "office_share": ("share", "share of the group's posts inside {office}, {zone}; " + ODDS_INTERVAL),
    "weekend_ratio": (
        "ratio",
        "mean posts of a weekend day over mean posts of a weekday, {zone}; " + RATIO_INTERVAL,
    ),
    "resultant_length": LENGTH,
    "hour_difference": ("hours", PAIRED),
    "resultant_length_difference": ("difference of lengths", PAIRED),
    "office_share_difference": SHARE_DIFFERENCE,
    "weekend_share_difference": SHARE_DIFFERENCE,
}
_group_row = RowBuilder("posting", "measure_posting_groups", "posting groups", GROUP_METHODS).described

#: Groups of a population's posts: languages (an empty list is all) and whether reposts (None is both), by name.
PARTS: dict[str, tuple[list[str], bool | None]] = {
    "zh": (["zh"], None),
    "en": (["en"], None),
    "original": ([], False),
    "repost": ([], True),
}

#: The populations that are compared.
POPULATIONS = ("operation", "control")

CLOCK = ("office_share", "weekend_ratio", "lunch_ratio", "circular_mean_hour", "resultant_length")
GROUP_COLUMNS = (
    *("subject", "posts", "days"),
    *(name + end for name in CLOCK for end in ("", "_low", "_high")),
    "provenance",
)


def _words(office_hours: tuple[int, int], utc_offset_hours: float) -> dict[str, Any]:
    opens, closes = (f"{hour:02d}:00" for hour in office_hours)
    return {"office": f"Mon–Fri {opens}–{closes}", "zone": f"local time UTC{utc_offset_hours:+g}"}


def posting_measures(
    subject: str,
    matrix: HourMatrix,
    profile: OfficeProfile,
    *,
    office_hours: tuple[int, int],
    utc_offset_hours: float,
    provenance: str,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return the measures of the posting clock of one population or series."""
    clock = day_clock(matrix, repetitions, generator(seed, "posting.day_clock", subject))
    rotation = rotation_p_value(matrix, repetitions, generator(seed, "posting.hour_uniformity_p", subject))
    weekend = weekend_ratio(matrix)
    days = int((matrix.posts.sum(axis=1) > 0).sum())
    even = 5 * (office_hours[1] - office_hours[0]) / (7 * HOURS)
    length = clock.resultant_length
    found = {
        "tweets": Estimate(int(matrix.posts.sum()), n=days),
        "office_share": profile.office_share,
        "weekend_ratio": weekend.pooled,
        "weekend_ratio_weekly": weekend.weekly,
        "lunch_ratio": clock.lunch_ratio,
        "circular_mean_hour": clock.mean_hour,
        # A single day has no interval, and its test has no meaning.
        "resultant_length": replace(length, p_value=None if length.low is None else rotation),
        "hour_uniformity_p": Estimate(rotation, n=days),
        "best_utc_offset": profile.best,
    }
    office: Parameters = {
        "office_opens": (f"{office_hours[0]:02d}:00", "local time"),
        "office_closes": (f"{office_hours[1]:02d}:00", "local time"),
        "time_zone": (f"UTC{utc_offset_hours:+g}", "zone"),
        "share_of_even_posts": (even, "share"),
    }
    return [
        RowBuilder("posting", "measure_posting", FAMILIES.get(name, ""), METHODS).described(
            *(name, subject, estimate, provenance),
            parameters=office if name == "office_share" else None,
            **_words(office_hours, utc_offset_hours),
            even=even,
            repetitions=repetitions,
            least=1 / (repetitions + 1),
            coverage=COVERAGE.get(name),
        )
        for name, estimate in found.items()
    ]


def offset_table(subject: str, profile: OfficeProfile, provenance: str) -> Iterable[Sequence]:
    """Return rows of the published profile: subject, UTC offset, office share, compatible or not, provenance."""
    columns = (UTC_OFFSETS.tolist(), profile.shares.tolist(), profile.compatible.tolist())
    return [(subject, *row, provenance) for row in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Group:
    """Posts that are measured together: the parameters of workflow/sql/posting/post_group_hours.sql, with a name."""

    name: str
    filters: dict[str, Any]
    in_table_only: bool


def groups_of(subjects: Mapping[str, Sequence[str]]) -> list[Group]:
    """Return the groups of each population: by language, original or repost, and by archive where it has several."""
    found = []
    for subject, archives in subjects.items():
        for part, (languages, is_repost) in PARTS.items():
            filters = {"archives": list(archives), "languages": languages, "is_repost": is_repost}
            found.append(Group(f"{subject} {part}", filters, in_table_only=False))
        for archive in archives if len(archives) > 1 else ():
            filters = {"archives": [archive], "languages": [], "is_repost": None}
            found.append(Group(f"{subject} {archive}", filters, in_table_only=True))
    return found


def pairs_of(subjects: Mapping[str, Sequence[str]], series: str) -> dict[tuple[str, str], list[dict]]:
    """Return the pairs of groups that are compared, with the parameters of workflow/sql/posting/posting_hours.sql."""
    return {
        LANGUAGES: [{"archives": [series], "languages": [language]} for language in LANGUAGES],
        POPULATIONS: [{"archives": list(subjects[name]), "languages": []} for name in POPULATIONS],
    }


def group_clock(
    subject: str,
    matrix: HourMatrix,
    *,
    office_hours: tuple[int, int],
    utc_offset_hours: float,
    seed: int,
    repetitions: int,
) -> dict[str, Estimate]:
    """Return the estimates of one group's posts that `CLOCK` lists, each with its interval."""
    clock = day_clock(matrix, repetitions, generator(seed, "posting.group_clock", subject))
    office_share = office_profile(matrix, office_hours, utc_offset_hours).office_share
    weekend = weekend_ratio(matrix).pooled
    estimates = (office_share, weekend, clock.lunch_ratio, clock.mean_hour, clock.resultant_length)
    return dict(zip(CLOCK, estimates, strict=True))


def group_row(subject: str, matrix: HourMatrix, clock: Mapping[str, Estimate], provenance: str) -> tuple:
    """Return the row of the published table, in the order of `GROUP_COLUMNS`."""
    by_day = matrix.posts.sum(axis=1)
    ends = [number for name in CLOCK for number in (clock[name].value, clock[name].low, clock[name].high)]
    return subject, int(by_day.sum()), int((by_day > 0).sum()), *ends, provenance


def group_measures(
    subject: str,
    clock: Mapping[str, Estimate],
    *,
    office_hours: tuple[int, int],
    utc_offset_hours: float,
    provenance: str,
    repetitions: int,
) -> list[Measure]:
    """Return the measures of one group that are reported one by one; the table holds the others."""
    words = _words(office_hours, utc_offset_hours)
    return [
        _group_row(
            *(name, subject, clock[name], provenance),
            repetitions=repetitions,
            coverage=COVERAGE.get(name),
            **words,
        )
        for name in ("office_share", "weekend_ratio", "resultant_length")
        if clock[name].value is not None
    ]


def hour_measures(
    names: tuple[str, str],
    matrices: tuple[HourMatrix, HourMatrix],
    *,
    provenance: str,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return how much later, and how much more at one hour, the first group posts than the second.

    The first group is the subject. There are no rows where the groups share fewer than two days.
    """
    rows = []
    for name, difference, words in (
        ("hour_difference", hour_difference, "circular mean hour"),
        ("resultant_length_difference", length_difference, "mean resultant length of the hours"),
    ):
        estimate = difference(*matrices, repetitions, generator(seed, f"posting.{name}", names[0]))
        if estimate is not None:
            values: dict[str, Any] = {
                "words": words,
                "first": names[0],
                "second": names[1],
                "repetitions": repetitions,
            }
            rows.append(_group_row(name, names[0], estimate, provenance, **values))
    return rows


def share_measures(
    names: tuple[str, str],
    cells: Mapping[str, np.ndarray],
    *,
    office_hours: tuple[int, int],
    span: tuple[datetime.date, datetime.date],
    provenance: str,
) -> list[Measure]:
    """Return differences of office share and weekend share between two populations, of which the first is the subject.

    `cells` are the columns of workflow/sql/posting/account_days.sql, `span` the first and last day they cover.
    """
    rows = []
    for name, column, where in (
        ("office_share_difference", "office_posts", f"inside {_words(office_hours, 0)['office']}"),
        ("weekend_share_difference", "weekend_posts", "on Saturday and Sunday (even: 0.286)"),
    ):
        groups = (cells["in_first"], cells["account"], cells["day"])
        estimate = share_difference(*groups, cells[column], cells["posts"])
        if estimate is not None:
            values: dict[str, Any] = {"where": where, "first": names[0], "second": names[1]}
            values |= {"first_day": span[0], "last_day": span[1]}
            rows.append(_group_row(name, names[0], estimate, provenance, **values))
    return rows
