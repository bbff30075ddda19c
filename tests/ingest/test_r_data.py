"""R data files: a users .rda, tweets .rds with list columns. All data are invented."""

import gzip
import random
from datetime import date, datetime
from struct import pack

import pytest

from takedown.core.errors import InputError
from takedown.ingest.r_data import read_frame
from tests.ingest_files import ingest_files
from tests.r_files import NULL, Writer, char, listed, logicals, serialised, strings, workspace

BIG = 1161000000000000001


def tweets(ids=("1", "2", "1", None, "5"), **changed: bytes) -> bytes:
    writer = Writer()
    times = [1565602860.0, 1565602861.5, 1565602860.0, 1565602860.0, None]
    columns = {
        "tweetid": strings(*ids),
        "userid": strings("7", "7", "8", "7", "7"),
        "tweet_time": writer.reals(times, "POSIXct", "POSIXt"),
        "tweet_text": strings("a\nb", "é🙂", "x", "y", "z"),
        "is_retweet": logicals(0, 1, None, 0, 0),
        "like_count": writer.reals([3.0, None, 1.0, 0.0, 0.0]),
        "hashtags": listed(
            strings("x", 'é "q"'),
            NULL,
            strings(),
            logicals(None),
            writer.vector(16, 1, char("n"), names=strings("a")),
        ),
        "further": pack(">ii", 13, 5) + pack(">5i", 1, 2, 3, 4, 5),
    }
    return serialised(writer.frame(5, **(columns | changed)))


@pytest.fixture
def ingest_r(tmp_path):
    def run(kind: str, *files: bytes, suffix: str = "rds"):
        paths = [tmp_path / f"{kind}_{number}.{suffix}" for number, _ in enumerate(files)]
        for path, data in zip(paths, files, strict=True):
            path.write_bytes(data)
        return ingest_files(kind, paths, tmp_path / "out", "r_data")

    return run


def test_posts_come_from_a_data_frame_with_list_columns(ingest_r):
    result = ingest_r("tweets", gzip.compress(tweets()))
    assert result.rows("post", "post_id, account_id, posted_at, text, is_repost, like_count") == [
        ("1", "7", datetime(2019, 8, 12, 9, 41), "a\nb", False, 3),
        ("2", "7", datetime(2019, 8, 12, 9, 41, 1, 500_000), "é🙂", True, None),
    ]
    assert result.rows("post_hashtag", "post_id, position, value") == [("1", 1, "x"), ("1", 2, 'é "q"')]
    assert result.rejected() == [(4, "tweetid", "missing_id"), (5, "tweet_time", "unreadable_date")]
    assert result.account() == (5, 2, 1, 2, 0)


def test_columns_may_be_called_as_rtweet_calls_them(ingest_r):
    writer = Writer()
    frame = writer.frame(
        1,
        status_id=strings("1"),
        user_id=strings("7"),
        created_at=writer.reals([1565602860.0], "POSIXct", "POSIXt"),
        text=strings("a"),
        retweet_status_id=strings("5"),
        urls_url=listed(strings("u", " v")),
    )
    result = ingest_r("tweets", serialised(frame))
    assert result.rows("post", "post_id, account_id, text, reposted_post_id") == [("1", "7", "a", "5")]
    assert [row[-1] for row in result.rows("post_url")] == ["u", "v"]


def test_several_files_are_read_together(ingest_r):
    result = ingest_r("tweets", tweets(), gzip.compress(tweets(("6", "2", "7", "8", "9"))))
    assert [row[0] for row in result.rows("post", "post_id")] == ["1", "2", "6", "7", "8"]
    assert result.rows("row_account", "rows_read, rows_kept, rows_duplicate, rows_rejected") == [
        (5, 2, 1, 2),
        (5, 3, 1, 1),
    ]


