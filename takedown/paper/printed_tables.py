"""Tables whose values the paper prints: without a value that it needs, the paper is not written."""

import csv
from collections.abc import Collection
from pathlib import Path

from takedown.core.errors import InputError

Row = dict[str, str]


def missing(table: str, what: str) -> InputError:
    """Return the error that `table` does not have `what`; paper/numbers.typ has the same sentence."""
    return InputError(
        f"{table} has no {what}, which the paper prints; make the table again, or take out what prints it."
    )


def read_printed(
    path: str | Path, table: str, full: Collection[str], others: Collection[str] = ()
) -> list[Row]:
    """Return the rows of a CSV; each needs a value in the columns `full`, in the columns `others` it may have none.

    `table` is what the paper calls the table. Raises InputError for a column or a value that is missing.
    """
    with Path(path).open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        for column in (*full, *others):
            if column not in (reader.fieldnames or ()):
                raise missing(table, f"column {column}")
        rows = list(reader)
    for place, row in enumerate(rows, start=1):
        for column in full:
            if not row[column]:
                raise missing(table, f"{column} in its row {place}")
    return rows
