"""Each kind of dirty value: read, or null and counted, or the reason to reject its row."""

from datetime import date, datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.core.database import open_records, read_sql
from takedown.core.errors import InputError
from tests.ingest_files import LIST_HEADER, ingest_files, line, quoted, tweet


def test_columns_and_types_are_those_of_the_schema(ingest_posts, ingest_list):
    described = "SELECT column_name, column_type FROM (DESCRIBE {})"
    tables = {
        **dict.fromkeys(("account", "rounded_id"), ingest_list(LIST_HEADER + line(1))),
        **dict.fromkeys(("post", "post_hashtag", "post_url", "post_mention"), ingest_posts(tweet())),
    }
    with duckdb.connect() as connection:
        connection.execute(read_sql("core/schema.sql"))
        for table, result in tables.items():
            schema = connection.execute(described.format(table)).fetchall()
            with open_records(result.outputs.values(), utc_offset_hours=0) as records:
                made = records.execute(described.format(table)).fetchall()
            # Parquet keeps milliseconds as such; they are read as a TIMESTAMP.
            assert made == [(name, kind.replace("TIMESTAMP_MS", "TIMESTAMP")) for name, kind in schema], table


def test_a_snowflake_id_gives_the_instant_of_creation(ingest_list):
    ids = (b"919755217121316864", b"4398046511104", b"4398046511103", b"9999999999999999999")
    rows = ingest_list(LIST_HEADER + b"".join(b"%s,2017-10-16,,,\n" % i for i in ids)).rows(
        "account", "account_id, created_at"
    )
    assert dict(rows) == {
        "919755217121316864": datetime(2017, 10, 16, 2, 41, 46, 644000),
        "4398046511104": datetime(2010, 11, 4, 2, 0, 23, 233000),
        "4398046511103": None,
        "9999999999999999999": None,
    }


def test_both_forms_of_dates(ingest_list):
    days = {
        "2017-08-30": date(2017, 8, 30),
        "7/3/2018": date(2018, 7, 3),
        "12/31/2018 23:59": date(2018, 12, 31),
    }
    days |= {" 2017-08-31 ": date(2017, 8, 31), "2017-08-30 10:00:01": date(2017, 8, 30)}
    data = "".join(f"{number},{text},,,\n" for number, text in enumerate(days))
    rows = ingest_list(LIST_HEADER + data.encode()).rows("account", "created_on")
    assert [day for (day,) in rows] == list(days.values())


def test_what_is_no_date_is_rejected(ingest_list):
    texts = ["", "never", "epoch", "infinity", "30/8/2017", "2017-02-30", "7/3/18", "43000", "0017-08-30"]
    rows = [f"1,{text},,,\n" for text in texts]
    result = ingest_list(LIST_HEADER + "".join([*rows, "2,2017-08-30,,,\n"]).encode())
    assert result.rejected() == [
        (record, "account_creation_date", "unreadable_date") for record, _ in enumerate(texts, 2)
    ]


def test_what_is_no_id_is_rejected_and_never_guessed(ingest_list):
    reasons = {"": "missing_id", "   ": "missing_id", "1.01421E+18": "spreadsheet_ruined_id"}
    reasons |= {"1E+18": "spreadsheet_ruined_id", "nan": "unrecognised_id", "-5": "unrecognised_id"}
    reasons |= {"1014210000000000000.0": "spreadsheet_ruined_id"}
    data = "".join(f"{text},2018-01-01,1,1,1\n" for text in reasons)
    result = ingest_list(LIST_HEADER + data.encode() + line(1))
    assert result.rejected() == [
        (record, "userid", reason) for record, reason in enumerate(reasons.values(), 2)
    ]
    assert result.account() == (8, 1, 0, 7, 0)


