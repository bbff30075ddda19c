"""Read events of any platform from a file: account, object, time."""

import glob
from pathlib import Path

import duckdb

from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError
from takedown.ingest.encoding import SAMPLE_BYTES, check_encoding
from takedown.pairs.find_pairs import COLUMNS

CHUNK_BYTES = 4 << 20

#: Longest record of a CSV, in bytes.
LONGEST_RECORD = 4_000_000

#: Bytes that say nothing of what a record is: all but quotes, commas, line ends, and zeros, as of UTF-16.
ORDINARY_BYTES = bytes(set(range(256)) - set(b'",\r\n\0'))


def read_events(
    connection: duckdb.DuckDBPyConnection,
    path: str | Path,
    folder: str | Path,
    *,
    largest_bytes: float,
    largest_ratio: float,
) -> int:
    """Make the view `events` of a file with the columns account, object and time; further columns are not kept.

    `path` is a Parquet file, a CSV file or a zip of CSV files. Values of a CSV are taken as text. A CSV in which
    every line is a record is read where it is; else its sound records go to Parquet files in `folder`. Folder and
    file must stay until the view is no longer used. `largest_bytes` and `largest_ratio` are limits of what a zip may
    unpack to.

    Return how many records the file has, the header not counted. Those that are no row of the view could not be
    read (broken quotes, wrong number of values, not UTF-8, blank).
    Raises InputError, one sentence, for a file that is missing, damaged or lacks a column.
    """
    path, folder = Path(path), Path(folder)
    if path.suffix.lower() == ".parquet":
        _view_parquet(connection, path, [path])
        return connection.execute("SELECT count(*) FROM events").fetchall()[0][0]
    if plain := _plain_csv(path, largest_bytes):
        header, records = plain
        connection.execute(f"CREATE OR REPLACE VIEW events AS {read_csv(path, header)}")
        return records
    # What mends a CSV takes longer to load than a small one takes to be read.
    from takedown.pairs.event_mend import copy_records

    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    records, parts = copy_records(connection, path, folder, **limits)
    _view_parquet(connection, path, parts)
    return records


def read_csv(path: Path, header: list[str]) -> str:
    """Return the query of account, object and time of all records of a CSV that DuckDB can read."""
    # Columns go by their place, since a header may hold any name, and all are looked at, so that a record is judged
    # whole: concat is never NULL.
    columns = ", ".join(f"c{place}: VARCHAR" for place in range(len(header)))
    wanted = ", ".join(f"c{header.index(column)} AS {column}" for column in COLUMNS)
    every = ", ".join(f"c{place}" for place in range(len(header)))
    whole = f" WHERE concat({every}) IS NOT NULL" if len(header) > len(COLUMNS) else ""
    return (
        f"SELECT {wanted} FROM read_csv({literal(glob.escape(str(path)))}, columns = {{{columns}}}, "
        f"max_line_size = {LONGEST_RECORD}, {read_sql('ingest/csv_options.sql')}){whole}"
    )


def _plain_csv(path: Path, largest_bytes: float) -> tuple[list[str], int] | None:
    """Return the header and the number of records of a CSV in which a line is a record, None for other files."""
    if path.suffix.lower() == ".zip" or not path.is_file() or path.stat().st_size > largest_bytes:
        return None
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE_BYTES)
            header = [name.strip() for name in sample.partition(b"\n")[0].decode().split(",")]
            if any(header.count(column) != 1 for column in COLUMNS):
                return None
            line = b"," * (len(header) - 1) + b"\n"
            records, rest, chunk = -1, b"", sample
            while chunk:
                rest += chunk.translate(None, ORDINARY_BYTES)
                lines = len(rest) // len(line)
                if not rest.startswith(line * lines):
                    return None
                records, rest = records + lines, rest[lines * len(line) :]
                chunk = file.read(CHUNK_BYTES)
    except (OSError, UnicodeDecodeError):
        return None
    if rest not in (b"", line[:-1]):
        return None
    if not sample.isascii():
        check_encoding(sample, str(path))
    return header, records + (rest != b"")


def _view_parquet(connection: duckdb.DuckDBPyConnection, path: Path, parts: list[Path]) -> None:
    try:
        connection.read_parquet([glob.escape(str(part)) for part in parts]).create_view("events")
    except duckdb.IOException:
        raise InputError(f"{path} does not exist; put the file there or correct its name.") from None
    except duckdb.InvalidInputException as error:
        sentence = str(error).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")
        raise InputError(f"{path} cannot be read as Parquet ({sentence}); write it again.") from error
