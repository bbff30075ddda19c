"""Typed tables from users and tweets files: each dirty value, each dirty row, and the account of them all."""

import csv
import io
from datetime import date, datetime
from glob import escape
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown import ingest
from takedown.database import read_sql
from takedown.errors import InputError
from takedown.ingest_layout import TWEET_COLUMNS, USER_COLUMNS

LIMITS = {"memory_mb": 300, "threads": 2, "largest_bytes": 1e9, "largest_ratio": 200}
LIST_HEADER = b"userid,account_creation_date,follower_count,following_count,statuses_count\n"


class Ingested:
    """The tables that one run wrote, as lists of rows."""

    def __init__(self, outputs: dict[str, Path]):
        self.outputs = outputs

    def rows(self, table: str, columns: str = "* EXCLUDE (archive_id)") -> list[tuple]:
        return duckdb.sql(
            f"SELECT {columns} FROM read_parquet(?)", params=[escape(str(self.outputs[table]))]
        ).fetchall()

    def account(self) -> tuple:
        """Return read, kept, duplicate, rejected, repeated headers of the only file."""
        [(_, *counts)] = self.rows("row_account")
        return tuple(counts)

    def rejected(self) -> list[tuple]:
        return self.rows("rejected_row", "record, column_name, reason")

    def unreadable(self) -> dict[str, int]:
        return dict(self.rows("unreadable_value", "column_name, unreadable"))


def ingest_files(kind: str, paths, folder: Path, layout: str = "twitter_release", **limits) -> Ingested:
    tables = ingest.USER_TABLES if kind == "users" else ingest.TWEET_TABLES
    outputs = {table: folder / f"{table}.parquet" for table in tables}
    run = ingest.ingest_users if kind == "users" else ingest.ingest_tweets
    run(paths, "a", layout, outputs, scratch=folder / "scratch", **(LIMITS | limits))
    assert not list((folder / "scratch").iterdir())
    return Ingested(outputs)


@pytest.fixture
def ingest_list(tmp_path):
    """Ingest the bytes of an account list."""

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
    """Ingest tweets given as dicts of their columns."""

    def run(*tweets: dict) -> Ingested:
        (tmp_path / "tweets.csv").write_bytes(quoted(list(tweets)))
        return ingest_files("tweets", [tmp_path / "tweets.csv"], tmp_path / "out")

    return run


def line(number: int) -> bytes:
    return b"%d,2017-08-30,1,2,3\n" % number


# --- values ---------------------------------------------------------------------------------------------------


def test_columns_and_types_are_those_of_the_schema(tmp_path, ingest_posts, ingest_list):
    with duckdb.connect() as connection:
        connection.execute(read_sql("schema.sql"))
        for outputs in (ingest_posts(tweet()).outputs, ingest_list(LIST_HEADER + line(1)).outputs):
            for table, path in outputs.items():
                schema = connection.execute(
                    f"SELECT column_name, column_type FROM (DESCRIBE {table})"
                ).fetchall()
                written = connection.execute(
                    f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet('{path}'))"
                ).fetchall()
                # Parquet keeps milliseconds as such; they are read as a TIMESTAMP.
                assert written == [
                    (name, kind.replace("TIMESTAMP_MS", "TIMESTAMP")) for name, kind in schema
                ], table


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
    result = ingest_list(LIST_HEADER + "".join(f"1,{text},,,\n" for text in texts).encode())
    assert result.rejected() == [
        (record, "account_creation_date", "unreadable_date") for record, _ in enumerate(texts, 2)
    ]


def test_what_is_no_id_is_rejected_and_never_guessed(ingest_list):
    reasons = {"": "missing_id", "   ": "missing_id", "1.01421E+18": "spreadsheet_ruined_id"}
    reasons |= {"1E+18": "spreadsheet_ruined_id", "nan": "unrecognised_id", "-5": "unrecognised_id"}
    reasons |= {"1014210000000000000.0": "unrecognised_id"}
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