def test_hashed_ids_are_known_and_blanks_around_ids_trimmed(ingest_list):
    digest = b"q2SMGvHasu+nugbpNMDCjr2qlZp3FCiGYDLht+gW5pw="
    rows = ingest_list(LIST_HEADER + b'" 77 ",2018-01-01,,,\n%s,2018-01-01,,,\n' % digest).rows(
        "account", "account_id, id_is_hashed"
    )
    assert rows == [("77", False), (digest.decode(), True)]


def test_hexadecimal_ids_of_64_characters_are_hashed_ids_on_every_platform(ingest_list, ingest_mapped):
    digest = "0f" * 32
    data = f"userid,account_creation_date\n{digest},2016-01-01\n".encode()
    assert ingest_list(data).rows("account", "account_id, id_is_hashed") == [(digest, True)]
    columns = {"account_id": "userid", "created_on": "account_creation_date"}
    result = ingest_mapped("u.csv", data, "users", columns, "any")
    assert result.rows("account", "account_id, id_is_hashed") == [(digest, True)]


def test_counts_that_are_none_become_null_and_are_counted(ingest_list):
    result = ingest_list(
        LIST_HEADER + b"1,2018-01-01,0.0,nan,1e6\n2,2018-01-01,12,1.5,\n3,2018-01-01,-1, 7 ,\n"
    )
    counts = result.rows("account", "follower_count, following_count, post_count")
    assert counts == [(0, None, None), (12, None, None), (None, 7, None)]
    assert result.unreadable() == {"follower_count": 1, "following_count": 2, "statuses_count": 1}


def test_values_of_rejected_and_duplicate_rows_are_not_counted_as_unreadable(ingest_list):
    result = ingest_list(LIST_HEADER + line(1) + b"1,2018-01-01,nan,1,1\nx,2018-01-01,nan,1,1\n")
    assert result.unreadable() == {}


LISTS = [
    ("['a', 'b']", ["a", "b"]),
    ('["it\'s"]', ["it's"]),
    ("""['a', "b's", 'c']""", ["a", "b's", "c"]),
    ("[a, b]", ["a", "b"]),
    ("[香港]", ["香港"]),
    ("['香港', '😀']", ["香港", "😀"]),
    ("[u'a', u'b']", ["a", "b"]),
    ("['a, b']", ["a, b"]),
    (r"['a\\b', 'c\'d\"e', '\u200b\xa0\n']", ["a\\b", "c'd\"e", "\u200b\xa0\n"]),
    ("[http://x.y/z?a=1]", ["http://x.y/z?a=1"]),
    ("['a','b']", ["a", "b"]),
    ("[]", []),
    ("", []),
    ("['']", []),
]


def test_lists(ingest_posts):
    result = ingest_posts(
        *(tweet(f"{i:02}", hashtags=t, urls=t, user_mentions=t) for i, (t, _) in enumerate(LISTS))
    )
    expected = [
        (f"{i:02}", place, value)
        for i, (_, values) in enumerate(LISTS)
        for place, value in enumerate(values, 1)
    ]
    for table in ("post_hashtag", "post_url", "post_mention"):
        assert result.rows(table, "post_id, position, value") == expected
    assert result.unreadable() == {}


def test_links_that_are_not_quoted_may_contain_commas(ingest_posts):
    links = {
        "[http://x.example/w/1,114871,16393.html]": ["http://x.example/w/1,114871,16393.html"],
        "[http://x.example/1,2,https://y.example/, ftp://z/1]": [
            "http://x.example/1,2",
            "https://y.example/",
            "ftp://z/1",
        ],
        "[http://x.example/a(it's)]": ["http://x.example/a(it's)"],
    }
    result = ingest_posts(*(tweet(str(i), urls=text) for i, text in enumerate(links)))
    assert [row[-1] for row in result.rows("post_url")] == [
        link for items in links.values() for link in items
    ]
    assert result.unreadable() == {}


