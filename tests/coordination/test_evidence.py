"""Chance, the number of tests, and the synchrony of populations, on numbers alone."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import t

from takedown.coordination.evidence import chance_within, member_share, pairs_tested
from takedown.coordination.synchrony import PairDaySums, sum_pair_days, synchrony
from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import SMALLEST_VARIANCE


@pytest.mark.parametrize(
    ("window", "near", "resolution"), [(60, 600, 1), (60, 600, 60), (90, 600, 60), (0, 5, 1)]
)
def test_chance_is_the_share_of_differences_that_lie_within_the_window(window, near, resolution):
    differences = [d for d in range(-near, near + 1) if d % resolution == 0]
    within = [d for d in differences if abs(d) <= window]
    assert chance_within(window, near, resolution) == len(within) / len(differences)


def test_tests_that_cannot_succeed_are_not_counted():
    # 0.05 / 1 is in the reach of four, 0.05 / 2 of three, 0.05 / 3 of two: three is the first that is enough.
    assert pairs_tested([0.001, 0.01, 0.02, 0.04, 0.5], 0.05) == 3
    assert pairs_tested([0.5, 0.9], 0.05) == 1
    assert pairs_tested([], 0.05) == 1
    assert pairs_tested([1e-9] * 7, 0.05) == 7


@given(st.lists(st.sampled_from([1e-4, 0.003, 0.01, 0.02, 0.04, 0.2]), max_size=40))
def test_the_number_of_tests_is_the_smallest_that_is_enough(smallest):
    enough = (k for k in itertools.count(1) if sum(p <= 0.05 / k for p in smallest) <= k)
    assert pairs_tested(smallest, 0.05) == next(enough)


def sums_of(rows) -> PairDaySums:
    """Return the sums of cells: two accounts, a block, how many pair-days and how many of them together."""
    pair_days = [(*cell, place < within) for *cell, near, within in rows for place in range(near)]
    return sum_pair_days(*(np.array(column, np.int64) for column in zip(*pair_days, strict=True)))


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
    estimate = synchrony(sums_of(rows))
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
    influence = np.array([1, 1, -1, -1])
    shares_account = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    sums = sums_of([(0, 1, 0, 2, 2), (1, 2, 1, 2, 2), (3, 4, 2, 2, 0), (5, 6, 3, 2, 0)])
    seven = 7 / 6
    by_hand = influence @ shares_account @ influence
    found = sums["account"].squares(0.5) - sums["pair"].squares(0.5, corrected=False)
    assert found == pytest.approx(by_hand + (seven - 1) * (by_hand + (influence**2).sum()))


def test_one_pair_tells_nothing_of_a_population():
    assert synchrony(sums_of([(0, 1, block, 1, block % 2) for block in range(30)])) == Estimate(0.5, n=30)
    couples = sums_of([(2 * block, 2 * block + 1, block, 1, 1) for block in range(30)])
    assert synchrony(couples).low == pytest.approx(0.025 ** (1 / 30))


def test_synchrony_of_nobody_is_unknown():
    assert synchrony(sum_pair_days(*(np.empty(0, np.int64) for _ in range(4)))) is None


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
