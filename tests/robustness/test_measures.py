"""What is reported of a specification curve: measures, a table, and one line for each mistake among the choices."""

import copy

import pytest
import yaml

from takedown.core.config import find_mistakes
from takedown.robustness.measures import (
    BURSTS,
    OFFICE_HOURS,
    curve_measures,
    curve_table,
    office_measures,
)
from takedown.robustness.specifications import NO_VALUE
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration.study import methods_in_use, read_calibration


def choice(month: str, hours: tuple[int, int]) -> dict:
    return {"last_day": "2019-08-19", "largest_month": month, "hours": hours}


CURVE = [
    (choice("kept", (9, 18)), Estimate(24.0, 6.0, 92.0, n=450)),
    (choice("left out", (9, 18)), Estimate(2.0, -0.5, 8.0, n=60)),
    (choice("kept", (9, 17)), Estimate(3.0, n=1)),
    (choice("left out", (9, 17)), NO_VALUE),
]


def test_measures_state_median_range_and_the_share_clear_of_no_effect():
    measures = {row.measure: row for row in curve_measures(BURSTS, CURVE, "aggregate")}
    ratio, clear = (measures[f"specification.burst_share_difference{end}"] for end in ("", "_clear"))
    assert (ratio.value, ratio.low, ratio.high, ratio.n) == (3, 2, 24, 3)
    assert "; 1 have no value;" in ratio.method
    # A specification without an interval is not clear.
    assert (clear.value, clear.n) == (pytest.approx(1 / 3), 3)
    assert clear.parameters == {
        "clear 2019-08-19 kept": (0.5, "share"),
        "clear 2019-08-19 left out": (0.0, "share"),
    }


def test_burst_measures_count_the_burst_days_and_who_finds_any():
    estimates = (Estimate(0.4, 0.1, n=12), Estimate(0.0, -0.1, n=0), Estimate(0.3, 0.01, n=5))
    curve = [(choice("kept", (9, 18)), estimate) for estimate in estimates]
    measures = {row.measure: row for row in curve_measures(BURSTS, curve, "aggregate")}
    days = measures["specification.burst_days"]
    assert (days.value, days.low, days.high, days.unit) == (5, 0, 12, "days")
    assert measures["specification.burst_share_difference_clear"].value == pytest.approx(2 / 3)


def test_a_finding_without_a_value_has_no_measures():
    assert curve_measures(OFFICE_HOURS, [({}, NO_VALUE)] * 3, "aggregate") == []


def test_the_office_finding_is_reported_by_language_with_the_share_that_is_clear_in_each_period():
    curve = [
        ({"language": "zh", "period": "all"}, Estimate(2.0, 1.1, 3.0, n=9)),
        ({"language": "zh", "period": "all"}, Estimate(1.5, 0.9, 2.0, n=9)),
        ({"language": "zh", "period": "until 2019-06-08"}, Estimate(1.8, n=3)),
        ({"language": "en", "period": "all"}, NO_VALUE),
    ]
    ratio, clear = office_measures(curve, "aggregate")
    assert (ratio.subject, ratio.value, ratio.low, ratio.high, ratio.n) == ("zh", 1.8, 1.5, 2.0, 3)
    assert clear.value == pytest.approx(1 / 3)
    assert clear.parameters == {"clear all": (0.5, "share"), "clear until 2019-06-08": (0, "share")}


def test_every_curve_is_of_a_method_that_keeps_its_error(root):
    used = methods_in_use(read_calibration(root / "workflow/resources/calibration.csv"))
    assert {BURSTS.calibrated_by, OFFICE_HOURS.calibrated_by} <= used


def test_the_table_has_a_column_for_each_choice_and_numbers_the_specifications():
    header, rows = curve_table(BURSTS, ["largest_month", "hours"], CURVE, "aggregate")
    assert header == [
        "specification",
        "largest_month",
        "hours",
        "value",
        "low",
        "high",
        "n",
        "unit",
        "provenance",
    ]
    assert rows[1] == [2, "left out", "9-18", 2.0, -0.5, 8.0, 60, "share", "aggregate"]


@pytest.fixture(scope="module")
def parts(root):
    """Return the configuration, its schema and the registry."""
    files = ("config.yaml", "workflow/schemas/config.schema.yaml", "workflow/resources/archives.yaml")
    return [yaml.safe_load((root / file).read_text(encoding="utf-8")) for file in files]


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        (
            "bursts.day_cut",
            ["noon"],
            "bursts.day_cut.0: 'noon' is not one of ['utc', 'local']",
        ),
        ("bursts.alpha", [], "bursts.alpha: [] should be non-empty"),
        (
            "office_hours.period",
            ["until 2019-06-31"],
            "office_hours.period: '2019-06-31' is not a calendar date",
        ),
        (
            "office_hours.hours",
            [[9, 18], [18, 9]],
            "office_hours.hours: the first hour must be before the last",
        ),
    ],
)
def test_a_mistake_among_the_choices_is_one_line(parts, key, value, line):
    config, schema, registry = copy.deepcopy(parts)
    finding, choice = key.split(".")
    config["specifications"][finding][choice] = value
    assert find_mistakes(config, schema, registry, config["content"]["lists"]) == [f"specifications.{line}"]
