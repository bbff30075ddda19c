"""The rhythm of accounts: limits of burstiness, medians by hand, and whole batches."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.posting.rhythm import (
    TABLE_COLUMNS,
    batch_median,
    burstiness,
    median_difference,
    percentile_interval,
    rhythm_comparison,
    rhythm_measures,
    rhythm_table,
    rhythms,
    weighted_medians,
)

SPAN = (np.datetime64("2018-01-01").item(), np.datetime64("2019-08-17").item())
DRAWS = {"seed": 1, "repetitions": 100}


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def of_intervals(intervals) -> float:
    intervals = np.asarray(intervals, float)
    return float(burstiness(*map(np.array, (len(intervals), intervals.mean(), intervals.std()))))


def test_even_intervals_are_minus_one_and_one_burst_is_one() -> None:
    assert of_intervals([60] * 12) == pytest.approx(-1)
    assert of_intervals([0] * 11 + [500]) == pytest.approx(1)


@pytest.mark.parametrize("intervals", [10, 400])
def test_random_posts_have_no_burstiness_however_few_they_are(intervals: int) -> None:
    draws = rng().exponential(100, (4000, intervals))
    found = burstiness(np.full(4000, intervals), draws.mean(axis=1), draws.std(axis=1))
    assert abs(found.mean()) < 0.04


def test_many_intervals_give_the_form_of_goh_and_barabasi() -> None:
    assert float(burstiness(np.array(10**9), 10.0, 30.0)) == pytest.approx((30 - 10) / (30 + 10), rel=1e-3)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(0, 4)), min_size=1, max_size=12))
def test_weighted_medians_are_medians_of_repeated_values(pairs) -> None:
    values, weights = (np.array(column) for column in zip(*pairs, strict=True))
    repeated = np.repeat(values, weights)
    expected = np.median(repeated) if len(repeated) else np.nan
    assert weighted_medians(values.astype(float), weights[None])[0] == pytest.approx(expected, nan_ok=True)


def test_one_batch_of_many_accounts_has_no_interval() -> None:
    found = batch_median(np.arange(9.0), np.zeros(9, int), 50, rng())
    assert (found.value, found.low, found.n) == (4, None, 1)
    found = median_difference(np.arange(9.0), np.zeros(9), np.arange(3.0), np.arange(3), 50, rng())
    assert (found.value, found.low, found.p_value) == (3, None, None)


def test_accounts_of_one_batch_make_nothing_surer() -> None:
    values = rng().normal(size=30)
    alone = batch_median(values, np.arange(30), 200, rng())
    together = batch_median(np.repeat(values, 9), np.repeat(np.arange(30), 9), 200, rng())
    assert (together.value, together.low, together.high) == (alone.value, alone.low, alone.high)


def test_the_order_of_accounts_does_not_matter() -> None:
    values, batch = rng().normal(size=40), np.arange(40) // 3
    order = rng().permutation(40)
    other = rng().normal(size=20)
    expected = median_difference(values, batch, other, np.arange(20), 100, rng())
    assert median_difference(values[order], batch[order], other, np.arange(20), 100, rng()) == expected


def test_populations_apart_have_the_least_p_value_and_equal_ones_the_greatest() -> None:
    values, batch = rng().normal(size=40), np.arange(40)
    assert median_difference(values + 9, batch, values, batch, 99, rng()).p_value == pytest.approx(0.02)
    assert median_difference(np.zeros(9), batch[:9], np.zeros(9), batch[:9], 99, rng()).p_value == 1


def columns(seed: int, accounts: int = 30) -> dict[str, np.ndarray]:
    draws = np.random.default_rng(seed)
    return {
        "intervals": draws.integers(5, 40, accounts),
        "mean": draws.gamma(2, 100, accounts),
        "deviation": draws.gamma(2, 150, accounts),
        "median": draws.gamma(2, 50, accounts),
        "same_minute": draws.integers(0, 3, accounts),
        "batch": np.array([f"2017-08-{day:02d}" for day in draws.integers(1, 12, accounts)], object),
    }


def test_accounts_with_few_intervals_or_all_in_one_minute_are_left_out_and_still_counted() -> None:
    given_columns = columns(1)
    given_columns["mean"][0], given_columns["intervals"][0] = 0, 50
    found = rhythms(given_columns)
    assert len(found.batch) == (given_columns["intervals"] >= 10).sum() - 1
    assert found.intervals == given_columns["intervals"].sum()


def test_every_difference_has_effect_interval_and_family() -> None:
    populations = {"operation": rhythms(columns(1)), "control": rhythms(columns(2))}
    rows = rhythm_comparison(("operation", "control"), populations, "replica", SPAN, **DRAWS)
    assert [row.measure for row in rows] == ["posting.burstiness_difference", "posting.interval_ratio"]
    for row in rows:
        assert row.low <= row.value <= row.high and 0 < row.p_value <= 1 and row.family == "posting rhythm"
    ratio = np.median(np.log(populations["operation"].minutes + 0.5)) - np.median(
        np.log(populations["control"].minutes + 0.5)
    )
    assert rows[1].value == pytest.approx(np.exp(ratio))


def test_a_population_of_rare_posters_has_its_ties_alone() -> None:
    few = rhythms({name: column[:1] for name, column in (columns(1) | {"intervals": np.array([3])}).items()})
    rows = rhythm_measures({"operation": few}, {"operation": "replica"}, SPAN, **DRAWS)
    assert [row.measure for row in rows] == ["posting.same_minute_share"]
    both = {"operation": few, "control": rhythms(columns(2))}
    assert rhythm_comparison(("operation", "control"), both, "replica", SPAN, **DRAWS) == []
    assert list(rhythm_table("operation", few, "replica")) == []


def test_the_table_holds_percentiles_and_no_account() -> None:
    rows = list(rhythm_table("operation", rhythms(columns(1)), "replica"))
    assert len(rows) == 99 and len(rows[0]) == len(TABLE_COLUMNS)
    assert rows[49][2] == pytest.approx(np.median(rhythms(columns(1)).burstiness))


def test_a_resample_without_a_value_gives_no_interval() -> None:
    assert percentile_interval(np.array([1.0, np.inf, 2.0])) == (None, None)
