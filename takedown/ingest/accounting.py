"""Account for every record of an archive after its files have been read."""

import glob
import logging
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import duckdb

from takedown.core.database import literal, open_duckdb, read_sql, view_records
from takedown.core.errors import InputError
from takedown.core.working_folder import whole_file
from takedown.ingest.layout import LAYOUTS, Layout
from takedown.ingest.record import ACCOUNTED, ACCOUNTING, ROWS, create_bookkeeping
from takedown.ingest.rejects import RowAccountError

log = logging.getLogger("takedown")


def account_for_rows(
    kind: str,
    archive_id: str,
    layout: str | Layout,
    parts: Sequence[Mapping[str, str | Path]],
    outputs: Mapping[str, str | Path],
    *,
    scratch: str | Path,
    memory_mb: int,
    threads: int,
) -> None:
    """Find the rows of an archive that repeat an id, and write how many records were kept, rejected or left out, and why.

    `parts` are the outputs of `read_rows`, in the order of their `part`; `outputs` names a Parquet file for each table
    of `ACCOUNTED[kind]`, written in the order of a unique key. If several rows of the archive have the same id, the
    first is kept.

    Either all outputs are written or none. Raises InputError if no row is kept, if dates with the day before the month
    outnumber the readable rows, or if a file is given twice, and RowAccountError if the counts do not add up.
    """
    layout = LAYOUTS[kind][layout] if isinstance(layout, str) else layout
    rows = ROWS[kind]
    repeated = outputs[f"repeated_{rows}"]
    opened = open_duckdb(repeated, archive_id, scratch, memory_mb, threads, "ingest.memory_mb")
    with ExitStack() as stack, opened as (connection, _):
        create_bookkeeping(connection, layout)
        for table in ("source_file", "lost_record"):
            for found in parts:
                connection.execute(
                    f"INSERT INTO {table} FROM read_parquet($file)",
                    {"file": glob.escape(str(found[table]))},
                )
        _name_apart(connection)
        whole = {table: stack.enter_context(whole_file(outputs[table])) for table in ACCOUNTED[kind]}
        repeated = whole[f"repeated_{rows}"]
        view_records(connection, {rows: [found[rows] for found in parts]})
        _write(connection, "ingest/repeated_row.sql", rows, repeated)
        view_records(connection, {rows: [found[rows] for found in parts], f"repeated_{rows}": [repeated]})
        _check_day_first(connection, rows, archive_id)
        if not (kind == "users" and layout.from_posts):
            # Not every file of posts says when its accounts were created.
            _check_any(connection, rows, archive_id)
        for table in ACCOUNTING:
            written = _write(connection, f"ingest/{table}.sql", rows, whole[table], archive_id=archive_id)
            log.info("%s: %d rows", table, written)
            if table == "rounded_id" and written:
                log.warning(
                    "%s: ids are rounded, as by a spreadsheet, so their instants are not decoded", archive_id
                )
        _check_account(connection, whole["row_account"])


def _name_apart(connection: duckdb.DuckDBPyConnection) -> None:
    """Give different names to files of the same name from several zip archives or folders."""
    taken: set[str] = set()
    query = "SELECT part, member, path, file FROM source_file ORDER BY part, member"
    for part, member, path, name in connection.execute(query).fetchall():
        for candidate in (name, f"{Path(path).name}/{name}", f"{path}/{name}"):
            if candidate not in taken:
                break
        else:
            raise InputError(f"{path} is given twice; list each file once.")
        taken.add(candidate)
        connection.execute(
            "UPDATE source_file SET file = $1 WHERE part = $2 AND member = $3", [candidate, part, member]
        )


def _write(
    connection: duckdb.DuckDBPyConnection, query: str, rows: str, target: Path, **parameters: str
) -> int:
    query = read_sql(query).replace("kind_row", rows).replace("kind_id", f"{rows.removesuffix('_row')}_id")
    copy = f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    return connection.execute(copy, parameters or None).fetchall()[0][0]


def _check_day_first(connection: duckdb.DuckDBPyConnection, rows: str, archive_id: str) -> None:
    """Refuse files with dates like 30/08/2019, in which days up to 12 would be read as months."""
    query = read_sql("ingest/day_first.sql").replace("kind_row", rows)
    ((readable, day_first, example),) = connection.execute(query).fetchall()
    if day_first > readable:
        raise InputError(
            f"{archive_id} has dates with the day before the month ({day_first} rows, the first {example!r}), some of "
            "which would be read with the month first; save its files again with dates like 2019-08-19, or state "
            "time_format in the registry."
        )


def _check_any(connection: duckdb.DuckDBPyConnection, rows: str, archive_id: str) -> None:
    if connection.execute(f"FROM sound_{rows} LIMIT 1").fetchall():
        return
    files = connection.execute("SELECT file FROM source_file ORDER BY part, member").fetchall()
    of_others = connection.execute(f"SELECT count_if(fault = 'not_asked') FROM {rows}").fetchall()[0][0]
    remedy = (
        "the list of accounts and the condition on rows"
        if of_others
        else "that the file is complete and the right one"
    )
    raise InputError(
        f"{', '.join(name for (name,) in files)} of {archive_id} has no readable row"
        f"{f' besides {of_others} of accounts that were not asked for' if of_others else ''}; check {remedy}."
    )


def _check_account(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    connection.read_parquet(glob.escape(str(path))).create_view("written")
    for file, read, *counts in connection.execute(
        "SELECT file, rows_read, rows_kept, rows_duplicate, rows_rejected, rows_repeated_header, rows_not_asked "
        "FROM written"
    ).fetchall():
        words = "%d kept + %d duplicate + %d rejected + %d repeated headers + %d not asked for"
        log.info(f"%s: %d read = {words}", file, read, *counts)
        if counts[2] > read / 2:
            log.warning("%s: most rows were rejected; see rejected_row and rejected_reasons.csv", file)
        if read != sum(counts):
            raise RowAccountError(f"{file}: {read} records read are not the sum of {counts}")
