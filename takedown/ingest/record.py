"""Shared parts of ingestion: its tables, its DuckDB, and the view `record` into which every kind of file is first read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError
from takedown.core.failures import too_large
from takedown.ingest.layout import Layout, first_key

#: The table of rows for each kind of file, from which takedown.core.database makes the tables of the study.
ROWS = {"users": "account_row", "tweets": "post_row"}
#: Tables written when files of a kind are read, and when their records are accounted for.
READ = {kind: (rows, "source_file", "lost_record") for kind, rows in ROWS.items()}
ACCOUNTING = ("row_account", "rejected_row", "unreadable_value", "rounded_id")
ACCOUNTED = {kind: (f"repeated_{rows}", *ACCOUNTING) for kind, rows in ROWS.items()}
TABLES = {kind: (rows, *ACCOUNTED[kind]) for kind, rows in ROWS.items()}

#: How rows are stored: they are read often and stay on the user's machine. Larger dictionaries are built in vain, and
#: larger groups of rows take more memory and leave more work to one thread at the end.
ROW_OPTIONS = (
    "(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4000, "
    "ROW_GROUP_SIZE 81920)"
)


#: Forms of times besides formats of strptime, and the macros that read them.
TIMES = {
    "text": "instant_of_text",
    "text_with_zone": "instant_with_zone",
    "epoch_s": "instant_of_seconds",
    "epoch_ms": "instant_of_milliseconds",
}


@dataclass(frozen=True)
class ReadingContext:
    """Context for reading one archive: connection, threads, file kind, layout, scratch folder, limits, archive id."""

    connection: duckdb.DuckDBPyConnection
    threads: int
    kind: str
    layout: Layout
    folder: Path
    limits: dict[str, float]
    only_asked: bool
    archive_id: str
    part: int

    def next_member(self) -> int:
        """Return the number of the next file, from 0, among the files of this part."""
        return self.connection.execute("SELECT count(*) FROM source_file").fetchall()[0][0]


def create_macros(
    connection: duckdb.DuckDBPyConnection, layout: Layout, only_accounts: str | Path | None
) -> None:
    """Create the macros that read the values of a layout, and the bookkeeping tables.

    `only_accounts` is a text file with one account id per line. Raises InputError if it cannot be used or if the time
    format of the layout is invalid.
    """
    connection.execute("SET TimeZone = 'UTC'")
    create_bookkeeping(connection, layout)
    for statement in ("macros.sql", f"ids_{layout.ids}.sql", *layout.further_macros):
        connection.execute(read_sql(f"ingest/{statement}"))
    if layout.time_formats:
        _state_times(connection, layout)
    if layout.list_separator is not None:
        connection.execute("SET VARIABLE list_separator = $1", [layout.list_separator])
        connection.execute(read_sql("ingest/lists_separated.sql"))
    if only_accounts is not None:
        _load_asked(connection, Path(only_accounts))


def _state_times(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Let times be read in the formats of a layout, in turn; raise InputError for a format that is none."""
    connection.execute(read_sql("ingest/times_stated.sql"))
    connection.execute(f"SET VARIABLE time_zones = MAP {dict(layout.time_zones) or '{}'}")
    ways = []
    for form in layout.time_formats:
        ways.append(f"{TIMES[form]}(raw)" if form in TIMES else f"instant_of_format(raw, {literal(form)})")
        try:
            connection.execute(
                f"CREATE OR REPLACE TEMP MACRO readable_instant(raw) AS coalesce({', '.join([*ways, 'NULL'])})"
            )
            connection.execute("SELECT readable_instant('')")
        except duckdb.InvalidInputException as error:
            raise InputError(
                f"time_format {form!r} of the registry cannot be used "
                f"({str(error).splitlines()[0].rstrip('.')}); write it as for strptime, like %d.%m.%Y %H:%M."
            ) from None


def create_bookkeeping(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Create the tables of files read and records lost, and of the names that a layout's files give to columns."""
    connection.execute(read_sql("ingest/bookkeeping.sql"))
    names = [(column, own) for column in layout.known for own in layout.own.get(column, ())[:1]]
    if names:
        connection.executemany("INSERT INTO own_name VALUES (?, ?)", names)


def _load_asked(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    try:
        ids = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path}, the list of accounts, cannot be read ({error}); write one id per line in UTF-8."
        ) from None
    ids = [text for text in ids if text]
    connection.execute("CREATE TEMP TABLE asked_account (id VARCHAR)")
    connection.execute("INSERT INTO asked_account SELECT DISTINCT unnest($1::VARCHAR[])", [ids])
    wrong = connection.execute(
        "SELECT id FROM asked_account WHERE id_fault(id) IS NOT NULL ORDER BY id LIMIT 1"
    )
    invalid = [text for (text,) in wrong.fetchall()]
    if not ids or invalid:
        fault = f"contains {invalid[0][:60]!r}, which is not an id" if invalid else "is empty"
        raise InputError(f"{path}, the list of accounts, {fault}; write one id per line.")


