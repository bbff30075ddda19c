"""Rows of the atlas: from reports, from records, from the measures of a study, and how they are joined."""

import csv

import pytest

from takedown.core.measures import Measure
from takedown.reported import atlas
from takedown.reported.campaign_counts import (
    REFERENCE,
    Counts,
    add_counts,
    burst_share,
    count_columns,
    counts_of_records,
    counts_of_reports,
    join_months,
    month_rows,
    reference_coincidence,
)
from takedown.reported.numbers import read_numbers
from tests.reported.reported_study import THAILAND, made_database, registry, thai_records

ENTRY = {
    "name": "Spain, September 2019",
    "platform": "twitter",
    "attribution": "Spain",
    "released_on": "2019-09-20",
}
SPAIN = atlas.Country(("es", "ca"), 1.0)
COUNTS = Counts(
    3,
    100,
    "2019-01-31 10:00:00",
    "2019-10-01 00:00:00",
    {"2019-01": 10, "2019-03": 30, "2019-10": 60},
    {"es": 30, "ca": 10, "en": 40, "und": 20, "qme": 5},
    {"Web": 60, "Bot": 25},
)


@pytest.fixture(scope="module")
def reports():
    return counts_of_reports(read_numbers(registry()))


def measure(name: str, value: float, subject: str = "operation", provenance: str = "release") -> Measure:
    return Measure(name, subject, value, value - 0.1, value + 0.1, None, 10, "share", "", provenance, "rule")


def test_months_after_the_disclosure_do_not_count_and_undetermined_languages_neither():
    row = atlas.atlas_row("spain", ENTRY, SPAIN, COUNTS, "reported")
    assert (row["active_months"], row["months_to_disclosure"]) == (2, 9)
    assert (row["fullest_month"], row["fullest_month_share"]) == ("2019-03", 0.75)
    # 40² / (10² + 30²)
    assert row["effective_months"] == 1.6
    assert (row["language"], row["language_share"], row["own_language_share"]) == ("en", 0.5, 0.5)
    assert (row["client"], row["client_share"]) == ("Web", 0.6)


def test_what_is_not_known_is_empty():
    row = atlas.atlas_row("spain", ENTRY, None, None, "")
    assert {column for column, value in row.items() if value not in (None, "")} == {
        *("campaign", "name", "platform", "attribution", "disclosed_on")
    }
    empty = Counts(0, 0, "2019-10-01", "2019-10-01", {"2019-10": 1}, {"und": 1}, {})
    row = atlas.atlas_row("spain", ENTRY, SPAIN, empty, "reported")
    names = (
        "fullest_month",
        "fullest_month_share",
        "effective_months",
        "language",
        "own_language_share",
        "client_share",
    )
    assert [row[name] for name in names] == ["", None, None, "", None, None]


def test_reported_campaigns_have_no_interval(reports):
    rows = atlas.release_rows(reports, registry(), atlas.read_countries())
    assert len(rows) == 28
    assert {row[column] for row in rows for column in row if column.endswith(("_low", "_high"))} == {None}
    assert {(row["counts_from"], row["measures_from"]) for row in rows} == {("reported", "")}


def test_hong_kong_stands_among_the_reported_campaigns(reports):
    rows = {row["campaign"]: row for row in atlas.release_rows(reports, registry(), atlas.read_countries())}
    own = {campaign: row["own_language_share"] for campaign, row in rows.items()}
    # Posts in Chinese, and in the 40 commonest languages without the undetermined ones.
    assert own["china_082019_1"] == 114923 / 1604140
    assert sum(share > 0.5 for share in own.values()) == 15
    spread = sorted(rows, key=lambda campaign: -rows[campaign]["effective_months"])
    assert spread[:2] == ["china_082019_2", "china_092019"]


def test_releases_together_add_up(reports):
    both = add_counts([reports["china_082019_1"], reports["china_082019_2"]])
    assert (both.accounts, both.posts, both.first_post[:10]) == (940, 3606186, "2007-12-23")
    assert both.months["2019-07"] == sum(
        reports[one].months["2019-07"] for one in ("china_082019_1", "china_082019_2")
    )


