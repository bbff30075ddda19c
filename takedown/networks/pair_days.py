"""From the events of a trace to its pair-days: the days on which two accounts did the same thing near each other."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb
import numpy as np

from takedown.database import read_sql
from takedown.networks.synchrony import BLOCK_DAYS, PairDays

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

    `counts`: accounts, acts, objects, bursts, burst_acts, burst_event_pairs, near_event_pairs, within_event_pairs.
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


def read_trace(
    connection: duckdb.DuckDBPyConnection,
    trace: str,
    choices: Choices,
    pairs: str | Path,
    resolution: int = 1,
) -> Trace:
    """Find the pair-days of a trace in the view `trace_event` of a connection; write its pairs to Parquet.

    Times count in whole multiples of `resolution` seconds, downwards, so that populations compare.
    An act is an event that does not follow one of the same account on the same object within twice `near_seconds`.
    Columns of `pairs`, one row for each pair of accounts with a day near each other, in no order: trace, account_a,
    account_b (in the order of the names), days_near, days_within, event_pairs and objects within the window. Of days on which
    the two were near in the same part of the day, twice `near_seconds` long, the first alone counts.
    The tables of the trace stay in the connection until it is closed.
    """
    window, near, cap = choices.window_seconds, choices.near_seconds, choices.cap
    _make(connection, "account_number")
    offset = round(3600 * choices.utc_offset_hours)
    _make(connection, "act", trace=trace, near=near, offset_seconds=offset, resolution=resolution)
    _make(connection, "near_pair", near=near, cap=cap)
    _make(connection, "pair_day")
    _make(connection, "pair", window=window, near=near)
    connection.sql(read_sql("networks/evidence/named_pair.sql"), params={"trace": trace}).write_parquet(
        str(pairs)
    )
    counts = _arrays(connection, "trace_counts", window=window, cap=cap)
    cells = _arrays(connection, "cells", window=window, block_days=BLOCK_DAYS)
    share = min(1.0, (SHIFTED_PAIR_DAYS / max(int(cells["days_near"].sum()), 1)) ** 0.5)
    return Trace(
        trace,
        resolution,
        {name: int(column[0]) for name, column in counts.items()},
        PairDays(*(cells[name] for name in ("account_a", "account_b", "block", "days_near", "days_within"))),
        _arrays(connection, "histogram"),
        _arrays(connection, "dealt_objects", window=window, cap=cap),
        _arrays(connection, "drawn_pair_days", share=share),
        share,
    )


@contextmanager
def open_events(
    events: str | Path, overflow: str | Path, *, memory_mb: int, threads: int = 1
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the view `trace_event` on a file that `takedown.networks.trace_file` wrote."""
    settings = {"threads": threads, "memory_limit": f"{memory_mb}MB", "temp_directory": str(overflow)}
    with duckdb.connect(config=settings) as connection:
        connection.read_parquet(escape(str(events))).create_view("trace_event")
        yield connection


def _make(connection: duckdb.DuckDBPyConnection, table: str, **parameters) -> None:
    query = read_sql(f"networks/evidence/{table}.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", parameters or None)


def _arrays(connection: duckdb.DuckDBPyConnection, query: str, **parameters) -> dict[str, np.ndarray]:
    return connection.execute(read_sql(f"networks/evidence/{query}.sql"), parameters or None).fetchnumpy()
