"""The events of each trace of coordination; a trace is a query in workflow/sql/coordination/traces."""

import datetime as dt
from collections.abc import Iterable

import duckdb

from takedown.coordination.catalogue import statements_of, trace_names
from takedown.coordination.near_text import file_near_texts, word_posts
from takedown.core.database import read_sql
from takedown.core.errors import InputError

#: Functions that make a table which the query of a trace reads, by the name in its line `prepared-by`.
PREPARATIONS = {"words": word_posts, "near_text": file_near_texts}

#: First and last day of an open period. They are inside the calendar by more than a UTC offset.
FIRST_DAY, LAST_DAY = dt.date(2, 1, 1), dt.date(9998, 12, 31)


def select_posts(
    connection: duckdb.DuckDBPyConnection,
    archives: Iterable[str],
    since: str | dt.date | None = None,
    until: str | dt.date | None = None,
    utc_offset_hours: float = 0,
) -> None:
    """Make the temporary view traced_post of the posts of some archives, which traces are found in.

    `connection` has the tables of workflow/sql/core/schema.sql. A post counts if its local day, `utc_offset_hours` ahead of
    UTC, is from `since` to `until`, both included (dates or ISO text; None leaves the side open). Times are UTC, in whole
    milliseconds if the ids of all posts that count contain their time, else in whole minutes.

    Raises InputError for a day that is not a date.
    """
    offset = dt.timedelta(hours=utc_offset_hours)
    for variable, value in {
        "traced_archives": list(archives),
        "traced_from": _midnight(since or FIRST_DAY) - offset,
        "traced_before": _midnight(until or LAST_DAY) - offset + dt.timedelta(days=1),
    }.items():
        connection.execute(f"SET VARIABLE {variable} = $value", {"value": value})
    connection.execute(read_sql("coordination/trace_macros.sql"))
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW traced_post AS {read_sql('coordination/traced_post.sql')}"
    )
    connection.execute(
        "SET VARIABLE traced_by_instant = (SELECT bool_and(decoded_at IS NOT NULL) FROM traced_post)"
    )
    connection.execute("DROP TABLE IF EXISTS temp.worded_post")


def trace_events(connection: duckdb.DuckDBPyConnection, trace: str) -> str:
    """Make the temporary table of the events of a trace in the posts of `select_posts`; return the table's name.

    The table has the columns archive_id, post_id, account, object and time, which `find_pairs` expects. A row is a post with
    an object, without repeats. The table stays until the next call for the same trace.

    Raises InputError for a trace without a query.
    """
    if trace not in trace_names():
        raise InputError(f"There is no trace {trace!r}; choose one of {', '.join(trace_names())}.")
    if prepare := PREPARATIONS.get(statements_of(trace).prepared_by):
        prepare(connection)
    query = read_sql(f"coordination/traces/{trace}.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE trace_{trace} AS {query}")
    return f"trace_{trace}"


def _midnight(day: str | dt.date) -> dt.datetime:
    try:
        date = dt.date.fromisoformat(str(day))
    except ValueError as error:
        raise InputError(f"{day!r} is no day of a period; write it as 2018-01-31.") from error
    # Local midnight of the first or last day of the calendar may lie outside the calendar.
    return dt.datetime.combine(min(max(date, FIRST_DAY), LAST_DAY), dt.time())
