"""Coverage of the intervals of shares: of posts, by account and day, and of profiles, by batch."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from takedown.statistics.clustered_shares import share
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import interval_errors

#: Logits of the mean share of 100 accounts.
COMMON, RARE = -2.0, -5.0


def shares_of_posts(
    rng: np.random.Generator, repetitions: int, draws: int, *, logit: float, **null: Any
) -> Iterator[Estimate | None]:
    """Estimate a share of posts; `null` is passed to `nulls.account_days`."""
    for _ in range(repetitions):
        cells = nulls.account_days(rng, accounts=(100, 0), logits=(logit, logit), **null)
        _, account, day, of_kind, posts = cells
        yield share(account, day, of_kind, posts)


def shares_of_profiles(rng: np.random.Generator, repetitions: int, draws: int) -> Iterator[Estimate | None]:
    """Estimate a share of profiles that are alike within batches; the population's share is one half."""
    values, batch = nulls.batch_values(rng, repetitions, batches=80)
    batches, accounts = np.unique(batch, return_counts=True)
    for one in values:
        yield share(batches, batches, np.bincount(batch, one > 0), accounts, block_days=1)


_POSTS = "accounts with log-normal activity; the share of a kind varies by account and by day, days"
_DRIFTING = f"{_POSTS} {nulls.DAYS_DRIFT}"

STUDIES = (
    *(
        study
        for scenario, null, logit, more in (
            ("112 days, one post in six", _DRIFTING, COMMON, {}),
            ("112 days, one post in fifty", _DRIFTING, RARE, {}),
            (
                "112 days, one post in six, independent days",
                f"{_POSTS} independent",
                COMMON,
                {"drifting": False},
            ),
            ("two years, one post in six", _DRIFTING, COMMON, {"days": 728}),
        )
        for study in interval_errors(
            "share_of_posts_interval",
            f"100 accounts, {scenario}",
            null,
            partial(shares_of_posts, logit=logit, **more),
            truth=nulls.population_share(logit),
            tested=50,
            # The ledger asks whether the lower end of a share of posts lies above a bar.
            lower_end=True,
        )
    ),
    *interval_errors(
        "share_of_profiles_interval",
        "80 batches",
        "accounts in batches of 1 to 32, half of which have a trait that batches share",
        shares_of_profiles,
        truth=0.5,
        tested=50,
    ),
)
