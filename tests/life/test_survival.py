"""Survival of accounts: worked and published cases, batches as the unit of evidence, populations without evidence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from takedown.life.survival import (
    CurveStatistic,
    Durations,
    Sampled,
    curve_band,
    difference,
    draw_batches,
    durations,
    mean_within,
    quantile_of,
    sample_curve,
    sample_median,
    sample_share,
    share_within,
    survival_curves,
    widened_tail,
)

RNG_SEED = 5


def rng() -> np.random.Generator:
    return np.random.default_rng(RNG_SEED)


def make_durations(days, observed, batch=None) -> Durations:
    count = len(days)
    batch = np.arange(count) if batch is None else np.asarray(batch)
    return Durations(np.asarray(days), np.asarray(observed, bool), batch)


def curve(data: Durations) -> tuple[list, list, list]:
    times, at_risk, survival = survival_curves(data, np.ones((1, data.batch.max() + 1)))
    return times.tolist(), at_risk[0].tolist(), survival[0].tolist()


def point(data: Durations, statistic: CurveStatistic) -> float:
    return sample_curve(data, [statistic], draw_batches(data.batch.max() + 1, 20, rng()))[0].value


def days(*texts: str) -> np.ndarray:
    return np.array([text or "NaT" for text in texts], "datetime64[D]")


def test_survival_of_a_worked_case_with_ties_and_censoring() -> None:
    # Five accounts: two events and a censoring on day 2, an event on day 4, a censoring on day 5.
    times, at_risk, survival = curve(make_durations([2, 2, 2, 4, 5], [1, 1, 0, 1, 0]))
    assert times == [2, 4, 5]
    assert at_risk == [5, 2, 1]
    assert survival == pytest.approx([3 / 5, 3 / 5 * 1 / 2, 3 / 10])


def test_survival_is_that_of_the_leukaemia_patients() -> None:
    # 6-MP group of Freireich et al. (1963), the textbook example of Cox and Oakes (1984) and many others.
    events = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    data = make_durations(events + censored, [1] * len(events) + [0] * len(censored))
    times, at_risk, survival = curve(data)
    known = dict(zip(times, survival, strict=True))
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {day: round(known[day], 3) for day in published} == published
    assert dict(zip(times, at_risk, strict=True))[10] == 15
    assert point(data, quantile_of(0.5)) == 23


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=30))
def test_survival_equals_that_of_scipy(spells: list[tuple[int, bool]]) -> None:
    ends, observed = map(np.array, zip(*spells, strict=True))
    times, _, survival = curve(make_durations(ends, observed))
    theirs = ecdf(CensoredData.right_censored(ends, ~observed)).sf
    assert times == theirs.quantiles.tolist()
    assert survival == pytest.approx(theirs.probabilities)


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.integers(0, 3)), min_size=1, max_size=12))
def test_a_batch_drawn_twice_counts_as_two(spells: list[tuple[int, bool, int]]) -> None:
    ends, observed, batch = map(np.array, zip(*spells, strict=True))
    weights = np.array([[2, 0, 1, 3]])
    if not weights[0, batch].any():
        return
    repeated = np.repeat(np.arange(len(ends)), weights[0, batch])
    _, _, survival = survival_curves(make_durations(ends, observed, batch), weights)
    expected = curve(make_durations(ends[repeated], observed[repeated]))
    times = np.unique(ends).tolist()
    assert [survival[0, times.index(day)] for day in expected[0]] == pytest.approx(expected[2])


def test_durations_are_censored_at_the_end_and_impossible_ones_left_out() -> None:
    start = days("2019-01-01", "2019-01-01", "2019-01-01", "2019-01-05", "2019-02-01")
    event = days("2019-01-03", "", "2019-01-20", "2019-01-04", "")
    end = days(*["2019-01-10"] * 5)
    data, left_out = durations(start, event, end, np.arange(5))
    assert data.days.tolist() == [2, 9, 9]
    assert data.observed.tolist() == [True, False, False]
    assert data.batch.tolist() == [0, 1, 2] and left_out == 2


def test_statistics_of_a_worked_curve() -> None:
    # Survival 1 until day 1, 0.75 until 3, 0.5 until 6, nobody after.
    data = make_durations([1, 3, 6, 6], [1, 1, 0, 0])
    assert point(data, quantile_of(0.25)) == 1
    assert point(data, quantile_of(0.5)) == 3
    assert point(data, quantile_of(0.75)) == np.inf
    assert point(data, share_within(0)) == 0
    assert point(data, share_within(5)) == 0.5
    assert point(data, share_within(7)) == np.inf
    assert point(data, mean_within(5)) == pytest.approx(1 + 2 * 0.75 + 2 * 0.5)
    assert point(data, mean_within(2)) == pytest.approx(1 + 0.75)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=15), st.integers(1, 30))
def test_restricted_mean_without_censoring_is_the_mean_of_the_days_cut_off(ends: list[int], day: int) -> None:
    data = make_durations(ends, [1] * len(ends))
    assert point(data, mean_within(day)) == pytest.approx(np.minimum(ends, day).mean())


def test_a_curve_that_ended_at_none_left_is_known_for_ever() -> None:
    data = make_durations([1, 2], [1, 1])
    assert point(data, share_within(365)) == 1
    assert point(data, mean_within(365)) == 1.5


def test_batches_are_drawn_as_many_as_there_are() -> None:
    drawn = draw_batches(7, 50, rng())
    assert drawn.shape == (50, 7) and (drawn.sum(axis=1) == 7).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(7), abs=0.5)


def test_accounts_of_one_batch_widen_the_interval_and_more_of_them_do_not_narrow_it() -> None:
    hit = np.tile([1, 0], 20).astype(bool)

    def width(hit, batch):
        estimate = sample_share(hit, batch, draw_batches(batch.max() + 1, 400, rng())).estimate()
        return estimate.high - estimate.low

    alone = width(hit, np.arange(40))
    together = width(np.repeat(hit[:10], 4), np.repeat(np.arange(10), 4))
    assert together > 1.5 * alone
    assert width(np.repeat(hit[:10], 40), np.repeat(np.arange(10), 40)) == together


def test_few_batches_cut_less_from_the_tails() -> None:
    assert widened_tail(1e6, 0.95) == pytest.approx(0.025, abs=1e-5)
    # Student's t with 9 degrees of freedom, 2.262157, times the root of 10/9, in the normal's tail.
    assert widened_tail(10, 0.95) == pytest.approx(0.00855, abs=1e-5)


def test_share_of_none_has_an_upper_end_as_for_effective_batches() -> None:
    batch = np.repeat(np.arange(10), 3)
    none = sample_share(np.zeros(30, bool), batch, draw_batches(10, 50, rng())).estimate()
    # Clopper and Pearson for 0 of 10: 1 − 0.025^(1/10).
    assert (none.value, none.low) == (0, 0) and none.high == pytest.approx(0.308497, abs=1e-6)
    whole = sample_share(np.ones(30, bool), batch, draw_batches(10, 50, rng())).estimate()
    assert (whole.value, whole.high) == (1, 1) and whole.low == pytest.approx(1 - none.high)


def test_a_population_without_a_case_adds_its_uncertainty_to_a_difference() -> None:
    some = sample_share(np.arange(40) < 8, np.arange(40), draw_batches(40, 400, rng()))
    few, many = (
        sample_share(np.zeros(count, bool), np.arange(count), draw_batches(count, 400, rng()))
        for count in (5, 500)
    )
    assert difference(some, many).p_value < 0.05 < difference(some, few).p_value


def test_one_batch_gives_a_value_without_interval_or_p() -> None:
    weights = draw_batches(1, 50, rng())
    one = sample_median(np.array([3, 9]), np.zeros(2, int), weights)
    assert one.estimate().value == 3 and one.estimate().low is None
    other = sample_median(np.arange(8), np.arange(8), draw_batches(8, 50, rng()))
    assert difference(one, other).p_value is None


def test_an_end_that_the_draws_do_not_reach_is_open() -> None:
    data = make_durations([1, 2, 3, 9, 9, 9, 9], [1, 1, 1, 1, 0, 0, 0])
    median = sample_curve(data, [quantile_of(0.5)], draw_batches(7, 400, rng()))[0].estimate()
    assert median.value == 9 and median.low < 9 and median.high is None


def test_difference_of_equal_populations_is_compatible_with_none() -> None:
    draws = np.random.default_rng(1)
    samples = [
        sample_median(draws.integers(0, 100, 200), np.arange(200), draw_batches(200, 400, draws))
        for _ in range(2)
    ]
    equal = difference(*samples)
    assert equal.p_value > 0.05 and equal.low < 0 < equal.high


def test_difference_of_unlike_populations_is_found_and_turns_with_their_order() -> None:
    draws = np.random.default_rng(1)
    near, far = (
        sample_median(shift + draws.integers(0, 50, 60), np.arange(60), draw_batches(60, 400, draws))
        for shift in (0, 100)
    )
    there, back = difference(far, near), difference(near, far)
    assert there.p_value < 0.01 and there.low > 50
    assert (back.value, back.p_value) == (-there.value, there.p_value)


def test_no_difference_where_a_curve_does_not_reach() -> None:
    weights = draw_batches(2, 50, rng())
    short = sample_curve(make_durations([1, 2], [0, 0]), [share_within(9)], weights)[0]
    long = sample_curve(make_durations([10, 20], [1, 0]), [share_within(9)], weights)[0]
    assert difference(short, long) is None


def test_band_holds_the_curve_and_narrows_with_more_batches() -> None:
    draws = np.random.default_rng(3)

    def band(count):
        data = make_durations(draws.integers(1, 30, count), draws.random(count) < 0.7)
        return curve_band(data, draw_batches(count, 300, draws))

    widths = []
    for count in (20, 320):
        _, survival, low, high = band(count)
        assert (low <= survival).all() and (survival <= high).all()
        widths.append((high - low).mean())
    assert widths[1] < widths[0] / 2


def test_two_populations_without_a_case_do_not_differ() -> None:
    rng = np.random.default_rng(3)
    samples = [sample_share(np.zeros(n), np.arange(n), draw_batches(n, 2000, rng)) for n in (30, 200)]
    found = difference(*samples)
    assert found.value == 0 and found.low < 0 < found.high and found.p_value > 0.1


def test_a_band_of_a_single_batch_has_no_ends() -> None:
    data = Durations(np.array([3, 40, 7]), np.array([True, False, True]), np.zeros(3, int))
    _, survival, low, high = curve_band(data, np.ones((5, 1)))
    assert len(survival) == 3 and np.isnan(low).all() and np.isnan(high).all()


@pytest.mark.parametrize("event", ["2019-01-01", "2019-02-01"])
def test_an_event_of_the_first_or_last_day_is_observed(event: str) -> None:
    start, happened, end = (np.array([day], "datetime64[D]") for day in ("2019-01-01", event, "2019-02-01"))
    data, left_out = durations(start, happened, end, np.array([0]))
    assert (data.days.tolist(), data.observed.tolist(), left_out) == (
        [(happened - start)[0].astype(int)],
        [True],
        0,
    )


def test_what_happens_on_the_day_is_within_it() -> None:
    data = Durations(np.array([9, 20]), np.ones(2, bool), np.array([0, 1]))
    assert sample_curve(data, [share_within(9)], np.ones((5, 2)))[0].value == 0.5


def test_no_restricted_mean_where_nobody_was_observed_so_long() -> None:
    data = Durations(np.array([3, 5]), np.array([True, False]), np.array([0, 1]))
    assert sample_curve(data, [mean_within(9)], np.ones((5, 2)))[0].value == np.inf


def test_draws_without_a_difference_count_on_either_side() -> None:
    one = Sampled(0.5, np.array([0.5] * 90 + [0.6] * 10), 9, 9.0)
    assert difference(one, Sampled(0.5, np.full(100, 0.5), 9, 9.0)).p_value > 0.5
