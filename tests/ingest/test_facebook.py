"""Exports of Facebook's pages and posts in the layout of CrowdTangle. All data are invented."""

import csv
import io
from datetime import date, datetime

import pytest

from takedown.core.errors import InputError
from takedown.core.registry import locate_files
from takedown.ingest.mapping import find_layout
from tests.ingest_files import ingest_files

ENTRY = {"layout": "facebook_export", "files": {}}
COLUMNS = [
    "Page Name",
    "User Name",
    "Facebook Id",
    "Page Category",
    "Page Admin Top Country",
    "Page Description",
    "Page Created",
    "Likes at Posting",
    "Followers at Posting",
    "Post Created",
    "Type",
    "Total Interactions",
    "Likes",
    "Comments",
    "Shares",
    "URL",
    "Message",
    "Link",
    "Final Link",
]
PAGE = {
    "Page Name": "Invented News",
    "User Name": "invented.news",
    "Facebook Id": "100000000000001",
    "Page Admin Top Country": "ZZ",
    "Page Description": "a\nb",
    "Page Created": "2012-08-07 17:10:53",
    "Followers at Posting": "1,500",
    "Likes": "7",
    "Shares": "1,002",
}


def post(number: int, **values: str) -> dict[str, str]:
    row = PAGE | {"URL": f"https://example.org/{number}", "Post Created": "2019-08-19 22:15:17 EDT"}
    return row | {key.replace("_", " "): value for key, value in values.items()}


def export(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


ROWS = (
    post(1, Message="x", Link="https://a.example/?q=1, 2", Final_Link="https://b.example/"),
    post(2, Post_Created="2019-08-19 10:15:17 UTC", Link="https://a.example/"),
    post(3, Post_Created="2019-08-19 10:15:17 XYZ"),
    post(4, Facebook_Id="1.0E+14"),
    post(1),
    post(5, Facebook_Id="7", Page_Created="", Post_Created="2019-12-19 22:15:17 PST"),
)


def read(tmp_path, kind: str):
    (tmp_path / "posts.csv").write_bytes(export(*ROWS))
    layout = find_layout("facebook_082019", ENTRY, kind)
    return ingest_files(kind, tmp_path / "posts.csv", tmp_path / kind, layout)


def test_posts_of_an_export_become_posts(tmp_path):
    result = read(tmp_path, "tweets")
    assert result.rows("post", "post_id[-1], account_id, posted_at, text, repost_count, decoded_at") == [
        ("1", "100000000000001", datetime(2019, 8, 20, 2, 15, 17), "x", 1002, None),
        ("2", "100000000000001", datetime(2019, 8, 19, 10, 15, 17), None, 1002, None),
        ("5", "7", datetime(2019, 12, 20, 6, 15, 17), None, 1002, None),
    ]
    assert [row[-1] for row in result.rows("post_url")] == ["https://b.example/", "https://a.example/"]
    assert result.rejected() == [
        (4, "Post Created", "unreadable_date"),
        (5, "Facebook Id", "spreadsheet_ruined_id"),
    ]
    assert result.account() == (6, 3, 1, 2, 0)


def test_pages_of_an_export_of_posts_become_accounts(tmp_path):
    result = read(tmp_path, "users")
    columns = "account_id, created_on, created_at, display_name, reported_location, follower_count"
    assert result.rows("account", columns) == [
        ("100000000000001", date(2012, 8, 7), None, "Invented News", "ZZ", 1500)
    ]
    assert result.rows("row_account", "file, rows_read, rows_kept, rows_duplicate, rows_rejected") == [
        ("posts.csv (pages)", 6, 1, 3, 2)
    ]


def test_a_file_of_posts_is_both_kinds_of_file(tmp_path):
    folder = tmp_path / "facebook_082019"
    folder.mkdir()
    for name in ("pages.csv", "posts_1.zip"):
        (folder / name).touch()
    files = locate_files("facebook_082019", ENTRY, tmp_path, "data/replica")
    assert (files.users, files.tweets) == (
        [str(folder / "pages.csv"), str(folder / "posts_1.zip")],
        [str(folder / "posts_1.zip")],
    )
    (folder / "users.csv").touch()
    with pytest.raises(InputError, match="neither a pages nor a posts file"):
        locate_files("facebook_082019", ENTRY, tmp_path, "data/replica")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2021-08-19 10:15:17 CEST", 8),
        ("2021-08-19 10:15:17 BST", 9),
        ("2021-08-19 10:15:17 AEST", 0),
        ("2021-08-19 10:15:17 HKT", 2),
        ("2021-08-19 10:15:17 +03", 7),
        ("2021-08-19 10:15:17", 10),
    ],
)
def test_names_of_time_zones_are_read_by_their_offset(tmp_path, text, hour):
    (tmp_path / "posts.csv").write_bytes(export(post(1, Post_Created=text)))
    layout = find_layout("facebook_082019", ENTRY, "tweets")
    result = ingest_files("tweets", tmp_path / "posts.csv", tmp_path / "out", layout)
    assert result.rows("post", "posted_at") == [(datetime(2021, 8, 19, hour, 15, 17),)]


def test_an_entry_may_say_which_zone_an_ambiguous_name_is(tmp_path):
    (tmp_path / "posts.csv").write_bytes(export(post(1), post(2, Post_Created="2021-08-19 10:15:17 IST")))
    entry = ENTRY | {"mapping": {"time_zones": {"IST": 5.5}}}
    read = [
        ingest_files("tweets", tmp_path / "posts.csv", tmp_path / name, find_layout("f", made, "tweets"))
        for name, made in (("a", ENTRY), ("b", entry))
    ]
    assert [result.rejected() for result in read] == [
        [(3, "Post Created", "unreadable_date")],
        [],
    ]
    assert read[1].rows("post", "posted_at")[1] == (datetime(2021, 8, 19, 4, 45, 17),)


def test_exports_before_april_2021_and_of_groups_are_read(tmp_path):
    before = (
        "Page Name,User Name,Facebook Id,Likes at Posting,Created,Type,Likes,Comments,Shares,URL,Message,Link,Final Link\n"
        'a,a,5,"1,000",2020-08-19 10:15:17 EDT,Link,1,2,3,https://example.org/1,x,,\n'
    )
    group = (
        "Group Name,User Name,Facebook Id,Size at Posting,Post Created,Likes,URL,Message\n"
        'g,,7,"2,000",2021-08-19 10:15:17 EDT,1,https://example.org/2,y\n'
    )
    for name, text in (("before.csv", before), ("group.csv", group)):
        (tmp_path / name).write_text(text)
    paths = [tmp_path / "before.csv", tmp_path / "group.csv"]
    posts, pages = (
        ingest_files(kind, paths, tmp_path / kind, find_layout("f", ENTRY, kind))
        for kind in ("tweets", "users")
    )
    assert posts.rows("post", "account_id, posted_at, text, like_count") == [
        ("5", datetime(2020, 8, 19, 14, 15, 17), "x", 1),
        ("7", datetime(2021, 8, 19, 14, 15, 17), "y", 1),
    ]
    # Neither says when the page or group was created, so no account is made up.
    assert pages.rows("rejected_row", "file, column_name, reason") == [
        ("before.csv (pages)", "Page Created", "unreadable_date"),
        ("group.csv (pages)", "Page Created", "unreadable_date"),
    ]
