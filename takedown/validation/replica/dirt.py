"""Rows with planted faults, by which a run shows that ingestion accounts for every row."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

#: Kind of planted row → reason for which ingestion must reject it. Rows of other kinds are not rejected.
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
#: Valid but awkward values, in the order of their numbers (from 1) in workflow/sql/validation/replica/*.sql.
AWKWARD = ("month_day_date", "nan_count", "nul_byte", "quoted_newline", "emoji", "quoted_comma", "poll")


@dataclass(frozen=True)
class FileForm:
    """Form of a file: whether every value is quoted, and the columns that get planted faults."""

    quoted: bool
    date_column: str
    text_column: str

    @property
    def row_end(self) -> bytes:
        """Bytes at the end of every row."""
        return b'"\n' if self.quoted else b"\n"

    @property
    def row_boundary(self) -> bytes:
        """Bytes between two rows, which do not occur within a row."""
        return b'"\n"' if self.quoted else b"\n"


FORMS = {
    "tweets": FileForm(True, "tweet_time", "tweet_text"),
    "twitter_release": FileForm(True, "account_creation_date", "user_display_name"),
    "account_list": FileForm(False, "account_creation_date", "follower_count"),
}


def make_dirty_rows(
    header: list[str], sample: list[str], fresh_ids: list[str], counts: Mapping[str, int], form: FileForm
) -> list[bytes]:
    """Return as many faulty rows of each kind (other than duplicate) as `counts` says, made from the good row `sample`.

    `fresh_ids` are ids that no good row has, at least one for each faulty row.
    """
    ids = iter(fresh_ids)
    rows = []
    for kind, count in counts.items():
        if kind != "duplicate":
            rows += [_dirty_row(kind, header, [next(ids), *sample[1:]], form) for _ in range(count)]
    return rows


def insert_rows(
    data: bytes, rows: list[bytes], duplicates: int, rng: Generator, form: FileForm
) -> list[bytes | memoryview]:
    """Insert `rows` between the rows of `data`, and copies of as many of its rows as `duplicates` after their originals.

    Returns the pieces of the whole, those of `data` not copied. Inserted rows are never adjacent, because readers differ in how they take two broken rows together.
    """
    count = len(rows) + duplicates
    places = [
        next_row(data, int(place), form)
        for place in (np.arange(count) + rng.uniform(0.25, 0.75, count)) * len(data) / max(count, 1)
    ]
    # Copies go into the second half if possible, so that their original lies before them.
    candidates = np.arange(min(count // 2, len(rows)), count)
    copies = set(rng.permutation(candidates)[:duplicates].tolist())
    wrong = iter(rows)
    whole, last = memoryview(data), 0
    pieces: list[bytes | memoryview] = []
    for number, place in enumerate(places):
        row = _earlier_row(data, place, rng, form) if number in copies else next(wrong)
        pieces += [whole[last:place], row]
        last = place
    return [*pieces, whole[last:]]


def expected_account(kept: int, dirt: Mapping[str, int], awkward: Mapping[str, int]) -> dict[str, Any]:
    """Return the numbers of rows that ingestion must report for a file with `kept` good rows."""
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


def number_awkward(rng: Generator, rows: int, counts: Mapping[str, int]) -> np.ndarray:
    """Return the number of the kind of awkward value for each row, 0 for most; as many rows of a kind as `counts` says."""
    numbers = np.repeat([AWKWARD.index(kind) + 1 for kind in counts], list(counts.values()))
    awkward = np.zeros(rows, np.int8)
    awkward[rng.choice(rows, len(numbers), replace=False)] = numbers
    return awkward


def _dirty_row(kind: str, header: list[str], fields: list[str], form: FileForm) -> bytes:
    date, text = header.index(form.date_column), header.index(form.text_column)
    if kind == "blank_line":
        return b"\n"
    if kind == "repeated_header":
        return write_row(header, form)
    if kind == "short_row":
        return write_row(fields[: len(fields) // 2], form)
    if kind == "long_row":
        return write_row([*fields, "one", "value", "more"], form)
    if kind == "cut_row":
        # The quote of the last value stays open, so that a careless reader loses the rows after it.
        return write_row(fields[: text + 1], form).removesuffix(b'"\n').removesuffix(b"\n") + b"\n"
    place, value = {
        "bad_quote": (text, "PLACE"),
        "invalid_utf8": (text, "PLACE"),
        "missing_id": (0, ""),
        "spreadsheet_ruined_id": (0, "1.01421E+18"),
        "unrecognised_id": (0, "id?17"),
        "unreadable_date": (date, "last summer"),
    }[kind]
    row = write_row([*fields[:place], value, *fields[place + 1 :]], form)
    if kind == "bad_quote":
        return row.replace(b'"PLACE"' if form.quoted else b"PLACE", b'"1"2"')
    return row.replace(b"PLACE", b"1\xff\xfe2")


def write_row(fields: list[str], form: FileForm) -> bytes:
    """Return a row of the file as bytes."""
    text = io.StringIO()
    csv.writer(
        text, lineterminator="\n", quoting=csv.QUOTE_ALL if form.quoted else csv.QUOTE_MINIMAL
    ).writerow(fields)
    return text.getvalue().encode()


def line_of(names: list[str], form: FileForm) -> str:
    """Return the SQL expression of a row's line; DuckDB writes one text in two thirds of the time of its values."""
    values = ", ".join(names)
    if not form.quoted:
        return f"concat_ws(',', {values})"
    doubled = ", ".join(f"""replace({name}::VARCHAR, '"', '""')""" for name in names)
    # Few rows have a quotation mark.
    fields = (
        f"""if(contains(concat({values}), '"'), concat_ws('","', {doubled}), concat_ws('","', {values}))"""
    )
    return f"""concat('"', {fields}, '"')"""


def next_row(data: bytes, place: int, form: FileForm) -> int:
    """Return the beginning of the first row after `place`, or the end of the data."""
    found = data.find(form.row_boundary, place)
    return len(data) if found < 0 else found + len(form.row_end)


def _earlier_row(data: bytes, place: int, rng: Generator, form: FileForm) -> bytes:
    start = next_row(data, int(rng.integers(place // 2)), form)
    return data[start : next_row(data, start, form)]
