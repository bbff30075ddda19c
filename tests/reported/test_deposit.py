"""Deposits: small counts are merged so that none can be told, and the tracked ones hold nothing of a single account."""

import csv
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.core.measures import Measure, read_measures
from takedown.core.paths import RESOURCES
from takedown.reported.deposit import (
    FEWEST,
    count_hours,
    count_values,
    deposited_atlas,
    deposited_measures,
    deposited_reproductions,
    deposited_rows,
    describe_inputs,
    merge_small_cells,
    thin_curve,
    thin_percentiles,
)
from takedown.reported.reproduce import agreement, count_agreement, read_reproduced, write_reproduced
from tests.reported.reported_study import THAILAND, made_database

DEPOSITED = sorted((RESOURCES / "deposited").glob("*/*.csv"))
#: Columns of deposited tables that count what accounts did.
COUNTS = {"accounts", "posts", "events", "rarefied_accounts", "rarefied_events", "at_risk"}
#: An id of an account or a post, open or hashed, and a handle.
PERSONAL = re.compile(r"\b\d{15,}\b|\b[A-Za-z0-9+/]{43}=|(?<![\w.])@\w+")
ROW = Measure(
    "life.dormant_share", "operation", 0.5, 0.4, 0.6, None, 20, "share", "", "release", "measure_life"
)


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


tables = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12)


@given(tables)
def test_no_count_of_one_to_four_is_left_and_sums_stay(counts):
    rows = [
        {"day": day, "posts": posts, "accounts": accounts} for day, (posts, accounts) in enumerate(counts)
    ]
    merged = merge_small_cells(rows, ["posts", "accounts"], "day")
    assert not any(0 < row[column] < FEWEST for row in merged for column in ("posts", "accounts"))
    for column in ("posts", "accounts"):
        total = sum(row[column] for row in rows)
        assert sum(row[column] for row in merged) == total or merged == []
    # Cells that are large enough stay apart if the small ones do without them.
    assert [row["day"] for row in merged] == sorted(row["day"] for row in merged)


def test_small_cells_without_enough_of_their_own_join_the_smallest_other():
    rows = [{"day": "a", "posts": 90}, {"day": "b", "posts": 2}, {"day": "c", "posts": 7}]
    assert merge_small_cells(rows, ["posts"], "day") == [
        {"day": "a", "until": "a", "posts": 90},
        {"day": "b", "until": "c", "posts": 9},
    ]


def test_a_table_that_is_too_small_as_a_whole_has_no_row():
    assert merge_small_cells([{"day": "a", "posts": 0}, {"day": "b", "posts": 4}], ["posts"], "day") == []


def test_a_step_of_a_curve_is_kept_once_five_accounts_have_made_it():
    # Of 20 accounts, 2, 3 and 4 have the event on three days.
    steps = [(0, 20, 0.9), (1, 18, 0.75), (2, 15, 0.55)]
    rows = [
        {"curve": "first_post", "subject": "operation", "day": day, "at_risk": at_risk, "survival": survival}
        for day, at_risk, survival in steps
    ]
    assert [row["day"] for row in thin_curve(rows)] == [1]


@pytest.mark.parametrize(("accounts", "kept"), [(50, 9), (100, 19), (20, 3), (10, 1), (9, 0)])
def test_five_accounts_lie_between_percentiles(accounts, kept):
    rows = [{"percentile": str(percentile)} for percentile in range(1, 100)]
    assert len(thin_percentiles(rows, accounts)) == kept


def test_measures_are_those_of_the_campaign_and_small_ones_are_left_out():
    rows = [
        ROW,
        replace(ROW, subject="operation en"),
        replace(ROW, subject="control"),
        replace(ROW, measure="posting.office_share", subject="th"),
        replace(ROW, measure="posting.office_share", subject="all"),
        replace(ROW, measure="life.simulated", provenance="replica"),
        replace(ROW, measure="life.four", n=4),
        replace(ROW, measure="life.accounts", value=3, unit="accounts"),
        replace(ROW, measure="life.none", value=0, unit="accounts"),
        replace(ROW, measure="life.unknown", value=None),
        replace(ROW, measure="atlas.posts"),
    ]
    kept = deposited_measures(rows, "spain", series_is_operation=True)
    assert {(row.measure, row.subject, row.provenance) for row in kept} == {
        ("life.dormant_share", "spain", "aggregate"),
        ("life.dormant_share", "spain en", "aggregate"),
        ("posting.office_share", "spain th", "aggregate"),
        ("life.none", "spain", "aggregate"),
    }
    without = deposited_measures(rows, "spain", series_is_operation=False)
    assert "spain th" not in {row.subject for row in without}


def test_tables_of_the_operation_become_those_of_the_campaign():
    rows = [
        {"subject": "operation", "share": "0.5", "provenance": "release"},
        {"subject": "control", "share": "0.5", "provenance": "release"},
        {"subject": "operation", "share": "0.5", "provenance": "replica"},
    ]
    assert deposited_rows(rows, "spain") == [{"subject": "spain", "share": "0.5", "provenance": "aggregate"}]


