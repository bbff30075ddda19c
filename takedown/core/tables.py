"""Write published tables as CSV in which a spreadsheet finds no formula to run."""

import csv
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb

from takedown.core.working_folder import whole_file

#: Start of a formula, in ASCII or full-width characters, after blanks and quotes that a spreadsheet removes.
FORMULA = re.compile(r'[\t\n]|[\s"\0\u200b\ufeff]*[=+\-@＝＋－＠]')


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write rows as CSV: floats with six significant digits, true and false in lower case, line ends in text as LF.

    A text that a spreadsheet may read as a formula gets an apostrophe in front: text that starts with = + - @ (in any
    width, after any blanks and quotation marks), a tab or a line end. Numbers are not changed.
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
    """Return a number as text, a float with six significant digits so that rounding errors do not reach a result.

    >>> format_number(2 / 3), format_number(940), format_number(None)
    ('0.666667', '940', '')
    """
    if number is None or (isinstance(number, float) and math.isnan(number)):
        return ""
    if isinstance(number, float):
        return f"{number:.6g}"
    return str(number)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        # The csv module does not quote text with a lone CR, after which readers would start a new row.
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return f"'{text}" if FORMULA.match(text) else text
    return format_number(value)