def test_what_is_no_list_is_counted(ingest_posts):
    texts = ["nan", "['a', 'b'", "['a' 'b']", "['a]"]
    result = ingest_posts(*(tweet(str(i), hashtags=text) for i, text in enumerate(texts)))
    assert (result.rows("post_hashtag"), result.unreadable()) == ([], {"hashtags": 4})


@settings(max_examples=15, deadline=None)
@given(lists=st.lists(st.lists(st.text(min_size=1), max_size=4), min_size=1, max_size=12))
def test_lists_of_any_text_come_back_as_python_wrote_them(tmp_path_factory, lists):
    folder = tmp_path_factory.mktemp("lists")
    lists = [[item.encode("utf-8", "replace").decode() for item in items] for items in lists]
    (folder / "t.csv").write_bytes(
        quoted([tweet(str(i), hashtags=repr(items)) for i, items in enumerate(lists)])
    )
    result = ingest_files("tweets", folder / "t.csv", folder / "out")
    expected = [(str(i), place, item) for i, items in enumerate(lists) for place, item in enumerate(items, 1)]
    assert sorted(result.rows("post_hashtag")) == sorted(expected)


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
    texts += ["6/12/2019 9:41 AM"]
    result = ingest_posts(*(tweet(str(i), tweet_time=text) for i, text in enumerate(texts)))
    assert result.rows("post", "posted_at") == [(datetime(2019, 6, 12, 9, 41),)] * 5


def test_coordinates_are_present_absent_or_unknown(ingest_posts):
    texts = ["present", "absent", "22.3", "", "somewhere"]
    result = ingest_posts(*(tweet(str(i), latitude=text) for i, text in enumerate(texts)))
    assert result.rows("post", "has_coordinates") == [(True,), (False,), (True,), (None,), (None,)]
    assert result.unreadable() == {"latitude": 1}


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


# --- rows -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"\n", "blank_line"),
        (b"   \n", "malformed_row"),
        (b"2,2017-08-30\n", "malformed_row"),
        (b"2,2017-08-30,1,2,3,4,5\n", "malformed_row"),
        (b"2,2017-08-30,\xff,2,3\n", "invalid_utf8"),
        (b'2,2017-08-30,"1"2",2,3\n', "malformed_row"),
        (b'2,2017-08-30,"1,2,3\n', "malformed_row"),
        (b'2,"2017-08-30,1,2,3\n', "malformed_row"),
        (b"2," + b"x" * 4_100_000 + b",1,2,3\n", "malformed_row"),
    ],
)
def test_a_bad_row_costs_no_good_row(ingest_list, bad, reason):
    good = [line(i) for i in (1, 3, 4)] + [b'5,"2017-08-30",1,2,3\n', line(6)]
    result = ingest_list(LIST_HEADER + good[0] + bad + b"".join(good[1:]))
    assert [row[0] for row in result.rows("account", "account_id")] == ["1", "3", "4", "5", "6"]
    assert [(record, why) for record, _, why in result.rejected()] == [(3, reason)]
    assert result.account() == (6, 5, 0, 1, 0)


def test_several_open_quotes_are_told_apart(ingest_list):
    rows = [line(1), b'22222,"2017,1,2,3\n', b'33333,"2018,1,2,3\n', line(4), b'55555,"x\n', line(6), line(7)]
    result = ingest_list(LIST_HEADER + b"".join(rows))
    assert [row[0] for row in result.rows("account", "account_id")] == ["1", "4", "6", "7"]
    assert [record for record, _, _ in result.rejected()] == [3, 4, 6]


def test_a_file_cut_inside_quotes_loses_only_its_last_row(tmp_path):
    data = quoted([tweet("1", tweet_text="a\nb"), tweet("2", tweet_text="a\nb")])
    (tmp_path / "t.csv").write_bytes(data[: data.rindex(b"\nb") + 2])
    result = ingest_files("tweets", tmp_path / "t.csv", tmp_path / "out")
    assert result.account() == (2, 1, 0, 1, 0)


