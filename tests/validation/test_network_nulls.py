"""Simulated events are as described, and their encounters are the pair-days that the study finds."""

import duckdb
import numpy as np
import pytest

from takedown.coordination.acts import Choices, number_events
from takedown.coordination.pair_days import find_pair_days
from takedown.validation.calibration.network_nulls import (
    Crowds,
    cascades,
    find_acts,
    find_encounters,
    office_hours,
)

NEAR = 600


def events(*rows: tuple[int, int, int]) -> Crowds:
    account, object, time = np.array(rows).T
    return Crowds(np.zeros(len(rows), np.int64), account, object, time)


def mixed(rng: np.random.Generator) -> Crowds:
    """Simulate accounts that repeat themselves and share several objects on a day, and midnights that part them."""
    return office_hours(rng, 1, accounts=8, days=10, daily=12.0) + cascades(
        rng, 1, accounts=8, days=10, daily=9
    )


def test_encounters_are_the_pair_days_that_the_study_finds(tmp_path):
    crowds = mixed(np.random.default_rng(4))
    with duckdb.connect() as connection:
        columns = dict(zip(("account", "object", "second"), crowds.columns[1:], strict=True))
        connection.register("simulated", columns)
        connection.execute(
            "CREATE TABLE trace_event AS SELECT 'trace' AS trace, format('{:03}', account) AS account, "
            "format('{:06}', object) AS object, make_timestamp(second * 1000000) AS time FROM simulated"
        )
        choices = Choices(window_seconds=60, near_seconds=NEAR, cap=1000, utc_offset_hours=0)
        number_events(connection)
        find_pair_days(connection, "trace", choices, tmp_path)
        study = connection.sql("SELECT account_a, account_b, day, difference FROM pair_day").fetchnumpy()
    found = find_encounters(crowds, NEAR)
    rows = [np.stack(columns).T.tolist() for columns in (found.columns[1:5], list(study.values()))]
    assert len(rows[0]) > 100
    assert sorted(rows[0]) == sorted(rows[1])


def test_repeats_within_twice_the_nearness_are_one_act():
    found = find_acts(events((0, 1, 0), (0, 1, 1200), (0, 1, 2400), (0, 1, 3601), (1, 1, 5), (0, 2, 5)), NEAR)
    assert sorted(zip(*found.columns[1:], strict=True)) == [(0, 1, 0), (0, 1, 3601), (0, 2, 5), (1, 1, 5)]


def test_data_sets_share_no_object():
    crowds = office_hours(np.random.default_rng(1), 3) + cascades(np.random.default_rng(2), 3)
    pairs = np.unique([crowds.object, crowds.repetition], axis=1)
    assert len(np.unique(crowds.object)) == pairs.shape[1]
    assert set(crowds.repetition) == {0, 1, 2}


@pytest.mark.parametrize("simulate", [office_hours, cascades])
def test_independent_accounts_are_within_the_window_as_often_as_anywhere_near(simulate):
    found = find_encounters(simulate(np.random.default_rng(1), 60), NEAR)
    # 121 of 1,201 seconds; in cascades, whose lags are densest at the beginning, a little more.
    assert (np.abs(found.difference) <= 60).mean() == pytest.approx(0.105, abs=0.01)
