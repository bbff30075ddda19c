"""Families of cases: a seed determines the form, the rows, their damage and the file or zip."""

import csv
import gzip
import io
import lzma
import random
import re
import tempfile
from pathlib import Path

from takedown.core.compressed import STARTS
from tests.proofs import fuzz_forms as forms
from tests.proofs import fuzz_named as named
from tests.proofs.fuzz_case import (
    Case,
    Content,
    csv_form,
    file_name,
    join,
    json_form,
    make_rows,
    make_texts,
    note,
    packed,
    settle_fates,
)
from tests.proofs.fuzz_damage import (
    afflict,
    damage_text,
    damage_words,
    damaged,
    ends_within_quotes,
    open_swallowed,
    text_columns,
)
from tests.proofs.fuzz_forms import Form, csv_record, csv_row
from tests.proofs.fuzz_values import ID, TIME, Row
from tests.proofs.fuzz_zips import damage_zip, make_zip, with_hostile_member


def known_damage(rng: random.Random, form: Form | None = None, family: str = "csv, known") -> Case:
    """Rows that must be rejected for a known reason, among rows that must be kept."""
    form = form or csv_form(rng)
    contents, texts = make_texts(form, rng, rng.choice([0, 0.1, 0.3]), wild=0)
    settle_fates(contents, form, None)
    case = Case(family, form, packed(form, texts, rng), contents)
    case.holds = "rows" if case.has("open") else "exact"
    # In a file of few rows, one row with invalid UTF-8 may look like another encoding.
    if any(row.fate == "invalid_utf8" for c in contents if len(c.rows) < 6 for row in c.rows):
        case.refusal = "allowed" if case.refusal == "allowed" else "encoding"
    return case


def any_damage(rng: random.Random, form: Form | None = None, family: str = "csv, any") -> Case:
    """Rows with random damage among rows that must be kept."""
    form = form or csv_form(rng)
    contents, texts = make_texts(form, rng, rng.choice([0, 0.1]), wild=rng.choice([1, 1, 2, 8]))
    settle_fates(contents, form, None)
    # With many rows in another encoding the file counts as one in another encoding.
    return Case(family, form, packed(form, texts, rng), contents, "rows", "encoding")


def rows_in_text(rng: random.Random) -> Case:
    """Valid CSV with texts that look like rows, headers, quotes and separators."""
    form = csv_form(rng)
    rows = make_rows(form, rng, rng.choice([3, 12, 40]))
    records = [csv_row(row, form, rng) for row in rows]
    columns = text_columns(form)
    for row in rows if columns else []:
        if rng.random() < 0.7:
            lines = [
                *rng.choices(records, k=rng.randint(1, 3)),
                csv_record(form.names, form, rng),
                b"bye",
                b'"',
                b",",
            ]
            lines = rng.sample(lines, rng.randint(2, len(lines)))
            # Without returns, which stay in a text as they are.
            text = b"\n".join(lines).decode().replace("\r", "")
            column = rng.choice(columns)
            row.cells[column] = row.values[column] = text + rng.choice(["", "\n", '"'])
    records = [csv_row(row, form, rng) for row in rows]
    contents = [Content("data.csv" + note(form), rows, records)]
    settle_fates(contents, form, None)
    texts = [("data.csv", join(form, records, rng))]
    return Case("csv, rows in text", form, packed(form, texts, rng), contents)


def blank_runs(rng: random.Random) -> Case:
    """A file with a run of many blank lines, or of so many that it must be refused."""
    form = csv_form(rng)
    form.line_end = rng.choice([b"\n", b"\r\n"])
    rows = make_rows(form, rng, rng.choice([3, 12]))
    records = [csv_row(row, form, rng) for row in rows]
    place, length = rng.randint(0, len(rows)), rng.choice([1, 500, 20_000, 1_100_000])
    ends = form.line_end
    text = csv_record(form.names, form, rng) + ends + ends.join([*records[:place], b""])
    text += ends * length + ends.join([*records[place:], b""])
    if length < 1_000_000:
        rows[place:place] = [Row({}, dict.fromkeys(rows[0].values), "blank_line") for _ in range(length)]
        records[place:place] = [b""] * length
    contents = [Content("data.csv" + note(form), rows, records)]
    settle_fates(contents, form, None)
    refusal = "never" if length < 1_000_000 else "due"
    limits = {"largest_ratio": 1e9}
    return Case(
        "csv, blank runs",
        form,
        packed(form, [("data.csv", text)], rng),
        contents,
        refusal=refusal,
        limits=limits,
    )