def test_accounts_come_from_an_rda_file(ingest_r):
    writer = Writer()
    name = writer.symbol("hkio_users_df")
    users = writer.frame(
        3,
        userid=writer.reals([pack(">q", BIG), pack(">q", 5), pack(">q", -(2**63))], "integer64"),
        account_creation_date=writer.reals([17408.0, 17409.0, 17410.0], "Date"),
        account_language=pack(">iiiii", 0x30D, 3, 2, 1, -(2**31))
        + writer.pairs(levels=strings("en", "zh-CN"), **{"class": strings("factor")}),
    )
    result = ingest_r("users", gzip.compress(workspace(name, users)), suffix="rda")
    assert result.rows("account", "account_id, created_on, language") == [
        (str(BIG), date(2017, 8, 30), "zh-cn"),
        ("5", date(2017, 8, 31), "en"),
    ]
    assert result.rejected() == [(3, "userid", "missing_id")]


def test_a_deferred_sequence_is_read(ingest_r):
    writer = Writer()
    counts = writer.sequence(2, 7, 1)
    frame = writer.frame(
        2,
        like_count=counts,
        tweetid=strings("1", "2"),
        userid=strings("7", "7"),
        tweet_time=writer.reals([1565602860.0, 1565602861.0], "POSIXct", "POSIXt"),
    )
    result = ingest_r("tweets", serialised(frame))
    assert result.rows("post", "post_id, like_count") == [("1", 7), ("2", 8)]


@pytest.mark.parametrize("lengths", [(2e9,), (-1.0,), (float("nan"),), (1000.0,) * 5])
def test_sequences_longer_than_the_file_are_refused_before_they_are_made(ingest_r, lengths):
    writer = Writer()
    columns = {f"c{place}": writer.sequence(length, 1, 1) for place, length in enumerate(lengths)}
    with pytest.raises(InputError, match="truncated or damaged"):
        ingest_r("tweets", serialised(writer.frame(5, **columns)))


def test_text_that_is_not_utf8_rejects_its_row_alone(ingest_r):
    result = ingest_r("tweets", tweets(tweet_text=strings("a", b"\xff", "c", "d", "e")))
    assert result.rejected()[0] == (2, None, "invalid_utf8")
    assert result.account() == (5, 1, 1, 3, 0)
    unread = ingest_r("tweets", tweets(user_screen_name=strings("a", b"\xff", "c", "d", "e")))
    assert "invalid_utf8" not in {reason for _, _, reason in unread.rejected()}


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (gzip.compress(tweets())[:-40], "truncated or damaged"),
        (tweets()[:300], "truncated or damaged"),
        (b"", "is empty"),
        (b"userid,tweetid\n", "not an R data file"),
        (serialised(strings("a")), "holds no data frame"),
        (tweets(hashtags=listed(NULL)), "truncated or damaged"),
        (serialised(Writer().frame(1, tweetid=strings("1"))), "no column 'userid or user_id'"),
        (tweets(tweetid=Writer().reals([1e18, 2.0, 3.0, 4.0, 5.0])), "ids of 'tweetid' as floating point"),
        (gzip.compress(tweets() + b"\0" * 30_000_000), "unpacks to more than"),
    ],
)
def test_what_is_no_such_file_is_refused_in_a_sentence(ingest_r, tmp_path, data, sentence):
    with pytest.raises(InputError, match=sentence) as error:
        ingest_r("tweets", data)
    assert "tweets_0.rds" in str(error.value) and "\n" not in str(error.value)
    assert not list(tmp_path.rglob("*.parquet*"))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_damage_at_random_gives_a_frame_or_a_sentence(tmp_path, pack):
    path, data = tmp_path / "t.rds", pack(tweets())
    fates = set()
    for seed in range(25):
        rng = random.Random(seed)
        damaged = bytearray(data)
        for _ in range(rng.choice([1, 1, 2, 5])):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        path.write_bytes(damaged[: rng.randrange(1, len(damaged))] if seed % 5 == 0 else damaged)
        try:
            frame = read_frame(path, largest_bytes=1e6, largest_ratio=200)
        except InputError as error:
            assert str(path) in str(error) and "\n" not in str(error)
            fates.add("refused")
        else:
            assert {len(column) for column in frame.columns.values()} == {
                len(found) for found in frame.unreadable.values()
            }
            fates.add("read")
    assert "refused" in fates
