"""Planted groups are compared with edges and communities as in cases worked by hand."""

import numpy as np
import pytest

from takedown.validation.recovery.networks import compare_groups, fuse_edges, match_groups


def edges(*rows: tuple[str, str, int]) -> dict[str, np.ndarray]:
    one, other, days = zip(*rows, strict=True) if rows else ((), (), ())
    return {
        "account_a": np.array(one, object),
        "account_b": np.array(other, object),
        "days_together": np.array(days, np.int64),
    }


PLANTED = [{"accounts": ["c", "a", "b"], "events": 12}, {"accounts": ["d", "e", "f"], "events": 4}]
#: Pairs that the former test joined: two of planted groups, one of nobody.
FORMER = {("a", "b"), ("a", "c"), ("a", "x")}


def compared(*populations: dict) -> dict[str, tuple]:
    rows = compare_groups(1, PLANTED, populations, FORMER, graph_seed=1)
    return {row.quantity: (row.planted, row.found, row.correct) for row in rows}


def test_edges_of_a_population_without_a_planted_group_are_false():
    found = compared(edges(("a", "b", 5), ("b", "c", 5)), edges(("x", "y", 9)))
    assert found == {
        "coordinated_pairs": (6, 3, 2),
        "coordinated_pairs_often": (3, None, 2),
        "coordinated_accounts": (6, 5, 3),
        "coordinated_accounts_often": (3, None, 3),
        "coordinated_groups": (2, 2, 1),
        "coordinated_groups_often": (1, None, 1),
        "former_pairs": (6, 3, 2),
        "former_pairs_kept": (2, None, 1),
        "former_accounts_kept": (3, None, 3),
    }


def test_a_pair_with_edges_on_two_traces_counts_once_with_its_most_days():
    found = edges(("a", "b", 3), ("b", "a", 7), ("a", "b", 5), ("b", "c", 2))
    assert fuse_edges(**found) == {("a", "b"): 7, ("b", "c"): 2}


def test_without_an_edge_nothing_is_found_and_all_is_missed():
    found = compared(edges(), edges())
    assert found["coordinated_pairs"] == (6, 0, 0)
    assert found["coordinated_groups"] == (2, 0, 0)


def test_without_a_planted_group_every_edge_is_false():
    (row, *_) = compare_groups(1, [], [edges(("a", "b", 5))], set(), graph_seed=1)
    assert (row.precision, row.recall) == (0, None)


@pytest.mark.parametrize(
    ("found", "matches"),
    [
        # Three of four in both: 3 of 5 accounts.
        ([{"a", "b", "c", "x"}], 1),
        # Half of what is in either is not more than half: else two could match one.
        ([{"a", "b"}, {"c", "d"}], 0),
        ([{"a", "b", "c", "d", "e", "f", "g"}], 1),
        ([{"a", "b", "c", "d", "e", "f", "g", "h"}], 0),
        ([], 0),
    ],
)
def test_a_group_is_found_if_more_accounts_are_in_both_than_in_one_alone(found, matches):
    assert match_groups(1, "coordinated_groups", [{"a", "b", "c", "d"}], found).correct == matches
