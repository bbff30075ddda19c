"""Turn the CSV files of an archive into typed tables, and account for every record of them."""

import glob
import logging
import os
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import duckdb

from takedown.archive_file import CsvFile, unpacked
from takedown.database import read_sql
from takedown.errors import InputError
from takedown.ingest_layout import TWEET_LAYOUTS, USER_LAYOUTS, Layout
from takedown.ingest_mend import LONGEST_RECORD
from takedown.ingest_rejects import lost_records, read_rejects

ACCOUNTING = ("row_account", "rejected_row", "unreadable_value")
TABLES = {
    "users": ("account", *ACCOUNTING),
    "tweets": ("post", "post_hashtag", "post_url", "post_mention", *ACCOUNTING),
}
LAYOUTS = {"users": USER_LAYOUTS, "tweets": TWEET_LAYOUTS}

log = logging.getLogger("takedown")


class RowAccountError(AssertionError):
    """The records of a file do not add up: a fault of this program, not of the file."""


def ingest(
    kind: str,
    paths: str | Path | Iterable[str | Path],
    archive_id: str,
    layout: str,
    outputs: dict[str, str | Path],
    *,
    scratch: str | Path,
    memory_mb: int,
    threads: int,
    largest_bytes: float,
    largest_ratio: float,
) -> None:
    """Write the tables of a kind of file, users or tweets: its records and what became of each of them.

    `paths` are .zip or .csv files of one archive, `layout` a key of the kind's layouts; `outputs` names a
    Parquet file for each table of `TABLES[kind]`, with the columns of workflow/sql/schema.sql and in the order of
    a unique key. DuckDB takes at most `memory_mb`; its overflow and unpacked files go to a folder below
    `scratch`. `largest_bytes` and `largest_ratio` are limits of what a zip may unpack to.

    Either all outputs are written or none. Raises InputError for a file that cannot be used, RowAccountError if
    a record is left without an account. Ids that occur again, in any of the files, are duplicates of the first.
    """
    layout, query = LAYOUTS[kind][layout], f"read_{kind}"
    outputs = {table: Path(outputs[table]) for table in TABLES[kind]}
    settings = {"memory_limit": f"{memory_mb}MB", "threads": threads}
    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    scratch = Path(scratch)
    paths = [paths] if isinstance(paths, str | Path) else list(paths)
    scratch.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="ingest_", dir=scratch))
        ).resolve()
        connection = stack.enter_context(
            duckdb.connect(config=settings | {"temp_directory": str(folder / "overflow")})
        )
        for statement in ("macros.sql", "bookkeeping.sql"):
            connection.execute(read_sql(f"ingest/{statement}"))
        for path in paths:
            # One file at a time, so that no more than one is unpacked at once.
            if not _read_path(connection, Path(path), layout, query, folder, limits, thorough=False):
                log.info("%s: broken quotes were passed over; every record is parsed now", path)
                _read_path(connection, Path(path), layout, query, folder, limits, thorough=True)
        _write_tables(connection, archive_id, outputs, folder)


