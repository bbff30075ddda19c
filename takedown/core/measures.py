"""The row format of every number that the study reports."""

import csv
import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from numbers import Real
from pathlib import Path
from typing import Any

from takedown.core.errors import InputError
from takedown.core.tables import write_csv

#: From the strongest evidence to the weakest, in words; a number is only as good as its weakest part. Queries have the order
#: from here (`takedown.core.database.make_tables`).
PROVENANCE_WORDS = {
    "release": "release",
    "aggregate": "published aggregate",
    "reported": "reported by others",
    "replica": "replica (simulated records)",
}
PROVENANCES = tuple(PROVENANCE_WORDS)

#: The population that others are compared with.
CONTROL = "control"

#: Name of a setting of a method → its value and unit.
Parameters = Mapping[str, tuple[float | int | str | bool, str]]


@dataclass(frozen=True)
class Measure:
    """One reported number.

    `value`, `low`, `high` are in `unit`; `low` and `high` are the ends of the interval that `method`
    names and `p_value` that of the test it names, None where there is none; `n` counts the units of evidence, and `n_unit`
    says which (accounts, days, sessions, posts). `family` names the tests that a
    p-value is corrected with, and `p_adjusted` is the p-value after that, which `adjust_families` fills in.
    `parameters` are the settings of the method that a text prints beside the number, such as a window or a last day:
    each name with its value and unit. `method` says them in words; a program reads them here. `populations` are those on
    which the number rests, joined by "+"; empty where the subject says it.
    """

    measure: str
    subject: str
    value: float | int | None
    low: float | None
    high: float | None
    p_value: float | None
    n: int | None
    unit: str
    method: str
    provenance: str
    rule: str
    family: str = ""
    p_adjusted: float | None = None
    populations: str = ""
    parameters: Parameters = field(default_factory=dict, hash=False)
    n_unit: str = ""


COLUMNS = (
    *("measure", "subject", "value", "low", "high", "p_value", "p_adjusted", "family"),
    *("n", "n_unit", "unit", "method", "provenance", "rule", "populations"),
)
PUBLISHED_COLUMNS = (
    *("measure", "subject", "value", "low", "high", "p_value", "p_adjusted", "family"),
    *("n", "n_unit", "unit", "method", "archives", "provenance", "rule", "id"),
)
PARAMETER_COLUMNS = ("measure", "subject", "parameter", "value", "unit")
NUMBERS = ("value", "low", "high", "p_value", "p_adjusted", "n")


def weakest_provenance(provenances: Iterable[str]) -> str:
    """Return the weakest of several provenances, of which there may be many; raise ValueError for none or an unknown one.

    >>> weakest_provenance(["aggregate", "release"])
    'aggregate'
    """
    return PROVENANCES[max(map(PROVENANCES.index, set(provenances)))]


def measure_id(measure: str, subject: str) -> str:
    """Return the id of a measure of a subject: the name of its page, of letters, digits and .-_ alone.

    >>> measure_id("posting.office_share", "operation en")
    'posting.office_share--operation-en'
    """
    return "--".join(re.sub(r"[^A-Za-z0-9._]+", "-", text) for text in (measure, subject))


def write_measures(measures: Iterable[Measure], path: str | Path) -> None:
    """Write the measures of one rule as CSV (`write_csv`), ordered by measure and subject, parameters as JSON.

    Raises InputError, one sentence, if two rows have the same measure and subject, if a p-value names no family of tests, for a
    count of evidence without its unit, for a number that is none, for an unknown provenance, and for a parameter without a value or a unit.
    """
    rows = _checked(measures)
    written = ((*_cells(row), json.dumps(dict(row.parameters), ensure_ascii=False)) for row in rows)
    write_csv(path, (*COLUMNS, "parameters"), written)


