"""Read events from what is no plain CSV: zip files, quotes, other line ends, broken records."""

from pathlib import Path

import duckdb

from takedown.ingest.layout import Layout
from takedown.ingest.rejects import lost_records, read_rejects
from takedown.ingest.unpack import CsvFile, unpacked
from takedown.pairs.event_file import literal, read_csv
from takedown.pairs.find_pairs import COLUMNS

LAYOUT = Layout(COLUMNS, ())


def copy_records(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    folder: Path,
    *,
    largest_bytes: float,
    largest_ratio: float,
) -> tuple[int, list[Path]]:
    """Copy the sound records of a CSV file or a zip of such to Parquet files in `folder`.

    Return how many records there are, sound or not, the headers not counted, and the files.
    Raises InputError as `takedown.ingest.unpack.unpacked` does, which the limits are for.
    """
    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    records = _copy_records(connection, path, folder, limits, thorough=False)
    if records is None:
        records = _copy_records(connection, path, folder, limits, thorough=True)
    return records, sorted(folder.glob("events_*.parquet"))


def _copy_records(
    connection: duckdb.DuckDBPyConnection, path: Path, folder: Path, limits: dict, *, thorough: bool
) -> int | None:
    """Copy the records of a path to Parquet; return how many it has, or None if they ask for thorough reading."""
    records = 0
    with unpacked(path, folder, layout=LAYOUT, thorough=thorough, **limits) as files:
        for number, file in enumerate(files):
            rows = _copy_file(connection, file, folder / f"events_{number:06}.parquet")
            rejects = read_rejects(connection)
            if not thorough and not all(reject.is_foreseen for reject in rejects):
                return None
            lost = len(lost_records(file.mender, rejects, file.header))
            if file.mender.records - 1 != rows + lost:
                raise AssertionError(f"{file.name}: {file.mender.records} records, {rows} read, {lost} lost")
            records += rows + lost
    return records


def _copy_file(connection: duckdb.DuckDBPyConnection, file: CsvFile, target: Path) -> int:
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    query = f"COPY ({read_csv(file.path, file.header)}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION lz4)"
    return connection.execute(query).fetchall()[0][0]
