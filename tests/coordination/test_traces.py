"""The traces of coordination: which posts count as the same object, and how one is added."""

import datetime as dt
import shutil

import duckdb
import pytest

from takedown.coordination.catalogue import statements_of, timed_traces, trace_names, traces_of
from takedown.coordination.trace_file import write_traces
from takedown.coordination.traces import select_posts, trace_events
from takedown.core.database import SQL_FOLDER, read_sql
from takedown.core.errors import InputError
from takedown.pairs.find_pairs import find_pairs

#: Ids whose instants are 2019-08-19 10:00:00.000, ten seconds later, and ten seconds and a millisecond later.
ORIGINAL, TEN_SECONDS, LATER = (str((1566208800000 + ms - 1288834974657) << 22) for ms in (0, 10000, 10001))


@pytest.fixture(scope="module")
def tables():
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(read_sql("core/schema.sql"))
        yield connection


@pytest.fixture
def posts(tables):
    """Return a connection with the study's tables, all of them empty."""
    for table in ("post", "post_hashtag", "post_url", "post_mention"):
        tables.execute(f"DELETE FROM {table}")
    return tables


def add(posts, post_id, account="a", at="2019-08-19 10:00", **columns):
    columns = {
        "archive_id": "x",
        "post_id": post_id,
        "account_id": account,
        "posted_at": at,
        "is_repost": False,
    } | columns
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    posts.execute(f"INSERT INTO post ({names}) VALUES ({marks})", list(columns.values()))


def add_values(posts, table, post_id, *values):
    for position, value in enumerate(values, 1):
        posts.execute(f"INSERT INTO {table} VALUES ('x', ?, ?, ?)", [post_id, position, value])


def find(posts, trace, archives, **period):
    select_posts(posts, archives, **period)
    return trace_events(posts, trace)


def objects(posts, trace, archives=("x",), **period):
    """Return the accounts of each object of a trace, as a sorted list of texts."""
    table = find(posts, trace, archives, **period)
    rows = posts.execute(
        f"SELECT string_agg(account, '' ORDER BY account) FROM {table} GROUP BY object ORDER BY 1"
    ).fetchall()
    return [accounts for (accounts,) in rows]


def test_every_trace_that_the_field_uses_is_there():
    assert set(trace_names()) >= {
        *("co_retweet", "co_tweet", "co_link", "co_hashtag", "hashtag_sequence"),
        *("co_reply", "co_mention", "fast_retweet", "synchronised_posting"),
    }


@pytest.mark.parametrize("trace", trace_names())
def test_every_trace_gives_events_that_pairs_are_found_in_and_none_of_no_posts(posts, trace):
    found = find_pairs(posts, find(posts, trace, ["x"]))
    assert found.pairs.fetchall() == []
    assert found.rows["rows_read"] == 0
    columns = [(name, kind.id) for name, kind in zip(*_columns(posts.table(f"trace_{trace}")), strict=True)]
    texts = [(name, "varchar") for name in ("archive_id", "post_id", "account", "object")]
    assert columns == [*texts, ("time", "timestamp")]


def _columns(relation):
    return relation.columns, relation.types


def test_a_trace_is_added_by_adding_a_file(posts, tmp_path, monkeypatch):
    shutil.copytree(SQL_FOLDER / "coordination", tmp_path / "coordination")
    (tmp_path / "coordination/traces/co_client.sql").write_text(
        "SELECT archive_id, post_id, account, 'c' AS object, time FROM traced_post"
    )
    monkeypatch.setattr("takedown.core.database.SQL_FOLDER", tmp_path)
    monkeypatch.setattr("takedown.coordination.catalogue.TRACES_FOLDER", tmp_path / "coordination/traces")
    add(posts, "1")
    assert "co_client" in trace_names()
    assert objects(posts, "co_client") == ["a"]


def test_a_query_file_states_what_its_trace_is(tmp_path, monkeypatch):
    monkeypatch.setattr("takedown.coordination.catalogue.TRACES_FOLDER", tmp_path)
    (tmp_path / "plain.sql").write_text("-- Posts that share something.\nSELECT 1 -- posts: any\n")
    (tmp_path / "quick.sql").write_text("-- posts: reposts\n-- follows-within-seconds: yes\nSELECT 1\n")
    assert statements_of("plain") == ("own", False, "nothing")
    assert (traces_of("own"), traces_of("reposts"), timed_traces()) == (["plain"], ["quick"], ["quick"])


