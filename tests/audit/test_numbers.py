"""The page of a number names the methods, errors, queries and tables that belong to it."""

import csv
import hashlib
from dataclasses import replace
from fnmatch import fnmatchcase

import pytest

from takedown.audit.numbers import describe_numbers
from takedown.claims.ledger import Check
from takedown.coordination.catalogue import trace_names
from takedown.core.measure_catalogue import load_catalogue
from takedown.core.paths import RESOURCES
from takedown.validation.calibration.study import read_calibration
from tests.audit.site_by_hand import study_of


@pytest.fixture
def calibrated():
    with (RESOURCES / "calibrated_measures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_simulated_method_that_a_number_names_is_in_the_calibration_table(calibrated):
    methods = {rate.method for rate in read_calibration(RESOURCES / "calibration.csv")}
    assert [row for row in calibrated if row["method"] not in methods] == []


def test_each_pattern_of_calibrated_measures_finds_one(calibrated):
    measures = load_catalogue(RESOURCES / "measures.csv", trace_names()).subjects
    assert [
        row for row in calibrated if not any(fnmatchcase(measure, row["measure"]) for measure in measures)
    ] == []


def test_a_number_has_the_errors_of_its_method_and_of_the_methods_that_its_claim_names(tmp_path):
    study = study_of(tmp_path, "a.b")
    rates = [
        rate
        for rate in read_calibration(RESOURCES / "calibration.csv")
        if rate.method == "lunch_ratio_interval"
    ]
    check = Check(measure="a.b", subject="a.b", calibrated_by=("lunch_ratio_interval",))
    ledger = {"documents": {}, "claims": [{"id": "c", "checks": [check], "quotations": []}]}
    pattern = [{"measure": "a.*", "method": "never"}, {"measure": "b.*", "method": "other"}]
    [number] = describe_numbers(replace(study, rates=rates, ledger=ledger, calibrated=pattern))
    (method, error, used), never = number.errors
    assert (method, used) == ("lunch_ratio_interval", True)
    assert "5 % nominal" in error
    assert never == ("never", "never simulated", False)


def test_a_number_names_the_tracked_files_that_its_rules_read_with_their_digests(tmp_path):
    [number] = describe_numbers(study_of(tmp_path, "a"))
    digest = hashlib.sha256((tmp_path / "workflow/resources/list.yaml").read_bytes()).hexdigest()
    assert number.data == [("workflow/resources/published/counts.csv", digest)]
    assert number.lists == [("workflow/resources/list.yaml", digest)]


def test_a_number_of_a_claim_shows_the_query_that_its_method_names_and_what_it_reads(tmp_path):
    study = study_of(tmp_path, "a")
    query = tmp_path / "workflow/sql/claims/x.sql"
    query.parent.mkdir(parents=True)
    query.write_text("FROM published_number('a*', 'posts.*', 'me')")
    rule = replace(
        study.rules["make"], sources=("workflow/sql/claims/x.sql", "workflow/sql/claims/y.sql", "a.py")
    )
    row = {**study.measures[0], "method": "as reported by me (workflow/sql/claims/x.sql)"}
    reported = study.tables["reproduced_numbers"][0]
    rows = [
        {**reported, "archive_id": archive, "measure": measure, "source": source}
        for archive, measure, source in (
            ("ab", "posts.x", "me"),
            ("b", "posts.x", "me"),
            ("a", "posts.x", "you"),
        )
    ]
    tables = {**study.tables, "reproduced_numbers": rows}
    [number] = describe_numbers(replace(study, measures=[row], rules={"make": rule}, tables=tables))
    assert number.queries == ["workflow/sql/claims/x.sql"]
    assert number.reproduced == rows[:1]


def test_a_headline_number_has_its_specification_curve(tmp_path):
    study = study_of(tmp_path, "a")
    curve = [
        {"specification": "1", "alpha": "0.05", "value": "0.2", "low": "0.1", "high": "", "n": "8"},
        {"specification": "2", "alpha": "0.01", "value": "0.1", "low": "", "high": "", "n": "8"},
    ]
    tables = {**study.tables, "specifications_bursts": curve}
    names = ("creation.burst_share_difference", "specification.burst_share_difference", "creation.other")
    rows = [{**study.measures[0], "measure": name, "subject": "operation"} for name in names]
    numbers = describe_numbers(replace(study, measures=rows, tables=tables))
    assert [number.curve and len(number.curve.points) for number in numbers] == [2, 2, None]