def test_records_are_counted_by_the_queries_of_reported_numbers():
    counts = counts_of_records(made_database(), ["a"])
    assert counts == Counts(
        4, 6, "2016-12-31 16:30:00", "2019-06-08 23:59:00",
        {"2016-12": 1, "2017-01": 1, "2019-06": 4}, {"en": 3, "zh": 2}, {"Bot": 3, "Web": 3},
    )  # fmt: skip


def test_co_posting_is_a_share_of_accounts_with_posts_and_reposts_one_of_posts():
    columns = count_columns(made_database(), ["a"])
    assert (columns["co_posting_share"].value, columns["co_posting_share"].n) == (0, 3)
    assert columns["repost_share"].value == pytest.approx(1 / 3)


def test_accounts_of_burst_days_are_a_share_of_all():
    calendar = [{"accounts": "3", "burst": "true"}, {"accounts": "1", "burst": "false"}]
    assert (burst_share(calendar).value, burst_share(calendar).n) == (0.75, 4)


def test_measures_come_with_their_intervals_and_simulated_ones_are_left_out():
    measures = [
        measure("posting.office_share", 0.7),
        measure("life.dormant_share", 0.9, provenance="replica"),
        measure("creation.coincidence_probability", 0.03),
        measure("posting.office_share", 0.1, subject="control"),
    ]
    columns, provenances = atlas.measured_columns(measures, "operation", local_time=True, reference=0.01)
    assert set(columns) == {"office_hours_share", "coincidence_ratio"} and provenances == {
        "release",
        "aggregate",
    }
    row = atlas.atlas_row("spain", ENTRY, SPAIN, None, "", columns, provenances)
    assert (row["office_hours_share"], row["office_hours_share_low"], row["measures_from"]) == (
        0.7,
        0.6,
        "aggregate",
    )
    # The reference calendar is published counts, and the ratio has no interval.
    assert (row["coincidence_ratio"], row["coincidence_ratio_low"]) == (pytest.approx(3), None)


def test_without_the_reference_calendar_there_is_no_ratio_of_coincidence():
    probability = measure("creation.coincidence_probability", 0.03)
    assert atlas.measured_columns([probability], "operation", local_time=True)[0] == {}


def test_the_reference_calendar_gives_the_share_of_pairs_that_share_a_day():
    connection = made_database()
    assert reference_coincidence(connection, "2019-12-31") is None
    connection.execute(f"""
        INSERT INTO published_creation_day VALUES
            ('{REFERENCE}', '2019-01-01', NULL, 2), ('{REFERENCE}', '2019-01-02', NULL, 3), ('{REFERENCE}', '2020-01-01', NULL, 9)
    """)
    # 1 + 3 of 10 pairs.
    assert reference_coincidence(connection, "2019-12-31") == pytest.approx(0.4)


def test_the_posting_series_has_the_reported_counts_and_its_measured_share(reports):
    measures = [measure("posting.office_share", 0.8, subject="all", provenance="aggregate")]
    row = atlas.series_row(
        "china_092019", registry(), atlas.read_countries(), reports, measures, utc_offset_hours=8
    )
    assert (row["posts"], row["counts_from"], row["source"]) == (10241545, "reported", "basel2020")
    assert (row["office_hours_share"], row["measures_from"]) == (0.8, "aggregate")


def test_working_hours_at_another_clock_than_that_of_the_country_are_left_out():
    columns, _ = atlas.measured_columns([measure("posting.office_share", 0.7)], "operation", local_time=False)
    assert columns == {}


def test_a_study_without_files_takes_the_reported_counts(reports):
    row, months = atlas.study_row(
        made_database(), ["china_082019_1", "china_082019_2"], registry(), atlas.read_countries(), reports,
        [measure("life.dormant_share", 0.9, provenance="replica")],
        [{"accounts": "3", "burst": "true", "provenance": "aggregate"}, {"accounts": "1", "burst": "false", "provenance": "aggregate"}],
        has_posts=False, utc_offset_hours=8, created_until="2019-08-19",
    )  # fmt: skip
    assert row["name"] == "People's Republic of China, August 2019, set 1 and 2"
    assert (row["counts_from"], row["source"], row["posts"]) == ("reported", "basel2020", 3606186)
    assert (row["burst_account_share"], row["dormant_share"], row["measures_from"]) == (
        0.75,
        None,
        "aggregate",
    )
    assert {month[0] for month in months} == {"china_082019_1+china_082019_2"} and len(months) == 139


