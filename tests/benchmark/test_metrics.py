"""Metrics of a ranking, against their definitions worked by hand or by brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.benchmark.metrics import (
    average_precision,
    evaluate,
    precision_at,
    rank,
    roc_auc,
    weighted_precision,
)
from takedown.statistics.estimate import generator

ACCOUNTS = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=30).filter(
    lambda accounts: len({label for _, label in accounts}) == 2
)


def ranked(accounts):
    scores, labels = zip(*accounts, strict=True)
    return rank(np.array(scores), np.array(labels))


@given(ACCOUNTS)
def test_auc_is_the_share_of_pairs_in_order_where_a_tie_counts_half(accounts):
    positive = [score for score, label in accounts if label]
    negative = [score for score, label in accounts if not label]
    won = sum((p > n) + (p == n) / 2 for p in positive for n in negative)
    assert roc_auc(ranked(accounts)) == pytest.approx(won / len(positive) / len(negative))


@given(ACCOUNTS)
def test_average_precision_adds_the_precision_at_each_threshold_by_its_recall(accounts):
    labelled = sum(label for _, label in accounts)
    total, before = 0.0, 0
    for threshold in sorted({score for score, _ in accounts}, reverse=True):
        above = [label for score, label in accounts if score >= threshold]
        total += sum(above) / len(above) * (sum(above) - before)
        before = sum(above)
    assert average_precision(ranked(accounts)) == pytest.approx(total / labelled)


def test_an_account_without_score_is_never_among_the_first():
    assert precision_at(ranked([(2, True), (0, True), (0, False)]), 2) == 0.5


def test_weighted_precision_of_scores_that_are_all_zero_is_unknown():
    assert np.isnan(weighted_precision(ranked([(0, True), (0, False)])))


def test_the_interval_of_a_perfect_ranking_is_a_point():
    scored = evaluate(ranked([(2, True)] * 5 + [(1, False)] * 5), [5], generator(1, "auc", "made"))
    assert scored["roc_auc"] == scored["precision_at_5"] == (1, 1, 1)


def test_intervals_of_the_auc_cover_the_probability_of_two_normal_scores():
    draws = generator(1, "auc", "coverage")
    covered = 0
    for _ in range(100):
        scores = np.concatenate([draws.normal(1, 1, 80), draws.normal(0, 1, 80)])
        _, low, high = evaluate(rank(scores, np.arange(160) < 80), [], draws)["roc_auc"]
        covered += low <= 0.760250 <= high
    assert covered >= 88


def test_a_ranking_without_one_of_the_labels_is_refused():
    with pytest.raises(ValueError, match="both labels"):
        evaluate(ranked([(1, True), (2, True)]), [], generator(1, "auc", "made"))