def list_of_accounts(rng: random.Random) -> Case:
    """Posts or accounts of the mirror, of which only some are requested."""
    form = forms.mirror(rng)
    contents, texts = make_texts(form, rng, rng.choice([0, 0.2]), wild=rng.choice([0, 0, 2]))
    accounts = sorted({row.values["userid"] for c in contents for row in c.rows if row.fate == "kept"})
    asked = set(rng.sample(accounts, rng.randint(1, len(accounts))))
    settle_fates(contents, form, asked)
    lines = [*asked, *rng.choices(sorted(asked), k=2), *["", "  "][: rng.randrange(3)]]
    lines.sort()
    rng.shuffle(lines)
    end = rng.choice(["\n", "\r\n"])
    text = end.join(rng.choice(["{}", " {} ", "{}\t"]).format(line) for line in lines)
    spelled = text.encode(rng.choice(["utf-8", "utf-8-sig"]))
    case = Case("list of accounts", form, packed(form, texts, rng), contents, asked=spelled)
    if case.has("open"):
        case.holds, case.refusal = "rows", "encoding"
    if not case.has("kept"):
        case.refusal = "allowed"
    if rng.random() < 0.2:
        case.asked, case.refusal, case.holds = damage_text(spelled, rng), "allowed", "sums"
    return case


def bytes_anywhere(rng: random.Random) -> Case:
    """A file with bytes after the header changed, removed or inserted, also across the ends of rows."""
    form = csv_form(rng)
    rows = make_rows(form, rng, rng.choice([5, 12, 40]))
    records = [csv_row(row, form, rng) for row in rows]
    ends = form.line_end
    while True:
        text, spans, touched = ends.join(records) + ends, [], set()
        place = 0
        for record in records:
            spans.append((place, place + len(record) + len(ends)))
            place = spans[-1][1]
        changes, limit = rng.choice([1, 1, 3]) if form.marks_rows else 1, len(text)
        # From the end, so that earlier positions remain valid.
        for start in sorted((rng.randrange(len(text)) for _ in range(changes)), reverse=True):
            end = min(limit, start + rng.choice([0, 1, 1, 5, 300]))
            limit = start
            further = rng.choice(
                [b"", rng.randbytes(rng.choice([1, 4, 200])), b'"', bytes(8), b'","', b"\n", b"\r"]
            )
            text = text[:start] + further + text[end:]
            touched |= {n for n, (first, last) in enumerate(spans) if first <= end and start <= last}
        if form.marks_rows or not ends_within_quotes(text):
            break
    for number in touched:
        rows[number].fate = "open"
    contents = [Content("data.csv" + note(form), rows, records)]
    open_swallowed(text, rows, records, form)
    settle_fates(contents, form, None)
    texts = [("data.csv", csv_record(form.names, form, rng) + ends + text)]
    case = Case("csv, bytes anywhere", form, packed(form, texts, rng), contents, "rows", "encoding")
    case.repeats_rows = True
    if not case.has("kept"):
        case.refusal = "allowed"
    return case


