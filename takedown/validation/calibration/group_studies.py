"""Errors of the methods that compare groups of accounts, special days and populations.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.random import Generator

from takedown.posting import calendar_days, rhythm
from takedown.statistics.calendar import WEEK_DAYS
from takedown.statistics.clustered_shares import share_difference
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls, posting_nulls
from takedown.validation.calibration.study import Scenario, coverage_studies, error_studies, power_studies

#: Logits of the mean share in groups of accounts: of most scenarios, and of a rare kind.
LOGIT, RARE = -2.0, -5.0
#: First Monday of the published series, 6 May 2019.
FIRST_MONDAY = 5
#: Days of the published series, counted from 2019-05-06, with a protest march in Hong Kong, and its public holidays.
PROTESTS = np.array([34, 37, 41, 56, 69, 76, 82, 91, 97, 104])
HOLIDAYS = np.array([7, 32, 56])


def special_series(
    rng: Generator, repetitions: int, factor: float, published: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate posts by day, [repetitions, days], with `factor` times the posts on days of protest.

    With `published` the posts of each week are those of the published series. Return them and which days are special,
    [days].
    """
    if published:
        mean = posting_nulls.day_posts(rng, repetitions, 0.4, 0.5)[:, FIRST_MONDAY:].astype(float)
    else:
        mean = nulls.daily_volume(rng, repetitions, nulls.POSTING_DAYS)
    mean[:, PROTESTS] *= factor
    special = np.zeros(mean.shape[1], bool)
    special[PROTESTS] = special[HOLIDAYS] = True
    return rng.poisson(mean), special