def test_a_statement_that_is_misspelt_is_refused_with_file_and_line(tmp_path, monkeypatch):
    monkeypatch.setattr("takedown.coordination.catalogue.TRACES_FOLDER", tmp_path)
    (tmp_path / "mine.sql").write_text("-- Mine.\n-- posts: repost\nSELECT 1\n")
    with pytest.raises(
        InputError, match=r"mine\.sql, line 2: posts is 'repost'; write one of own, reposts, any\."
    ):
        statements_of("mine")


@pytest.fixture
def written(posts, tmp_path, monkeypatch):
    """Return a function that makes a query the only trace and returns its events in the posts, as write_traces does."""
    sql, traces = tmp_path / "sql", tmp_path / "sql/coordination/traces"
    shutil.copytree(SQL_FOLDER, sql, ignore=lambda folder, names: names if folder.endswith("/traces") else ())
    monkeypatch.setattr("takedown.core.database.SQL_FOLDER", sql)
    monkeypatch.setattr("takedown.coordination.catalogue.TRACES_FOLDER", traces)

    def write(query):
        (traces / "co_client.sql").write_text(query)
        posts.table("post").write_parquet(str(tmp_path / "post.parquet"))
        settings = {"since": "2019-08-19", "until": "2019-08-19", "utc_offset_hours": 0, "memory_mb": 200}
        path = tmp_path / "events.parquet"
        counts = write_traces(
            [tmp_path / "post.parquet"], ["x"], path, scratch=tmp_path / "scratch [a]*?", **settings
        )
        rows = posts.read_parquet(str(path)).fetchall()
        assert counts == {"co_client": len(rows)}
        assert list((tmp_path / "scratch [a]*?").iterdir()) == []
        return [row[:5] for row in rows]

    return write


def test_events_are_written_in_the_order_of_posts_and_without_those_that_have_no_object(posts, written):
    for post, account in (("2", "a"), ("1", "b"), ("3", "c")):
        add(posts, post, account)
    query = (
        "SELECT archive_id, post_id, account, nullif(post_id::INTEGER, 3) AS object, time FROM traced_post"
    )
    assert written(query) == [("co_client", "x", "1", "b", "1"), ("co_client", "x", "2", "a", "2")]
    assert written(f"{query} WHERE false") == []


@pytest.mark.parametrize("query", ["SELECT 1", "SELEC", "SELECT * FROM nowhere"])
def test_a_wrong_query_of_a_trace_is_named(posts, written, query):
    with pytest.raises(InputError, match=r"co_client.sql is no query of a trace \(.+\); correct it"):
        written(query)


def test_a_trace_without_a_query_is_refused_with_those_there_are(posts):
    with pytest.raises(InputError, match="no trace 'co_tweets'; choose one of co_hashtag, "):
        find(posts, "co_tweets", ["x"])


def test_only_the_posts_of_the_archives_asked_for_are_traced(posts):
    add(posts, "1", "a")
    add(posts, "2", "b", archive_id="y")
    assert objects(posts, "synchronised_posting", ["y"]) == ["b"]
    assert objects(posts, "synchronised_posting", ["x", "y"]) == ["ab"]


@pytest.mark.parametrize(
    ("period", "accounts"),
    [
        ({}, "abcd"),
        ({"since": "2019-08-19"}, "bcd"),
        ({"until": dt.date(2019, 8, 19)}, "abc"),
        ({"since": "2019-08-19", "until": "2019-08-19"}, "bc"),
        ({"since": "2019-08-19", "until": "2019-08-19", "utc_offset_hours": 8}, "ab"),
        ({"since": "2019-08-19", "until": "2019-08-19", "utc_offset_hours": -0.5}, "cd"),
        ({"since": "2019-08-20", "until": "2019-08-19"}, None),
    ],
)
def test_a_period_takes_its_first_and_its_last_local_day_whole(posts, period, accounts):
    for account, time in {
        "a": "2019-08-18 23:59",
        "b": "2019-08-19 00:00",
        "c": "2019-08-19 23:59",
        "d": "2019-08-20 00:00",
    }.items():
        add(posts, account, account, time, is_repost=True, reposted_post_id="9")
    assert objects(posts, "co_retweet", **period) == ([accounts] if accounts else [])


