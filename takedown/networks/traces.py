"""The traces of coordination in the study's posts: each is a query in workflow/sql/networks/traces."""

from collections.abc import Iterable

import duckdb

from takedown.database import SQL_FOLDER, read_sql
from takedown.errors import InputError

TRACES_FOLDER = SQL_FOLDER / "networks" / "traces"


def trace_names() -> list[str]:
    """Return the names of all traces: a query file that is put into the folder is one."""
    return sorted(path.stem for path in TRACES_FOLDER.glob("*.sql"))


def trace_events(connection: duckdb.DuckDBPyConnection, trace: str, archives: Iterable[str]) -> str:
    """Make the temporary table of the events of a trace in the posts of some archives; return its name.

    The connection has the tables of workflow/sql/schema.sql. The table has the columns account, object and time, as
    `find_pairs` takes them; it stays until the same trace is asked for again. Times are in whole milliseconds where
    every post of the archives has an id that tells its instant, else in whole minutes.

    Raises InputError for a trace that has no query.
    """
    if trace not in trace_names():
        raise InputError(f"There is no trace {trace!r}; choose one of {', '.join(trace_names())}.")
    connection.execute("SET VARIABLE traced_archives = $archives", {"archives": list(archives)})
    connection.execute(read_sql("networks/trace_macros.sql"))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW traced_post AS {read_sql('networks/traced_post.sql')}")
    query = read_sql(f"networks/traces/{trace}.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE trace_{trace} AS {query}")
    return f"trace_{trace}"
