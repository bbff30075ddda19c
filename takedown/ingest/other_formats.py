"""Read files that are no CSV: JSON Lines, Parquet and R data."""

import glob
import json
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np

from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError
from takedown.ingest.encoding import SAMPLE_BYTES, check_encoding
from takedown.ingest.layout import Layout, check_columns
from takedown.ingest.mapping import FIELDS
from takedown.ingest.mend_csv import LONGEST_RECORD
from takedown.ingest.record import (
    Reading,
    copy_records,
    create_view,
    identifier,
    note_file,
)
from takedown.ingest.rejects import lost_lines

CHUNK_BYTES = 4 << 20

#: Bytes that are blanks in JSON, or nothing in it at all, but would divide a line for the reader of lines.
HARMLESS = bytes.maketrans(b"\r\0\x1f", b" \1\1")

#: Types of Parquet in which an id of 18 or 19 digits is not the id any more.
INEXACT = ("FLOAT", "DOUBLE")


def read_json_lines(reading: Reading, path: Path, name: str) -> None:
    """Read a file with one JSON object a line: note its records, and what became of those that are none.

    Numbers are taken by their digits, so that an id is never a float. A name that begins with `$.` is a JSON path.
    Raises InputError, one sentence, for a file that is not this, or in which no object has a key of the layout.
    """
    sample = _start_of(path, reading.limits["largest_bytes"])
    check_encoding(sample, str(path), "JSON Lines")
    if _is_array(sample):
        raise InputError(
            f"{path} is one JSON array, not JSON Lines; write one object a line (jq -c '.[]' does it)."
        )
    connection, layout = reading.connection, reading.layout
    lines, source = _line_source(path, reading.folder)
    wanted = [own for column in layout.known for own in layout.names(column)]
    keys = _keys_in(sample)
    if not {_first_key(own) for own in wanted} <= keys:
        # A key that is rare may first occur far from the start.
        keys |= {
            key for (key,) in connection.execute(read_sql("ingest/json_keys.sql").format(source)).fetchall()
        }
    found = [own for own in wanted if _first_key(own) in keys]
    check_columns([*dict.fromkeys(found), *sorted(keys - set(found))], str(path), layout)
    plain = sorted({own for own in found if not own.startswith("$.")})
    shape = json.dumps(dict.fromkeys(plain or [""], "VARCHAR"), ensure_ascii=False)

    def cell(own: str) -> str:
        if own.startswith("$."):
            values = f"json_extract(object, {literal(own)})"
            return (
                f"to_json({values})::VARCHAR"
                if "*" in own
                else f"json_extract_string(object, {literal(own)})"
            )
        return f"values[{literal(own)}]"

    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    try:
        create_view(
            connection,
            layout,
            found,
            f"(SELECT *, json_transform(object, {literal(shape)}) AS values FROM "
            f"({read_sql('ingest/json_object.sql').format(source)}))",
            cell,
            only_asked=reading.only_asked,
            broken_as="CASE WHEN filled(line) IS NULL THEN 'blank_line' WHEN object IS NULL THEN 'malformed_row' END",
            broken="CASE WHEN object IS NULL THEN line END",
        )
        rows = copy_records(reading, name)
    except duckdb.Error as error:
        raise InputError(
            f"{name} cannot be read as JSON Lines ({_first_sentence(error)}); check `mapping` in the registry."
        ) from error
    note_file(reading, path, name, records=lines, rows=rows, lost=lost_lines(connection), first_record=1)


def read_parquet(reading: Reading, path: Path, name: str) -> None:
    """Read a Parquet file and note its records.

    Raises InputError, one sentence, for a file that is damaged, that lacks a column of the layout, or whose ids
    are stored as floating point.
    """
    connection = reading.connection
    _start_of(path, reading.limits["largest_bytes"])
    source = f"read_parquet({literal(glob.escape(str(path)))}, hive_partitioning = false)"
    try:
        types = {row[0]: row[1] for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()}
        check_columns(list(types), str(path), reading.layout)
        _check_types(types, str(path), reading.layout)
        records = connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
        create_view(
            connection,
            reading.layout,
            list(types),
            source,
            lambda own: _parquet_cell(own, types[own]),
            only_asked=reading.only_asked,
        )
        rows = copy_records(reading, name)
    except duckdb.Error as error:
        raise InputError(
            f"{path} cannot be read as Parquet ({_first_sentence(error)}); write it again."
        ) from error
    note_file(reading, path, name, records=records, rows=rows, lost=[], first_record=1)


def read_r_data(reading: Reading, path: Path, name: str) -> None:
    """Read the data frame of an R data file and note its records; text that is not UTF-8 rejects its row if a table has it.

    Raises InputError, one sentence, for a file that is no such thing, that lacks a column of the layout, or whose
    ids are stored as floating point.
    """
    # Only those who have R data wait for what reads it.
    from takedown.ingest.r_data import read_frame

    frame = read_frame(path, **reading.limits)
    connection, names = reading.connection, list(frame.columns)
    check_columns(names, str(path), reading.layout)
    values = {f"c{place}": column for place, column in enumerate(frame.columns.values())}
    read = {own for column in FIELDS[reading.kind].values() for own in reading.layout.names(column)}
    unreadable = np.logical_or.reduce([frame.unreadable[own] for own in names if own in read])
    connection.register("r_data", values | {"unreadable": unreadable})
    try:
        types = {row[0]: row[1] for row in connection.execute("DESCRIBE FROM r_data").fetchall()}
        own_types = {own: types[f"c{place}"] for place, own in enumerate(names)}
        _check_types(own_types, str(path), reading.layout)
        create_view(
            connection,
            reading.layout,
            names,
            "r_data",
            lambda own: f"c{names.index(own)}::VARCHAR",
            only_asked=reading.only_asked,
            broken_as="CASE WHEN unreadable THEN 'invalid_utf8' END",
            broken="NULL",
        )
        rows = copy_records(reading, name)
    finally:
        connection.unregister("r_data")
    note_file(reading, path, name, records=len(unreadable), rows=rows, lost=[], first_record=1)


TABLE_READERS = {
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
    ".parquet": read_parquet,
    ".rds": read_r_data,
    ".rda": read_r_data,
    ".rdata": read_r_data,
}


def _start_of(path: Path, largest_bytes: float) -> bytes:
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE_BYTES)
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); put the file there.") from None
    if not sample:
        raise InputError(f"{path} is empty (0 bytes); download the file again.")
    if size > largest_bytes:
        raise InputError(
            f"{path} is larger than ingest.largest_file_gb allows; raise that limit if it is genuine."
        )
    return sample


def _is_array(sample: bytes) -> bool:
    """Return whether a file that begins like this is one JSON array, and not lines of which the first was damaged."""
    text = sample.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"["):
        return False
    lines = [line.strip() for line in text.splitlines()[1:] if line.strip()]
    # In an array an object is followed by a comma or a bracket.
    return not any(_keys_in(line) and not after.startswith(b"]") for line, after in pairwise([*lines, b""]))


def _line_source(path: Path, folder: Path) -> tuple[int, str]:
    """Return the number of lines of a file, and the SQL that reads them; a copy is read if bytes have to change."""
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
            if column.endswith("id") and kind in INEXACT:
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
    return f"{identifier(own)}::VARCHAR"


def _first_sentence(error: duckdb.Error) -> str:
    # What DuckDB quotes of a damaged file need not be text.
    return repr(str(error).splitlines()[0])[1:-1].rstrip(".")
