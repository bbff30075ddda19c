"""The test of pairs by exchange, on hand-worked and enumerated cases."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from takedown.coordination.exchange import (
    HABIT_LEVEL,
    LARGEST_SENSITIVITY,
    PairTrials,
    at_least,
    find_exchange_edges,
    habit_table,
    join_pairs,
    sensitivity,
)


def trials_of(*pairs: tuple[int, int, list[float]], family: tuple[int, ...] | None = None) -> PairTrials:
    """Return pairs of (account, days together, chances), each with account 0."""
    others, together, chances = zip(*pairs, strict=True)
    return PairTrials(
        np.array(family or [0] * len(pairs)),
        np.zeros(len(pairs), np.int64),
        np.array(others),
        np.array([len(of) for of in chances]),
        np.array(together),
        np.array([np.log(of).sum() for of in chances]),
        np.repeat(np.arange(len(pairs)), [len(of) for of in chances]),
        np.concatenate([np.array(of, float) for of in chances]),
    )


def one_tail(chances: list[float], least: int) -> float:
    """Add up the probabilities of all outcomes with so many successes."""
    outcomes = itertools.product((0, 1), repeat=len(chances))
    return sum(
        math.prod(p if success else 1 - p for p, success in zip(chances, outcome, strict=True))
        for outcome in outcomes
        if sum(outcome) >= least
    )


def test_two_of_three_unequal_trials():
    # .5·.2·.9 + .5·.8·.1 + .5·.2·.1 + .5·.2·.1: which two, then all three.
    chances = np.array([0.5, 0.2, 0.1])
    expected = 0.5 * 0.2 * 0.9 + 0.5 * 0.8 * 0.1 + 0.5 * 0.2 * 0.1 + 0.5 * 0.2 * 0.1
    assert at_least(chances, np.zeros(3, int), np.array([2])) == pytest.approx([expected])


@given(
    st.lists(
        st.tuples(st.lists(st.floats(0.001, 0.999), max_size=8), st.integers(0, 9)), min_size=1, max_size=4
    ),
    st.randoms(use_true_random=False),
)
def test_tails_are_those_of_all_outcomes_in_any_order_of_trials(pairs, random):
    trials = [(chance, number) for number, (chances, _) in enumerate(pairs) for chance in chances]
    random.shuffle(trials)
    chance, pair = (np.array(column) for column in zip(*trials, strict=True)) if trials else np.empty((2, 0))
    found = at_least(chance, pair.astype(int), np.array([least for _, least in pairs]))
    assert found == pytest.approx([one_tail(*each) for each in pairs], rel=1e-9, abs=1e-300)


def test_equal_trials_are_binomial_far_into_the_tail():
    found = at_least(np.full(40, 0.02), np.zeros(40, int), np.array([35]))
    assert found == pytest.approx([binom.sf(34, 40, 0.02)], rel=1e-10)
    assert 0 < found[0] < 1e-50


def test_odds_rise_fourfold_until_one_trial_of_a_fifth_is_even():
    # Odds 1/4, times 4: 1, a probability of a half.
    found = sensitivity(np.array([0.2]), np.array([0]), np.array([1]), np.array([0.5]))
    assert found == pytest.approx([4], rel=1e-4)


def test_two_trials_that_must_both_succeed_share_the_raise():
    # (4/9)·(4/9) at a chance of 4/9: odds .8, eight times those of 1/11.
    found = sensitivity(np.full(2, 1 / 11), np.zeros(2, int), np.array([2]), np.array([16 / 81]))
    assert found == pytest.approx([8], rel=1e-4)


def test_a_p_value_at_the_level_allows_no_raise_and_one_far_below_it_the_largest():
    chance, level = np.array([0.2, 1e-9]), np.array([0.2, 0.5])
    found = sensitivity(chance, np.array([0, 1]), np.array([1, 1]), level)
    assert found == pytest.approx([1, LARGEST_SENSITIVITY], rel=1e-4)


@pytest.mark.parametrize("share", [0.0, 0.03, 0.2, 0.5, 0.97, 1.0])
def test_habit_is_the_fewest_days_that_the_share_hardly_gives(share):
    days = 1000
    table = habit_table(np.zeros(1, int), np.array([days]), np.array([share * days]))
    # A pair alone is no partner by its own share.
    for other_days in (0, 1, 2, 7, 60, 999):
        tails = {x: binom.sf(x - 1, other_days, share) for x in range(other_days + 2)}
        fewest = min(x for x, tail in tails.items() if tail <= HABIT_LEVEL)
        row = np.flatnonzero(table["other_days"] == other_days)
        assert table["least_together"][row] == [max(fewest, 2)]


def test_the_share_of_a_population_leaves_its_partners_out():
    # Two hundred pairs near each other on two days, a tenth of them together on one; ten that are together day after day.
    days = np.array([2] * 200 + [60] * 10)
    together = np.array([1] * 20 + [0] * 180 + [60] * 10)
    table = habit_table(np.zeros(210, int), days, together)
    # The share of all would be .62, by which five of five are no habit; that of the two hundred is .05.
    assert table["least_together"][table["other_days"] == 5] == [2]


def test_populations_have_habits_of_their_own():
    table = habit_table(np.array([3, 7]), np.array([100, 100]), np.array([50, 1]))
    of = {
        number: table["least_together"][(table["population"] == number) & (table["other_days"] == 20)]
        for number in (3, 7)
    }
    assert of[3] == [binom.isf(0.05, 20, 0.5) + 1]
    assert of[7] == [2]


def test_an_edge_is_what_so_many_trials_give_too_rarely_after_correction():
    # 1e-5 and 1e-6 at the smallest: two tests are possible at .025 / 2.
    pairs = trials_of((1, 5, [0.1] * 5), (2, 6, [0.1] * 6), (3, 5, [0.9] * 30))
    edges = find_exchange_edges(pairs, 0.025)
    assert edges.tested == {0: 2}
    assert edges.place.tolist() == [0, 1, 2]
    assert edges.p_value == pytest.approx([1e-5, 1e-6, binom.sf(4, 30, 0.9)])
    assert edges.significant.tolist() == [True, True, False]
    assert edges.expected_days == pytest.approx([0.5, 0.6, 27])
    assert np.isnan(edges.sensitivity).tolist() == [False, False, True]
    raised = edges.sensitivity[0] / 9
    assert (raised / (1 + raised)) ** 5 == pytest.approx(0.025 / 2, rel=1e-3)


def test_pairs_that_could_never_be_significant_cost_nothing():
    pairs = trials_of((1, 5, [0.1] * 5), *((other, 5, [0.9] * 5) for other in range(2, 40)))
    assert find_exchange_edges(pairs, 0.025).tested == {0: 1}


def test_families_are_corrected_apart():
    pairs = trials_of(
        (1, 5, [0.3] * 5), *((other, 5, [0.3] * 5) for other in range(2, 14)), family=(4, *[9] * 12)
    )
    edges = find_exchange_edges(pairs, 0.025)
    assert edges.tested == {4: 1, 9: 11}
    assert edges.significant.tolist() == [True] + [False] * 12


def test_traces_that_are_joined_share_the_correction_and_are_told_apart_again():
    one, other = trials_of((1, 5, [0.1] * 5)), trials_of((1, 5, [0.2] * 5), (2, 7, [0.1] * 9))
    edges = find_exchange_edges(join_pairs([one, other]), 0.025)
    assert edges.tested == {0: 3}
    assert edges.between(0, 1).place.tolist() == [0]
    part = edges.between(1, 3)
    assert part.place.tolist() == [0, 1]
    assert part.p_value == pytest.approx([0.2**5, binom.sf(6, 9, 0.1)])


def test_without_a_pair_there_is_no_edge():
    empty = PairTrials(
        *(np.empty(0, np.int64) for _ in range(5)), np.empty(0), np.empty(0, np.int64), np.empty(0)
    )
    edges = find_exchange_edges(empty, 0.025)
    assert (len(edges.place), edges.tested) == (0, {})
