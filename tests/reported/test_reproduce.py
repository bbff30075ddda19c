"""Comparing reported numbers with records: when they agree, what is left empty, and the real Thai release."""

import csv
from collections import Counter
from dataclasses import replace

import pytest

from takedown.reported.numbers import Definition, ReportedNumber, read_numbers
from takedown.reported.reproduce import (
    COLUMNS,
    COUNT_COLUMNS,
    EXACTLY,
    NO,
    ROUNDED,
    agreement,
    count_agreement,
    reproduce,
    write_reproduced,
)
from tests.reported.reported_study import THAILAND, made_database, registry, thai_records

TOTAL = Definition("posts in the tweets file", "posts", "posts_totals", "posts")
MONTHS = Definition("posts by month", "posts", "posts_months", "*", {"languages": [], "kind": "all"})


def number(value: str, definition: Definition = TOTAL, archive: str = "a", **changes) -> ReportedNumber:
    made = ReportedNumber(
        archive_id=archive,
        measure="posts.total",
        population="all",
        value=value,
        unit="posts",
        low="",
        high="",
        definition=definition,
        key="",
        version="any",
        derived=False,
        source="chua2019",
        locator="cell 1",
        url="https://a.example",
        note="",
    )
    return replace(made, **changes)


@pytest.fixture(scope="module")
def connection():
    return made_database()


@pytest.mark.parametrize(
    ("reported", "observed", "low", "high", "agrees"),
    [
        ("21385", 21385, "", "", EXACTLY),
        ("21386", 21385, "", "", NO),
        ("33.83", 33.8338, "", "", ROUNDED),
        ("33.83", 33.835, "", "", ROUNDED),
        ("33.83", 33.8351, "", "", NO),
        ("0.75", 0.75, "", "", EXACTLY),
        ("0.3", 0.26, "", "", ROUNDED),
        ("3600000", 3614909, "3600000", "", ROUNDED),
        ("3600000", 3599999, "3600000", "", NO),
        ("1000000", 743190, "", "1000000", ROUNDED),
        ("10200000", 10241545, "10150000", "10250000", ROUNDED),
        ("10200000", 10200000, "10150000", "10250000", EXACTLY),
        ("4000000", 4898835, "3750000", "4250000", NO),
        ("2019-07-25", "2019-07-25 02:25:00", "", "", EXACTLY),
        ("2010-11", "2007-12-23 06:35:00", "", "", NO),
        ("2020-01", "2020-01", "", "", EXACTLY),
    ],
)
def test_numbers_agree_exactly_within_rounding_or_not(reported, observed, low, high, agrees):
    assert agreement(reported, observed, low, high) == agrees


def test_a_number_is_counted_and_compared(connection):
    [row] = reproduce(connection, [number("7")], ["a"])
    assert (row.observed, row.difference, row.agrees, row.observed_provenance) == (6, -1, NO, "release")
    assert (row.reported, row.definition, row.needs) == ("7", TOTAL.words, "")


def test_keys_are_looked_up_and_what_is_not_found_counts_as_none(connection):
    asked = [
        number(value, MONTHS, measure=f"posts.by_month.{key}", key=key)
        for key, value in (("2019-06", "4"), ("2018-01", "3"))
    ]
    assert [(row.observed, row.agrees) for row in reproduce(connection, asked, ["a"])] == [
        (4, EXACTLY),
        (0, NO),
    ]


def test_simulated_records_reproduce_nothing_and_the_row_says_what_is_needed(connection):
    accounts = Definition("accounts", "creation days", "creation_totals", "accounts")
    both = Definition("accounts without a post", "accounts and posts", "posting_accounts", "without_posts")
    asked = [number("9", archive="b"), number("9", accounts, "b"), number("9", both, "a+b")]
    rows = reproduce(connection, asked, ["a", "b"])
    assert [(row.observed, row.difference, row.agrees, row.observed_provenance) for row in rows] == [
        (None, None, "", "")
    ] * 3
    assert [row.needs for row in rows] == [
        "tweets file of b",
        "users file of b",
        "users and tweets files of b",
    ]


def test_published_counts_answer_with_their_provenance(connection):
    hours = Definition("posts of the chart", "posting hours", "charted_hours", "posts", {"languages": ["zh"]})
    [row] = reproduce(connection, [number("7", hours)], ["a"])
    assert (row.observed, row.agrees, row.observed_provenance) == (7, EXACTLY, "aggregate")


def test_numbers_of_other_archives_of_none_and_without_a_query_are_left_out(connection):
    unanswered = Definition("posts of a list", "the list")
    asked = [
        number("6", archive="c"),
        number("6", archive="a+c"),
        number("6", archive=""),
        number("6", unanswered),
    ]
    assert reproduce(connection, asked, ["a", "b"]) == []


