"""Pass on the sound records of a CSV file, and take out records whose quotes or columns are broken.

After a quote that is opened and not closed, a CSV reader takes text for separators and separators for text, and does
not recover. Records are therefore checked before a reader sees them, and it receives only the sound ones.
"""

import re
from typing import NamedTuple

import numpy as np

from takedown.core.errors import InputError
from takedown.ingest.csv_source import LONGEST_RECORD

QUOTE, COMMA, LINE_FEED, RETURN = 34, 44, 10, 13
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: Bytes that are checked together.
BLOCK_BYTES = 1 << 19
#: Bytes that are checked together after a broken record.
FIRST_BYTES = 1 << 12

#: Longest line that is searched for a record, in bytes.
LONGEST_LINE = 64_000_000

#: How far behind the start of a broken record the next sound record is searched.
WINDOW_BYTES = 1 << 18
WINDOW_LINES = 100

EXCERPT_CHARACTERS = 120

LINE_END = re.compile(rb"\r*\n|\r")
RECORD_END = rb"(?:\r*\n|\r|\Z)"

#: Start of most records, whatever the order of columns: an open id or a digest.
STARTS_WITH_ID = rb'(?:"(?:[0-9]{1,19}|[A-Za-z0-9+/=_-]{20,64})",|[0-9]{5,19},)'


class LostRecord(NamedTuple):
    """A record that does not become a row: its number, the column at fault, the reason, and its first characters."""

    record: int
    column: str | None
    reason: str
    excerpt: str


