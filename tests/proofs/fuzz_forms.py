"""The forms of archives: layouts, and their rows as bytes."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import duckdb

from takedown.ingest.layout import LATE_TWEET_COLUMNS, TWEET_COLUMNS, USER_COLUMNS, Layout
from takedown.ingest.mapping import FIELDS, find_layout
from tests import r_files
from tests.proofs.fuzz_values import COUNTS, ID, IDS, LIST_COLUMNS, Row, make_values, spell

EPOCH = datetime(1970, 1, 1)
IS_CONTROL = {True: ("True", "true", "1"), False: ("False", "false", "0")}


@dataclass
class Form:
    """The form of the files of one archive.

    `columns` are the columns of a file, in its order, with the names of the releases; `own` maps them to the names in the
    file. `suffix` is csv, jsonl, parquet, rds or rda; `quoting` is all or minimal. `spoiling` is the share of optional
    values that do not match the type of their column. `control` says which rows of a labelled campaign are read, those of
    the control or the others; `wrap` turns the values of a JSON object into its final form.
    """

    kind: str
    layout: str | Layout
    columns: tuple[str, ...]
    suffix: str = "csv"
    own: dict[str, str] = field(default_factory=dict)
    ids: str = "twitter"
    list_separator: str | None = None
    quoting: str = "all"
    line_end: bytes = b"\n"
    spoiling: float = 0.02
    time: Callable[[date, random.Random], str] | None = None
    count: Callable[[int, random.Random], str] | None = None
    control: bool | None = None
    wrap: Callable[[dict], dict] | None = None

    @property
    def is_typed(self) -> bool:
        """Whether the file stores typed values instead of text."""
        return self.suffix != "csv"

    @property
    def marks_rows(self) -> bool:
        """Whether an id in quotes marks the start of each row."""
        first = self.columns[0] in ("userid", "tweetid")
        return self.suffix == "csv" and first and self.ids == "twitter" and self.quoting == "all"

    @property
    def makes_ids(self) -> bool:
        """Whether the file holds posts without ids."""
        return ID[self.kind] not in self.columns

    def asks(self, row: Row) -> bool:
        """Return whether the condition of the layout, if it has one, holds for a row."""
        return self.control is None or row.cells["is_control"] in IS_CONTROL[self.control]

    def first_name(self, column: str) -> str:
        """Return the first of the names that a column may have, by which unreadable values are counted."""
        return self.layout.names(column)[0] if isinstance(self.layout, Layout) else column

    @property
    def names(self) -> list[str]:
        """Return the names of the columns in the file."""
        return [self.own.get(column, column) for column in self.columns]

    def make(self, rng: random.Random) -> Row:
        """Return a new sound row."""
        values = make_values(self.kind, self.columns, rng, self.ids)
        if self.list_separator is not None:
            for column in LIST_COLUMNS:
                if values.get(column) is not None:
                    values[column] = [f"https://t.co/{rng.getrandbits(20)}"] if rng.random() < 0.7 else None
        if self.suffix in ("rds", "rda"):
            values |= {column: rng.randrange(10**6) for column in COUNTS if values.get(column) is not None}
        row = spell(self.kind, values, rng, self)
        if self.control is not None:
            known = IS_CONTROL[self.control if rng.random() < 0.7 else not self.control]
            row.cells["is_control"] = rng.choice(known if rng.random() < 0.95 else ("", "perhaps"))
        return row

    def typed(self, column: str, value: object, rng: random.Random) -> object:
        """Return a value as a typed file stores it."""
        if self.suffix == "jsonl":
            if column in IDS and value.isdecimal():
                return rng.choice([value, int(value)])
            if column in COUNTS:
                return rng.choice([value, str(value)])
            if isinstance(value, date):
                return self.time(value, rng)
        return {True: "present", False: "absent"}[value] if column == "latitude" else value


# --- times and counts as layouts write them --------------------------------------------------------------------


def iso_time(value: date, rng: random.Random) -> str:
    """Return a date or time in a form of ISO 8601."""
    if isinstance(value, datetime):
        hours = rng.choice([-5, 0, 8])
        elsewhere = value + timedelta(hours=hours)
        return rng.choice(
            [
                *(f"{value:%Y-%m-%d %H:%M}", f"{value:%Y-%m-%dT%H:%M:%S}", f"{value:%Y-%m-%d %H:%M:%S}"),
                *(
                    f"{elsewhere:%Y-%m-%dT%H:%M:%S}{hours:+03}:00",
                    f"{elsewhere:%Y-%m-%d %H:%M} {hours:+03}00",
                ),
            ]
        )
    return f"{value:%Y-%m-%d}"


def _american(value: date, rng: random.Random) -> str:
    day = f"{value.month}/{value.day}/{value.year}"
    return f"{day} {value.hour}:{value.minute:02}" if isinstance(value, datetime) else day


def _german(value: date, rng: random.Random) -> str:
    return f"{value:%d.%m.%Y %H:%M}"


def plain_count(value: int, rng: random.Random) -> str:
    """Return a count, now and then as a float or between blanks."""
    return rng.choice(["%d", "%d", "%d.0", " %d "]) % value


# --- the forms -------------------------------------------------------------------------------------------------


def some(columns, rng: random.Random, *needed: str) -> tuple[str, ...]:
    """Return some columns, all `needed` ones among them, sometimes in another order and with further ones."""
    chosen = [column for column in columns if column in needed or rng.random() < 0.7]
    if rng.random() < 0.3:
        rng.shuffle(chosen)
    return (*chosen, *rng.choice([(), (), ("further",), ("a further, one", "x', (SELECT 1)")]))


def release(rng: random.Random) -> Form:
    """Return the form of a release: all values in quotes, ids first."""
    kind = rng.choice(["users", "tweets", "tweets"])
    columns = USER_COLUMNS if kind == "users" else TWEET_COLUMNS
    left = [column for column in LATE_TWEET_COLUMNS if rng.random() < 0.5]
    columns = tuple(column for column in columns if column not in left)
    if kind == "users" and rng.random() < 0.5:
        columns += ("statuses_count",)
    return Form(kind, "twitter_release", columns, time=iso_time, count=plain_count)


def mirror(rng: random.Random) -> Form:
    """Return the form of the public mirror: some columns, in any order, American or ISO dates."""
    kind = rng.choice(["users", "tweets"])
    columns, needed = USER_COLUMNS, ("userid", "account_creation_date")
    if kind == "tweets":
        columns, needed = TWEET_COLUMNS, ("tweetid", "userid", "tweet_time")
    return Form(
        kind,
        "twitter_mirror",
        some(columns, rng, *needed),
        quoting=rng.choice(["all", "minimal"]),
        time=rng.choice([_american, iso_time]),
        count=plain_count,
    )


def account_list(rng: random.Random) -> Form:
    """Return the form of a list of accounts, with quotes only where needed."""
    columns = some((*USER_COLUMNS, "statuses_count"), rng, "userid", "account_creation_date")
    return Form("users", "account_list", columns, quoting="minimal", time=iso_time, count=plain_count)


def mapped(rng: random.Random, suffix: str) -> Form:
    """Return the form of a file with columns that the registry maps, as CSV, JSON Lines or Parquet."""
    kind = rng.choice(["users", "tweets"])
    needed = {"users": ("account_id", "created_on"), "tweets": ("post_id", "account_id", "posted_at")}[kind]
    names = [name for name in FIELDS[kind] if name in needed or rng.random() < 0.7]
    words = ["%s", "my %s", 'the "%s"', "%s'; --", "$%s", "é %s", "%s, %s" if suffix == "csv" else "%s"]
    spelled = {name: (word := rng.choice(words)) % ((name,) * word.count("%s")) for name in names}
    ids = rng.choice(["twitter", "any"])
    entry = {"columns": spelled}
    german = suffix == "csv" and rng.random() < 0.5
    if german:
        entry |= {"time_format": "%d.%m.%Y %H:%M", "list_separator": ";"}
    layout = find_layout("mine", {"layout": "mapped", "mapping": {"ids": ids, kind: entry}}, kind)
    own = {FIELDS[kind][name]: column for name, column in spelled.items()}
    return Form(
        kind,
        layout,
        # Every mapped column must exist.
        tuple(rng.sample(list(own), len(own))),
        suffix,
        own,
        ids,
        ";" if german else None,
        quoting=rng.choice(["all", "minimal"]),
        spoiling=0.02 if suffix in ("csv", "jsonl") else 0,
        time=_german if german else iso_time,
        count=plain_count,
    )


def r_data(rng: random.Random) -> Form:
    """Return the form of R data with Twitter's columns."""
    kind = rng.choice(["users", "tweets"])
    columns, needed = USER_COLUMNS, ("userid", "account_creation_date")
    if kind == "tweets":
        columns, needed = TWEET_COLUMNS, ("tweetid", "userid", "tweet_time")
    chosen = tuple(column for column in columns if column in needed or rng.random() < 0.7)
    return Form(kind, "r_data", chosen, rng.choice(["rds", "rda"]), spoiling=0)


