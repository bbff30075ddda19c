"""Pass on the sound records of a CSV file, and take out records whose quotes or columns are broken.

After a quote that is opened and not closed, a CSV reader takes text for separators and separators for text, and does
not recover. Records are therefore checked before a reader sees them, and it receives only the sound ones.
"""

import re
from array import array

import numpy as np

from takedown.core.errors import InputError
from takedown.ingest.csv_source import LONGEST_RECORD

QUOTE, COMMA, LINE_FEED, RETURN = 34, 44, 10, 13
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

#: Bytes that are checked together.
BLOCK_BYTES = 1 << 19
#: Bytes that are checked together after broken records.
FIRST_BYTES = 1 << 12
#: Sound records in a row after which they are checked together again: broken records come in clusters.
SOUND_IN_A_ROW = 32

#: Longest line that is searched for a record, in bytes.
LONGEST_LINE = 64_000_000

#: How far behind the start of a broken record the next sound record is searched.
WINDOW_BYTES = 1 << 18

EXCERPT_CHARACTERS = 120
#: Number of broken records of a file whose first characters are kept.
EXCERPTS = 100_000

#: Blank and broken lines after which a file is refused if they are more than two thirds of its lines: to list so many
#: would take more time and memory than to read a release.
MOST_TAKEN_OUT = 1_000_000

#: Most CR before a LF that belong to the same line end: files written twice in text mode have CR CR LF.
RETURNS = 8
LINE_END = re.compile(rb"\r{0,%d}+\n|\r" % RETURNS)
RECORD_END = rb"(?:\r{0,%d}+\n|\r|\Z)" % RETURNS

#: Start of most records, whatever the order of columns: an open id or a digest.
STARTS_WITH_ID = rb'(?:"(?:[0-9]{1,19}|[A-Za-z0-9+/=_-]{20,64})",|[0-9]{5,19},)'


