"""Write small files, ingest them and read the tables; shared by the tests of ingestion."""

import csv
import io
from functools import cached_property
from pathlib import Path

import duckdb
import pytest

from takedown.core.database import view_records
from takedown.ingest.layout import TWEET_COLUMNS
from takedown.ingest.mapping import find_layout
from takedown.ingest.read import ingest
from takedown.ingest.record import TABLES

LIMITS = {"memory_mb": 300, "threads": 2, "largest_bytes": 1e9, "largest_ratio": 200}
LIST_HEADER = b"userid,account_creation_date,follower_count,following_count,statuses_count\n"


class Ingested:
    """The tables of one ingestion, as lists of rows."""

    def __init__(self, outputs: dict[str, Path]):
        self.outputs = outputs

    @cached_property
    def _tables(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(config={"threads": 1})
        view_records(connection, {table: [path] for table, path in self.outputs.items()})
        return connection

    def close(self) -> None:
        """Close the files that `rows` opened."""
        self._tables.close()

    def rows(self, table: str, columns: str = "* EXCLUDE (archive_id)") -> list[tuple]:
        return self._tables.execute(f"SELECT {columns} FROM {table}").fetchall()

    def account(self) -> tuple:
        """Return the rows read, kept, duplicate, rejected and repeated headers of the only file."""
        [counts] = self.rows("row_account", "* EXCLUDE (archive_id, file, rows_not_asked)")
        return counts

    def rejected(self) -> list[tuple]:
        return self.rows("rejected_row", "record, column_name, reason")

    def unreadable(self) -> dict[str, int]:
        return dict(self.rows("unreadable_value", "column_name, unreadable"))


def ingest_files(kind: str, paths, folder: Path, layout: str = "twitter_release", **limits) -> Ingested:
    outputs = {table: folder / f"{table}.parquet" for table in TABLES[kind]}
    ingest(kind, paths, "a", layout, outputs, scratch=folder / "scratch", **(LIMITS | limits))
    assert not list((folder / "scratch").iterdir())
    return Ingested(outputs)


@pytest.fixture
def ingest_list(tmp_path):
    """Return a function that ingests the bytes of an account list."""

    def run(data: bytes, **limits) -> Ingested:
        (tmp_path / "list.csv").write_bytes(data)
        return ingest_files("users", tmp_path / "list.csv", tmp_path / "out", "account_list", **limits)

    return run


def quoted(rows: list[dict | list], columns=TWEET_COLUMNS) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(c, "") for c in columns] if isinstance(row, dict) else row for row in rows)
    return text.getvalue().encode()


def tweet(post_id: str = "1161000000000000001", **values: str) -> dict:
    return {
        "tweetid": post_id,
        "userid": "77",
        "tweet_time": "2019-08-12 09:41",
        "is_retweet": "false",
    } | values


@pytest.fixture
def ingest_posts(tmp_path):
    """Return a function that ingests tweets, given as dictionaries of their columns."""

    def run(*tweets: dict) -> Ingested:
        (tmp_path / "tweets.csv").write_bytes(quoted(list(tweets)))
        return ingest_files("tweets", [tmp_path / "tweets.csv"], tmp_path / "out")

    return run


def line(number: int) -> bytes:
    return b"%d,2017-08-30,1,2,3\n" % number


def mapped(kind: str, columns: dict, ids: str = "twitter", **further):
    entry = {"layout": "mapped", "mapping": {"ids": ids, kind: {"columns": columns} | further}}
    return find_layout("mine", entry, kind)


@pytest.fixture
def ingest_mapped(tmp_path):
    """Ingest bytes under a name, by a mapping."""

    def run(name: str, data: bytes, kind: str, columns: dict, ids: str = "twitter", only=None, **further):
        (tmp_path / name).write_bytes(data)
        layout = mapped(kind, columns, ids, **further)
        return ingest_files(kind, tmp_path / name, tmp_path / "out", layout, only_accounts=only)

    return run


@pytest.fixture
def ingest_parquet(ingest_mapped, tmp_path):
    def run(query: str, kind: str, columns: dict, **further):
        duckdb.sql(query).write_parquet(str(tmp_path / "made.parquet"))
        return ingest_mapped("x.parquet", (tmp_path / "made.parquet").read_bytes(), kind, columns, **further)

    return run