# --- rows as bytes ---------------------------------------------------------------------------------------------


def csv_record(cells: list[str], form: Form, rng: random.Random) -> bytes:
    """Return a record of CSV, without a line end."""

    def written(cell: str) -> str:
        special = any(character in cell for character in ',"\r\n') or cell != cell.strip(" ")
        if form.quoting == "all" or special or rng.random() < 0.1:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    return ",".join(written(cell or "") for cell in cells).encode("utf-8", "surrogateescape")


def csv_row(row: Row, form: Form, rng: random.Random) -> bytes:
    """Return a row as a record of CSV."""
    return csv_record([row.cells[column] for column in form.columns], form, rng)


def nested(cells: dict[str, object]) -> dict:
    """Return values by names and paths ($.user.id, $.tags[*].text, $.urls[0].url) as a JSON object."""
    tree: dict = {}
    for name, value in cells.items():
        if not name.startswith("$."):
            tree[name] = value
            continue
        *keys, last = name[2:].split(".")
        place = tree
        for key in keys:
            if key.endswith("[*]"):
                place[key[:-3]] = [{last: item} for item in value or []]
                break
            place = place.setdefault(key[:-3], [{}])[0] if key.endswith("[0]") else place.setdefault(key, {})
        else:
            place[last] = value
    return tree


