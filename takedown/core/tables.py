"""Write published tables as CSV in which a spreadsheet finds no formula to run."""

import csv
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from takedown.core.working_folder import whole_file

if TYPE_CHECKING:
    import duckdb

FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: Characters that are not seen: controls, blanks, joiners, directions, fillers, variation selectors and tags.
INVISIBLE = (
    r"\0-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
#: Start of a formula, in ASCII, small or full-width characters, after invisible ones and quotes that a spreadsheet removes.
FORMULA = re.compile(rf'[\t\n]|[{INVISIBLE}"]*[=+\-@＝＋－＠﹦﹢﹣﹫]')


def write_csv(path: str | Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Write rows as CSV: floats with six significant digits, true and false in lower case, line ends in text as LF.

    A text that a spreadsheet may read as a formula gets an apostrophe in front: text that starts with = + - @ (in any
    width, after any invisible characters and quotation marks), a tab or a line end. Numbers are not changed.
    """
    with whole_file(path) as whole, whole.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([_cell(value) for value in row] for row in rows)


def write_query(
    path: str | Path, connection: "duckdb.DuckDBPyConnection", query: str, **parameters: Any
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
