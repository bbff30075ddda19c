"""Bursts of account creation: the conditional test against brute force, planted bursts, growth without bursts."""

import numpy as np
import pytest
from scipy.stats import betabinom, binomtest, nbinom
from statsmodels.stats.multitest import multipletests

from takedown.creation import bursts
from takedown.statistics.estimate import holm


def flagged_by_all_p_values(counts: np.ndarray, dispersion: float, alpha: float = 0.05) -> list[bool]:
    """Flag burst days by the p-values of all days, round after round."""
    flagged = np.zeros(len(counts), bool)
    while True:
        p_values = bursts.burst_p_values(counts, *bursts.local_baseline(counts, 90, flagged), dispersion)
        found = flagged | (holm(p_values) <= alpha)
        if (found == flagged).all():
            return flagged.tolist()
        flagged = found


@pytest.mark.parametrize("dispersion", [0.2, 1.0, 4.0])
@pytest.mark.parametrize("rate", [0.1, 1.0, 8.0])
def test_flagged_days_are_those_with_small_p_values_among_all_days(rate: float, dispersion: float) -> None:
    rng, flagged = np.random.default_rng(1), 0
    for _ in range(6):
        counts = rng.poisson(rng.gamma(1, rate, 700))
        counts[rng.integers(700, size=12)] += rng.integers(2, 300, 12)
        found = bursts.flag_bursts(counts, dispersion, 90)
        assert found.tolist() == flagged_by_all_p_values(counts, dispersion)
        flagged += found.sum()
    assert flagged > 6


@pytest.mark.parametrize("days", [1, 2, 3, 10])
@pytest.mark.filterwarnings("error")
def test_a_short_calendar_is_tested_as_a_long_one(days: int) -> None:
    counts = np.full(days, 3)
    counts[0] = 900
    assert bursts.flag_bursts(counts, 1.0, 90).tolist() == flagged_by_all_p_values(counts, 1.0)


@pytest.mark.parametrize("baseline_days", [6, 30])
def test_baseline_equals_adding_up_day_by_day(baseline_days: int) -> None:
    rng = np.random.default_rng(1)
    counts, left_out = rng.integers(0, 5, 70), rng.random(70) < 0.2
    accounts, days = bursts.local_baseline(counts, baseline_days, left_out)
    for start in range(70):
        before, after = range(0, start - 1), range(start + 2, 70)
        longest = baseline_days - 1
        side = min(longest, max(21, min(len(before), len(after))))
        near = [day for day in [*before[-side:], *after[:side]] if not left_out[day]]
        assert (accounts[start], days[start]) == (counts[near].sum(), len(near))


def test_baseline_of_the_last_day_is_three_weeks_and_of_the_middle_both_sides() -> None:
    accounts, days = bursts.local_baseline(np.arange(400), 90)
    assert (accounts[-1], days[-1]) == (sum(range(377, 398)), 21)
    assert days[[0, 30, 200]].tolist() == [21, 58, 178]


def test_p_value_is_the_upper_tail_of_the_beta_binomial() -> None:
    counts, baseline, days = np.array([3, 7, 4]), np.array([5, 20, 0]), np.array([180, 170, 90])
    expected = betabinom.sf(counts - 1, counts + baseline, 1 / 0.3, days / 0.3)
    assert bursts.burst_p_values(counts, baseline, days, 0.3) == pytest.approx(expected, rel=1e-8)


def test_a_tiny_p_value_keeps_its_digits() -> None:
    day = np.arange(3, 30)
    p_values = bursts.burst_p_values(day, np.full(27, 30), np.full(27, 170), 0.3)
    expected = [betabinom.pmf(np.arange(n, n + 31), n + 30, 1 / 0.3, 170 / 0.3).sum() for n in day]
    assert p_values.min() < 1e-12 and p_values == pytest.approx(expected, rel=1e-8)


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
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])


def test_planted_burst_is_found_and_nothing_else() -> None:
    counts = np.random.default_rng(3).poisson(0.2, 1000)
    counts[400] += 12
    assert np.flatnonzero(bursts.find_bursts(counts, 0.2, 90).flagged).tolist() == [400]