def test_a_period_that_is_no_day_is_refused(posts):
    with pytest.raises(InputError, match="'2019-02-30' is no day of a period; write it as"):
        find(posts, "co_retweet", ["x"], since="2019-02-30")


def test_times_are_decoded_ones_if_those_of_the_period_are(posts):
    add(posts, "1", at="2010-01-01 10:00")
    add(posts, "2", decoded_at="2019-08-19 10:00:07.5")
    table = find(posts, "synchronised_posting", ["x"], since="2019-01-01")
    assert posts.table(table).project("epoch(time) % 60").fetchall() == [(7.5,)]


def test_a_post_has_an_object_once_however_often_it_repeats_it(posts):
    add(posts, "1")
    for table, values in {
        "post_hashtag": ("HK", "hk"),
        "post_url": ("http://a.hk", "https://a.hk/"),
        "post_mention": ("m", "m"),
    }.items():
        add_values(posts, table, "1", *values)
    for trace in ("co_hashtag", "co_link", "co_mention"):
        assert posts.table(find(posts, trace, ["x"])).aggregate("count(*)").fetchall() == [(1,)]


def test_times_are_decoded_ones_only_where_every_post_has_one(posts):
    add(posts, "1", decoded_at="2019-08-19 10:00:07.5")
    table = find(posts, "synchronised_posting", ["x"])
    assert posts.table(table).aggregate("epoch(max(time)) % 60").fetchall() == [(7.5,)]
    add(posts, "2")
    table = find(posts, "synchronised_posting", ["x"])
    assert posts.table(table).aggregate("epoch(max(time)) % 60").fetchall() == [(0,)]
    assert find_pairs(posts, table).resolution_seconds == 3600


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hong Kong", "hong  kong\n", True),
        ("香港 @abc 加油 https://t.co/1", "香港　加油", True),
        ("香港https://t.co/1加油", "香港 加油", True),
        ("ＨＫ２０１９！", "hk2019!", True),
        ("zero\u200bwidth", "zerowidth", True),
        ("cafe\u0301", "caf\u00e9", True),
        ("nul\0香港", "nul香港", True),
        ("e\u0301 nul\0香港", "\u00e9 nul香江", False),
        ("香港Ｐｏｌｉｃｅ２０１９，加油～", "香港police2019,加油~", True),
        ("香港 @Abc_1加油", "香港 加油", True),
        ("香港HTTPS://T.co/1，加油http://a.hk/b?c=d#e", "香港 ,加油", True),
        ("香港", "香\u200b港\ufeff", True),
        ("香港https://t.co/1！ＯＫ", "香港 !ok", True),
        ("\u00a0香港\u2003加油\u3000", "香港 加油", True),
        ("香港", "ｈｋ", False),
        ("香港", "香江", False),
        ("hong kong", "hongkong", False),
    ],
)
def test_texts_are_the_same_whatever_links_mentions_case_width_and_white_space(posts, one, other, same):
    add(posts, "1", "a", text=one)
    add(posts, "2", "b", text=other)
    assert (objects(posts, "co_tweet") == ["ab"]) == same


def test_a_text_of_links_and_mentions_alone_and_a_repost_are_no_text(posts):
    add(posts, "1", text="@a https://t.co/1")
    add(posts, "2", text="RT @a: x", is_repost=True)
    add(posts, "3")
    assert objects(posts, "co_tweet") == []


def test_no_text_of_a_post_reaches_the_events(posts):
    add(posts, "1", text="secret")
    table = find(posts, "co_tweet", ["x"])
    assert posts.table(table).project("object").fetchall() == [("5ebe2294ecd0e0f08eab7690d2a6ee69",)]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.Example.com/a/?utm_source=x#top", "http://example.com/a", True),
        ("http://example.com:80/a?b=2&a=1&fbclid=z", "example.com/a?a=1&b=2", True),
        ("https://t.co/aB", "https://t.co/ab", False),
        ("https://example.com/?v=1", "https://example.com/?v=2", False),
    ],
)
def test_links_are_the_same_whatever_scheme_host_case_and_tracking(posts, one, other, same):
    for post, account, link in (("1", "a", one), ("2", "b", other)):
        add(posts, post, account)
        add_values(posts, "post_url", post, link)
    assert (objects(posts, "co_link") == ["ab"]) == same


