"""Records that did not become rows, and the check that rows and lost records add up."""

from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.ingest.mend_csv import EXCERPT_CHARACTERS, LostRecord, Mender


class RowAccountError(AssertionError):
    """The records of a file do not add up, which is an error of this program, not of the file."""


class Reject(NamedTuple):
    """A record that DuckDB could not read: its number in the file it read, its text, the errors, the column (from 1)."""

    record: int
    text: str
    errors: frozenset[str]
    column: int

    @property
    def is_badly_encoded(self) -> bool:
        """Whether the encoding is the only error, which `Mender` leaves to DuckDB to find."""
        return self.errors == {"INVALID ENCODING"}


def forget_rejects(connection: duckdb.DuckDBPyConnection) -> None:
    """Delete the rejects of earlier reads; call this before each read."""
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def read_rejects(connection: duckdb.DuckDBPyConnection) -> list[Reject]:
    """Return the records that the last read set aside, in the order of the file."""
    rows = connection.execute(read_sql("ingest/reject.sql")).fetchall()
    return [
        Reject(record, text or "", frozenset(errors), column or 0) for record, text, errors, column in rows
    ]


def lost_records(mender: Mender, rejects: list[Reject], header: list[str]) -> list[LostRecord]:
    """Return every record that did not become a row, with its number in the original file.

    `rejects` number the records of the file that `mender` passed on, whose columns `header` names.
    """
    taken_out = np.array([lost.record for lost in mender.broken], np.int64)
    # For each record taken out: the number of records before it in the file that DuckDB read.
    before = taken_out - 1 - np.arange(len(taken_out))
    lost = list(mender.lost)
    for reject in rejects:
        record = reject.record + int(np.searchsorted(before, reject.record))
        excerpt = reject.text.lstrip("\n")[:EXCERPT_CHARACTERS]
        if "INVALID ENCODING" in reject.errors:
            lost.append(LostRecord(record, header[reject.column - 1], "invalid_utf8", excerpt))
        else:
            lost.append(LostRecord(record, None, "malformed_row", excerpt))
    return sorted(lost)


def lost_lines(connection: duckdb.DuckDBPyConnection) -> list[LostRecord]:
    """Return the lines that the last read of a file of lines set aside, with their numbers in the file."""
    return [
        LostRecord(
            reject.record,
            None,
            "invalid_utf8" if reject.is_badly_encoded else "malformed_row",
            reject.text[:EXCERPT_CHARACTERS],
        )
        for reject in read_rejects(connection)
    ]


def check_sum(name: str, records: int, rows: int, lost: Sequence[LostRecord]) -> None:
    """Raise RowAccountError unless each of the records of a file is either a row or a lost record."""
    if records != rows + len(lost):
        raise RowAccountError(
            f"{name}: of {records} records {rows} were read and {len(lost)} are known to be lost"
        )