def publish_measures(
    measures: Iterable[Measure],
    path: str | Path,
    parameters: str | Path,
    archives: Mapping[str, Iterable[str]] | None = None,
) -> None:
    """Write all measures of the study as CSV to `path` and their parameters to a table of their own.

    `archives` maps each population to its archives; subjects that are none are languages of its posting_series. Measures are ordered by measure and subject,
    parameters by measure, subject and parameter. Raises InputError as `write_measures` does, for two measures with one id.
    """
    rows = _checked(measures)
    ids: dict[str, Measure] = {}
    for row in rows:
        # Names of files that differ in case alone are one on some machines.
        other = ids.setdefault(measure_id(row.measure, row.subject).lower(), row)
        if other is not row:
            raise InputError(
                f"{row.measure} of {row.subject} and {other.measure} of {other.subject} would have the same page; "
                "rename one of them."
            )
    write_csv(path, PUBLISHED_COLUMNS, (_published(row, archives or {}) for row in rows))
    listed = (
        (row.measure, row.subject, name, *row.parameters[name])
        for row in rows
        for name in sorted(row.parameters)
    )
    write_csv(parameters, PARAMETER_COLUMNS, listed)


def _cells(row: Measure) -> list:
    return [getattr(row, column) for column in COLUMNS]


def _published(row: Measure, archives: Mapping[str, Iterable[str]]) -> list:
    named = row.populations.split("+") if row.populations else row.subject.split(" ")[:1]
    populations = {name if name in archives else "posting_series" for name in named}
    listed = dict.fromkeys(
        archive for name, of_name in archives.items() if name in populations for archive in of_name
    )
    derived = {
        "archives": "+".join(listed),
        "id": measure_id(row.measure, row.subject),
    }
    return [derived[column] if column in derived else getattr(row, column) for column in PUBLISHED_COLUMNS]


def _checked(measures: Iterable[Measure]) -> list[Measure]:
    """Return the measures in their order; raise InputError for the first that cannot be written."""
    rows = sorted(measures, key=lambda row: (row.measure, row.subject))
    for row, next_row in itertools.pairwise(rows):
        if (row.measure, row.subject) == (next_row.measure, next_row.subject):
            raise InputError(
                f"{row.measure} of {row.subject} is reported twice, by {row.rule} and by {next_row.rule}; rename one of them."
            )
    for row in rows:
        called = f"{row.measure} of {row.subject}, which {row.rule} reports,"
        if row.p_value is not None and not row.family:
            raise InputError(
                f"{called} has a p-value and names no family of tests; name the tests that it is corrected with."
            )
        if row.n is not None and not row.n_unit:
            raise InputError(
                f"{called} has {row.n} units of evidence and does not say which; give n_unit, what they are."
            )
        if row.provenance not in PROVENANCES:
            raise InputError(
                f"{called} has the provenance {row.provenance!r}; give one of {', '.join(PROVENANCES)}."
            )
        for column in NUMBERS:
            number = getattr(row, column)
            if number is not None and not isinstance(number, Real):
                raise InputError(
                    f"{called} has {number!r} as its {column}; give a number, or None where there is none."
                )
        for name, (value, unit) in row.parameters.items():
            if value in (None, "") or not unit:
                raise InputError(f"{called} has no value or no unit of its parameter {name}; give both.")
    return rows


def read_measures(path: str | Path) -> list[Measure]:
    """Read measures back from a CSV that `write_measures` wrote, or `publish_measures`, which keeps parameters apart."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [
            Measure(**{name: _typed(name, text) for name, text in row.items() if name in _FIELDS})
            for row in csv.DictReader(file)
        ]


_FIELDS = {column.name for column in fields(Measure)}


def _typed(column: str, text: str) -> Any:
    if column == "parameters":
        return {name: tuple(pair) for name, pair in json.loads(text).items()}
    if column == "n":
        return int(text) if text else None
    if column in NUMBERS:
        # A count stays a count: int where the text is one, so that writing it again changes nothing.
        return None if not text else int(text) if text.lstrip("-").isdigit() else float(text)
    return text