def protest_ratios(
    rng: Generator, repetitions: int, draws: int, *, factor: float, published: bool = False
) -> Iterator[Estimate | None]:
    """Estimate the ratio of days of protest to the same weekdays of neighbouring weeks."""
    series, special = special_series(rng, repetitions, factor, published)
    for posts in series:
        ratios = calendar_days.local_log_ratios(posts, special)[0][PROTESTS]
        known = np.isfinite(ratios)
        yield calendar_days.mean_ratio(ratios[known], PROTESTS[known] // WEEK_DAYS)


def share_groups(
    rng: Generator,
    *,
    accounts: tuple[int, int],
    raised: float = 0.0,
    middle: float = LOGIT,
    change: int | None = None,
    **null: Any,
) -> nulls.Cells:
    """Simulate cells of two groups of accounts or, with `change`, of one group from that day on and before it.

    `raised` is added to the logit of the first group of accounts; `null` is passed to `nulls.account_days`.
    """
    logits = (middle + raised, middle)
    in_first, account, day, of_kind, posts = nulls.account_days(rng, accounts=accounts, logits=logits, **null)
    return in_first if change is None else day >= change, account, day, of_kind, posts


def share_differences(
    rng: Generator, repetitions: int, draws: int, **settings: Any
) -> Iterator[Estimate | None]:
    """Estimate the difference of the shares of two groups; `settings` are passed to `share_groups`."""
    for _ in range(repetitions):
        in_first, account, day, of_kind, posts = share_groups(rng, **settings)
        yield share_difference(in_first, account, day, of_kind, posts)


def share_difference_truth(raised: float, **settings: Any) -> float:
    """Return the difference of the population shares of two groups, of which the first has a `raised` logit."""
    return nulls.population_share(LOGIT + raised) - nulls.population_share(LOGIT)


def compared_medians(
    rng: Generator, repetitions: int, draws: int, *, higher: float = 0.0
) -> Iterator[Estimate]:
    """Compare the median accounts of two populations by batch; the first lies `higher`."""
    (first, batch), (second, other_batch) = (
        nulls.batch_values(rng, repetitions, sizes) for sizes in nulls.TWO_POPULATIONS
    )
    for one, other in zip(first, second, strict=True):
        yield rhythm.median_difference(higher + one, batch, other, other_batch, draws, rng)


def medians(rng: Generator, repetitions: int, draws: int) -> Iterator[Estimate]:
    """Estimate the median account of a population whose median is 0."""
    values, batch = nulls.batch_values(rng, repetitions, nulls.TWO_POPULATIONS[0])
    for one in values:
        yield rhythm.batch_median(one, batch, draws, rng)


_DAYS = (
    "posts of 112 days; the volume drifts from day to day, and a weekend day has .4 times the posts of a weekday; ten days of "
    "protest are like other days"
)
_GROUPS = (
    "two groups of accounts with log-normal activity over 112 days; the share of posts of a kind varies by account and by day in "
    "each group; "
)
_SHARES = _GROUPS + nulls.DAYS_DRIFT
_YEARS = _SHARES.replace("112 days", "two years")
_PERIODS = (
    "one group of accounts with log-normal activity, before and after a day; the share of posts of a kind varies by account and "
    "by day; "
)
_CHANGE = _PERIODS + nulls.DAYS_DRIFT
_HUNDREDS = {"accounts": (100, 300)}
_VOLUME = {"volume": posting_nulls.published_volume()}
_FIVE_TIMES = {"volume": np.tile(_VOLUME["volume"], 5), "change": 3 * len(_VOLUME["volume"])}
_TWO_YEARS = {"accounts": (60, 150), "days": 728}
_ONE_GROUP = {"accounts": (150, 0)}
_TRIPLED = [
    ("100 against 300 accounts, odds threefold", _SHARES, {**_HUNDREDS, "raised": np.log(3)}),
    ("60 against 150 accounts, two years, odds threefold", _YEARS, {**_TWO_YEARS, "raised": np.log(3)}),
]
_VALUES = (
    "two populations of accounts in batches of 1 to 32; values vary as much within batches as between them"
)
_LIKE_OTHERS = "protest days like others"
_ONE_POPULATION: list[Scenario] = [("one population", _VALUES, {})]

STUDIES = (
    *error_studies(
        "calendar_day_test",
        protest_ratios,
        [
            (_LIKE_OTHERS, _DAYS, {"factor": 1}),
            (
                f"{_LIKE_OTHERS}, published volumes",
                "each week has as many posts as in the published series, and its days drift; ten days of protest are like other days",
                {"factor": 1, "published": True},
            ),
        ],
    ),
    *power_studies(
        "calendar_day_test",
        protest_ratios,
        [(f"{factor} times the posts on protest days", _DAYS, {"factor": factor}) for factor in (2, 4)],
    ),
    *coverage_studies(
        "calendar_day_ratio_interval",
        protest_ratios,
        2,
        [("twice the posts on protest days", _DAYS, {"factor": 2})],
    ),
    *error_studies(
        "two_way_cluster_test",
        share_differences,
        [
            ("100 against 300 accounts", _SHARES, _HUNDREDS),
            ("30 against 300 accounts", _SHARES, {"accounts": (30, 300)}),
            (
                "100 against 300 accounts, independent days",
                f"{_GROUPS}days are independent",
                {**_HUNDREDS, "parts": nulls.INDEPENDENT},
            ),
            ("60 against 150 accounts, two years", _YEARS, _TWO_YEARS),
            *(
                (f"150 accounts, {spans}", _CHANGE, {**_ONE_GROUP, "days": days, "change": change})
                for spans, days, change in (
                    ("16 weeks before and after", 224, 112),
                    ("two years before and half a year after", 910, 728),
                    ("a year before and ten weeks after", 434, 364),
                )
            ),
            ("100 against 300 accounts, one post in fifty", _SHARES, {**_HUNDREDS, "middle": RARE}),
            *(
                (
                    f"{scenario}, published volumes, {name}",
                    f"{null}{words}; {nulls.PUBLISHED_VOLUMES}",
                    settings | more,
                )
                for scenario, null, settings in (
                    ("100 against 300 accounts", _GROUPS, _HUNDREDS | _VOLUME),
                    # The series five times in a row: in one alone either side is worth fewer than two blocks, so there is no test.
                    ("150 accounts before and after", _PERIODS, _ONE_GROUP | _FIVE_TIMES),
                )
                for name, (words, more) in nulls.DRIFTS.items()
            ),
        ],
        tested=50,
    ),
    *power_studies("two_way_cluster_test", share_differences, _TRIPLED, tested=50),
    *coverage_studies(
        "share_of_posts_difference_interval", share_differences, share_difference_truth, _TRIPLED, tested=50
    ),
    *error_studies("batch_median_test", compared_medians, _ONE_POPULATION, tested=50),
    *power_studies(
        "batch_median_test",
        compared_medians,
        [("a standard deviation higher", _VALUES, {"higher": 1})],
        tested=50,
    ),
    *coverage_studies("batch_median_interval", medians, 0, _ONE_POPULATION),
)
