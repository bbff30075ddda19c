"""The posts that tie two accounts, so that an analyst can read what an edge rests on."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from takedown.coordination.graph import name_network
from takedown.core.database import literal, open_records, read_sql
from takedown.core.failures import too_large
from takedown.core.working_folder import whole_file, working_folder


def write_edge_evidence(
    edges: str | Path,
    events: Iterable[str | Path],
    records: Iterable[str | Path],
    path: str | Path,
    *,
    window_seconds: int,
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> int:
    """Write the posts behind each edge of one population as Parquet; return the number of rows.

    `edges` is the file of `find_coordination`, `events` are those of `write_traces`, `records` the record files of the archives and
    the posts. A row is two posts of two joined accounts on the same object (text, link, hashtag …), at most `window_seconds`
    apart: trace, account_a, account_b, their digests, object, and for either post its archive, id, time (UTC) and text. The
    file holds single posts, so it is not published. Raises InputError if the memory does not suffice.
    """
    try:
        with (
            working_folder(path, scratch) as folder,
            open_records(
                records,
                utc_offset_hours=0,
                threads=threads,
                memory_mb=memory_mb,
                overflow=folder / "overflow",
            ) as connection,
            whole_file(path) as whole,
        ):
            acts = [str(file) for file in events]
            name_network(connection, edges, acts)
            values = {"events": acts, "window": window_seconds}
            query = f"COPY ({read_sql('coordination/edge_evidence.sql')}) TO {literal(str(whole))} (FORMAT parquet)"
            return connection.execute(query, values).fetchall()[0][0]
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, str(path), "coordination.memory_mb") from None
