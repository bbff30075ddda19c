"""Write the events of every trace to one file, which all that is asked about coordination starts from."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

import duckdb

from takedown.database import open_records, read_sql
from takedown.errors import InputError
from takedown.networks.traces import trace_events, trace_names


def write_traces(
    records: Iterable[str | Path],
    archives: Iterable[str],
    path: str | Path,
    *,
    since: str,
    until: str,
    utc_offset_hours: float,
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> dict[str, int]:
    """Write the events of all traces in the posts of some archives as Parquet; return how many of each trace.

    `records` are the Parquet files of `open_records`. Posts count from the local day `since` to `until`, both included.
    Columns: trace, archive_id, post_id, account, object, time (UTC), in the order of trace, archive, post and object,
    which no two rows share. The file has no rows if the archives have no posts. What is larger than `memory_mb` goes to a folder below `scratch` that is removed.

    Raises InputError if the memory does not do even so.
    """
    archives = list(archives)
    Path(scratch).mkdir(parents=True, exist_ok=True)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="traces_", dir=scratch) as folder,
            open_records(
                records,
                utc_offset_hours=utc_offset_hours,
                threads=threads,
                memory_mb=memory_mb,
                overflow=f"{folder}/overflow",
            ) as connection,
        ):
            connection.execute(read_sql("networks/evidence/trace_event.sql"))
            counts = {}
            for trace in trace_names():
                table = trace_events(
                    connection, trace, archives, since=since, until=until, utc_offset_hours=utc_offset_hours
                )
                connection.table(table).create_view("this_trace", replace=True)
                (counts[trace],) = connection.execute(
                    f"INSERT INTO trace_event {read_sql('networks/evidence/add_trace.sql')}", {"trace": trace}
                ).fetchone()
                connection.execute("DROP VIEW this_trace")
                connection.execute(f"DROP TABLE temp.{table}")
            # In the order in which they are asked for, so that a trace is read without the others.
            connection.sql(read_sql("networks/evidence/ordered_events.sql")).write_parquet(
                str(path), compression="zstd"
            )
    except duckdb.OutOfMemoryException:
        raise InputError(f"{path} needs more memory than coordination.memory_mb allows; raise it.") from None
    return counts