def add_link(posts, account, written, *listed):
    add(posts, account, account, text=f"香港{written}加油")
    add_values(posts, "post_url", account, *listed)


def test_a_short_link_stands_for_the_one_that_the_data_say_it_leads_to(posts):
    add_link(posts, "a", "https://t.co/Ab1", "https://example.com/1")
    add_link(posts, "b", "http://t.co/Ab1")
    add_link(posts, "c", "", "https://t.co/Ab1")
    add_link(posts, "d", "https://t.co/ab1")
    assert objects(posts, "co_link") == ["abc"]
    assert posts.table("trace_co_link").project("object").distinct().fetchall() == [("example.com/1",)]


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("https://t.co/1 https://t.co/2", ["https://example.com/1"]),
        ("https://t.co/1", ["https://example.com/1", "https://example.com/2"]),
        ("https://bit.ly/1", ["https://example.com/1"]),
    ],
)
def test_a_short_link_stays_where_a_post_leaves_open_where_it_leads_to(posts, written, listed):
    add_link(posts, "a", written, *listed)
    add_link(posts, "b", "", "https://t.co/1", "https://bit.ly/1")
    assert objects(posts, "co_link") == ["a"] * len(listed) + ["b", "b"]


def test_a_short_link_stays_where_posts_disagree_where_it_leads_to(posts):
    add_link(posts, "a", "https://t.co/1", "https://example.com/1")
    add_link(posts, "b", "https://t.co/1", "https://example.com/2")
    add_link(posts, "c", "https://t.co/1")
    assert objects(posts, "co_link") == ["a", "b"]


def test_hashtags_fold_case_and_width_and_a_sequence_is_three_or_more_in_order(posts):
    for post, tags in {
        "a": ("X", "y", "z"),
        "b": ("ｘ", "Y", "z"),
        "c": ("y", "x", "z"),
        "d": ("x", "y"),
    }.items():
        add(posts, post, post)
        add_values(posts, "post_hashtag", post, *tags)
    assert objects(posts, "co_hashtag") == ["abc", "abcd", "abcd"]
    assert objects(posts, "hashtag_sequence") == ["ab", "c"]


def test_reposts_and_replies_meet_in_the_post_that_they_share(posts):
    add(posts, "1", "a", is_repost=True, reposted_post_id="9")
    add(posts, "2", "b", is_repost=True, reposted_post_id="9")
    add(posts, "3", "c", reply_to_post_id="9")
    add(posts, "4", "d", reply_to_post_id="8")
    assert objects(posts, "co_retweet") == ["ab"]
    assert objects(posts, "co_reply") == ["c", "d"]


def test_a_mention_of_oneself_and_one_in_a_repost_count_for_nothing(posts):
    for post, account, is_repost in (
        ("1", "a", False),
        ("2", "b", True),
        ("3", "m", False),
        ("4", "c", False),
    ):
        add(posts, post, account, is_repost=is_repost)
        add_values(posts, "post_mention", post, "m")
    assert objects(posts, "co_mention") == ["ac"]


def test_a_fast_repost_comes_within_ten_seconds_of_a_post_whose_id_tells_its_instant(posts):
    for account, post, decoded in (
        ("a", TEN_SECONDS, "10:00:10"),
        ("b", LATER, "10:00:10.001"),
        ("c", "77", None),
    ):
        add(
            posts,
            post,
            account,
            is_repost=True,
            reposted_post_id=ORIGINAL,
            reposted_account_id="s",
            decoded_at=decoded and f"2019-08-19 {decoded}",
        )
    assert objects(posts, "fast_retweet") == ["a"]


def test_posting_together_is_one_object_whatever_the_day(posts):
    for number, at in enumerate(("2019-08-18 23:59", "2019-08-19 10:00")):
        for account in "ab":
            add(posts, f"{number}{account}", account, at)
    add(posts, "9", "c", "2019-08-19 00:00")
    found = find_pairs(posts, find(posts, "synchronised_posting", ["x"]), window=60)
    assert found.pairs.fetchall() == [("a", "b", 2, 1, 2, 2), ("a", "c", 1, 1, 1, 1), ("b", "c", 1, 1, 1, 1)]
