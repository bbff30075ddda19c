"""What all of ingestion shares: its tables, its DuckDB, and the view `record` that every kind of file is turned into first."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError
from takedown.core.failures import too_large
from takedown.core.working_folder import working_folder
from takedown.ingest.layout import Layout

#: The rows of a kind of file, from which takedown.core.database makes its tables.
ROWS = {"users": "account_row", "tweets": "post_row"}
#: Tables that come of reading files of a kind, and of accounting for their records.
READ = {kind: (rows, "source_file", "lost_record") for kind, rows in ROWS.items()}
ACCOUNTING = ("row_account", "rejected_row", "unreadable_value")
ACCOUNTED = {kind: (f"repeated_{rows}", *ACCOUNTING) for kind, rows in ROWS.items()}
TABLES = {kind: (rows, *ACCOUNTED[kind]) for kind, rows in ROWS.items()}

#: How rows are stored: they are read often, and stay on the user's machine. A dictionary of more values is built in vain,
#: and larger groups of rows take more memory and leave more to one thread at the end.
ROW_OPTIONS = (
    "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4000, "
    "ROW_GROUP_SIZE 81920)"
)


class RowAccountError(AssertionError):
    """The records of a file do not add up: a fault of this program, not of the file."""


@dataclass(frozen=True)
class Reading:
    """What reading files of an archive needs: DuckDB and its threads, users or tweets, their layout, a folder, limits, whose."""

    connection: duckdb.DuckDBPyConnection
    threads: int
    kind: str
    layout: Layout
    folder: Path
    limits: dict[str, float]
    only_asked: bool
    archive_id: str
    part: int

    @property
    def member(self) -> int:
        """Return the number of the file that is read now, among those that came as one part."""
        return self.connection.execute("SELECT count(*) FROM source_file").fetchall()[0][0]


@contextmanager
def connected(
    output: str | Path, called: str, scratch: str | Path, memory_mb: int, threads: int
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Open DuckDB with at most `memory_mb` and a `working_folder` for what overflows; yield both.

    Raises InputError, one sentence that names what was `called` so, where memory does not suffice.
    """
    settings = {"memory_limit": f"{memory_mb}MB", "threads": threads}
    try:
        with (
            working_folder(output, scratch) as folder,
            duckdb.connect(config=settings | {"temp_directory": str(folder / "overflow")}) as connection,
        ):
            yield connection, folder
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, called, "ingest.memory_mb") from None


def prepare(connection: duckdb.DuckDBPyConnection, layout: Layout, only_accounts: str | Path | None) -> None:
    """Make the macros by which a layout's values are read, and the tables of what is noted while reading.

    `only_accounts` is a text file of account ids, one a line: rows of other accounts are counted and left.
    Raises InputError, one sentence, if it cannot be used or if the time format of the layout is none.
    """
    connection.execute("SET TimeZone = 'UTC'")
    prepare_account(connection, layout)
    for statement in ("macros.sql", f"ids_{layout.ids}.sql", *layout.further_macros):
        connection.execute(read_sql(f"ingest/{statement}"))
    if layout.time_format is not None:
        connection.execute("SET VARIABLE time_format = $1", [layout.time_format])
        try:
            connection.execute(read_sql("ingest/times_stated.sql"))
            connection.execute("SELECT readable_instant('')")
        except duckdb.InvalidInputException as error:
            raise InputError(
                f"time_format {layout.time_format!r} of the registry cannot be used "
                f"({str(error).splitlines()[0].rstrip('.')}); write it as strptime has it, like %d.%m.%Y %H:%M."
            ) from None
    if layout.list_separator is not None:
        connection.execute("SET VARIABLE list_separator = $1", [layout.list_separator])
        connection.execute(read_sql("ingest/lists_separated.sql"))
    if only_accounts is not None:
        _load_asked(connection, Path(only_accounts))


