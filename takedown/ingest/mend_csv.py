"""Pass on the sound records of a CSV file, and take out those whose quotes or columns are broken.

A quote that is opened and not closed turns all that follows inside out, and no reader finds back of its own.
So records are judged here, before a reader sees them: it gets the sound ones alone.
"""

import re
from typing import NamedTuple

import numpy as np

from takedown.core.errors import InputError

QUOTE, COMMA, LINE_FEED, RETURN = 34, 44, 10, 13
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: Bytes that are judged together.
BLOCK_BYTES = 1 << 19
#: Bytes that are judged together after a broken record.
FIRST_BYTES = 1 << 12

#: Longest record that is passed on, and longest line that is looked through, in bytes.
LONGEST_RECORD = 4_000_000
LONGEST_LINE = 64_000_000

#: How far behind the start of a broken record the next sound one is looked for.
WINDOW_BYTES = 1 << 18
WINDOW_LINES = 100

EXCERPT_CHARACTERS = 120

LINE_END = re.compile(rb"\r*\n|\r")
RECORD_END = rb"(?:\r*\n|\r|\Z)"

#: How most records begin, in whatever column order a release has them: with an open id or a digest.
STARTS_WITH_ID = rb'(?:"(?:[0-9]{1,19}|[A-Za-z0-9+/=_-]{20,64})",|[0-9]{5,19},)'


class Lost(NamedTuple):
    """A record that never becomes a row: its number, the column at fault, the reason, and how it begins."""

    record: int
    column: str | None
    reason: str
    excerpt: str


class Mender:
    """Divide the bytes of a CSV file of `columns` columns into records, and keep the sound ones.

    `feed` it every byte once, then `finish`; both return what is to be read: sound records and blank lines, with LF
    for CR LF or CR at their ends. `records` counts all records, the header (record 1) and blank lines included; `lost`
    holds the blank and the broken ones; `changed` says whether what was returned differs from what was fed.

    A record is sound if it has `columns` values, each without quotes around it or within quotes that close, and at
    most `LONGEST_RECORD` bytes. A broken one ends at the first line end that another record follows.
    Most records are told to be sound by counting their quotes and commas, others are parsed; `thorough` parses every one.
    Raises InputError for a first record that is broken and for a line of more than `LONGEST_LINE` bytes.
    """

    def __init__(self, columns: int, name: str, *, thorough: bool = False):
        self.records = 0
        self.lost: list[Lost] = []
        self.changed = False
        self._columns, self._name, self._thorough = columns, name, thorough
        self._patterns = _Patterns(columns)
        self._held = b""
        self._room = {byte: np.empty(0, bool) for byte in (QUOTE, COMMA, LINE_FEED)}

    def feed(self, chunk: bytes) -> bytes | memoryview:
        """Take a chunk of the file; return sound records of it and of what was held back."""
        return self._take(self._held + chunk if self._held else chunk, last=False)

    def finish(self) -> bytes | memoryview:
        """Judge what was held back, a last record without a line end included."""
        return self._take(self._held, last=True)

    @property
    def broken(self) -> list[Lost]:
        """The records that were taken out; blank ones are left where they are, for a reader to skip."""
        return [lost for lost in self.lost if lost.reason != "blank_line"]

    def _take(self, data: bytes, last: bool) -> bytes | memoryview:
        kept, start, size = [], 0, BLOCK_BYTES
        same = 0  # where what is returned as it was fed began
        has_returns = b"\r" in data
        while start < len(data):
            # What is left behind a block is judged with it where that is little.
            stop = start + size if start + 2 * size < len(data) else len(data)
            at_end = last and stop == len(data)
            if has_returns:
                block = data[start:stop]
                # What a return means shows only in the byte after it.
                length, text = self._judge_with_returns(block if at_end else block.rstrip(b"\r"), at_end)
            else:
                length, text = self._judge(data, start, stop, at_end), None
            size = min(2 * size, BLOCK_BYTES)
            if length == 0:
                # A broken record, or one longer than the block, or the beginning of one.
                if not last and len(data) - start < LONGEST_RECORD + WINDOW_BYTES:
                    break
                length, text = self._judge_alone(data, start, last)
                if length == 0:
                    break
                # Broken records come in crowds, and each would cost the judging of a whole block.
                size = min(size, FIRST_BYTES)
            if text is not None and (len(text) != length or text != data[start : start + length]):
                self.changed = True
                kept += [data[same:start], text]
                same = start + length
            start += length
        self._held = data[start:]
        rest = memoryview(data)[same:start]
        return b"".join([*kept, rest]) if kept else rest

    def _judge_with_returns(self, block: bytes, at_end: bool) -> tuple[int, bytes]:
        """Return the length of the sound records that a block begins with, and these with LF at their ends."""
        text, dropped = with_line_feeds(block)
        stop = self._judge(text, 0, len(text), at_end)
        # Each return that was dropped before `stop` makes the block longer than its text.
        before = int(np.searchsorted(dropped - np.arange(len(dropped)), stop, side="left"))
        return stop + before if stop else 0, text[:stop]

    def _judge(self, text: bytes, start: int, stop: int, at_end: bool) -> int:
        """Return the length of the sound records, with LF at their ends, that text begins with between two places."""
        values = np.frombuffer(text, np.uint8, stop - start, start)
        quotes = self._are(values, QUOTE)
        ends = np.flatnonzero(self._are(values, LINE_FEED).view(bool))
        # The sums are bytes and wrap at 256, which leaves odd and even as they are.
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
            Lost(self.records + 1 + int(i), None, "blank_line", "") for i in np.flatnonzero(blank[:first])
        ]
        self.records += len(ends) if first is None else first
        return min(int(ends[-1]) + 1, len(values)) if first is None else int(starts[first])

    def _are(self, values: np.ndarray, byte: int) -> np.ndarray:
        """Return which values are a byte, as 0 and 1, in room that the next block uses again."""
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
        """Return which records have no quotes at all, or just a pair around each value, and the commas for it."""
        commas = self._are(values, COMMA)
        unquoted = quotes_within == 0
        if unquoted.any():
            unquoted &= _sums(commas, ends) == self._columns - 1
        in_quotes = quotes_within == 2 * self._columns
        if in_quotes.any():
            # The first quote and the last, and two beside each comma that divides values, are all the quotes there are.
            divides = commas
            divides[1:] &= quotes[:-1]
            divides[:-1] &= quotes[1:]
            # Of a value that is a comma, or begins or ends the record with one, this cannot be told.
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
        """Judge the record at `start` by itself; return its length and, if it is sound, the record."""
        # A byte order mark is no part of the first name, which may be in quotes.
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
                f"{self._name} has broken quotes in its first line, the names of the columns; mend them."
            )
        excerpt = data[start : min(end, start + 4 * EXCERPT_CHARACTERS)].decode("utf-8", errors="replace")
        self.lost.append(
            Lost(self.records, None, "malformed_row", excerpt.rstrip("\r\n")[:EXCERPT_CHARACTERS])
        )
        return end - start, b""


