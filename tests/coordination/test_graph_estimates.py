"""Estimates on a network: ranks, shares of edges, labels that the ends of an edge share."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import t

from takedown.coordination.graph_estimates import (
    edge_share,
    pairs_of_groups,
    shared_label_ratio,
)

#: Two triangles, one path, and an edge between the first two; accounts are not numbered in a row.
FIRST = np.array([0, 0, 2, 4, 4, 6, 8, 2])
SECOND = np.array([2, 3, 3, 6, 7, 7, 9, 4])
COMMUNITY = np.array([1, 0, 1, 1, 2, 0, 2, 2, 3, 3])


def test_edge_share_leaves_out_a_community_with_all_its_edges():
    hits = np.array([1, 1, 0, 0, 0, 1, 1, 0], bool)
    estimate = edge_share(hits, FIRST, SECOND, COMMUNITY)
    left = [hits[(COMMUNITY[FIRST] != c) & (COMMUNITY[SECOND] != c)].mean() for c in (1, 2, 3)]
    weights = np.array([4, 4, 1])
    freedom = weights.sum() ** 2 / (weights**2).sum() - 1
    reach = t.ppf(0.975, freedom) * np.sqrt(2 * np.var(left)) / (1 / 2 * 1 / 2)
    assert estimate.value == 1 / 2
    assert logit(estimate.high) == pytest.approx(reach)
    assert estimate.n == 3


def test_a_share_of_all_or_none_is_as_sure_as_so_many_communities():
    whole, none = (edge_share(np.full(8, hit), FIRST, SECOND, COMMUNITY) for hit in (True, False))
    effective = 9**2 / (4**2 + 4**2 + 1)
    assert (whole.value, whole.low, whole.high) == (1, pytest.approx(0.025 ** (1 / effective)), 1)
    assert (none.value, none.low, none.high) == (0, 0, pytest.approx(1 - whole.low))


def test_there_is_no_share_of_no_edge():
    assert edge_share(np.empty(0, bool), np.empty(0, int), np.empty(0, int), COMMUNITY) is None


LABEL = np.array([0, 9, 0, 1, 2, 9, 1, 2, 0, 1])
STRATUM = np.array([0, 0, 0, 0, 1, 0, 1, 1, 1, 0])


def shared(
    label=LABEL, stratum=STRATUM, first=FIRST, second=SECOND, cluster=COMMUNITY, repetitions=199, seed=1
):
    return shared_label_ratio(
        label, stratum, first, second, cluster, repetitions, np.random.default_rng(seed)
    )


def permuted_mean(label, stratum, first, second):
    """Return the mean number of pairs that share a label over all permutations within each stratum."""
    numbers = np.unique([first, second])
    groups = [numbers[stratum[numbers] == name] for name in np.unique(stratum[numbers])]
    counts = []
    for orders in itertools.product(*(itertools.permutations(group) for group in groups)):
        dealt = label.copy()
        for group, order in zip(groups, orders, strict=True):
            dealt[group] = label[list(order)]
        counts.append((dealt[first] == dealt[second]).sum())
    return np.mean(counts)


def test_chance_is_the_mean_of_all_permutations_within_strata():
    hits = (LABEL[FIRST] == LABEL[SECOND]).sum()
    assert shared().value == pytest.approx(hits / permuted_mean(LABEL, STRATUM, FIRST, SECOND))


def test_the_interval_leaves_out_each_cluster_with_its_accounts():
    label = np.array([0, 9, 0, 1, 2, 9, 1, 2, 1, 1])
    left = []
    for name in (1, 2, 3):
        kept = (COMMUNITY[FIRST] != name) & (COMMUNITY[SECOND] != name)
        # An account that loses its only pair still takes part in the deal.
        rest = np.flatnonzero((COMMUNITY > 0) & (name != COMMUNITY))
        counts = {s: np.bincount(label[rest][STRATUM[rest] == s], minlength=10) for s in (0, 1)}
        chance = 0.0
        for one, other in zip(STRATUM[FIRST[kept]], STRATUM[SECOND[kept]], strict=True):
            x, y = counts[one], counts[other]
            same = one == other
            chance += (x @ y - same * x.sum()) / (x.sum() * y.sum() - same * x.sum())
        left.append((label[FIRST] == label[SECOND])[kept].sum() / chance)
    estimate = shared(label)
    weights = np.array([4, 4, 1])
    freedom = weights.sum() ** 2 / (weights**2).sum() - 1
    reach = t.ppf(0.975, freedom) * np.sqrt(2 * np.var(np.log(left)))
    assert np.log([estimate.low, estimate.high]) == pytest.approx(
        [np.log(estimate.value) - reach, np.log(estimate.value) + reach]
    )
    assert estimate.n == 3


def cliques(groups: int, size: int):
    group = np.repeat(np.arange(groups), size)
    return group, *pairs_of_groups(group)


def test_communities_made_on_one_day_are_found():
    group, first, second = cliques(8, 6)
    days = np.where(np.arange(48) % 6 < 2 + group % 4, group, (group + 1) % 8)
    estimate = shared(days, np.zeros(48, int), first, second, group)
    assert estimate.p_value == 1 / 200
    assert 1 < estimate.low < estimate.value < estimate.high


def test_days_dealt_at_random_are_not_found_more_often_than_the_test_promises():
    group, first, second = cliques(8, 6)
    rng = np.random.default_rng(3)
    one = np.zeros(48, int)
    p_values = [
        shared(rng.integers(0, 10, 48), one, first, second, group, 99, seed).p_value for seed in range(60)
    ]
    # Ties count against the finding, so that the test is somewhat cautious.
    assert np.mean(np.array(p_values) <= 0.2) < 0.35
    assert 0.3 < np.mean(np.array(p_values) <= 0.5) < 0.7


def test_days_that_differ_by_archive_alone_are_chance():
    group, first, second = cliques(8, 6)
    archive = group // 4
    rng = np.random.default_rng(5)
    days = 3 * archive + rng.integers(0, 3, 48)
    assert shared(days, np.zeros(48, int), first, second, group).p_value <= 0.01
    assert shared(days, archive, first, second, group).p_value > 0.05


def test_without_pairs_or_shared_labels_there_is_nothing_to_estimate():
    none = np.empty(0, int)
    assert shared(first=none, second=none) is None
    assert shared(label=np.arange(10)) is None


def test_one_cluster_has_neither_interval_nor_p_value():
    estimate = shared(cluster=np.ones(10, int))
    assert (estimate.low, estimate.p_value, estimate.n) == (None, None, 1)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=12).map(np.array))
def test_pairs_of_groups_a_group_are_all_of_them_once(group):
    found = sorted(
        tuple(sorted(pair)) for pair in zip(*(side.tolist() for side in pairs_of_groups(group)), strict=True)
    )
    assert found == [(i, j) for i, j in itertools.combinations(range(len(group)), 2) if group[i] == group[j]]
