"""Files compressed by gzip or Zstandard, JSON that is not one object a line, and pages of responses."""

import gzip
import json
import random
from itertools import pairwise

from takedown.core.compressed import zstd
from tests.proofs import fuzz_named as named
from tests.proofs.fuzz_case import Case, Content, counted_last, json_form, make_rows, note, settle_fates
from tests.proofs.fuzz_damage import BROKEN_TEXT, afflict, damage_bytes, damage_text
from tests.proofs.fuzz_families import (
    any_damage,
    bytes_anywhere,
    json_any,
    json_known,
    known_damage,
    rows_in_text,
)
from tests.proofs.fuzz_forms import Form, json_line
from tests.proofs.fuzz_values import Row

#: What is no object in an array of objects.
NO_OBJECTS = [b"[1]", b"5", b"null", b'"x"', b"true", b"[]"]


def compressed(rng: random.Random) -> Case:
    """A file of another family, sound or damaged, compressed as a whole; then, now and then, damaged again."""
    families = [known_damage, any_damage, bytes_anywhere, rows_in_text, json_known, json_any, whole, pages]
    while True:
        case = rng.choice(families)(rng)
        if not any(name.lower().endswith(".zip") for name, _ in case.files):
            break
    suffix = rng.choice([".gz", ".zst"])
    is_damaged = case.holds == "exact" and rng.random() < 0.4
    has_checksum = suffix == ".gz" or rng.random() < 0.7
    files = []
    for name, data in case.files:
        # Nobody can tell a file that is cut off between two streams from a whole one.
        packed = compress(
            data, suffix, rng, streams=1 if is_damaged else rng.choice([1, 1, 3]), has_checksum=has_checksum
        )
        for _ in range(rng.choice([1, 1, 3]) if is_damaged else 0):
            packed = damage_text(packed or b"x", rng)
        files.append((name + suffix, packed))
    for content, (name, _) in zip(case.contents, case.files, strict=True):
        content.name = name + suffix + content.name.removeprefix(name)
    case.files, case.family = files, f"{case.form.suffix}{suffix}"
    if is_damaged:
        case.family, case.refusal = f"{case.family}, damaged", "allowed"
        case.holds = "exact" if has_checksum else "sums"
    return case


def compress(data: bytes, suffix: str, rng: random.Random, *, streams: int, has_checksum: bool) -> bytes:
    """Return data as some compressed streams, one after the other, with zeros behind them now and then."""
    places = [0, *sorted(rng.randrange(len(data) + 1) for _ in range(streams - 1)), len(data)]
    packed = b""
    for start, end in pairwise(places):
        level = rng.randint(1, 9)
        if suffix == ".gz":
            packed += gzip.compress(data[start:end], level, mtime=0)
        else:
            options = {
                zstd.CompressionParameter.compression_level: level,
                zstd.CompressionParameter.checksum_flag: has_checksum,
            }
            packed += zstd.compress(data[start:end], options=options)
    return packed + bytes(rng.choice([0, 0, 0, 512]) if suffix == ".gz" and streams > 1 else 0)


def whole(rng: random.Random) -> Case:
    """JSON in an array, or objects over several lines; then, now and then, damaged anywhere behind its start."""
    form = json_form(rng)
    rows = make_rows(form, rng, rng.choice([2, 5, 12, 40]))
    for row in rows[1:]:
        if rng.random() < 0.1:
            afflict(row, form, rng)
    records = [json_line(row, form, rng, sparse=False) for row in rows]
    write = rng.choice([_compact, _lines, _leading, _indented, _objects])
    if write is not _objects:
        for place, row in enumerate(rows):
            if place and rng.random() < 0.05:
                row.fate, records[place] = "malformed_row", rng.choice(NO_OBJECTS)
    start, parts, end = write(records)
    text = b"".join([start, *parts, end])
    is_damaged = rng.random() < 0.5
    if is_damaged:
        place = rng.randrange(len(start), len(text))
        gap = rng.choice([0, 1, 1, 5, 300])
        further = rng.choice(
            [
                b"",
                rng.randbytes(rng.choice([1, 4, 200])),
                b'"',
                bytes(8),
                b'","',
                b"\n",
                b"]",
                b"[",
                b"}",
                b"},{",
                b"][",
            ]
        )
        text = text[:place] + further + text[place + gap :]
        first = len(start)
        for row, part in zip(rows, parts, strict=True):
            if first <= place + gap and place <= first + len(part):
                row.fate = "open"
            first += len(part)
    case = _json_case(
        "JSON, whole", form, rows, parts, text, rng, suffix=rng.choice(["json", "json", "jsonl"])
    )
    if is_damaged:
        case.family, case.holds, case.refusal = "JSON, whole, damaged", "rows", "allowed"
    return case