def _sums(marks: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return how many marks each record or line has, modulo 256; they end at `ends` and lie side by side."""
    starts = np.concatenate(([0], ends[:-1] + 1))
    return np.add.reduceat(marks[: ends[-1] + 1], starts, dtype=np.uint8)


class _Patterns:
    """A sound record of the right number of columns, and a record of any number whose quotes are closed."""

    def __init__(self, columns: int):
        value = rb'(?: *+"[^"]*+(?:""[^"]*+)*+" *+| *+(?!")[^,\r\n]*+)'
        # A line within quotes that is a whole record was swallowed by a quotation that did not close.
        swallowed = STARTS_WITH_ID + value + rb"(?:," + value + rb"){%d}\r*\n" % max(columns - 2, 0)
        careful = rb'(?: *+"[^"\n]*+(?:(?:""|\n(?!' + swallowed + rb'))[^"\n]*+)*+" *+| *+(?!")[^,\r\n]*+)'
        self.row = re.compile(careful + rb"(?:," + careful + rb"){%d}" % (columns - 1) + RECORD_END)
        self.closed = re.compile(careful + rb"(?:," + careful + rb")*+" + RECORD_END)
        self.begins = re.compile(STARTS_WITH_ID)

    def broken_end(self, data: bytes, start: int, last: bool) -> int | None:
        """Return where the broken record at `start` ends, with its line end; None if that needs more data."""
        closed = self.closed.match(data, start)
        stop = start + WINDOW_BYTES if closed is None else min(closed.end(), start + WINDOW_BYTES)
        lines = 0
        for line in LINE_END.finditer(data, start, stop):
            lines += 1
            follows = line.end()
            while blank := LINE_END.match(data, follows):
                follows = blank.end()
            # Two broken records in a row are told apart by the id that the second begins with.
            if follows < len(data) and (self.begins.match(data, follows) or self.row.match(data, follows)):
                return line.end()
            if lines == WINDOW_LINES:
                break
        if closed is not None and (last or closed.end() < len(data)):
            return closed.end()
        if last and lines < WINDOW_LINES and stop >= len(data):
            end = len(data.rstrip(b"\r\n"))
            return LINE_END.match(data, end).end() if end < len(data) else end
        line = LINE_END.search(data, start)
        if line is None or (line.end() == len(data) and not last):
            return len(data) if last else None
        return line.end()


def with_line_feeds(data: bytes) -> tuple[bytes, np.ndarray]:
    """Return data with LF for every CR LF and CR outside quotes, and the places of the bytes that were dropped.

    `data` begins with a record; a return that is its last byte is taken for a line end.
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
    # Returns in a row before a line feed are one line end: files written twice in text mode have \r\r\n.
    run_ends = returns[values[returns + 1] != RETURN]
    after_run = values[run_ends[np.searchsorted(run_ends, returns)] + 1]
    dropped = returns[outside & (after_run == LINE_FEED)]
    changed = values.copy()
    changed[returns[outside]] = LINE_FEED
    return np.delete(changed, dropped)[:-1].tobytes(), dropped