def test_a_study_of_an_archive_that_nobody_counted_has_no_counts(reports):
    row, months = atlas.study_row(
        made_database(), ["cuba_082020"], registry(), atlas.read_countries(), reports, [], [],
        has_posts=False, utc_offset_hours=-5, created_until="2020-09-01",
    )  # fmt: skip
    assert (row["counts_from"], row["posts"], months) == ("", None, [])


def test_removals_by_facebook_stand_beside(reports):
    rows = atlas.removal_rows()
    assert len(rows) == 65 == len({row["campaign"] for row in rows})
    [hong_kong] = [row for row in rows if row["campaign"] == "facebook 2019-08-19 China"]
    assert [hong_kong[name] for name in ("accounts", "pages", "groups", "followers")] == [5, 7, 3, 15500]


def test_announced_releases_have_accounts_and_posts_alone():
    rows = {row["campaign"]: row for row in atlas.announced_rows(registry(), atlas.read_countries())}
    cuba = rows["cuba_082020"]
    assert (cuba["accounts"], cuba["posts"], cuba["effective_months"]) == (526, 4802243, None)


def test_a_better_row_takes_the_place_of_a_reported_one():
    row = atlas.atlas_row("spain", ENTRY, SPAIN, None, "reported")
    joined = atlas.join_rows(
        [row, row | {"campaign": "b", "disclosed_on": "2018-01-01"}], [row | {"accounts": 7}]
    )
    assert [(one["campaign"], one["accounts"]) for one in joined] == [("b", None), ("spain", 7)]


def test_rows_are_in_the_order_of_the_share_in_the_own_language_with_removals_last():
    row = atlas.atlas_row("spain", ENTRY, SPAIN, None, "reported")
    others = {
        "facebook": {"platform": "facebook", "disclosed_on": "2018-01-01"},
        "none": {},
        "little": {"own_language_share": 0.1},
        # As read from the table of a deposit.
        "most": {"own_language_share": "0.9"},
    }
    rows = [row | {"campaign": campaign} | changed for campaign, changed in others.items()]
    assert [one["campaign"] for one in atlas.join_rows(rows, [])] == ["most", "little", "none", "facebook"]


def test_months_of_a_better_row_take_the_place_of_others():
    months = join_months(
        [("a", "2019-01", 1, "reported"), ("b", "2019-01", 2, "reported")], [("a", "2019-02", 3, "release")]
    )
    assert months == [("a", "2019-02", 3, "release"), ("b", "2019-01", 2, "reported")]


def test_the_table_has_its_columns_and_empty_cells(tmp_path):
    atlas.write_atlas([atlas.atlas_row("spain", ENTRY, SPAIN, COUNTS, "reported")], tmp_path / "atlas.csv")
    with (tmp_path / "atlas.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert tuple(row) == atlas.COLUMNS and row["effective_months"] == "1.6" and row["repost_share"] == ""


def test_months_come_in_order():
    assert month_rows("a", COUNTS, "reported")[0] == ("a", "2019-01", 10, "reported")


def test_the_real_thai_release_has_its_row(real_records, tmp_path, reports):
    with thai_records(real_records, tmp_path) as connection:
        row, months = atlas.study_row(
            connection, [THAILAND], registry(), atlas.read_countries(), reports, [], [],
            has_posts=True, utc_offset_hours=7, created_until="2020-10-08",
        )  # fmt: skip
    assert (row["accounts"], row["posts"], row["counts_from"], row["measures_from"]) == (
        926,
        21385,
        "release",
        "release",
    )
    assert (row["fullest_month"], row["language"], row["own_languages"]) == ("2020-02", "th", "th")
    assert row["fullest_month_share"] == pytest.approx(14431 / 21385)
    assert row["co_posting_share"] == pytest.approx(166 / 455) and row["co_posting_share_low"] is None
    assert row["repost_share"] == pytest.approx(11199 / 21385)
    assert sum(month[2] for month in months) == 21385
