"""The rows of results/measures/posting_groups.csv and results/tables/posting_groups.csv."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from takedown.core.measures import Measure
from takedown.posting import hours as posting
from takedown.posting.groups import hour_difference, length_difference
from takedown.posting.measures import DAY_INTERVAL, WEEK_INTERVAL
from takedown.posting.rows import LANGUAGES
from takedown.statistics.clustered_shares import BLOCKS, share_difference
from takedown.statistics.estimate import Estimate, RowBuilder, generator

_row = RowBuilder("posting", "measure_posting_groups", "posting groups")

#: Groups of a population's posts: languages (none: all) and whether reposts (None: both), by name.
PARTS = {"zh": (["zh"], None), "en": (["en"], None), "original": ([], False), "repost": ([], True)}

#: The populations that are compared.
POPULATIONS = ("operation", "control")

CLOCK = ("office_share", "weekend_ratio", "lunch_ratio", "circular_mean_hour", "resultant_length")
TABLE_COLUMNS = (
    *("subject", "posts", "days"),
    *(name + end for name in CLOCK for end in ("", "_low", "_high")),
    "provenance",
)


@dataclass(frozen=True)
class Group:
    """Posts that are measured together: the parameters of workflow/sql/posting/post_group_hours.sql, with a name."""

    name: str
    filters: dict
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
    """Return the pairs of groups that are compared, each with the parameters of measures/posting_hours.sql."""
    return {
        LANGUAGES: [{"archives": [series], "languages": [language]} for language in LANGUAGES],
        POPULATIONS: [{"archives": list(subjects[name]), "languages": []} for name in POPULATIONS],
    }


def cell_filters(
    first: Sequence[str],
    second: Sequence[str],
    span: tuple[datetime.date, datetime.date],
    office_hours: tuple[int, int],
) -> dict:
    """Return the parameters of workflow/sql/posting/account_days.sql for two lists of archives."""
    return {
        "first_archives": list(first),
        "second_archives": list(second),
        "first_day": span[0],
        "last_day": span[1],
        "office_start": office_hours[0],
        "office_end": office_hours[1],
    }


def group_clock(
    subject: str,
    matrix: posting.HourMatrix,
    *,
    office_hours: tuple[int, int],
    utc_offset_hours: float,
    seed: int,
    repetitions: int,
) -> dict[str, Estimate]:
    """Return what `CLOCK` names of one group's posts, each with its interval."""
    rng = generator(seed, "posting.group_clock", subject)
    clock = posting.day_clock(matrix, repetitions, rng)
    office_share = posting.office_profile(matrix, office_hours, utc_offset_hours).office_share
    weekend = posting.weekend_ratio(matrix).pooled
    return dict(
        zip(
            CLOCK,
            (office_share, weekend, clock.lunch_ratio, clock.mean_hour, clock.resultant_length),
            strict=True,
        )
    )


def group_row(
    subject: str, matrix: posting.HourMatrix, clock: Mapping[str, Estimate], provenance: str
) -> tuple:
    """Return the row of the published table, in the order of `TABLE_COLUMNS`."""
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
    zone = f"local time UTC{utc_offset_hours:+g}"
    described = {
        "office_share": (
            "share",
            f"share of the group's posts inside Mon–Fri {office_hours[0]:02d}:00–{office_hours[1]:02d}:00, {zone}; "
            + WEEK_INTERVAL.format("odds"),
        ),
        "weekend_ratio": (
            "ratio",
            f"mean posts of a weekend day over mean posts of a weekday, {zone}; "
            + WEEK_INTERVAL.format("ratio"),
        ),
        "resultant_length": (
            "length",
            "mean resultant length of the posts' hours, 0 even to 1 all at one hour; "
            + DAY_INTERVAL.format("88 %", repetitions),
        ),
    }
    return [
        _row(name, subject, clock[name], unit, method, provenance)
        for name, (unit, method) in described.items()
        if clock[name].value is not None
    ]


def hour_measures(
    names: tuple[str, str],
    matrices: tuple[posting.HourMatrix, posting.HourMatrix],
    *,
    provenance: str,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return how much later, and how much more at one hour, the first group posts than the second.

    The first group is the subject. No rows where the groups share fewer than two days.
    """
    rows = []
    for name, measured, unit, words in (
        ("hour_difference", hour_difference, "hours", "circular mean hour"),
        (
            "resultant_length_difference",
            length_difference,
            "difference of lengths",
            "mean resultant length of the hours",
        ),
    ):
        rng = generator(seed, f"posting.{name}", names[0])
        estimate = measured(*matrices, repetitions, rng)
        if estimate is None:
            continue
        method = (
            f"{words} of {names[0]} less that of {names[1]}, on days with posts of both, a day weighing "
            f"n1 n2 / (n1 + n2); 95 % interval: percentiles of {repetitions} bootstrap draws of whole days; p-value: "
            f"day-paired sign flip, the two groups of a day changing places at random, {repetitions} times, "
            "(1 + k)/(B + 1); n = days"
        )
        rows.append(_row(name, names[0], estimate, unit, method, provenance))
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
    parts = {
        "office_share_difference": (
            "office_posts",
            f"inside Mon–Fri {office_hours[0]:02d}:00–{office_hours[1]:02d}:00",
        ),
        "weekend_share_difference": ("weekend_posts", "on Saturday and Sunday (even: 0.286)"),
    }
    rows = []
    for name, (column, where) in parts.items():
        estimate = share_difference(*(cells[key] for key in ("in_first", "account", "day", column, "posts")))
        if estimate is None:
            continue
        method = (
            f"share of posts {where} of {names[0]} less that of {names[1]}, {span[0]} to {span[1]}, when both "
            f"posted; 95 % interval and p-value: Student's t with account and {BLOCKS} both as clusters "
            "(Cameron, Gelbach and Miller 2011), degrees of freedom the smallest effective number of clusters less 1; "
            "n = accounts or blocks, whichever are fewer"
        )
        rows.append(_row(name, names[0], estimate, "difference of shares", method, provenance))
    return rows
