"""Each query against rows made by hand: six posts of three of four accounts."""

import pytest

from takedown.core.database import read_sql
from tests.reported.reported_study import made_database

KEYWORDS = {
    "language": "en",
    "clean": True,
    "words": ["hong kong", "hk", "police"],
    "without": [],
    "without_clean": [],
    "kind": "all",
}


@pytest.fixture(scope="module")
def connection():
    return made_database()


def ask(connection, name: str, **parameters) -> dict:
    rows = connection.execute(read_sql(f"reported/{name}.sql"), {"archives": ["a"], **parameters}).fetchall()
    return dict(rows)


@pytest.mark.parametrize(
    ("name", "parameters", "answer"),
    [
        (
            "creation_totals",
            {},
            {
                "accounts": "4",
                "creation_dates": "3",
                "first_year": "2017",
                "first_month": "2017-08",
                "last_month": "2019-06",
                "fullest_month": "2017-08",
            },
        ),
        ("creation_languages", {}, {"en": 1, "fr": 1, "zh-cn": 1, "zh-tw": 1}),
        ("creation_language_share", {"prefix": "zh"}, {"": 0.5}),
        ("creation_months", {}, {"2017-08": 2, "2017-09": 1, "2019-06": 1}),
        ("creation_period", {"since": "2017-08-19", "until": "2019-06-01"}, {"accounts": 2, "share": 0.5}),
        ("creation_days_share", {"days": ["2017-08-18", "2018-01-01"]}, {"": 0.5}),
        (
            "followers",
            {},
            {
                "followers_max": 8,
                "followers_mean": 3,
                "followers_sum": 12,
                "following_sum": 6,
                "without_followers": 2,
            },
        ),
        (
            "profiles",
            {},
            {
                "share_without_description": 0.75,
                "with_description": 1,
                "with_profile_url": 1,
                "with_reported_location": 2,
            },
        ),
        (
            "posting_accounts",
            {},
            {
                "account_languages": 3,
                "creation_dates": 2,
                "followers_mean": 4,
                "reported_locations": 1,
                "without_posts": 1,
            },
        ),
        ("posting_accounts_months", {"languages": [], "originals": False}, {"2017-08": 2, "2017-09": 1}),
        ("posting_accounts_months", {"languages": ["en", "zh"], "originals": True}, {"2017-08": 1}),
        ("fullest_creation_day", {"since": "2019-01-01"}, {"": 2}),
        (
            "posts_totals",
            {},
            {
                **{
                    "posts": "6",
                    "accounts": "3",
                    "first": "2016-12-31 16:30:00",
                    "last": "2019-06-08 23:59:00",
                },
                **{"language_missing": "1", "retweets": "2", "retweets_of_accounts": "1"},
                **{"replies": "1", "replies_to_accounts": "2", "quotes": "1"},
            },
        ),
        ("posts_months", {"languages": [], "kind": "all"}, {"2016-12": 1, "2017-01": 1, "2019-06": 4}),
        ("posts_months", {"languages": ["zh"], "kind": "retweets"}, {"2017-01": 1}),
        ("posts_months", {"languages": ["zh"], "kind": "originals"}, {"2016-12": 1}),
        ("posts_years", {"retweets": False}, {"2016": 1, "2017": 1, "2019": 4}),
        ("posts_years", {"retweets": True}, {"2017": 1, "2019": 1}),
        ("posts_languages", {}, {"en": 3, "zh": 2}),
        ("posts_language_share", {"languages": ["zh"]}, {"": pytest.approx(1 / 3)}),
        ("posts_clients", {"languages": []}, {"Bot": 3, "Web": 3}),
        ("posts_clients", {"languages": ["zh"]}, {"Web": 2}),
        ("posts_since", {"since": "2019-06-01"}, {"posts": 4, "share": pytest.approx(2 / 3)}),
        ("fullest_day", {"since": "2017-01-01", "until": "2019-06-03"}, {"": 2}),
        ("posts_distinct", {}, {"languages": 2, "minutes": 4, "texts": 6}),
        # 香港 and HK; hk; 香港; none of three others.
        ("hashtag_lists", {}, {"": 4}),
        ("text_retweets", {}, {"originals": 3, "retweets": 3, "share": 0.5}),
        ("originals", {"languages": ["en", "zh"]}, {"": 2}),
        ("originals_languages", {}, {"en": 1, "zh": 1}),
        # 16:30 on the last day of 2016 is 2017 in Hong Kong.
        ("originals_years", {"languages": ["en", "zh"], "utc_offset_hours": 8}, {"2017": 1, "2019": 1}),
        (
            "originals_texts_months",
            {"languages": ["en", "zh"], "utc_offset_hours": 8},
            {"2017-01": 1, "2019-06": 1},
        ),
        ("originals_account_languages", {"languages": ["en", "zh"]}, {"zh-cn": 2}),
        (
            "posts_hours_share",
            {"languages": ["en"], "utc_offset_hours": 8, "first_hour": 9, "last_hour": 11},
            {"": pytest.approx(2 / 3)},
        ),
        ("posts_weekend_share", {"languages": ["en"]}, {"": pytest.approx(1 / 3)}),
        ("mentions", {"since": "2019-01-01"}, {"handles": 2, "mentions": 2}),
        ("mentions_of_accounts", {"since": "2017-01-01", "keys": ["500", "900"]}, {"500": 2}),
        ("retweeted_handles", {"since": "2016-01-01"}, {"handles": 2}),
        ("retweets_of_handles", {"since": "2019-01-01", "keys": ["@army"]}, {"@army": 1}),
        ("replied_accounts", {"since": "2019-01-01"}, {"accounts": 1, "accounts_50": 0, "top10_share": 1}),
        ("replies_to_accounts", {"since": "2019-01-01", "keys": ["b", "c"]}, {"b": 2}),
        ("hashtags", {"keys": ["HK", "香港"]}, {"HK": 1, "香港": 2}),
        ("hashtag_posts", {"keys": ["HK"], "languages": []}, {"HK": 2}),
        ("hashtag_posts", {"keys": ["HK"], "languages": ["zh"]}, {"HK": 1}),
        ("hashtags_topic", {"within": ["香"], "equal": ["hk"]}, {"": 3}),
        ("link_domains", {"keys": ["cgtn.com", "com"]}, {"cgtn.com": 2, "com": 2}),
        ("links_to_domains", {"domains": ["cgtn.com", "notcgtn.com"]}, {"": 2}),
        ("posts_with_text", {"text": "香港"}, {"posts": 2, "share": pytest.approx(1 / 3)}),
        (
            "charted_hours",
            {"languages": ["zh"]},
            {
                "posts": 7,
                "share_08_18": 1,
                "share_09_17": pytest.approx(4 / 7),
                "share_weekend": pytest.approx(2 / 7),
            },
        ),
        ("charted_months", {"languages": ["zh", "en"]}, {"2019-06": 7, "2019-07": 1}),
        ("charted_days", {"languages": ["zh"]}, {"2019-06-07": 5}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_query_counts_what_its_first_line_says(connection, name, parameters, answer):
    assert ask(connection, name, **parameters) == answer


def test_engagement_tells_sums_from_means_over_posts_with_a_count(connection):
    answer = ask(connection, "engagement")
    # Five of six posts have a number of quotes.
    assert (answer["quotes"], answer["quotes_per_post"], answer["quotes_mean"]) == (
        1,
        pytest.approx(1 / 6),
        0.2,
    )
    assert (answer["likes"], answer["likes_mean"], answer["likes_max"], answer["retweets_max"]) == (
        6,
        1,
        4,
        0,
    )
    assert answer["all_per_post"] == pytest.approx(7 / 6)


def test_retweeting_accounts_have_a_mean_and_the_deviation_of_all_of_them(connection):
    answer = ask(connection, "retweeting_accounts")
    assert answer == {"accounts": 2, "days_mean": 1, "days_sd": 0, "retweets_mean": 1, "retweets_sd": 0}


def test_a_post_with_two_words_counts_twice_and_cleaning_takes_marks_away(connection):
    answer = ask(connection, "keyword_posts", **KEYWORDS)
    # Post 12 has "police" and "hong kong", post 13 "hk"; post 14 has none of them.
    assert answer == {
        "posts": 3,
        "originals": 2,
        "retweets": 1,
        "retweet_share": pytest.approx(1 / 3),
        "accounts": 2,
        "texts": 2,
    }


@pytest.mark.parametrize(
    ("changes", "posts"),
    [
        ({"clean": False}, 1),  # "Police" and "Hong Kong" begin with capitals, "hk" does not
        ({"kind": "originals"}, 2),
        ({"without": ["Police"]}, 1),
        ({"without_clean": ["police"]}, 1),
        ({"words": [""], "clean": False}, 3),
        ({"language": "zh", "clean": False, "words": ["香港"]}, 2),
        ({"language": "zh", "clean": False, "words": ["香港", "美國"]}, 3),
        ({"language": "zh", "clean": False, "words": ["香港"], "without": ["police"]}, 1),
    ],
)
def test_keywords_are_found_as_asked(connection, changes, posts):
    assert ask(connection, "keyword_posts", **(KEYWORDS | changes))["posts"] == posts


def test_what_can_answer_is_real(connection):
    assert connection.execute(read_sql("reported/basis.sql")).fetchall() == [
        ("a", "accounts", "release"),
        ("a", "creation days", "release"),
        ("a", "posting hours", "aggregate"),
        ("a", "posts", "release"),
    ]


def test_cells_of_reposts_number_the_accounts(connection):
    rows = connection.execute(read_sql("reported/repost_cells.sql"), {"archives": ["a"]}).fetchall()
    assert [(account, posts, reposts) for account, _, posts, reposts in rows] == [
        *((0, 1, 0), (0, 1, 1), (0, 1, 0), (1, 1, 1), (1, 1, 0), (2, 1, 0))
    ]


def test_accounts_co_post_within_the_window_and_not_with_themselves():
    connection = made_database()
    acts = [
        ("x1", "1", "2019-07-01 00:00", "same", None),
        ("x2", "1", "2019-07-01 00:00", "same", None),
        ("x3", "2", "2019-07-01 00:01", "same", None),
        ("x4", "3", "2019-07-01 00:03", "same", None),
        ("x5", "3", "2019-07-02 00:00", "RT one", "7"),
        ("x6", "4", "2019-07-02 00:01", "RT other words", "7"),
    ]
    connection.execute("DELETE FROM post")
    connection.executemany(
        """INSERT INTO post BY NAME SELECT 'a' AS archive_id, $1 AS post_id, $2 AS account_id, $3::TIMESTAMP AS posted_at,
        $4 AS text, $5 AS reposted_post_id, $5 IS NOT NULL AS is_repost""",
        acts,
    )
    query = read_sql("reported/co_posting.sql")
    for seconds, in_company in ((60, 4), (59, 0), (120, 4)):
        found = connection.execute(query, {"archives": ["a"], "window_seconds": seconds}).fetchone()
        assert found == (4, in_company)
