"""Find the pairs of accounts with events on the same object within a time window, in bounded memory."""

import itertools
import logging
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError

#: Memory per pair of events of the upper bound while pairs are summed, in bytes. Where the bound is exact, it is 110; at most a
#: third of the bound are pairs as a rule, and DuckDB writes the rest of a part to its temp_directory.
BYTES_PER_PAIR = 80

#: Events are compared within time cells of at least this length, so that the numbers of cells fit into 64 bits.
SHORTEST_CELL_SECONDS = 60

#: Times from this number of seconds on, in the year 5138, are probably milliseconds.
FIRST_IMPLAUSIBLE_SECOND = 10**11

#: Largest possible number of an account.
LARGEST_NUMBER = 2**32 - 1

#: Stands for the time of an event that does not exist; earlier than all times by more than any window.
NO_SECOND = -(2**62)

COLUMNS = ("account", "object", "time")

#: Words that R, Python and SQL write for a missing value.
MISSING = ("NA", "N/A", "<NA>", "null", "NULL", "None", "nan", "NaN", "NaT")

#: Temporary tables, named like their queries in workflow/sql/pairs.
WORKING_TABLES = (
    *("pairs_read", "pairs_near", "pairs_event", "pairs_compared", "pairs_bound"),
    *("pairs_crowd", "pairs_kept", "pairs_part", "pairs_object", "pairs_account"),
)
RESULT_TABLES = ("pairs_found", "pairs_burst")

_numbers = itertools.count(1)

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class Pairs:
    """Pairs of accounts, and the events that were left out.

    `pairs` has one row per unordered pair of accounts: `account_a` and `account_b`, sorted by code point, which also
    order the rows; `event_pairs`, the number of pairs of one event of each account on the same object within the
    window; `objects`, the number of different objects; `events_a` and `events_b`, the number of different events of
    each account.

    `bursts` has one row per object with events that were left out because more than `cap` events of other accounts are
    within their window: `object`; the number of `events` and `accounts` left out; their `first_second` and
    `last_second`, in seconds since 1970; `largest_crowd`, the largest number of events of other accounts within the
    window of one event; `event_pairs`, the number of pairs of events missing from `pairs` for this reason.

    `rows` counts rows by outcome; all counts but `rows_read` and `cut_to_the_second` add up to `rows_read`.
    `resolution_seconds` is the largest of 86400, 3600, 60 and 1 of which every time is a multiple.
    """

    pairs: duckdb.DuckDBPyRelation
    bursts: duckdb.DuckDBPyRelation
    rows: dict[str, int]
    resolution_seconds: int


