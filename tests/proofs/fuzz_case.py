"""A case: files with rows, some of them damaged, and the permitted outcomes."""

import random
from dataclasses import dataclass, field
from functools import partial

from tests.proofs import fuzz_forms as forms
from tests.proofs import fuzz_named as named
from tests.proofs.fuzz_damage import afflicted_record, damaged, open_swallowed
from tests.proofs.fuzz_forms import Form, csv_record, csv_row, json_line
from tests.proofs.fuzz_values import ID, Row
from tests.proofs.fuzz_zips import make_zip

#: File names, without suffix, that a shell, a glob or SQL could misread.
NAMES = [
    *("users", "it's", 'a "b"', "a b;c", "$(touch x)", "`touch x`", "*", "a[1]", "[!a]", "-rf", "é时", "a?b"),
    *("--help", "#", "~", "'; DROP TABLE reading; --", "a&b", "😀", "x=1", "%s", "CON", "a" * 200),
]
#: Faults in the values of a row; all other faults are in its form.
VALUE_FAULTS = ("missing_id", "unrecognised_id", "spreadsheet_ruined_id", "unreadable_date")


@dataclass
class Content:
    """The rows of one file, with its name in the accounts of rows; `records` are the bytes of the rows."""

    name: str
    rows: list[Row]
    records: list[bytes]
    first_record: int = 2


@dataclass
class Case:
    """Files to read, and the permitted outcomes.

    `holds` states the check: exact (every record has the fate of its row), rows (only records whose fate is not open) or
    sums (only that rows read equal the sum of the fates). `refusal` is never, encoding (only as not UTF-8), allowed or
    due. `asked` is the list of accounts. `lost_columns` are the columns with a damaged name in the header. `repeats_rows`
    says that damage may repeat any number of rows.
    """

    family: str
    form: Form
    files: list[tuple[str, bytes]]
    contents: list[Content]
    holds: str = "exact"
    refusal: str = "never"
    asked: bytes | None = None
    lost_columns: set[str] = field(default_factory=set)
    limits: dict[str, float] = field(default_factory=dict)
    repeats_rows: bool = False

    def __post_init__(self) -> None:
        """Permit a refusal if the condition of the layout leaves no row."""
        if self.form.control is not None and self.refusal != "due" and not self.has("kept"):
            self.refusal = "allowed"

    def has(self, *fates: str) -> bool:
        """Return whether any row has one of these fates."""
        return any(row.fate in fates for content in self.contents for row in content.rows)


def settle_fates(contents: list[Content], form: Form, asked: set[str] | None) -> None:
    """Set the fates of sound rows, given all rows: kept, duplicate or not asked for."""
    for content in contents:
        if form.suffix == "csv" and any(row.fate == "open" for row in content.rows):
            open_swallowed(form.line_end.join(content.records), content.rows, content.records, form)
    unclear = {row.values[ID[form.kind]] for c in contents for row in c.rows if row.fate == "open"}
    seen: set[object] = set()
    for content in contents:
        for row in content.rows:
            account, identifier = row.values.get("userid"), row.values[ID[form.kind]]
            has_values = row.fate in ("kept", *VALUE_FAULTS)
            is_other = asked is not None and account is not None and account not in asked
            if has_values and (is_other or not form.asks(row)):
                row.fate = "not_asked"
            elif row.fate == "kept" and not form.makes_ids:
                if identifier in seen:
                    row.fate = "duplicate"
                elif identifier in unclear:
                    row.fate = "open"
                seen.add(identifier)


def csv_form(rng: random.Random) -> Form:
    """Return a random form of CSV."""
    mapped = partial(forms.mapped, suffix="csv")
    release, others = forms.release, (forms.mirror, forms.account_list, mapped)
    form = rng.choice([release, release, *others, named.crowdtangle, named.labelled, named.without_ids])(rng)
    form.line_end = rng.choice([b"\n", b"\n", b"\r\n", b"\r", b"\r\r\n"])
    return form


def json_form(rng: random.Random) -> Form:
    """Return a random form of JSON, one object a line."""
    return rng.choice([partial(forms.mapped, suffix="jsonl"), named.twitter_v1, named.twitter_v2])(rng)


