"""Damage to rows: faults with a known fate, and random damage."""

import random
import re

from takedown.ingest.layout import Layout
from takedown.ingest.mapping import FIELDS
from tests.proofs.fuzz_forms import Form, csv_record, csv_row, json_line
from tests.proofs.fuzz_values import COUNTS, ID, IDS, LANGUAGES, LIST_COLUMNS, RUINED, TIME, Row

#: Bytes that are not UTF-8, written as the surrogates that represent them in text.
BROKEN_TEXT = [
    "\udcff",
    "caf\udce9",
    "\udced\udca0\udc80",
    "\udcc0\udc80",
    "\udcf4\udc90\udc80\udc80",
    "\udce4",
]
FOREIGN = [
    "时政".encode("gb18030"),
    b"\xe9",
    "hi".encode("utf-16"),
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\0",
    b"\r",
    b"\n",
    b"\x1f",
    b"\x1a",
    b"\xef\xbb\xbf",
]
FURTHER = [b',""', b",", b",x", b',"a","b"', b',"']
NO_TIMES = ["soon", "", "2019-13-45", "1565602860", "epoch", "infinity", "2019", "31/12/2019x", "0000-00-00"]
NO_IDS = {"twitter": ["no id", "-5", "é", "1" * 20 + "!", "id;"], "any": ["x" * 201, "a\x01b", "a\nb"]}
TYPED_FORMS = ("parquet", "rds", "rda")


def _fault_value(reason: str, column: str, form: Form, rng: random.Random) -> object:
    if form.suffix in TYPED_FORMS and column == TIME[form.kind]:
        return None
    values = {
        "missing_id": [None, "", "  ", "\t"],
        "spreadsheet_ruined_id": RUINED,
        "unrecognised_id": NO_IDS[form.ids],
        "unreadable_date": NO_TIMES,
    }
    if isinstance(form.layout, Layout) and "epoch_s" in form.layout.time_formats:
        values["unreadable_date"] = [text for text in NO_TIMES if not text.isdecimal()]
    return rng.choice(values[reason])


def afflict(row: Row, form: Form, rng: random.Random) -> None:
    """Give a row a value that must be rejected, and set its fate to the reason."""
    row.fate = rng.choice(["missing_id", "spreadsheet_ruined_id", "unrecognised_id", "unreadable_date"])
    columns = ["userid"] if form.makes_ids else sorted({ID[form.kind], "userid"})
    column = TIME[form.kind] if row.fate == "unreadable_date" else rng.choice(columns)
    row.cells[column] = _fault_value(row.fate, column, form, rng)
    row.values[column] = None


def text_columns(form: Form) -> list[str]:
    """Return the columns of a form with free text that a table uses."""
    others = (*IDS, *COUNTS, *LIST_COLUMNS, *LANGUAGES, TIME[form.kind], "is_retweet", "latitude")
    read = FIELDS[form.kind].values()
    return [column for column in form.columns if column in read and column not in others]


def afflicted_record(row: Row, form: Form, rng: random.Random) -> bytes:
    """Return the record of a row that must be rejected or is a blank line or a header; its fate states the reason."""
    texts = text_columns(form)
    kinds = ["value", "value", "blank", "columns", *(["encoding"] if texts else [])]
    kinds += ["header", "header"] if form.suffix == "csv" else []
    kind = rng.choice(kinds)
    write = csv_row if form.suffix == "csv" else json_line
    if kind == "value":
        afflict(row, form, rng)
    elif kind == "header":
        row.fate = "repeated_header"
        return csv_record(form.names, form, rng)
    elif kind == "blank":
        row.fate = "blank_line"
        return b"" if form.suffix == "csv" else rng.choice([b"", b"  ", b"\t"])
    elif kind == "encoding":
        row.cells[rng.choice(texts)] = rng.choice(BROKEN_TEXT)
        row.fate = "invalid_utf8"
    record = write(row, form, rng)
    if kind == "columns" and form.suffix == "csv":
        if b"\n" not in record and b"\r" not in record:
            row.fate = "malformed_row"
        else:
            # The end of this record is ambiguous.
            row.fate = "open"
        cells = [row.cells[column] for column in form.columns]
        shorter = csv_record(cells[:-1], form, rng)
        return shorter if rng.random() < 0.4 and len(cells) > 2 else record + rng.choice(FURTHER[:-1])
    if kind == "columns":
        row.fate = "malformed_row"
        return rng.choice([record[:-1], b"[1]", b"5", b"no json", record + b"x", b"null", b"{'a': 1}"])
    return record