def test_the_file_of_the_user_is_not_changed_by_mending(tmp_path, ingest_list):
    data = LIST_HEADER + b'2,"2017-08-30,1,2,3\n' + line(3)
    ingest_list(data)
    assert (tmp_path / "list.csv").read_bytes() == data


def test_quotes_inside_values_without_quotes_are_text(ingest_list):
    result = ingest_list(
        LIST_HEADER + line(1) + b'2,2017-08-30,5" wide,2,3\n' + line(3) + b'4,2017-08-30,5",2,3\n'
    )
    assert result.account() == (4, 4, 0, 0, 0)
    assert result.unreadable() == {"follower_count": 2}


def test_nul_bytes_spoil_a_value_but_no_row(ingest_list):
    result = ingest_list(LIST_HEADER + b"2\x00,2017-08-30,1,2,3\n3,2017-08-30,1\x00,2,3\n")
    assert (result.rejected(), result.unreadable()) == (
        [(2, "userid", "unrecognised_id")],
        {"follower_count": 1},
    )


def test_record_numbers_count_every_kind_of_record(ingest_list):
    rows = [
        line(1),
        b"\n",
        b'2,"2017\n-08-30",1,2,3\n',
        line(2),
        LIST_HEADER,
        line(1),
        b"\n\n",
        b"3,2017-08-30\n",
        line(4),
    ]
    result = ingest_list(LIST_HEADER + b"".join(rows) + b"bad id,2017-08-30,1,2,3")
    assert result.rejected() == [
        (3, None, "blank_line"),
        (4, "account_creation_date", "unreadable_date"),
        (8, None, "blank_line"),
        (9, None, "blank_line"),
        (10, None, "malformed_row"),
        (12, "userid", "unrecognised_id"),
    ]
    assert result.account() == (11, 3, 1, 6, 1)


def test_excerpts_have_at_most_120_characters(ingest_list):
    bad = [b"x" * 300 + b",2017-08-30,1,2,3\n", b"y" * 300 + b"\n", b'5,"' + b"z" * 300 + b'"z,1,2,3\n']
    excerpts = [row[0] for row in ingest_list(LIST_HEADER + b"".join(bad)).rows("rejected_row", "excerpt")]
    assert [len(text) for text in excerpts] == [120, 120, 120]


def test_the_first_of_rows_with_one_id_is_kept_across_files(tmp_path):
    (tmp_path / "b.csv").write_bytes(
        quoted([tweet("1", tweet_text="first"), tweet("1", tweet_text="second")])
    )
    (tmp_path / "a.csv").write_bytes(quoted([tweet("1", tweet_text="third"), tweet("2", tweet_text="other")]))
    result = ingest_files("tweets", [tmp_path / "b.csv", tmp_path / "a.csv"], tmp_path / "out")
    assert result.rows("post", "post_id, text") == [("1", "first"), ("2", "other")]
    assert result.rows("row_account") == [("a.csv", 2, 1, 1, 0, 0), ("b.csv", 2, 1, 1, 0, 0)]


def test_crlf_files_and_a_byte_order_mark_are_read(ingest_list):
    data = b"\xef\xbb\xbf" + (LIST_HEADER + line(1) + b'2,2017-08-30,"1",2,3\n' + b"\n").replace(
        b"\n", b"\r\n"
    )
    assert ingest_list(data).account() == (3, 2, 0, 1, 0)


def test_a_file_with_a_header_alone_has_no_rows(ingest_list):
    result = ingest_list(LIST_HEADER)
    assert (result.account(), result.rows("account")) == ((0, 0, 0, 0, 0), [])


def test_order_of_columns_does_not_matter_and_further_ones_are_left(ingest_list):
    result = ingest_list(b'"odd, ""name""",account_creation_date,userid\nx,2017-08-30,5\n')
    assert result.rows("account", "account_id, created_on, follower_count") == [
        ("5", date(2017, 8, 30), None)
    ]


