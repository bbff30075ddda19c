"""The SQL by which DuckDB reads a CSV file."""

import glob
from pathlib import Path

from takedown.core.database import literal, read_sql

#: Longest record that is read, in bytes.
LONGEST_RECORD = 4_000_000

#: Most columns of a file; with many more, reading a line takes seconds.
MOST_COLUMNS = 5_000


def csv_source(path: str | Path, columns: int, buffer_bytes: int = 16 * LONGEST_RECORD) -> str:
    """Return SQL to select from: the records of a CSV file, with columns c0, c1, … as text.

    Columns are numbered, since a header may hold any name. DuckDB reads `buffer_bytes` at once and sets records that
    it cannot read aside (`takedown.ingest.rejects`).
    """
    types = ", ".join(f"c{place}: VARCHAR" for place in range(columns))
    return (
        f"read_csv({literal(glob.escape(str(path)))}, columns = {{{types}}}, max_line_size = {LONGEST_RECORD}, "
        f"buffer_size = {buffer_bytes}, {read_sql('ingest/csv_options.sql')})"
    )
