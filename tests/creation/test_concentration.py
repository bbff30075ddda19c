"""Concentration of a creation calendar: worked cases, brute force over pairs, and the study's reference values."""

import csv
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.creation import concentration
from takedown.creation.bursts import Bursts
from takedown.creation.measures import (
    CreationSettings,
    creation_day_table,
    creation_measures,
    find_subject_bursts,
)
from takedown.creation.rows import CreationRows

CUT = np.datetime64("2019-08-19")
EARLIER = np.datetime64("2019-05-31")
SETTINGS = CreationSettings(CUT, EARLIER, baseline_days=90, alpha=0.05, seed=936, repetitions=50)
counts_of_days = st.lists(st.integers(0, 12), min_size=2, max_size=30).filter(lambda counts: sum(counts) > 1)


def published(root: Path, name: str) -> CreationRows:
    with (root / "workflow/resources/published" / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return CreationRows(
        np.array([row["account_creation_date"] for row in rows], "datetime64[D]"),
        np.array([row.get("archive", "control") for row in rows]),
        np.array([int(row["accounts"]) for row in rows]),
        np.full(len(rows), "aggregate"),
    )


@pytest.fixture(scope="module")
def operation(root: Path) -> CreationRows:
    return published(root, "account_creation.csv")


@pytest.fixture(scope="module")
def control(root: Path) -> CreationRows:
    return published(root, "control_account_creation.csv")


def test_coincidence_probability_of_two_and_one_and_one_is_two_of_twelve() -> None:
    assert concentration.coincidence_probability([2, 1, 1]) == pytest.approx(2 / 12)


def test_one_account_has_no_coincidence_probability() -> None:
    assert math.isnan(concentration.coincidence_probability([1, 0]))


@given(counts_of_days)
def test_coincidence_probability_is_the_share_of_pairs_on_one_day(counts: list[int]) -> None:
    accounts = [day for day, count in enumerate(counts) for _ in range(count)]
    pairs = list(combinations(accounts, 2))
    assert concentration.coincidence_probability(counts) == pytest.approx(
        sum(a == b for a, b in pairs) / len(pairs)
    )


def test_rarefied_calendars_have_the_size_and_never_more_accounts_than_there_were() -> None:
    counts = np.array([4, 0, 1, 3])
    drawn = concentration.rarefy(counts, 5, 200, np.random.default_rng(1))
    assert (drawn.sum(axis=1) == 5).all() and (drawn <= counts[counts > 0]).all()


def test_rarefied_number_of_days_has_its_hypergeometric_expectation() -> None:
    counts, size, repetitions = np.array([9, 5, 2, 1, 1, 6]), 8, 20_000
    total = counts.sum()
    expected = sum(1 - math.comb(total - n, size) / math.comb(total, size) for n in counts.tolist())
    days = (concentration.rarefy(counts, size, repetitions, np.random.default_rng(2)) > 0).sum(axis=1)
    assert days.mean() == pytest.approx(expected, abs=4 * days.std() / math.sqrt(repetitions))


def test_rarefaction_leaves_the_coincidence_probability_where_it_was() -> None:
    counts = np.array([9, 5, 2, 1, 1, 6])
    drawn = concentration.rarefy(counts, 8, 20_000, np.random.default_rng(3))
    values = (drawn * (drawn - 1)).sum(axis=1) / (8 * 7)
    assert values.mean() == pytest.approx(
        concentration.coincidence_probability(counts), abs=4 * values.std() / 141
    )


def test_more_accounts_than_there_are_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="cannot rarefy"):
        concentration.rarefy(np.array([1, 2]), 4, 1, np.random.default_rng(0))


def test_top_days_share_counts_all_days_where_there_are_fewer() -> None:
    assert concentration.top_days_share(np.array([3, 1])) == 1
    assert concentration.top_days_share(np.array([3, 1, 2]), days=1) == 0.5


@pytest.mark.filterwarnings("error")
def test_ratio_to_a_control_without_a_shared_day_has_no_value() -> None:
    assert math.isnan(concentration.coincidence_ratio(np.array([4, 2]), np.array([1, 1])))
    assert math.isnan(concentration.coincidence_ratio(np.array([4, 2]), np.array([1])))


