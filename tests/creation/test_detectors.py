"""Burst detectors: worked cases, brute force over state paths, the library's blocks, and their false alarms."""

import csv
from itertools import product
from pathlib import Path

import burst_detection
import numpy as np
import pytest
from astropy.stats import bayesian_blocks
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from takedown.creation import detectors
from takedown.creation.detectors import detected_days, detector_measures, detector_table, try_detectors
from takedown.creation.measures import find_subject_bursts
from takedown.creation.plot_detectors import DetectorLine, plot_burst_detectors
from takedown.creation.rows import CreationRows

CUT = np.datetime64("2019-08-19")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0.1, 4)), min_size=1, max_size=7))
def test_automaton_takes_the_cheapest_of_all_paths(days: list[tuple[int, float]]) -> None:
    counts, rate = (np.array(column) for column in zip(*days, strict=True))
    # All paths of states, one a row, with their costs by the automaton's definition, from the low state on.
    paths = np.array(list(product([0, 1], repeat=len(days))))
    fit = -poisson.logpmf(counts, (1 + paths) * rate).sum(axis=1)
    entries = (np.diff(paths, axis=1, prepend=0) == 1).sum(axis=1)
    costs = fit + entries * np.log(len(days))
    found = detectors.kleinberg_states(counts, rate)
    assert costs[(paths == found).all(axis=1)] == pytest.approx(costs.min())


def test_automaton_of_a_worked_case() -> None:
    # At 1 a day the burst saves count · ln 2 − 1 a day and costs ln 4 to enter: .39 on the second, 2.47 on the third.
    states = detectors.kleinberg_states(np.array([0, 2, 5, 0]), np.ones(4))
    assert states.tolist() == [False, True, True, False]
    # One day with 3 saves 1.08 and does not pay.
    assert not detectors.kleinberg_states(np.array([0, 3, 0, 0]), np.ones(4)).any()


def test_automata_of_several_calendars_are_those_of_each() -> None:
    counts = np.random.default_rng(1).poisson(0.5, (3, 200))
    counts[1, 50:55] += 6
    for detect in (
        detectors.kleinberg_global,
        lambda counts: detectors.kleinberg_local(counts, 30),
        lambda counts: detectors.moving_z(counts, 30),
    ):
        assert (detect(counts) == [detect(calendar) for calendar in counts]).all()


def test_blocks_are_the_library_s_and_the_rich_one_is_flagged() -> None:
    counts = np.ones(300, int)
    counts[100:110] = 12
    used = np.flatnonzero(counts)
    fitness = detectors._Events(p0=0.05)
    edges = bayesian_blocks(used.astype(float), counts[used], fitness=fitness)
    assert (
        edges.tolist()
        == bayesian_blocks(used.astype(float), counts[used], fitness="events", p0=0.05).tolist()
    )
    assert np.flatnonzero(detectors.rich_blocks(counts)).tolist() == list(range(100, 110))


def test_z_score_of_a_worked_case() -> None:
    # The baseline of day 10 is four days on either side without the two next to it: mean 1, variance 8/7.
    counts = np.array([0, 2] * 10)
    counts[10] = 4
    assert not detectors.moving_z(counts, 5)[10]
    counts[10] = 5
    assert detectors.moving_z(counts, 5)[10]


@pytest.mark.parametrize("counts", [[3], [0, 0, 4], [1, 1, 1]])
@pytest.mark.filterwarnings("error")
def test_no_detector_breaks_on_a_short_calendar(counts: list[int]) -> None:
    found = detectors.detectors(0.2, 90, 0.05, 19, np.random.default_rng(3))
    assert list(found)[:2] == list(detectors.VALID)
    for detect in found.values():
        flags = detect(np.array(counts))
        assert flags.shape == (len(counts),) and flags.dtype == bool


def test_false_alarms_have_the_interval_of_clopper_and_pearson() -> None:
    found = detectors.false_alarms(lambda counts: counts > 3, np.array([[0, 9], [1, 2], [3, 3], [4, 0]]))
    # Two of four: the tails of the binomial at the ends hold 2.5 % each.
    assert (found.value, found.n) == (0.5, 4)
    assert (found.low, found.high) == (pytest.approx(0.0676, abs=1e-4), pytest.approx(0.9324, abs=1e-4))
    assert detectors.false_alarms(lambda counts: counts > 3, np.empty((0, 5))).value is None


def test_growth_sets_off_the_usual_detectors_and_not_the_valid_ones() -> None:
    rng = np.random.default_rng(4)
    calendars = detectors.burst_free_calendars(detectors.GROWTH, 0.2, 15, rng)
    shares = {
        name: detectors.false_alarms(detect, calendars).value
        for name, detect in detectors.detectors(0.2, 90, 0.05, 19, rng).items()
    }
    assert max(shares[name] for name in detectors.VALID) <= 0.2
    assert min(share for name, share in shares.items() if name not in detectors.VALID) >= 0.7