def find_pairs(
    connection: duckdb.DuckDBPyConnection,
    events: str,
    window: int = 60,
    cap: int = 1000,
    min_objects: int = 1,
    *,
    missing: Iterable[str] = MISSING,
    label: str | None = None,
) -> Pairs:
    """Find every pair of accounts with events on the same object at most `window` seconds apart.

    `events` names a table or view of the connection with columns `account` and `object` (ids or text) and `time`
    (a timestamp, a date, seconds since 1970, or text of one of these; UTC if it has no offset). The window is
    inclusive. Times are rounded down to seconds, and pairs are no more precise than the data: if all times are whole
    minutes, a window of 60 includes events up to 119 seconds apart. Rows with equal values in all three columns are one
    event, and an account makes no pair with itself. A row without account, object or time (empty, or one of the words
    `missing`), or with an unreadable time, is left out and counted.

    An event with more than `cap` events of other accounts on its object within the window makes no pairs; it is
    reported in `bursts`. Pairs that share fewer than `min_objects` objects are left out.

    The number of pairs is bounded from above first, then pairs are enumerated in as many ranges of accounts as fit into
    the connection's memory_limit; DuckDB writes larger intermediate results to its temp_directory. The result does not
    depend on threads or the order of rows; it is kept in temporary tables of the connection, new ones for each call.
    `label` is the name of the events in messages, such as the path of their file.

    Raises InputError for a table that is missing or lacks a column, for ids altered by floating point or a spreadsheet
    (accounts like 1.29E+18), for times in milliseconds, if no time can be read, and for a window, cap or min_objects
    that is not a whole number or too small.
    """
    for name, value, least in (("window", window, 0), ("cap", cap, 1), ("min_objects", min_objects, 1)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise InputError(f"{name} of the pairs is {value!r}; give a whole number, at least {least}.")
    connection.execute(read_sql("pairs/macros.sql"))
    label = label or events
    _open_source(connection, events, label, missing)
    try:
        return _find(connection, label, window, cap, min_objects)
    finally:
        connection.execute("DROP VIEW IF EXISTS temp.pairs_source")
        _drop(connection, *WORKING_TABLES, *RESULT_TABLES)


def _open_source(
    connection: duckdb.DuckDBPyConnection, events: str, label: str, missing: Iterable[str]
) -> None:
    try:
        source = connection.table(events)
    except duckdb.CatalogException:
        raise InputError(f"There is no table of events named {events}; create it first.") from None
    types = dict(zip(source.columns, source.types, strict=True))
    if lacking := [column for column in COLUMNS if column not in types]:
        raise InputError(
            f"{label} has no column {lacking[0]}; events need the columns account, object and time."
        )
    for column in ("account", "object"):
        if types[column].id in ("float", "double", "decimal"):
            raise InputError(
                f"Column {column} of {label} holds floating-point numbers, which alter ids of many digits; "
                "read it as text from the original file."
            )
    kind = types["time"].id
    if kind == "varchar":
        seconds, given = "seconds_of_text(time)", f"NOT is_blank({_unless('time', missing)})"
    elif kind == "date" or kind.startswith("timestamp"):
        seconds, given = "seconds_of_timestamp(time)", "time IS NOT NULL"
    elif kind in ("float", "double"):
        seconds, given = "seconds_of_number(time)", "NOT isnan(time)"
    elif kind.endswith("int") or kind.endswith("integer") or kind == "decimal":
        seconds, given = "seconds_of_number(time)", "time IS NOT NULL"
    else:
        raise InputError(f"Column time of {label} is of type {types['time']}; give timestamps or seconds.")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW pairs_source AS SELECT {_unless('account::VARCHAR', missing)} AS account, "
        f"{_unless('object::VARCHAR', missing)} AS object, "
        f"{given} AS time_is_given, {seconds} AS seconds FROM ({source.sql_query()})"
    )


def _unless(value: str, missing: Iterable[str]) -> str:
    """Return SQL for a value that is NULL where it is one of these words."""
    words = sorted(missing)
    if not words:
        return value
    longest = max(len(word.encode()) for word in words)
    # Nearly every value is longer than these words, and DuckDB would make a join of NOT IN.
    tests = " ".join(f"WHEN {value} = {literal(word)} THEN NULL" for word in words)
    return f"CASE WHEN strlen({value}) > {longest} THEN {value} {tests} ELSE {value} END"