@given(counts_of_days)
def test_all_blocks_hold_all_pairs_and_the_two_fullest_most(counts: list[int]) -> None:
    shares = [
        concentration.pairs_in_fullest_blocks(np.array(counts), blocks, 3).value for blocks in (1, 2, 99)
    ]
    if max(counts) < 2:
        assert shares == [None] * 3
    else:
        assert 0 < shares[0] <= shares[1] <= shares[2] == 1


def test_calendar_fills_days_without_accounts_and_joins_repeated_days() -> None:
    days = np.array(["2019-01-03", "2019-01-01", "2019-01-03"], "datetime64[D]")
    first, counts = concentration.daily_counts(days, np.array([1, 2, 4]))
    assert first == np.datetime64("2019-01-01") and counts.tolist() == [2, 0, 5]


def test_calendar_without_an_account_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least one account"):
        concentration.daily_counts(np.array(["2019-01-03"], "datetime64[D]"), np.array([0]))


def test_reference_values_of_the_study(operation: CreationRows, control: CreationRows) -> None:
    counts, control_counts = operation.calendar()[1], control.until(CUT).calendar()[1]
    assert (counts.sum(), (counts > 0).sum()) == (940, 450)
    assert concentration.coincidence_probability(counts) == pytest.approx(0.0291, abs=5e-5)
    assert concentration.coincidence_ratio(counts, control_counts) == pytest.approx(24.8, abs=0.05)
    assert concentration.top_days_share(counts) == pytest.approx(0.341, abs=5e-4)
    rarefied = concentration.rarefied_top_days_share(control_counts, 940, 500, np.random.default_rng(936))
    assert rarefied.value == pytest.approx(0.086, abs=1e-3)


def measure(operation: CreationRows, control: CreationRows) -> list:
    populations = {"operation": operation, "control": control}
    found = find_subject_bursts(populations, CUT, 90, 0.05)
    return creation_measures(populations, found, SETTINGS)


@pytest.fixture(scope="module")
def measured(operation: CreationRows, control: CreationRows) -> list:
    return measure(operation, control)


def test_measures_do_not_depend_on_the_order_of_rows(
    measured: list, operation: CreationRows, control: CreationRows
) -> None:
    order = np.random.default_rng(5).permutation(len(operation.days))
    shuffled = CreationRows(*(getattr(operation, name)[order] for name in CreationRows.__dataclass_fields__))
    assert measured == measure(shuffled, control)


def test_measures_of_one_population_do_not_depend_on_another(
    measured: list, operation: CreationRows, control: CreationRows
) -> None:
    populations = {"later": operation, "operation": operation, "control": control}
    found = find_subject_bursts(populations, CUT, 90, 0.05)
    more = creation_measures(populations, found, SETTINGS)
    assert [row for row in more if row.subject != "later"] == measured


def test_measures_stand_without_a_control(operation: CreationRows) -> None:
    populations = {"operation": operation}
    found = find_subject_bursts(populations, CUT, 90, 0.05)
    rows = creation_measures(populations, found, SETTINGS)
    assert {row.subject for row in rows} == {"operation"}
    assert "creation.coincidence_ratio" not in {row.measure for row in rows}
    assert next(row.value for row in rows if row.measure == "creation.burst_days") == 8


def test_what_is_cut_names_the_last_day(measured: list) -> None:
    found = {(row.measure, row.subject): row.parameters for row in measured}
    for end, cut in (("", CUT), ("_earlier_cut", EARLIER)):
        for name in ("coincidence_ratio", "trimmed_coincidence_ratio", "burst_share_difference"):
            assert found[f"creation.{name}{end}", "operation"] == {"created_until": (str(cut), "date")}


