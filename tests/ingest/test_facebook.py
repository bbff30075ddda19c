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


def test_an_export_without_the_day_of_creation_is_refused(tmp_path):
    (tmp_path / "posts.csv").write_bytes(b"Facebook Id,Page Creation\n1,2012-08-07\n")
    with pytest.raises(InputError, match=r"no column 'Page Created' \(the most similar is 'Page Creation'\)"):
        ingest_files(
            "users", tmp_path / "posts.csv", tmp_path / "o", find_layout("facebook_082019", ENTRY, "users")
        )
