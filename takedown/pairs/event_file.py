"""Read events (account, object, time) of any platform from a file."""

import glob
from pathlib import Path

import duckdb

from takedown.core.database import literal
from takedown.core.errors import InputError
from takedown.core.failures import first_sentence
from takedown.ingest.csv_source import MOST_COLUMNS, csv_source
from takedown.ingest.encoding import SAMPLE_BYTES, check_encoding, read_start
from takedown.pairs.find_pairs import COLUMNS

CHUNK_BYTES = 4 << 20

#: Bytes that do not affect where records end: all but quotes, commas, line ends, and zeros, which show UTF-16.
ORDINARY_BYTES = bytes(set(range(256)) - set(b'",\r\n\0'))


def read_events(
    connection: duckdb.DuckDBPyConnection,
    path: str | Path,
    folder: str | Path,
    *,
    threads: int,
    largest_bytes: float,
    largest_ratio: float,
) -> int:
    """Create the view `events` on a file with the columns account, object and time; other columns are left out.

    `path` is a Parquet file, a CSV file or a zip archive of CSV files; values of a CSV are read as text. A CSV in which
    every line is a record is read directly; otherwise its sound records are copied to Parquet files in `folder`. The
    file and the folder must exist as long as the view is used. `threads` are those of the connection;
    `largest_bytes` and `largest_ratio` limit the size of an unpacked file and its ratio to the packed size.

    Returns the number of records in the file without the header. Records that are not rows of the view could not be
    read (broken quotes, wrong number of values, not UTF-8, blank). Raises InputError for a file that is missing or
    damaged or lacks a column.
    """
    path, folder = Path(path), Path(folder)
    if path.suffix.lower() == ".parquet":
        read_start(path, largest_bytes)
        try:
            _view_parquet(connection, [path])
            _read_whole(connection)
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error as error:
            raise InputError(
                f"{path} cannot be read as Parquet ({first_sentence(error)}); write it again."
            ) from error
        return connection.execute("SELECT count(*) FROM events").fetchall()[0][0]
    if plain := _plain_csv(path, largest_bytes):
        header, records = plain
        source = csv_source(path, len(header))
        connection.execute(f"CREATE OR REPLACE VIEW events AS {_select(source, header)}")
        return records
    # Imported here, since loading these modules takes longer than reading a small plain CSV.
    from takedown.ingest.csv_files import read_csv_files
    from takedown.ingest.layout import Layout

    def copy(source: str, header: list[str], number: int) -> int:
        target = literal(str(folder / f"events_{number:06}.parquet"))
        query = f"COPY ({_select(source, header)}) TO {target} (FORMAT parquet, COMPRESSION lz4)"
        return connection.execute(query).fetchall()[0][0]

    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    files = read_csv_files(
        connection, path, folder, copy, layout=Layout(COLUMNS, ()), threads=threads, **limits
    )
    _view_parquet(connection, sorted(folder.glob("events_*.parquet")))
    return sum(file.records for file in files)


def _select(source: str, header: list[str]) -> str:
    """Return the query for account, object and time of all records of a `csv_source`."""
    wanted = ", ".join(f"c{header.index(column)} AS {column}" for column in COLUMNS)
    # concat is never NULL: it makes DuckDB check all columns, so that a record is valid as a whole or not at all.
    every = ", ".join(f"c{place}" for place in range(len(header)))
    whole = f" WHERE concat({every}) IS NOT NULL" if len(header) > len(COLUMNS) else ""
    return f"SELECT {wanted} FROM {source}{whole}"


def _plain_csv(path: Path, largest_bytes: float) -> tuple[list[str], int] | None:
    """Return the header and the number of records of a CSV in which every line is a record; None for other files."""
    if path.suffix.lower() == ".zip" or not path.is_file() or path.stat().st_size > largest_bytes:
        return None
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE_BYTES)
            header = [name.strip() for name in sample.partition(b"\n")[0].decode().split(",")]
            if len(header) > MOST_COLUMNS or any(header.count(column) != 1 for column in COLUMNS):
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


def _view_parquet(connection: duckdb.DuckDBPyConnection, parts: list[Path]) -> None:
    files = [glob.escape(str(part)) for part in parts]
    connection.read_parquet(files, hive_partitioning=False).create_view("events")


def _read_whole(connection: duckdb.DuckDBPyConnection) -> None:
    """Read every value once: damage within a column is found only where the column is read."""
    columns = [name for name in connection.table("events").columns if name in COLUMNS]
    connection.execute(
        f"SELECT {', '.join(f'bit_xor(hash({name}))' for name in columns) or 1} FROM events"
    ).fetchall()
