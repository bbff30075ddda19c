"""Coverage of the intervals of shares: of posts, by account and day, and of profiles, by batch.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from takedown.statistics.clustered_shares import share, share_difference
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls, posting_nulls
from takedown.validation.calibration.creation_nulls import published_batches
from takedown.validation.calibration.study import Scenario, coverage_studies, too_high_studies

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
    accounts = nulls.batch_sizes(80)
    batches = np.arange(len(accounts))
    values, batch = nulls.batch_values(rng, repetitions, accounts)
    for one in values:
        yield share(batches, batches, np.bincount(batch, one > 0), accounts, block_days=1)


def profile_differences(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    threshold: float,
    sizes: tuple[np.ndarray, np.ndarray] = nulls.TWO_POPULATIONS,
) -> Iterator[Estimate | None]:
    """Compare the share of profiles with a trait, alike within batches of these `sizes`, in two like populations."""
    in_first = np.repeat([True, False], [len(of) for of in sizes])
    accounts = np.concatenate(sizes)
    batches = np.arange(len(accounts))
    values, batch = nulls.batch_values(rng, repetitions, accounts)
    for one in values:
        hits = np.bincount(batch, one > threshold)
        yield share_difference(in_first, batches, batches, hits, accounts, block_days=1)


_POSTS = "accounts with log-normal activity; the share of posts of a kind varies by account and by day; "
_DRIFTING = _POSTS + nulls.DAYS_DRIFT
_VOLUME: dict[str, Any] = {"logit": COMMON, "volume": posting_nulls.published_volume()}
_SCENARIOS: list[Scenario] = [
    ("100 accounts, 112 days, one post in six", _DRIFTING, {"logit": COMMON}),
    ("100 accounts, 112 days, one post in fifty", _DRIFTING, {"logit": RARE}),
    (
        "100 accounts, 112 days, one post in six, independent days",
        f"{_POSTS}days are independent",
        {"logit": COMMON, "parts": nulls.INDEPENDENT},
    ),
    ("100 accounts, two years, one post in six", _DRIFTING, {"logit": COMMON, "days": 728}),
    *(
        (
            f"100 accounts, published volumes, {name}",
            f"{_POSTS}{words}; {nulls.PUBLISHED_VOLUMES}",
            _VOLUME | more,
        )
        for name, (words, more) in nulls.DRIFTS.items()
    ),
]

STUDIES = (
    *coverage_studies(
        "share_of_posts_interval",
        shares_of_posts,
        lambda logit, spread=1.0, **null: nulls.population_share(logit, spread),
        _SCENARIOS,
        too_high=True,
        tested=50,
        # The ledger asks whether the lower end of a share of posts lies above a bar.
        lower_end=True,
    ),
    *coverage_studies(
        "share_of_profiles_interval",
        shares_of_profiles,
        0.5,
        [
            (
                "80 batches",
                "accounts in batches of 1 to 32; half of them have a trait, which is alike within batches",
                {},
            )
        ],
        too_high=True,
        tested=50,
    ),
    *coverage_studies(
        "profile_share_difference_interval",
        profile_differences,
        0,
        [
            (f"one population, {words}", nulls.SHARED_TRAIT, {"threshold": threshold})
            for words, threshold in (("half", 0.0), ("one in ten", 1.8), ("one in two hundred", 3.64))
        ],
        too_high=True,
        tested=50,
        lower_end=True,
    ),
    *too_high_studies(
        "profile_share_difference_interval",
        profile_differences,
        0,
        [
            (
                f"published creation days, {words}",
                nulls.PUBLISHED_BATCHES,
                {"threshold": threshold, "sizes": published_batches()},
            )
            for words, threshold in (("half", 0.0), ("one in ten", 1.8))
        ],
        tested=50,
        lower_end=True,
    ),
)