class Mender:
    r"""Divide the bytes of a CSV file of `columns` columns into records, and keep the sound ones.

    Pass every byte once to `feed`, then call `finish`; both return the bytes to read: sound records and blank lines,
    with LF for CR LF or CR at their ends. `records` counts all records, including the header (record 1) and blank
    lines; `lost` holds the blank and the broken records. `name` is the name of the file in messages.

    A record is sound if it has `columns` values, each either without quotes or within quotes that close, and at most
    `LONGEST_RECORD` bytes. A broken record ends at the first line end that is followed by another record. Most records
    are checked by counting their quotes and commas and only doubtful ones are parsed; `thorough` parses every record.
    Raises InputError if the first record is broken and for a line of more than `LONGEST_LINE` bytes.

    >>> mender = Mender(2, "a.csv")
    >>> bytes(mender.feed(b'id,text\n1,"a"b\n2,c\n')) + bytes(mender.finish()), len(mender.broken)
    (b'id,text\n2,c\n', 1)
    """

    def __init__(self, columns: int, name: str, *, thorough: bool = False):
        self.records = 0
        self.lost: list[LostRecord] = []
        self._columns, self._name, self._thorough = columns, name, thorough
        self._patterns = _Patterns(columns)
        self._held = b""
        self._room = {byte: np.empty(0, bool) for byte in (QUOTE, COMMA, LINE_FEED)}

    def feed(self, chunk: bytes) -> bytes | memoryview:
        """Take a chunk of the file; return the sound records in it and in the bytes held back before."""
        return self._take(self._held + chunk if self._held else chunk, last=False)

    def finish(self) -> bytes | memoryview:
        """Return the sound records in the bytes held back, including a last record without a line end."""
        return self._take(self._held, last=True)

    @property
    def broken(self) -> list[LostRecord]:
        """The records that were taken out; blank lines are not, since readers skip them."""
        return [lost for lost in self.lost if lost.reason != "blank_line"]

    def _take(self, data: bytes, last: bool) -> bytes | memoryview:
        kept: list[bytes] = []
        start, size = 0, BLOCK_BYTES
        same = 0  # start of the bytes that are returned unchanged
        text: bytes | None
        has_returns = b"\r" in data
        while start < len(data):
            # A short rest behind a block is checked with it.
            stop = start + size if start + 2 * size < len(data) else len(data)
            at_end = last and stop == len(data)
            if has_returns:
                block = data[start:stop]
                # The meaning of a CR depends on the next byte.
                length, text = self._judge_with_returns(block if at_end else block.rstrip(b"\r"), at_end)
            else:
                length, text = self._judge(data, start, stop, at_end), None
            size = min(2 * size, BLOCK_BYTES)
            if length == 0:
                # A broken record, or a record longer than the block, or an incomplete one.
                if not last and len(data) - start < LONGEST_RECORD + WINDOW_BYTES:
                    break
                length, text = self._judge_alone(data, start, last)
                if length == 0:
                    break
                # Broken records come in clusters, and after each one a whole block would be checked again.
                size = min(size, FIRST_BYTES)
            if text is not None and (len(text) != length or text != data[start : start + length]):
                kept += [data[same:start], text]
                same = start + length
            start += length
        self._held = data[start:]
        rest = memoryview(data)[same:start]
        return b"".join([*kept, rest]) if kept else rest

    def _judge_with_returns(self, block: bytes, at_end: bool) -> tuple[int, bytes]:
        """Return the length of the sound records at the start of a block, and their text with LF at line ends."""
        text, dropped = with_line_feeds(block)
        stop = self._judge(text, 0, len(text), at_end)
        # Each CR dropped before `stop` makes the block longer than its text.
        before = int(np.searchsorted(dropped - np.arange(len(dropped)), stop, side="left"))
        return stop + before if stop else 0, text[:stop]

    def _judge(self, text: bytes, start: int, stop: int, at_end: bool) -> int:
        """Return the length of the sound records at the start of text[start:stop], whose line ends are LF."""
        values = np.frombuffer(text, np.uint8, stop - start, start)
        quotes = self._are(values, QUOTE)
        ends = np.flatnonzero(self._are(values, LINE_FEED).view(bool))
        # The sums are bytes and wrap at 256, which does not change whether they are odd or even.
        quotes_before = np.cumsum(_sums(quotes, ends), dtype=np.uint8) if len(ends) else np.empty(0, np.uint8)
        is_end = quotes_before % 2 == 0
        ends, quotes_before = ends[is_end], quotes_before[is_end]
        if at_end and (len(ends) == 0 or ends[-1] + 1 < len(values)):
            ends = np.append(ends, len(values))
            quotes_before = np.append(quotes_before, quotes.sum(dtype=np.uint8))
        if len(ends) == 0:
            return 0
        starts = np.concatenate(([0], ends[:-1] + 1))
        lengths = ends - starts
        blank = lengths == 0
        quotes_within = np.diff(quotes_before, prepend=np.uint8(0))
        plain = self._are_plain(values, starts, ends, quotes, quotes_within)
        sound = (plain & (lengths <= LONGEST_RECORD)) | blank
        doubtful = np.flatnonzero(~blank if self._thorough else ~sound)
        first = self._first_broken(text, start + starts, start + ends, doubtful)
        self.lost += [
            LostRecord(self.records + 1 + int(i), None, "blank_line", "")
            for i in np.flatnonzero(blank[:first])
        ]
        self.records += len(ends) if first is None else first
        return min(int(ends[-1]) + 1, len(values)) if first is None else int(starts[first])

    def _are(self, values: np.ndarray, byte: int) -> np.ndarray:
        """Return where values equal a byte, as 0 and 1, in memory that the next block reuses."""
        if len(values) > len(self._room[byte]):
            self._room[byte] = np.empty(len(values), bool)
        return np.equal(values, byte, out=self._room[byte][: len(values)]).view(np.uint8)

    def _are_plain(
        self,
        values: np.ndarray,
        starts: np.ndarray,
        ends: np.ndarray,
        quotes: np.ndarray,
        quotes_within: np.ndarray,
    ) -> np.ndarray:
        """Return which records have no quotes or one pair around each value, and the right number of commas."""
        commas = self._are(values, COMMA)
        unquoted = quotes_within == 0
        if unquoted.any():
            unquoted &= _sums(commas, ends) == self._columns - 1
        in_quotes = quotes_within == 2 * self._columns
        if in_quotes.any():
            # These records have no other quotes than the first, the last, and one on each side of a separating comma.
            divides = commas
            divides[1:] &= quotes[:-1]
            divides[:-1] &= quotes[1:]
            # This cannot be decided for a value that is a comma, or that begins or ends the record with one.
            if (divides[2:] & divides[:-2]).any():
                divides[2:] &= ~divides[:-2]
            divides[(starts + 1).clip(max=len(values) - 1)] = 0
            divides[(ends - 2).clip(min=0)] = 0
            last = len(values) - 1
            in_quotes &= (values[starts.clip(max=last)] == QUOTE) & (values[ends - 1] == QUOTE)
            in_quotes &= _sums(divides, ends) == self._columns - 1
        return unquoted | in_quotes

    def _first_broken(
        self, text: bytes, starts: np.ndarray, ends: np.ndarray, doubtful: np.ndarray
    ) -> int | None:
        for record in doubtful.tolist():
            start, end = int(starts[record]), int(ends[record])
            if end - start > LONGEST_RECORD or not self._patterns.row.fullmatch(text, start, end):
                return record
        return None

    def _judge_alone(self, data: bytes, start: int, last: bool) -> tuple[int, bytes]:
        """Check the record at `start` alone; return its length and, if it is sound, the record."""
        # A byte order mark does not belong to the first name, which may be in quotes.
        mark = len(BYTE_ORDER_MARK) if self.records == 0 and data.startswith(BYTE_ORDER_MARK, start) else 0
        match = self._patterns.row.match(data, start + mark)
        if match and match.end() - start <= LONGEST_RECORD + 1 and (last or match.end() < len(data)):
            self.records += 1
            record = data[start : match.end()]
            bare = record.rstrip(b"\r\n")
            return len(record), bare + b"\n" * (len(bare) < len(record))
        end = self._patterns.broken_end(data, start, last)
        if end is None:
            if len(data) - start > LONGEST_LINE:
                raise InputError(
                    f"{self._name} has a line of more than {LONGEST_LINE // 1_000_000} MB; check that it is CSV."
                )
            return 0, b""
        self.records += 1
        if self.records == 1:
            raise InputError(
                f"{self._name} has broken quotes in its first line, the names of the columns; correct them."
            )
        excerpt = data[start : min(end, start + 4 * EXCERPT_CHARACTERS)].decode("utf-8", errors="replace")
        self.lost.append(
            LostRecord(self.records, None, "malformed_row", excerpt.rstrip("\r\n")[:EXCERPT_CHARACTERS])
        )
        return end - start, b""


