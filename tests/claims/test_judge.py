"""The verdicts on claims: each by its bars, none from simulated records."""

import copy
import csv
from pathlib import Path

import duckdb
import pytest

from takedown.claims.judge import (
    BEYOND,
    COLUMNS,
    NEEDS_RECORDS,
    UNDECIDED,
    VERDICTS,
    judge_claims,
    why_unusable,
    write_claims,
)
from takedown.claims.ledger import load_claims
from takedown.core.database import make_tables
from takedown.core.errors import InputError
from takedown.validation.calibration.study import Rate
from tests.claims.test_ledger import IDS

WORKFLOW = Path(__file__).resolve().parents[2] / "workflow"
LEDGER = WORKFLOW / "resources" / "claims.yaml"
QUERIES = WORKFLOW / "sql" / "claims"
PAIRED = "coordination.paired_share_co_tweet_or_co_retweet"


def rate(method, value=0.05, quantity="type I error", used=True, nominal=0.05) -> Rate:
    return Rate(
        method,
        "a null",
        quantity,
        nominal,
        2000,
        round(2000 * value),
        value,
        0,
        1,
        used,
        "study",
        "",
        None,
        None,
    )


#: Every method that the claims name, as if its error rates were nominal.
USED = [
    rate(method)
    for claim in load_claims(LEDGER)["claims"]
    for check in claim["checks"]
    for method in check.calibrated_by
]


@pytest.fixture(scope="module")
def ledger() -> dict:
    return load_claims(LEDGER)


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    with duckdb.connect() as connection:
        make_tables(connection, 8)
        yield connection


def add_archive(connection, archive_id="china_082019_1", provenance="release", released_on="2019-08-19"):
    connection.execute(
        "INSERT INTO archive BY NAME SELECT $id AS archive_id, $id AS name, 'twitter' AS platform, "
        "'operation' AS role, $provenance AS provenance, true AS has_accounts, "
        "true AS has_posts, $day::DATE AS released_on, "
        "936 AS announced_accounts, 4301 AS published_accounts, 'a file' AS source",
        {"id": archive_id, "provenance": provenance, "day": released_on},
    )


def add_post(
    connection, post_id, account_id, posted_at, text="", repost_of=None, archive_id="china_082019_1"
):
    connection.execute(
        "INSERT INTO post BY NAME SELECT ? AS archive_id, ? AS post_id, ? AS account_id, "
        "?::TIMESTAMP AS posted_at, ? AS text, ? AS is_repost, ? AS reposted_post_id",
        [archive_id, post_id, account_id, posted_at, text, repost_of is not None, repost_of],
    )


def add_measure(connection, measure, subject, value, provenance, low=None, high=None):
    connection.execute(
        "INSERT INTO measure BY NAME SELECT ? AS id, ? AS measure, ? AS subject, ?::DOUBLE AS value, "
        "?::DOUBLE AS low, ?::DOUBLE AS high, 'accounts' AS unit, 'count' AS method, "
        "? AS provenance, 'a_rule' AS rule",
        [f"{measure}.{subject}", measure, subject, value, low, high, provenance],
    )


def judge(connection, ledger, claim_id) -> dict:
    rows = {row["id"]: row for row in judge_claims(connection, ledger, QUERIES, USED)}
    return rows[claim_id]


def test_with_an_empty_database_nothing_is_testable(connection, ledger):
    rows = judge_claims(connection, ledger, QUERIES, USED)
    assert {row["verdict"] for row in rows} == {NEEDS_RECORDS, BEYOND}
    assert not any(row["observed"] or row["demonstration"] for row in rows)


def test_940_rows_contradict_936_announced_accounts(connection, ledger):
    add_measure(connection, "creation.accounts", "operation", 940, "aggregate")
    row = judge(connection, ledger, "accounts")
    assert (row["observed"], row["verdict"], row["provenance"]) == (940, "contradicted", "aggregate")
    assert row["reason"].startswith("936 accounts were announced; the files hold 940 rows.")


def test_936_rows_are_consistent_with_936_announced_accounts(connection, ledger):
    add_measure(connection, "creation.accounts", "operation", 936, "release")
    assert judge(connection, ledger, "accounts")["verdict"] == "consistent"


def test_every_comparison_has_to_hold(connection, ledger):
    own = "creation.burst_share_difference"
    for name, low in (
        (own, 0.02),
        (f"{own}_earlier_cut", 0.02),
        ("creation.joint_burst_share_difference", -0.001),
    ):
        add_measure(connection, name, "operation", 0.3, "aggregate", low=low)
    row = judge(connection, ledger, "creation-concentration")
    assert (row["observed"], row["verdict"]) == (0.3, "undecided")
    connection.execute("UPDATE measure SET low = 0.01 WHERE measure LIKE '%joint%'")
    assert judge(connection, ledger, "creation-concentration")["verdict"] == "consistent"


