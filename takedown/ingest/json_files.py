"""Read JSON: one object a line (JSON Lines), an array of objects, or pages of a platform's responses."""

import glob
import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import duckdb

from takedown.core.compressed import STARTS, read_chunks
from takedown.core.database import literal, read_sql
from takedown.core.errors import InputError
from takedown.core.failures import first_sentence
from takedown.ingest.csv_source import LONGEST_RECORD
from takedown.ingest.encoding import SAMPLE_BYTES, check_encoding, read_start
from takedown.ingest.layout import check_columns, first_key
from takedown.ingest.record import ReadingContext, copy_records, json_value, note_file
from takedown.ingest.rejects import check_sum, forget_rejects, keep_lost

#: Bytes that are blank or invalid in JSON but would split a line for DuckDB's reader, and their replacements.
HARMLESS = bytes.maketrans(b"\r\0\x1f", b" \1\1")


def read_json(context: ReadingContext, path: Path) -> None:
    """Read a file of JSON objects, one a line or in an array; note its records, and why other lines were rejected.

    Numbers are read as text, so that an id never becomes a float. A column name that starts with `$.` is a JSON path. If the
    layout unfolds lines, the records are the posts in them, and lines that are not UTF-8 are counted after them.
    Raises InputError for a file of another format, for an array that is damaged, and if no object has a key that the
    layout requires.
    """
    connection, layout, limits = context.connection, context.layout, context.limits
    if path.suffix.lower() not in STARTS:
        read_start(path, limits["largest_bytes"])
    sample = b""
    for chunk in read_chunks(path, **limits):
        sample += chunk
        if len(sample) >= SAMPLE_BYTES:
            break
    sample = sample[:SAMPLE_BYTES]
    check_encoding(sample, str(path), "JSON Lines")
    form = _form_of_whole(sample)
    lost, count = None, 0
    forget_rejects(connection)
    try:
        if form is None:
            records, source = _line_source(path, context)
        else:
            records, source = 0, _whole_source(path, context, form)
        if layout.unfold is not None:
            query = read_sql(f"ingest/unfold_{layout.unfold}.sql").format(source)
            connection.execute(f"CREATE OR REPLACE TEMP TABLE unfolded AS {query}")
            source, records = "unfolded", len(connection.table("temp.unfolded"))
            if form is None:
                lost, count = "lost_lines", keep_lost(connection, "lost_lines")
                connection.execute(read_sql("ingest/lost_behind.sql"), {"records": records})
            records += count
        rows = _copy(context, path, source, _keys_in(sample))
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        # Where no line ends an object, nobody can tell where the next one begins.
        remedy = (
            "check `mapping` in the registry" if form is None else "download it again, best as JSON Lines"
        )
        raise InputError(f"{path} cannot be read as JSON ({first_sentence(error)}); {remedy}.") from error
    if layout.unfold is None and form is None:
        lost, count = "lost_lines", keep_lost(connection, "lost_lines")
    elif layout.unfold is None:
        records = rows
    check_sum(path.name, records, rows, count)
    note_file(context, path, path.name, records, lost, first_record=1)


def _copy(context: ReadingContext, path: Path, source: str, keys: set[str]) -> int:
    """Copy the records of JSON lines; `keys` are those at the start of the file. Return the number of rows."""
    layout = context.layout
    wanted = [own for column in layout.known for own in layout.names(column)]
    wanted += [column for column, _, _ in layout.rows]
    if not {first_key(own) for own in wanted} <= keys:
        # A rare key may first occur far from the start.
        query = read_sql("ingest/json_keys.sql").format(source)
        keys = {key for (key,) in context.connection.execute(query).fetchall()}
    found = [own for own in dict.fromkeys(wanted) if first_key(own) in keys]
    check_columns([*found, *sorted(keys - set(found))], str(path), layout)
    plain = sorted({own for own in found if not own.startswith("$.")})
    shape = json.dumps(dict.fromkeys(plain, "VARCHAR"), ensure_ascii=False)
    values = f"json_transform(object, {literal(shape)})" if plain else "NULL"

    def cell(own: str) -> str:
        return json_value("object", own) if own.startswith("$.") else f"values[{literal(own)}]"

    if source != "unfolded":
        forget_rejects(context.connection)
    return copy_records(
        context,
        str(path),
        context.next_member(),
        found,
        f"(SELECT *, {values} AS values FROM ({read_sql('ingest/json_object.sql').format(source)}))",
        cell,
        broken_reason="CASE WHEN filled(line) IS NULL THEN 'blank_line' WHEN object IS NULL THEN 'malformed_row' END",
        broken_text="CASE WHEN object IS NULL THEN line END",
    )


def _form_of_whole(sample: bytes) -> str | None:
    """Return DuckDB's name of a file that is not one object a line: array, or unstructured (objects over several lines)."""
    text = sample.lstrip(b"\xef\xbb\xbf \t\r\n")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if text.startswith(b"[") and not any(
        # In an array, an object is followed by a comma or a bracket.
        _keys_in(line) and not after.startswith(b"]")
        for line, after in pairwise([*lines[1:], b""])
    ):
        return "array"
    return "unstructured" if lines and lines[0] == b"{" else None


def _whole_source(path: Path, context: ReadingContext, form: str) -> str:
    """Return the SQL that reads the objects of a file as lines, from a copy if the file is compressed."""
    name = path
    if path.suffix.lower() in STARTS:
        path = _copied(read_chunks(path, **context.limits), context.folder)
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, 4096), os.SEEK_END)
        if not file.read().rstrip().endswith(b"]" if form == "array" else b"}"):
            raise InputError(
                f"{name} is cut off, since its last object or array is not closed; download it again."
            )
    return (
        f"(SELECT json::VARCHAR AS line FROM read_json_objects({literal(glob.escape(str(path)))}, format = {literal(form)}, "
        f"maximum_object_size = {LONGEST_RECORD}))"
    )


def _line_source(path: Path, context: ReadingContext) -> tuple[int, str]:
    """Return the number of lines of a file, and the SQL that reads them, from a copy if bytes must be replaced."""
    lines, last, length, change = 0, b"\n", 0, path.suffix.lower() in STARTS
    for chunk in read_chunks(path, **context.limits):
        lines, last = lines + chunk.count(b"\n"), chunk[-1:]
        change = change or length > LONGEST_RECORD or chunk != chunk.translate(HARMLESS)
        length = len(chunk) - chunk.rindex(b"\n") - 1 if b"\n" in chunk else length + len(chunk)
    lines += last != b"\n"
    if change or length > LONGEST_RECORD:
        path = _copied(_harmless(read_chunks(path, **context.limits)), context.folder)
    return lines, (
        f"read_csv({literal(glob.escape(str(path)))}, max_line_size = {LONGEST_RECORD}, "
        f"{read_sql('ingest/line_options.sql')})"
    )


def _harmless(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield lines without bytes that would split them, and of lines that are too long only the start.

    DuckDB rejects a line that is too long, but passes over one that is longer than its buffer without a word.
    """
    length = 0
    for chunk in chunks:
        chunk = chunk.translate(HARMLESS)
        end = chunk.index(b"\n") if b"\n" in chunk else len(chunk)
        yield chunk[: max(min(end, LONGEST_RECORD + 1 - length), 0)] + chunk[end:]
        length = len(chunk) - chunk.rindex(b"\n") - 1 if b"\n" in chunk else length + len(chunk)


def _copied(chunks: Iterator[bytes], folder: Path) -> Path:
    copy = folder / "lines.jsonl"
    with copy.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
    return copy


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
