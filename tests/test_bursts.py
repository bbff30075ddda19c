"""Bursts of account creation: the conditional test against brute force, planted bursts, growth without bursts."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import betabinom, nbinom
from statsmodels.stats.multitest import multipletests

from takedown import bursts, inference
from takedown.creation import daily_counts


def published_calendar(root: Path, name: str) -> tuple[np.datetime64, np.ndarray]:
    with (root / "workflow/resources/published" / name).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["account_creation_date"] <= "2019-08-19"]
    return daily_counts(
        np.array([row["account_creation_date"] for row in rows], "datetime64[D]"),
        np.array([int(row["accounts"]) for row in rows]),
    )


@pytest.mark.parametrize("window", [1, 3])
def test_baseline_equals_adding_up_day_by_day(window: int) -> None:
    rng = np.random.default_rng(1)
    counts, left_out = rng.integers(0, 5, 30), rng.random(30) < 0.2
    accounts, days = bursts.local_baseline(counts, 6, left_out, window)
    for start in range(30 - window + 1):
        near = [
            day
            for day in range(max(0, start - 6), min(30, start + window + 6))
            if not (start - 1 <= day <= start + window) and not left_out[day]
        ]
        assert (accounts[start], days[start]) == (counts[near].sum(), len(near))


def test_p_value_is_the_upper_tail_of_the_beta_binomial() -> None:
    counts, baseline, days = np.array([3, 7, 4]), np.array([5, 20, 0]), np.array([180, 170, 90])
    expected = betabinom.sf(counts - 1, counts + baseline, 1 / 0.3, days / 0.3)
    assert bursts.burst_p_values(counts, baseline, days, 0.3) == pytest.approx(expected, rel=1e-8)


def test_p_value_is_the_negative_binomial_tail_given_the_sum_whatever_the_mean() -> None:
    day, baseline, days, dispersion = 3, 4, 10, 0.5
    for mean in (0.1, 2.0):
        # n days with shape 1/dispersion and one success probability add up to a negative binomial.
        shape, success = 1 / dispersion, 1 / (1 + dispersion * mean)
        joint = [
            nbinom.pmf(k, shape, success) * nbinom.pmf(day + baseline - k, shape * days, success)
            for k in range(day + baseline + 1)
        ]
        expected = sum(joint[day:]) / sum(joint)
        found = bursts.burst_p_values(np.array([day]), np.array([baseline]), np.array([days]), dispersion)
        assert found[0] == pytest.approx(expected)


def test_a_single_account_after_an_empty_baseline_is_no_burst() -> None:
    # The account may fall on any of 181 days: 1 in 181, not 0 as a rate of 0 would say.
    p_value = bursts.burst_p_values(np.array([1]), np.array([0]), np.array([180]), 0.2)
    assert p_value[0] == pytest.approx(1 / 181)


def test_days_at_or_below_their_baseline_are_never_bursts() -> None:
    assert bursts.burst_p_values(
        np.array([0, 2]), np.array([0, 400]), np.array([180, 180]), 0.2
    ).tolist() == [1, 1]


def test_holm_agrees_with_statsmodels() -> None:
    p_values = np.random.default_rng(2).random(200) ** 6
    assert inference.holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_planted_burst_is_found_and_nothing_else() -> None:
    counts = np.random.default_rng(3).poisson(0.2, 1000)
    counts[400] += 12
    assert np.flatnonzero(bursts.find_bursts(counts, 0.2, 90).flagged).tolist() == [400]


def test_a_large_burst_does_not_hide_a_smaller_one_close_by() -> None:
    counts = np.random.default_rng(4).poisson(0.2, 1000)
    counts[400] += 300
    counts[410] += 12
    assert np.flatnonzero(bursts.find_bursts(counts, 0.2, 90).flagged).tolist() == [400, 410]


def test_smooth_growth_is_no_burst() -> None:
    counts = np.round(np.geomspace(1, 40, 365)).astype(int)
    found = bursts.find_bursts(counts, 0.05, 60)
    assert not found.flagged.any()
    assert bursts.scan_bursts(counts, found, 60, 100, np.random.default_rng(5))[1] > 0.05


def test_result_is_mirrored_with_the_calendar() -> None:
    counts = np.random.default_rng(6).poisson(0.5, 500)
    counts[[100, 300]] += 15
    one, other = bursts.find_bursts(counts, 0.2, 90), bursts.find_bursts(counts[::-1], 0.2, 90)
    assert one.p_adjusted == pytest.approx(other.p_adjusted[::-1])


@pytest.mark.parametrize("days", [1, 2, 3])
@pytest.mark.filterwarnings("error")
def test_a_calendar_too_short_for_a_baseline_has_no_burst(days: int) -> None:
    counts = np.full(days, 9)
    assert not bursts.find_bursts(counts, 0.2, 90).flagged.any()


@pytest.mark.parametrize("dispersion", [0.1, 0.5])
def test_dispersion_is_recovered_though_bursts_are_planted(dispersion: float) -> None:
    rng = np.random.default_rng(7)
    counts = rng.poisson(rng.gamma(1 / dispersion, 2 * dispersion, 4000))
    counts[rng.integers(0, 4000, 5)] += 80
    assert bursts.estimate_dispersion(counts, 90) == pytest.approx(dispersion, rel=0.25)


def test_scan_finds_a_week_that_no_single_day_shows() -> None:
    counts = np.random.default_rng(8).poisson(0.2, 1000)
    counts[500:507] += 3
    found = bursts.find_bursts(counts, 0.2, 90)
    flagged, p_value = bursts.scan_bursts(counts, found, 90, 200, np.random.default_rng(9))
    assert not found.flagged.any() and flagged[500:507].all() and p_value == 1 / 201


def test_the_largest_batches_of_the_operation_are_bursts_by_both_methods(root: Path) -> None:
    first, counts = published_calendar(root, "account_creation.csv")
    _, control = published_calendar(root, "control_account_creation.csv")
    found = bursts.find_bursts(counts, bursts.estimate_dispersion(control, 90), 90)
    scanned, _ = bursts.scan_bursts(counts, found, 90, 100, np.random.default_rng(10))
    large = np.array(["2016-06-27", "2017-08-18", "2017-08-19", "2017-08-30", "2018-07-13"], "datetime64[D]")
    place = (large - first).astype(int)
    assert found.flagged[place].all() and scanned[place].all()
    assert found.flagged.sum() == 16
    # Four accounts on a day may stay just below the maximum of one set of simulated calendars.
    assert (scanned & found.flagged).sum() >= 14