def test_a_difference_is_explained_by_the_definition_and_the_note(connection):
    told = replace(TOTAL, difference="The source counts lines.")
    asked = [
        number("7", told, note="The header was counted."),
        number("6", told, note="The header was counted."),
    ]
    assert [row.explanation for row in reproduce(connection, asked, ["a"])] == [
        "The source counts lines. The header was counted.",
        "",
    ]


def test_a_number_of_the_other_download_is_explained_by_it(connection):
    asked = [
        number("6", version="2020"),
        number("8", version="2019"),
        number("3", replace(TOTAL, key="accounts"), measure="accounts.with_posts", version="2019"),
        number(
            "2",
            replace(TOTAL, key="accounts"),
            measure="accounts.with_posts",
            version="2019",
            note="Own note.",
        ),
        number(
            "2",
            replace(TOTAL, key="accounts"),
            measure="accounts.with_posts",
            version="unknown",
            note="Own note.",
        ),
    ]
    rows = reproduce(connection, asked, ["a"])
    other = "The number is of the download of 2019; these files are that of 2020."
    assert [row.explanation for row in rows] == ["", other, "", other, "Own note."]


def test_files_whose_posts_are_as_many_in_both_downloads_are_of_neither(connection):
    asked = [
        number("6", version="2020"),
        number("6", version="2019"),
        number("7", version="2019", note="Own note."),
    ]
    assert reproduce(connection, asked, ["a"])[2].explanation == "Own note."


def test_agreement_is_counted_by_archive(connection):
    asked = [
        number("6"),
        number("7"),
        number("7", note="The header."),
        number("6.2"),
        number("1", archive="b"),
    ]
    asked.append(number("6.4", version="unknown", low="6.0", high="6.5"))
    table = count_agreement(reproduce(connection, asked, ["a", "b"]))
    assert [dict(zip(COUNT_COLUMNS, row, strict=True)) for row in table] == [
        {
            "archive_id": "a",
            "comparable": 5,
            "computed": 5,
            "exactly": 1,
            "within_rounding": 1,
            "differ": 3,
            "explained": 1,
            "observed_provenance": "release",
        },
        {
            "archive_id": "b",
            "comparable": 1,
            "computed": 0,
            "exactly": 0,
            "within_rounding": 0,
            "differ": 0,
            "explained": 0,
            "observed_provenance": "",
        },
    ]


def test_the_published_table_has_the_columns_of_a_row(connection, tmp_path):
    write_reproduced(reproduce(connection, [number("7")], ["a"]), tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
        [row] = csv.DictReader(file)
    assert tuple(row) == COLUMNS
    wanted = "archive_id, measure, population, definition, reported, unit, observed, difference, agrees, observed_provenance, source, locator, url"
    assert list(row)[:13] == wanted.split(", ")
    assert (row["observed"], row["difference"], row["agrees"]) == ("6", "-1", "no")


@pytest.fixture(scope="module")
def thailand(real_records, tmp_path_factory):
    """Return the comparison of every number on the real Thai release."""
    numbers = read_numbers(registry())
    with thai_records(real_records, tmp_path_factory.mktemp("thailand")) as connection:
        return reproduce(connection, numbers, [THAILAND])


def test_numbers_on_the_real_thai_release_are_reproduced(thailand):
    assert Counter(row.agrees for row in thailand) == {EXACTLY: 67, ROUNDED: 10, NO: 4}
    assert {row.observed_provenance for row in thailand} == {"release"}


def test_what_others_say_of_the_real_thai_release_otherwise_is_explained(thailand):
    differ = {(row.measure, row.source): row for row in thailand if row.agrees == NO}
    assert {(measure, str(row.observed)) for (measure, _), row in differ.items()} == {
        ("accounts.creation_range_start", "2014-05"),
        ("accounts.creation_range_end", "2020-05"),
        ("posts.total", "21385"),
        ("replies.top10_share", "0.35152487961476725"),
    }
    assert all(row.explanation for row in differ.values())


@pytest.mark.parametrize(
    ("measure", "source", "reported", "observed"),
    [
        ("accounts.with_posts", "sio2020", "455", 455),
        ("accounts.without_posts", "thisrupt2020", "471", 471),
        ("posts.retweets_native", "chuankhuna", "11199", 11199),
        ("retweets.per_io_account_mean", "polio", "33.83", 33.8338),
        ("retweets.institution.army_second_region_pr", "chuankhuna", "1293", 1293),
        ("mentions.accounts_distinct", "chuankhuna", "1438", 1438),
        ("posts.peak_day", "chuankhuna", "1352", 1352),
    ],
)
def test_the_real_thai_release_gives(thailand, measure, source, reported, observed):
    [row] = [row for row in thailand if (row.measure, row.source) == (measure, source)]
    assert (row.reported, row.observed) == (reported, pytest.approx(observed, abs=1e-4))
