"""Read the files of an archive into typed rows."""

import glob
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from takedown.core.compressed import form_of
from takedown.core.database import literal, open_duckdb, read_sql
from takedown.core.working_folder import whole_file, working_folder
from takedown.ingest.accounting import account_for_rows
from takedown.ingest.csv_files import read_csv_files
from takedown.ingest.layout import LAYOUTS, Layout
from takedown.ingest.other_formats import TABLE_READERS
from takedown.ingest.record import (
    ACCOUNTED,
    READ,
    ROW_OPTIONS,
    ROWS,
    TABLES,
    ReadingContext,
    copy_records,
    create_macros,
    note_file,
)


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
    **reading: Any,
) -> None:
    """Read all files of a kind, users or tweets, of an archive, and account for their records, in one step.

    `outputs` names a Parquet file for each table of `TABLES[kind]`. The other parameters and the errors are those of
    `read_rows` and `account_for_rows`. Either all outputs are written or none.
    """
    limits: dict[str, Any] = {"memory_mb": memory_mb, "threads": threads, "scratch": scratch}
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
    simulated: bool = False,
) -> None:
    """Write the typed rows of some files of an archive, in the order of the files, and the bookkeeping of the files.

    `paths` are files of one kind, users or tweets (.zip or .csv; .json, .jsonl, .ndjson, .parquet or R data if the layout
    allows; text may be compressed, .gz or .zst), `layout` is a layout or its name, and `part` is the place of these files among those of the archive (from
    0). `outputs` names a Parquet file for each table of `READ[kind]`. A row holds the columns of the tables made from
    it (`takedown.core.database`), the names of the columns whose value could not be read (`unreadable`), and the reason
    why the row is not kept (`fault`, with its column and an excerpt). DuckDB uses at most `memory_mb` and `threads`;
    larger intermediate results go to a `working_folder` in `scratch`. `largest_bytes` and `largest_ratio` limit the
    size of an unpacked file and its ratio to the packed size. `only_accounts` is a text file with one account id per
    line; rows of other accounts are counted but not kept. Files with the mark of simulated ones are refused unless
    `simulated`.

    Either all outputs are written or none. Raises InputError for a file that cannot be used, and RowAccountError if a
    record is neither a row nor listed as lost.
    """
    layout = replace(LAYOUTS[kind][layout] if isinstance(layout, str) else layout, simulated=simulated)
    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    paths = [paths] if isinstance(paths, str | Path) else list(paths)
    rows = ROWS[kind]
    label = ", ".join(map(str, paths))
    opened = open_duckdb(outputs[rows], label, scratch, memory_mb, threads, "ingest.memory_mb")
    with opened as (connection, folder):
        create_macros(connection, layout, only_accounts)
        context = ReadingContext(
            connection, threads, kind, layout, folder, limits, only_accounts is not None, archive_id, part
        )
        for path in map(Path, paths):
            # One file after the other, so that only one at a time is unpacked.
            TABLE_READERS.get(form_of(path), _read_csv)(context, path)
        with ExitStack() as stack:
            whole = {table: stack.enter_context(whole_file(outputs[table])) for table in READ[kind]}
            _join_members(connection, folder, whole[rows])
            _undo_decoding(connection, folder, rows, whole[rows])
            for table in ("source_file", "lost_record"):
                connection.table(table).write_parquet(str(whole[table]))


def _read_csv(context: ReadingContext, path: Path) -> None:
    """Read the CSV files of a path into Parquet files, and note their records."""
    first = context.next_member()

    def copy(source: str, header: list[str], number: int) -> int:
        def cell(own: str) -> str:
            return f"c{header.index(own)}"

        return copy_records(context, str(path), first + number, header, source, cell, has_header=True)

    options: dict[str, Any] = {"layout": context.layout, "threads": context.threads, **context.limits}
    for file in read_csv_files(context.connection, path, context.folder, copy, **options):
        note_file(context, path, file.name, file.records, file.lost, first_record=2)


def _undo_decoding(connection: duckdb.DuckDBPyConnection, folder: Path, rows: str, target: Path) -> None:
    """Remove the instants decoded from the ids of a file of rows if these ids are rounded."""
    source = f"read_parquet({literal(glob.escape(str(target)))})"
    counts = read_sql("ingest/long_ids.sql").replace("kind_row", source)
    counts = counts.replace("kind_id", f"{rows.removesuffix('_row')}_id")
    if connection.execute(f"SELECT are_rounded(ids, in_zeros) FROM ({counts})").fetchall()[0][0]:
        decoded = "created_at" if rows == "account_row" else "decoded_at"
        undone = folder / "undone.parquet"
        connection.execute(
            f"COPY (SELECT * REPLACE (NULL::TIMESTAMP_MS AS {decoded}) FROM {source}) TO {literal(str(undone))} {ROW_OPTIONS}"
        )
        shutil.move(undone, target)


def _join_members(connection: duckdb.DuckDBPyConnection, folder: Path, target: Path) -> None:
    """Join the Parquet files of all members in one file."""
    parts = sorted(folder.glob("read_*.parquet"), key=lambda path: int(path.stem.removeprefix("read_")))
    if len(parts) == 1:
        shutil.move(parts[0], target)
        return
    files = ", ".join(literal(glob.escape(str(part))) for part in parts)
    connection.execute(f"COPY (FROM read_parquet([{files}])) TO {literal(str(target))} {ROW_OPTIONS}")
