"""What is commonest in each month, against cases worked by hand."""

import duckdb
import pytest

from takedown.content.commonest import FEWEST_POSTS, commonest_rows
from takedown.core.database import make_tables


@pytest.fixture
def tables():
    with duckdb.connect() as connection:
        make_tables(connection, 7)
        for archive_id, provenance in (("a", "release"), ("b", "replica")):
            connection.execute(
                "INSERT INTO archive BY NAME SELECT $id AS archive_id, $id AS name, 'twitter' AS platform, "
                "'operation' AS role, $source AS provenance, true AS has_accounts, true AS has_posts, "
                "DATE '2020-10-08' AS released_on, 'a file' AS source",
                {"id": archive_id, "source": provenance},
            )
        yield connection


def add_posts(
    tables, number, posted_at="2020-02-01", client="web", language="th", hashtags=(), links=(), archive="a"
):
    for _ in range(number):
        post_id = str(tables.execute("SELECT count(*) FROM post").fetchone()[0])
        tables.execute(
            "INSERT INTO post BY NAME SELECT ? AS archive_id, ? AS post_id, '1' AS account_id, ?::TIMESTAMP AS posted_at, "
            "? AS client, ? AS language, false AS is_repost",
            [archive, post_id, posted_at, client, language],
        )
        for table, values in (("post_hashtag", hashtags), ("post_url", links)):
            for place, value in enumerate(values, start=1):
                tables.execute(f"INSERT INTO {table} VALUES (?, ?, ?, ?)", [archive, post_id, place, value])


def add_account(tables, handle, is_hashed=False):
    tables.execute(
        "INSERT INTO account BY NAME SELECT 'a' AS archive_id, ? AS account_id, ? AS id_is_hashed, "
        "DATE '2019-12-08' AS created_on, ? AS screen_name",
        [handle, is_hashed, handle],
    )


def found(tables, kind, top=10, archives=("a",)):
    """Return (month, rank, value, posts) of one kind."""
    rows = list(commonest_rows(tables, {"operation": list(archives)}, top))
    return [row[2:6] for row in rows if row[1] == kind]


def test_a_value_of_fewer_posts_is_not_listed(tables):
    add_posts(tables, FEWEST_POSTS, client="web")
    add_posts(tables, FEWEST_POSTS - 1, client="Own App")
    assert found(tables, "client") == [("2020-02", 1, "web", 5)]


def test_values_are_ranked_in_their_month_and_only_the_first_are_listed(tables):
    for client, posts in (("b", 6), ("c", 7), ("a", 6), ("d", 5)):
        add_posts(tables, posts, client=client)
    add_posts(tables, 5, "2020-03-01", client="d")
    assert found(tables, "client", top=3) == [
        *(("2020-02", 1, "c", 7), ("2020-02", 2, "a", 6), ("2020-02", 3, "b", 6)),
        ("2020-03", 1, "d", 5),
    ]


def test_months_are_of_local_time(tables):
    # At UTC+7 17:00 is midnight.
    add_posts(tables, 5, "2020-01-31 16:59")
    add_posts(tables, 5, "2020-01-31 17:00")
    assert [row[0] for row in found(tables, "language")] == ["2020-01", "2020-02"]


def test_a_hashtag_counts_once_in_a_post_in_any_case(tables):
    add_posts(tables, 3, hashtags=["Korat", "KORAT"])
    add_posts(tables, 2, hashtags=["korat"])
    assert found(tables, "hashtag") == [("2020-02", 1, "korat", 5)]


@pytest.mark.parametrize(
    ("link", "domain"),
    [
        ("https://www.News.example/a?b=c", "news.example"),
        ("http://user:word@m.news.example:8080/", "m.news.example"),
        ("https://news.example", "news.example"),
        ("not a link", None),
    ],
)
def test_a_domain_is_the_host_of_a_link_without_www(tables, link, domain):
    add_posts(tables, 5, links=[link, link])
    assert [row[2:] for row in found(tables, "domain")] == ([(domain, 5)] if domain else [])


def test_handles_of_accounts_are_left_out_of_hashtags_domains_and_clients(tables):
    add_account(tables, "Somchai")
    add_posts(
        tables, 5, hashtags=["somchai", "thai"], links=["https://somchai.blog.example/"], client="@Somchai"
    )
    assert found(tables, "hashtag") == [("2020-02", 1, "thai", 5)]
    assert found(tables, "domain") == found(tables, "client") == []


def test_the_digest_of_a_hashed_account_leaves_nothing_out(tables):
    add_account(tables, "thai", is_hashed=True)
    add_posts(tables, 5, hashtags=["thai"])
    assert found(tables, "hashtag") == [("2020-02", 1, "thai", 5)]


def test_the_weakest_provenance_of_a_population_is_that_of_its_rows(tables):
    add_posts(tables, 5)
    add_posts(tables, 5, archive="b")
    assert {row[-1] for row in commonest_rows(tables, {"operation": ["a", "b"]}, 10)} == {"replica"}


def test_a_population_without_posts_has_no_row(tables):
    assert list(commonest_rows(tables, {"operation": ["a"], "control": []}, 10)) == []