def test_hashtags_and_mentions_are_stored_without_their_marks(ingest_posts):
    result = ingest_posts(
        tweet("1", hashtags="['#a', 'b', '＃香港', '#', 'c#']", user_mentions="['@anna', '5']"),
        tweet("2", hashtags=r'["\u0023d"]', user_mentions="[@eve, ＠x]"),
    )
    hashtags, mentions = (result.rows(f"post_{kind}", "position, value") for kind in ("hashtag", "mention"))
    assert hashtags == [(1, "a"), (2, "b"), (3, "香港"), (4, "c#"), (1, "d")]
    assert mentions == [(1, "anna"), (2, "5"), (1, "eve"), (2, "x")]


def test_what_is_no_list_is_counted(ingest_posts):
    texts = ["nan", "['a', 'b'", "['a' 'b']", "['a]"]
    result = ingest_posts(*(tweet(str(i), hashtags=text) for i, text in enumerate(texts)))
    assert (result.rows("post_hashtag"), result.unreadable()) == ([], {"hashtags": 4})


def test_a_list_that_escapes_what_no_character_is_leaves_the_file_readable(ingest_posts):
    texts = [
        r"['\ud83d']",
        r"['\U00110000']",
        r"['\UFFFFFFFF']",
        r"['a\\ud83d', 'b']",
        r'["\ud83d\ude42\u00e9"]',
    ]
    result = ingest_posts(*(tweet(str(i), hashtags=text) for i, text in enumerate(texts)))
    assert [row[-1] for row in result.rows("post_hashtag")] == [r"a\ud83d", "b", "🙂é"]
    assert (result.account(), result.unreadable()) == ((5, 5, 0, 0, 0), {"hashtags": 3})


@settings(max_examples=10, deadline=None)
@given(lists=st.lists(st.lists(st.text(min_size=1), max_size=4), min_size=1, max_size=12))
def test_lists_of_any_text_come_back_as_python_wrote_them(tmp_path_factory, lists):
    folder = tmp_path_factory.mktemp("lists")
    lists = [[item.encode("utf-8", "replace").decode() for item in items] for items in lists]
    (folder / "t.csv").write_bytes(quoted([tweet(str(i), urls=repr(items)) for i, items in enumerate(lists)]))
    result = ingest_files("tweets", folder / "t.csv", folder / "out")
    expected = [(str(i), place, item) for i, items in enumerate(lists) for place, item in enumerate(items, 1)]
    assert sorted(result.rows("post_url")) == sorted(expected)


def test_a_post_is_typed(ingest_posts):
    result = ingest_posts(
        tweet(
            tweet_language="ZH",
            tweet_text='two\nlines, "quoted" 😀',
            tweet_client_name="Twitter Web Client",
            is_retweet="True",
            retweet_tweetid="1160000000000000001",
            retweet_userid="5",
            latitude="absent",
            like_count="3.0",
            poll_choices="['yes', 'no']",
        )
    )
    columns = "account_id, posted_at, decoded_at, language, text, client, is_repost, reposted_post_id"
    columns += ", reposted_account_id, has_coordinates, like_count, quote_count, poll_choices"
    assert result.rows("post", columns) == [
        (
            "77",
            datetime(2019, 8, 12, 9, 41),
            datetime(2019, 8, 12, 19, 42, 24, 993000),
            "zh",
            'two\nlines, "quoted" 😀',
            "Twitter Web Client",
            True,
            "1160000000000000001",
            "5",
            False,
            3,
            None,
            ["yes", "no"],
        )
    ]


def test_times_of_posts(ingest_posts):
    texts = ["2019-06-12 09:41", "2019-06-12 09:41:00", "6/12/2019 9:41", "2019-06-12T09:41:00.000Z"]
    texts += ["6/12/2019 9:41 AM", "2019-06-12 09:41:00 UTC"]
    result = ingest_posts(*(tweet(str(i), tweet_time=text) for i, text in enumerate(texts)))
    assert result.rows("post", "posted_at") == [(datetime(2019, 6, 12, 9, 41),)] * 6


