"""Compute reported numbers from the records of a study, and say which of them agree."""

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from takedown.core.database import read_sql
from takedown.core.measures import weakest_provenance
from takedown.core.tables import write_csv
from takedown.reported.numbers import ReportedNumber

EXACTLY, ROUNDED, NO = "exactly", "within rounding", "no"

#: What a query reads, in the words of the registry's files, and what of it an archive must have.
NEEDS = {
    "accounts": ("users file", ("accounts",)),
    "posts": ("tweets file", ("posts",)),
    "accounts and posts": ("users and tweets files", ("accounts", "posts")),
    "creation days": ("users file", ("creation days",)),
    "posting hours": ("posts by hour", ("posting hours",)),
}
NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
TOTALS = "posts.total"

#: What a query gives for a key; a count, a share, or text for a date or a name.
Observed = float | int | str


@dataclass(frozen=True)
class Reproduced:
    """A reported number beside what a study counts; the names of the fields are the columns of the published table.

    `observed`, `difference` (observed less reported), `agrees` and `observed_provenance` are empty where the study has no
    records to count; `needs` then says what is missing. `explanation` says why the two differ, where that is known.
    """

    archive_id: str
    measure: str
    population: str
    definition: str
    reported: str
    unit: str
    observed: Observed | None
    difference: Observed | None
    agrees: str
    observed_provenance: str
    source: str
    locator: str
    url: str
    version: str
    derived: bool
    needs: str
    explanation: str


COLUMNS = tuple(column.name for column in fields(Reproduced))


def reproduce(
    connection: duckdb.DuckDBPyConnection, numbers: Iterable[ReportedNumber], archives: Iterable[str]
) -> list[Reproduced]:
    """Compare each reported number about archives of the study that a query can answer; return them in the order given.

    `connection` has the tables of workflow/sql/core/schema.sql, `archives` are the ids that the study takes in. Numbers about
    other archives, and numbers that no table of a study can answer, are left out. Each query runs once for the archives that
    numbers are about together. What was simulated is never counted.
    """
    archives = set(archives)
    asked = [number for number in numbers if number.definition.query and set(number.archives) <= archives]
    asked = [number for number in asked if number.archives]
    bases = _bases(connection)
    groups = defaultdict(list)
    for number in asked:
        if _provenance(number, bases):
            groups[_question(number)].append(number)
    answers = {question: _ask(connection, group) for question, group in groups.items()}
    versions = _file_versions(asked, answers)
    return [_compare(number, answers.get(_question(number)), bases, versions) for number in asked]


def agreement(reported: str, observed: Observed, low: str = "", high: str = "") -> str:
    """Return whether a counted number agrees with a printed one: exactly, within rounding, or no.

    A number printed with decimals is rounded to the last of them; `low` and `high`, where given, are the ends of the range that
    the source's words or its chart allow, one of them alone an open range. A date agrees exactly to the digits printed.

    >>> agreement("33.83", 33.8338), agreement("3600000", 3614909, low="3600000"), agreement("331", 330)
    ('within rounding', 'within rounding', 'no')
    """
    if not NUMBER.fullmatch(reported):
        return EXACTLY if str(observed).startswith(reported) else NO
    printed, counted = Decimal(reported), Decimal(str(observed))
    if printed == counted:
        return EXACTLY
    if low or high:
        inside = (not low or Decimal(low) <= counted) and (not high or counted <= Decimal(high))
        return ROUNDED if inside else NO
    digits = len(reported.partition(".")[2])
    return ROUNDED if digits and abs(counted - printed) <= Decimal(5).scaleb(-digits - 1) else NO


def write_reproduced(rows: Iterable[Reproduced], path: str | Path) -> None:
    """Write the comparison as CSV."""
    write_csv(path, COLUMNS, map(astuple, rows))