def test_the_row_of_the_atlas_is_an_aggregate_and_its_months_are_merged():
    months = [
        {"campaign": "spain", "month": month, "posts": "3", "counts_from": "release"} for month in ("1", "2")
    ]
    row, merged = deposited_atlas(
        {"campaign": "spain", "counts_from": "release", "measures_from": ""}, months
    )
    assert row == {"campaign": "spain", "counts_from": "aggregate", "measures_from": "aggregate"}
    assert merged == [{"campaign": "spain", "month": "1", "posts": 6, "counts_from": "aggregate"}]


def test_published_numbers_that_are_reproduced_come_without_counts_of_one_to_four():
    found = {"9": "spain", "3": "spain", "0.3": "spain", "": "spain", "8": "other"}
    rows = [
        {"archive_id": archive, "observed": observed, "observed_provenance": "release"}
        for observed, archive in found.items()
    ]
    kept = deposited_reproductions(rows, "spain")
    assert [row["observed"] for row in kept] == ["9", "0.3"]
    assert {row["observed_provenance"] for row in kept} == {"aggregate"}


def test_tracked_numbers_are_read_back_as_they_were_compared(tmp_path):
    for path in (path for path in DEPOSITED if path.stem == "reproduced_numbers"):
        rows = read_reproduced(path)
        write_reproduced(rows, tmp_path / "again.csv")
        assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()
        assert all(agreement(row.reported, row.observed) in (row.agrees, "no") for row in rows)
        [counts] = count_agreement(rows)
        assert counts[:2] == (path.parent.name, len(rows)) and counts[-1] == "aggregate"


def test_values_of_few_accounts_are_added_up_with_the_least_used_of_the_others():
    connection = made_database()
    connection.execute(
        "DELETE FROM post; DELETE FROM post_url; DELETE FROM post_hashtag; DELETE FROM account"
    )
    # Six accounts use client A, five client B, and one each C and D; one account's handle is a client.
    acts = [
        *((n, "A") for n in range(6)),
        *((n, "B") for n in range(10, 15)),
        (20, "C"),
        (21, "D"),
        (22, "Jo"),
    ]
    connection.execute(
        "INSERT INTO account BY NAME SELECT 'a' AS archive_id, '22' AS account_id, false AS id_is_hashed, DATE '2019-01-01' AS created_on, 'jo' AS screen_name"
    )
    connection.executemany(
        """
        INSERT INTO post BY NAME SELECT 'a' AS archive_id, $1 AS post_id, $2 AS account_id, TIMESTAMP '2019-06-03' AS posted_at,
            $3 AS client, false AS is_repost
        """,
        [(str(place), str(account), client) for place, (account, client) in enumerate(acts)],
    )
    assert count_values(connection, ["a"]) == [
        {"kind": "client", "value": "A", "posts": 6, "accounts": 6},
        {"kind": "client", "value": "other", "posts": 7, "accounts": 7},
    ]


def test_hours_of_few_posts_are_merged_within_the_day_of_the_week():
    connection = made_database()
    connection.execute("DELETE FROM post_hour")
    connection.executemany(
        "INSERT INTO post_hour VALUES ('a', 'en', $1, $2, $3, 'release')",
        [("2019-06-03", 8, 9), ("2019-06-03", 9, 3), ("2019-06-10", 10, 2), ("2019-06-04", 8, 2)],
    )
    assert count_hours(connection, ["a"]) == [
        {"hour": 8, "until": 8, "weekday": 1, "posts": 9},
        {"hour": 9, "until": 10, "weekday": 1, "posts": 5},
    ]


def test_inputs_are_named_without_their_folder(tmp_path):
    (tmp_path / "users.zip").write_bytes(b"abc")
    [row] = describe_inputs([("spain", str(tmp_path / "users.zip"))], "1.0")
    assert (row["file"], row["bytes"], row["method_version"]) == ("users.zip", 3, "1.0")
    assert row["sha256"].startswith("ba7816bf")


def test_a_deposit_is_tracked_and_holds_aggregates_alone():
    assert {path.parent.name for path in DEPOSITED} >= {THAILAND}
    for path in DEPOSITED:
        rows = rows_of(path)
        assert rows, path
        for column in ("provenance", "counts_from", "measures_from"):
            assert {row.get(column, "aggregate") for row in rows} == {"aggregate"}, path


@pytest.mark.parametrize("path", DEPOSITED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_tracked_deposit_has_no_count_of_one_to_four_and_nothing_personal(path):
    for row in rows_of(path):
        for column in COUNTS & set(row):
            assert row[column] == "" or float(row[column]) == 0 or float(row[column]) >= FEWEST, row
        assert row.get("observed") not in {str(count) for count in range(1, FEWEST)}, row
    if path.stem != "inputs":
        # Digests of files are no digests of accounts; their width differs.
        text = path.read_text(encoding="utf-8")
        assert not PERSONAL.search(text), PERSONAL.search(text)


def test_tracked_measures_rest_on_five_units_or_more():
    for path in (path for path in DEPOSITED if path.stem == "measures"):
        measures = read_measures(path)
        assert deposited_measures(
            [replace(row, subject=row.subject.replace(path.parent.name, "operation")) for row in measures],
            path.parent.name,
            series_is_operation=True,
        ) == [*measures]


def test_tracked_values_were_used_by_five_accounts_or_more():
    for path in (path for path in DEPOSITED if path.stem == "commonest_values"):
        assert {row["kind"] for row in rows_of(path)} <= {"hashtag", "domain", "client", "language"}
        assert min(int(row["accounts"]) for row in rows_of(path)) >= FEWEST
