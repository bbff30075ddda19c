"""A database with a few hand-made accounts and posts, and the real Thai release where it lies, for the tests of reported numbers."""

from pathlib import Path

import duckdb

from takedown.core.database import open_records, read_sql
from takedown.core.paths import RESOURCES, SCHEMAS
from takedown.core.records import write_archive_table
from takedown.core.registry import load_registry
from takedown.ingest.read import ingest
from takedown.ingest.record import TABLES
from tests.ingest_files import LIMITS

THAILAND = "thailand_092020"

#: account, creation day, interface language, location, profile text, link, followers, followed
ACCOUNTS = [
    ("1", "2017-08-18", "zh-cn", "Hong Kong", "news", "", 0, 5),
    ("2", "2017-08-18", "en", "", "", "", 4, 0),
    ("3", "2017-09-02", "zh-tw", None, None, "http://a.example", 8, 1),
    ("4", "2019-06-01", "fr", "Paris", "", "", 0, 0),  # never posted
]

#: post, account, UTC time, language, text, client, reposted post, reposted account, replied post, replied account, quoted, quotes, likes
POSTS = [
    ("10", "1", "2016-12-31 16:30", "zh", "香港 police", "Web", None, None, None, None, None, 1, 2),
    ("11", "1", "2017-01-01 02:00", "zh", "RT @army: 香港 美國", "Web", "900", "1", None, None, None, 0, 0),
    (
        "12",
        "1",
        "2019-06-03 01:00",
        "en",
        "Police in Hong Kong!",
        "Bot",
        None,
        None,
        None,
        None,
        "77",
        None,
        4,
    ),
    ("13", "2", "2019-06-03 01:00", "en", "RT @army: hk", "Bot", "901", None, None, None, None, 0, 0),
    ("14", "2", "2019-06-08 23:59", "en", "RT @bbc hello", "Bot", None, None, "55", "b", None, 0, 0),
    ("15", "3", "2019-06-08 23:59", "", "Guo in Hong Kong", "Web", None, None, None, "b", None, 0, 0),
]
HASHTAGS = [("10", 1, "香港"), ("10", 2, "HK"), ("12", 1, "hk"), ("15", 1, "香港")]
MENTIONS = [("11", 1, "500"), ("13", 1, "500"), ("14", 1, "600")]
LINKS = [
    ("10", 1, "https://news.cgtn.com/a"),
    ("12", 1, "http://CGTN.com:80/b"),
    ("15", 1, "notcgtn.com/c"),
]


def registry() -> dict[str, dict]:
    """Return the registry that comes with the study."""
    return load_registry(RESOURCES / "archives.yaml", SCHEMAS / "archives.schema.yaml")


def made_database() -> duckdb.DuckDBPyConnection:
    """Return a database whose archive `a` has the rows above, of a release, and `b` simulated ones."""
    connection = duckdb.connect()
    connection.execute(read_sql("core/schema.sql"))
    connection.execute("""
        INSERT INTO archive BY NAME SELECT
            unnest(['a', 'b']) AS archive_id, '' AS name, 'twitter' AS platform, 'operation' AS role,
            unnest(['release', 'replica']) AS provenance, true AS has_accounts, true AS has_posts,
            DATE '2019-08-19' AS released_on, '' AS source
    """)
    connection.executemany(
        """
        INSERT INTO account BY NAME SELECT
            'a' AS archive_id, $1 AS account_id, false AS id_is_hashed, $2::DATE AS created_on, $3 AS language,
            $4 AS reported_location, $5 AS profile_description, $6 AS profile_url, $7 AS follower_count, $8 AS following_count
        """,
        ACCOUNTS,
    )
    connection.executemany(
        """
        INSERT INTO post BY NAME SELECT
            'a' AS archive_id, $1 AS post_id, $2 AS account_id, $3::TIMESTAMP AS posted_at, $4 AS language, $5 AS text,
            $6 AS client, $7 IS NOT NULL AS is_repost, $7 AS reposted_post_id, $8 AS reposted_account_id,
            $9 AS reply_to_post_id, $10 AS reply_to_account_id, $11 AS quoted_post_id, $12 AS quote_count, $13 AS like_count,
            0 AS reply_count, 0 AS repost_count
        """,
        POSTS,
    )
    for table, rows in (("post_hashtag", HASHTAGS), ("post_mention", MENTIONS), ("post_url", LINKS)):
        connection.executemany(f"INSERT INTO {table} VALUES ('a', $1, $2, $3)", rows)
    connection.execute("""
        INSERT INTO creation_day BY NAME SELECT
            archive_id, created_on, language, count(*)::INTEGER AS accounts, 'release' AS provenance
        FROM account GROUP BY ALL
    """)
    connection.execute("INSERT INTO creation_day VALUES ('b', '2019-01-01', 'en', 9, 'replica')")
    connection.executemany(
        "INSERT INTO published_post_hour VALUES ('a', $1, $2, $3, $4)",
        [
            ("zh", "2019-06-07", 8, 1),
            ("zh", "2019-06-07", 9, 4),
            ("zh", "2019-06-08", 17, 2),
            ("en", "2019-07-01", 9, 1),
        ],
    )
    return connection


def thai_records(real_records: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    """Ingest the real Thai release into `folder` and open its tables; local time is that of Bangkok."""
    raw = real_records / THAILAND
    found = {kind: [str(raw / f"{THAILAND}_{kind}_csv_hashed.zip")] for kind in TABLES}
    records = []
    for kind, paths in found.items():
        outputs = {table: folder / f"{table}.parquet" for table in TABLES[kind]}
        outputs = {
            table: path
            if table.endswith("_row") and table != "rejected_row"
            else folder / f"{kind}_{path.name}"
            for table, path in outputs.items()
        }
        ingest(kind, paths, THAILAND, "twitter_release", outputs, scratch=folder / "scratch", **LIMITS)
        records += outputs.values()
    write_archive_table(
        {THAILAND: {"provenance": "release", **found}},
        {THAILAND: registry()[THAILAND]},
        folder / "archive.parquet",
    )
    return open_records([*records, folder / "archive.parquet"], utc_offset_hours=7)
