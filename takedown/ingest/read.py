"""Turn the files of an archive into typed rows."""

import glob
import logging
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

import duckdb

from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError
from takedown.core.working_folder import whole_file, working_folder
from takedown.ingest.accounting import account_for_rows
from takedown.ingest.layout import LAYOUTS, Layout
from takedown.ingest.mend_csv import LONGEST_RECORD
from takedown.ingest.other_formats import TABLE_READERS
from takedown.ingest.record import (
    ACCOUNTED,
    READ,
    ROW_OPTIONS,
    ROWS,
    TABLES,
    Reading,
    connected,
    copy_records,
    create_view,
    note_file,
    prepare,
)
from takedown.ingest.rejects import lost_records, read_rejects
from takedown.ingest.unpack import CsvFile, unpacked

#: What DuckDB reads at once: the less, the sooner it begins and the less memory it takes.
BUFFER_BYTES = 4 * LONGEST_RECORD

log = logging.getLogger("takedown")


def ingest(
    kind: str,
    paths: str | Path | Iterable[str | Path],
    archive_id: str,
    layout: str | Layout,
    outputs: Mapping[str, str | Path],
    *,
    scratch: str | Path,
    memory_mb: int,
    threads: int,
    **reading,
) -> None:
    """Read all files of a kind, users or tweets, of an archive, and account for their records, in one go.

    `outputs` names a Parquet file for each table of `TABLES[kind]`. All else, and the errors, as in `read_rows` and
    `account_for_rows`. Either all outputs are written or none.
    """
    limits = {"memory_mb": memory_mb, "threads": threads, "scratch": scratch}
    rows = ROWS[kind]
    with ExitStack() as stack:
        folder = stack.enter_context(working_folder(f"{outputs[rows]}.parts", scratch))
        whole = {table: stack.enter_context(whole_file(outputs[table])) for table in TABLES[kind]}
        parts = {table: folder / f"{table}.parquet" for table in READ[kind]} | {rows: whole[rows]}
        read_rows(kind, paths, archive_id, layout, parts, **limits, **reading)
        account_for_rows(
            kind, archive_id, layout, [parts], {table: whole[table] for table in ACCOUNTED[kind]}, **limits
        )


def read_rows(
    kind: str,
    paths: str | Path | Iterable[str | Path],
    archive_id: str,
    layout: str | Layout,
    outputs: Mapping[str, str | Path],
    *,
    scratch: str | Path,
    memory_mb: int,
    threads: int,
    largest_bytes: float,
    largest_ratio: float,
    only_accounts: str | Path | None = None,
    part: int = 0,
) -> None:
    """Write the rows of some files of an archive, typed, in their order, and what was noted of the files.

    `paths` are files of a kind, users or tweets (.zip or .csv; .jsonl, .ndjson or .parquet where the layout is
    mapped), `layout` is a layout of the kind or its name, and `part` the place of these files among those of the archive.
    `outputs` names a Parquet file for each table of `READ[kind]`. A row holds the columns of the tables that are made of
    it (takedown.core.database), which columns have a value that could not be read (`unreadable`), and why the
    row is not kept (`fault`, its column and an excerpt). DuckDB takes at most `memory_mb`; its overflow goes to a
    `working_folder` in `scratch`. `largest_bytes` and `largest_ratio` are limits of what a zip may unpack to.
    `only_accounts` is a text file of ids, one a line: rows of other accounts are counted and left.

    Either all outputs are written or none. Raises InputError for a file that cannot be used, RowAccountError if
    a record is left without an account.
    """
    layout = LAYOUTS[kind][layout] if isinstance(layout, str) else layout
    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    paths = [paths] if isinstance(paths, str | Path) else list(paths)
    rows = ROWS[kind]
    called = ", ".join(map(str, paths))
    with connected(outputs[rows], called, scratch, memory_mb, threads) as (connection, folder):
        prepare(connection, layout, only_accounts)
        reading = Reading(
            connection, threads, kind, layout, folder, limits, only_accounts is not None, archive_id, part
        )
        for path in map(Path, paths):
            # One file at a time, so that no more than one is unpacked at once.
            if path.suffix.lower() in TABLE_READERS:
                TABLE_READERS[path.suffix.lower()](reading, path, path.name + layout.note)
            elif not _read_path(reading, path, thorough=False):
                log.info("%s: broken quotes were passed over; every record is parsed now", path)
                _read_path(reading, path, thorough=True)
        with ExitStack() as stack:
            whole = {table: stack.enter_context(whole_file(outputs[table])) for table in READ[kind]}
            _join_members(connection, folder, whole[rows])
            for table in ("source_file", "lost_record"):
                connection.table(table).write_parquet(str(whole[table]))


def _read_path(reading: Reading, path: Path, *, thorough: bool) -> bool:
    """Read the CSV files of a path. Return whether that was thorough enough; if not, nothing is noted of them."""
    connection = reading.connection
    with unpacked(
        path,
        reading.folder,
        layout=reading.layout,
        thorough=thorough,
        readers=reading.threads,
        **reading.limits,
    ) as files:
        connection.begin()
        for file in files:
            if not _read_file(reading, path, file, thorough):
                connection.rollback()
                return False
        connection.commit()
    return True


def _read_file(reading: Reading, path: Path, file: CsvFile, thorough: bool) -> bool:
    """Read one CSV file into a Parquet file, and note its records in source_file and lost_record."""
    name = file.name + reading.layout.note
    with file.feed.readable_by(reading.connection):
        rows = _read_rows(reading, file, name, thorough)
        if rows is None:
            return False
        file.feed.settle()
    rejects = read_rejects(reading.connection)
    if not thorough and not all(reject.is_foreseen for reject in rejects):
        return False
    lost = lost_records(file.mender, rejects, file.header)
    records = file.mender.records - 1
    note_file(reading, path, name, records=records, rows=rows, lost=lost, first_record=2)
    return True


def _read_rows(reading: Reading, file: CsvFile, name: str, thorough: bool) -> int | None:
    """Read the rows into a Parquet file and return their number; None if DuckDB cannot go on."""
    # Columns go by their place, since a header may hold any name. DuckDB passes over those that no table has.
    source = (
        f"read_csv({literal(glob.escape(str(file.path)))}, "
        f"columns = {{{', '.join(f'c{place}: VARCHAR' for place in range(len(file.header)))}}}, "
        f"max_line_size = {LONGEST_RECORD}, buffer_size = {BUFFER_BYTES}, {read_sql('ingest/csv_options.sql')})"
    )
    if file.feed.padding is not None:
        source = f"(FROM {source} WHERE c0 IS DISTINCT FROM {literal(file.feed.padding)})"
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
        )
        return copy_records(reading, name)
    except duckdb.InvalidInputException as error:
        if thorough:
            sentence = str(error).splitlines()[0].removeprefix("Invalid Input Error: ").rstrip(".")
            raise InputError(
                f"{name} cannot be read as CSV ({sentence}); save it again as CSV in UTF-8."
            ) from error
        return None


def _join_members(connection: duckdb.DuckDBPyConnection, folder: Path, target: Path) -> None:
    """Make one file of what was read of each member."""
    parts = sorted(folder.glob("read_*.parquet"), key=lambda path: int(path.stem.removeprefix("read_")))
    if len(parts) == 1:
        shutil.move(parts[0], target)
        return
    files = ", ".join(literal(glob.escape(str(part))) for part in parts)
    connection.execute(f"COPY (FROM read_parquet([{files}])) TO {literal(str(target))} {ROW_OPTIONS}")
