"""The public mirror of all releases: one file of accounts, one of posts. All data are invented."""

import zipfile

import pytest

from takedown.core.errors import InputError
from takedown.ingest.layout import LAYOUTS
from takedown.ingest.unpack import unpacked
from tests.ingest_files import ingest_files, quoted, tweet

USERS = (
    b"userid,user_display_name,account_creation_date,follower_count\n"
    b"1111,a,7/3/2018,1\n"
    b",,,\n"
    b"1.01421E+18,b,7/4/2018,2\n"
    b"userid,user_display_name,account_creation_date,follower_count\n"
    b"\n"
    b"2222,c,12/31/2017,3\n"
    b"3333,d,31/12/2017,4\n"
)
POSTS = [
    tweet("1", userid="1111"),
    tweet("2", userid="2222", tweet_time="8/12/2019 9:41"),
    tweet("1.01421E+18", userid="1111"),
    tweet("4", userid="1.01421E+18"),
    tweet("1.01421E+18", userid="2222"),
    {"tweetid": "tweetid", "userid": "userid", "tweet_time": "tweet_time"},
    {},
    tweet("5", userid="1111", tweet_text="a\nb"),
    tweet("6", userid="2222", tweet_text="a\nb"),
]


@pytest.fixture
def asked(tmp_path):
    path = tmp_path / "asked.txt"
    path.write_text("1111\n")
    return path


def fates(result) -> dict[str, int]:
    columns = ("read", "kept", "duplicate", "rejected", "repeated_header", "not_asked")
    [row] = result.rows("row_account", ", ".join(f"rows_{column}" for column in columns))
    return dict(zip(columns, row, strict=True))


def test_every_account_row_of_the_mirror_is_explained(tmp_path):
    (tmp_path / "ioa_users.csv").write_bytes(USERS)
    result = ingest_files("users", tmp_path / "ioa_users.csv", tmp_path / "out", "twitter_mirror")
    assert result.rows("account", "account_id, created_on::VARCHAR") == [
        ("1111", "2018-07-03"),
        ("2222", "2017-12-31"),
    ]
    assert result.rejected() == [
        (3, "userid", "missing_id"),
        (4, "userid", "spreadsheet_ruined_id"),
        (6, None, "blank_line"),
        (8, "account_creation_date", "unreadable_date"),
    ]
    assert result.account() == (7, 2, 0, 4, 1)


def test_posts_of_accounts_asked_for_are_kept_and_the_others_counted(tmp_path, asked):
    # A byte range that ends within the text of its last row.
    data = quoted(POSTS)
    (tmp_path / "t.csv").write_bytes(data[: data.rindex(b"\nb") + 2])
    result = ingest_files(
        "tweets", tmp_path / "t.csv", tmp_path / "out", "twitter_mirror", only_accounts=asked
    )
    assert [row[0] for row in result.rows("post", "post_id")] == ["1", "5"]
    assert fates(result) == {
        "read": 9,
        "kept": 2,
        "duplicate": 0,
        "rejected": 4,
        "repeated_header": 1,
        "not_asked": 2,
    }
    assert result.rejected() == [
        (4, "tweetid", "spreadsheet_ruined_id"),
        (5, "userid", "spreadsheet_ruined_id"),
        (8, "tweetid", "missing_id"),
        (10, None, "malformed_row"),
    ]


def test_without_a_list_all_rows_are_kept(tmp_path):
    (tmp_path / "t.csv").write_bytes(quoted(POSTS))
    result = ingest_files("tweets", tmp_path / "t.csv", tmp_path / "out", "twitter_mirror")
    assert [row[0] for row in result.rows("post", "post_id")] == ["1", "2", "5", "6"]
    assert fates(result)["not_asked"] == 0


@pytest.mark.parametrize(("name", "readers"), [("t.csv", 2), ("t.zip", 1)])
def test_a_csv_or_a_zip_for_one_reader_goes_through_a_pipe_and_leaves_nothing_on_disk(
    tmp_path, name, readers
):
    data = quoted([tweet(str(i), tweet_text="x" * 99) for i in range(2000)]) + b'"1,"broken"\n'
    (tmp_path / "t.csv").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.write(tmp_path / "t.csv", "t.csv")
    layout, limits = LAYOUTS["tweets"]["twitter_mirror"], {"largest_bytes": 1e9, "largest_ratio": 200}
    scratch = tmp_path / "scratch"
    with unpacked(tmp_path / name, scratch, layout=layout, readers=readers, **limits) as [file]:
        assert file.stream.path.read_bytes() == data[: data.rindex(b'"1,"')]
        file.stream.settle()
        assert [path for path in scratch.rglob("*") if path.is_file()] == []
        assert file.mender.records == 2002


def test_a_byte_range_loses_only_the_rows_that_are_cut_at_its_ends_and_counts_them(tmp_path):
    whole = quoted([tweet(str(10**18 + number), tweet_text=f"a\nb {number}") for number in range(200)])
    header, _, _ = whole.partition(b"\n")
    # From within a text of two lines to within a later row.
    first, last = whole.index(b'b 60"'), whole.index(b'b 150"') - 30
    (tmp_path / "tweets.csv").write_bytes(header + b"\n" + whole[first:last])
    result = ingest_files("tweets", tmp_path / "tweets.csv", tmp_path / "out", "twitter_mirror")
    posts = sorted(int(post_id) - 10**18 for (post_id,) in result.rows("post", "post_id"))
    assert posts == list(range(61, 150))
    assert result.account() == (91, 89, 0, 2, 0)
    assert result.rejected() == [(2, None, "malformed_row"), (92, None, "malformed_row")]


def test_a_byte_range_without_the_line_of_columns_is_refused_in_a_sentence(tmp_path):
    whole = quoted([tweet(str(10**18 + number)) for number in range(50)])
    (tmp_path / "tweets.csv").write_bytes(whole[len(whole) // 2 :])
    with pytest.raises(InputError, match=r"tweets\.csv has no column 'tweetid'.*correct its first line"):
        ingest_files("tweets", tmp_path / "tweets.csv", tmp_path / "out", "twitter_mirror")
