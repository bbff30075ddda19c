"""Coverage of the intervals of shares: of posts, by account and day, and of profiles, by batch."""

from functools import partial

import numpy as np

from takedown.statistics import clustered_shares as two_way
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import COVERAGE, TOO_HIGH, Study

#: Logits around which the shares of 100 accounts vary.
COMMON, RARE = -2.0, -5.0


def share_of_posts(
    rng: np.random.Generator, repetitions: int, draws: int, *, logit: float, too_high: bool, **null
) -> int:
    """Count how often the interval of a share of posts holds the population's, or lies wholly above it.

    `null` is passed to `nulls.account_days`.
    """
    true, hits = nulls.population_share(logit), 0
    for _ in range(repetitions):
        _, account, day, of_kind, posts = nulls.account_days(
            rng, accounts=(100, 0), logits=(logit, logit), **null
        )
        found = two_way.share(account, day, of_kind, posts)
        # Where a handful of accounts write nearly all posts no interval is given, and none can be wrong.
        if found.low is None:
            hits += not too_high
        else:
            hits += found.low > true if too_high else found.low <= true <= found.high
    return hits


def share_of_profiles(rng: np.random.Generator, repetitions: int, draws: int, *, too_high: bool) -> int:
    """Count the same for a share of profiles that are alike within batches; the population's is a half."""
    values, batch = nulls.batch_values(rng, repetitions, batches=80)
    batches, accounts = np.unique(batch, return_counts=True)
    hits = 0
    for one in values:
        found = two_way.share(batches, batches, np.bincount(batch, one > 0), accounts, block_days=1)
        hits += found.low > 0.5 if too_high else found.low <= 0.5 <= found.high
    return hits


_POSTS = "accounts with log-normal activity; the share of a kind varies by account and by day"

STUDIES = tuple(
    Study(
        method,
        scenario,
        quantity,
        nominal,
        null,
        partial(count, too_high=quantity == TOO_HIGH),
        tested=50,
        # The ledger asks whether the lower end of a share of posts lies above a bar.
        lower_end=method == "share_of_posts_interval",
    )
    for method, scenario, null, count in (
        *(
            (
                "share_of_posts_interval",
                f"100 accounts, {scenario}",
                f"{_POSTS}, days {nulls.DAYS_DRIFT if more.get('drifting', True) else 'independent'}",
                partial(share_of_posts, **more),
            )
            for scenario, more in (
                ("112 days, one post in six", {"logit": COMMON}),
                ("112 days, one post in fifty", {"logit": RARE}),
                ("112 days, one post in six, independent days", {"logit": COMMON, "drifting": False}),
                ("two years, one post in six", {"logit": COMMON, "days": 728}),
            )
        ),
        (
            "share_of_profiles_interval",
            "80 batches",
            "accounts in batches of 1 to 32, half of which have a trait that batches share",
            share_of_profiles,
        ),
    )
    for quantity, nominal in ((COVERAGE, 0.95), (TOO_HIGH, 0.025))
)