class Mender:
    r"""Divide the bytes of a CSV file of `columns` columns into records, and keep the sound ones.

    Pass every byte once to `feed`, then call `finish`; both return the bytes to read: sound records, with LF for CR LF
    or CR at their ends. `records` counts all records, including the header (record 1) and blank lines; `blank` and
    `broken` hold the numbers of the records that were taken out, and `excerpts` the first characters of the first
    `EXCERPTS` broken ones. `name` is the name of the file in messages.

    A record is sound if it has `columns` values, each either without quotes or within quotes that close, whatever text
    the quotes hold, and at most `LONGEST_RECORD` bytes. A broken record whose quotes close ends where it would end with
    more or fewer values; otherwise, and if a record begins in a line before, it ends at the first line end that is
    followed by another record. Most records are checked by counting their quotes and commas and only doubtful ones are
    parsed; `thorough` parses every record. The time is proportional to the number of bytes, whatever they are.
    Raises InputError if the first record is broken, for a line of more than `LONGEST_LINE` bytes, and for a file that
    consists of blank and broken lines (`MOST_TAKEN_OUT`).

    >>> mender = Mender(2, "a.csv")
    >>> bytes(mender.feed(b'id,text\n1,"a"b\n2,c\n')) + bytes(mender.finish()), list(mender.broken)
    (b'id,text\n2,c\n', [2])
    """

    def __init__(self, columns: int, name: str, *, thorough: bool = False):
        self.records = 0
        self.blank, self.broken = array("q"), array("q")
        self.excerpts: list[str] = []
        self._columns, self._name, self._thorough = columns, name, thorough
        self._patterns = _Patterns(columns)
        self._held = b""
        self._room = {byte: np.empty(0, bool) for byte in (QUOTE, COMMA, LINE_FEED)}
        # The search for the next record after a broken one, in bytes from the start of `_held`: `_searched` is the
        # start of the first line not yet tested, `_before` the end of the last line with text before it, and
        # `_found` whether a record begins there.
        self._searched, self._before, self._found = 0, 0, False

    def feed(self, chunk: bytes) -> bytes | memoryview:
        """Take a chunk of the file; return the sound records in it and in the bytes held back before."""
        return self._take(self._held + chunk if self._held else chunk, last=False)

    def finish(self) -> bytes | memoryview:
        """Return the sound records in the bytes held back, including a last record without a line end."""
        return self._take(self._held, last=True)

    def _take(self, data: bytes, last: bool) -> bytes | memoryview:
        kept: list[bytes] = []
        start, size = 0, BLOCK_BYTES
        same = 0  # start of the bytes that are returned unchanged
        has_returns = b"\r" in data
        while start < len(data):
            # A short rest behind a block is checked with it.
            stop = start + size if start + 2 * size < len(data) else len(data)
            at_end = last and stop == len(data)
            if self.records == 0:
                # A broken header is refused.
                length, text = 0, None
            elif has_returns:
                block = data[start:stop]
                # The meaning of a CR depends on the next bytes.
                returns = 0 if at_end else min(len(block) - len(block.rstrip(b"\r")), RETURNS)
                length, text = self._judge_with_returns(block[: len(block) - returns], at_end)
            else:
                length, text = self._judge(data, start, stop, at_end)
            size = min(2 * size, BLOCK_BYTES)
            if length == 0:
                # A broken record, or a record longer than the block, or an incomplete one.
                length, text = self._judge_one_by_one(data, start, last)
                if length == 0:
                    break
                size = min(size, FIRST_BYTES)
            if text is not None and (len(text) != length or text != data[start : start + length]):
                kept += [data[same:start], text]
                same = start + length
            start += length
        taken_out = len(self.blank) + len(self.broken)
        if taken_out > MOST_TAKEN_OUT and taken_out > 2 * (self.records - taken_out):
            raise InputError(
                f"{self._name} has {taken_out} blank or broken lines among its first {self.records}; check that it is "
                "the right file and separated by commas."
            )
        self._held = data[start:]
        self._searched, self._before = self._searched - start, self._before - start
        rest = memoryview(data)[same:start]
        return b"".join([*kept, rest]) if kept else rest

    def _judge_with_returns(self, block: bytes, at_end: bool) -> tuple[int, bytes]:
        """Return the length of the records at the start of a block, and the sound ones with LF at line ends."""
        text, dropped = with_line_feeds(block)
        stop, kept = self._judge(text, 0, len(text), at_end)
        # Each CR dropped before `stop` makes the block longer than its text.
        before = int(np.searchsorted(dropped - np.arange(len(dropped)), stop, side="left"))
        return stop + before if stop else 0, text[:stop] if kept is None else kept

    def _judge(self, text: bytes, start: int, stop: int, at_end: bool) -> tuple[int, bytes | None]:
        """Return the length of the records at the start of text[start:stop], whose line ends are LF, and the sound ones.

        Stops before a broken record that may contain others. The sound ones are None if all are sound.
        """
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
            return 0, None
        starts = np.concatenate(([0], ends[:-1] + 1))
        lengths = ends - starts
        blank = lengths == 0
        quotes_within = np.diff(quotes_before, prepend=np.uint8(0))
        commas_within = _sums(self._are(values, COMMA), ends)
        broken = ~blank & (quotes_within == 0) & (commas_within != (self._columns - 1) % 256)
        if broken.any():
            # A line without quotes is a record by itself; 256 quotes look like none.
            broken &= _sums(quotes, ends, np.int64) == 0
        plain = self._are_plain(values, starts, ends, quotes, quotes_within, commas_within)
        sound = (plain & (lengths <= LONGEST_RECORD)) | blank
        doubtful = np.flatnonzero(~blank & ~broken if self._thorough else ~sound & ~broken)
        number = self._first_to_repair(text, start + starts, start + ends, doubtful, broken)
        blank, broken = blank[:number], broken[:number]
        taken_out = np.flatnonzero(blank | broken)
        length = min(int(ends[number - 1]) + 1, len(values)) if number else 0
        kept = None
        if len(taken_out):
            self.blank.frombytes((self.records + 1 + np.flatnonzero(blank)).astype(np.int64).tobytes())
            self._lose(text, start + starts, start + ends, np.flatnonzero(broken))
            drop = np.zeros(length + 1, np.int8)
            drop[starts[taken_out]] += 1
            drop[np.minimum(ends[taken_out] + 1, length)] -= 1
            kept = values[:length][np.cumsum(drop[:length], dtype=np.int8) == 0].tobytes()
        self.records += number
        return length, kept

    def _lose(self, text: bytes, starts: np.ndarray, ends: np.ndarray, broken: np.ndarray) -> None:
        """Note broken records, which are numbered from 0."""
        self.broken.frombytes((self.records + 1 + broken).astype(np.int64).tobytes())
        for record in broken[: EXCERPTS - len(self.excerpts)].tolist():
            self.excerpts.append(_excerpt(text, int(starts[record]), int(ends[record])))

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
        commas_within: np.ndarray,
    ) -> np.ndarray:
        """Return which records have no quotes or one pair around each value, and the right number of commas."""
        unquoted = (quotes_within == 0) & (commas_within == (self._columns - 1) % 256)
        in_quotes = quotes_within == (2 * self._columns) % 256
        if in_quotes.any():
            # These records have no other quotes than the first, the last, and one on each side of a separating comma.
            divides = self._are(values, COMMA)
            divides[1:] &= quotes[:-1]
            divides[:-1] &= quotes[1:]
            # This cannot be decided for a value that is a comma, or that begins or ends the record with one.
            if (divides[2:] & divides[:-2]).any():
                divides[2:] &= ~divides[:-2]
            divides[(starts + 1).clip(max=len(values) - 1)] = 0
            divides[(ends - 2).clip(min=0)] = 0
            last = len(values) - 1
            in_quotes &= (values[starts.clip(max=last)] == QUOTE) & (values[ends - 1] == QUOTE)
            in_quotes &= _sums(divides, ends) == (self._columns - 1) % 256
        return unquoted | in_quotes

    def _first_to_repair(
        self, text: bytes, starts: np.ndarray, ends: np.ndarray, doubtful: np.ndarray, broken: np.ndarray
    ) -> int:
        """Parse the doubtful records and mark the broken ones; return the number of records before one to repair."""
        for record in doubtful.tolist():
            start, end = int(starts[record]), int(ends[record])
            if end - start <= LONGEST_RECORD and self._patterns.row.fullmatch(text, start, end):
                continue
            if text.find(b"\n", start, end) >= 0 or not self._patterns.closed.fullmatch(text, start, end):
                return record
            broken[record] = True
        return len(starts)

    def _judge_one_by_one(self, data: bytes, start: int, last: bool) -> tuple[int, bytes]:
        """Check the records from `start` on one by one, until several in a row are sound.

        Returns the length of the records, and the sound ones with LF at their ends.
        """
        kept: list[bytes] = []
        place, in_a_row = start, 0
        row = self._patterns.row
        while in_a_row < SOUND_IN_A_ROW and place < len(data):
            if not last and len(data) - place < LONGEST_RECORD + WINDOW_BYTES:
                # Whether a record is sound must not depend on where the file is cut into chunks.
                break
            if blank := LINE_END.match(data, place):
                self.records += 1
                self.blank.append(self.records)
                place = blank.end()
                continue
            # A byte order mark does not belong to the first name, which may be in quotes.
            mark = len(BYTE_ORDER_MARK) if not self.records and data.startswith(BYTE_ORDER_MARK) else 0
            match = row.match(data, place + mark, place + mark + LONGEST_RECORD + 2)
            if match and match.end() - place <= LONGEST_RECORD + 1 and (last or match.end() < len(data)):
                record = data[place : match.end()]
                bare = record.rstrip(b"\r\n")
                kept.append(bare + b"\n" if len(bare) < len(record) else bare)
                self.records += 1
                in_a_row += 1
                place = match.end()
                continue
            end = self._broken_end(data, place, last)
            if end is None:
                if len(data) - place > LONGEST_LINE:
                    raise InputError(
                        f"{self._name} has a line of more than {LONGEST_LINE // 1_000_000} MB; check that it is CSV."
                    )
                break
            self.records += 1
            if self.records == 1:
                raise InputError(
                    f"{self._name} has broken quotes in its first line, the names of the columns; correct them."
                )
            self.broken.append(self.records)
            if len(self.excerpts) < EXCERPTS:
                self.excerpts.append(_excerpt(data, place, end))
            place, in_a_row = end, 0
        return place - start, b"".join(kept)

    def _broken_end(self, data: bytes, start: int, last: bool) -> int | None:
        """Return the end of the broken record at `start`, including its line end; None if more data are needed."""
        stop = min(start + WINDOW_BYTES, len(data))
        is_rest = last and stop == len(data)
        closed = self._patterns.closed.match(data, start, stop)
        ends = closed.end() if closed and (is_rest or closed.end() < stop) else None
        follows = self._next_record(data, start, stop if ends is None else ends)
        if follows is not None or ends is not None:
            return ends if follows is None else follows
        if is_rest:
            # Blank lines at the end of the file are records of their own, as they are before another record.
            line = LINE_END.match(data, len(data.rstrip(b"\r\n")))
            return line.end() if line else len(data)
        if self._before > start:
            # No record begins in any of these lines.
            return self._before
        end = LINE_END.search(data, stop)
        return None if end is None or end.end() == len(data) else end.end()

    def _next_record(self, data: bytes, start: int, stop: int) -> int | None:
        """Return the end of the first line after `start` and before `stop` that is followed by a record, if any.

        Every line is tested once, since a search goes on where the one before it ended.
        """
        if self._searched <= start or self._before <= start:
            self._searched, self._before, self._found = start, start, False
        while not self._found:
            line = LINE_END.search(data, self._searched, stop + RETURNS)
            if line is None or line.end() >= stop:
                return None
            if line.start() > self._searched:
                self._before = line.end()
            self._searched = line.end()
            # If two broken records follow each other, the second is recognised by the id at its start.
            self._found = not LINE_END.match(data, self._searched) and bool(
                self._patterns.begins.match(data, self._searched)
                or self._patterns.row.match(data, self._searched, self._searched + LONGEST_RECORD + 2)
            )
        return self._before if self._searched < stop else None