def json_line(row: Row, form: Form, rng: random.Random, *, sparse: bool = True) -> bytes:
    """Return a row as a line of JSON; an absent value is null, or with `sparse` its key may be absent."""
    cells = {
        name: row.cells[column]
        for column, name in zip(form.columns, form.names, strict=True)
        if row.cells[column] is not None or not sparse or rng.random() < 0.5
    }
    cells = nested(cells)
    if form.wrap is not None:
        cells = form.wrap(cells)
    text = json.dumps(cells, ensure_ascii=False)
    # Bytes that are not UTF-8 must not be escaped.
    escaped = json.dumps(cells) if rng.random() < 0.5 and text.isprintable() else text
    return escaped.encode("utf-8", "surrogateescape")


def parquet(rows: list[Row], form: Form, path: str, rng: random.Random) -> None:
    """Write rows as a Parquet file."""
    types = {column: "VARCHAR" for column in form.columns}
    for column in form.columns:
        if column in COUNTS:
            types[column] = rng.choice(["BIGINT", "VARCHAR"])
        elif column in LIST_COLUMNS:
            types[column] = "VARCHAR[]"
        elif column in ("account_creation_date", "tweet_time"):
            types[column] = "DATE" if column == "account_creation_date" else "TIMESTAMP"
        elif column == "is_retweet":
            types[column] = "BOOLEAN"
    columns = [f"unnest(${place}::{types[column]}[])" for place, column in enumerate(form.columns, start=1)]
    named = ", ".join(
        f'{cell} AS "{name.replace(chr(34), chr(34) * 2)}"'
        for cell, name in zip(columns, form.names, strict=True)
    )
    packing = rng.choice(["zstd", "snappy", "uncompressed"])
    with duckdb.connect() as connection:
        values = [[row.cells[column] for row in rows] for column in form.columns]
        connection.execute(f"CREATE TABLE made AS SELECT {named}", values)
        connection.execute(f"COPY made TO '{path}' (FORMAT parquet, COMPRESSION {packing})")


def r_frame(rows: list[Row], form: Form, rng: random.Random) -> bytes:
    """Return rows as a serialised data frame of R."""
    writer, columns = r_files.Writer(), {}
    # A symbol is written at its first occurrence.
    start = writer.symbol("made") if form.suffix == "rda" else b""
    for column, name in zip(form.columns, form.names, strict=True):
        values = [row.cells[column] for row in rows]
        if column not in rows[0].values:
            columns[name] = r_files.strings(*values)
        elif column in COUNTS:
            columns[name] = writer.reals([None if value is None else float(value) for value in values])
        elif column == "is_retweet":
            columns[name] = r_files.logicals(*values)
        elif column in LIST_COLUMNS:
            lists = [r_files.NULL if value is None else r_files.strings(*value) for value in values]
            columns[name] = r_files.listed(*lists)
        elif column == "account_creation_date":
            days = [None if value is None else float((value - EPOCH.date()).days) for value in values]
            columns[name] = writer.reals(days, "Date")
        elif column == "tweet_time":
            seconds = [None if value is None else (value - EPOCH).total_seconds() for value in values]
            columns[name] = writer.reals(seconds, "POSIXct", "POSIXt")
        else:
            columns[name] = r_files.strings(*values)
    frame = writer.frame(len(rows), **columns)
    if form.suffix == "rda":
        return r_files.workspace(start, frame)
    return r_files.serialised(frame)