def make_rows(form: Form, rng: random.Random, count: int) -> list[Row]:
    """Return sound rows; some repeat the id of an earlier row, and posts share a few accounts."""
    rows = [form.make(rng) for _ in range(count)]
    for place, row in enumerate(rows):
        if place and rng.random() < 0.05:
            repeated = ("userid", "tweet_time", "tweet_text") if form.makes_ids else (ID[form.kind],)
            other = rows[rng.randrange(place)]
            for column in repeated:
                _take_over(row, other, column)
        elif form.kind == "tweets" and place and rng.random() < 0.6:
            _take_over(row, rows[rng.randrange(place)], "userid")
    return rows


def _take_over(row: Row, other: Row, column: str) -> None:
    row.values[column], row.cells[column] = other.values[column], other.cells[column]


def write_rows(rows: list[Row], form: Form, rng: random.Random, afflicted: float, wild: int) -> list[bytes]:
    """Return the records of rows; a share `afflicted` has known faults, and `wild` records have random damage."""
    write = csv_row if form.suffix == "csv" else json_line
    records = []
    broken = 0
    for row in rows:
        # A file with invalid UTF-8 in more than a few rows is refused as another encoding.
        before = row.fate, dict(row.cells)
        record = afflicted_record(row, form, rng) if rng.random() < afflicted else write(row, form, rng)
        if row.fate == "invalid_utf8" and (broken := broken + 1) > 2:
            row.fate, row.cells = before
            record = write(row, form, rng)
        records.append(record)
    if not form.marks_rows:
        wild = min(wild, 1) if form.suffix == "csv" else wild
    for place in rng.sample(range(len(rows)), min(wild, len(rows) - 1)):
        records[place], rows[place].fate = damaged(records[place], form, rng), "open"
    return records


def join(form: Form, records: list[bytes], rng: random.Random) -> bytes:
    """Return records as a file, with a header if it is CSV."""
    start = b"\xef\xbb\xbf" if rng.random() < 0.1 else b""
    if form.suffix == "csv":
        names = [
            f" {name} " if form.quoting == "all" and rng.random() < 0.02 else name for name in form.names
        ]
        records = [csv_record(names, form, rng), *records]
    end = form.line_end if not records[-1].strip(b" \t\r\n") or rng.random() < 0.8 else b""
    return start + form.line_end.join(records) + end


def packed(form: Form, texts: list[tuple[str, bytes]], rng: random.Random) -> list[tuple[str, bytes]]:
    """Return files with the texts: one file each, one zip each, or all in one zip."""
    if form.suffix != "csv" or rng.random() < 0.4:
        return texts
    if rng.random() < 0.7:
        return [("archive.zip", make_zip(texts, rng))]
    return [(f"{place}.ZIP", make_zip([text], rng)) for place, text in enumerate(texts)]


def file_name(form: Form, rng: random.Random, place: int) -> str:
    """Return a random file name for a form."""
    name = rng.choice(NAMES) if rng.random() < 0.3 else "data"
    return f"{name}{place or ''}.{form.suffix}"


def note(form: Form) -> str:
    """Return the addition to the file name in the accounts of rows."""
    return getattr(form.layout, "note", "")


def counted_last(rows: list[Row], records: list[bytes]) -> tuple[list[Row], list[bytes]]:
    """Return rows and records in the order in which posts are unfolded: lines that are not UTF-8 come last."""
    order = sorted(range(len(rows)), key=lambda number: rows[number].fate == "invalid_utf8")
    return [rows[number] for number in order], [records[number] for number in order]


def make_texts(form: Form, rng: random.Random, afflicted: float, wild: int):
    """Return contents, and their texts with file names."""
    contents, texts = [], []
    for place in range(rng.choice([1, 1, 2, 3])):
        rows = make_rows(form, rng, rng.choice([2, 5, 12, 40]))
        records = write_rows(rows, form, rng, afflicted, wild)
        if form.suffix == "jsonl":
            # Every key of the registry must occur at least once.
            rows.append(form.make(rng))
            records.append(json_line(rows[-1], form, rng, sparse=False))
        name, text = file_name(form, rng, place), join(form, records, rng)
        if form.wrap is not None:
            rows, records = counted_last(rows, records)
        contents.append(Content(name + note(form), rows, records, 2 if form.suffix == "csv" else 1))
        texts.append((name, text))
    if not any(row.fate == "kept" for content in contents for row in content.rows):
        return make_texts(form, rng, afflicted, wild)
    return contents, texts