def test_a_calendar_without_a_burst_contradicts_that_accounts_were_created_together(connection, ledger):
    add_measure(connection, "creation.burst_days", "operation", 0, "aggregate")
    add_measure(connection, "creation.burst_share", "operation", 0, "aggregate")
    assert judge(connection, ledger, "bellutta-carley-2023")["verdict"] == "contradicted"


def test_an_interval_that_holds_the_bar_decides_nothing(connection, ledger):
    add_measure(connection, "content.topic_share_after", "operation", 0.12, "release", low=0.09, high=0.2)
    add_measure(connection, "content.topic_share_change", "operation", 0.1, "release", low=0.05, high=0.2)
    row = judge(connection, ledger, "target")
    assert row["verdict"] == UNDECIDED
    assert row["reason"].startswith(
        "The data do not decide: the interval of content.topic_share_after (operation), 0.09 to 0.2, does not lie on one "
        "side of the bar, 0.1."
    )


def test_a_whole_interval_on_the_wrong_side_contradicts(connection, ledger):
    for name, value in (("share", 0.2), ("weekend_ratio", 0.4), ("evening_ratio", 0.1)):
        add_measure(
            connection, f"posting.office_{name}", "all", value, "release", low=value / 2, high=1.5 * value
        )
    assert judge(connection, ledger, "september-office-hours")["verdict"] == "contradicted"


def test_a_failed_bar_that_is_no_evidence_leaves_the_claim_undecided_and_says_why(connection, ledger):
    add_measure(connection, "content.slur_topic_share_difference", "operation", -0.2, "release", -0.3, -0.1)
    row = judge(connection, ledger, "slurs")
    assert row["verdict"] == UNDECIDED
    assert "this is no evidence against the claim" in row["reason"]


@pytest.mark.parametrize(
    ("rates", "reason"),
    [
        ([], "Not judged: the method two_way_cluster_test was never calibrated."),
        (
            [rate("two_way_cluster_test", used=False), rate("two_way_cluster_test", 0.12, used=False)],
            "Not judged: the method two_way_cluster_test errs in 12.0 % of simulations, at a nominal rate of 5 %.",
        ),
        (
            [
                rate("two_way_cluster_test", used=False),
                rate("two_way_cluster_test", 0.9, "coverage", used=False, nominal=0.95),
                rate("two_way_cluster_test", 0.06, "interval too high", used=False, nominal=0.025),
            ],
            "Not judged: the method two_way_cluster_test errs in 6.0 % of simulations, at a nominal rate of 2.5 %.",
        ),
        (
            [rate("two_way_cluster_test", 0.5, "power", used=False)],
            "Not judged: the study reports no result by the method two_way_cluster_test.",
        ),
        ([rate("two_way_cluster_test"), rate("two_way_cluster_test", 0.9, "power")], None),
    ],
)
def test_a_method_that_errs_too_often_supports_no_verdict(connection, ledger, rates, reason):
    assert why_unusable("two_way_cluster_test", rates) == reason
    add_measure(connection, "content.slur_topic_share_difference", "operation", 0.2, "release", 0.1, 0.3)
    row = next(row for row in judge_claims(connection, ledger, QUERIES, rates) if row["id"] == "slurs")
    assert row["verdict"] == ("consistent" if reason is None else UNDECIDED)
    assert row["observed"] == 0.2
    assert reason is None or row["reason"].startswith(reason)


def test_the_methods_that_the_ledger_names_are_calibrated(root):
    """A misspelt name would leave its claim without a verdict."""
    studies = "".join(
        path.read_text(encoding="utf-8")
        for path in (root / "takedown/validation/calibration").glob("*_studies.py")
    )
    assert [rate.method for rate in USED if f'"{rate.method.removesuffix("_interval")}' not in studies] == []


def test_a_measure_without_an_interval_decides_nothing(connection, ledger):
    add_measure(connection, PAIRED, "operation", 0.9, "release")
    add_measure(connection, f"{PAIRED}_excess_difference", "operation", 0.2, "release")
    row = judge(connection, ledger, "schoch-2022")
    assert (row["verdict"], row["observed"]) == (UNDECIDED, 0.9)
    assert f"{PAIRED}_excess_difference (operation) has no interval" in row["reason"]


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.7, 0.8, "consistent"),
        (0.4, 0.6, "contradicted"),
        (0.85, 0.95, "contradicted"),
        (0.6, 0.8, UNDECIDED),
    ],
)
def test_the_mean_over_campaigns_can_be_confirmed_and_contradicted(connection, ledger, low, high, verdict):
    add_measure(connection, "atlas.co_posting_share", "thailand_092020", 0.36, "aggregate")
    assert judge(connection, ledger, "schoch-2022-mean")["verdict"] == NEEDS_RECORDS
    add_measure(
        connection, "atlas.co_posting_share", "campaigns", (low + high) / 2, "release", low=low, high=high
    )
    row = judge(connection, ledger, "schoch-2022-mean")
    assert (row["verdict"], row["observed"], row["provenance"]) == (verdict, 0.36, "aggregate")


