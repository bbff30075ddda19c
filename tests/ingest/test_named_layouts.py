"""Layouts with names: posts of Twitter's interfaces, labelled campaigns, posts without ids. All data are invented."""

import csv
import gzip
import io
import json
from datetime import date, datetime

import duckdb
import pytest

from takedown.core import compressed
from takedown.core.errors import InputError
from takedown.core.registry import check_raw_folder, locate_files
from takedown.ingest import json_files
from takedown.ingest.mapping import find_layout
from tests.ingest_files import ingest_files

BIG = 1161000000000000001


def read(tmp_path, layout: str, name: str, data: bytes, kind: str = "tweets", **entry):
    path = tmp_path / name
    path.write_bytes(data)
    return ingest_files(kind, path, tmp_path / kind, find_layout("a", {"layout": layout} | entry, kind))


def lines(*objects) -> bytes:
    return b"".join(json.dumps(o).encode() + b"\n" for o in objects)


# --- Twitter's API 1.1 ------------------------------------------------------------------------------------------

USER = {
    "id": BIG + 1,
    "id_str": str(BIG + 1),
    "name": "Anna",
    "screen_name": "anna",
    "created_at": "Wed Aug 30 10:00:00 +0000 2017",
    "followers_count": 3,
    "friends_count": 4,
    "statuses_count": 5,
    "lang": None,
}
V1 = {
    "created_at": "Mon Aug 12 11:41:05 +0200 2019",
    "id": BIG,
    "id_str": str(BIG),
    "text": "short…",
    "source": '<a href="https://example.org" rel="nofollow">Web App</a>',
    "in_reply_to_status_id": 7,
    "in_reply_to_user_id_str": "8",
    "user": USER,
    "entities": {"hashtags": [{"text": "a"}], "urls": [], "user_mentions": [{"id_str": "9"}]},
    "favorite_count": 2,
    "lang": "en",
}
REPOST = V1 | {
    "id_str": str(BIG + 4),
    "full_text": "RT @b: long",
    "retweeted_status": {"id_str": "6", "user": {"id_str": "66"}},
    "extended_tweet": {"full_text": "longer", "entities": {"hashtags": [{"text": "b"}, {"text": "c"}]}},
}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("posts.json", json.dumps([V1, REPOST]).encode()),
        ("posts.json", json.dumps([V1, REPOST], indent=1).encode()),
        ("posts.jsonl", lines(V1, REPOST)),
        ("posts.jsonl.gz", gzip.compress(lines(V1, REPOST))),
    ],
)
def test_posts_of_the_first_interface_are_read(tmp_path, name, data):
    result = read(tmp_path, "twitter_v1", name, data)
    columns = "post_id, account_id, posted_at, text, client, is_repost, reposted_post_id, reposted_account_id"
    at = datetime(2019, 8, 12, 9, 41, 5)
    assert result.rows("post", columns) == [
        (str(BIG), str(BIG + 1), at, "short…", "Web App", False, None, None),
        (str(BIG + 4), str(BIG + 1), at, "longer", "Web App", True, "6", "66"),
    ]
    assert result.rows("post", "reply_to_post_id, reply_to_account_id, like_count")[0] == ("7", "8", 2)
    assert [row[-1] for row in result.rows("post_hashtag")] == ["a", "b", "c"]
    assert [row[-1] for row in result.rows("post_mention")] == ["9", "9"]
    assert result.account() == (2, 2, 0, 0, 0)


def test_accounts_of_the_first_interface_are_derived_from_posts(tmp_path):
    result = read(tmp_path, "twitter_v1", "posts.jsonl", lines(V1, REPOST, {"id": 5}), "users")
    assert result.rows("account", "account_id, created_on, screen_name, follower_count, post_count") == [
        (str(BIG + 1), date(2017, 8, 30), "anna", 3, 5)
    ]
    assert result.rows("row_account", "file, rows_read, rows_kept, rows_duplicate, rows_rejected") == [
        ("posts.jsonl (accounts)", 3, 1, 1, 1)
    ]