def damage_bytes(row: bytes, rng: random.Random) -> bytes:
    """Return a row with random damage."""
    place = rng.randrange(len(row) + 1)
    quotes = [position for position, byte in enumerate(row) if byte == ord('"')] or [place]
    quote = rng.choice(quotes)
    return rng.choice(
        [
            row[:place] + bytes([rng.randrange(256)]) + row[place + 1 :],
            row[:place] + b'"' * rng.randint(1, 3) + row[place:],
            row[:quote] + row[quote + 1 :],
            row[:place],
            row[place:],
            row[:place] + row[place + rng.randint(1, 60) :],
            row[:place] + rng.choice(FOREIGN) + row[place:],
            row[:place] + rng.randbytes(rng.randint(1, 9)) + row[place:],
            row[:place] + bytes(rng.choice([1, 40])) + row[place:],
            row + rng.choice(FURTHER),
            b"\n" + row,
            row + b"\n" + row,
            row[:place] + row[place:] * 2,
            row.replace(b'"', rng.choice([b"'", b'""', "“".encode()])),
            row.replace(b",", rng.choice([b";", b"\t"])),
            row.decode(errors="replace").encode(rng.choice(["utf-16", "utf-16-le", "gb18030"])),
        ]
    )


def damage_text(text: bytes, rng: random.Random) -> bytes:
    """Return the bytes with some changed, removed or inserted anywhere."""
    place = rng.randrange(len(text))
    end = place + rng.choice([0, 1, 1, 5, 300])
    further = rng.choice(
        [b"", b"", rng.randbytes(rng.choice([1, 4, 200])), b'"', b"\0" * 8, b'","', b"\n", b"\r", b","]
    )
    return text[:place] + further + text[end:]


def damage_words(data: bytes, rng: random.Random) -> bytes:
    """Return R data in which a length, a type or another word of four bytes is a lie."""
    place = 4 * rng.randrange(len(data) // 4) + rng.choice([0, 2])
    true = int.from_bytes(data[place : place + 4], "big")
    lies = [0, 1, true - 1, true + 1, true * 2, true ^ 1 << rng.randrange(32), 2**31 - 1, 2**31, 2**32 - 1]
    # Types: NULL, a reference, a deferred vector, a list, strings, reals, bytecode, an environment.
    lies += [254, 255, 238, 0x402, 19, 16, 14, 21, 4, 0x40009, rng.getrandbits(32)]
    return data[:place] + (rng.choice(lies) % 2**32).to_bytes(4, "big") + data[place + 4 :]


def open_swallowed(text: bytes, rows: list[Row], records: list[bytes], form: Form) -> None:
    """Set the fate of rows open that lie in a record that begins in a damaged row and whose quotes close further on.

    `text` is the damaged file after its header. Such a record is valid CSV, so nobody can tell what was meant.
    """
    value = rb'(?> *+"[^"]*+(?:""[^"]*+)*+" *+|[^",\r\n]*+)'
    pattern = re.compile(value + rb"(?:,%s){%d}+(?:\r*\n|\r|\Z)" % (value, len(form.columns) - 1))
    starts, place = [], 0
    for row, record in zip(rows, records, strict=True):
        found = -1 if row.fate == "open" else text.find(record, place)
        starts.append(place if found < 0 else found)
        place = starts[-1] + (0 if found < 0 else len(record))
    ends = [*starts[1:], len(text)]
    waiting = [number for number, row in enumerate(rows) if row.fate == "open"]
    while waiting:
        number = waiting.pop()
        first, last = starts[number], ends[number]
        lines = [first, *(first + found.end() for found in re.finditer(rb"[\r\n]", text[first:last]))]
        furthest = max((match.end() for line in lines if (match := pattern.match(text, line))), default=0)
        for other in range(number + 1, len(rows)):
            if starts[other] >= furthest:
                break
            if rows[other].fate != "open":
                rows[other].fate = "open"
                waiting.append(other)


def ends_within_quotes(text: bytes) -> bool:
    """Return whether a quotation in these records of CSV remains open at their end."""
    place = 0
    while place < len(text):
        if text[place : place + 1] == b'"':
            closing = re.compile(rb'"(?:[^"]|"")*"(?!")').match(text, place)
            if closing is None:
                return True
            place = closing.end()
        # Text after a closing quote belongs to the value.
        end = re.compile(rb"[,\r\n]").search(text, place)
        if end is None:
            return False
        place = end.end()
        blanks = re.compile(rb" *").match(text, place)
        place = blanks.end()
    return False


def damaged(row: bytes, form: Form, rng: random.Random) -> bytes:
    """Return a row with random damage that leaves the start of the next row recognisable.

    A release quotes every value and begins a row with an id, which marks the start of the next row. In other forms an
    open quotation may end in a later row, and the meaning is then ambiguous.
    """
    while True:
        result = damage_bytes(row, rng)
        if form.marks_rows or not ends_within_quotes(result):
            return result
