"""Behind each edge are the two posts of each act that the accounts shared in time, with their texts."""

import datetime as dt
import hashlib

import duckdb
import pytest

from takedown.coordination.edge_evidence import write_edge_evidence
from takedown.core.database import make_tables

NOON = dt.datetime(2019, 8, 19, 12)
COLUMNS = "trace, account_a, account_b, object, post_a, text_a, post_b, text_b"


@pytest.fixture
def written(tmp_path):
    """Return a function that writes events (account, object, second) and edges, and reads the evidence back."""

    def write(events, edges, columns=COLUMNS):
        with duckdb.connect() as connection:
            make_tables(connection, 0)
            connection.execute(
                "CREATE TABLE event (trace VARCHAR, archive_id VARCHAR, post_id VARCHAR, account VARCHAR, object VARCHAR, time TIMESTAMP);"
                "CREATE TABLE edge (trace VARCHAR, account_a VARCHAR, account_b VARCHAR, significant BOOLEAN, days_together INTEGER, "
                "grade VARCHAR, sensitivity DOUBLE, shared_schedule BOOLEAN);"
                "INSERT INTO archive (archive_id, name, platform, role, provenance, has_accounts, has_posts, released_on, source) "
                "VALUES ('x', '', 'twitter', '', 'release', true, true, '2019-08-19', '')"
            )
            for number, (account, thing, second) in enumerate(events):
                time = NOON + dt.timedelta(seconds=second)
                connection.execute(
                    "INSERT INTO event VALUES ('t', 'x', ?, ?, ?, ?)", [str(number), account, thing, time]
                )
                connection.execute(
                    "INSERT INTO post (archive_id, post_id, account_id, posted_at, is_repost, text) VALUES ('x', ?, ?, ?, false, ?)",
                    [str(number), account, time, f"text {number}"],
                )
            connection.executemany(
                "INSERT INTO edge SELECT 't', a, b, real, 3, 'A', 2, NOT real FROM (SELECT ? AS a, ? AS b, ? AS real)",
                edges,
            )
            for table in ("event", "edge", "post", "archive"):
                connection.table(table).write_parquet(str(tmp_path / f"{table}.parquet"))
        rows = write_edge_evidence(
            *(tmp_path / "edge.parquet", [tmp_path / "event.parquet"]),
            [tmp_path / "archive.parquet", tmp_path / "post.parquet"],
            tmp_path / "evidence.parquet",
            **{"window_seconds": 60, "scratch": tmp_path / "scratch", "memory_mb": 300},
        )
        found = duckdb.sql(f"SELECT {columns} FROM '{tmp_path}/evidence.parquet'").fetchall()
        assert rows == len(found)
        return found

    return write


def test_each_two_posts_on_one_object_within_the_window_are_listed_once(written):
    events = [
        ("a", "o", 0),
        ("b", "o", 60),
        ("b", "o", 61),
        ("b", "other", 0),
        ("a", "p", 500),
        ("b", "p", 450),
    ]
    assert written(events, [("a", "b", True)]) == [
        ("t", "a", "b", "o", "0", "text 0", "1", "text 1"),
        ("t", "a", "b", "p", "4", "text 4", "5", "text 5"),
    ]


def test_the_digests_are_those_of_the_published_network(written):
    digests = [f"a{hashlib.sha256(f'x {name}'.encode()).hexdigest()[:15]}" for name in "ab"]
    found = written([("a", "o", 0), ("b", "o", 60)], [("a", "b", True)], "digest_a, digest_b")
    assert found == [tuple(digests)]


def test_only_significant_edges_have_evidence(written):
    events = [("a", "o", 0), ("b", "o", 1), ("c", "o", 2)]
    edges = [("a", "b", False), ("a", "c", True)]
    assert [row[1:3] for row in written(events, edges)] == [("a", "c")]


def test_a_population_without_edges_has_no_evidence(written):
    assert written([("a", "o", 0), ("b", "o", 1)], [("a", "b", False)]) == []
