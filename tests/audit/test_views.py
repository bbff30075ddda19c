"""The data of the interactive views are those of the tables."""

import duckdb

from takedown.audit.views import calendar_view, hours_view, network_view
from takedown.core.database import make_tables
from takedown.statistics.calendar import SATURDAY


def test_the_calendar_has_every_day_and_marks_bursts():
    rows = [
        {"date": "1970-01-02", "accounts": "3", "burst": "true", "provenance": "aggregate"},
        {"date": "1970-01-04", "accounts": "1", "burst": "false", "provenance": "release"},
    ]
    assert calendar_view(rows) == {
        "days": [86_400, 172_800, 259_200],
        "accounts": [3, 0, 1],
        "bursts": [3, None, None],
        "provenance": "aggregate",
    }
    assert calendar_view([])["days"] == []


def test_hours_are_means_over_all_days_of_the_week_and_of_the_weekend():
    with duckdb.connect() as connection:
        make_tables(connection, 8)
        # From a Thursday to the Thursday after: six working days and two of the weekend.
        connection.execute(
            "INSERT INTO post_hour VALUES ('a', 'zh', '2019-08-01', 9, 6, 'release'), ('a', 'en', '2019-08-01', 9, 6, 'replica'), "
            "('a', 'zh', '2019-08-03', 23, 1, 'release'), ('a', 'zh', '2019-08-08', 10, 3, 'release')"
        )
        [view] = hours_view(connection, SATURDAY)
    assert (view["archive"], view["provenance"]) == ("a", "replica")
    assert view["working"][9:11] == [2.0, 0.5]
    assert view["weekend"][23] == 0.5
    assert sum(view["working"]) + sum(view["weekend"]) == 3.0


def test_the_network_has_accounts_as_places_and_no_pair_of_a_shared_schedule():
    nodes = [
        {
            "account": name,
            "subject": "operation",
            "community": "1",
            "degree": "1",
            "days": "3",
            "provenance": "replica",
        }
        for name in ("x", "y")
    ]
    edge = {"account_a": "y", "account_b": "x", "subject": "operation", "days": "3", "traces": "co_link"}
    edge |= {"first_joint": "2019-06-01", "last_joint": "2019-06-03"}
    found = network_view(
        nodes, [edge | {"shared_schedule": "false"}, edge | {"shared_schedule": "true", "account_a": "z"}]
    )
    assert found["nodes"][0] == ["x", "operation", 1, 1, 3]
    assert found["edges"] == [[1, 0, 3, "co_link", "2019-06-01", "2019-06-03"]]
    assert network_view([], [])["provenance"] == ""
