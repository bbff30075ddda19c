"""The queries that feed the measures: which rows they take, and in which order."""

import duckdb
import pytest

from takedown.core.database import make_tables, read_sql


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    make_tables(connection, 8)
    connection.execute("""
        INSERT INTO creation_day VALUES
            ('b', '2019-01-02', 'zh', 1, 'aggregate'), ('a', '2019-01-02', 'zh', 2, 'release'),
            ('a', '2019-01-02', 'en', 4, 'release'), ('c', '2019-01-01', 'en', 8, 'replica')
    """)
    connection.execute("""
        INSERT INTO creation_instant VALUES
            ('b', '2019-01-02 00:00:01.5', 0.001, 1, 'release'), ('a', '2019-01-02 00:00:01.5', 0.001, 2, 'release'),
            ('c', '2019-01-02', 0.001, 4, 'release')
    """)
    connection.execute("""
        INSERT INTO post_hour VALUES
            ('a', 'zh', '2019-01-02', 5, 1, 'release'), ('a', 'en', '2019-01-02', 5, 2, 'release'),
            ('a', NULL, '2019-01-02', 5, 4, 'release'), ('b', 'zh', '2019-01-01', 3, 8, 'release')
    """)
    return connection


def ask(connection: duckdb.DuckDBPyConnection, name: str, **parameters) -> list[tuple]:
    return connection.execute(read_sql(f"{name}.sql"), parameters).fetchall()


def test_creation_counts_add_languages_and_keep_archives_apart(connection: duckdb.DuckDBPyConnection) -> None:
    rows = ask(connection, "creation/creation_counts", archives=["b", "a"])
    assert [row[1:] for row in rows] == [("a", 6, "release"), ("b", 1, "aggregate")]


def test_creation_instants_are_milliseconds_of_all_archives_asked_for(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert ask(connection, "creation/creation_instants", archives=["a", "b"]) == [
        (1546387201500, 3, "release")
    ]


def test_posting_hours_of_no_language_are_those_of_all(connection: duckdb.DuckDBPyConnection) -> None:
    assert [row[1:3] for row in ask(connection, "posting/posting_hours", archives=["a"], languages=[])] == [
        (5, 7)
    ]
    assert [
        row[1:3] for row in ask(connection, "posting/posting_hours", archives=["a"], languages=["en"])
    ] == [(5, 2)]


@pytest.mark.parametrize("name", ["creation/creation_counts", "creation/creation_instants"])
def test_a_population_of_no_archive_has_no_row(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    assert ask(connection, name, archives=[]) == []
