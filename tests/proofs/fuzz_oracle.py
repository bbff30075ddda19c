"""Conditions that every case must meet, independent of the code that reads it."""

import os
import re
import threading
from collections import Counter
from pathlib import Path

from takedown.core.errors import InputError
from tests.ingest_files import Ingested, ingest_files
from tests.proofs.fuzz_beyond import FurtherCase
from tests.proofs.fuzz_case import Case
from tests.proofs.fuzz_values import ID, INEXACT, LISTS, TABLE_COLUMNS, Row, list_rows, table_row

TABLE = {"users": "account", "tweets": "post"}
FURTHER = {"users": ("id_is_hashed", "created_at"), "tweets": ("decoded_at",)}
REJECTED = (
    "missing_id",
    "spreadsheet_ruined_id",
    "unrecognised_id",
    "unreadable_date",
    "blank_line",
    "malformed_row",
)
REJECTED += ("invalid_utf8",)
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
OPEN_FILES = Path("/proc/self/fd")


class Violation(AssertionError):
    """A condition of a case does not hold."""


def demand(holds: bool, sentence: str) -> None:
    """Raise Violation with the sentence unless the condition holds."""
    if not holds:
        raise Violation(sentence)


def try_case(case: Case | FurtherCase, folder: Path) -> str:
    """Write a case's files into the empty `folder` and read them; return "read" or the form of the refusal.

    Raises Violation if a condition does not hold; errors other than a refusal are not caught.
    """
    if isinstance(case, FurtherCase):
        return case.attempt(folder)
    inside, out = folder / "in", folder / "out"
    inside.mkdir()
    for name, data in case.files:
        (inside / name).write_bytes(data)
    limits = dict(case.limits)
    if case.asked is not None:
        (inside / "asked.txt").write_bytes(case.asked)
        limits["only_accounts"] = inside / "asked.txt"
    before, threads, descriptors = _files(folder), threading.active_count(), _open_files()
    paths = [inside / name for name, _ in case.files]
    try:
        result = ingest_files(case.form.kind, paths, out, case.form.layout, **limits)
    except InputError as error:
        answer = str(error)
        check_refusal(case, answer)
        outcome = "refused: " + re.sub(r"\(.*\)|'.*'|\S*/\S+|\d+", "…", answer)
        expected = before
    else:
        demand(case.refusal != "due", "a file that must be refused was read")
        check_tables(case, result)
        result.close()
        outcome, expected = (
            "read",
            before | {str(path.relative_to(folder)) for path in result.outputs.values()},
        )
    demand(_files(folder) == expected, f"files are left or missing: {_files(folder) ^ expected}")
    demand(all((inside / name).read_bytes() == data for name, data in case.files), "an input was changed")
    demand(threading.active_count() == threads, "a thread is still running")
    demand(_open_files() == descriptors, "a file is still open")
    return outcome


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def _open_files() -> int:
    return len(os.listdir(OPEN_FILES)) if OPEN_FILES.exists() else 0


def check_refusal(case: Case, sentence: str) -> None:
    """Check that a refusal is permitted, is one sentence and names a file."""
    demand(case.refusal != "never", f"was refused: {sentence}")
    demand(not CONTROLS.search(sentence) and sentence.endswith("."), f"is not a sentence: {sentence!r}")
    demand(len(sentence) < 1500, f"is too long: {sentence}")
    names = [name for name, _ in case.files] + ["asked.txt"] + [content.name for content in case.contents]
    demand(any(name in sentence for name in names), f"names no file: {sentence}")
    if case.refusal == "encoding":
        demand("UTF-8" in sentence, f"was refused: {sentence}")


def check_tables(case: Case, result: Ingested) -> None:
    """Check the account of every record and the values of every row with a known fate."""
    accounts = {file: counts for file, *counts in result.rows("row_account", "* EXCLUDE (archive_id)")}
    rejected = result.rows("rejected_row", "file, record, reason, length(excerpt)")
    demand(all(read == sum(fates) for read, *fates in accounts.values()), f"does not add up: {accounts}")
    by_file = Counter(file for file, *_ in rejected)
    demand(all(by_file[file] == counts[3] for file, counts in accounts.items()), "rejected rows are missing")
    demand(
        len({(file, record) for file, record, *_ in rejected}) == len(rejected), "a record is rejected twice"
    )
    last = {file: counts[0] + (1 if case.form.suffix == "csv" else 0) for file, counts in accounts.items()}
    demand(
        all(1 <= record <= last[file] for file, record, *_ in rejected), "a record has an impossible number"
    )
    demand(all((length or 0) <= 120 for *_, length in rejected), "an excerpt is too long")
    kept = read_rows(case, result)
    demand(len(kept) == sum(counts[1] for counts in accounts.values()), "kept rows are missing")
    if case.holds == "sums":
        return
    check_kept(case, kept)
    if case.holds == "exact":
        check_exact(case, result, accounts, rejected, kept)
    else:
        check_rows_read(case, accounts)


