"""Find the rows whose broken quotes swallow the rows after them, and take them out before the file is read."""

import csv
import mmap
import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from takedown.ingest_scan import RecordScan

CHUNK_BYTES = 4 << 20

#: How far a broken record is followed to find the next sound one.
WINDOW_BYTES = 1 << 18
WINDOW_LINES = 100
WALKED_RECORDS = 20

EXCERPT_CHARACTERS = 120

#: Behind a record that swallows others the reader may be inside out until the longest record is over (4 MB), so
#: that what it rejects there proves nothing before it has read the file again.
SHADOW_BYTES = 5_000_000

#: How most records begin, in whatever column order a release has them: with an open id or a digest.
STARTS_WITH_ID = re.compile(rb'"(?:[0-9]{1,19}|[A-Za-z0-9+/=_-]{20,64})",|[0-9]{5,19},')

#: What DuckDB calls a record that exceeds max_line_size; where quotes are broken it is the rest of the file.
OVERLONG = "LINE SIZE OVER MAXIMUM"


class Reject(NamedTuple):
    """A record that DuckDB could not read: the byte it starts at, its number, its text as far as stored."""

    start: int
    record: int
    text: str
    errors: frozenset[str]
    column: int | None


class Wound(NamedTuple):
    """Bytes `start` to `stop` of a file that hold one broken record, and the beginning of its text.

    `swallows` says whether the reader lost more than these bytes to it.
    """

    start: int
    stop: int
    excerpt: str
    swallows: bool


def find_wounds(path: Path, rejects: Iterable[Reject], columns: int) -> list[Wound]:
    """Return the rejected records whose quotes do not close within them.

    A quote that is opened and not closed turns the following text inside out: sound rows vanish inside
    the rejected record, and quotes can no longer be paired. The record is taken to end at the first
    line end after which a sound row follows. Where a record swallows others, those behind it wait for another read.
    """
    patterns = _Patterns.for_columns(columns)
    wounds = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for reject in sorted(rejects):
            if wounds and reject.start < wounds[-1].stop:
                wounds[-1] = wounds[-1]._replace(swallows=True)
            if wounds and wounds[-1].swallows and reject.start < wounds[-1].stop + SHADOW_BYTES:
                continue
            place = _find_wound(data, reject, patterns)
            if place:
                start, stop = place
                inside = data[start : min(stop, start + WINDOW_BYTES)]
                text = reject.text.strip("\n")
                alone = reject.start == start and text and "\n" not in text and b"\n" not in inside
                excerpt = inside[: 4 * EXCERPT_CHARACTERS].decode("utf-8", errors="replace")[
                    :EXCERPT_CHARACTERS
                ]
                wounds.append(Wound(start, stop, excerpt, not alone or OVERLONG in reject.errors))
    return wounds


def blank_out(path: Path, wounds: Iterable[Wound]) -> None:
    """Overwrite each wound with one line of spaces: a record of too few columns, which is rejected alone."""
    with path.open("r+b") as file:
        for wound in wounds:
            file.seek(wound.start)
            file.write(b" " * (wound.stop - wound.start))


def scan_without(path: Path, wounds: Iterable[Wound]) -> RecordScan:
    """Count the records of a file as if each wound were a line of spaces."""
    scan, place = RecordScan(), 0
    with path.open("rb") as file:
        for wound in sorted(wounds):
            _feed(scan, file, wound.start - place)
            scan.feed(b" " * (wound.stop - wound.start))
            place = file.seek(wound.stop)
        _feed(scan, file, path.stat().st_size - place)
    scan.finish()
    return scan


def _feed(scan: RecordScan, file: BinaryIO, length: int) -> None:
    while length and (chunk := file.read(min(CHUNK_BYTES, length))):
        scan.feed(chunk)
        length -= len(chunk)


def first_byte(data: mmap.mmap, position: int) -> int:
    """Return where a rejected record starts: DuckDB counts the blank lines before a record to it."""
    while position < len(data) and data[position] == 10:
        position += 1
    return position


def count_with_csv_module(path: Path) -> tuple[int, list[int]]:
    """Return the number of records and the numbers of the blank ones, as Python's csv module reads them.

    Slower than a scan of the bytes, and right where quotes stand inside unquoted values (5" screen).
    """
    csv.field_size_limit(1 << 40)
    records, blank = 0, []
    # Latin-1 gives every byte a character, and quotes, commas and line ends are what they are in UTF-8.
    with path.open(encoding="latin-1", newline="") as file:
        for row in csv.reader(file):
            records += 1
            if not row:
                blank.append(records)
    return records, blank


class _Patterns(NamedTuple):
    """A sound record of the right number of columns, and a record of any number whose quotes are closed."""

    sound: re.Pattern[bytes]
    closed: re.Pattern[bytes]

    @classmethod
    def for_columns(cls, columns: int) -> "_Patterns":
        value = rb'(?:"(?:[^"]|"")*+"|[^",\n]*+)'
        further = b"(?:," + value + b")"
        return cls(
            re.compile(value + further + b"{%d}(?:\n|\\Z)" % (columns - 1)),
            re.compile(value + further + b"*+(?:\n|\\Z)"),
        )


def _find_wound(data: mmap.mmap, reject: Reject, patterns: _Patterns) -> tuple[int, int] | None:
    """Return the bytes of the broken record at a reject, or shortly behind it; None if all is closed."""
    if "UNQUOTED VALUE" not in reject.errors and reject.text.strip("\n") and not _spans_lines(reject):
        return None
    start = reject.start
    # DuckDB names the record before the broken one now and then.
    for _ in range(WALKED_RECORDS):
        window = data[start : start + WINDOW_BYTES]
        at_end = start + len(window) == len(data)
        if not at_end and b"\n" not in window:
            return _long_line(data, start)
        match = patterns.closed.match(window)
        if match is None:
            return start, start + _broken_length(window, patterns, at_end)
        if start == reject.start and _spans_lines(reject) and not patterns.sound.match(window):
            # Closed, but by a quote of another row, if whole rows lie inside.
            length = _hidden_row(window, match.end(), patterns)
            if length:
                return start, start + length
        if "UNQUOTED VALUE" not in reject.errors and reject.text.strip("\n"):
            return None
        start = first_byte(data, start + match.end())
        if start >= len(data):
            return None
    return None


def _spans_lines(reject: Reject) -> bool:
    return "\n" in reject.text.strip("\n")


def _long_line(data: mmap.mmap, start: int) -> tuple[int, int] | None:
    end = data.find(b"\n", start)
    end = len(data) if end < 0 else end
    return (start, end) if data[start:end].count(b'"') % 2 else None


def _broken_length(window: bytes, patterns: _Patterns, at_end: bool) -> int:
    """Return the length of the broken record at the start of the window, without its line end."""
    ends = [match.start() for match in re.finditer(rb"\n", window)][:WINDOW_LINES]
    for end in ends:
        position = end + 1
        while window[position : position + 1] == b"\n":
            position += 1
        # Two broken records in a row are told apart by the id that the second begins with.
        match = STARTS_WITH_ID.match(window, position) or patterns.sound.match(window, position)
        if match and (match.end() < len(window) or at_end):
            return end
    if at_end and len(ends) < WINDOW_LINES:
        # Nothing sound follows up to the end of the file.
        return len(window.rstrip(b"\n"))
    return ends[0]


def _hidden_row(window: bytes, length: int, patterns: _Patterns) -> int:
    """Return the length of the first record of a window if sound rows begin within its `length`, else 0."""
    for match in re.finditer(rb"\n", window[: length - 1]):
        if patterns.sound.match(window, match.end()):
            return match.start()
    return 0
