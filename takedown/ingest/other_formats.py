"""Read Parquet files and R data, and find the reader of a file by its form."""

import glob
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

from takedown.core.database import literal
from takedown.core.errors import InputError
from takedown.core.failures import first_sentence
from takedown.ingest.encoding import read_start
from takedown.ingest.json_files import read_json
from takedown.ingest.layout import Layout, check_columns
from takedown.ingest.mapping import FIELDS
from takedown.ingest.record import ReadingContext, copy_records, identifier, note_file
from takedown.ingest.rejects import check_sum

#: Types that cannot hold an id of 18 or 19 digits exactly, and columns whose rows would be lost with their ids.
INEXACT = ("FLOAT", "DOUBLE")
KEYS = ("userid", "tweetid")


def read_parquet(context: ReadingContext, path: Path) -> None:
    """Read a Parquet file and note its records.

    Raises InputError for a file that is damaged or lacks a column of the layout, and for ids stored as floating point.
    """
    read_start(path, context.limits["largest_bytes"])
    source = f"read_parquet({literal(glob.escape(str(path)))}, hive_partitioning = false)"
    try:
        types = _types_of(context.connection, source)
        records = context.connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
        rows = _copy_table(context, path, types, source, lambda own: _parquet_cell(own, types[own]))
    except duckdb.Error as error:
        raise InputError(
            f"{path} cannot be read as Parquet ({first_sentence(error)}); write it again."
        ) from error
    check_sum(path.name, records, rows, 0)
    note_file(context, path, path.name, records, None, first_record=1)


def read_r_data(context: ReadingContext, path: Path) -> None:
    """Read the data frame of an R data file and note its records; a row with text that is not UTF-8 is rejected.

    Raises InputError for a file without a data frame or without a column of the layout, and for ids stored as
    floating point.
    """
    # Imported here, since loading the R parser takes time that other formats need not spend.
    from takedown.ingest.r_data import read_frame

    frame = read_frame(path, **context.limits)
    places = {own: f"c{place}" for place, own in enumerate(frame.columns)}
    values = {places[own]: column for own, column in frame.columns.items()}
    read = {own for column in FIELDS[context.kind].values() for own in context.layout.names(column)}
    unreadable = np.zeros(len(next(iter(frame.unreadable.values()))), bool)
    for own in read & places.keys():
        unreadable |= frame.unreadable[own]
    context.connection.register("r_data", values | {"unreadable": unreadable})
    try:
        types = _types_of(context.connection, "r_data")
        rows = _copy_table(
            context,
            path,
            {own: types[place] for own, place in places.items()},
            "r_data",
            lambda own: _text_of(places[own], types[places[own]]),
            "CASE WHEN unreadable THEN 'invalid_utf8' END",
        )
    finally:
        context.connection.unregister("r_data")
    check_sum(path.name, len(unreadable), rows, 0)
    note_file(context, path, path.name, len(unreadable), None, first_record=1)


#: Readers of other formats than CSV, by suffix without that of a compression.
TABLE_READERS = {
    ".json": read_json,
    ".jsonl": read_json,
    ".ndjson": read_json,
    ".parquet": read_parquet,
    ".rds": read_r_data,
    ".rda": read_r_data,
    ".rdata": read_r_data,
}


def _types_of(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, str]:
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()}


def _copy_table(
    context: ReadingContext,
    path: Path,
    types: dict[str, str],
    source: str,
    cell: Callable[[str], str],
    broken_reason: str = "NULL",
) -> int:
    """Check the columns of a table and their types, and copy its records; return the number of rows."""
    check_columns(list(types), str(path), context.layout)
    _check_types(types, str(path), context.layout)
    return copy_records(
        context, str(path), context.next_member(), list(types), source, cell, broken_reason=broken_reason
    )


def _check_types(types: dict[str, str], name: str, layout: Layout) -> None:
    times = ("account_creation_date", "tweet_time")
    for column in layout.known:
        for own in layout.names(column):
            kind = types.get(own, "")
            if column in KEYS and kind in INEXACT:
                raise InputError(
                    f"{name} stores the ids of {own!r} as floating point, which ruins them; write them as text."
                )
            if (
                column in times
                and layout.time_formats
                and "text" not in layout.time_formats
                and kind.startswith(("DATE", "TIME"))
            ):
                raise InputError(
                    f"{name} stores {own!r} as time ({kind}); take time_format out of its mapping in the registry."
                )


def _parquet_cell(own: str, kind: str) -> str:
    if kind.endswith("]") or kind.startswith(("STRUCT", "MAP")):
        return f"to_json({identifier(own)})::VARCHAR"
    return _text_of(identifier(own), kind)


def _text_of(cell: str, kind: str) -> str:
    """Return SQL for a value as text; a float that is none (NaN), as which pandas and R store nothing, is null."""
    return f"CASE WHEN NOT isnan({cell}) THEN {cell}::VARCHAR END" if kind in INEXACT else f"{cell}::VARCHAR"