def test_late_columns_may_be_absent(tmp_path):
    columns = [c for c in TWEET_COLUMNS if c not in ("poll_choices", "quote_count")]
    (tmp_path / "t.csv").write_bytes(quoted([tweet()], columns))
    result = ingest_files("tweets", tmp_path / "t.csv", tmp_path / "out")
    assert result.rows("post", "quote_count, poll_choices") == [(None, None)]


def test_a_path_with_odd_characters_is_read(tmp_path):
    folder = tmp_path / "it's [a] *"
    folder.mkdir()
    (folder / "l.csv").write_bytes(LIST_HEADER + line(1))
    assert ingest_files("users", folder / "l.csv", folder / "out", "account_list").account() == (
        1,
        1,
        0,
        0,
        0,
    )


# --- refusals -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (b"user_id,account_creation_date\n", "no column 'userid' (the nearest is 'user_id')"),
        (b"UserID,account_creation_date\n", "no column 'userid' (the nearest is 'UserID')"),
        (b"userid\n", "no column 'account_creation_date';"),
        (b"userid;account_creation_date\n", "separated by ';'"),
        (b"userid,account_creation_date,userid\n", "column 'userid' twice"),
    ],
)
def test_a_header_that_cannot_be_used(tmp_path, ingest_list, header, sentence):
    with pytest.raises(InputError) as raised:
        ingest_list(header + b"1,2017-08-30\n")
    assert sentence in str(raised.value) and str(raised.value).startswith("list.csv")
    assert not list(tmp_path.rglob("*.parquet*"))


def test_a_release_needs_all_columns_of_a_release(tmp_path):
    (tmp_path / "u.csv").write_bytes(quoted([], USER_COLUMNS[:-1]))
    with pytest.raises(InputError, match="no column 'account_language'"):
        ingest_files("users", tmp_path / "u.csv", tmp_path / "out")


def test_the_same_file_twice_is_refused(tmp_path):
    (tmp_path / "t.csv").write_bytes(quoted([tweet()]))
    with pytest.raises(InputError, match="given twice"):
        ingest_files("tweets", [tmp_path / "t.csv"] * 4, tmp_path / "out")


def test_earlier_outputs_survive_a_failed_run(tmp_path, ingest_list):
    before = ingest_list(LIST_HEADER + line(1)).outputs["account"].read_bytes()
    with pytest.raises(InputError):
        ingest_list(b"")
    assert (tmp_path / "out" / "account.parquet").read_bytes() == before
    assert not list((tmp_path / "out").glob("*.partial"))


def test_records_without_an_account_are_an_internal_error(ingest_list, monkeypatch):
    monkeypatch.setattr(ingest, "read_rejects", lambda connection, path: [])
    with pytest.raises(ingest.RowAccountError, match=r"list\.csv"):
        ingest_list(LIST_HEADER + line(1) + b"2,2017-08-30\n")


# --- properties -----------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text('"\n\r, 😀a', max_size=12)


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.tuples(TEXT, TEXT), max_size=8), pick=st.booleans())
def test_texts_come_back_exactly(tmp_path_factory, texts, pick):
    folder = tmp_path_factory.mktemp("texts")
    rows = [tweet(str(i), tweet_text=a, tweet_client_name=b) for i, (a, b) in enumerate(texts)]
    data = quoted(rows)
    (folder / "t.csv").write_bytes(b"\xef\xbb\xbf" + data if pick else data)
    result = ingest_files("tweets", folder / "t.csv", folder / "out")
    # Releases write a value that is missing as an empty one.
    assert result.rows("post", "text, client") == [(a or None, b or None) for a, b in texts]