def header(rng: random.Random) -> Case:
    """A file with damage in the line of column names."""
    form = csv_form(rng)
    contents, texts = make_texts(form, rng, 0, wild=0)
    contents = contents[:1]
    contents[0].name = "data.csv" + note(form)
    text = texts[0][1].removeprefix(b"\xef\xbb\xbf")
    length = len(text) - sum(map(len, contents[0].records))
    length -= len(form.line_end) * (len(contents[0].records) - (not text.endswith(form.line_end)))
    first = damage_text(text[: length - len(form.line_end)], rng)
    parsed = next(csv.reader(io.StringIO(first.decode("utf-8-sig", errors="replace"), newline="")), [])
    kept = {name.strip() for name in parsed}
    lost = {column for column, name in zip(form.columns, form.names, strict=True) if name.strip() not in kept}
    settle_fates(contents, form, None)
    damaged_text = first + form.line_end + text[length:]
    files = packed(form, [("data.csv", damaged_text)], rng)
    # Names with a line end or an open quotation continue into the rows.
    # A file of posts may say nothing of when its accounts were created, and these are then rejected; all rows are, if the
    # header has more or fewer columns than they.
    is_unfit = TIME[form.kind] in lost or len(parsed) != len(form.names)
    holds = "sums" if is_unfit or re.search(rb"[\r\n]", first) or ends_within_quotes(first) else "rows"
    return Case("csv, header", form, files, contents, holds, "allowed", lost_columns=lost)


def another_encoding(rng: random.Random) -> Case:
    """A whole file in an encoding other than UTF-8."""
    form = csv_form(rng)
    rows = make_rows(form, rng, rng.choice([3, 12, 40]))
    texts = [csv_record(form.names, form, rng), *(csv_row(row, form, rng) for row in rows)]
    encoding = rng.choice(
        ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "gb18030", "cp1252", "utf-7"]
    )
    records = [text.decode().encode(encoding, errors="replace") for text in texts]
    for row, before, after in zip(rows, texts[1:], records[1:], strict=True):
        row.fate = row.fate if before == after else "open"
    contents = [Content("data.csv" + note(form), rows, records[1:])]
    settle_fates(contents, form, None)
    text = (form.line_end.join(texts) + form.line_end).decode().encode(encoding, errors="replace")
    holds = "sums" if encoding.startswith("utf") else "rows"
    return Case(
        "csv, another encoding", form, packed(form, [("data.csv", text)], rng), contents, holds, "allowed"
    )


def damaged_zip(rng: random.Random) -> Case:
    """A sound file in a damaged zip: all rows are read, or the zip is refused."""
    form = csv_form(rng)
    contents, texts = make_texts(form, rng, rng.choice([0, 0.1]), wild=0)
    settle_fates(contents, form, None)
    data = damage_zip(make_zip(texts, rng), rng)
    case = Case("zip, damaged", form, [("archive.zip", data)], contents, refusal="allowed")
    case.holds = "rows" if case.has("open") else "exact"
    return case


def hostile_zip(rng: random.Random) -> Case:
    """A malicious zip."""
    form = csv_form(rng)
    contents, texts = make_texts(form, rng, 0, wild=0)
    case = Case("zip, hostile", form, [("archive.zip", with_hostile_member(texts, rng))], contents)
    if rng.random() < 0.1:
        case.files, case.limits = [("archive.zip", make_zip(texts, rng))], {"largest_bytes": 50}
    case.refusal = "due"
    return case


def json_known(rng: random.Random) -> Case:
    """Lines of JSON that must be rejected for a known reason."""
    return known_damage(rng, json_form(rng), "JSON Lines, known")


def json_any(rng: random.Random) -> Case:
    """Lines of JSON with random damage, some of them deeply nested."""
    case = any_damage(rng, json_form(rng), "JSON Lines, any")
    if rng.random() < 0.1:
        deep = rng.choice([b"[", b'{"a":', b'[{"a":']) * rng.choice([1000, 100_000])
        name, text = case.files[0]
        case.files[0] = name, text.rstrip(b"\n") + b"\n" + deep + b"\n"
        row = Row({}, dict.fromkeys(case.contents[0].rows[0].values), "open")
        case.contents[0].rows.append(row)
        case.contents[0].records.append(deep)
    return case


def _typed_rows(form: Form, rng: random.Random) -> list[Row]:
    rows = make_rows(form, rng, rng.choice([2, 12, 40]))
    for row in rows[1:]:
        if rng.random() < 0.1:
            afflict(row, form, rng)
    return rows