# --- Twitter's API 2 --------------------------------------------------------------------------------------------

AUTHOR = {
    "id": str(BIG + 1),
    "username": "anna",
    "created_at": "2017-08-30T10:00:00.000Z",
    "public_metrics": {"followers_count": 3, "following_count": 4, "tweet_count": 5},
}
V2 = {
    "id": str(BIG),
    "author_id": str(BIG + 1),
    "created_at": "2019-08-12T09:41:05.000Z",
    "text": "hi",
    "lang": "en",
    "public_metrics": {"like_count": 2, "retweet_count": 1},
    "entities": {
        "hashtags": [{"tag": "a"}],
        "mentions": [{"username": "b", "id": "9"}],
        "urls": [{"url": "https://t.co/x", "expanded_url": "https://example.org/"}],
    },
}
V2_REPOST = V2 | {"id": str(BIG + 4), "referenced_tweets": [{"type": "retweeted", "id": "6"}]}
V2_REPLY = V2 | {
    "id": str(BIG + 5),
    "in_reply_to_user_id": "8",
    "referenced_tweets": [{"type": "replied_to", "id": "7"}, {"type": "quoted", "id": "77"}],
}
PAGES = [
    {"data": [V2, V2_REPOST], "includes": {"users": [AUTHOR], "tweets": [{"id": "6", "author_id": "66"}]}},
    {"data": [V2_REPLY], "includes": {"users": [AUTHOR]}, "meta": {"result_count": 1}},
]
FLAT = [
    V2 | {"author": AUTHOR},
    V2_REPOST
    | {"author": AUTHOR, "referenced_tweets": [{"type": "retweeted", "id": "6", "author_id": "66"}]},
    V2_REPLY | {"author": AUTHOR},
]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pages.jsonl", lines(*PAGES)),
        ("flat.jsonl", lines(*FLAT)),
        ("pages.json", json.dumps(PAGES, indent=1).encode()),
        ("flat.jsonl.gz", gzip.compress(lines(*FLAT))),
    ],
)
def test_pages_and_flattened_posts_of_the_second_interface_are_alike(tmp_path, name, data):
    result = read(tmp_path, "twitter_v2", name, data)
    columns = "post_id, account_id, is_repost, reposted_post_id, reposted_account_id, reply_to_post_id, quoted_post_id"
    assert result.rows("post", columns) == [
        (str(BIG), str(BIG + 1), False, None, None, None, None),
        (str(BIG + 4), str(BIG + 1), True, "6", "66", None, None),
        (str(BIG + 5), str(BIG + 1), False, None, None, "7", "77"),
    ]
    assert result.rows("post", "posted_at, text, like_count, reply_to_account_id")[2] == (
        *(datetime(2019, 8, 12, 9, 41, 5), "hi", 2, "8"),
    )
    for table, value in (("hashtag", "a"), ("mention", "9"), ("url", "https://example.org/")):
        assert [row[-1] for row in result.rows(f"post_{table}")] == [value] * 3
    users = read(tmp_path, "twitter_v2", name, data, "users")
    assert users.rows("account", "account_id, created_on, screen_name, post_count") == [
        (str(BIG + 1), date(2017, 8, 30), "anna", 5)
    ]


def test_an_author_that_is_null_in_a_post_is_among_the_accounts_of_its_page(tmp_path):
    page = {"data": [V2 | {"author": None}], "includes": {"users": [AUTHOR]}}
    result = read(tmp_path, "twitter_v2", "pages.jsonl", lines(page), "users")
    assert result.rows("account", "account_id, screen_name") == [(str(BIG + 1), "anna")]


