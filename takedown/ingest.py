"""Turn the CSV files of an archive into typed tables, and account for every record of them."""

import glob
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from takedown.archive_file import CsvFile, unpacked
from takedown.database import read_sql
from takedown.errors import InputError
from takedown.ingest_layout import TWEET_LAYOUTS, USER_LAYOUTS, Layout
from takedown.ingest_mend import LONGEST_RECORD
from takedown.ingest_record import (
    Reading,
    RowAccountError,
    copy_records,
    create_view,
    literal,
    next_file,
    note_file,
    prepare,
)
from takedown.ingest_rejects import lost_records, read_rejects
from takedown.ingest_table import TABLE_READERS

ACCOUNTING = ("row_account", "rejected_row", "unreadable_value")
TABLES = {
    "users": ("account", *ACCOUNTING),
    "tweets": ("post", "post_hashtag", "post_url", "post_mention", *ACCOUNTING),
}
LAYOUTS = {"users": USER_LAYOUTS, "tweets": TWEET_LAYOUTS}

log = logging.getLogger("takedown")


def ingest(
    kind: str,
    paths: str | Path | Iterable[str | Path],
    archive_id: str,
    layout: str | Layout,
    outputs: dict[str, str | Path],
    *,
    scratch: str | Path,
    memory_mb: int,
    threads: int,
    largest_bytes: float,
    largest_ratio: float,
    only_accounts: str | Path | None = None,
) -> None:
    """Write the tables of a kind of file, users or tweets: its records and what became of each of them.

    `paths` are files of one archive (.zip or .csv; .jsonl, .ndjson or .parquet where the layout is mapped), `layout`
    is a layout of the kind or its name; `outputs` names a Parquet file for each table of `TABLES[kind]`, with the
    columns of workflow/sql/schema.sql and in the order of a unique key. DuckDB takes at most `memory_mb`; its
    overflow and unpacked files go to a folder below `scratch`. `largest_bytes` and `largest_ratio` are limits of
    what a zip may unpack to. `only_accounts` is a text file of ids, one a line: rows of other accounts are counted
    and left.

    Either all outputs are written or none. Raises InputError for a file that cannot be used, RowAccountError if
    a record is left without an account. Ids that occur again, in any of the files, are duplicates of the first.
    """
    layout = LAYOUTS[kind][layout] if isinstance(layout, str) else layout
    outputs = {table: Path(outputs[table]) for table in TABLES[kind]}
    settings = {"memory_limit": f"{memory_mb}MB", "threads": threads}
    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    scratch = Path(scratch)
    paths = [paths] if isinstance(paths, str | Path) else list(paths)
    scratch.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        stack.enter_context(_memory_told(paths))
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="ingest_", dir=scratch))
        ).resolve()
        connection = stack.enter_context(
            duckdb.connect(config=settings | {"temp_directory": str(folder / "overflow")})
        )
        prepare(connection, layout, only_accounts)
        reading = Reading(connection, kind, layout, folder, limits, only_accounts is not None)
        for path in map(Path, paths):
            # One file at a time, so that no more than one is unpacked at once.
            if path.suffix.lower() in TABLE_READERS:
                name = _distinct_name(connection, path.name + layout.note, path)
                TABLE_READERS[path.suffix.lower()](reading, path, name)
            elif not _read_path(reading, path, thorough=False):
                log.info("%s: broken quotes were passed over; every record is parsed now", path)
                _read_path(reading, path, thorough=True)
        _write_tables(connection, archive_id, outputs, folder)


@contextmanager
def _memory_told(paths: list[str | Path]) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException:
        names = ", ".join(map(str, paths))
        raise InputError(f"{names} needs more memory than ingest.memory_mb allows; raise it.") from None


def _distinct_name(connection: duckdb.DuckDBPyConnection, name: str, path: Path) -> str:
    taken = {row[0] for row in connection.execute("SELECT file FROM source_file").fetchall()}
    for candidate in (name, f"{path.name}/{name}", f"{path}/{name}"):
        if candidate not in taken:
            return candidate
    raise InputError(f"{path} is given twice; name each file once.")


