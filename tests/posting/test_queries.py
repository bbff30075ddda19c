"""The queries of posting: local days, groups of posts, cells of account and day, intervals between posts."""

import datetime

import duckdb
import numpy as np
import pytest

from takedown.core.database import make_tables, open_records, read_sql
from takedown.core.languages import shown_languages
from takedown.posting.hours import hour_matrix
from takedown.posting.rows import ask_hours, asked_subjects, other_posts, post_provenances
from takedown.statistics.calendar import LONG_WEEKDAYS, SATURDAY

POSTS = [
    # archive, account, UTC time, language, repost
    ("a", "1", "2019-06-30 15:59", "zh", False),  # Sunday 23:59 in Hong Kong
    ("a", "1", "2019-06-30 16:00", "zh", True),  # Monday 00:00
    ("a", "1", "2019-07-01 01:00", "en", False),  # Monday 09:00
    ("a", "2", "2019-07-01 09:59", "zh", False),  # Monday 17:59
    ("a", "2", "2019-07-01 09:59", None, True),
    ("b", "1", "2019-07-01 10:00", "zh", True),  # Monday 18:00
    ("b", "1", "2019-07-06 02:00", "zh", False),  # Saturday 10:00
]


@pytest.fixture(scope="module", params=[False, True], ids=["in order", "reversed"])
def connection(request: pytest.FixtureRequest) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    make_tables(connection, 8)
    connection.execute("""
        INSERT INTO archive BY NAME SELECT
            unnest(['a', 'b']) AS archive_id, '' AS name, 'twitter' AS platform, 'operation' AS role,
            unnest(['replica', 'release']) AS provenance, true AS has_accounts, true AS has_posts,
            DATE '2019-08-19' AS released_on, '' AS source
    """)
    connection.execute("""
        INSERT INTO account BY NAME
        SELECT 'a' AS archive_id, '1' AS account_id, false AS id_is_hashed, DATE '2017-08-30' AS created_on
    """)
    rows = POSTS[::-1] if request.param else POSTS
    connection.executemany(
        """
        INSERT INTO post BY NAME SELECT
            $1 AS archive_id, $2 AS account_id, $3::TIMESTAMP AS posted_at, $4 AS language, $5 AS is_repost,
            $6 AS post_id
        """,
        [(*row, str(number)) for number, row in enumerate(rows)],
    )
    counted = f"CREATE TABLE post_kind_hour AS {read_sql('posting/post_kind_hour.sql')}"
    connection.execute(counted, {"languages": ["zh"]})
    return connection


def ask(connection: duckdb.DuckDBPyConnection, name: str, **parameters) -> list[tuple]:
    return connection.execute(read_sql(f"{name}.sql"), parameters).fetchall()


@pytest.mark.parametrize(
    ("languages", "is_repost", "posts"), [([], None, 5), (["zh"], None, 3), ([], True, 2), (["zh"], False, 2)]
)
def test_a_group_takes_its_languages_and_kind(connection, languages, is_repost, posts) -> None:
    rows = ask(
        connection, "posting/post_group_hours", archives=["a"], languages=languages, is_repost=is_repost
    )
    assert sum(row[2] for row in rows) == posts
    assert {row[3] for row in rows} == {"replica"}


def test_hours_come_with_the_weakest_provenance_and_none_without_a_post(connection) -> None:
    filters = {"languages": [], "is_repost": None}
    matrix, provenance = ask_hours(connection, "post_group_hours", archives=["b", "a"], **filters)
    assert (matrix.posts.sum(), str(matrix.first_day), provenance) == (7, "2019-06-30", "replica")
    assert ask_hours(connection, "post_group_hours", archives=["c"], **filters) is None


def test_common_days_lie_between_first_and_last_post_of_both(connection) -> None:
    days = ask(connection, "posting/common_post_days", operation=["a"], control=["b"])
    assert days == [(datetime.date(2019, 7, 1), datetime.date(2019, 7, 1))]
    alone = ask(connection, "posting/common_post_days", operation=["b"], control=["c"])
    assert alone == [(datetime.date(2019, 7, 1), datetime.date(2019, 7, 6))]
    assert ask(connection, "posting/common_post_days", operation=["c"], control=["c"]) == [(None, None)]


def test_cells_count_local_office_hours_and_weekends_by_account_and_day(connection) -> None:
    rows = ask(
        connection,
        "posting/account_days",
        first_archives=["a"],
        second_archives=["b"],
        first_day=datetime.date(2019, 6, 30),
        last_day=datetime.date(2019, 7, 6),
        office_start=9,
        office_end=18,
        weekend=SATURDAY,
    )
    # in_first, account, day, posts, office_posts, weekend_posts
    assert rows == [
        (True, 0, 0, 1, 0, 1),
        (True, 0, 1, 2, 1, 0),
        (True, 1, 1, 2, 2, 0),
        (False, 2, 1, 1, 0, 0),
        (False, 2, 6, 1, 0, 1),
    ]


