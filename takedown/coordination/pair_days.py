"""From the events of a trace to its pair-days: the days on which two accounts did the same thing near each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb
import numpy as np

from takedown.coordination.catalogue import PIECES
from takedown.coordination.synchrony import NEWS_BLOCK_DAYS, PairDays
from takedown.core.database import read_sql
from takedown.core.failures import too_large
from takedown.core.working_folder import whole_file, working_folder

#: Most pair-days, about, whose account-days are shifted; of a larger population some accounts are drawn.
SHIFTED_PAIR_DAYS = 50_000


@dataclass(frozen=True)
class Choices:
    """What counts as together (`window_seconds`) and as near (`near_seconds`), and what makes a burst (`cap`)."""

    window_seconds: int
    near_seconds: int
    cap: int
    utc_offset_hours: float


@dataclass(frozen=True, eq=False)
class Trace:
    """What the evidence of one trace of a population rests on; `resolution` of its times in seconds.

    `counts`: what workflow/sql/coordination/evidence/trace_counts.sql counts.
    `cells`: pair-days by pair and block of days. `histogram`: arrays days_near, days_within and pairs, how many pairs have both.
    `dealt`: arrays day, objects, observed, expected: pairs of acts within the window, and if objects were dealt anew each day.
    `drawn`: arrays account_a, account_b, day, difference of the pair-days that are shifted, and `drawn_share` of accounts.
    """

    name: str
    resolution: int
    counts: dict[str, int]
    cells: PairDays
    histogram: dict[str, np.ndarray]
    dealt: dict[str, np.ndarray]
    drawn: dict[str, np.ndarray]
    drawn_share: float


def write_pair_days(
    events: Sequence[str | Path],
    traces: Iterable[str],
    outputs: Mapping[str, str | Path],
    choices: Choices,
    *,
    resolution: int,
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> None:
    """Find the pair-days of some traces of a population, for `load_traces` to read: Parquet files, one for each of `PIECES`.

    `events` are all files of the population that `takedown.coordination.trace_file` wrote, so that its accounts have the same
    numbers whichever traces are asked for. Times count in whole multiples of `resolution` seconds, downwards, so that
    populations compare. An act is an event that does not follow one of the same account on the same object within twice
    `near_seconds`. The file `pair` has one row for each pair of accounts with a day near each other, in no order: trace,
    account_a, account_b (in the order of the names), days_near, days_within, event_pairs and objects within the window. Of
    days on which the two were near in the same part of the day, twice `near_seconds` long, the first alone counts.
    What is larger than `memory_mb` goes to a `working_folder` in `scratch`.

    Either all files are written or none. Raises InputError if the memory does not do even so.
    """
    settings = {"memory_mb": memory_mb, "threads": threads}
    try:
        with working_folder(outputs["pair"], scratch) as folder, ExitStack() as stack:
            parts = []
            for trace in traces:
                parts.append(folder / trace)
                parts[-1].mkdir()
                # A connection for each trace, so that its tables go with it.
                with open_events(events, folder / "overflow", **settings) as connection:
                    find_pair_days(connection, trace, choices, parts[-1], resolution)
            whole = {piece: stack.enter_context(whole_file(outputs[piece])) for piece in PIECES}
            with duckdb.connect() as connection:
                for piece in PIECES:
                    files = [escape(str(part / f"{piece}.parquet")) for part in parts]
                    connection.read_parquet(files).write_parquet(str(whole[piece]), compression="zstd")
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, "The finding of pairs of accounts", "coordination.memory_mb") from None


def find_pair_days(
    connection: duckdb.DuckDBPyConnection, trace: str, choices: Choices, folder: Path, resolution: int = 1
) -> None:
    """Find the pair-days of a trace in the view `trace_event` of a connection, as `write_pair_days` writes them.

    A Parquet file for each of `PIECES` goes to `folder`; the tables of the trace stay in the connection until it is closed.
    """
    window, near, cap = choices.window_seconds, choices.near_seconds, choices.cap
    _make(connection, "account_number")
    offset = round(3600 * choices.utc_offset_hours)
    _make(connection, "act", trace=trace, near=near, offset_seconds=offset, resolution=resolution)
    _make(connection, "near_pair", near=near, cap=cap)
    _make(connection, "pair_day")
    _make(connection, "pair", window=window, near=near)
    ((pair_days,),) = connection.execute("SELECT count(*) FROM pair_day").fetchall()
    share = min(1.0, (SHIFTED_PAIR_DAYS / max(pair_days, 1)) ** 0.5)
    for piece, (query, parameters) in {
        "pair": ("named_pair", {}),
        "counts": (
            "trace_counts",
            {"window": window, "cap": cap, "resolution": resolution, "drawn_share": share},
        ),
        "cells": ("cells", {"window": window, "block_days": NEWS_BLOCK_DAYS}),
        "histogram": ("histogram", {}),
        "dealt": ("dealt_objects", {"window": window, "cap": cap}),
        "drawn": ("drawn_pair_days", {"share": share}),
    }.items():
        rows = connection.sql(
            f"SELECT $trace AS trace, * FROM ({read_sql(f'coordination/evidence/{query}.sql')})",
            params={"trace": trace} | parameters,
        )
        rows.write_parquet(str(folder / f"{piece}.parquet"))


def load_traces(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str | Path]]
) -> dict[str, Trace]:
    """Return the traces of a population that have an event, by name, from the files of each of `PIECES`."""

    def arrays(piece: str, name: str) -> dict[str, np.ndarray]:
        found = [str(path) for path in files[piece]]
        query = "SELECT * EXCLUDE (trace) FROM read_parquet($files) WHERE trace = $trace"
        return connection.execute(query, {"files": found, "trace": name}).fetchnumpy()

    query = "SELECT trace FROM read_parquet($files) WHERE acts > 0 ORDER BY trace"
    names = connection.execute(query, {"files": [str(path) for path in files["counts"]]}).fetchall()
    traces = {}
    for (name,) in names:
        counts = {column: values[0].item() for column, values in arrays("counts", name).items()}
        resolution, share = counts.pop("resolution"), counts.pop("drawn_share")
        cells = arrays("cells", name)
        pair_days = PairDays(
            *(cells[column] for column in ("account_a", "account_b", "block", "days_near", "days_within"))
        )
        pieces = (arrays(piece, name) for piece in ("histogram", "dealt", "drawn"))
        traces[name] = Trace(name, resolution, counts, pair_days, *pieces, share)
    return traces


@contextmanager
def open_events(
    events: Sequence[str | Path], overflow: str | Path, *, memory_mb: int, threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the view `trace_event` on files that `takedown.coordination.trace_file` wrote."""
    settings = {"threads": threads, "memory_limit": f"{memory_mb}MB", "temp_directory": str(overflow)}
    with duckdb.connect(config=settings) as connection:
        connection.read_parquet([escape(str(path)) for path in events]).create_view("trace_event")
        yield connection


def _make(connection: duckdb.DuckDBPyConnection, table: str, **parameters) -> None:
    query = read_sql(f"coordination/evidence/{table}.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", parameters or None)