@pytest.mark.parametrize(("campaigns", "verdict"), [(28, "consistent"), (25, "contradicted")])
def test_the_number_of_campaigns_is_that_of_the_atlas(connection, ledger, campaigns, verdict):
    add_measure(connection, "atlas.campaigns", "campaigns", campaigns, "reported")
    assert judge(connection, ledger, "seckin-2025-campaigns")["verdict"] == verdict


@pytest.mark.parametrize(("share", "verdict"), [(0.6, "consistent"), (0.2, UNDECIDED)])
def test_posts_before_the_bursts_are_no_evidence_against_warnings(connection, ledger, share, verdict):
    add_measure(connection, "atlas.posts_after_bursts_share", "operation", share, "reported")
    add_measure(connection, "atlas.posts_after_bursts_share", "thailand_092020", 0.7, "aggregate")
    assert judge(connection, ledger, "bellutta-carley-2023-before")["verdict"] == verdict


def test_small_clusters_are_no_evidence_of_large_ones_and_none_against_them(connection, ledger):
    add_measure(connection, "coordination.network_largest_community", "operation", 9, "release")
    add_measure(connection, "coordination.network_cluster_sensitivity", "operation", 1, "release")
    # Without a network there is no share of its posts, and the claim is undecided all the same.
    row = judge(connection, ledger, "coordinated")
    assert (row["verdict"], row["observed"]) == (UNDECIDED, 9)
    add_measure(connection, "coordination.network_topic_share", "operation", 0.9, "release", 0.8, 0.95)
    for measure, value, verdict in (
        ("largest_community", 10, UNDECIDED),
        ("cluster_sensitivity", 1.9, UNDECIDED),
        ("cluster_sensitivity", 2.5, "consistent"),
    ):
        connection.execute(
            "UPDATE measure SET value = $1 WHERE measure = 'coordination.network_' || $2", [value, measure]
        )
        assert judge(connection, ledger, "coordinated")["verdict"] == verdict


def test_a_news_profile_needs_a_control_with_profiles(connection, ledger):
    add_measure(connection, "content.news_profile_share", "operation", 0.2, "release", 0.1, 0.3)
    row = judge(connection, ledger, "news-disguise")
    assert (row["observed"], row["low"], row["verdict"]) == (0.2, 0.1, NEEDS_RECORDS)
    add_measure(connection, "content.news_profile_share_difference", "operation", 0.1, "release", 0.05, 0.15)
    assert judge(connection, ledger, "news-disguise")["verdict"] == "consistent"


def test_one_missing_answer_leaves_the_claim_untested(connection, ledger):
    add_measure(connection, "creation.burst_days", "operation", 7, "aggregate")
    assert judge(connection, ledger, "bellutta-carley-2023")["verdict"] == NEEDS_RECORDS


def fill_with_posts(connection, provenance):
    add_archive(connection, provenance=provenance)
    add_archive(connection, "china_092019", provenance, released_on="2019-09-20")
    connection.execute(
        "INSERT INTO creation_day VALUES ('china_092019', '2019-09-01', 'en', 2, $1), "
        "('china_082019_1', '2018-01-01', 'en', 9, $1)",
        [provenance],
    )
    add_measure(connection, "creation.accounts", "operation", 936, provenance)
    add_measure(connection, "creation.burst_days", "operation", 7, provenance)
    add_measure(connection, "creation.burst_share", "operation", 0.3, provenance)
    for subject in ("operation", "all"):
        add_measure(connection, "posting.office_share", subject, 0.6, provenance, low=0.5, high=0.7)
        add_measure(connection, "posting.office_weekend_ratio", subject, 0.4, provenance, low=0.3, high=0.6)
        add_measure(connection, "posting.office_evening_ratio", subject, 0.1, provenance, low=0.05, high=0.6)
    add_measure(connection, "content.topic_share_after", "operation", 0.8, provenance, low=0.7, high=0.9)
    add_measure(connection, "content.topic_share_change", "operation", 0.6, provenance, low=0.5, high=0.7)
    add_measure(connection, "content.slur_topic_share_difference", "operation", 0.2, provenance, 0.1, 0.3)
    add_measure(connection, "content.news_profile_share", "operation", 0.2, provenance, 0.1, 0.3)
    add_measure(connection, "content.state_media_share", "operation", 0.01, provenance, 0.005, 0.015)
    add_measure(connection, "violation.company_share", "operation", 0.9, provenance, 0.8, 1)
    add_measure(connection, PAIRED, "operation", 0.7, provenance)
    add_measure(connection, f"{PAIRED}_excess_difference", "operation", 0.2, provenance, 0.1, 0.3)
    add_measure(connection, "coordination.network_largest_community", "operation", 45, provenance)
    add_measure(connection, "coordination.network_cluster_sensitivity", "operation", 9, provenance)
    add_measure(connection, "coordination.network_topic_share", "operation", 0.9, provenance, 0.8, 0.95)
    add_measure(connection, "violation.repeat_share", "operation", 0.1, provenance, 0.05, 0.15)
    add_post(connection, "1", "a", "2019-01-01 10:00")