def _excerpt(text: bytes, start: int, end: int) -> str:
    shown = text[start : min(end, start + 4 * EXCERPT_CHARACTERS)].decode("utf-8", errors="replace")
    return shown.rstrip("\r\n")[:EXCERPT_CHARACTERS]


def _sums(marks: np.ndarray, ends: np.ndarray, kind: type = np.uint8) -> np.ndarray:
    """Return the number of marks in each of the adjacent records that end at `ends`, modulo 256 for bytes."""
    starts = np.concatenate(([0], ends[:-1] + 1))
    return np.add.reduceat(marks[: ends[-1] + 1], starts, dtype=kind)


class _Patterns:
    """Patterns of a sound record with the right number of columns, and of a record whose quotes are closed."""

    def __init__(self, columns: int):
        quoted, plain = rb' *+"[^"]*+(?:""[^"]*+)*+" *+', rb'[^",\r\n]*+'
        value = rb"(?>%s|%s)" % (quoted, plain)
        # Quotes in a value that does not start with one are text, but only if the record is a single line: otherwise
        # a search could take each of many quotes for the start of another text.
        short = rb'(?> *+"[^"\r\n]*+(?:""[^"\r\n]*+)*+" *+| *+(?!")[^,\r\n]*+)'
        several = rb"(?:,%s){%d}+" % (value, columns - 1) + RECORD_END
        several_short = rb"(?:,%s){%d}+" % (short, columns - 1) + RECORD_END
        self.row = re.compile(rb"(?:%s%s|%s%s)" % (value, several, short, several_short))
        self.closed = re.compile(value + rb"(?:," + value + rb")*+" + RECORD_END)
        self.begins = re.compile(STARTS_WITH_ID)


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
    run_ends = returns[values[returns + 1] != RETURN]
    ends = run_ends[np.searchsorted(run_ends, returns)]
    dropped = returns[outside & (values[ends + 1] == LINE_FEED) & (ends - returns < RETURNS)]
    changed = values.copy()
    changed[returns[outside]] = LINE_FEED
    return np.delete(changed, dropped)[:-1].tobytes(), dropped
