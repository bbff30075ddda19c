"""Write the events of all traces to one file, from which every measure of coordination is computed."""

from collections.abc import Iterable, Sequence
from glob import escape
from pathlib import Path

import duckdb

from takedown.coordination.catalogue import TRACES_FOLDER, trace_names
from takedown.coordination.traces import select_posts, trace_events
from takedown.core.database import literal, open_records, read_sql
from takedown.core.errors import InputError
from takedown.core.failures import too_large
from takedown.core.working_folder import whole_file, working_folder


def common_resolution(
    connection: duckdb.DuckDBPyConnection, populations: Iterable[Sequence[str | Path]]
) -> int:
    """Return the coarsest resolution of all populations' times in seconds (1, 60, 3600 or 86400), for comparing them.

    `populations` are the files of `write_traces` of each population.
    """
    query = read_sql("coordination/evidence/resolution.sql")
    return max(
        connection.execute(query, {"files": [str(path) for path in files]}).fetchall()[0][0]
        for files in populations
    )


def write_traces(
    records: Iterable[str | Path],
    archives: Iterable[str],
    path: str | Path,
    traces: Iterable[str] | None = None,
    *,
    since: str,
    until: str,
    utc_offset_hours: float,
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> dict[str, int]:
    """Write the events of these traces (all if None) in the posts of some archives as Parquet; return their numbers.

    `records` are the Parquet files of `open_records`. Posts count from the local day `since` to `until`, both included.
    Columns: trace, archive_id, post_id, account, object, time (UTC), ordered by trace, archive, post and object, which
    are unique. The file has no rows if the archives have no posts. A `working_folder` in `scratch` holds data beyond
    `memory_mb`.

    Raises InputError if the memory is too small even so, and for a trace whose query fails.
    """
    try:
        with (
            working_folder(path, scratch) as folder,
            open_records(
                records,
                utc_offset_hours=utc_offset_hours,
                threads=threads,
                memory_mb=memory_mb,
                overflow=f"{folder}/overflow",
            ) as connection,
        ):
            select_posts(connection, archives, since, until, utc_offset_hours)
            parts, counts = [], {}
            for trace in trace_names() if traces is None else traces:
                try:
                    table = trace_events(connection, trace)
                    connection.table(table).create_view("this_trace", replace=True)
                    rows = connection.sql(read_sql("coordination/trace_rows.sql"), params={"trace": trace})
                except (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException) as error:
                    place, why = TRACES_FOLDER / f"{trace}.sql", str(error).splitlines()[0]
                    raise InputError(f"{place} is no query of a trace ({why}); correct it.") from None
                part = f"{folder}/{trace}.parquet"
                parts.append(escape(part))
                rows.write_parquet(part, compression="uncompressed")
                counts[trace] = len(connection.read_parquet(parts[-1]))
                connection.execute("DROP VIEW this_trace")
                connection.execute(f"DROP TABLE temp.{table}")
            # The rows of a trace are contiguous, so that readers of one trace skip the others.
            with whole_file(path) as whole:
                # At level 1, writing takes two thirds of the time, and 4 percent more space.
                options = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"
                query = f"COPY (FROM read_parquet($parts)) TO {literal(str(whole))} ({options})"
                connection.execute(query, {"parts": parts})
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, str(path), "coordination.memory_mb") from None
    return counts
