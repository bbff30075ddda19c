"""Read files in other formats than CSV: JSON Lines, Parquet and R data."""

import glob
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np

from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError
from takedown.core.failures import first_sentence
from takedown.ingest.csv_source import LONGEST_RECORD
from takedown.ingest.encoding import check_encoding, read_start
from takedown.ingest.layout import Layout, check_columns
from takedown.ingest.mapping import FIELDS
from takedown.ingest.record import ReadingContext, copy_records, identifier, note_file
from takedown.ingest.rejects import check_sum, forget_rejects, keep_lost

CHUNK_BYTES = 4 << 20

#: Bytes that are blank or invalid in JSON but would split a line for DuckDB's reader, and their replacements.
HARMLESS = bytes.maketrans(b"\r\0\x1f", b" \1\1")

#: Types that cannot hold an id of 18 or 19 digits exactly, and columns whose rows would be lost with their ids.
INEXACT = ("FLOAT", "DOUBLE")
KEYS = ("userid", "tweetid")


def read_json_lines(context: ReadingContext, path: Path) -> None:
    """Read a file with one JSON object per line; note its records, and why other lines were rejected.

    Numbers are read as text, so that an id never becomes a float. A column name that starts with `$.` is a JSON path.
    Raises InputError for a file of another format, and if no object has a key that the layout requires.
    """
    sample = read_start(path, context.limits["largest_bytes"])
    check_encoding(sample, str(path), "JSON Lines")
    if _is_array(sample):
        raise InputError(
            f"{path} is one JSON array, not JSON Lines; write one object per line (jq -c '.[]' does it)."
        )
    connection, layout = context.connection, context.layout
    lines, source = _line_source(path, context.folder)
    wanted = [own for column in layout.known for own in layout.names(column)]
    keys = _keys_in(sample)
    if not {_first_key(own) for own in wanted} <= keys:
        # A rare key may first occur far from the start.
        keys |= {
            key for (key,) in connection.execute(read_sql("ingest/json_keys.sql").format(source)).fetchall()
        }
    found = [own for own in wanted if _first_key(own) in keys]
    check_columns([*dict.fromkeys(found), *sorted(keys - set(found))], str(path), layout)
    plain = sorted({own for own in found if not own.startswith("$.")})
    shape = json.dumps(dict.fromkeys(plain or [""], "VARCHAR"), ensure_ascii=False)

    def cell(own: str) -> str:
        if own.startswith("$."):
            arguments = f"(object, {literal(own)})"
            is_list = "*" in own
            return (
                f"to_json(json_extract{arguments})::VARCHAR" if is_list else f"json_extract_string{arguments}"
            )
        return f"values[{literal(own)}]"

    forget_rejects(connection)
    try:
        rows = copy_records(
            context,
            str(path),
            context.next_member(),
            found,
            f"(SELECT *, json_transform(object, {literal(shape)}) AS values FROM "
            f"({read_sql('ingest/json_object.sql').format(source)}))",
            cell,
            broken_reason="CASE WHEN filled(line) IS NULL THEN 'blank_line' WHEN object IS NULL THEN 'malformed_row' END",
            broken_text="CASE WHEN object IS NULL THEN line END",
        )
    except duckdb.Error as error:
        raise InputError(
            f"{path} cannot be read as JSON Lines ({first_sentence(error)}); check `mapping` in the registry."
        ) from error
    check_sum(path.name, lines, rows, keep_lost(connection, "lost_lines"))
    note_file(context, path, path.name, lines, "lost_lines", first_record=1)


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
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
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


def _is_array(sample: bytes) -> bool:
    """Return whether a file that starts with `sample` is one JSON array, not lines of which the first is damaged."""
    text = sample.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"["):
        return False
    lines = [line.strip() for line in text.splitlines()[1:] if line.strip()]
    # In an array, an object is followed by a comma or a bracket.
    return not any(_keys_in(line) and not after.startswith(b"]") for line, after in pairwise([*lines, b""]))


def _line_source(path: Path, folder: Path) -> tuple[int, str]:
    """Return the number of lines of a file, and the SQL that reads them, from a copy if bytes must be replaced."""
    lines, last, change = 0, b"\n", False
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            lines, last = lines + chunk.count(b"\n"), chunk[-1:]
            change = change or chunk != chunk.translate(HARMLESS)
    lines += last != b"\n"
    if change:
        copy = folder / "lines.jsonl"
        with path.open("rb") as file, copy.open("wb") as out:
            while chunk := file.read(CHUNK_BYTES):
                out.write(chunk.translate(HARMLESS))
        path = copy
    return lines, (
        f"read_csv({literal(glob.escape(str(path)))}, max_line_size = {LONGEST_RECORD}, "
        f"{read_sql('ingest/line_options.sql')})"
    )


def _keys_in(sample: bytes) -> set[str]:
    keys: set[str] = set()
    for line in sample.splitlines():
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            keys.update(value)
    return keys


def _first_key(own: str) -> str:
    return own[2:].partition(".")[0].partition("[")[0].strip('"') if own.startswith("$.") else own


def _check_types(types: dict[str, str], name: str, layout: Layout) -> None:
    times = ("account_creation_date", "tweet_time")
    for column in layout.known:
        for own in layout.names(column):
            kind = types.get(own, "")
            if column in KEYS and kind in INEXACT:
                raise InputError(
                    f"{name} stores the ids of {own!r} as floating point, which ruins them; write them as text."
                )
            if column in times and layout.time_format and kind.startswith(("DATE", "TIME")):
                raise InputError(
                    f"{name} stores {own!r} as time ({kind}); take time_format out of its mapping in the registry."
                )


def _parquet_cell(own: str, kind: str) -> str:
    if kind.endswith("]"):
        return f"to_json({identifier(own)})::VARCHAR"
    return _text_of(identifier(own), kind)


def _text_of(cell: str, kind: str) -> str:
    """Return SQL for a value as text; a float that is none (NaN), as which pandas and R store nothing, is null."""
    return f"CASE WHEN NOT isnan({cell}) THEN {cell}::VARCHAR END" if kind in INEXACT else f"{cell}::VARCHAR"
