"""The tests of pairs of accounts and the synchrony of populations, on numbers alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import binom, gamma, norm, t

from takedown.coordination.evidence import (
    chance_within,
    edge_p_values,
    excess_ratio,
    find_edges,
    member_share,
    pairs_tested,
    shifted_days,
)
from takedown.coordination.synchrony import PairDayCells, _dyadic, synchrony, synchrony_difference
from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import SMALLEST_VARIANCE


@pytest.mark.parametrize(
    ("window", "near", "resolution"), [(60, 600, 1), (60, 600, 60), (90, 600, 60), (0, 5, 1)]
)
def test_chance_is_the_share_of_differences_that_lie_within_the_window(window, near, resolution):
    differences = [d for d in range(-near, near + 1) if d % resolution == 0]
    within = [d for d in differences if abs(d) <= window]
    assert chance_within(window, near, resolution) == len(within) / len(differences)


def test_the_p_value_of_a_pair_is_the_upper_tail_of_the_binomial():
    near, within = np.array([3, 3, 3, 1, 50, 400]), np.array([3, 2, 0, 1, 9, 400])
    expected = binom.sf(within - 1, near, 0.1)
    np.testing.assert_allclose(edge_p_values(near, within, 0.1), expected, rtol=1e-9)
    assert edge_p_values([2], [2], 0.1) == pytest.approx(0.01)
    assert edge_p_values([2], [1], 0.1) == pytest.approx(1 - 0.9**2)
    assert edge_p_values([5], [0], 0.1) == 1


def test_tests_that_cannot_succeed_are_not_counted():
    # 0.05 / 1 is in the reach of four, 0.05 / 2 of three, 0.05 / 3 of two: three is the first that is enough.
    assert pairs_tested([0.001, 0.01, 0.02, 0.04, 0.5]) == 3
    assert pairs_tested([0.5, 0.9]) == 1
    assert pairs_tested([]) == 1
    assert pairs_tested([1e-9] * 7) == 7


@given(st.lists(st.sampled_from([1e-4, 0.003, 0.01, 0.02, 0.04, 0.2]), max_size=40))
def test_the_number_of_tests_is_the_smallest_that_is_enough(smallest):
    enough = (k for k in itertools.count(1) if sum(p <= 0.05 / k for p in smallest) <= k)
    assert pairs_tested(smallest) == next(enough)
    kinds = sorted(set(smallest))
    assert pairs_tested(kinds, [smallest.count(kind) for kind in kinds]) == pairs_tested(smallest)


def test_pairs_that_are_counted_together_are_judged_as_one_by_one():
    near, within, pairs = np.array([9, 9, 2, 1]), np.array([9, 2, 2, 1]), np.array([2, 5, 300, 9000])
    together = find_edges(near, within, 0.1, 0.05, pairs)
    apart = find_edges(near.repeat(pairs), within.repeat(pairs), 0.1, 0.05)
    assert (together.tested, together.threshold) == (apart.tested, apart.threshold) == (7, 0.05 / 7)
    assert together.significant.tolist() == [True, False, False, False]
    assert together.significant.repeat(pairs).tolist() == apart.significant.tolist()


def test_under_the_null_an_edge_is_found_in_no_more_than_alpha_of_networks():
    rng = np.random.default_rng(1)
    near = rng.geometric(0.3, (400, 1500))
    within = rng.binomial(near, 0.1)
    wrong = sum(find_edges(near[row], within[row], 0.1).significant.any() for row in range(400))
    # The upper end of what 5 % of 400 networks gives by chance.
    assert wrong <= binom.ppf(0.999, 400, 0.05)


def test_one_pair_together_day_after_day_is_found_among_thousands():
    near = np.append(np.random.default_rng(1).geometric(0.5, 5000), 8)
    within = np.append(np.zeros(5000, int), 8)
    assert np.flatnonzero(find_edges(near, within, 0.1).significant).tolist() == [5000]


def test_shifts_put_pair_days_within_the_window_as_often_as_chance_says():
    rng = np.random.default_rng(2)
    one, other = np.arange(4000), np.arange(4000, 8000)
    for resolution in (1, 60):
        difference = np.zeros(4000, int)
        counts = shifted_days(
            one, other, difference, window=60, near=600, resolution=resolution, shifts=50, rng=rng
        )
        chance = chance_within(60, 600, resolution)
        assert counts.mean() / 4000 == pytest.approx(chance, abs=4 * np.sqrt(chance / (50 * 4000)))


def test_shifts_are_those_of_moving_each_account_day_and_coming_round():
    rng = np.random.default_rng(3)
    one, other = rng.integers(0, 6, 40), rng.integers(6, 12, 40)
    difference = rng.integers(-10, 11, 40)
    counts = shifted_days(one, other, difference, window=2, near=10, shifts=20, rng=np.random.default_rng(4))
    again, expected = np.random.default_rng(4), []
    for _ in range(20):
        shift = again.integers(0, 21, 12, dtype=np.int32).tolist()
        moved = [
            (d + shift[b] - shift[a] + 10) % 21 - 10 for d, a, b in zip(difference, one, other, strict=True)
        ]
        expected.append(sum(abs(d) <= 2 for d in moved))
    assert counts.tolist() == expected


def test_pair_days_of_the_same_two_account_days_move_together():
    rng = np.random.default_rng(5)
    counts = shifted_days([0, 0], [1, 1], [7, 7], window=2, near=10, shifts=200, rng=rng)
    assert set(counts.tolist()) == {0, 2}


def test_without_pair_days_nothing_is_shifted():
    none = np.empty(0, int)
    assert (
        shifted_days(none, none, none, window=1, near=2, shifts=3, rng=np.random.default_rng(1)).tolist()
        == [0] * 3
    )


def cells_of(rows) -> PairDayCells:
    return PairDayCells(*(np.array(column, np.int64) for column in zip(*rows, strict=True)))


cells = st.dictionaries(
    st.tuples(st.integers(0, 3), st.integers(4, 7), st.integers(0, 3)),
    st.tuples(st.integers(1, 4), st.integers(0, 4)),
    min_size=1,
    max_size=20,
)


@settings(max_examples=60, deadline=None)
@given(cells)
def test_the_interval_of_synchrony_adds_up_what_shares_an_account_or_a_block(drawn):
    rows = [(*key, near, min(within, near)) for key, (near, within) in drawn.items()]
    estimate = synchrony(cells_of(rows))
    near, within = sum(row[3] for row in rows), sum(row[4] for row in rows)
    assert (estimate.value, estimate.n) == (pytest.approx(within / near), near)
    accounts = [sum(row[3] for row in rows if account in row[:2]) for account in range(8)]
    pairs = [sum(row[3] for row in rows if row[:2] == pair) for pair in {row[:2] for row in rows}]
    blocks = [sum(row[3] for row in rows if row[2] == block) for block in range(4)]
    effective = min(sum(sizes) ** 2 / sum(size**2 for size in sizes) for sizes in (accounts, pairs, blocks))
    if effective < 2:
        assert estimate.low is None
        return
    if within in (0, near):
        tail = 0.025 ** (1 / effective)
        assert (estimate.low, estimate.high) == (
            pytest.approx((0, 1 - tail)) if within == 0 else pytest.approx((tail, 1))
        )
        return
    share = within / near
    influence = [(row[4] - share * row[3]) / near for row in rows]

    def squares(key) -> float:
        sums: dict = {}
        for row, value in zip(rows, influence, strict=True):
            for label in key(row):
                sums[label] = sums.get(label, 0) + value
        count = len(sums)
        return sum(value**2 for value in sums.values()) * (count / (count - 1) if count > 1 else 1)

    def plain(key) -> float:
        count = len({label for row in rows for label in key(row)})
        return squares(key) * ((count - 1) / count if count > 1 else 1)

    by_account = squares(lambda row: row[:2]) - plain(lambda row: [row[:2]])
    by_block = squares(lambda row: row[2:3])
    by_both = squares(lambda row: [(row[0], row[2]), (row[1], row[2])]) - plain(lambda row: [row[:3]])
    variance = max(by_account + by_block - by_both, by_account, by_block)
    if variance < SMALLEST_VARIANCE:
        # Nothing varies, so the length of the interval is not known.
        assert estimate.low is None
        return
    reach = t.ppf(0.975, effective - 1) * np.sqrt(max(variance, 0)) / (share * (1 - share))
    assert estimate.low == pytest.approx(expit(logit(share) - reach), abs=1e-7)
    assert estimate.high == pytest.approx(expit(logit(share) + reach), abs=1e-7)


def test_the_products_of_all_cells_that_share_an_account_are_counted_once():
    # Three cells of which the first two share account 1; a fourth shares none. Influences by hand: share 0.5.
    rows = [(0, 1, 0, 2, 2), (1, 2, 1, 2, 2), (3, 4, 2, 2, 0), (5, 6, 3, 2, 0)]
    influence = np.array([1, 1, -1, -1]) / 8
    shares_account = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    pairs = cells_of(rows)
    seven = 7 / 6
    by_hand = influence @ shares_account @ influence
    found = _dyadic(pairs.account_a, pairs.account_b, influence)
    assert found == pytest.approx(by_hand + (seven - 1) * (by_hand + (influence**2).sum()))


def test_one_pair_tells_nothing_of_a_population():
    assert synchrony(cells_of([(0, 1, block, 1, block % 2) for block in range(30)])) == Estimate(0.5, n=30)
    couples = cells_of([(2 * block, 2 * block + 1, block, 1, 1) for block in range(30)])
    assert synchrony(couples).low == pytest.approx(0.025 ** (1 / 30))


def test_synchrony_of_nobody_is_unknown():
    assert synchrony(PairDayCells(*(np.empty(0, np.int64) for _ in range(5)))) is None


def test_the_difference_of_two_synchronies_takes_the_ends_that_face_each_other():
    found = synchrony_difference(Estimate(0.9, 0.8, 0.95, n=50), Estimate(0.1, 0.06, 0.2, n=70))
    assert (found.value, found.n) == (pytest.approx(0.8), 50)
    assert found.low == pytest.approx(0.8 - np.hypot(0.1, 0.1))
    assert found.high == pytest.approx(0.8 + np.hypot(0.05, 0.04))
    assert synchrony_difference(Estimate(0.9, n=5), Estimate(0.1, 0.06, 0.2, n=70)).low is None


def test_excess_is_the_ratio_of_sums_with_blocks_of_days_as_units():
    day = np.arange(0, 56, 7)
    found = excess_ratio(day, 2 * np.arange(1, 9), np.arange(1.0, 9))
    assert (found.value, found.n) == (2, 8)
    # Twenty below or above what is expected, in turn: the variance of the sum is 8 · 400 · 8 / 7, and the sum is 320.
    spread = excess_ratio(day, np.array([20, 60, 20, 60, 20, 60, 20, 60]), np.full(8, 20.0))
    count = 320**2 / (8 * 400 * 8 / 7) * (norm.ppf(0.975) / t.ppf(0.975, 7)) ** 2
    assert spread.low == pytest.approx(2 * gamma.ppf(0.025, count) / count)
    assert spread.high == pytest.approx(2 * gamma.ppf(0.975, count + 1) / count)


def test_excess_of_a_few_pairs_has_the_interval_of_their_number():
    day = np.arange(0, 7 * 4000, 7)
    found = excess_ratio(day, np.where(day < 14, 1, 0), np.full(4000, 0.1 / 4000))
    assert (found.value, found.low, found.high) == pytest.approx((20, 0.2422 / 0.1, 7.2247 / 0.1), rel=0.003)


def test_excess_is_unknown_where_nothing_is_expected_and_has_no_interval_within_a_block():
    assert excess_ratio([1, 2], [0, 0], [0.0, 0.0]) is None
    assert excess_ratio([], [], []) is None
    assert excess_ratio([1, 2], [3, 1], [1.0, 1.0]) == Estimate(2.0, n=2)


def test_the_share_of_members_has_groups_as_units():
    accounts = member_share(np.full(20, 2), 100)
    groups = member_share(np.full(4, 10), 100)
    assert accounts.value == groups.value == 0.4
    assert groups.low < accounts.low < 0.4 < accounts.high < groups.high
    # As many alone as in groups, all of size one: the ordinary variance of a share.
    by_hand = np.sqrt(0.24 / 99)
    ones = member_share(np.ones(40), 100)
    assert ones.high == pytest.approx(expit(logit(0.4) + t.ppf(0.975, 99) * by_hand / 0.24))


def test_the_share_of_members_of_no_network_has_an_upper_end():
    none = member_share(np.empty(0), 50)
    assert (none.value, none.low, none.high) == (0, 0, pytest.approx(1 - 0.025 ** (1 / 25)))
    groups = member_share(np.empty(0), 50, group=10)
    assert groups.high == pytest.approx(1 - 0.025 ** (1 / 5))
    assert member_share(np.empty(0), 50, group=30).low is None
    assert member_share(np.empty(0), 0) is None
    assert member_share(np.array([50]), 50) == Estimate(1.0, n=50)