def test_a_replica_never_gives_a_finding(connection, ledger):
    fill_with_posts(connection, "replica")
    rows = judge_claims(connection, ledger, QUERIES, USED)
    assert {row["verdict"] for row in rows} == {NEEDS_RECORDS, BEYOND}
    simulated = [row for row in rows if row["demonstration"]]
    assert len(simulated) >= 10
    assert not any(row["observed"] or row["low"] or row["high"] or row["provenance"] for row in simulated)
    words = "Simulated records give {demonstrated:.3g} ({demonstrated_unit});"
    assert all(row["demonstration"].startswith(words.format(**row)) for row in simulated)


def test_the_same_records_as_a_release_give_findings(connection, ledger):
    fill_with_posts(connection, "release")
    rows = judge_claims(connection, ledger, QUERIES, USED)
    assert not any(row["demonstration"] for row in rows)
    found = {
        row["id"]: (row["verdict"], row["observed"])
        for row in rows
        if row["verdict"] not in (NEEDS_RECORDS, BEYOND)
    }
    assert found == {
        "accounts": ("consistent", 936),
        "chua-2019-created": ("contradicted", 0),
        "target": ("consistent", 0.8),
        "slurs": ("consistent", 0.2),
        "aspi-2019-office-hours": ("consistent", 0.6),
        "september-office-hours": ("consistent", 0.6),
        "coordinated": ("consistent", 45),
        "schoch-2022": ("consistent", 0.7),
        "bellutta-carley-2023": ("consistent", 7),
    }


def test_a_simulated_answer_beside_a_real_one_decides_nothing(connection, ledger):
    add_measure(connection, "creation.burst_days", "operation", 7, "aggregate")
    add_measure(connection, "creation.burst_share", "operation", 0.3, "replica")
    row = judge(connection, ledger, "bellutta-carley-2023")
    assert (row["verdict"], row["observed"], row["provenance"]) == (NEEDS_RECORDS, 7, "aggregate")
    assert row["demonstration"] is None


def test_a_claim_whose_first_number_is_simulated_has_a_demonstration_alone(connection, ledger):
    add_measure(connection, "creation.burst_days", "operation", 7, "replica")
    add_measure(connection, "creation.burst_share_difference", "operation", 0.3, "aggregate", low=0.05)
    row = judge(connection, ledger, "bellutta-carley-2023")
    assert (row["verdict"], row["observed"], row["provenance"]) == (NEEDS_RECORDS, None, None)
    assert row["demonstration"].startswith("Simulated records give 7 (accounts);")


def test_no_query_reads_the_posts_of_a_control(connection, ledger):
    fill_with_posts(connection, "release")
    before = judge_claims(connection, ledger, QUERIES, USED)
    connection.execute("UPDATE archive SET role = 'control' WHERE archive_id = 'china_092019'")
    add_post(connection, "9", "z", "2019-07-01 10:00", "hong kong isis", archive_id="china_092019")
    after = judge_claims(connection, ledger, QUERIES, USED)
    assert before == after


def test_a_query_with_other_columns_is_refused(connection, ledger, tmp_path):
    for path in QUERIES.glob("*.sql"):
        (tmp_path / path.name).write_text("SELECT 1 AS one", encoding="utf-8")
    with pytest.raises(InputError, match="make it return value"):
        judge_claims(connection, ledger, tmp_path, USED)


def test_the_file_has_one_row_for_each_claim_and_the_agreed_columns(connection, ledger, tmp_path):
    path = tmp_path / "claims.csv"
    write_claims(judge_claims(connection, ledger, QUERIES, USED), path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == IDS
    assert tuple(rows[0]) == COLUMNS
    assert {row["verdict"] for row in rows} <= set(VERDICTS)
    assert len(path.read_text(encoding="utf-8").splitlines()) == len(IDS) + 1


def test_no_cell_starts_a_formula(connection, ledger, tmp_path):
    ledger = copy.deepcopy(ledger)
    ledger["claims"][0] |= {"claim": "=1+1", "would_settle": "@SUM(A1)"}
    path = tmp_path / "claims.csv"
    write_claims(judge_claims(connection, ledger, QUERIES, USED), path)
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
