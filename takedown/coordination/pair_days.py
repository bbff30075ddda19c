"""The pair-days of a trace: days on which two accounts acted on the same object near each other in time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from glob import escape
from pathlib import Path
from typing import Any

import duckdb

from takedown.coordination.acts import Choices, find_acts, make_in_parts, near_acts, number_events
from takedown.coordination.catalogue import PIECES, TIMELINE, timed_traces
from takedown.coordination.synchrony import NEWS_BLOCK_DAYS, ClusterSums
from takedown.core.database import read_sql
from takedown.core.failures import too_large
from takedown.core.working_folder import whole_file, working_folder

#: A trace with fewer pair-days does not show how a crowd behaves, so its windows are not stretched.
FEWEST_STRETCHED = 100


@dataclass(frozen=True, eq=False)
class Trace:
    """The pair-days of one trace of a population; `resolution` of its times is in seconds.

    `counts`: the columns of workflow/sql/coordination/evidence/trace_counts.sql. `sums`: those over clusters of pair-days, by
    the factor by which both windows are stretched; factor 1 is always among them.
    """

    name: str
    resolution: int
    counts: dict[str, int]
    sums: dict[int, dict[str, ClusterSums]]


def write_pair_days(
    events: Sequence[str | Path],
    traces: Iterable[str],
    outputs: Mapping[str, str | Path],
    choices: Choices,
    *,
    resolution: int,
    factors: Sequence[int] = (1,),
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> None:
    """Find the pair-days of some traces of a population and write a Parquet file for each of `PIECES`, or no file on failure.

    `events` are all files of `takedown.coordination.trace_file` of the population. Times are rounded down to
    multiples of `resolution` seconds, so that populations can
    be compared. Repeats by one account on one object within twice `near_seconds` are dropped; the other events are acts.
    `factors` are those by which both windows of traces by object are stretched. A `working_folder` in `scratch`
    holds data beyond `memory_mb`.

    Raises InputError if the memory is too small even so.
    """
    settings = {"memory_mb": memory_mb, "threads": threads}
    try:
        with (
            working_folder(outputs["counts"], scratch) as folder,
            open_events(events, folder / "overflow", **settings) as population,
            ExitStack() as stack,
        ):
            number_events(population, resolution)
            parts = []
            for trace in traces:
                parts.append(folder / trace)
                parts[-1].mkdir()
                # Stretched windows of whole timelines would hold most pairs of posts.
                of_trace = factors[:1] if trace in (TIMELINE, *timed_traces()) else factors
                find_pair_days(population, trace, choices, parts[-1], resolution, of_trace)
            whole = {piece: stack.enter_context(whole_file(outputs[piece])) for piece in PIECES}
            with duckdb.connect() as connection:
                for piece in PIECES:
                    files = [escape(str(part / f"{piece}.parquet")) for part in parts]
                    connection.read_parquet(files).write_parquet(str(whole[piece]), compression="zstd")
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, "The finding of pairs of accounts", "coordination.memory_mb") from None


def find_pair_days(
    connection: duckdb.DuckDBPyConnection,
    trace: str,
    choices: Choices,
    folder: Path,
    resolution: int = 1,
    factors: Sequence[int] = (1,),
) -> None:
    """Find the pair-days of one trace and write a Parquet file for each of `PIECES` to `folder`.

    The connection has the tables of `number_events`, made with the same `resolution`. The tables of the last of `factors`,
    which begin with 1, stay in the connection until it is closed. With fewer than
    `FEWEST_STRETCHED` pair-days the first is the last.
    """
    sums = []
    for factor in factors:
        window, near = factor * choices.window_seconds, factor * choices.near_seconds
        find_acts(connection, "act", trace, replace(choices, near_seconds=near), shared_only=True)
        rows, first, last = near_acts(connection, "act", choices)
        pairs = {"window": window, "near": near, "cap": choices.cap, "offset_seconds": choices.offset_seconds}
        make_in_parts(connection, "evidence/pair_day", first, last, rows, **pairs)
        if factor == 1:
            counted = {"near": near, "cap": choices.cap, "resolution": resolution}
            _write(connection, "trace_counts", folder / "counts.parquet", trace=trace, **counted)
        sums.append(folder / f"sums_{factor}.parquet")
        blocks = {"window": window, "block_days": NEWS_BLOCK_DAYS, "factor": factor}
        _write(connection, "cluster_sums", sums[-1], trace=trace, **blocks)
        if connection.table("pair_day").count("*").fetchall()[0][0] < FEWEST_STRETCHED:
            break
    with duckdb.connect() as other:
        other.read_parquet([escape(str(path)) for path in sums]).write_parquet(str(folder / "sums.parquet"))


def load_traces(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str | Path]]
) -> dict[str, Trace]:
    """Return the traces of a population with events, by name, from its files of each of `PIECES`."""
    counts, sums = (
        connection.read_parquet([escape(str(path)) for path in files[piece]]).order("trace")
        for piece in PIECES
    )
    traces = {}
    for name, *values in counts.filter("acts > 0").fetchall():
        counted = dict(zip(counts.columns[1:], values, strict=True))
        traces[name] = Trace(name, counted.pop("resolution"), counted, {1: {}})
    for name, factor, kind, *values in sums.fetchall():
        traces[name].sums.setdefault(factor, {})[kind] = ClusterSums(*values)
    return traces


@contextmanager
def open_events(
    events: Sequence[str | Path], overflow: str | Path, *, memory_mb: int, threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the view `trace_event` on files that `takedown.coordination.trace_file` wrote."""
    settings = {"memory_limit": f"{memory_mb}MB", "temp_directory": str(overflow)}
    with duckdb.connect(config={"threads": threads, **settings}) as connection:
        connection.read_parquet([escape(str(path)) for path in events]).create_view("trace_event")
        yield connection


def _write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, **parameters: Any) -> None:
    statement = f"SELECT $trace AS trace, * FROM ({read_sql(f'coordination/evidence/{query}.sql')})"
    connection.sql(statement, params=parameters).write_parquet(str(path))