def test_a_page_that_is_not_utf8_does_not_make_a_file_of_two_lines_one_of_another_encoding(tmp_path):
    data = lines(PAGES[0]) + lines(PAGES[1]).replace(b"hi", b"h\xff")
    assert read(tmp_path, "twitter_v2", "pages.jsonl", data).account() == (3, 2, 0, 1, 0)


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_of_a_line_that_is_too_long_the_reader_gets_the_start_and_counts_it(tmp_path, monkeypatch, end):
    monkeypatch.setattr(json_files, "LONGEST_RECORD", 1000)
    monkeypatch.setattr(compressed, "CHUNK_BYTES", 7)
    blanks = lines(V1)[:-1] + b" " * 3000
    data = lines(REPOST) + blanks + b"\n" + lines(V1 | {"id_str": "5"}) + blanks + end
    result = read(tmp_path, "twitter_v1", "posts.jsonl", data)
    assert result.account() == (4, 2, 0, 2, 0)
    assert result.rejected() == [(2, None, "malformed_row"), (4, None, "malformed_row")]
    with (tmp_path / "posts.jsonl").open("rb") as file:
        copy = b"".join(json_files._harmless(iter(lambda: file.read(7), b"")))
    assert max(map(len, copy.splitlines())) <= 1001


@pytest.mark.parametrize("after", [b"x]", b'{"id": "\\ud800"}]', b"][1]"])
def test_a_damaged_array_is_refused_with_advice(tmp_path, after):
    data = b"[" + lines(V1).strip() + b"," + after
    with pytest.raises(
        InputError, match=r"posts\.json cannot be read as JSON \(.*\w\); download it again"
    ) as error:
        read(tmp_path, "twitter_v1", "posts.json", data)
    assert str(error.value).isprintable()


def test_every_post_of_a_page_and_every_broken_line_is_accounted_for(tmp_path):
    data = lines(PAGES[0]) + b'{"data": [\n\n{"id": "\xff"}\n' + lines({"errors": []}, PAGES[1])
    result = read(tmp_path, "twitter_v2", "pages.jsonl", data)
    assert result.account() == (7, 3, 0, 4, 0)
    assert sorted(reason for _, _, reason in result.rejected()) == [
        "blank_line",
        "invalid_utf8",
        "malformed_row",
        "missing_id",
    ]


# --- labelled campaigns -----------------------------------------------------------------------------------------

LABELLED = [
    "postid",
    "post_text",
    "application_name",
    "post_language",
    "in_reply_to_postid",
    "in_reply_to_accountid",
    "post_time",
    "accountid",
    "account_profile_description",
    "follower_count",
    "following_count",
    "account_creation_date",
    "is_repost",
    "reposted_accountid",
    "reposted_postid",
    "hashtags",
    "urls",
    "account_mentions",
    "is_control",
]


def labelled(at: str, made: str) -> bytes:
    text = io.StringIO()
    rows = csv.DictWriter(text, LABELLED, restval="")
    rows.writeheader()
    posted = {"post_text": "x", "post_time": at, "account_creation_date": made, "hashtags": "['#a']"}
    rows.writerow(
        posted | {"postid": "1", "accountid": "5", "is_control": "False", "account_mentions": "['@b']"}
    )
    rows.writerow(
        posted
        | {
            "postid": "2",
            "accountid": "5",
            "is_control": "False",
            "is_repost": "True",
            "reposted_postid": "9.0",
        }
    )
    rows.writerow(posted | {"postid": "3", "accountid": "6", "is_control": "True"})
    return text.getvalue().encode()


