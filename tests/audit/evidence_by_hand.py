"""Posts behind one pair of accounts, written by hand."""

from pathlib import Path

import duckdb

from takedown.audit.evidence import write_evidence

#: Digests of two accounts.
ACCOUNTS = ("a000000000000001", "a000000000000002")
#: Two joint acts on two objects by the same two posts, and a later one, by the account with the larger digest first.
ROWS = """
    SELECT
        trace,
        'ids are not shown' AS account_a, 'ids are not shown' AS account_b,
        $second AS digest_a, $first AS digest_b,
        object,
        'archive' AS archive_a, post AS post_a, TIMESTAMP '2019-08-19 12:00:30' + to_days(day) AS posted_a, $text AS text_a,
        'archive' AS archive_b, post + 1 AS post_b, TIMESTAMP '2019-08-19 12:00:00' + to_days(day) AS posted_b, $text AS text_b
    FROM (VALUES ('co_link', 'o', 1, 0), ('co_link', 'p', 1, 0), ('co_link', 'o', 3, 1)) AS acts (trace, object, post, day)
"""


def write_posts(folder: Path, scratch: Path, *, text: str | None = None, copies: int = 1) -> list[Path]:
    """Write the scripts of the posts to a folder and return them; with a `text`, which is the object too, of one act."""
    values = {"first": ACCOUNTS[0], "second": ACCOUNTS[1], "text": text}
    path = scratch / "evidence.parquet"
    with duckdb.connect() as connection:
        query = f"SELECT * REPLACE ($text AS object) FROM ({ROWS}) LIMIT 1" if text else ROWS
        connection.execute(f"CREATE TABLE posts AS {query}", values)
        connection.table("posts").write_parquet(str(path))
    write_evidence([path] * copies, folder, scratch=scratch / "scratch", memory_mb=300)
    return sorted(folder.iterdir())