def _distinct_name(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> str:
    taken = {row[0] for row in connection.execute("SELECT file FROM csv_file").fetchall()}
    for candidate in (name, f"{path.name}/{name}", f"{path}/{name}"):
        if candidate not in taken:
            return candidate
    raise InputError(f"{path} is given twice; name each file once.")


def _read_path(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    layout: Layout,
    query: str,
    folder: Path,
    limits: dict,
    *,
    thorough: bool,
) -> bool:
    """Read the CSV files of a path. Return whether that was thorough enough; if not, nothing is noted of them."""
    with unpacked(path, folder, layout=layout, thorough=thorough, **limits) as files:
        connection.begin()
        for file in files:
            if not _read_file(
                connection, file, _distinct_name(connection, file.name, path), layout, query, folder, thorough
            ):
                connection.rollback()
                return False
        connection.commit()
    return True


def _read_file(
    connection: duckdb.DuckDBPyConnection,
    file: CsvFile,
    name: str,
    layout: Layout,
    query: str,
    folder: Path,
    thorough: bool,
) -> bool:
    """Read one CSV file into a Parquet file of `folder`, and note its records in csv_file and lost_record."""
    number = connection.execute("SELECT count(*) FROM csv_file").fetchall()[0][0]
    rows = _read_rows(connection, file, name, layout, query, folder / f"read_{number}.parquet", thorough)
    rejects = [] if rows is None else read_rejects(connection)
    if not thorough and (rows is None or not all(reject.is_foreseen for reject in rejects)):
        return False
    lost, records = lost_records(file.mender, rejects, file.header), file.mender.records - 1
    if records != rows + len(lost):
        raise RowAccountError(
            f"{name}: of {records} records {rows} were read and {len(lost)} are known to be lost"
        )
    connection.execute(
        "INSERT INTO csv_file VALUES ($number, $name, $read)",
        {"number": number, "name": name, "read": records},
    )
    if lost:
        connection.executemany(
            "INSERT INTO lost_record VALUES (?, ?, ?, ?, ?)", [(number, *row) for row in lost]
        )
    return True


def _read_rows(
    connection: duckdb.DuckDBPyConnection,
    file: CsvFile,
    name: str,
    layout: Layout,
    query: str,
    target: Path,
    thorough: bool,
) -> int | None:
    """Read the rows into the Parquet file `target` and return their number; None if DuckDB cannot go on."""
    known, header = layout.required + layout.optional, file.header
    quoted = ['"' + column.replace('"', '""') + '"' for column in header]
    # Columns go by their place, since a header may hold any name; those that nobody needs are read all the same,
    # so that a record is judged by all of its bytes whatever is made of it.
    present = [f"c{place} AS {quoted[place]}" for place, column in enumerate(header) if column in known]
    absent = [f"NULL::VARCHAR AS {column}" for column in known if column not in header]
    further = [f"c{place} IS NULL" for place, _ in enumerate(header)]
    source = (
        f"read_csv({_literal(glob.escape(str(file.path)))}, "
        f"columns = {{{', '.join(f'c{place}: VARCHAR' for place in range(len(header)))}}}, "
        f"max_line_size = {LONGEST_RECORD}, {read_sql('ingest/csv_options.sql')})"
    )
    try:
        for table in ("reject_errors", "reject_scans"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW record AS SELECT {', '.join(present + absent)}, "
            f"{' AND '.join(further)} AS all_further_empty FROM {source}"
        )
        copy = f"COPY ({read_sql(f'ingest/{query}.sql')}) TO {_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)"
        return connection.execute(copy).fetchone()[0]
    except duckdb.OutOfMemoryException:
        raise InputError(f"{name} needs more memory than ingest.memory_mb allows; raise it.") from None
    except duckdb.InvalidInputException as error:
        if thorough:
            sentence = str(error).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")
            raise InputError(
                f"{name} cannot be read as CSV ({sentence}); save it again as CSV in UTF-8."
            ) from error
        return None


def _write_tables(
    connection: duckdb.DuckDBPyConnection, archive_id: str, outputs: dict[str, Path], folder: Path
) -> None:
    parts = [
        f"SELECT {part} AS file_number, * FROM read_parquet({_literal(glob.escape(str(folder / f'read_{part}.parquet')))}, "
        "file_row_number = true)"
        for (part,) in connection.execute("SELECT file_number FROM csv_file ORDER BY 1").fetchall()
    ]
    connection.execute(f"CREATE TEMP VIEW reading AS {' UNION ALL '.join(parts)}")
    connection.execute(f"CREATE TEMP TABLE duplicate AS {read_sql('ingest/duplicate.sql')}")
    connection.execute(f"CREATE TEMP VIEW kept AS {read_sql('ingest/kept.sql')}")
    if not connection.execute("SELECT count(*) FROM kept").fetchall()[0][0]:
        files = connection.execute("SELECT file FROM csv_file ORDER BY file_number").fetchall()
        raise InputError(
            f"{', '.join(name for (name,) in files)} of {archive_id} holds no row that can be read; "
            "check that it is the whole file and the right one."
        )
    partials = {path: Path(f"{path}.partial") for path in outputs.values()}
    try:
        for table, path in outputs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = connection.execute(
                f"COPY ({read_sql(f'ingest/{table}.sql')}) TO {_literal(str(partials[path]))} "
                "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)",
                {"archive_id": archive_id},
            ).fetchone()[0]
            log.info("%s: %d rows", table, rows)
        _check_account(connection, partials[outputs["row_account"]])
        for path, partial in partials.items():
            os.replace(partial, path)
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)


def _check_account(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.read_parquet(glob.escape(str(path))).create_view("written")
    for file, *counts in connection.execute(
        "SELECT file, rows_read, rows_kept, rows_duplicate, rows_rejected, rows_repeated_header FROM written"
    ).fetchall():
        log.info("%s: %d read = %d kept + %d duplicate + %d rejected + %d repeated headers", file, *counts)
        if counts[0] != sum(counts[1:]):
            raise RowAccountError(f"{file}: {counts[0]} records read are not {counts[1:]} added up")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
