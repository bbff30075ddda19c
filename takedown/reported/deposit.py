"""Anonymous results of a study of real records, which can be published without the records (docs/deposits.md)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb

from takedown.core.database import read_sql
from takedown.core.digests import sha256_of
from takedown.core.measures import Measure, weakest_provenance

#: A count of accounts, posts or pairs is published if it is zero or at least this.
FEWEST = 5
#: Provenance of what is deposited: it was computed from a release, which is not published with it.
PROVENANCE = "aggregate"
#: Units of measures that count what single accounts did.
COUNTED_UNITS = frozenset({"accounts", "posts", "pairs", "edges", "sessions"})

#: Measures that do not rest on the records of the campaign alone.
ABOUT_OTHERS = ("atlas.", "claim.")

Row = Mapping[str, Any]


def deposited_measures(
    measures: Iterable[Measure], campaign: str, *, series_is_operation: bool
) -> list[Measure]:
    """Return the measures of the operation under the name of its campaign, as aggregates.

    "operation en" becomes "<campaign> en". With `series_is_operation` the posting series has the same posts: its languages become
    parts of the campaign, and its subject "all", which repeats the operation, is left out; without it the series is left out. Left
    out, too, are measures without a value, simulated ones, those of claims and of the atlas, those that rest on 1 to 4 units of
    evidence, and counts of 1 to 4 (`FEWEST`, `COUNTED_UNITS`).
    """
    found: dict[tuple[str, str], Measure] = {}
    for row in measures:
        population, _, part = row.subject.partition(" ")
        if population != "operation":
            population, part = "series", row.subject
        if population == "series" and (not series_is_operation or part in ("all", "control")):
            continue
        if row.provenance == "replica" or row.measure.startswith(ABOUT_OTHERS) or _is_small(row):
            continue
        subject = f"{campaign} {part}".strip()
        provenance = weakest_provenance([row.provenance, PROVENANCE])
        parameters = {
            name: (float(f"{value:.6g}") if isinstance(value, float) else value, unit)
            for name, (value, unit) in row.parameters.items()
        }
        found.setdefault(
            (row.measure, subject),
            replace(row, subject=subject, provenance=provenance, parameters=parameters, populations=""),
        )
    return list(found.values())


def merge_small_cells(
    rows: Sequence[Row], counts: Sequence[str], key: str, *, until: str = "until"
) -> list[dict[str, Any]]:
    """Return the rows of a table without a count of 1 to 4, so that none can be told from the sum of the others.

    `rows` are in the order of `key`, such as a day; `counts` are columns that can be added up. Rows with a count of 1 to 4 are added up
    with the next such rows until no count is that small; the last of them join the group before, or the smallest other row. A
    group has the `key` of its first row, that of its last row in the column `until`, and all else from its largest row. Rows with
    large counts stay as they are, also between the first and the last row of a group. The sum of each column stays the same. A table
    that is too small as a whole has no row.

    >>> rows = [{"day": day, "posts": posts} for day, posts in zip("abcde", (2, 50, 3, 1, 6))]
    >>> [tuple(row.values()) for row in merge_small_cells(rows, ["posts"], "day")]
    [('a', 'd', 6), ('b', 'b', 50), ('e', 'e', 6)]
    """

    def total(group: Sequence[int], column: str) -> int:
        return sum(int(rows[place][column]) for place in group)

    def is_small(group: Sequence[int]) -> bool:
        return any(0 < total(group, column) < FEWEST for column in counts)

    groups: list[list[int]] = []
    standing = [[place] for place in range(len(rows)) if not is_small([place])]
    rest: list[int] = []
    for place in range(len(rows)):
        if is_small([place]):
            rest.append(place)
            if not is_small(rest):
                groups, rest = [*groups, rest], []
    if rest:
        full = [group for group in standing if all(total(group, column) >= FEWEST for column in counts)]
        if groups and not is_small(groups[-1] + rest):
            groups[-1] += rest
        elif full:
            min(full, key=lambda group: [total(group, column) for column in counts]).extend(rest)
        else:
            return []
    merged = []
    for group in sorted(sorted(group) for group in [*groups, *standing]):
        largest = rows[max(group, key=lambda place: [int(rows[place][column]) for column in counts])]
        sums = {column: total(group, column) for column in counts}
        ends = {key: rows[group[0]][key], until: rows[group[-1]][key]}
        merged.append(ends | {name: value for name, value in largest.items() if name != key} | sums)
    return merged


def thin_curve(rows: Iterable[Row]) -> list[Row]:
    """Return the steps of survival curves that at least `FEWEST` accounts make, and none in between.

    `rows` are those of results/tables/life_survival.csv, in the order of curve, population and day. The accounts of a step are those
    at risk times the share of them that it takes away; they are added up until a step is kept.
    """
    kept = []
    for _, curve in groupby(rows, key=lambda row: (row["curve"], row["subject"])):
        before, events = 1.0, 0.0
        for row in curve:
            survival = float(row["survival"])
            events += int(row["at_risk"]) * (1 - survival / before) if before else 0
            before = survival
            # Survival has six digits, so that whole numbers of accounts come out a little less.
            if events > FEWEST - 0.01 and int(row["at_risk"]) >= FEWEST:
                kept.append(row)
                events = 0.0
    return kept


def thin_percentiles(rows: Iterable[Row], accounts: int) -> list[Row]:
    """Return the percentiles (column `percentile`) with at least `FEWEST` of so many accounts between two of them and at both ends."""
    step = next((step for step in (5, 10, 25, 50) if step * accounts >= 100 * FEWEST), 100)
    return [row for row in rows if int(row["percentile"]) % step == 0 and 0 < int(row["percentile"]) < 100]


def deposited_rows(rows: Iterable[Row], campaign: str) -> list[dict[str, Any]]:
    """Return the rows of a table about the operation, under the name of its campaign (column `subject`) and as aggregates."""
    return [
        {**row, "subject": campaign, "provenance": PROVENANCE}
        for row in rows
        if row["subject"] == "operation" and row["provenance"] != "replica"
    ]


def deposited_reproductions(rows: Iterable[Row], campaign: str) -> list[dict[str, Any]]:
    """Return the published numbers on a campaign that the study computed, as aggregates, without counts of 1 to 4."""

    def is_small(text: str) -> bool:
        return text.isdigit() and 0 < int(text) < FEWEST

    return [
        {**row, "observed_provenance": PROVENANCE}
        for row in rows
        if row["archive_id"] == campaign and row["observed"] and not is_small(row["observed"])
    ]


def deposited_calendar(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the rows of results/tables/creation_days.csv with days of few accounts added up (`merge_small_cells`)."""
    days = [{name: row[name] for name in ("date", "accounts", "burst")} for row in rows]
    return merge_small_cells(days, ["accounts"], "date")