def _read_path(reading: Reading, path: Path, *, thorough: bool) -> bool:
    """Read the CSV files of a path. Return whether that was thorough enough; if not, nothing is noted of them."""
    connection = reading.connection
    with unpacked(
        path, reading.folder, layout=reading.layout, thorough=thorough, stream=True, **reading.limits
    ) as files:
        connection.begin()
        for file in files:
            if not _read_file(
                reading, file, _distinct_name(connection, file.name + reading.layout.note, path), thorough
            ):
                connection.rollback()
                return False
        connection.commit()
    return True


def _read_file(reading: Reading, file: CsvFile, name: str, thorough: bool) -> bool:
    """Read one CSV file into a Parquet file, and note its records in source_file and lost_record."""
    connection = reading.connection
    number, target = next_file(connection, reading.folder)
    rows = _read_rows(reading, file, name, target, thorough)
    if file.feed is not None:
        file.feed.settle()
    rejects = [] if rows is None else read_rejects(connection)
    if not thorough and (rows is None or not all(reject.is_foreseen for reject in rejects)):
        return False
    lost = lost_records(file.mender, rejects, file.header)
    records = file.mender.records - 1
    note_file(connection, number, name, records=records, rows=rows, lost=lost, first_record=2)
    return True


def _read_rows(reading: Reading, file: CsvFile, name: str, target: Path, thorough: bool) -> int | None:
    """Read the rows into the Parquet file `target` and return their number; None if DuckDB cannot go on."""
    places = range(len(file.header))
    # Columns go by their place, since a header may hold any name; those that nobody needs are read all the same,
    # so that a record is judged by all of its bytes whatever is made of it.
    source = (
        f"read_csv({literal(glob.escape(str(file.path)))}, "
        f"columns = {{{', '.join(f'c{place}: VARCHAR' for place in places)}}}, "
        f"max_line_size = {LONGEST_RECORD}, {read_sql('ingest/csv_options.sql')})"
    )
    try:
        for table in ("reject_errors", "reject_scans"):
            reading.connection.execute(f"DROP TABLE IF EXISTS {table}")
        create_view(
            reading.connection,
            reading.layout,
            file.header,
            source,
            lambda own: f"c{file.header.index(own)}",
            only_asked=reading.only_asked,
            has_header=True,
            further=" AND ".join(f"c{place} IS NULL" for place in places),
        )
        return copy_records(reading.connection, reading.kind, name, target)
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
        f"SELECT {part} AS file_number, * FROM read_parquet({literal(glob.escape(str(folder / f'read_{part}.parquet')))}, "
        "file_row_number = true)"
        for (part,) in connection.execute("SELECT file_number FROM source_file ORDER BY 1").fetchall()
    ]
    connection.execute(f"CREATE TEMP VIEW reading AS {' UNION ALL '.join(parts)}")
    connection.execute(f"CREATE TEMP TABLE duplicate AS {read_sql('ingest/duplicate.sql')}")
    connection.execute(f"CREATE TEMP VIEW kept AS {read_sql('ingest/kept.sql')}")
    if not connection.execute("SELECT count(*) FROM kept").fetchall()[0][0]:
        files = connection.execute("SELECT file FROM source_file ORDER BY file_number").fetchall()
        of_others = connection.execute("SELECT count_if(fault = 'not_asked') FROM reading").fetchall()[0][0]
        remedy = "the list of accounts" if of_others else "that it is the whole file and the right one"
        raise InputError(
            f"{', '.join(name for (name,) in files)} of {archive_id} holds no row that can be read"
            f"{f' besides {of_others} of accounts that were not asked for' if of_others else ''}; check {remedy}."
        )
    partials = {path: Path(f"{path}.partial") for path in outputs.values()}
    try:
        for table, path in outputs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = connection.execute(
                f"COPY ({read_sql(f'ingest/{table}.sql')}) TO {literal(str(partials[path]))} "
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
    for file, read, *fates in connection.execute(
        "SELECT file, rows_read, rows_kept, rows_duplicate, rows_rejected, rows_repeated_header, rows_not_asked "
        "FROM written"
    ).fetchall():
        words = "%d kept + %d duplicate + %d rejected + %d repeated headers + %d not asked for"
        log.info(f"%s: %d read = {words}", file, read, *fates)
        if read != sum(fates):
            raise RowAccountError(f"{file}: {read} records read are not {fates} added up")