def test_the_package_burst_detection_breaks_on_numpy_2() -> None:
    # It calls np.float, which is gone: the automaton here is therefore our own.
    with pytest.raises(AttributeError, match="float"):
        burst_detection.fit(10, 2, 0.1)


def population(rng: np.random.Generator, planted: int) -> CreationRows:
    counts = rng.poisson(0.5, 300)
    counts[150] += planted
    days = np.datetime64("2018-01-01") + np.flatnonzero(counts)
    shape = len(days)
    return CreationRows(days, np.full(shape, "a"), counts[counts > 0], np.full(shape, "aggregate"))


@pytest.fixture(scope="module")
def populations() -> dict[str, CreationRows]:
    rng = np.random.default_rng(5)
    return {"operation": population(rng, 30), "control": population(rng, 0)}


def tried(populations: dict[str, CreationRows]) -> list:
    found = find_subject_bursts(populations, CUT, 90, 0.05)
    return try_detectors(
        populations,
        found,
        control_cut=CUT,
        baseline_days=90,
        alpha=0.05,
        seed=1,
        repetitions=39,
        calendars=20,
    )


@pytest.fixture(scope="module")
def results(populations: dict[str, CreationRows]) -> list:
    return tried(populations)


def test_every_detector_reports_the_days_of_every_population(results: list) -> None:
    rows = {(row.measure, row.subject): row for row in detector_measures(results)}
    names = ("day_test", "scan", "kleinberg_local", "kleinberg_global", "bayesian_blocks", "moving_z")
    assert set(rows) == {
        (f"creation.days_{name}", subject) for name in names for subject in ("operation", "control")
    }
    assert all(rows[f"creation.days_{name}", "operation"].value >= 1 for name in names)


def test_a_detector_with_a_global_rate_flags_every_growing_calendar(results: list) -> None:
    header, table = detector_table(results)
    rows = [dict(zip(header, row, strict=True)) for row in table]
    alarms = [row for row in rows if (row["subject"], row["detector"]) == ("operation", "kleinberg_global")]
    assert [(row["false_alarms_growth"], row["calendars_growth"]) for row in alarms] == [(1, 20)]


def test_tables_tell_the_planted_day_and_agree_with_each_other(results: list) -> None:
    header, table = detector_table(results)
    by_detector = {(row[0], row[1]): dict(zip(header, row, strict=True)) for row in table}
    _, days = detected_days(results)
    planted = str(np.datetime64("2018-01-01") + 150)
    for (subject, detector), row in by_detector.items():
        flagged = [day for where, which, day, *_ in days if (where, which) == (subject, detector)]
        assert len(flagged) == row["days_flagged"]
        assert row["valid"] is (detector in ("day_test", "scan"))
        assert subject == "control" or planted in flagged
    assert by_detector["operation", "day_test"]["days_shared_with_day_test"] == 1


def test_results_do_not_depend_on_the_order_of_rows(
    populations: dict[str, CreationRows], results: list
) -> None:
    rng = np.random.default_rng(6)
    shuffled = {}
    for subject, rows in populations.items():
        order = rng.permutation(len(rows.days))
        shuffled[subject] = CreationRows(
            *(getattr(rows, name)[order] for name in CreationRows.__dataclass_fields__)
        )
    assert detector_measures(tried(shuffled)) == detector_measures(results)


def test_every_detector_finds_the_largest_batches_of_the_operation(root: Path) -> None:
    with (root / "workflow/resources/published/account_creation.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    days = np.array([row["account_creation_date"] for row in rows], "datetime64[D]")
    counts = np.zeros((days.max() - days.min()).astype(int) + 1, int)
    np.add.at(counts, (days - days.min()).astype(int), [int(row["accounts"]) for row in rows])
    detect = detectors.detectors(0.208, 90, 0.05, 99, np.random.default_rng(7))
    largest = (np.array(["2017-08-18", "2017-08-30"], "datetime64[D]") - days.min()).astype(int)
    assert all(flag(counts)[largest].all() for flag in detect.values())
    assert detect["day_test"](counts).sum() == 16 < detect["kleinberg_global"](counts).sum()


def test_figure_has_a_panel_for_each_population_and_a_sentence_for_none(results: list) -> None:
    lines = [
        DetectorLine(
            one.subject, one.detector, one.valid, one.first_day, one.last_day, one.days, one.local.value, None
        )
        for one in results
    ]
    figure = plot_burst_detectors(lines)
    words = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert len(figure.axes) == 2 and "–" in words and str(len(results[0].days)) in words
    empty = plot_burst_detectors([])
    assert "no account" in empty.axes[0].texts[0].get_text()