@pytest.mark.parametrize(
    ("at", "made"),
    [
        ("1565602860", "1504051200"),
        ("1565602860000", "2017-08-30"),
        ("2019-08-12 09:41:00", "2017-08-30 00:00:00"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_labelled_campaign_is_split_into_two_populations(tmp_path, at, made, form):
    data = labelled(at, made)
    if form == "parquet":
        (tmp_path / "made.csv").write_bytes(data)
        source = duckdb.read_csv(str(tmp_path / "made.csv"))
        source.write_parquet(str(tmp_path / "made.parquet"))
        data = (tmp_path / "made.parquet").read_bytes()
    for role, posts, account in (("operation", ["1", "2"], "5"), ("control", ["3"], "6")):
        result, users = (
            read(tmp_path, "labelled_campaign", f"c.{form}", data, kind, role=role)
            for kind in ("tweets", "users")
        )
        assert [row for (row,) in result.rows("post", "post_id")] == posts
        assert set(result.rows("post", "posted_at")) == {(datetime(2019, 8, 12, 9, 41),)}
        assert users.rows("account", "account_id, created_on") == [(account, date(2017, 8, 30))]
        assert result.rows("row_account", "rows_read, rows_not_asked") == [(3, 3 - len(posts))]
    campaign = read(tmp_path, "labelled_campaign", f"c.{form}", data, role="operation")
    assert campaign.rows("post", "is_repost, reposted_post_id")[1] == (True, "9")
    assert [row[-1] for row in campaign.rows("post_hashtag")] == ["a", "a"]
    assert [row[-1] for row in campaign.rows("post_mention")] == ["b"]


def test_the_control_of_a_labelled_campaign_is_in_the_folder_of_the_campaign(tmp_path):
    (tmp_path / "honduras").mkdir()
    (tmp_path / "honduras/anything.csv").touch()
    entry = {"layout": "labelled_campaign", "files": {}, "role": "control", "files_of": "honduras"}
    check_raw_folder(tmp_path, {"honduras": entry | {"files_of": "honduras"}, "anything": entry})
    for archive_id in ("honduras", "honduras_control"):
        files = locate_files(archive_id, entry, tmp_path, "data/replica")
        assert files.tweets == files.users == [str(tmp_path / "honduras/anything.csv")]


# --- posts without ids ------------------------------------------------------------------------------------------


def test_ids_of_posts_are_made_and_repeats_are_kept(tmp_path):
    data = (
        b"account_id,posted_at,text\na,1565602860,x\na,1565602860,x\nb,1565602860,x\na,1565602860,\n"
        b"a,1565602861,x\na,1565602860,x\n,1565602860,x\na,never,x\n"
    )
    result = read(tmp_path, "posts_without_ids", "posts.csv", data)
    assert result.account() == (8, 6, 0, 2, 0)
    assert result.rejected() == [(8, "account_id", "missing_id"), (9, "posted_at", "unreadable_date")]
    ids = [post for (post,) in result.rows("post", "post_id")]
    assert len(set(ids)) == 6
    assert [post.rpartition("-")[2] for post in ids] == ["1", "2", "1", "1", "1", "3"]
    assert len({post.partition("-")[0] for post in ids}) == 4


def test_made_ids_depend_on_neither_threads_nor_other_columns(tmp_path):
    rows = b"".join(b"a,15656028%02d,x\n" % (i % 7) for i in range(20_000))
    layout = find_layout("a", {"layout": "posts_without_ids"}, "tweets")
    (tmp_path / "posts.csv").write_bytes(b"account_id,posted_at,text\n" + rows)
    found = [
        ingest_files("tweets", tmp_path / "posts.csv", tmp_path / str(threads), layout, threads=threads)
        for threads in (1, 4)
    ]
    one, other = (result.outputs["post_row"].read_bytes() for result in found)
    assert one == other
    assert found[0].account() == (20_000, 20_000, 0, 0, 0)


def test_two_files_of_posts_without_ids_never_share_an_id(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.csv").write_bytes(b"account_id,posted_at,text\na,1565602860,x\n")
    layout = find_layout("a", {"layout": "posts_without_ids"}, "tweets")
    result = ingest_files("tweets", [tmp_path / "a.csv", tmp_path / "b.csv"], tmp_path / "out", layout)
    assert len(set(result.rows("post", "post_id"))) == 2


@pytest.mark.parametrize("text", [" padded ", "ends with a return\r", "\t"])
def test_blanks_around_a_text_stay_where_a_layout_knows_several_places_of_it(tmp_path, text):
    post = {key: value for key, value in V1.items() if key != "text"} | {"full_text": text}
    other = V1 | {"id_str": str(BIG + 4)}
    result = read(tmp_path, "twitter_v1", "posts.jsonl", lines(post, other))
    assert result.rows("post", "text") == [(text,), ("short…",)]
