"""Coverage of the intervals of shares: of posts, by account and day, and of profiles, by batch.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from takedown.statistics.clustered_shares import share
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import coverage_studies

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
    *coverage_studies(
        "share_of_posts_interval",
        shares_of_posts,
        lambda logit, **null: nulls.population_share(logit),
        [
            (f"100 accounts, {scenario}", null, settings)
            for scenario, null, settings in (
                ("112 days, one post in six", _DRIFTING, {"logit": COMMON}),
                ("112 days, one post in fifty", _DRIFTING, {"logit": RARE}),
                (
                    "112 days, one post in six, independent days",
                    f"{_POSTS} independent",
                    {"logit": COMMON, "drifting": False},
                ),
                ("two years, one post in six", _DRIFTING, {"logit": COMMON, "days": 728}),
            )
        ],
        too_high=True,
        tested=50,
        # The ledger asks whether the lower end of a share of posts lies above a bar.
        lower_end=True,
    ),
    *coverage_studies(
        "share_of_profiles_interval",
        shares_of_profiles,
        0.5,
        [("80 batches", "accounts in batches of 1 to 32, half of which have a trait that batches share", {})],
        too_high=True,
        tested=50,
    ),
)
