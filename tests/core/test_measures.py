"""Measures are written in one form, in one order, without the last bits of a float."""

import csv
import dataclasses
import re

import pytest

from takedown.core.errors import InputError
from takedown.core.measures import (
    Measure,
    measure_id,
    publish_measures,
    read_measures,
    weakest_provenance,
    write_measures,
)
from takedown.core.tables import format_number
from takedown.statistics.estimate import Estimate, RowBuilder, adjust_families

ROW = Measure(
    *("creation.accounts", "operation", 940, None, None, None, 940, "accounts"),
    *("count", "aggregate", "r"),
    n_unit="accounts",
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.029105204722090043, "0.0291052"),
        (940, "940"),
        (None, ""),
        (float("nan"), ""),
        (5.7e-10, "5.7e-10"),
        (24.0, "24"),
    ],
)
def test_a_number_has_six_significant_digits(number, text):
    assert format_number(number) == text


def test_measures_are_ordered_by_name_and_subject(tmp_path):
    rows = [dataclasses.replace(ROW, subject=subject) for subject in ("operation", "control")]
    write_measures(rows, tmp_path / "m.csv")
    assert [row.subject for row in read_measures(tmp_path / "m.csv")] == ["control", "operation"]


def test_measures_are_read_back_as_they_were_written(tmp_path):
    rows = [
        dataclasses.replace(ROW, parameters={"window": (60, "s"), "until": ("2019-05-31", "date")}),
        dataclasses.replace(ROW, subject="x", value=0.5, low=0.25, high=0.75, p_value=0.001, family="tests"),
    ]
    write_measures(rows, tmp_path / "m.csv")
    assert read_measures(tmp_path / "m.csv") == rows


def test_a_subject_that_a_spreadsheet_would_run_gets_one_apostrophe_however_often_it_is_written(tmp_path):
    rows = [dataclasses.replace(ROW, subject="=1+1")]
    for _ in range(2):
        write_measures(rows, tmp_path / "m.csv")
        rows = read_measures(tmp_path / "m.csv")
    assert [row.subject for row in rows] == ["'=1+1"]


def test_one_measure_of_one_subject_is_reported_once(tmp_path):
    with pytest.raises(InputError, match="reported twice, by r and by r"):
        write_measures([ROW, ROW], tmp_path / "m.csv")
    assert not list(tmp_path.iterdir())


def test_parameters_are_published_in_a_table_of_their_own(tmp_path):
    parameters = {"window": (60, "s"), "even": (1 / 3, "share"), "crowd": (True, "true or false")}
    rows = [
        dataclasses.replace(ROW, parameters=parameters),
        dataclasses.replace(ROW, subject="control", parameters={"until": ("2019-05-31", "date")}),
    ]
    publish_measures(rows, tmp_path / "m.csv", tmp_path / "p.csv")
    assert (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines() == [
        "measure,subject,parameter,value,unit",
        "creation.accounts,control,until,2019-05-31,date",
        "creation.accounts,operation,crowd,true,true or false",
        "creation.accounts,operation,even,0.333333,share",
        "creation.accounts,operation,window,60,s",
    ]
    assert "2019-05-31" not in (tmp_path / "m.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("pair", [("", "date"), (None, "date"), (60, "")])
def test_a_parameter_without_a_value_or_a_unit_is_refused(tmp_path, pair):
    with pytest.raises(InputError, match="no value or no unit of its parameter window; give both"):
        write_measures([dataclasses.replace(ROW, parameters={"window": pair})], tmp_path / "m.csv")


def test_a_number_is_as_good_as_its_weakest_part():
    assert weakest_provenance(["release", "aggregate"]) == "aggregate"
    assert weakest_provenance(["aggregate", "replica", "release"]) == "replica"


def test_a_p_value_without_a_family_is_refused(tmp_path):
    with pytest.raises(InputError, match="no family"):
        write_measures([dataclasses.replace(ROW, p_value=0.01)], tmp_path / "m.csv")


def test_p_values_are_corrected_within_their_family_and_apart_from_simulated_ones():
    rows = [
        dataclasses.replace(ROW, subject=subject, p_value=p, family=family, provenance=provenance)
        for subject, p, family, provenance in [
            ("a", 0.01, "one", "release"),
            ("b", 0.03, "one", "aggregate"),
            ("c", 0.02, "one", "replica"),
            ("d", 0.04, "two", "release"),
        ]
    ]
    assert [row.p_adjusted for row in adjust_families([*rows, ROW])] == [0.02, 0.03, 0.02, 0.04, None]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"value": "27 %"}, "has '27 %' as its value"),
        ({"low": "1"}, "has '1' as its low"),
        (
            {"provenance": "real"},
            "has the provenance 'real'; give one of release, aggregate, reported, replica",
        ),
    ],
)
def test_what_is_no_number_and_no_provenance_is_refused_by_name(tmp_path, changes, sentence):
    with pytest.raises(InputError, match=f"creation.accounts of operation, which r reports, {sentence}"):
        write_measures([dataclasses.replace(ROW, **changes)], tmp_path / "m.csv")


def test_published_measures_name_the_archives_behind_them_and_what_they_count(tmp_path):
    row = RowBuilder("creation", "r", also={"control": ["burst_*"]})
    place = (Estimate(0.5, n=8), "share", "share", "release")
    rows = [
        row("burst_share", "operation", *place, n_unit="days"),
        row("top_share_difference", "operation", *place, n_unit="days"),
        row("accounts", "operation", *place, n_unit="days"),
        row("lunch", "zh", *place, n_unit="days"),
        row("accounts", "operation zh", *place, n_unit="days"),
    ]
    archives = {"operation": ["b", "a"], "control": ["c"], "posting_series": ["d"]}
    publish_measures(rows, tmp_path / "m.csv", tmp_path / "p.csv", archives)
    with (tmp_path / "m.csv").open(encoding="utf-8", newline="") as file:
        found = {(row["id"], row["archives"], row["n_unit"]) for row in csv.DictReader(file)}
    assert found == {
        ("creation.burst_share--operation", "b+a+c", "days"),
        ("creation.top_share_difference--operation", "b+a+c", "days"),
        ("creation.accounts--operation", "b+a", "days"),
        ("creation.lunch--zh", "d", "days"),
        ("creation.accounts--operation-zh", "b+a", "days"),
    }


def test_published_measures_are_read_back_without_what_is_derived(tmp_path):
    rows = adjust_families([dataclasses.replace(ROW, p_value=0.5, family="tests")])
    publish_measures(rows, tmp_path / "m.csv", tmp_path / "p.csv", {"operation": ["a"]})
    assert read_measures(tmp_path / "m.csv") == rows


def test_a_count_of_evidence_says_what_it_counts(tmp_path):
    row = dataclasses.replace(ROW, n_unit="")
    with pytest.raises(InputError, match="has 940 units of evidence and does not say which; give n_unit"):
        write_measures([row], tmp_path / "m.csv")


def test_two_measures_have_no_page_in_common(tmp_path):
    rows = [dataclasses.replace(ROW, subject=subject) for subject in ("operation EN", "operation/en")]
    with pytest.raises(InputError, match="would have the same page; rename one"):
        publish_measures(rows, tmp_path / "m.csv", tmp_path / "p.csv")


@pytest.mark.parametrize("name", ["../../etc/passwd", "<script>", "a\"b'c", "資料 x", "a\0b", "con:"])
def test_the_id_of_a_measure_is_a_plain_file_name(name):
    assert re.fullmatch(r"[\w.-]+", measure_id(name, name), re.ASCII)
