"""Read events of any platform from a file: account, object, time."""

import glob
from pathlib import Path

import duckdb

from takedown.archive_file import CsvFile, unpacked
from takedown.database import read_sql
from takedown.errors import InputError
from takedown.ingest_layout import Layout
from takedown.ingest_mend import LONGEST_RECORD
from takedown.ingest_rejects import lost_records, read_rejects
from takedown.networks.pairs import COLUMNS

LAYOUT = Layout(COLUMNS, ())


def read_events(
    connection: duckdb.DuckDBPyConnection,
    path: str | Path,
    folder: str | Path,
    *,
    largest_bytes: float,
    largest_ratio: float,
) -> int:
    """Make the view `events` of a file with the columns account, object and time; further columns are not read.

    `path` is a Parquet file, a CSV file or a zip of CSV files. Values of a CSV are taken as text; its sound
    records go to Parquet files in `folder`, which must exist and stay until the view is no longer used.
    `largest_bytes` and `largest_ratio` are limits of what a zip may unpack to.

    Return how many records of a CSV could not be read (broken quotes, wrong number of values, not UTF-8, blank).
    Raises InputError, one sentence, for a file that is missing, damaged or lacks a column.
    """
    path, folder = Path(path), Path(folder)
    if path.suffix.lower() == ".parquet":
        parts, unreadable = [path], 0
    else:
        limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
        unreadable = _copy_records(connection, path, folder, limits, thorough=False)
        if unreadable is None:
            unreadable = _copy_records(connection, path, folder, limits, thorough=True)
        parts = sorted(folder.glob("events_*.parquet"))
    try:
        connection.read_parquet([glob.escape(str(part)) for part in parts]).create_view("events")
    except duckdb.IOException:
        raise InputError(f"{path} does not exist; put the file there or correct its name.") from None
    except duckdb.InvalidInputException as error:
        sentence = str(error).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")
        raise InputError(f"{path} cannot be read as Parquet ({sentence}); write it again.") from error
    return unreadable


def _copy_records(
    connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, limits: dict, *, thorough: bool
) -> int | None:
    """Copy the records of a path to Parquet; return how many are lost, or None if that asks for thorough reading."""
    lost = 0
    with unpacked(path, folder, layout=LAYOUT, thorough=thorough, **limits) as files:
        for number, file in enumerate(files):
            rows = _copy_file(connection, file, folder / f"events_{number:06}.parquet")
            rejects = read_rejects(connection)
            if not thorough and not all(reject.is_foreseen for reject in rejects):
                return None
            lost_here = len(lost_records(file.mender, rejects, file.header))
            if file.mender.records - 1 != rows + lost_here:
                raise AssertionError(
                    f"{file.name}: {file.mender.records} records, {rows} read, {lost_here} lost"
                )
            lost += lost_here
    return lost


def _copy_file(connection: duckdb.DuckDBPyConnection, file: CsvFile, target: Path) -> int:
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    # Columns go by their place, since a header may hold any name, and all are read, so that a record is judged whole.
    columns = ", ".join(f"c{place}: VARCHAR" for place in range(len(file.header)))
    wanted = ", ".join(f"c{file.header.index(column)} AS {column}" for column in COLUMNS)
    rest = " AND ".join(f"c{place} IS NULL" for place in range(len(file.header)))
    return connection.execute(
        f"COPY (SELECT {wanted}, {rest} AS is_empty FROM read_csv({_literal(glob.escape(str(file.path)))}, "
        f"columns = {{{columns}}}, max_line_size = {LONGEST_RECORD}, {read_sql('ingest/csv_options.sql')})) "
        f"TO {_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)"
    ).fetchone()[0]


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
