"""The acts of a population: its events as numbers, without repeats."""

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from takedown.core.database import read_sql

#: Rows, about, of one part of a large table that is grouped in parts.
ROWS_OF_A_PART = 1_000_000


@dataclass(frozen=True)
class Choices:
    """Largest difference of acts that are together (`window_seconds`) or near (`near_seconds`); most acts near an act (`cap`)."""

    window_seconds: int
    near_seconds: int
    cap: int
    utc_offset_hours: float

    @property
    def offset_seconds(self) -> int:
        """Seconds by which local time is ahead of UTC."""
        return round(3600 * self.utc_offset_hours)


def number_events(connection: duckdb.DuckDBPyConnection, resolution: int = 1) -> None:
    """Make the tables `account_number` and `numbered_event` of the view `trace_event` (trace, account, object, time).

    Texts are compared here alone. Accounts have the numbers from 0 in the order of their names; times are seconds, rounded
    down to multiples of `resolution`, so that populations can be compared.
    """
    for table, parameters in (
        ("account_number", None),
        ("object_number", None),
        ("numbered_event", {"resolution": resolution}),
    ):
        query = read_sql(f"coordination/evidence/{table}.sql")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", parameters)
    connection.execute("DROP TABLE object_number")


def find_acts(
    connection: duckdb.DuckDBPyConnection, table: str, trace: str, choices: Choices, *, shared_only: bool
) -> None:
    """Make a table of the acts of one trace in `numbered_event`: account, object, time, day, crowd.

    An act is an event that does not follow one of the same account on the same object within twice `choices.near_seconds`. Objects
    are numbered from the rarest, days are local, and `crowd` is the number of other acts on the object that are near. With
    `shared_only` objects of one account are left out.
    """
    near = choices.near_seconds
    acts = connection.execute(
        read_sql("coordination/evidence/act.sql"),
        {
            **{"trace": trace, "near": near, "shared_only": shared_only},
            "offset_seconds": choices.offset_seconds,
        },
    ).fetchnumpy()
    # Objects follow one another without overlap, so one search finds the ends of what is near on all of them. A window
    # function of DuckDB needs thirty times as long.
    span = int(np.ptp(acts["time"])) + near + 1 if len(acts["time"]) else 1
    place = acts["object"] * span + acts["time"]
    first, end = np.searchsorted(place, place - near, "left"), np.searchsorted(place, place + near, "right")
    connection.register("found", acts | {"crowd": end - first - 1})
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM found")
    connection.unregister("found")


def near_acts(connection: duckdb.DuckDBPyConnection, table: str, choices: Choices) -> tuple[int, int, int]:
    """Return how many near pairs there are of the acts of a table, at most, and the first and the last day of acts."""
    query = read_sql("coordination/evidence/near_acts.sql")
    (found,) = connection.execute(query, {"table": table, "cap": choices.cap}).fetchall()
    return found


def make_in_parts(
    connection: duckdb.DuckDBPyConnection, query: str, first: int, last: int, rows: int, **parameters: Any
) -> None:
    """Make the table of a query in parts of the values `first` to `last` of a column: many small groupings are faster than one.

    `query` is a file of workflow/sql/coordination, whose name is that of the table; it has parameters for the first and the
    last value of a part. About `rows` rows are read altogether, and about `ROWS_OF_A_PART` for a part.
    """
    table, statement = query.rpartition("/")[2], read_sql(f"coordination/{query}.sql")
    values = max(1, (last + 1 - first) * ROWS_OF_A_PART // max(rows, 1))
    begin = f"CREATE OR REPLACE TEMP TABLE {table} AS"
    for value in range(first, last + 1, values):
        connection.execute(f"{begin} {statement}", parameters | {"first": value, "last": value + values - 1})
        begin = f"INSERT INTO {table}"
