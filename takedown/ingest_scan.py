"""Count the records of a CSV file from its bytes, apart from any CSV reader, and bring its line ends to LF."""

import re
from dataclasses import dataclass, field

import numpy as np

from takedown.errors import InputError

QUOTE, LINE_FEED, RETURN = 34, 10, 13

#: Bytes of the start of a file by which its encoding is judged.
SAMPLE_BYTES = 1 << 20

#: What a file begins with that is no CSV, whatever it is called.
FOREIGN_STARTS = {
    b"PK\x03\x04": "is a zip archive; give it a name that ends in .zip",
    b"\x1f\x8b": "is compressed with gzip; unpack it",
    b"7z\xbc\xaf": "is a 7z archive; unpack it",
    b"Rar!": "is a rar archive; unpack it",
    b"%PDF": "is a PDF; download the CSV file",
    b"SQLite format": "is a database; export it as CSV",
}


@dataclass
class RecordScan:
    """Running count of the records of one CSV file; `feed` it every byte once, then `finish`.

    A record ends at a line end outside quotes (RFC 4180). `records` counts all of them, the header and
    blank lines included; `blank` holds the numbers of the blank ones (the header is record 1);
    `open_quote` says whether a quotation is still open, so that the count cannot be trusted, and
    `longest_quotation` is the most lines in a row that ended inside quotes: no text has hundreds of them.
    """

    records: int = 0
    blank: list[int] = field(default_factory=list)
    open_quote: bool = False
    longest_quotation: int = 0
    _line_is_empty: bool = True
    _held: bytes = b""

    def feed(self, chunk: bytes) -> bytes:
        """Count a chunk and return it with LF for every line end outside quotes (CR LF, CR)."""
        data = self._held + chunk if self._held else chunk
        # What a return means shows only in the byte after it.
        kept = data.rstrip(b"\r")
        self._held = data[len(kept) :]
        return self._count(self._with_line_feeds(kept))

    def finish(self) -> bytes:
        """Count what was held back, and a last record without a line end; return what was held back."""
        rest = self._held if self.open_quote else b"\n" * bool(self._held)
        self._held = b""
        self._count(rest)
        if not self._line_is_empty:
            self.records += 1
        return rest

    def _count(self, data: bytes) -> bytes:
        values = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(values == LINE_FEED)
        quotes = (values == QUOTE).view(np.uint8)
        if len(ends) == 0:
            self.open_quote ^= bool(np.count_nonzero(quotes) % 2)
            self._line_is_empty &= len(data) == 0
            return data
        starts = np.concatenate(([0], ends[:-1] + 1))
        tail = int(ends[-1]) + 1
        # The sums are bytes and wrap at 256, which leaves odd and even as they are.
        in_line = np.add.reduceat(quotes[:tail], starts, dtype=np.uint8)
        outside = (np.cumsum(in_line, dtype=np.uint8) + np.uint8(self.open_quote)) % 2 == 0
        empty = ends == starts
        empty[0] &= self._line_is_empty
        if (empty & outside).any():
            self.blank += (self.records + np.cumsum(outside)[empty & outside]).tolist()
        record_ends = np.flatnonzero(outside)
        self.records += len(record_ends)
        runs = np.diff(record_ends, prepend=-1, append=len(outside)) - 1
        self.longest_quotation = max(self.longest_quotation, int(runs.max()))
        self.open_quote = bool(outside[-1]) == bool(np.count_nonzero(quotes[tail:]) % 2)
        self._line_is_empty = tail == len(data)
        return data

    def _with_line_feeds(self, data: bytes) -> bytes:
        if b"\r" not in data:
            return data
        values = np.frombuffer(data, np.uint8)
        returns = np.flatnonzero(values == RETURN)
        quotes = (values == QUOTE).view(np.uint8)
        before = np.add.reduceat(quotes, np.concatenate(([0], returns)), dtype=np.uint8)[:-1]
        outside = (np.cumsum(before, dtype=np.uint8) + np.uint8(self.open_quote)) % 2 == 0
        if not outside.any():
            return data
        # Returns in a row before a line feed are one line end: files written twice in text mode have \r\r\n.
        run_ends = returns[values[returns + 1] != RETURN]
        after_run = values[run_ends[np.searchsorted(run_ends, returns)] + 1]
        dropped = returns[outside & (after_run == LINE_FEED)]
        changed = values.copy()
        changed[returns[outside]] = LINE_FEED
        return np.delete(changed, dropped).tobytes()


def check_encoding(sample: bytes, name: str) -> None:
    """Raise InputError if the start of a file shows that it is no CSV in UTF-8.

    Single rows of broken UTF-8 pass (they are rejected one by one later); a file that is written in
    another encoding throughout does not.
    """
    for start, what in FOREIGN_STARTS.items():
        if sample.startswith(start):
            raise InputError(f"{name} {what}.")
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or _looks_like_utf16(sample):
        raise InputError(f"{name} is written in UTF-16, not in UTF-8; save it again as CSV in UTF-8.")
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|body|error)", sample, re.IGNORECASE):
        raise InputError(f"{name} is a web page, not a CSV file; download the file again.")
    if not sample.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError(f"{name} is empty; download the file again.")
    lines = sample.split(b"\n")[1:]
    if len(sample) >= SAMPLE_BYTES:
        lines = lines[:-1]  # may be cut inside a character
    lines = [line for line in lines if line]
    foreign = [line for line in lines if not line.isascii()]
    broken = sum(not _is_utf8(line) for line in foreign)
    throughout = broken == len(foreign) and (broken == len(lines) or broken >= 20)
    if broken and (throughout or (broken >= 3 and broken > len(lines) / 20 and broken > 0.9 * len(foreign))):
        raise InputError(
            f"{name} is not written in UTF-8 ({broken} of {len(lines)} lines looked at cannot be read); "
            "save it again as CSV in UTF-8."
        )


def _looks_like_utf16(sample: bytes) -> bool:
    start = sample[:4000]
    # ASCII in UTF-16 has a zero in every second place; a header always is ASCII.
    return (
        len(start) >= 4
        and max(start[0::2][:100].count(0), start[1::2][:100].count(0)) > len(start[:200]) * 0.35
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
