"""References stored as floats: exact ones are ids, others mark posts within their file. All data are invented."""

from takedown.coordination.traces import select_posts, trace_events
from takedown.core.database import open_records
from takedown.ingest.mapping import find_layout
from takedown.ingest.measures import record_measures
from tests.ingest.test_mapped_layouts import BIG, POSTS
from tests.ingest_files import ingest_files, quoted, tweet

FLOAT, OTHER = "1.1665339778024448e+18", "1.1665339778024450e+18"
FIELDS = "inexact_reference.reposted_post_id, inexact_reference.file"


def test_an_exact_float_is_its_id(ingest_posts):
    result = ingest_posts(
        tweet(in_reply_to_userid="65453567.0", retweet_userid="9007199254740991.0", is_retweet="True")
    )
    assert result.rows("post", "reply_to_account_id, reposted_account_id, inexact_reference") == [
        ("65453567", "9007199254740991", None)
    ]
    assert result.unreadable() == {}


def test_an_exact_float_is_the_id_of_an_account(ingest_list):
    result = ingest_list(
        b"userid,account_creation_date\n65453567.0,2017-08-30\n9007199254740992.0,2017-08-30\n"
    )
    assert result.rows("account", "account_id") == [("65453567",)]
    assert result.rejected() == [(3, "userid", "spreadsheet_ruined_id")]


def test_other_floats_are_kept_as_inexact_references(ingest_posts):
    result = ingest_posts(
        tweet("1", retweet_tweetid=FLOAT, is_retweet=""),
        tweet("2", retweet_tweetid="1166533977802444800.0"),
        tweet("3", in_reply_to_tweetid="9007199254740992.0"),
    )
    assert result.rows("post", f"is_repost, reposted_post_id, {FIELDS}") == [
        (True, None, FLOAT, "0/0"),
        (False, None, FLOAT, "0/0"),
        (False, None, None, "0/0"),
    ]
    assert result.rows("post", "inexact_reference.reply_to_post_id")[2] == ("9007199254740992.0",)
    assert result.unreadable() == {}


def test_floats_of_few_digits_mark_nothing(ingest_posts):
    result = ingest_posts(tweet("1", retweet_tweetid="1.01421E+18"), tweet("2", quoted_tweet_tweetid="nan"))
    assert result.rows("post", "inexact_reference") == [(None,), (None,)]
    assert result.unreadable() == {"retweet_tweetid": 1, "quoted_tweet_tweetid": 1}


def test_equal_floats_of_one_file_are_one_object(tmp_path):
    for name, posts in {"a": ((1, FLOAT), (2, FLOAT), (3, OTHER)), "b": ((4, FLOAT),)}.items():
        rows = [
            tweet(str(i), userid=f"1{i}", retweet_tweetid=of, in_reply_to_tweetid=of, is_retweet="True")
            for i, of in posts
        ]
        (tmp_path / f"{name}.csv").write_bytes(quoted(rows))
    result = ingest_files("tweets", [tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out")
    with open_records(result.outputs.values(), utc_offset_hours=0) as records:
        select_posts(records, ["a"])
        for trace in ("co_retweet", "co_reply"):
            table = trace_events(records, trace)
            objects = records.execute(
                f"SELECT list(account ORDER BY account) FROM {table} GROUP BY object ORDER BY 1"
            )
            assert objects.fetchall() == [(["11", "12"],), (["13"],), (["14"],)]


def test_a_fast_repost_of_an_inexact_reference_is_fast(tmp_path):
    of = 1161000000123456789
    rows = [
        tweet(
            str(of + (seconds * 1000 << 22)),
            retweet_tweetid=f"{float(of)!r}",
            retweet_userid="5.0",
            is_retweet="True",
        )
        for seconds in (5, 15)
    ]
    (tmp_path / "a.csv").write_bytes(quoted(rows))
    result = ingest_files("tweets", tmp_path / "a.csv", tmp_path / "out")
    with open_records(result.outputs.values(), utc_offset_hours=0) as records:
        select_posts(records, ["a"])
        table = trace_events(records, "fast_retweet")
        assert records.execute(f"SELECT post_id, object FROM {table}").fetchall() == [
            (rows[0]["tweetid"], "5")
        ]


def test_references_that_parquet_holds_as_floats_are_read(ingest_parquet):
    query = f"""
        SELECT {BIG} AS id, 5 AS "user", TIMESTAMP '2019-08-12 11:41:00' AS time, '' AS body, [] AS tags,
               1.1665339778024448e+18::DOUBLE AS of, 7 AS likes
        UNION ALL SELECT 2, 5, TIMESTAMP '2019-08-12 11:41:00', '', [], 77.0, 7
        UNION ALL SELECT 3, 5, TIMESTAMP '2019-08-12 11:41:00', '', [], 'nan'::DOUBLE, 7"""
    result = ingest_parquet(query, "tweets", POSTS)
    assert result.rows("post", "reposted_post_id, inexact_reference.reposted_post_id, is_repost") == [
        (None, FLOAT, True),
        ("77", None, True),
        (None, None, False),
    ]
    assert result.unreadable() == {}


def measured(result):
    with open_records(result.outputs.values(), utc_offset_hours=0) as records:
        records.execute(
            "CREATE OR REPLACE TABLE archive AS SELECT 'a' AS archive_id, 'release' AS provenance"
        )
        return [
            (row.measure, row.subject, row.value, row.n, row.provenance)
            for row in record_measures(records, {"operation": ["a"], "control": ["b"]})
        ]


def test_the_share_of_inexact_references_is_measured(ingest_posts):
    result = ingest_posts(
        tweet("1", retweet_tweetid=FLOAT, retweet_userid="65453567.0"),
        tweet("2", quoted_tweet_tweetid="7"),
        tweet("3"),
    )
    assert measured(result) == [("records.inexact_reference_share", "operation", 1 / 3, 3, "release")]


def test_without_references_there_is_no_share(ingest_posts):
    assert measured(ingest_posts(tweet("1"))) == []


def test_repeated_posts_without_ids_are_counted(tmp_path):
    data = b"account_id,posted_at,text\n" + b"a,1565602860,x\n" * 3 + b"b,1565602860,x\n"
    (tmp_path / "posts.csv").write_bytes(data)
    layout = find_layout("a", {"layout": "posts_without_ids"}, "tweets")
    result = ingest_files("tweets", tmp_path / "posts.csv", tmp_path / "out", layout)
    assert measured(result) == [("records.repeated_post_share", "operation", 0.5, 4, "release")]
