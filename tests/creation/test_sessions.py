"""The hours of sessions, their test, and what is reported of them."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.creation.sessions import (
    HOUR_MS,
    SESSION_COLUMNS,
    clock_measures,
    hour_uniformity,
    local_hours,
    session_table,
)
from takedown.statistics import circular
from takedown.statistics.sessions import Sessions, find_sessions

MINUTE = 60_000


def published_instants(root: Path) -> tuple[np.ndarray, np.ndarray]:
    with (root / "workflow/resources/published/account_creation_clock.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    instants = np.array([row["five_minutes_from_utc"].rstrip("Z") for row in rows], "datetime64[ms]")
    return instants.astype(np.int64), np.array([int(row["accounts"]) for row in rows])


def test_local_hours_pass_midnight() -> None:
    assert local_hours(np.array([20 * HOUR_MS]), 8).tolist() == [4]
    assert local_hours(np.array([2 * HOUR_MS]), -5.5).tolist() == [20.5]


def test_reference_values_of_the_study(root: Path) -> None:
    sessions = find_sessions(*published_instants(root), 60)
    assert (len(sessions), sessions.accounts.sum()) == (146, 359)
    assert hour_uniformity(sessions, 8).p_value == pytest.approx(0.55, abs=0.005)


def test_accounts_taken_one_by_one_would_seem_to_keep_office_hours(root: Path) -> None:
    instants, accounts = published_instants(root)
    length = abs(circular.direction_sums(local_hours(instants, 8), accounts)) / accounts.sum()
    assert circular.rayleigh_p_value(length, int(accounts.sum())) < 1e-8


def test_the_utc_offset_does_not_change_the_uniformity_of_hours(root: Path) -> None:
    sessions = find_sessions(*published_instants(root), 60)
    assert hour_uniformity(sessions, 8).p_value == pytest.approx(hour_uniformity(sessions, -3.5).p_value)


def test_session_table_is_in_local_and_in_universal_time() -> None:
    start = np.array([np.datetime64("2017-08-30T16:20:05.9", "ms").astype(int)])
    sessions = Sessions(start, start + 90 * MINUTE, np.array([20]))
    rows = session_table(sessions, 8, 20, "release")
    assert dict(zip(SESSION_COLUMNS, next(iter(rows)), strict=True)) == {
        "session": 1,
        "start_utc": "2017-08-30T16:20:05Z",
        "end_utc": "2017-08-30T17:50:05Z",
        "start_local": "2017-08-31T00:20:05",
        "minutes": 90,
        "accounts": 20,
        "large": True,
        "provenance": "release",
    }


def test_measures_count_sessions_and_large_batches() -> None:
    sessions = find_sessions(np.array([0, 500, 900]) * MINUTE, np.array([25, 1, 2]), 60)
    rows = clock_measures(
        "operation",
        sessions,
        gap_minutes=60,
        large_batch_accounts=20,
        utc_offset_hours=8,
        provenance="release",
    )
    values = {row.measure: row.value for row in rows}
    assert (values["creation.sessions"], values["creation.large_batches"]) == (3, 1)
    assert values["creation.hour_uniformity_p"] == rows[2].p_value


hours = st.lists(st.floats(0, 24, exclude_max=True), min_size=1, max_size=30)


@given(hours, st.floats(-30, 30))
def test_turning_the_clock_moves_the_mean_hour_and_keeps_the_length(values: list[float], turn: float) -> None:
    one = circular.direction_sums(np.array(values), 1)
    other = circular.direction_sums((np.array(values) + turn) % 24, 1)
    assert abs(other) == pytest.approx(abs(one), abs=1e-6)
    if abs(one) > 1e-3:
        moved = circular.mean_hour(other) - circular.mean_hour(one) - turn
        assert (moved + 12) % 24 - 12 == pytest.approx(0, abs=1e-3)


@given(hours, st.integers(1, 9))
def test_counting_all_posts_several_times_changes_nothing(values: list[float], times: int) -> None:
    one = circular.direction_sums(np.array(values), np.ones(len(values)))
    assert circular.direction_sums(np.array(values), np.full(len(values), times)) == pytest.approx(
        times * one
    )


def test_mean_of_late_and_early_hours_is_midnight() -> None:
    assert circular.mean_hour(circular.direction_sums(np.array([23.0, 1.0]), 1)) % 24 == pytest.approx(
        0, abs=1e-9
    )


def test_rayleigh_p_value_agrees_with_simulation() -> None:
    rng = np.random.default_rng(1)
    lengths = abs(np.exp(2j * np.pi * rng.random((20_000, 30))).mean(axis=1))
    assert circular.rayleigh_p_value(0.3, 30) == pytest.approx((lengths >= 0.3).mean(), abs=0.006)


def test_interval_of_the_length_starts_at_zero_exactly_where_the_test_sees_nothing() -> None:
    for length in (0.0, 0.05, 0.1, 0.15, 0.2):
        low, high = circular.resultant_interval(length, 146)
        # The lower end cuts 2.5 %, so it leaves 0 where the p-value falls below that.
        assert (low == 0) == (circular.rayleigh_p_value(length, 146) > 0.025)
        assert low <= length <= high


def test_interval_of_the_length_covers() -> None:
    rng = np.random.default_rng(2)
    angles = rng.vonmises(0, 0.3, (500, 146))
    truth = 0.1484  # I₁(0.3) / I₀(0.3)
    ends = np.array([circular.resultant_interval(abs(np.exp(1j * row).mean()), 146) for row in angles])
    assert 0.92 <= ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean() <= 0.98


def test_a_batch_of_just_the_limit_is_large() -> None:
    rows = clock_measures(
        "operation",
        find_sessions(np.array([0]), np.array([20]), 60),
        gap_minutes=60,
        large_batch_accounts=20,
        utc_offset_hours=8,
        provenance="release",
    )
    assert {row.measure: row.value for row in rows}["creation.large_batches"] == 1