def test_an_offset_counts_and_a_zone_that_is_named_is_no_time(ingest_posts):
    texts = ["2019-06-12T09:41:00+08:00", "2019-06-11 20:41:00 -0500", "2019-06-12 01:41+00"]
    texts += ["2019-06-12 09:41:00 Asia/Hong_Kong"]
    result = ingest_posts(*(tweet(str(i), tweet_time=text) for i, text in enumerate(texts)))
    assert result.rows("post", "posted_at") == [(datetime(2019, 6, 12, 1, 41),)] * 3
    assert [reason for *_, reason in result.rows("rejected_row", "reason")] == ["unreadable_date"]


@pytest.mark.parametrize(
    "text",
    [
        "2019-06-12 24:00",
        "2019-06-12 24:00:00",
        "2019-06-12T24:00:00Z",
        "2019-06-12 09:41+14:01",
        "2019-06-12 09:41-1500",
        "2019-06-12 09:41 +99",
        "2019-06-12 09:41+08:60",
    ],
)
def test_a_time_that_no_clock_shows_is_rejected(ingest_posts, text):
    result = ingest_posts(tweet("1", tweet_time=text), tweet("2", tweet_time="2019-06-12 09:41+14:00"))
    assert result.rejected() == [(2, "tweet_time", "unreadable_date")]
    assert result.rows("post", "posted_at") == [(datetime(2019, 6, 11, 19, 41),)]


def test_coordinates_are_present_absent_or_unknown(ingest_posts):
    texts = ["present", "absent", "22.3", "", "somewhere", "nan"]
    result = ingest_posts(*(tweet(str(i), latitude=text) for i, text in enumerate(texts)))
    assert result.rows("post", "has_coordinates") == [(True,), (False,), (True,), (None,), (None,), (None,)]
    assert result.unreadable() == {"latitude": 2}


def test_a_repost_without_its_mark_is_known_by_the_reposted_post(ingest_posts):
    result = ingest_posts(
        tweet("1", is_retweet="", retweet_tweetid="5"),
        tweet("2", is_retweet=""),
        tweet("3", is_retweet="maybe"),
    )
    assert result.rows("post", "is_repost") == [(True,), (False,), (False,)]
    assert result.unreadable() == {"is_retweet": 1}


def test_ruined_ids_of_other_posts_become_null_and_are_counted(ingest_posts):
    result = ingest_posts(tweet(in_reply_to_tweetid="1.1E+18", in_reply_to_userid="5"))
    assert result.rows("post", "reply_to_post_id, reply_to_account_id") == [(None, "5")]
    assert result.unreadable() == {"in_reply_to_tweetid": 1}


def test_a_post_without_its_account_or_time_is_rejected(ingest_posts):
    result = ingest_posts(
        tweet("1", userid=""), tweet("2", userid="1E+9"), tweet("3", tweet_time=""), tweet("4")
    )
    assert result.rejected() == [
        (2, "userid", "missing_id"),
        (3, "userid", "spreadsheet_ruined_id"),
        (4, "tweet_time", "unreadable_date"),
    ]
    assert result.account() == (4, 1, 0, 3, 0)


def test_dates_with_the_day_before_the_month_are_not_read_month_first(ingest_list):
    days = [b"5/06/2009", b"13/08/2017", b"30/08/2017", b"7/11/2018", b"19/08/2019"]
    rows = b"".join(b"%d,%s,1,2,3\n" % (100000 + place, day) for place, day in enumerate(days))
    with pytest.raises(InputError, match=r"with the day before the month \(3 rows, the first '13/08/2017'\)"):
        ingest_list(LIST_HEADER + rows)


def test_single_dates_that_no_month_has_are_rejected_alone(ingest_list):
    rows = b"100001,8/30/2017,1,2,3\n100002,8/31/2017,1,2,3\n100003,31/08/2017,1,2,3\n"
    assert ingest_list(LIST_HEADER + rows).rejected() == [(4, "account_creation_date", "unreadable_date")]
