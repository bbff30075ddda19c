"""The bipartite null keeps the degrees, and its tail has the stated error on networks drawn from it."""

import numpy as np
import pytest

from takedown.benchmark.bipartite import Degrees, fit_links, shared_objects_tail


def degrees_of(links):
    account, accounts = np.unique(links.sum(1), return_counts=True)
    target, objects = np.unique(links.sum(0), return_counts=True)
    return Degrees(account, accounts, target, objects)


@pytest.fixture(scope="module")
def links():
    """Return a network (shape [accounts, objects]) in which popular objects and active accounts meet by chance."""
    draws = np.random.default_rng(5)
    activity, fame = draws.uniform(0.2, 1, 80), draws.uniform(0.02, 0.25, 300)
    network = draws.random((80, 300)) < np.outer(activity, fame)
    return network[:, network.any(0)][network.any(1)]


def test_expected_degrees_of_both_sides_are_those_given(links):
    degrees = degrees_of(links)
    probability = fit_links(degrees)
    assert probability @ degrees.objects == pytest.approx(degrees.account, rel=1e-3)
    assert degrees.accounts @ probability == pytest.approx(degrees.object, rel=1e-3)


def test_an_account_that_used_every_object_is_fitted():
    degrees = degrees_of(np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0]]))
    assert fit_links(degrees)[-1] @ degrees.objects == pytest.approx(3, rel=1e-3)


def test_independent_accounts_seldom_share_significantly_many_objects(links):
    first, second = np.triu_indices(len(links), 1)
    shared = (links[first] & links[second]).sum(1)
    size = links.sum(1)
    tail = shared_objects_tail(degrees_of(links), size[first], size[second], shared)
    assert (tail <= 0.05).mean() < 0.06


def test_two_accounts_with_the_same_rare_objects_are_significant(links):
    copied = np.vstack([links, links[:1]])
    size, shared = links[0].sum(), links[0].sum()
    (tail,) = shared_objects_tail(degrees_of(copied), np.array([size]), np.array([size]), np.array([shared]))
    assert tail < 1e-9