def deposited_atlas(row: Row, months: Sequence[Row]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the row of a campaign in results/tables/atlas.csv, and its rows in atlas_months.csv, as aggregates.

    Months of few posts are added up; the months in between that have many are not.
    """
    merged = merge_small_cells(months, ["posts"], "month")
    of_records = {"counts_from": PROVENANCE, "measures_from": PROVENANCE}
    return (
        {**row, **of_records},
        [{**{name: month[name] for name in months[0]}, "counts_from": PROVENANCE} for month in merged],
    )


def count_hours(connection: duckdb.DuckDBPyConnection, archives: Sequence[str]) -> list[dict[str, Any]]:
    """Return the posts of archives by local hour of each day of the week (1 Monday to 7), hours of few posts added up."""
    rows = _ask(connection, "deposit_hours", archives=list(archives))
    merged = []
    for _, day in groupby(rows, key=lambda row: row["weekday"]):
        merged += merge_small_cells(list(day), ["posts"], "hour")
    return merged


def count_values(connection: duckdb.DuckDBPyConnection, archives: Sequence[str]) -> list[dict[str, Any]]:
    """Return hashtags, link domains, clients and languages that at least `FEWEST` accounts used, with their posts and accounts."""
    return _ask(connection, "deposit_values", archives=list(archives), fewest=FEWEST)


def describe_inputs(files: Iterable[tuple[str, str]], version: str) -> list[dict[str, Any]]:
    """Return archive, name, size and SHA-256 of each file (archive and path) that was read, with the version of the method."""
    return [
        {
            "archive_id": archive_id,
            "file": Path(path).name,
            "bytes": Path(path).stat().st_size,
            "sha256": sha256_of(path),
            "method_version": version,
        }
        for archive_id, path in sorted(files)
    ]


def _ask(connection: duckdb.DuckDBPyConnection, query: str, **parameters: Any) -> list[dict[str, Any]]:
    found = connection.execute(read_sql(f"reported/{query}.sql"), parameters)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _is_small(row: Measure) -> bool:
    if row.value is None or (row.n is not None and 0 < row.n < FEWEST):
        return True
    return row.unit in COUNTED_UNITS and 0 < row.value < FEWEST
