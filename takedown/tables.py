"""Write published tables as CSV that a spreadsheet opens without running anything."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from takedown.measures import format_number
from takedown.working_folder import whole_file


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write rows as CSV; floats with six significant digits, true and false in lower case.

    A text that a spreadsheet would take for a formula (it starts with = + - @ or a control character) gets
    an apostrophe in front.
    """
    with whole_file(path) as whole, whole.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def write_query(path: str | Path, connection: duckdb.DuckDBPyConnection, query: str, **parameters) -> None:
    """Write the result of a query as CSV; the query must order its rows by a unique key."""
    result = connection.execute(query, parameters or None)
    write_csv(path, [column[0] for column in result.description], result.fetchall())


def _cell(value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value
    return format_number(value)