DIRT = st.sampled_from(
    [
        (b"\n", "blank_line"),
        (b'"900001","2017-08-30"\n', "malformed_row"),
        (b'"900002","2017-08-30","1","2","3","4"\n', "malformed_row"),
        (b'"900003","2017-08-30","1"2","2","3"\n', "malformed_row"),
        (b'"900004","2017-08-30","1,"2","3"\n', "malformed_row"),
        (b'"900005","2017-08-30","1\xfe","2","3"\n', "invalid_utf8"),
        (b'"","2017-08-30","1","2","3"\n', "missing_id"),
        (b'"1.01421E+18","2017-08-30","1","2","3"\n', "spreadsheet_ruined_id"),
        (b'"900006","soon","1","2","3"\n', "unreadable_date"),
        (b'"userid","account_creation_date","a","b","c"\n', "repeated_header"),
        (None, "good"),
    ]
)


@settings(max_examples=25, deadline=None)
@given(kinds=st.lists(DIRT, max_size=12))
def test_every_planted_row_is_accounted_for(tmp_path_factory, kinds):
    folder = tmp_path_factory.mktemp("dirt")
    rows = [row or b'"%d","2017-08-30","1\n,""","2","3"\n' % place for place, (row, _) in enumerate(kinds)]
    good = [str(place) for place, (_, reason) in enumerate(kinds) if reason == "good"]
    # A sound row at the end, so that text of another encoding throughout is not suspected.
    (folder / "l.csv").write_bytes(LIST_HEADER + b"".join(rows) + "777,2017-08-30,é,2,3\n".encode() * 2)
    result = ingest_files("users", folder / "l.csv", folder / "out", "account_list")
    reasons = [
        (place, reason)
        for place, (_, reason) in enumerate(kinds, 2)
        if reason not in ("good", "repeated_header")
    ]
    headers = sum(reason == "repeated_header" for _, reason in kinds)
    assert [(record, reason) for record, _, reason in result.rejected()] == reasons
    assert sorted(row[0] for row in result.rows("account", "account_id")) == sorted([*good, "777"])
    assert result.account() == (len(kinds) + 2, len(good) + 1, 1, len(reasons), headers)


def test_bytes_do_not_depend_on_threads(tmp_path):
    rows = [
        tweet(str(i * 7919 % 60_000), tweet_text=f"text\n{i}", hashtags=f"['{i % 9}', 'x']")
        for i in range(65_000)
    ]
    (tmp_path / "t.csv").write_bytes(quoted(rows).replace(b'"3210","77"', b'"3210,"77"'))
    results = [
        ingest_files("tweets", tmp_path / "t.csv", tmp_path / str(threads), threads=threads)
        for threads in (1, 4)
    ]
    assert results[0].account() == (65_000, 59_999, 5_000, 1, 0)
    for table, path in results[0].outputs.items():
        assert {result.outputs[table].read_bytes() for result in results} == {path.read_bytes()}, table


# --- real records ---------------------------------------------------------------------------------------------


def test_the_real_accounts_are_read_whole(real_records, tmp_path):
    accounts = {}
    for number, count in ((1, 744), (2, 196)):
        path = real_records / f"china_082019_{number}_users_csv_hashed.csv"
        accounts[number] = ingest_files("users", path, tmp_path / str(number))
        assert accounts[number].account() == (count, count, 0, 0, 0)
        assert accounts[number].unreadable() == {}
    counts = "count_if(id_is_hashed), count(created_at), count_if(created_at::DATE = created_on), count(*)"
    totals = [
        sum(column) for column in zip(*(a.rows("account", counts)[0] for a in accounts.values()), strict=True)
    ]
    assert totals == [303, 359, 359, 940]


def test_the_real_control_is_read_whole(real_records, tmp_path):
    path = real_records / "control_hk_protest_2019_11_users.csv"
    result = ingest_files("users", path, tmp_path, "account_list")
    assert result.account() == (5708, 5708, 0, 0, 0)
    assert result.rows("account", "count_if(id_is_hashed), count(post_count)") == [(5708, 5708)]