def test_intervals_are_of_neighbouring_posts_of_one_account_and_ties_are_counted(connection) -> None:
    span = {"first_day": "2019-06-30", "last_day": "2019-07-06"}
    rows = ask(connection, "posting/post_intervals", archives=["a", "b"], **span)
    # intervals, mean, deviation, median, same_minute, batch
    assert rows == [
        (2, 270.5, 269.5, 270.5, 0, "2017-08-30"),
        (1, 0.0, 0.0, 0.0, 1, "2"),
        (1, 6720.0, 0.0, 6720.0, 0, "1"),
    ]


def test_posts_outside_the_span_make_no_interval(connection) -> None:
    span = {"first_day": "2019-07-01", "last_day": "2019-07-01"}
    rows = ask(connection, "posting/post_intervals", archives=["a", "b"], **span)
    assert [(row[0], row[1]) for row in rows] == [(1, 540.0), (1, 0.0)]


def test_posts_have_the_provenance_of_their_archives(connection) -> None:
    assert ask(connection, "core/post_provenance", archives=["a", "b"]) == [("release",), ("replica",)]


def test_the_provenance_of_posts_is_the_weakest_of_the_archives_that_have_some():
    with open_records([], utc_offset_hours=8) as connection:
        for archive, provenance, has_posts in (
            ("a", "release", True),
            ("b", "replica", True),
            ("c", "aggregate", False),
        ):
            connection.execute(
                "INSERT INTO archive (archive_id, name, platform, role, provenance, has_accounts, has_posts, released_on, source) "
                "VALUES (?, '', 'twitter', '', ?, true, ?, '2019-08-19', '')",
                [archive, provenance, has_posts],
            )
        subjects = {"one": ["a"], "both": ["a", "b"], "with none": ["a", "c"], "none": ["c"]}
        assert post_provenances(connection, subjects) == {
            "one": "release",
            "both": "replica",
            "with none": "release",
        }


@pytest.fixture
def hours() -> duckdb.DuckDBPyConnection:
    """Return a table post_hour with posts of seven languages in archive a, and more in archive b."""
    connection = duckdb.connect()
    make_tables(connection, 7)
    posts = {"und": 900, "qme": 800, "en": 700, "th": 700, "ja": 300, "ko": 200, "fr": 150, "vi": 99}
    rows = [("a", language, number) for language, number in posts.items()] + [("b", "vi", 5000)]
    connection.executemany(
        "INSERT INTO post_hour BY NAME SELECT $1 AS archive_id, $2 AS language, DATE '2020-02-03' AS posted_on, "
        "10 AS hour, $3 AS posts, 'release' AS provenance",
        rows,
    )
    return connection


def test_the_commonest_languages_are_those_of_the_series_and_no_undetermined_one(hours) -> None:
    assert shown_languages(hours, ["a"], "commonest") == ("en", "th", "ja", "ko")


def test_a_language_of_few_posts_is_not_shown(hours) -> None:
    hours.execute("DELETE FROM post_hour WHERE language IN ('en', 'th', 'ja')")
    assert shown_languages(hours, ["a"], "commonest") == ("ko", "fr")


def test_languages_that_the_configuration_names_are_shown_as_they_are(hours) -> None:
    assert shown_languages(hours, ["a"], ["zh", "en"]) == ("zh", "en")


def test_the_series_is_asked_by_language_and_whole() -> None:
    assert asked_subjects({"operation": ["a", "b"]}, "c", ("th",)) == {
        "operation": {"archives": ["a", "b"], "languages": []},
        "th": {"archives": ["c"], "languages": ["th"]},
        "all": {"archives": ["c"], "languages": []},
    }


def test_office_days_of_another_weekend_are_sunday_to_thursday(connection) -> None:
    filters = {"first_archives": ["a", "b"], "second_archives": [], "office_start": 0, "office_end": 24}
    filters |= {"first_day": "2019-06-30", "last_day": "2019-07-06", "weekend": LONG_WEEKDAYS.index("Friday")}
    rows = ask(connection, "posting/account_days", **filters)
    # 30 June 2019 was a Sunday; 5 and 6 July were Friday and Saturday.
    assert {row[2] for row in rows if row[4]} <= {0, 1, 2, 3, 4}
    assert {row[2] for row in rows if row[5]} == {6}
    assert all(row[3] == row[4] + row[5] for row in rows)


def test_a_series_that_is_the_operation_is_measured_once() -> None:
    languages = ("th", "en")
    assert [*asked_subjects({"operation": ["a"], "control": []}, "a", languages)] == [
        *("operation", "control", "th", "en")
    ]
    assert "all" in asked_subjects({"operation": ["a", "b"], "control": []}, "a", languages)


def test_posts_in_no_language_shown_are_the_rest() -> None:
    days = np.array(["2020-02-03", "2020-02-04"], "datetime64[D]")
    whole = hour_matrix(days, np.array([9, 10]), np.array([5, 3]))
    thai = hour_matrix(days[1:], np.array([10]), np.array([3]))
    rest = other_posts({"all": whole, "th": thai})
    assert rest is not None and rest.posts.sum(axis=1).tolist() == [5, 0]
    assert other_posts({"all": thai, "th": thai}) is None