def parquet(rng: random.Random) -> Case:
    """A Parquet file, sound or damaged; the format cannot distinguish damage from other values."""
    form = forms.mapped(rng, "parquet") if rng.random() < 0.6 else named.labelled(rng, "parquet")
    rows = _typed_rows(form, rng)
    with tempfile.TemporaryDirectory() as folder:
        forms.parquet(rows, form, f"{folder}/made.parquet", rng)
        data = Path(folder, "made.parquet").read_bytes()
    return _typed_case("Parquet", form, rows, data, rng)


def r_data(rng: random.Random) -> Case:
    """R data, sound or damaged; damage is detected if the file is compressed, because compressed files have checksums."""
    form = forms.r_data(rng)
    rows = _typed_rows(form, rng)
    data, packing = forms.r_frame(rows, form, rng), rng.choice(["gzip", "gzip", "xz", "none"])
    if rng.random() < 0.4:
        for _ in range(rng.choice([1, 1, 2, 5])):
            data = damage_words(data, rng)
        case = _typed_case("R data", form, rows, gzip.compress(data, mtime=0), rng)
        case.family, case.holds, case.refusal = "R data, lies", "sums", "allowed"
        return case
    if packing != "none":
        data = gzip.compress(data, mtime=0) if packing == "gzip" else lzma.compress(data)
    return _typed_case("R data", form, rows, data, rng, has_checksum=packing != "none")


def _typed_case(
    family: str, form: Form, rows: list[Row], data: bytes, rng: random.Random, *, has_checksum=False
) -> Case:
    name = file_name(form, rng, 0)
    contents = [Content(name + note(form), rows, [b""] * len(rows), 1)]
    settle_fates(contents, form, None)
    if rng.random() < 0.3:
        return Case(f"{family}, known", form, [(name, data)], contents)
    for _ in range(rng.choice([1, 1, 2, 5])):
        data = damage_text(data or b"x", rng)
    holds = "exact" if has_checksum else "sums"
    return Case(f"{family}, damaged", form, [(name, data)], contents, holds, "allowed")


def no_archive(rng: random.Random) -> Case:
    """A file whose content does not match its name."""
    form = csv_form(rng) if rng.random() < 0.5 else forms.mapped(rng, rng.choice(["jsonl", "parquet"]))
    starts = [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06",
        *STARTS.values(),
        b"PAR1",
        b"<html>",
        b"%PDF",
        bytes(9),
        b"\n\n",
        b"[",
        b"{}",
    ]
    text = rng.choice(starts) + rng.choice(
        [b"", rng.randbytes(rng.choice([3, 300, 3000])), b"\n" * 50, b'"' * 99, b"," * 99]
    )
    suffixes = [form.suffix, *(f"{form.suffix}{packing}" for packing in STARTS)]
    if form.suffix != "jsonl":
        suffixes = ["csv", "zip", *suffixes[1:]] if form.suffix == "csv" else ["parquet"]
    return Case("no archive", form, [(f"data.{rng.choice(suffixes)}", text)], [], "sums", "due")


def large(rng: random.Random) -> Case:
    """A file of several megabytes, read in several blocks, with damage in some rows."""
    form = rng.choice([forms.release, forms.mirror, forms.account_list])(rng)
    form.line_end = rng.choice([b"\n", b"\r\n"])
    sound = [form.make(rng) for _ in range(200)]
    rows, records = [], []
    number = 10**9
    for place in range(rng.choice([12_000, 30_000])):
        model = sound[place % len(sound)]
        row = Row(dict(model.cells), dict(model.values), unreadable=set(model.unreadable))
        # Numbers far apart, so that no single damage turns one id into another.
        number += rng.randrange(10**6, 10**7)
        row.cells[ID[form.kind]] = row.values[ID[form.kind]] = str(number)
        rows.append(row)
        records.append(csv_row(row, form, rng))
    for place in rng.sample(range(len(rows)), rng.choice([0, 3, 30] if form.marks_rows else [0, 1])):
        records[place], rows[place].fate = damaged(records[place], form, rng), "open"
    contents = [Content("data.csv", rows, records)]
    settle_fates(contents, form, None)
    return Case(
        "csv, large",
        form,
        packed(form, [("data.csv", join(form, records, rng))], rng),
        contents,
        "rows",
        "encoding",
    )
