"""Metrics of a ranking of labelled accounts, with intervals over accounts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

#: Resamples of the accounts for an interval.
RESAMPLES = 999
LEVEL = 0.95


@dataclass(frozen=True)
class Ranking:
    """Accounts by decreasing score; accounts of one score are one group, since their order is arbitrary.

    `score`, `positive` and `negative` (shape [groups]): the score and the number of labelled and of other accounts.
    """

    score: np.ndarray
    positive: np.ndarray
    negative: np.ndarray


def rank(scores: np.ndarray, labels: np.ndarray) -> Ranking:
    """Return the ranking of accounts, given their scores and whether each is labelled (shape [accounts] each)."""
    score, place = np.unique(-np.asarray(scores, float), return_inverse=True)
    positive = np.bincount(place, weights=labels, minlength=len(score))
    return Ranking(-score, positive, np.bincount(place, minlength=len(score)) - positive)


def roc_auc(ranking: Ranking) -> np.ndarray:
    """Return the probability that a labelled account ranks above another one, where a tie counts half.

    `positive` and `negative` may have a leading axis of resamples, in this and the other metrics; it is kept. Source: J.
    Hanley and B. McNeil, Radiology 143 (1982).

    >>> float(roc_auc(rank(np.array([3, 2, 2, 1]), np.array([1, 1, 0, 0]))))
    0.875
    """
    positive, negative = ranking.positive, ranking.negative
    above = positive.cumsum(-1) - positive / 2
    return (negative * above).sum(-1) / (positive.sum(-1) * negative.sum(-1))


def average_precision(ranking: Ranking) -> np.ndarray:
    """Return the mean precision at the ranks of the labelled accounts; accounts of one score are taken together.

    >>> round(float(average_precision(rank(np.array([3, 2, 1]), np.array([1, 0, 1])))), 4)
    0.8333
    """
    found = ranking.positive.cumsum(-1)
    read = found + ranking.negative.cumsum(-1)
    # A resample may leave groups empty, so that no account has been read yet.
    precision = found / np.maximum(read, 1)
    return (ranking.positive * precision).sum(-1) / found[..., -1]


def precision_at(ranking: Ranking, accounts: int) -> np.ndarray:
    """Return the share of labelled accounts among the first ones; a tie at the last place counts by its share.

    Where there are fewer accounts with a score above 0, the rest of the places counts as missed.

    >>> float(precision_at(rank(np.array([3, 2, 2, 1]), np.array([1, 1, 0, 0])), 2))
    0.75
    """
    scored = ranking.score > 0
    positive, negative = ranking.positive[..., scored], ranking.negative[..., scored]
    group = positive + negative
    before = group.cumsum(-1) - group
    taken = np.clip(accounts - before, 0, group)
    return (positive * taken / np.maximum(group, 1)).sum(-1) / accounts


def weighted_precision(ranking: Ranking) -> np.ndarray:
    """Return the share of the sum of all scores that labelled accounts have; nan where all scores are 0.

    >>> float(weighted_precision(rank(np.array([3, 1]), np.array([1, 0]))))
    0.75
    """
    both = (ranking.positive + ranking.negative) @ ranking.score
    with np.errstate(invalid="ignore"):
        return (ranking.positive @ ranking.score) / both


def evaluate(
    ranking: Ranking, places: Sequence[int], draws: np.random.Generator
) -> dict[str, tuple[float, float, float]]:
    """Return each metric with the ends of its 95 % interval: roc_auc, average_precision, weighted_precision, precision_at_k.

    The interval is the percentile interval of resampled accounts, the labelled and the others each in their number. It
    holds the scores as they are: it says how far the metric depends on the accounts that happen to be in the sample, not
    how scores would change with other accounts in the network. `places` are the k of the precision. Raises ValueError
    where one of both labels is absent.
    """
    positives, negatives = int(ranking.positive.sum()), int(ranking.negative.sum())
    if not positives or not negatives:
        raise ValueError("a ranking is scored against accounts of both labels")
    # A metric depends on the groups alone, so groups are drawn and not accounts.
    drawn = Ranking(
        ranking.score,
        draws.multinomial(positives, ranking.positive / positives, RESAMPLES),
        draws.multinomial(negatives, ranking.negative / negatives, RESAMPLES),
    )
    metrics: dict[str, Callable[[Ranking], np.ndarray]] = {
        "roc_auc": roc_auc,
        "average_precision": average_precision,
        "weighted_precision": weighted_precision,
        **{f"precision_at_{k}": partial(precision_at, accounts=k) for k in places},
    }
    tail = (1 - LEVEL) / 2
    result = {}
    for name, metric in metrics.items():
        low, high = (
            np.nanquantile(metric(drawn), [tail, 1 - tail]) if ranking.score.any() else (np.nan, np.nan)
        )
        result[name] = (float(metric(ranking)), float(low), float(high))
    return result
