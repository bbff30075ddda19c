"""Every form of file yields the same tables, the same account of its rows and refusals of one sentence. All data are invented."""

import csv
import gzip
import io
import json
import zipfile

import duckdb
import pytest

from takedown.core.errors import InputError
from takedown.ingest.layout import LATE_TWEET_COLUMNS, TWEET_COLUMNS
from takedown.ingest.mapping import find_layout
from takedown.ingest.record import TABLES
from tests.ingest.test_facebook import export, post
from tests.ingest.test_r_data import tweets as r_tweets
from tests.ingest_files import ingest_files, quoted, tweet

#: A good post, the same again, one without an id and one without a time that can be read: in the columns of a user.
RECORDS = [
    {"id": "1161000000000000001", "who": "77", "at": "2019-08-12 09:41"},
    {"id": "1161000000000000001", "who": "77", "at": "2019-08-12 09:41"},
    {"id": "", "who": "77", "at": "2019-08-12 09:41"},
    {"id": "1161000000000000002", "who": "77", "at": "last summer"},
]
COLUMNS = {"post_id": "id", "account_id": "who", "posted_at": "at"}
MAPPED = find_layout("mine", {"layout": "mapped", "mapping": {"tweets": {"columns": COLUMNS}}}, "tweets")
FACEBOOK = find_layout("facebook", {"layout": "facebook_export"}, "tweets")


def in_twitters_columns() -> bytes:
    return quoted([tweet(row["id"], userid=row["who"], tweet_time=row["at"]) for row in RECORDS])


def zipped(*members: tuple[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return packed.getvalue()


def plain_csv() -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, ["id", "who", "at"])
    writer.writeheader()
    writer.writerows(RECORDS)
    return text.getvalue().encode()


def parquet(tmp_path) -> bytes:
    rows = ", ".join(str(tuple(row.values())) for row in RECORDS)
    path = tmp_path / "made.parquet"
    duckdb.sql(f'SELECT * FROM (VALUES {rows}) AS t(id, who, "at")').write_parquet(str(path))
    return path.read_bytes()


#: Form → name of the file, what it holds, and its layout.
FORMS = {
    "release": ("tweets.zip", lambda _: zipped(("a/tweets.csv", in_twitters_columns())), "twitter_release"),
    "mirror": ("tweets.csv", lambda _: in_twitters_columns(), "twitter_mirror"),
    "R data": ("tweets.rds", lambda _: gzip.compress(r_tweets(ids=("1", "1", None, "4", "5"))), "r_data"),
    "mapped CSV": ("tweets.csv", lambda _: plain_csv(), MAPPED),
    "mapped JSON Lines": (
        "tweets.jsonl",
        lambda _: "".join(json.dumps(row) + "\n" for row in RECORDS).encode(),
        MAPPED,
    ),
    "mapped Parquet": ("tweets.parquet", parquet, MAPPED),
    "Facebook": (
        "posts.csv",
        lambda _: export(post(1), post(1), post(2, Facebook_Id=""), post(3, Post_Created="last summer")),
        FACEBOOK,
    ),
}


@pytest.fixture(params=FORMS, ids=lambda name: name.replace(" ", "-"))
def form(request, tmp_path):
    """Return the path of a file, not written yet, its bytes and its layout."""
    name, make, layout = FORMS[request.param]
    return tmp_path / name, make(tmp_path), layout


def test_every_form_yields_the_same_tables_and_the_same_account_of_its_rows(form, tmp_path, ingest_posts):
    path, content, layout = form
    path.write_bytes(content)
    found = ingest_files("tweets", [path], tmp_path / "found", layout)
    usual = ingest_posts(tweet())
    for table in TABLES["tweets"]:
        columns = [duckdb.read_parquet(str(one.outputs[table])).dtypes for one in (found, usual)]
        assert columns[0] == columns[1], table
        names = [duckdb.read_parquet(str(one.outputs[table])).columns for one in (found, usual)]
        assert names[0] == names[1], table
    read, kept, duplicate, rejected, _ = found.account()
    assert read == kept + duplicate + rejected and duplicate == 1
    assert len(found.rows("post")) == kept
    reasons = {reason for _, _, reason in found.rejected()}
    assert reasons == {"missing_id", "unreadable_date"} and len(found.rejected()) == rejected


@pytest.mark.parametrize("content", [None, b"", b"<!DOCTYPE html><html>not found</html>"])
def test_what_is_no_such_file_is_refused_in_one_sentence_that_names_it(form, tmp_path, content):
    path, _, layout = form
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as error:
        ingest_files("tweets", [path], tmp_path / "out", layout)
    sentence = str(error.value)
    assert path.name in sentence and "\n" not in sentence and sentence.endswith(".")
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").glob("*.parquet*"))


def test_a_release_of_many_files_in_all_the_ways_seen_is_one_archive(tmp_path):
    """Several zips; several members, in folders of years; a plain CSV; other names; early columns only; other line ends."""
    ids = iter(range(10**18, 10**18 + 50))
    rows = [[tweet(str(next(ids))) for _ in range(3)] for _ in range(5)]
    early = [column for column in TWEET_COLUMNS if column not in LATE_TWEET_COLUMNS]
    files = {
        "ira_202012_tweets_csv_hashed.zip": zipped(
            ("IRA_YYYY/IRA_2019/ira_tweets_csv_hashed_2019.csv", quoted(rows[0])),
            ("ira_tweets_csv_hashed_part2.csv", quoted(rows[1]).replace(b"\n", b"\r\n")),
            ("__MACOSX/._part2.csv", b"junk"),
            ("README.txt", b"not read"),
        ),
        "russian_linked_tweets_csv_hashed_2.zip": zipped(("linked.csv", quoted(rows[2], early))),
        "tweets_csv_unhashed_2020.csv": quoted(rows[3]).replace(b'"', b""),
        "032020_tweets.CSV": b"\xef\xbb\xbf" + quoted([*rows[4], rows[0][0]]),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    found = ingest_files("tweets", [tmp_path / name for name in sorted(files)], tmp_path / "out")
    assert len(found.rows("post")) == 15
    fates = found.rows(
        "row_account", "sum(rows_read), sum(rows_kept), sum(rows_duplicate), sum(rows_rejected), count(*)"
    )
    assert fates == [(16, 15, 1, 0, 5)]
