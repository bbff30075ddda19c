"""Read CSV files, packed or not, with DuckDB, and report the records that did not become rows."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb

from takedown.core.database import literal
from takedown.core.errors import InputError
from takedown.ingest.csv_source import LONGEST_RECORD, csv_source
from takedown.ingest.layout import Layout
from takedown.ingest.rejects import check_sum, forget_rejects, has_overlooked, keep_lost
from takedown.ingest.unpack import CsvFile, unpacked

#: Bytes of a stream that DuckDB reads at once; with fewer it starts sooner and takes less memory.
BUFFER_BYTES = 4 * LONGEST_RECORD

log = logging.getLogger("takedown")


class CsvResult(NamedTuple):
    """The outcome of reading a CSV file: its name, its records without the header, and the table of those that were lost."""

    name: str
    records: int
    lost: str


#: Reads from an SQL source with columns c0, c1, …, given the names of the columns and the number of the file (from 0);
#: returns the number of rows read.
Copy = Callable[[str, list[str], int], int]


class _RecordOverlooked(Exception):
    """DuckDB refused a record that counting quotes and commas had passed."""


def read_csv_files(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    folder: Path,
    copy: Copy,
    *,
    layout: Layout,
    threads: int,
    largest_bytes: float,
    largest_ratio: float,
) -> list[CsvResult]:
    """Read the CSV files of `path`, a .csv file or a .zip archive, one after the other, with `copy`.

    If a broken record was overlooked, all files are read again with every record parsed, so that `copy` must replace
    its earlier results. `folder` is for temporary files; `threads` are those of the connection. The other parameters
    and the errors are those of `unpacked`. Raises RowAccountError if the rows and the lost records do not add up to
    the records of a file.
    """

    def read(thorough: bool) -> list[CsvResult]:
        limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
        with unpacked(path, folder, layout=layout, thorough=thorough, readers=threads, **limits) as files:
            return [_read_file(connection, file, number, copy, thorough) for number, file in enumerate(files)]

    try:
        return read(thorough=False)
    except _RecordOverlooked:
        log.info("%s: broken quotes were overlooked; every record is parsed now", path)
        return read(thorough=True)


def _read_file(
    connection: duckdb.DuckDBPyConnection, file: CsvFile, number: int, copy: Copy, thorough: bool
) -> CsvResult:
    with file.stream.readable_by(connection):
        source = csv_source(file.stream.path, len(file.header), BUFFER_BYTES)
        if file.stream.padding is not None:
            source = f"(FROM {source} WHERE c0 IS DISTINCT FROM {literal(file.stream.padding)})"
        forget_rejects(connection)
        try:
            rows = copy(source, file.header, number)
        except duckdb.InvalidInputException as error:
            if not thorough:
                raise _RecordOverlooked from None
            sentence = str(error).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")
            raise InputError(
                f"{file.name} cannot be read as CSV ({sentence}); save it again as CSV in UTF-8."
            ) from error
        file.stream.settle()
    if not thorough and has_overlooked(connection):
        raise _RecordOverlooked
    records, table = file.mender.records - 1, f"lost_of_{number}"
    check_sum(file.name, records, rows, keep_lost(connection, table, file.header, file.mender))
    return CsvResult(file.name, records, table)
