"""A campaign's own ledger: what its queries count, and that simulated records answer none of it."""

# ruff: noqa: F811 (fixtures that are imported are named by the tests)

import pytest

from takedown.claims.judge import NEEDS_RECORDS, judge_claims
from takedown.claims.ledger import load_claims
from takedown.core.paths import RESOURCES
from tests.claims.test_judge import QUERIES, USED, add_archive, connection  # noqa: F401 (fixture)

THAILAND = "thailand_092020"


@pytest.fixture
def thai_claims():
    return load_claims(RESOURCES / f"campaign_claims/{THAILAND}.yaml")


def fill(connection, provenance):
    """Add four accounts, two of January 2020, and ten posts, nine of them before 2 March 2020."""
    add_archive(connection, THAILAND, provenance)
    days = (("2014-05-01", 1), ("2019-12-08", 1), ("2020-01-09", 2))
    for day, accounts in days:
        connection.execute(
            "INSERT INTO creation_day VALUES (?, CAST(? AS DATE), 'th', ?, ?)",
            [THAILAND, day, accounts, provenance],
        )
    connection.execute(
        "INSERT INTO post BY NAME SELECT $archive AS archive_id, i::VARCHAR AS post_id, 'a' AS account_id, 'x' AS text, "
        "CASE WHEN i < 9 THEN TIMESTAMP '2020-03-01 23:59' ELSE TIMESTAMP '2020-03-02' END AS posted_at, "
        "false AS is_repost FROM range(10) AS post(i)",
        {"archive": THAILAND},
    )


def test_shares_of_accounts_and_posts_are_counted_in_the_records(connection, thai_claims):
    fill(connection, "release")
    rows = {row["id"]: row for row in judge_claims(connection, thai_claims, QUERIES, USED)}
    seen = {name: (rows[name]["observed"], rows[name]["verdict"]) for name in ("january", "range", "stopped")}
    assert seen == {
        "january": (0.5, "contradicted"),
        "range": (0.75, "contradicted"),
        "stopped": (0.9, "contradicted"),
    }
    assert rows["attribution"]["verdict"] == "beyond an archive"


def test_simulated_records_answer_no_claim(connection, thai_claims):
    fill(connection, "replica")
    rows = judge_claims(connection, thai_claims, QUERIES, USED)
    assert {row["observed"] for row in rows} == {None}
    assert {row["verdict"] for row in rows if row["id"] != "attribution"} == {NEEDS_RECORDS}
