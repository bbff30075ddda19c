"""Write published tables as CSV that a spreadsheet opens without running anything."""

import csv
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from takedown.core.working_folder import whole_file

#: How a formula begins, in the width of East Asian letters too, whatever blanks and quotes a spreadsheet takes away first.
FORMULA = re.compile(r'[\t\n]|[\s"\0\u200b\ufeff]*[=+\-@＝＋－＠]')


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write rows as CSV; floats with six significant digits, true and false in lower case.

    A text that a spreadsheet may take for a formula gets an apostrophe in front, with which none begins: one that
    starts with = + - @ (in any width, after any blanks and quotation marks), a tab or a line end. Numbers are left alone; a line end within a text becomes a line feed.
    """
    with whole_file(path) as whole, whole.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def write_query(
    path: str | Path, connection: duckdb.DuckDBPyConnection, query: str, **parameters: Any
) -> None:
    """Write the result of a query as CSV; the query must order its rows by a unique key."""
    result = connection.execute(query, parameters or None)
    write_csv(path, [column[0] for column in result.description], result.fetchall())


def format_number(number: float | int | str | None) -> str:
    """Write a number with six significant digits, so that no last bit of a float reaches a result."""
    if number is None or (isinstance(number, float) and math.isnan(number)):
        return ""
    if isinstance(number, float):
        return f"{number:.6g}"
    return str(number)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # The writer puts a text with a lone return into no quotes, and what follows it would begin a row.
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return f"'{text}" if FORMULA.match(text) else text
    return format_number(value)