def _sums(marks: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the number of marks in each of the adjacent records that end at `ends`, modulo 256."""
    starts = np.concatenate(([0], ends[:-1] + 1))
    return np.add.reduceat(marks[: ends[-1] + 1], starts, dtype=np.uint8)


class _Patterns:
    """Patterns of a sound record with the right number of columns, and of a record whose quotes are closed."""

    def __init__(self, columns: int):
        value = rb'(?: *+"[^"]*+(?:""[^"]*+)*+" *+| *+(?!")[^,\r\n]*+)'
        # A line within quotes that is a whole record shows that a quotation before it was not closed.
        swallowed = STARTS_WITH_ID + value + rb"(?:," + value + rb"){%d}\r*\n" % max(columns - 2, 0)
        careful = rb'(?: *+"[^"\n]*+(?:(?:""|\n(?!' + swallowed + rb'))[^"\n]*+)*+" *+| *+(?!")[^,\r\n]*+)'
        self.row = re.compile(careful + rb"(?:," + careful + rb"){%d}" % (columns - 1) + RECORD_END)
        self.closed = re.compile(careful + rb"(?:," + careful + rb")*+" + RECORD_END)
        self.begins = re.compile(STARTS_WITH_ID)

    def broken_end(self, data: bytes, start: int, last: bool) -> int | None:
        """Return the end of the broken record at `start`, including its line end; None if more data are needed."""
        closed = self.closed.match(data, start)
        stop = start + WINDOW_BYTES if closed is None else min(closed.end(), start + WINDOW_BYTES)
        lines = 0
        for line in LINE_END.finditer(data, start, stop):
            lines += 1
            follows = line.end()
            while blank := LINE_END.match(data, follows):
                follows = blank.end()
            # If two broken records follow each other, the second is recognised by the id at its start.
            if follows < len(data) and (self.begins.match(data, follows) or self.row.match(data, follows)):
                return line.end()
            if lines == WINDOW_LINES:
                break
        if closed is not None and (last or closed.end() < len(data)):
            return closed.end()
        if last and lines < WINDOW_LINES and stop >= len(data):
            end = LINE_END.match(data, len(data.rstrip(b"\r\n")))
            return end.end() if end else len(data)
        end = LINE_END.search(data, start)
        if end is None or (end.end() == len(data) and not last):
            return len(data) if last else None
        return end.end()


def with_line_feeds(data: bytes) -> tuple[bytes, np.ndarray]:
    r"""Return data with LF for every CR LF and CR outside quotes, and the positions of the bytes that were dropped.

    `data` starts at the start of a record; a CR that is its last byte counts as a line end.

    >>> with_line_feeds(b'1,"a\rb"\r\n')
    (b'1,"a\rb"\n', array([7]))
    """
    nothing = np.empty(0, np.int64)
    if b"\r" not in data:
        return data, nothing
    values = np.frombuffer(data + b" ", np.uint8)
    returns = np.flatnonzero(values == RETURN)
    quotes = (values == QUOTE).view(np.uint8)
    before = np.add.reduceat(quotes, np.concatenate(([0], returns)), dtype=np.uint8)[:-1]
    outside = np.cumsum(before, dtype=np.uint8) % 2 == 0
    if not outside.any():
        return data, nothing
    # Several CR before a LF are one line end: files written twice in text mode have \r\r\n.
    run_ends = returns[values[returns + 1] != RETURN]
    after_run = values[run_ends[np.searchsorted(run_ends, returns)] + 1]
    dropped = returns[outside & (after_run == LINE_FEED)]
    changed = values.copy()
    changed[returns[outside]] = LINE_FEED
    return np.delete(changed, dropped)[:-1].tobytes(), dropped
