"""The claims in a study of archives that the claims are not about."""

# ruff: noqa: F811 (fixtures that are imported are named by the tests)

from takedown.claims.judge import NEEDS_RECORDS, judge_claims
from tests.claims.test_judge import QUERIES, USED, add_archive, add_measure, connection, ledger  # noqa: F401 (fixtures)


def test_what_is_measured_on_other_archives_answers_no_claim(connection, ledger):
    add_archive(connection)
    add_measure(connection, "creation.accounts", "operation", 936, "release")
    add_measure(connection, "posting.office_share", "all", 0.6, "aggregate", 0.55, 0.65)
    own = {row["id"]: row for row in judge_claims(connection, ledger, QUERIES, USED)}
    others = {"operation": ["uganda_0621"]}
    rows = {row["id"]: row for row in judge_claims(connection, ledger, QUERIES, USED, others)}
    assert own["accounts"]["verdict"] == "consistent"
    assert (rows["accounts"]["verdict"], rows["accounts"]["observed"]) == (NEEDS_RECORDS, None)
    assert rows["accounts"]["reason"] == (
        "The claim is about other archives than the operation of this study, which is uganda_0621."
    )
    # The posting series is still the one of the claims, and so are the archives that a query names.
    for claim in ("september-office-hours", "wider-network"):
        assert rows[claim] == own[claim]


def test_nor_does_a_replica_of_other_archives_demonstrate_one(connection, ledger):
    add_measure(connection, "creation.accounts", "operation", 926, "replica")
    (row,) = judge_claims(
        connection, ledger | {"claims": ledger["claims"][:1]}, QUERIES, USED, {"operation": ["uganda_0621"]}
    )
    assert row["demonstration"] is None and row["verdict"] == NEEDS_RECORDS


def test_a_verdict_against_another_control_says_so_in_place_of_the_limits(connection, ledger):
    add_measure(connection, "creation.accounts", "operation", 936, "release")
    (row,) = judge_claims(
        connection, ledger | {"claims": ledger["claims"][:1]}, QUERIES, USED, {"control": ["my_control"]}
    )
    assert row["verdict"] == "consistent"
    assert row["reason"].endswith(
        "The ledger was written for another control; the control of this study is my_control."
    )