def prepare_account(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Make the tables of what is noted while reading, and of what a layout calls its columns."""
    connection.execute(read_sql("ingest/bookkeeping.sql"))
    names = [(column, own) for column in layout.known for own in layout.own.get(column, ())[:1]]
    if names:
        connection.executemany("INSERT INTO own_name VALUES (?, ?)", names)


def _load_asked(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        ids = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}, the list of accounts, cannot be read ({error}); write one id a line in UTF-8."
        ) from None
    ids = [text for text in ids if text]
    connection.execute("CREATE TEMP TABLE asked_account (id VARCHAR)")
    connection.execute("INSERT INTO asked_account SELECT DISTINCT unnest($1::VARCHAR[])", [ids])
    wrong = connection.execute("SELECT min(id) FROM asked_account WHERE id_fault(id) IS NOT NULL").fetchall()[
        0
    ][0]
    if not ids or wrong is not None:
        what = "is empty" if not ids else f"holds {wrong[:60]!r}, which is no id"
        raise InputError(f"{path}, the list of accounts, {what}; write one id a line.")


def create_view(
    connection: duckdb.DuckDBPyConnection,
    layout: Layout,
    header: list[str],
    source: str,
    cell: Callable[[str], str],
    *,
    only_asked: bool,
    has_header: bool = False,
    broken_as: str = "NULL",
    broken: str = "NULL",
) -> None:
    """Create `record` from what reads a file: a column as text for each that `layout` knows, and what else is known.

    `source` is SQL to select from, `cell` gives the SQL of the value of a column of `header`; `broken_as` is the
    reason why a record holds no values, `broken` that record.
    """

    def value(column: str) -> str:
        cells = [cell(own) for own in layout.names(column) if own in header]
        if len(cells) > 1:
            return f"coalesce({', '.join(f'filled({part})' for part in cells)})"
        return cells[0] if cells else "NULL::VARCHAR"

    repeated = "false"
    if has_header:
        # Two columns that hold their own names; one alone might be called so.
        marks = sorted(layout.required, key=lambda column: not column.endswith("id"))[:2]
        names = [next(own for own in layout.names(column) if own in header) for column in marks]
        alike = " AND ".join(f"filled({cell(own)}) = {literal(own)}" for own in names)
        # Trimming is dear, and few values hold the name at all.
        repeated = f"CASE WHEN contains({cell(names[0])}, {literal(names[0])}) THEN {alike} ELSE false END"
    account = value("userid")
    asked = "true"
    if only_asked:
        # A record whose account cannot be read is not left out, but rejected.
        asked = (
            f"coalesce(id_fault(filled({account})) IS NOT NULL, true) "
            f"OR filled({account}) IN (SELECT id FROM asked_account)"
        )
    inner = [f"{value(column)} AS {column}" for column in layout.known]
    inner += [f"{repeated} AS is_header", f"{asked} AS is_asked"]
    inner += [f"{broken_as}::VARCHAR AS broken_as", f"{broken}::VARCHAR AS broken"]
    kept = [f"CASE WHEN is_asked THEN {c} END AS {c}" if only_asked else c for c in layout.known]
    rest = "is_header, is_asked, broken_as, broken"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW record AS SELECT {', '.join(kept)}, {rest} "
        f"FROM (SELECT {', '.join(inner)} FROM {source})"
    )


def identifier(text: str) -> str:
    """Return text as a name of SQL."""
    return '"' + text.replace('"', '""') + '"'


def copy_records(reading: Reading, name: str) -> int:
    """Read the values of `record` into a Parquet file of the folder; return the number of rows.

    Raises InputError, one sentence, where memory does not suffice; passes on other errors of DuckDB.
    """
    member = reading.member
    target = reading.folder / f"read_{member}.parquet"
    try:
        copy = f"COPY ({read_sql(f'ingest/read_{reading.kind}.sql')}) TO {literal(str(target))} {ROW_OPTIONS}"
        place = {"archive_id": reading.archive_id, "part": reading.part, "member": member}
        return reading.connection.execute(copy, place).fetchone()[0]
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, name, "ingest.memory_mb") from None


def note_file(
    reading: Reading, path: Path, name: str, *, records: int, rows: int, lost: list[tuple], first_record: int
) -> None:
    """Note the records of a file that was read; raise RowAccountError if some are neither rows nor lost."""
    if records != rows + len(lost):
        raise RowAccountError(
            f"{name}: of {records} records {rows} were read and {len(lost)} are known to be lost"
        )
    connection, place = reading.connection, [reading.archive_id, reading.part, reading.member]
    rows_before = connection.execute(
        "SELECT coalesce(sum(rows_read), 0) - (SELECT count(*) FROM lost_record) FROM source_file"
    ).fetchall()[0][0]
    connection.execute(
        "INSERT INTO source_file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [*place, str(path), name, records, first_record, rows_before],
    )
    if lost:
        connection.executemany(
            "INSERT INTO lost_record VALUES (?, ?, ?, ?, ?, ?, ?)", [(*place, *row) for row in lost]
        )