def read_rows(case: Case, result: Ingested) -> dict[str, tuple]:
    """Return the rows of the tables by id: values, decoded columns, then hashtags, links and mentions."""
    kind = case.form.kind
    columns = ", ".join((*TABLE_COLUMNS[kind].values(), *FURTHER[kind]))
    rows = {row[0]: row for row in result.rows(TABLE[kind], columns)}
    if kind == "tweets":
        lists = {table: {} for table in LISTS.values()}
        for table, found in lists.items():
            columns = "post_id, list(value ORDER BY position), max(position)"
            for post, items, last in result.rows(f"{table} GROUP BY post_id", columns):
                demand(post in rows and last == len(items), f"{table} does not fit {post}")
                found[post] = items
        rows = {post: (*row, *(lists[table].get(post, []) for table in lists)) for post, row in rows.items()}
    return rows


def expected_row(case: Case, row: Row) -> tuple:
    """Return the expected row in the tables."""
    values = dict(row.values)
    for column in case.lost_columns & set(values):
        values[column] = None
    if case.form.kind == "tweets":
        if (
            "is_retweet" in case.lost_columns
            or row.cells.get("is_retweet") is None
            or "is_retweet" in row.unreadable
        ):
            is_inexact = (
                row.cells.get("retweet_tweetid") == INEXACT and "retweet_tweetid" not in case.lost_columns
            )
            values["is_retweet"] = values["retweet_tweetid"] is not None or is_inexact
        return table_row("tweets", values, case.form.ids) + tuple(list_rows(values).values())
    return table_row("users", values, case.form.ids)


def check_kept(case: Case, kept: dict[str, tuple]) -> None:
    """Check that every undamaged row is in the tables with its exact values."""
    if case.form.makes_ids:
        lost = _without_ids(case) - Counter(repr(row[1:]) for row in kept.values())
        demand(not lost, f"rows were lost: {lost}")
        return
    for content in case.contents:
        for row in content.rows:
            if row.fate == "kept":
                identifier = row.values[ID[case.form.kind]]
                demand(identifier in kept, f"row {identifier!r} of {content.name} was lost")
                wanted = expected_row(case, row)
                demand(
                    kept[identifier] == wanted, f"row {identifier!r}:\n{kept[identifier]}\nis not\n{wanted}"
                )


def _without_ids(case: Case) -> Counter[str]:
    """Return the expected rows of posts whose ids are made, without these, and how often each occurs."""
    rows = (row for content in case.contents for row in content.rows if row.fate == "kept")
    return Counter(repr(expected_row(case, row)[1:]) for row in rows)


def check_exact(case: Case, result: Ingested, accounts: dict, rejected: list, kept: dict) -> None:
    """Check that every record has its expected fate."""
    wanted_accounts, wanted_rejects, unreadable = {}, [], Counter()
    for content in case.contents:
        fates = Counter(row.fate for row in content.rows)
        wanted_accounts[content.name] = [
            len(content.rows),
            fates["kept"],
            fates["duplicate"],
            sum(fates[reason] for reason in REJECTED),
            fates["repeated_header"],
            fates["not_asked"],
        ]
        for place, row in enumerate(content.rows):
            if row.fate in REJECTED:
                wanted_rejects.append((content.name, place + content.first_record, row.fate))
            if row.fate == "kept":
                for column in row.unreadable:
                    unreadable[(content.name, case.form.first_name(column))] += 1
    demand(accounts == wanted_accounts, f"accounts are {accounts}, not {wanted_accounts}")
    found = sorted(row[:3] for row in rejected)
    demand(found == sorted(wanted_rejects), f"rejected are {found}, not {sorted(wanted_rejects)}")
    counted = {
        (file, column): n
        for file, column, n in result.rows("unreadable_value", "file, column_name, unreadable")
    }
    demand(counted == unreadable, f"unreadable values are {counted}, not {dict(unreadable)}")
    if case.form.makes_ids:
        demand(len(kept) == _without_ids(case).total(), "rows are kept that are not in the files")
        return
    ids = [row.values[ID[case.form.kind]] for c in case.contents for row in c.rows if row.fate == "kept"]
    demand(sorted(kept) == sorted(ids), "rows are kept that are not in the files")


def check_rows_read(case: Case, accounts: dict) -> None:
    """Check the number of records read: no row is skipped and no row is invented."""
    for content in case.contents:
        [read, *_] = accounts[content.name]
        least = most = 0
        was_broken = False
        for place, (row, record) in enumerate(zip(content.rows, content.records, strict=True)):
            following = content.records[place + 1 : place + 2]
            if not record and case.form.line_end == b"\r" and following and following[0].startswith(b"\n"):
                most += 1  # CR, CR, LF is one line end
                continue
            if not record and was_broken:
                most += 1  # within an open quote a blank line belongs to the damaged record
                continue
            is_open = row.fate == "open"
            # If no id marks the start of a row, a row with too many values looks like the rest of a damaged row.
            is_broken = is_open or (row.fate == "malformed_row" and not case.form.marks_rows)
            # Adjacent damaged rows may be one record; a damaged row may be several records.
            least += not is_broken or (not was_broken and bool(record.strip()))
            most += 1 + (record.count(b"\n") + record.count(b"\r") if is_open else 0)
            was_broken = is_broken
        demand(least <= read, f"{content.name}: {read} records were read, of at least {least}")
        if not case.repeats_rows:
            demand(read <= most, f"{content.name}: {read} records were read, of at most {most}")
