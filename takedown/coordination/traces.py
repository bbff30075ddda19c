"""The traces of coordination in the study's posts: each is a query in workflow/sql/coordination/traces."""

import datetime as dt
from collections.abc import Iterable

import duckdb

from takedown.coordination.catalogue import statements_of, trace_names
from takedown.coordination.near_text import file_near_texts
from takedown.core.database import read_sql
from takedown.core.errors import InputError

#: Tables that SQL alone does not make, by the name under which the query of a trace states that it reads one.
PREPARATIONS = {"near_text": file_near_texts}

#: Ends of an open period, so far from those of the calendar that an offset does not cross them.
FIRST_DAY, LAST_DAY = dt.date(2, 1, 1), dt.date(9998, 12, 31)


def trace_events(
    connection: duckdb.DuckDBPyConnection,
    trace: str,
    archives: Iterable[str],
    since: str | dt.date | None = None,
    until: str | dt.date | None = None,
    utc_offset_hours: float = 0,
) -> str:
    """Make the temporary table of the events of a trace in the posts of some archives; return its name.

    The connection has the tables of workflow/sql/core/schema.sql. A post counts if its day, `utc_offset_hours` ahead of
    UTC, is neither before `since` nor after `until` (dates or ISO text; None leaves that side open).

    The table has the columns archive_id, post_id, account, object and time, so that `find_pairs` takes it; a row is
    a post with an object, and no two are alike. It stays until the same trace is asked for again. Times are UTC, in
    whole milliseconds where every post that counts has an id that tells its instant, else in whole minutes.

    Raises InputError for a trace that has no query and for a day that is no date.
    """
    if trace not in trace_names():
        raise InputError(f"There is no trace {trace!r}; choose one of {', '.join(trace_names())}.")
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
    # Local midnight of the first or last day that there is would lie beyond it.
    return dt.datetime.combine(min(max(date, FIRST_DAY), LAST_DAY), dt.time())