def test_a_large_burst_does_not_hide_a_smaller_one_close_by() -> None:
    counts = np.random.default_rng(4).poisson(0.2, 1000)
    counts[400] += 300
    counts[410] += 12
    assert np.flatnonzero(bursts.find_bursts(counts, 0.2, 90).flagged).tolist() == [400, 410]


@pytest.mark.parametrize("counts", [np.geomspace(1, 40, 365), np.geomspace(40, 1, 365)])
def test_smooth_growth_is_no_burst(counts: np.ndarray) -> None:
    counts = np.round(counts).astype(int)
    found = bursts.find_bursts(counts, 0.05, 60)
    assert not found.flagged.any()


@pytest.mark.parametrize("direction", [1, -1])
def test_baseline_keeps_up_with_steep_growth_to_the_last_day(direction: int) -> None:
    # Three months on one side alone lag by 30 %, and one calendar in six was then given a burst it did not have.
    rate = np.geomspace(1000, 20_000, 365).astype(int)[::direction]
    accounts, days = bursts.local_baseline(rate, 90)
    assert (rate / (accounts / days)).max() < 1.12


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


def test_a_single_day_is_no_largest_burst() -> None:
    found = bursts.find_bursts(np.array([9]), 0.2, 90)
    assert bursts.largest_burst(np.array([9]), found, 90) is None


def test_fold_of_poisson_days_has_the_interval_of_clopper_and_pearson() -> None:
    # 6 accounts against 10 on 20 days; share 6 of 16 is f/(f + 20).
    found = bursts.fold(6, 10, 20, 1e-7)
    exact = binomtest(6, 16).proportion_ci(0.95, "exact")
    assert found.value == 12
    assert found.low == pytest.approx(20 * exact.low / (1 - exact.low), rel=1e-3)
    assert found.high == pytest.approx(20 * exact.high / (1 - exact.high), rel=1e-3)


@pytest.mark.parametrize("accounts", [2, 3, 4, 5, 8])
def test_fold_lies_above_one_where_the_test_rejects(accounts: int) -> None:
    p_value = bursts.burst_p_values(np.array([accounts]), np.array([30]), np.array([170]), 0.3)[0]
    assert (bursts.fold(accounts, 30, 170, 0.3, confidence=0.9).low > 1) == (p_value < 0.05)


def test_fold_above_an_empty_baseline_has_a_lower_end_alone() -> None:
    found = bursts.fold(4, 0, 178, 0.2)
    assert (found.value, found.high) == (None, None) and found.low > 1
    with pytest.raises(ValueError, match="at least one day"):
        bursts.fold(4, 0, 0, 0.2)


def test_largest_burst_names_the_planted_excess() -> None:
    counts = np.random.default_rng(12).poisson(0.5, 600)
    counts[300:302] += [40, 20]
    found = bursts.find_bursts(counts, 0.2, 90)
    accounts, days = bursts.local_baseline(counts, 90, found.flagged)
    day = bursts.largest_burst(counts, found, 90)
    assert day.value == pytest.approx(counts[300] * days[300] / accounts[300])
    assert (day.p_value, day.n) == (found.p_adjusted.min(), 600)
    assert 1 < day.low < day.value < day.high


def test_the_interval_of_the_largest_burst_holds_for_all_days() -> None:
    counts = np.ones(400, int)
    counts[200] = 40
    found = bursts.find_bursts(counts, 0.2, 90)
    accounts, days = bursts.local_baseline(counts, 90, found.flagged)
    alone = bursts.fold(40, int(accounts[200]), int(days[200]), 0.2, 1 - 0.05 / 400)
    largest = bursts.largest_burst(counts, found, 90)
    assert (largest.low, largest.high) == pytest.approx((alone.low, alone.high))


def test_tiny_p_values_keep_their_digits() -> None:
    found = bursts.burst_p_values(np.array([119, 97]), np.array([30, 30]), np.array([178, 178]), 0.2)
    exact = [
        np.exp(betabinom.logpmf(np.arange(day, day + 31), day + 30, 5, 5 * 178)).sum() for day in (119, 97)
    ]
    assert found == pytest.approx(exact, rel=1e-6)
