"""The row format of every number that the study reports."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from takedown.tables import write_csv

#: From the strongest evidence to the weakest; a number is only as good as its weakest part.
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


def weakest_provenance(provenances: Iterable[str]) -> str:
    """Return the weakest of several provenances; raise ValueError for none or an unknown one."""
    return max(provenances, key=PROVENANCES.index)


def write_measures(measures: Iterable[Measure], path: str | Path) -> None:
    """Write measures as CSV (`write_csv`), ordered by measure and subject.

    Raises ValueError if two rows have the same measure and subject, or if a p-value names no family of tests.
    """
    rows = sorted(measures, key=lambda row: (row.measure, row.subject))
    keys = [(row.measure, row.subject) for row in rows]
    if len(set(keys)) < len(keys):
        raise ValueError(f"a measure is reported twice: {sorted(k for k in keys if keys.count(k) > 1)}")
    alone = [row.measure for row in rows if row.p_value is not None and not row.family]
    if alone:
        raise ValueError(f"a p-value names no family of tests: {alone}")
    write_csv(path, COLUMNS, ([getattr(row, column) for column in COLUMNS] for row in rows))


def read_measures(path: str | Path) -> list[Measure]:
    """Read measures back from a CSV that `write_measures` wrote."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        return [
            Measure(**{column: _typed(column, text) for column, text in row.items()})
            for row in csv.DictReader(file)
        ]


def _typed(column: str, text: str):
    if column == "n":
        return int(text) if text else None
    if column in ("value", "low", "high", "p_value", "p_adjusted"):
        # A count stays a count: int where the text is one, so that writing it again changes nothing.
        return None if not text else int(text) if text.lstrip("-").isdigit() else float(text)
    return text
