"""Verdicts exactly at the threshold and without an interval, and the queries of the claims around a date."""

# ruff: noqa: F811 (fixtures that are imported are named by the tests)

from tests.test_claims import (  # noqa: F401 (fixtures)
    NOT_TESTABLE,
    QUERIES,
    add_archive,
    add_measure,
    add_post,
    connection,
    judge,
    ledger,
)


def test_an_interval_without_the_expected_offset_is_no_office_day(connection, ledger):
    add_measure(connection, "posting.office_share", "all", 0.6, "aggregate", low=0.5, high=0.7)
    add_measure(connection, "posting.best_utc_offset", "all", 8, "aggregate", low=7, high=9.5)
    assert judge(connection, ledger, "september-office-hours")["verdict"] == "consistent"
    connection.execute("UPDATE measure SET low = 8.5 WHERE measure = 'posting.best_utc_offset'")
    assert judge(connection, ledger, "september-office-hours")["verdict"] == "contradicted"


def test_hours_of_the_accounts_of_september_decide_nothing_about_those_of_august(connection, ledger):
    add_measure(connection, "posting.office_share", "all", 0.6, "aggregate", low=0.5, high=0.7)
    add_measure(connection, "posting.best_utc_offset", "all", 8, "aggregate", low=7, high=9.5)
    assert judge(connection, ledger, "aspi-2019-office-hours")["verdict"] == NOT_TESTABLE
    add_measure(connection, "posting.office_share", "operation", 0.2, "release", low=0.1, high=0.25)
    add_measure(connection, "posting.best_utc_offset", "operation", 8, "release", low=7, high=9.5)
    assert judge(connection, ledger, "aspi-2019-office-hours")["verdict"] == "contradicted"


def test_a_range_that_is_not_known_covers_nothing_and_excludes_nothing(connection, ledger):
    add_measure(connection, "posting.office_share", "all", 0.6, "aggregate", low=0.5, high=0.7)
    add_measure(connection, "posting.best_utc_offset", "all", 3, "aggregate")
    assert judge(connection, ledger, "september-office-hours")["verdict"] == NOT_TESTABLE


def test_an_end_that_lies_on_the_bar_decides_nothing(connection, ledger):
    add_measure(connection, "creation.burst_days", "operation", 7, "aggregate")
    add_measure(connection, "creation.coincidence_ratio", "operation", 2, "aggregate", low=1, high=4)
    assert judge(connection, ledger, "bellutta-carley-2023")["verdict"] == NOT_TESTABLE


def test_accounts_that_were_active_are_those_with_a_post_of_the_year(connection):
    add_archive(connection, provenance="release")
    for post, account, day in (
        ("1", "a", "2018-12-31 23:59"),
        ("2", "b", "2019-01-01 00:00"),
        ("3", "b", "2019-02-01"),
    ):
        add_post(connection, post, account, day)
    query = (QUERIES / "nearly-1000.sql").read_text(encoding="utf-8")
    assert connection.execute(query).fetchall() == [(1, None, None, "accounts", "release")]


def test_accounts_after_the_suspension_are_not_those_of_its_day(connection):
    connection.execute(
        "INSERT INTO creation_day VALUES ('china_092019', '2019-08-19', 'en', 3, 'release'), "
        "('china_092019', '2019-08-20', 'en', 2, 'release')"
    )
    query = (QUERIES / "after-suspension.sql").read_text(encoding="utf-8")
    assert connection.execute(query).fetchall() == [(2, None, None, "accounts", "release")]
