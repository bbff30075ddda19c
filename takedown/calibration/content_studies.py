"""Coverage of the intervals of shares: of posts, by account and day, and of profiles, by batch."""

import numpy as np

from takedown import two_way
from takedown.calibration import nulls
from takedown.calibration.study import COVERAGE, Study

LOGIT = -2.0


def population_share() -> float:
    """Return the share that posts have on average: a logistic function of the two normal effects, by quadrature."""
    effect, weight = np.polynomial.hermite_e.hermegauss(80)
    return float((weight / (1 + np.exp(-LOGIT - np.sqrt(2) * effect))).sum() / weight.sum())


def share_of_posts(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the interval of a share of posts holds the population's."""
    true, hits = population_share(), 0
    for _ in range(repetitions):
        _, account, day, of_kind, posts = nulls.account_days(rng, accounts=(100, 0), logits=(LOGIT, LOGIT))
        found = two_way.share(account, day, of_kind, posts)
        # Where a handful of accounts write nearly all posts no interval is given, and none can be wrong.
        hits += found.low is None or found.low <= true <= found.high
    return hits


def share_of_profiles(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the interval of a share of profiles, alike within batches, holds the population's half."""
    values, batch = nulls.batch_values(rng, repetitions, batches=80)
    batches, accounts = np.unique(batch, return_counts=True)
    hits = 0
    for one in values:
        found = two_way.share(batches, batches, np.bincount(batch, one > 0), accounts)
        hits += found.low <= 0.5 <= found.high
    return hits


STUDIES = (
    Study(
        "share_of_posts_interval",
        "100 accounts, 60 days",
        COVERAGE,
        0.95,
        "accounts with log-normal activity; the share of a kind varies by account and by day",
        share_of_posts,
    ),
    Study(
        "share_of_profiles_interval",
        "80 batches",
        COVERAGE,
        0.95,
        "accounts in batches of 1 to 32, half of which have a trait that batches share",
        share_of_profiles,
    ),
)