def read_reproduced(path: str | Path) -> list[Reproduced]:
    """Read back the comparison that a study of other archives deposited."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [
            Reproduced(
                **row
                | {
                    "observed": _typed(row["observed"]),
                    "difference": _typed(row["difference"]) if row["difference"] else None,
                    "derived": row["derived"] == "true",
                }
            )
            for row in csv.DictReader(file)
        ]


def count_agreement(rows: Iterable[Reproduced]) -> list[tuple]:
    """Return a row for each archive or union: how many numbers were compared, how many agree and how many lack records.

    The columns are archive_id, comparable, computed, exactly, within_rounding, differ, explained and observed_provenance, the
    weakest of those computed; `explained` counts the numbers that differ for a known reason.
    """
    by_archive = defaultdict(list)
    for row in rows:
        by_archive[row.archive_id].append(row)
    table = []
    for archive, group in sorted(by_archive.items()):
        counts = Counter(row.agrees for row in group)
        known = {row.observed_provenance for row in group if row.observed_provenance}
        computed = sum(counts[word] for word in (EXACTLY, ROUNDED, NO))
        explained = sum(row.agrees == NO and bool(row.explanation) for row in group)
        provenance = weakest_provenance(known) if known else ""
        agreed = (counts[EXACTLY], counts[ROUNDED], counts[NO])
        table.append((archive, len(group), computed, *agreed, explained, provenance))
    return table


COUNT_COLUMNS = (
    *("archive_id", "comparable", "computed", "exactly", "within_rounding", "differ", "explained"),
    "observed_provenance",
)


def _question(number: ReportedNumber) -> tuple[str, str, str]:
    definition = number.definition
    return number.archive_id, definition.query, json.dumps(dict(definition.parameters), sort_keys=True)


def _ask(
    connection: duckdb.DuckDBPyConnection, group: Sequence[ReportedNumber]
) -> dict[str, Observed | None]:
    """Return the answer of a query by key; the numbers of the group have one query, archives and parameters."""
    query = read_sql(f"reported/{group[0].definition.query}.sql")
    given = {
        "archives": list(group[0].archives),
        "keys": sorted({number.key for number in group}),
        **group[0].definition.parameters,
    }
    rows = connection.execute(query, {name: given[name] for name in given if f"${name}" in query}).fetchall()
    return {key: _typed(value) for key, value in rows}


def _typed(value: Any) -> Observed | None:
    if isinstance(value, str) and NUMBER.fullmatch(value):
        value = Decimal(value)
    if value is None or isinstance(value, str):
        return value
    return int(value) if value == int(value) else float(value)


def _bases(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    rows = connection.execute(read_sql("reported/basis.sql")).fetchall()
    return {(archive, basis): provenance for archive, basis, provenance in rows}


def _provenance(number: ReportedNumber, bases: Mapping[tuple[str, str], str]) -> str:
    """Return the weakest provenance of what a number is counted from; nothing if some of it is missing."""
    wanted = [(archive, basis) for archive in number.archives for basis in NEEDS[number.definition.needs][1]]
    if not all(one in bases for one in wanted):
        return ""
    return weakest_provenance(bases[one] for one in wanted)


def _missing(number: ReportedNumber, bases: Mapping[tuple[str, str], str]) -> str:
    file, wanted = NEEDS[number.definition.needs]
    lacking = [
        archive for archive in number.archives if any((archive, basis) not in bases for basis in wanted)
    ]
    return f"{file} of {' and '.join(lacking)}"


def _file_versions(
    numbers: Iterable[ReportedNumber], answers: Mapping[tuple, Mapping[str, Observed | None]]
) -> dict[str, str]:
    """Return which download the tweets files of an archive are, told by the number of their posts.

    Archives whose posts are as many in every download, or in none that is known, are left out.
    """
    told = defaultdict(set)
    for number in numbers:
        if number.measure == TOTALS and not number.low and not number.high:
            counted = answers.get(_question(number), {}).get(number.definition.key)
            if counted is not None and Decimal(counted) == Decimal(number.value):
                told[number.archives].add(number.version)
    versions: dict[str, str] = {}
    for archives, found in told.items():
        if len(found & {"2019", "2020"}) == 1:
            versions |= dict.fromkeys(archives, next(iter(found & {"2019", "2020"})))
    return versions


def _compare(
    number: ReportedNumber,
    answer: Mapping[str, Observed | None] | None,
    bases: Mapping[tuple[str, str], str],
    versions: Mapping[str, str],
) -> Reproduced:
    definition = number.definition
    # A key that the answer lacks was not found once.
    observed = None
    if answer is not None:
        observed = answer.get(number.key, 0) if definition.key == "*" else answer.get(definition.key)
    agrees = "" if observed is None else agreement(number.value, observed, number.low, number.high)
    difference = None
    if observed is not None and NUMBER.fullmatch(number.value):
        difference = _typed(Decimal(str(observed)) - Decimal(number.value))
    return Reproduced(
        number.archive_id,
        number.measure,
        number.population,
        definition.words,
        number.value,
        number.unit,
        observed,
        difference,
        agrees,
        _provenance(number, bases) if agrees else "",
        number.source,
        number.locator,
        number.url,
        number.version,
        number.derived,
        "" if answer is not None else _missing(number, bases),
        _explain(number, versions) if agrees == NO else "",
    )


def _explain(number: ReportedNumber, versions: Mapping[str, str]) -> str:
    read = {versions[archive] for archive in number.archives if archive in versions}
    if number.version in ("2019", "2020") and read and number.version not in read:
        return f"The number is of the download of {number.version}; these files are that of {', '.join(sorted(read))}."
    return " ".join(filter(None, (number.definition.difference, number.note)))
