"""What DuckDB could not read of a CSV file, record by record."""

import mmap
from pathlib import Path
from typing import NamedTuple

import duckdb

from takedown.database import read_sql
from takedown.ingest_mend import EXCERPT_CHARACTERS, Reject, Wound, first_byte


class Lost(NamedTuple):
    """A record that never became a row: its number, the column at fault, the reason, and how it begins."""

    record: int
    column: str | None
    reason: str
    excerpt: str

    @classmethod
    def from_reject(cls, reject: Reject, wound: Wound | None, header: list[str]) -> "Lost":
        """Name the reason of a reject; a `wound` is what stood in its place before it was taken out."""
        if wound is not None:
            return cls(reject.record, None, "malformed_row", wound.excerpt)
        excerpt = reject.text.lstrip("\n")[:EXCERPT_CHARACTERS]
        if "INVALID ENCODING" in reject.errors:
            return cls(reject.record, header[reject.column - 1], "invalid_utf8", excerpt)
        return cls(reject.record, None, "malformed_row", excerpt)


def read_rejects(connection: duckdb.DuckDBPyConnection, path: Path) -> list[Reject]:
    """Return the records that the last read of `path` rejected, in the order of the file."""
    rows = connection.execute(read_sql("ingest/reject.sql")).fetchall()
    if not rows:
        return []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return [
            Reject(first_byte(data, position - 1), record, text or "", frozenset(errors), column)
            for position, record, text, errors, column in rows
        ]