def _compact(records: list[bytes]) -> tuple[bytes, list[bytes], bytes]:
    return b"[", [*(record + b"," for record in records[:-1]), records[-1]], b"]"


def _lines(records: list[bytes]) -> tuple[bytes, list[bytes], bytes]:
    return b"[\n", [*(record + b",\n" for record in records[:-1]), records[-1] + b"\n"], b"]\n"


def _leading(records: list[bytes]) -> tuple[bytes, list[bytes], bytes]:
    return b"[", [records[0] + b"\n", *(b"," + record + b"\n" for record in records[1:])], b"]"


def _indented(records: list[bytes]) -> tuple[bytes, list[bytes], bytes]:
    return _lines([_spread(record) for record in records])


def _objects(records: list[bytes]) -> tuple[bytes, list[bytes], bytes]:
    return b"", [_spread(record) + b"\n" for record in records], b""


def _spread(record: bytes) -> bytes:
    return json.dumps(json.loads(record), indent=2, ensure_ascii=False).encode()


def pages(rng: random.Random) -> Case:
    """Posts of the second interface in pages of responses, with empty pages and broken lines between them."""
    form = named.twitter_v2(rng)
    # A page is written as a whole, from posts whose references and authors are inside.
    rows = make_rows(form, rng, rng.choice([2, 5, 12, 40]))
    for row in rows[1:]:
        if rng.random() < 0.1:
            afflict(row, form, rng)
    is_array = rng.random() < 0.3
    found: list[Row] = []
    records: list[bytes] = []
    lines: list[bytes] = []
    waiting = list(rows)
    while waiting:
        count = rng.choice([1, 2, 5, 20])
        taken, waiting = waiting[:count], waiting[count:]
        line = _page(taken, form, rng)
        fault = (
            ""
            if is_array or rng.random() > 0.2 or not lines
            else rng.choice(["malformed_row", "blank_line", "invalid_utf8", "open"])
        )
        if fault == "invalid_utf8" and sum(row.fate == fault for row in found) == 2:
            # More of them, and the file may be refused as one of another encoding.
            fault = ""
        if fault == "open":
            line = damage_bytes(line, rng)
            for row in taken:
                row.fate = "open"
        elif fault:
            broken = {"malformed_row": rng.choice([line[:-1], b"no json", b"[1]"]), "blank_line": b" "}
            line = broken.get(
                fault,
                line.replace(
                    b"{", b'{"x": "%s", ' % rng.choice(BROKEN_TEXT).encode("utf-8", "surrogateescape"), 1
                ),
            )
            taken = [Row({}, dict.fromkeys(rows[0].values), fate=fault)]
        found += taken
        records += [line, *[b""] * (len(taken) - 1)]
        lines.append(line)
        if rng.random() < 0.1:
            lines.append(b'{"data": [], "meta": {"result_count": 0}}')
    text = b"[" + b",\n".join(lines) + b"]" if is_array else b"\n".join(lines) + b"\n"
    found, records = counted_last(found, records)
    case = _json_case("JSON, pages", form, found, records, text, rng, suffix="jsonl")
    if case.has("open"):
        case.holds, case.refusal, case.repeats_rows = "rows", "encoding", True
    return case


def _page(rows: list[Row], form: Form, rng: random.Random) -> bytes:
    posts = [json.loads(json_line(row, form, rng)) for row in rows]
    return json.dumps(named.page_of(posts, rng), ensure_ascii=False).encode()


def _json_case(
    family: str,
    form: Form,
    rows: list[Row],
    records: list[bytes],
    text: bytes,
    rng: random.Random,
    *,
    suffix: str,
) -> Case:
    name = f"data.{suffix}"
    contents = [Content(name + note(form), rows, records, 1)]
    settle_fates(contents, form, None)
    return Case(family, form, [(name, text)], contents)
