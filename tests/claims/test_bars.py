"""How a number is compared with a bar, and the ledger's queries on either side of a date."""

# ruff: noqa: F811 (fixtures that are imported are named by the tests)

import pytest

from takedown.claims.judge import NEEDS_RECORDS
from takedown.claims.ledger import VALUE, Check
from tests.claims.test_judge import (  # noqa: F401 (fixtures)
    QUERIES,
    add_measure,
    connection,
    judge,
    ledger,
)


@pytest.mark.parametrize(
    ("comparison", "expected", "low", "high", "outcome"),
    [
        ("above", (1,), 1.1, 2, True),
        ("above", (1,), 1.1, None, True),
        ("above", (1,), 1, 2, None),
        ("above", (1,), None, None, None),
        ("above", (1,), 0.1, 0.9, False),
        ("below", (1,), 0.1, 0.9, True),
        ("below", (1,), None, 0.9, True),
        ("below", (1,), 0.9, 1.1, None),
        ("below", (1,), 1.1, 2, False),
        ("between", (1, 2), 1, 2, True),
        ("between", (1, 2), 1.5, 2.5, None),
        ("between", (1, 2), 2.1, 2.5, False),
        ("between", (1, 2), None, 0.5, False),
        ("differs", (1,), 1.1, 2, True),
        ("differs", (1,), 0.9, 2, None),
    ],
)
def test_an_interval_passes_a_bar_or_fails_it_or_decides_nothing(comparison, expected, low, high, outcome):
    assert Check(measure="m", comparison=comparison, expected=expected).outcome(1.5, low, high) is outcome


@pytest.mark.parametrize(
    ("comparison", "expected", "outcomes"),
    [
        ("above", (2,), [False, False, True]),
        ("below", (2,), [True, False, False]),
        ("between", (2, 2), [False, True, False]),
        ("equal", (2,), [False, True, False]),
        ("differs", (2,), [True, False, True]),
    ],
)
def test_a_count_always_decides(comparison, expected, outcomes):
    check = Check(measure="m", comparison=comparison, expected=expected, compares=VALUE)
    assert [check.outcome(value, None, None) for value in (1, 2, 3)] == outcomes


def test_a_waking_crowd_is_no_office_day(connection, ledger):
    add_measure(connection, "posting.office_share", "all", 0.6, "aggregate", low=0.5, high=0.7)
    add_measure(connection, "posting.office_evening_ratio", "all", 0.5, "aggregate", low=0.4, high=0.7)
    add_measure(connection, "posting.office_weekend_ratio", "all", 0.4, "aggregate", low=0.3, high=0.6)
    assert judge(connection, ledger, "september-office-hours")["verdict"] == "consistent"
    connection.execute(
        "UPDATE measure SET low = 1.1, high = 1.4 WHERE measure = 'posting.office_weekend_ratio'"
    )
    assert judge(connection, ledger, "september-office-hours")["verdict"] == "contradicted"


def test_hours_of_the_accounts_of_september_decide_nothing_about_those_of_august(connection, ledger):
    for measure in ("office_share", "office_weekend_ratio", "office_evening_ratio"):
        add_measure(connection, f"posting.{measure}", "all", 0.6, "aggregate", low=0.5, high=0.7)
    assert judge(connection, ledger, "aspi-2019-office-hours")["verdict"] == NEEDS_RECORDS
    for measure in ("office_share", "office_weekend_ratio", "office_evening_ratio"):
        add_measure(connection, f"posting.{measure}", "operation", 0.2, "release", low=0.1, high=0.25)
    assert judge(connection, ledger, "aspi-2019-office-hours")["verdict"] == "contradicted"


def test_accounts_after_the_suspension_are_not_those_of_its_day(connection):
    connection.execute(
        "INSERT INTO creation_day VALUES ('china_092019', '2019-08-19', 'en', 3, 'release'), "
        "('china_092019', '2019-08-20', 'en', 2, 'release')"
    )
    query = (QUERIES / "after-suspension.sql").read_text(encoding="utf-8")
    assert connection.execute(query).fetchall() == [(2, None, None, "accounts", "release", None)]
