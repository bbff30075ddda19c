"""Rows that are wrong on purpose, so that a run shows that ingestion accounts for every one of them."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

import numpy as np

#: Kind of planted row → reason for which ingestion must reject it; the kinds that are not here are no rejects.
REASONS = {
    "short_row": "malformed_row",
    "long_row": "malformed_row",
    "bad_quote": "malformed_row",
    "cut_row": "malformed_row",
    "invalid_utf8": "invalid_utf8",
    "blank_line": "blank_line",
    "missing_id": "missing_id",
    "spreadsheet_ruined_id": "spreadsheet_ruined_id",
    "unrecognised_id": "unrecognised_id",
    "unreadable_date": "unreadable_date",
}
#: Awkward but good values, in the order of their numbers in workflow/sql/validation/replica/*.sql, from 1.
AWKWARD = ("month_day_date", "nan_count", "nul_byte", "quoted_newline", "emoji", "quoted_comma", "poll")


@dataclass(frozen=True)
class RowStyle:
    """How the rows of a file are written: whether every value is quoted, and the columns that dirt is put into."""

    quoted: bool
    date_column: str
    text_column: str

    @property
    def row_end(self) -> bytes:
        """Bytes that end every row and that no value contains."""
        return b'"\n' if self.quoted else b"\n"

    @property
    def row_boundary(self) -> bytes:
        """Bytes between two rows, which occur nowhere else."""
        return b'"\n"' if self.quoted else b"\n"


ROW_STYLES = {
    "tweets": RowStyle(quoted=True, date_column="tweet_time", text_column="tweet_text"),
    "twitter_release": RowStyle(
        quoted=True, date_column="account_creation_date", text_column="user_display_name"
    ),
    "account_list": RowStyle(quoted=False, date_column="account_creation_date", text_column="follower_count"),
}


def make_dirty_rows(
    header: list[str], sample: list[str], fresh_ids: list[str], counts: dict[str, int], layout: RowStyle
) -> list[bytes]:
    """Write the wrong rows of the kinds in `counts` (all but duplicates), each from the good row `sample`.

    `fresh_ids` are ids that no good row has, at least one for each wrong row.
    """
    ids = iter(fresh_ids)
    rows = []
    for kind, count in counts.items():
        if kind != "duplicate":
            rows += [_dirty_row(kind, header, [next(ids), *sample[1:]], layout) for _ in range(count)]
    return rows


def insert_rows(
    data: bytes, rows: list[bytes], duplicates: int, rng: np.random.Generator, layout: RowStyle
) -> bytes:
    """Put `rows` between the rows of `data`, and copies of `duplicates` of its rows somewhere after them.

    No two inserted rows lie side by side: what a reader makes of two broken rows in a row cannot be foretold.
    """
    count = len(rows) + duplicates
    places = [
        _boundary(data, int(place), layout)
        for place in (np.arange(count) + rng.uniform(0.25, 0.75, count)) * len(data) / max(count, 1)
    ]
    # Copies go into the second half where they can, so that the row that they copy lies before them.
    candidates = np.arange(min(count // 2, len(rows)), count)
    copies = set(rng.permutation(candidates)[:duplicates].tolist())
    wrong = iter(rows)
    pieces, last = [], 0
    for number, place in enumerate(places):
        row = _earlier_row(data, place, rng, layout) if number in copies else next(wrong)
        pieces += [data[last:place], row]
        last = place
    return b"".join([*pieces, data[last:]])


def expected_account(kept: int, dirt: dict[str, int], awkward: dict[str, int]) -> dict:
    """Return what ingestion must find in a file of `kept` good rows."""
    rejected: Counter[str] = Counter()
    for kind, reason in REASONS.items():
        rejected[reason] += dirt[kind]
    return {
        "rows_read": kept + sum(dirt.values()),
        "rows_kept": kept,
        "rows_duplicate": dirt["duplicate"],
        "rows_repeated_header": dirt["repeated_header"],
        "rows_rejected": dict(rejected),
        "awkward_rows_kept": awkward,
        "planted_rows": dirt,
    }


def number_awkward(rng: np.random.Generator, rows: int, counts: dict[str, int]) -> np.ndarray:
    """Choose the rows that get an awkward value; return the number of its kind for each row, 0 for none."""
    numbers = np.repeat([AWKWARD.index(kind) + 1 for kind in counts], list(counts.values()))
    awkward = np.zeros(rows, np.int8)
    awkward[rng.choice(rows, len(numbers), replace=False)] = numbers
    return awkward


def _dirty_row(kind: str, header: list[str], fields: list[str], layout: RowStyle) -> bytes:
    date, text = header.index(layout.date_column), header.index(layout.text_column)
    if kind == "blank_line":
        return b"\n"
    if kind == "repeated_header":
        return _write_row(header, layout)
    if kind == "short_row":
        return _write_row(fields[: len(fields) // 2], layout)
    if kind == "long_row":
        return _write_row([*fields, "one", "value", "more"], layout)
    if kind == "bad_quote":
        return _write_row([*fields[:text], "PLACE", *fields[text + 1 :]], layout).replace(
            b'"PLACE"' if layout.quoted else b"PLACE", b'"1"2"'
        )
    if kind == "cut_row":
        # The quotation of the last value stays open, so that a careless reader loses the rows after it.
        return _write_row(fields[: text + 1], layout).removesuffix(b'"\n').removesuffix(b"\n") + b"\n"
    if kind == "invalid_utf8":
        return _write_row([*fields[:text], "PLACE", *fields[text + 1 :]], layout).replace(
            b"PLACE", b"1\xff\xfe2"
        )
    changed = {
        "missing_id": (0, ""),
        "spreadsheet_ruined_id": (0, "1.01421E+18"),
        "unrecognised_id": (0, "id?17"),
        "unreadable_date": (date, "last summer"),
    }
    place, value = changed[kind]
    return _write_row([*fields[:place], value, *fields[place + 1 :]], layout)


def _write_row(fields: list[str], layout: RowStyle) -> bytes:
    text = io.StringIO()
    csv.writer(
        text, lineterminator="\n", quoting=csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL
    ).writerow(fields)
    return text.getvalue().encode()


def _boundary(data: bytes, place: int, layout: RowStyle) -> int:
    """Return where the first row after `place` begins, or the end of the data."""
    found = data.find(layout.row_boundary, place)
    return len(data) if found < 0 else found + len(layout.row_end)


def _earlier_row(data: bytes, place: int, rng: np.random.Generator, layout: RowStyle) -> bytes:
    start = _boundary(data, int(rng.integers(place // 2)), layout)
    return data[start : _boundary(data, start, layout)]