def test_reference_values_of_the_comparison(measured: list) -> None:
    found = {(row.measure.removeprefix("creation."), row.subject): row for row in measured}
    values = {
        ("burst_days", "operation"): 8,
        ("burst_days", "control"): 0,
        ("burst_share", "operation"): 291 / 940,
        ("burst_share", "control"): 0,
        ("burst_share_control_thinned", "control"): 0,
        ("burst_share_difference_without_largest_month", "operation"): 75 / 702,
        ("joint_burst_share", "operation"): 246 / 940,
        ("joint_burst_share", "control"): 2 / 3752,
        ("coincidence_ratio_earlier_cut", "operation"): 100.3485,
        ("coincidence_pairs_in_two_blocks", "operation"): 0.9158,
        ("trimmed_coincidence_ratio", "operation"): 9.1045,
        ("trimmed_coincidence_ratio_earlier_cut", "operation"): 15.6394,
    }
    assert {key: found[key].value for key in values} == pytest.approx(values, abs=5e-5)
    lows = {
        "burst_share_difference": 0.023,
        "burst_share_difference_without_largest_month": 0.010,
        "burst_share_difference_earlier_cut": 0.023,
        "burst_share_difference_earlier_cut_without_largest_month": 0.010,
        "joint_burst_share_difference": -0.001,
    }
    assert {name: found[name, "operation"].low for name in lows} == pytest.approx(lows, abs=1.5e-3)
    assert {found[name, "operation"].high for name in lows} == {None}
    assert found["coincidence_ratio", "operation"].low is None
    ratio = found["trimmed_coincidence_ratio", "operation"]
    assert (ratio.low, ratio.high) == pytest.approx((1.2932, 64.10), rel=1e-3)


def test_every_p_value_has_an_effect_size_and_an_interval(measured: list) -> None:
    tested = [row for row in measured if row.p_value is not None]
    assert {(row.measure, row.subject) for row in tested} == {
        ("creation.largest_burst_fold", "operation"),
        ("creation.largest_burst_fold", "control"),
    }
    assert all(row.low < row.value < row.high and row.family for row in tested)


def test_a_single_account_of_each_population_is_measured() -> None:
    day, one = np.array(["2019-01-03"], "datetime64[D]"), np.array([1])
    alone = CreationRows(day, np.array(["a"]), one, np.array(["release"]))
    rows = {(row.measure, row.subject): row for row in measure(alone, alone)}
    assert rows["creation.accounts", "operation"].value == 1
    assert rows["creation.burst_days", "operation"].value == 0
    assert rows["creation.burst_share_difference", "operation"].value == 0
    assert rows["creation.coincidence_ratio", "operation"].value is None
    assert not any(row.p_value is not None for row in rows.values())


def test_a_number_is_as_weak_as_its_weakest_rows(operation: CreationRows, control: CreationRows) -> None:
    simulated = CreationRows(
        control.days, control.archives, control.accounts, np.full(len(control.days), "replica")
    )
    provenance = {(row.measure, row.subject): row.provenance for row in measure(operation, simulated)}
    assert provenance["creation.coincidence_probability", "operation"] == "aggregate"
    assert provenance["creation.coincidence_ratio", "operation"] == "replica"
    # The dispersion of the test comes from the control.
    assert provenance["creation.burst_days", "operation"] == "replica"


def test_published_calendar_has_each_day_once_with_its_archives() -> None:
    rows = CreationRows(
        np.array(["2019-01-03", "2019-01-01", "2019-01-03"], "datetime64[D]"),
        np.array(["b", "a", "a"]),
        np.array([1, 2, 4]),
        np.array(["aggregate", "release", "release"]),
    )
    found = Bursts(np.array([False, False, True]), np.array([1.0, 1.0, 0.01]), 0.2, np.array([0.5, 0.5, 1.5]))
    header, table = creation_day_table(rows, found, "aggregate")
    assert header == ["date", "a", "b", "accounts", "baseline", "burst", "p_adjusted", "provenance"]
    assert list(table) == [
        ("2019-01-01", 2, 0, 2, 0.5, False, 1.0, "aggregate"),
        ("2019-01-03", 4, 1, 5, 1.5, True, 0.01, "aggregate"),
    ]


def test_real_records_give_the_reference_values(real_records: Path) -> None:
    days = []
    for path in sorted(real_records.glob("china_082019_*_users_csv_hashed.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            days += [row["account_creation_date"] for row in csv.DictReader(file)]
    first, counts = concentration.daily_counts(np.array(days, "datetime64[D]"), np.ones(len(days), int))
    assert (counts.sum(), (counts > 0).sum()) == (940, 450)
    assert counts[(np.datetime64("2017-08-30") - first).astype(int)] == 119
    assert concentration.coincidence_probability(counts) == pytest.approx(0.0291, abs=5e-5)
