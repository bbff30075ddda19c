"""The row format of every number that the study reports."""

import csv
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import Any

from takedown.core.errors import InputError
from takedown.core.tables import write_csv

#: From the strongest evidence to the weakest; a number is only as good as its weakest part. Queries have the order from
#: here (`takedown.core.database.make_tables`), figures their words in `takedown.figures.style`.
PROVENANCES = ("release", "aggregate", "replica")


@dataclass(frozen=True)
class Measure:
    """One reported number.

    `value`, `low`, `high` are in `unit`; `low` and `high` are the ends of the interval that `method`
    names and `p_value` that of the test it names, None where there is none; `n` counts the units
    of evidence (accounts, days, sessions, posts: `method` says which). `family` names the tests that a
    p-value is corrected with, and `p_adjusted` is the p-value after that, which `adjust_families` fills in.
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


COLUMNS = (
    *("measure", "subject", "value", "low", "high", "p_value", "p_adjusted", "family"),
    *("n", "unit", "method", "provenance", "rule"),
)
NUMBERS = ("value", "low", "high", "p_value", "p_adjusted", "n")


def weakest_provenance(provenances: Iterable[str]) -> str:
    """Return the weakest of several provenances, of which there may be many; raise ValueError for none or an unknown one.

    >>> weakest_provenance(["aggregate", "release"])
    'aggregate'
    """
    return PROVENANCES[max(map(PROVENANCES.index, set(provenances)))]


def write_measures(measures: Iterable[Measure], path: str | Path) -> None:
    """Write measures as CSV (`write_csv`), ordered by measure and subject.

    Raises InputError, one sentence, if two rows have the same measure and subject, if a p-value names no family of tests,
    for a number that is none, and for an unknown provenance.
    """
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
    write_csv(path, COLUMNS, ([getattr(row, column) for column in COLUMNS] for row in rows))


def read_measures(path: str | Path) -> list[Measure]:
    """Read measures back from a CSV that `write_measures` wrote."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [
            Measure(**{column: _typed(column, text) for column, text in row.items()})
            for row in csv.DictReader(file)
        ]


def _typed(column: str, text: str) -> Any:
    if column == "n":
        return int(text) if text else None
    if column in NUMBERS:
        # A count stays a count: int where the text is one, so that writing it again changes nothing.
        return None if not text else int(text) if text.lstrip("-").isdigit() else float(text)
    return text
