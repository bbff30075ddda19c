"""Write the pairs of accounts in a file of events, the bursts left out, and the number of rows by outcome."""

from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

import duckdb

from takedown.core.database import literal, open_duckdb
from takedown.core.tables import write_csv
from takedown.core.working_folder import whole_file
from takedown.pairs.event_file import read_events
from takedown.pairs.find_pairs import MISSING, find_pairs

#: Rows of the summary and their explanations.
MEANINGS = {
    "records": "records in the file without the header; the sum of the next rows down to compared",
    "unreadable_record": "broken quotes, wrong number of values, not UTF-8, or blank",
    "without_account": "the account is empty or a word for a missing value",
    "without_object": "the object is empty or a word for a missing value",
    "without_time": "the time is empty or a word for a missing value",
    "unreadable_time": "the time is neither 2019-08-19 10:00:00 nor seconds since 1970",
    "alone_in_the_window": "no other event on the object within the window",
    "on_an_object_of_one_account": "all remaining events on the object are of one account",
    "duplicate": "the same account, object and time as another row",
    "in_a_burst": "more than cap events of other accounts on the object within the window: see bursts.csv",
    "compared": "compared with all other events on the object within the window",
    "cut_to_the_second": "times with a fraction of a second, which was cut off",
    "resolution_seconds": "every time is a multiple of this; windows cannot be more precise",
    "window_seconds": "largest distance in time, inclusive",
    "cap": "largest number of events of other accounts within the window of an event",
    "min_objects": "smallest number of different objects of a pair",
    "pairs": "pairs of accounts in pairs.csv",
}


def write_pairs(
    path: str | Path,
    outputs: dict[str, str | Path],
    *,
    scratch: str | Path,
    window: int,
    cap: int,
    min_objects: int,
    missing: Iterable[str] = MISSING,
    memory_mb: int,
    threads: int,
    largest_bytes: float,
    largest_ratio: float,
) -> None:
    """Find the pairs in a file of events and write the CSV files `outputs`: pairs, bursts and summary.

    `path` and the limits are as in `read_events`; window, cap, min_objects and `missing` as in `find_pairs`. DuckDB uses at most
    `memory_mb` and writes larger intermediate results to a `working_folder` in `scratch`. Pairs are ordered by
    account_a and account_b, bursts by object. Ids are written unchanged, except for an apostrophe in front of an id
    that a spreadsheet may read as a formula (`takedown.core.tables`). Either all outputs are written or none.
    """
    limits = {"largest_bytes": largest_bytes, "largest_ratio": largest_ratio}
    with ExitStack() as stack:
        whole = {name: stack.enter_context(whole_file(output)) for name, output in outputs.items()}
        opened = open_duckdb(outputs["pairs"], str(path), scratch, memory_mb, threads, "pairs.memory_mb")
        with opened as (connection, folder):
            records = read_events(connection, path, folder, threads=threads, **limits)
            found = find_pairs(
                connection, "events", window, cap, min_objects, missing=missing, label=str(path)
            )
            pairs = _copy(connection, found.pairs, whole["pairs"])
            _copy(connection, found.bursts.order("object"), whole["bursts"])
        rows = dict(found.rows)
        counts = {
            "records": records,
            "unreadable_record": records - rows.pop("rows_read"),
            "cut_to_the_second": rows.pop("cut_to_the_second"),
            **rows,
            "resolution_seconds": found.resolution_seconds,
            "window_seconds": window,
            "cap": cap,
            "min_objects": min_objects,
            "pairs": pairs,
        }
        write_csv(
            whole["summary"],
            ["what", "number", "meaning"],
            [(name, counts[name], meaning) for name, meaning in MEANINGS.items()],
        )


def _copy(connection: duckdb.DuckDBPyConnection, relation: duckdb.DuckDBPyRelation, target: Path) -> int:
    """Write a relation as CSV; return its number of rows."""
    columns = ", ".join(
        f"spreadsheet_text({name}) AS {name}" if kind.id == "varchar" else name
        for name, kind in zip(relation.columns, relation.types, strict=True)
    )
    query = relation.project(columns).sql_query()
    return connection.execute(f"COPY ({query}) TO {literal(str(target))} (HEADER)").fetchall()[0][0]
