"""What DuckDB could not read of a CSV file whose sound records were passed to it."""

from typing import NamedTuple

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.ingest.mend_csv import EXCERPT_CHARACTERS, Lost, Mender


class Reject(NamedTuple):
    """A record that DuckDB could not read: its number in the file it read, its text, its faults, the column."""

    record: int
    text: str
    errors: frozenset[str]
    column: int | None

    @property
    def is_foreseen(self) -> bool:
        """Whether only its encoding is wrong, which is left to DuckDB to find."""
        return self.errors == {"INVALID ENCODING"}


def read_rejects(connection: duckdb.DuckDBPyConnection) -> list[Reject]:
    """Return the records that the last read set aside, in the order of the file."""
    rows = connection.execute(read_sql("ingest/reject.sql")).fetchall()
    return [Reject(record, text or "", frozenset(errors), column) for record, text, errors, column in rows]


def lost_records(mender: Mender, rejects: list[Reject], header: list[str]) -> list[Lost]:
    """Return all records that never became a row, under their numbers in the file as it was before mending."""
    taken_out = np.array([lost.record for lost in mender.broken], np.int64)
    # How many records of the file that DuckDB read lie before each that was taken out.
    before = taken_out - 1 - np.arange(len(taken_out))
    lost = list(mender.lost)
    for reject in rejects:
        record = reject.record + int(np.searchsorted(before, reject.record))
        excerpt = reject.text.lstrip("\n")[:EXCERPT_CHARACTERS]
        if "INVALID ENCODING" in reject.errors:
            lost.append(Lost(record, header[reject.column - 1], "invalid_utf8", excerpt))
        else:
            lost.append(Lost(record, None, "malformed_row", excerpt))
    return sorted(lost)


def lost_lines(connection: duckdb.DuckDBPyConnection) -> list[Lost]:
    """Return the lines that the last read of lines set aside, under their numbers in the file."""
    return [
        Lost(
            reject.record,
            None,
            "invalid_utf8" if reject.is_foreseen else "malformed_row",
            reject.text[:EXCERPT_CHARACTERS],
        )
        for reject in read_rejects(connection)
    ]
