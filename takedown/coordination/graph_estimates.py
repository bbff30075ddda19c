"""Estimates on a network in which the accounts of a community depend on each other."""

from dataclasses import replace

import numpy as np

from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, exact_interval, log_odds_interval, student_reach


def edge_share(
    hits: np.ndarray, first: np.ndarray, second: np.ndarray, community: np.ndarray, confidence: float = 0.95
) -> Estimate | None:
    """Return the share of edges that are hits, with an interval from leaving out each community in turn.

    `hits`, and the ends `first` and `second` (numbers of accounts), have shape [edges]; `community` (shape [accounts])
    is a label, 0 without a community. Interval: jackknife of communities with their edges, symmetric in the log odds,
    Student's t with the effective number of communities (by edges) less 1; exact binomial with that number for a share
    of 0 or 1. `n` counts communities. The result is None without an edge.
    """
    if len(hits) == 0:
        return None
    labels = _codes(community[np.stack([first, second])].ravel()).reshape(2, -1)
    part = _parts(labels)
    touched, touched_hits = np.bincount(part[0]), np.bincount(part[0], hits[part[1]])
    value = float(np.mean(hits))
    if value in (0.0, 1.0):
        # Without variation: the exact binomial interval of as many independent communities.
        low, high = exact_interval(value, effective_number(touched), confidence)
        return Estimate(value, low, high, n=len(touched))
    with np.errstate(invalid="ignore", divide="ignore"):
        left = (np.sum(hits) - touched_hits) / (len(hits) - touched)
    return _interval(value, _jackknife(left), effective_number(touched), len(touched), confidence, odds=True)


def shared_label_ratio(
    label: np.ndarray,
    stratum: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    cluster: np.ndarray,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate | None:
    """Return the ratio of the pairs of accounts that share a label to their number by chance.

    `label`, `stratum` and `cluster` (small non-negative integers) have shape [accounts], `first` and `second` (numbers of
    accounts) shape [pairs]; accounts without a pair are left out. Chance permutes the labels among the accounts of each
    stratum and keeps the pairs; its mean is known exactly. One-sided p-value: (1 + permutations with at least as many
    pairs) / (1 + `repetitions`). It is exact if, within a stratum, the pairs of an account do not depend on its label,
    whatever the dependence between pairs. Source: L. Hubert and J. Schultz, British Journal of Mathematical and
    Statistical Psychology 29 (1976).

    Interval: jackknife of clusters with all pairs of their accounts, symmetric in the logarithm, Student's t with the
    effective number of clusters (by pairs) less 1; `n` counts clusters. Without an interval there is no p-value. The
    result is None without a pair, or if no two accounts could share a label.
    """
    if len(first) == 0:
        return None
    numbers, place = np.unique(np.concatenate([first, second]), return_inverse=True)
    ends = place.reshape(2, -1)
    label, stratum, cluster = (_codes(column[numbers]) for column in (label, stratum, cluster))
    hits = label[ends[0]] == label[ends[1]]
    strata, labels, clusters = stratum.max() + 1, label.max() + 1, cluster.max() + 1
    kind = stratum[ends[0]] * strata + stratum[ends[1]]
    counts = np.bincount(stratum * labels + label, minlength=strata * labels)
    pairs = np.bincount(kind, minlength=strata**2)
    expected = _expected(counts.reshape(strata, labels), pairs)
    if expected == 0:
        return None
    part = _parts(cluster[ends])
    touched, touched_hits = (np.bincount(part[0], weights, clusters) for weights in (None, hits[part[1]]))
    touched_kinds = np.bincount(part[0] * strata**2 + kind[part[1]], minlength=clusters * strata**2)
    left = np.empty(clusters)
    members = np.split(np.argsort(cluster, kind="stable"), np.cumsum(np.bincount(cluster))[:-1])
    for out, (who, lost) in enumerate(zip(members, touched_kinds.reshape(clusters, -1), strict=True)):
        rest = counts - np.bincount(stratum[who] * labels + label[who], minlength=len(counts))
        left[out] = _expected(rest.reshape(strata, labels), pairs - lost)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = _jackknife(np.log((hits.sum() - touched_hits) / left))
    value = float(hits.sum() / expected)
    estimate = _interval(value, variance, effective_number(touched), int(clusters), confidence)
    if estimate.low is None:
        return estimate
    of_stratum = [np.flatnonzero(stratum == name) for name in range(strata)]
    reached, drawn = 0, label.astype(np.int32)
    for _ in range(repetitions):
        for who in of_stratum:
            drawn[who] = rng.permutation(label[who])
        reached += np.count_nonzero(drawn[ends[0]] == drawn[ends[1]]) >= hits.sum()
    return replace(estimate, p_value=(1 + int(reached)) / (1 + repetitions))


def pairs_of_groups(group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the two elements of every pair of one group, by number; `group` has shape [elements].

    >>> [ends.tolist() for ends in pairs_of_groups(np.array([5, 8, 5]))]
    [[0], [2]]
    """
    order = np.argsort(group, kind="stable")
    sizes = np.unique(group, return_counts=True)[1]
    # Number of later elements of the same group, for each element in that order.
    after = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(order)) - 1
    one = np.repeat(np.arange(len(order)), after)
    step = np.arange(len(one)) - np.repeat(np.cumsum(after) - after, after)
    return order[one], order[one + 1 + step]


def _expected(counts: np.ndarray, pairs: np.ndarray) -> float:
    """Return the number of pairs that share a label by chance, from accounts by stratum and label and pairs by two strata."""
    sizes = counts.sum(1)
    shared = counts @ counts.T - np.diag(sizes)
    possible = np.outer(sizes, sizes) - np.diag(sizes)
    chance = np.divide(shared, possible, out=np.zeros(possible.shape), where=possible > 0)
    return float((chance.ravel() * pairs).sum())


def _codes(values: np.ndarray) -> np.ndarray:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _parts(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the clusters and pairs (shape [parts] each) of all parts of clusters in pairs; `ends` has shape [2, pairs]."""
    between = np.flatnonzero(ends[0] != ends[1])
    return np.concatenate([ends[0], ends[1, between]]), np.concatenate([np.arange(ends.shape[1]), between])


def _jackknife(replicates: np.ndarray) -> float:
    count = len(replicates)
    return float((count - 1) / count * ((replicates - replicates.mean()) ** 2).sum())


def _interval(
    value: float, variance: float, effective: float, n: int, confidence: float, odds: bool = False
) -> Estimate:
    """Return the estimate with an interval symmetric in the log odds, or in the logarithm.

    `variance` is that of the value for odds, else that of its logarithm.
    """
    half = student_reach(variance, effective, confidence)
    low: float | None
    high: float | None
    if odds:
        low, high = log_odds_interval(value, half)
    else:
        low, high = (None if half is None else float(value * np.exp(way * half)) for way in (-1, 1))
    return Estimate(value, low, high, n=n)
