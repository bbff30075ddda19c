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
WINDOW_BYTES = 1 << 16
WINDOW_LINES = 100

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
    sound = _sound_record(columns)
    wounds = []
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for reject in sorted(rejects):
            if wounds and reject.start < wounds[-1].stop:
                wounds[-1] = wounds[-1]._replace(swallows=True)
            if wounds and wounds[-1].swallows and reject.start < wounds[-1].stop + SHADOW_BYTES:
                continue
            length = _broken_length(data, reject, sound)
            if length:
                stop = reject.start + length
                lines = data[reject.start : min(stop, reject.start + WINDOW_BYTES)].count(b"\n")
                swallows = reject.text.rstrip("\n").count("\n") > lines or OVERLONG in reject.errors
                excerpt = data[reject.start : stop][: 4 * EXCERPT_CHARACTERS].decode(
                    "utf-8", errors="replace"
                )
                wounds.append(Wound(reject.start, stop, excerpt[:EXCERPT_CHARACTERS], swallows))
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


def _sound_record(columns: int) -> re.Pattern[bytes]:
    value = rb'(?:"(?:[^"]|"")*+"|[^",\n]*+)'
    return re.compile(value + rb"(?:," + value + rb"){%d}(?:\n|\Z)" % (columns - 1))


def _broken_length(data: mmap.mmap, reject: Reject, sound: re.Pattern[bytes]) -> int:
    """Return the length of a broken record without its line end, 0 if the record is closed in itself."""
    window = data[reject.start : reject.start + WINDOW_BYTES]
    at_end = reject.start + len(window) == len(data)
    first_line_end = window.find(b"\n")
    if first_line_end < 0 and not at_end:
        first_line_end = data.find(b"\n", reject.start) - reject.start
        if first_line_end < 0:
            first_line_end = len(data) - reject.start
        odd = data[reject.start : reject.start + first_line_end].count(b'"') % 2
        return first_line_end if odd else 0
    several_lines = "\n" in reject.text.rstrip("\n")
    first_line = window if first_line_end < 0 else window[:first_line_end]
    if not several_lines and first_line.count(b'"') % 2 == 0:
        return 0
    ends = [match.start() for match in re.finditer(rb"\n", window)][:WINDOW_LINES]
    for end in ends:
        if _is_sound_from(window, end + 1, sound, at_end):
            closed = window.count(b'"', 0, end) % 2 == 0
            same_as_read = window.count(b"\n", 0, end) == reject.text.rstrip("\n").count("\n")
            return 0 if closed and same_as_read else end
    return len(first_line)


def _is_sound_from(window: bytes, position: int, sound: re.Pattern[bytes], at_end: bool) -> bool:
    while window[position : position + 1] == b"\n":
        position += 1
    if position >= len(window):
        return at_end
    # Two broken records in a row are told apart by the id that the second begins with.
    if STARTS_WITH_ID.match(window, position):
        return True
    match = sound.match(window, position)
    return match is not None and (match.end() < len(window) or at_end)