def copy_records(
    context: ReadingContext,
    label: str,
    member: int,
    header: list[str],
    source: str,
    cell: Callable[[str], str],
    *,
    has_header: bool = False,
    broken_reason: str = "NULL",
    broken_text: str = "NULL",
) -> int:
    """Write the typed values of a file's records to the Parquet file of a member; return the number of rows.

    `header` names the columns of the file, `source` is SQL to select from, and `cell` returns the SQL for the value of
    a column. `broken_reason` is SQL for the reason why a record has no values (NULL if it has), `broken_text` SQL for
    the text of that record. `has_header` is for files in which the header may be repeated.

    Raises InputError that names the input (`label`) if memory does not suffice; other errors of DuckDB are passed on.
    """
    layout = context.layout
    only_asked = context.only_asked or bool(layout.rows)

    def value(column: str) -> str:
        cells = [
            _json_cell(cell(first_key(own)), own) if own.startswith("$.") and own not in header else cell(own)
            for own in layout.names_in(column, header)
        ]
        if len(cells) > 1:
            # The first with a value, as it stands: blanks around a text belong to it.
            filled = [f"CASE WHEN filled({part}) IS NOT NULL THEN {part} END" for part in cells]
            return f"coalesce({', '.join([*filled, *cells])})"
        return cells[0] if cells else "NULL::VARCHAR"

    repeated = "false"
    if has_header:
        # A repeated header has two columns that hold their own names; a single value might equal its column's name.
        marks = [
            *sorted(layout.required, key=lambda column: not column.endswith("id")),
            *layout.optional,
        ]
        present = [[own for own in layout.names(column) if own in header] for column in marks]
        names = [own[0] for own in present if own][:2]
        alike = " AND ".join(f"filled({cell(own)}) = {literal(own)}" for own in names)
        # Trimming is slow, so only values that contain the name are trimmed.
        if len(names) == 2:
            repeated = (
                f"CASE WHEN contains({cell(names[0])}, {literal(names[0])}) THEN {alike} ELSE false END"
            )
    account = value("userid")
    asked = "true"
    if context.only_asked:
        # A record whose account cannot be read is rejected, not left out.
        asked = (
            f"coalesce(id_fault(filled({account})) IS NOT NULL, true) "
            f"OR filled({account}) IN (SELECT id FROM asked_account)"
        )
    for column, is_equal, wanted in layout.rows:
        # True, 1 and the like are one value, and so are False and 0.
        same = f"equals_stated({cell(column)}, {literal(wanted)})"
        meets = f"coalesce({same if is_equal else f'NOT {same}'}, false)"
        # A record without values is rejected, and a repeated header is one, whatever the condition.
        asked = f"({asked}) AND ({meets} OR {repeated} OR ({broken_reason}) IS NOT NULL)"
    inner = [f"{value(column)} AS {column}" for column in layout.known]
    inner += [f"{repeated} AS is_header", f"{asked} AS is_asked"]
    inner += [f"{broken_reason}::VARCHAR AS broken_reason", f"{broken_text}::VARCHAR AS broken_text"]
    kept = [f"CASE WHEN is_asked THEN {c} END AS {c}" if only_asked else c for c in layout.known]
    rest = "is_header, is_asked, broken_reason, broken_text"
    makes_ids = layout.makes_ids and context.kind == "tweets"
    context.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {'read_record' if makes_ids else 'record'} AS SELECT {', '.join(kept)}, {rest} "
        f"FROM (SELECT {', '.join(inner)} FROM {source})"
    )
    if makes_ids:
        context.connection.execute(f"SET VARIABLE part = {context.part}; SET VARIABLE member = {member}")
        context.connection.execute(read_sql("ingest/record_with_id.sql"))
    target = context.folder / f"read_{member}.parquet"
    copy = f"COPY ({read_sql(f'ingest/read_{context.kind}.sql')}) TO {literal(str(target))} {ROW_OPTIONS}"
    place = {"archive_id": context.archive_id, "part": context.part, "member": member}
    try:
        return context.connection.execute(copy, place).fetchall()[0][0]
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, label, "ingest.memory_mb") from None


def json_value(json: str, path: str) -> str:
    """Return the SQL for the value at a path in valid JSON; an empty list is null, so that another path may give it."""
    if "*" in path:
        return f"nullif(to_json(json_extract({json}, {literal(path)}))::VARCHAR, '[]')"
    return f"json_extract_string({json}, {literal(path)})"


def _json_cell(cell: str, own: str) -> str:
    """Return the SQL for the value at a path whose first key is a column that holds JSON (`cell`), like $.user.id."""
    rest = own[2:].removeprefix('"').removeprefix(first_key(own)).removeprefix('"')
    return json_value(f"CASE WHEN json_valid({cell}) THEN {cell} END", f"${rest}")


def identifier(text: str) -> str:
    """Return text as an SQL identifier.

    >>> identifier("User Name")
    '"User Name"'
    """
    return '"' + text.replace('"', '""') + '"'


def note_file(
    context: ReadingContext, path: Path, name: str, records: int, lost: str | None, *, first_record: int
) -> None:
    """Note a file that was read, and the records in the table `lost` (`takedown.ingest.rejects`), if any.

    `first_record` is the number of the first record that is not a header.
    """
    connection, place = context.connection, [context.archive_id, context.part, context.next_member()]
    rows_before = connection.execute(
        "SELECT coalesce(sum(rows_read), 0) - (SELECT count(*) FROM lost_record) FROM source_file"
    ).fetchall()[0][0]
    connection.execute(
        "INSERT INTO source_file VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [*place, str(path), name + context.layout.note, records, first_record, rows_before],
    )
    if lost is not None:
        query = f"INSERT INTO lost_record SELECT ?, ?, ?, record, column_name, reason, excerpt FROM {lost}"
        connection.execute(query, place)
        connection.execute(f"DROP TABLE {lost}")
