"""Find the pairs of accounts that share objects within a window of time, in bounded memory."""

import itertools
import logging
from dataclasses import dataclass

import duckdb

from takedown.core.database import read_sql
from takedown.core.errors import InputError

#: Memory that one enumerated pair of events takes while pairs are added up, in bytes (measured, rounded up).
BYTES_PER_PAIR = 160

#: Events are compared by cells of at least this length, so that the number of a cell never outgrows 64 bits.
SHORTEST_CELL_SECONDS = 60

#: Seconds since 1970 from here on are taken for milliseconds: they would lie beyond the year 5138.
FIRST_IMPLAUSIBLE_SECOND = 10**11

#: No account has a larger number.
LARGEST_NUMBER = 2**31 - 1

COLUMNS = ("account", "object", "time")

#: Tables that exist while pairs are looked for, named as their queries in workflow/sql/pairs.
WORKING_TABLES = (
    *("pairs_read", "pairs_near", "pairs_event", "pairs_compared", "pairs_bound"),
    *("pairs_crowd", "pairs_kept", "pairs_part", "pairs_object"),
)
RESULT_TABLES = ("pairs_found", "pairs_burst", "pairs_account")

_numbers = itertools.count(1)

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class Pairs:
    """The pairs of accounts of one trace, and what was left out of them.

    `pairs` has one row for each unordered pair of accounts, in the order of `account_a` and `account_b`, which are
    in the order of their names (by code point); `event_pairs`, the pairs of an event of either on the same object
    within the window; `objects`, the different objects of those; `events_a` and `events_b`, the different events of
    either account in them.

    `bursts` has one row for each object of which events were left out because more than `cap` events of other
    accounts lie within the window of each: `object`; `events` and `accounts` left out; `first_second` and
    `last_second` of them, seconds since 1970; `largest_crowd`, the most events of other accounts within the
    window of one; `event_pairs`, the pairs of events that are therefore missing from `pairs`.

    `rows` counts what became of the rows; all but `rows_read` and `cut_to_the_second` add up to `rows_read`.
    `resolution_seconds` is the largest of 86400, 3600, 60 and 1 that every time is a multiple of.
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
    called: str | None = None,
) -> Pairs:
    """Find every pair of accounts with events on the same object at most `window` seconds apart.

    `events` names a table or view of the connection with columns `account` and `object` (ids or text) and `time`
    (a timestamp, a date, seconds since 1970, or text of one of these; without an offset it is UTC). The window
    is inclusive; times count to the second, downwards, and the pairs are only as sharp as the data: where all
    times are whole minutes, a window of 60 takes events that are up to 119 seconds apart. Rows alike in all three
    columns are one event, an account makes no pair with itself, and an account with one event is like any other.
    A row without account, object or time, or with a time that cannot be read, is left out and counted.

    An event with more than `cap` events of other accounts on its object within the window makes no pairs; it is
    reported in `bursts`. Pairs with fewer than `min_objects` objects are left out.

    Pairs are bounded from above before any is enumerated, and enumerated by as many ranges of accounts as keep to
    the connection's memory_limit; what is larger goes to its temp_directory. The result, which does not depend on
    threads or the order of rows, is held by temporary tables of the connection, new ones for each call.
    `called` is the name of the events in messages, such as the path of their file.

    Raises InputError for a table that is missing or lacks a column, for ids that went through a
    floating-point number or a spreadsheet (accounts like 1.29E+18), for times in milliseconds, if not a single time can be read, and for a window, cap or
    min_objects that is no whole number or too small.
    """
    for name, value, least in (("window", window, 0), ("cap", cap, 1), ("min_objects", min_objects, 1)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise InputError(f"{name} of the pairs is {value!r}; give a whole number, at least {least}.")
    connection.execute(read_sql("pairs/macros.sql"))
    called = called or events
    _open_source(connection, events, called)
    try:
        return _find(connection, called, window, cap, min_objects)
    finally:
        connection.execute("DROP VIEW IF EXISTS temp.pairs_source")
        _drop(connection, *WORKING_TABLES, *RESULT_TABLES)


def _open_source(connection: duckdb.DuckDBPyConnection, events: str, called: str) -> None:
    try:
        source = connection.table(events)
    except duckdb.CatalogException:
        raise InputError(f"There is no table of events named {events}; create it first.") from None
    types = dict(zip(source.columns, source.types, strict=True))
    if missing := [column for column in COLUMNS if column not in types]:
        raise InputError(
            f"{called} has no column {missing[0]}; events need the columns account, object and time."
        )
    for column in ("account", "object"):
        if types[column].id in ("float", "double", "decimal"):
            raise InputError(
                f"Column {column} of {called} holds floating-point numbers, which ruin ids of many digits; "
                "read it as text from the file it came from."
            )
    kind = types["time"].id
    if kind == "varchar":
        seconds, given = "seconds_of_text(time)", "NOT is_blank(time)"
    elif kind == "date" or kind.startswith("timestamp"):
        seconds, given = "seconds_of_timestamp(time)", "time IS NOT NULL"
    elif kind.endswith("int") or kind.endswith("integer") or kind in ("float", "double", "decimal"):
        seconds, given = "seconds_of_number(time)", "time IS NOT NULL"
    else:
        raise InputError(f"Column time of {called} is of type {types['time']}; give timestamps or seconds.")
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW pairs_source AS SELECT account::VARCHAR AS account, object::VARCHAR AS object, "
        f"{given} AS time_is_given, {seconds} AS seconds FROM ({source.sql_query()})"
    )


def _find(
    connection: duckdb.DuckDBPyConnection,
    called: str,
    window: int,
    cap: int,
    min_objects: int,
) -> Pairs:
    _make(connection, "pairs_read")
    result = connection.execute(read_sql("pairs/pairs_rows.sql"))
    rows = dict(zip((column[0] for column in result.description), result.fetchone(), strict=True))
    resolution = rows.pop("resolution_seconds")
    if rows.pop("furthest_second") >= FIRST_IMPLAUSIBLE_SECOND:
        raise InputError(f"Times of {called} lie beyond the year 5138; give seconds, not milliseconds.")
    if rows["unreadable_time"] and rows["unreadable_time"] == rows["rows_read"]:
        raise InputError(
            f"No time of {called} can be read; write them as 2019-08-19 10:00:00 (UTC) or as seconds since 1970."
        )
    if resolution > max(window, 1):
        log.warning(
            "Times of %s are multiples of %d s: the window of %d s is shorter", called, resolution, window
        )
    faults = ("without_account", "without_object", "without_time", "unreadable_time")
    left = rows["rows_read"] - sum(rows[fault] for fault in faults)

    def leave_out(name: str, table: str, **parameters: int) -> None:
        nonlocal left
        kept = _make(connection, table, **parameters)
        rows[name], left = left - kept, kept

    leave_out("alone_in_the_window", "pairs_near", window=window)
    _drop(connection, "pairs_read")
    _make(connection, "pairs_account")
    if ruined := connection.execute(read_sql("pairs/pairs_ruined.sql")).fetchall():
        raise InputError(
            f"{called} has the account {ruined[0][0]!r}, an id that a spreadsheet has cut; export it again, ids as text."
        )
    _make(connection, "pairs_object")
    leave_out("on_an_object_of_one_account", "pairs_event", **_cells(connection, window))
    _drop(connection, "pairs_near")
    leave_out("duplicate", "pairs_compared")
    _drop(connection, "pairs_event")
    _make(connection, "pairs_bound")
    _make(connection, "pairs_crowd", window=window, cap=cap)
    if _make(connection, "pairs_burst", window=window, cap=cap):
        leave_out("in_a_burst", "pairs_kept", cap=cap)
    else:
        rows["in_a_burst"] = 0
        connection.execute("ALTER TABLE temp.pairs_compared RENAME TO pairs_kept")
    _drop(connection, "pairs_crowd", "pairs_compared")
    rows["compared"] = left
    _enumerate(connection, window, min_objects)
    number = next(_numbers)
    for table in RESULT_TABLES:
        connection.execute(f"ALTER TABLE temp.{table} RENAME TO {table}_{number}")
    named_pairs = connection.sql(read_sql("pairs/named_pairs.sql").replace("_this", f"_{number}"))
    bursts = connection.table(f"temp.pairs_burst_{number}")
    log.info("%s: %s", called, ", ".join(f"{count} {name}" for name, count in rows.items()))
    return Pairs(named_pairs, bursts, rows, resolution)


def _cells(connection: duckdb.DuckDBPyConnection, window: int) -> dict[str, int]:
    first, last = connection.execute("SELECT min(t), max(t) FROM pairs_near").fetchone()
    length = max(window + 1, SHORTEST_CELL_SECONDS)
    # One number between two objects stays unused, so that no cell is adjacent to one of another object.
    cells = ((last - first) // length if first is not None else 0) + 2
    return {"first_second": first or 0, "cell_seconds": length, "cells_per_object": cells}


def _enumerate(connection: duckdb.DuckDBPyConnection, window: int, min_objects: int) -> None:
    (memory,) = connection.execute("SELECT parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    per_part = max(memory // BYTES_PER_PAIR, 1)
    ((pairs,),) = connection.execute("SELECT coalesce(sum(events * bound), 0) FROM pairs_bound").fetchall()
    parts = [(0, LARGEST_NUMBER, pairs)]
    if pairs > per_part:
        _make(connection, "pairs_part", pairs_per_part=per_part)
        parts = connection.execute("FROM pairs_part ORDER BY first_account").fetchall()
    log.info("at most %d pairs of events, in %d parts", sum(part[2] for part in parts) // 2, len(parts))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE pairs_found "
        "(a INTEGER, b INTEGER, event_pairs BIGINT, objects INTEGER, events_a INTEGER, events_b INTEGER)"
    )
    shared, found = read_sql("pairs/pairs_shared.sql"), read_sql("pairs/pairs_found.sql")
    query = f"INSERT INTO temp.pairs_found WITH pairs_shared AS ({shared}) {found}"
    for first, last, _ in parts:
        chosen = {"window": window, "first_account": first, "last_account": last, "min_objects": min_objects}
        connection.execute(query, chosen)


def _make(connection: duckdb.DuckDBPyConnection, table: str, **parameters: int) -> int:
    """Fill a table by the query of its name; return its number of rows."""
    query = f"CREATE OR REPLACE TEMP TABLE {table} AS {read_sql(f'pairs/{table}.sql')}"
    return connection.execute(query, parameters or None).fetchone()[0]


def _drop(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    for table in tables:
        connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