def _find(
    connection: duckdb.DuckDBPyConnection,
    label: str,
    window: int,
    cap: int,
    min_objects: int,
) -> Pairs:
    _make(connection, "pairs_read")
    result = connection.execute(read_sql("pairs/pairs_rows.sql"))
    rows = dict(zip((column[0] for column in result.description), result.fetchall()[0], strict=True))
    resolution = rows.pop("resolution_seconds")
    if rows.pop("furthest_second") >= FIRST_IMPLAUSIBLE_SECOND:
        raise InputError(f"Times of {label} are after the year 5138; give seconds, not milliseconds.")
    if rows["unreadable_time"] and rows["unreadable_time"] == rows["rows_read"]:
        raise InputError(
            f"No time of {label} can be read; write them as 2019-08-19 10:00:00 (UTC) or as seconds since 1970."
        )
    if resolution > max(window, 1):
        log.warning(
            "Times of %s are multiples of %d s; the window of %d s is shorter", label, resolution, window
        )
    faults = ("without_account", "without_object", "without_time", "unreadable_time")
    left = rows["rows_read"] - sum(rows[fault] for fault in faults)

    def leave_out(name: str, table: str, number: int = 0, **parameters: int) -> None:
        nonlocal left
        kept = _make(connection, table, number, **parameters)
        rows[name], left = left - kept, kept

    leave_out("alone_in_the_window", "pairs_near", window=window)
    _drop(connection, "pairs_read")
    _make(connection, "pairs_account")
    number = next(_numbers)
    names = "SELECT account FROM pairs_account ORDER BY account"
    connection.execute(f"CREATE TEMP TYPE pairs_name_{number} AS ENUM ({names})")
    if ruined := connection.execute(read_sql("pairs/pairs_ruined.sql")).fetchall():
        raise InputError(
            f"{label} has the account {ruined[0][0]!r}, an id cut by a spreadsheet; export it again with ids as text."
        )
    _make(connection, "pairs_object")
    leave_out("on_an_object_of_one_account", "pairs_event", number, **_cells(connection, window))
    _drop(connection, "pairs_near", "pairs_account")
    leave_out("duplicate", "pairs_compared", no_second=NO_SECOND)
    _drop(connection, "pairs_event")
    _make(connection, "pairs_bound")
    _make(connection, "pairs_crowd", window=window, cap=cap)
    if _make(connection, "pairs_burst", window=window, cap=cap):
        leave_out("in_a_burst", "pairs_kept", cap=cap, no_second=NO_SECOND)
    else:
        rows["in_a_burst"] = 0
        connection.execute("ALTER TABLE temp.pairs_compared RENAME TO pairs_kept")
    _drop(connection, "pairs_crowd", "pairs_compared")
    rows["compared"] = left
    _enumerate(connection, number, window, min_objects)
    for table in RESULT_TABLES:
        connection.execute(f"ALTER TABLE temp.{table} RENAME TO {table}_{number}")
    named_pairs = connection.sql(read_sql("pairs/named_pairs.sql").replace("_this", f"_{number}"))
    bursts = connection.table(f"temp.pairs_burst_{number}")
    log.info("%s: %s", label, ", ".join(f"{count} {name}" for name, count in rows.items()))
    return Pairs(named_pairs, bursts, rows, resolution)


def _cells(connection: duckdb.DuckDBPyConnection, window: int) -> dict[str, int]:
    ((first, last),) = connection.execute("SELECT min(t), max(t) FROM pairs_near").fetchall()
    length = max(window + 1, SHORTEST_CELL_SECONDS)
    # One number between two objects stays unused, so that cells of different objects are never adjacent.
    cells = ((last - first) // length if first is not None else 0) + 2
    return {"first_second": first or 0, "cell_seconds": length, "cells_per_object": cells}


def _enumerate(connection: duckdb.DuckDBPyConnection, number: int, window: int, min_objects: int) -> None:
    memory_limit = "SELECT parse_formatted_bytes(current_setting('memory_limit'))"
    per_part = max(connection.execute(memory_limit).fetchall()[0][0] // BYTES_PER_PAIR, 1)
    ((pairs,),) = connection.execute("SELECT coalesce(sum(events * bound), 0) FROM pairs_bound").fetchall()
    parts = [(0, LARGEST_NUMBER, pairs)]
    if pairs > per_part:
        _make(connection, "pairs_part", pairs_per_part=per_part)
        parts = connection.execute("FROM pairs_part ORDER BY first_account").fetchall()
    log.info("at most %d pairs of events, in %d parts", sum(part[2] for part in parts) // 2, len(parts))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE pairs_found (a pairs_name_{number}, b pairs_name_{number}, "
        "event_pairs BIGINT, objects INTEGER, events_a INTEGER, events_b INTEGER)"
    )
    shared, found = read_sql("pairs/pairs_shared.sql"), read_sql("pairs/pairs_found.sql")
    query = f"INSERT INTO temp.pairs_found WITH pairs_shared AS ({shared}) {found}"
    for first, last, _ in parts:
        chosen = {"window": window, "first_account": first, "last_account": last, "min_objects": min_objects}
        connection.execute(query, chosen)


def _make(connection: duckdb.DuckDBPyConnection, table: str, number: int = 0, **parameters: int) -> int:
    """Create a table from the query of its name, in which `_this` stands for a number; return its number of rows."""
    query = read_sql(f"pairs/{table}.sql").replace("_this", f"_{number}")
    query = f"CREATE OR REPLACE TEMP TABLE {table} AS {query}"
    return connection.execute(query, parameters or None).fetchall()[0][0]


def _drop(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    for table in tables:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
