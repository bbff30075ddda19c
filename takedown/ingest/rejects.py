"""Records that did not become rows, and the check that rows and lost records add up."""

from collections.abc import Sequence

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.ingest.mend_csv import EXCERPTS, Mender


class RowAccountError(AssertionError):
    """The records of a file do not add up, which is an error of this program, not of the file."""


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the rejects of earlier reads; call this before each read."""
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def has_overlooked(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the last read set a record aside for another reason than its encoding, which `Mender` leaves to DuckDB."""
    return bool(
        connection.execute("FROM reject_errors WHERE error_type <> 'INVALID ENCODING' LIMIT 1").fetchall()
    )


def keep_lost(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    header: Sequence[str] = (),
    mender: Mender | None = None,
) -> int:
    """Create the temporary table of the records that did not become rows in the last read; return their number.

    Its rows have the number of the `record` in the file, the `column_name` at fault, the `reason`, and the first
    characters as `excerpt`. `header` names the columns; `mender` knows the records that were taken out before DuckDB
    read the file.
    """
    blank, broken = (
        np.array(records, np.int64) for records in ((mender.blank, mender.broken) if mender else ((), ()))
    )
    excerpts = np.full(len(broken), None, object)
    excerpts[:EXCERPTS] = mender.excerpts if mender else []
    taken_out = np.sort(np.concatenate((blank, broken)), kind="stable")
    # The number of records that were passed on before each that was taken out, and of those taken out until there.
    passed = taken_out - np.arange(1, len(taken_out) + 1)
    last = np.flatnonzero(np.diff(passed, append=-1))
    given = {
        "blank_line": {"record": blank},
        "broken_record": {"record": broken, "excerpt": excerpts},
        "gap": {"passed": passed[last], "taken": last + 1},
    }
    for name, columns in given.items():
        connection.register(name, columns)
    try:
        query = f"CREATE OR REPLACE TEMP TABLE {table} AS {read_sql('ingest/lost.sql')}"
        return connection.execute(query, {"header": list(header)}).fetchall()[0][0]
    finally:
        for name in given:
            connection.unregister(name)


def check_sum(name: str, records: int, rows: int, lost: int) -> None:
    """Raise RowAccountError unless each of the records of a file is either a row or a lost record."""
    if records != rows + lost:
        raise RowAccountError(
            f"{name}: of {records} records {rows} were read and {lost} are known to be lost"
        )
