"""Errors of the methods that compare groups of accounts, special days and populations."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from astropy.stats import kuiper_two
from scipy.stats import chi2_contingency, mannwhitneyu, ttest_ind

from takedown.posting.calendar_days import local_log_ratios, mean_ratio
from takedown.posting.groups import (
    Statistic,
    hour_difference,
    hours_apart,
    length_difference,
    lengths_apart,
    sign_flip,
)
from takedown.posting.hours import HOUR_CENTRES, HOURS, HourMatrix
from takedown.posting.rhythm import batch_median, median_difference
from takedown.statistics.calendar import WEEK_DAYS
from takedown.statistics.clustered_shares import share_difference
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import coverage, power, rejected, type_i_error

#: Logit of the mean share in groups of accounts.
LOGIT = -2.0
#: Days of the published series, counted from 2019-05-06, with a protest march in Hong Kong, and its public holidays.
PROTESTS = np.array([34, 37, 41, 56, 69, 76, 82, 91, 97, 104])
HOLIDAYS = np.array([7, 32, 56])


def group_matrices(
    rng: np.random.Generator, repetitions: int, later: float, wider: float
) -> Iterator[tuple[HourMatrix, HourMatrix]]:
    """Simulate pairs of groups by `nulls.two_groups`, one pair for each repetition."""
    for first, second in zip(*nulls.two_groups(rng, repetitions, later=later, wider=wider), strict=True):
        yield HourMatrix(nulls.MONDAY, first), HourMatrix(nulls.MONDAY, second)


def sign_flips(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    statistic: Statistic,
    later: float = 0.0,
    wider: float = 0.0,
) -> Iterator[float | None]:
    """Test with flipped signs of days whether two groups differ in mean hour or in concentration."""
    for first, second in group_matrices(rng, repetitions, later, wider):
        yield sign_flip(first, second, draws, rng, statistic)


def differences(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    measure: Callable[..., Estimate | None],
    later: float = 0.0,
) -> Iterator[Estimate | None]:
    """Estimate the difference of two groups in mean hour or in resultant length; the second posts `later` hours later."""
    for first, second in group_matrices(rng, repetitions, later, 0):
        yield measure(first, second, draws, rng)


def group_tests_by_post(
    rng: np.random.Generator, repetitions: int, draws: int, *, kuiper: bool
) -> Iterator[float]:
    """Compare two groups with one clock by a test that takes every post as independent: Kuiper's or Mann and Whitney's."""
    for groups in zip(*nulls.two_groups(rng, repetitions), strict=True):
        first, second = (np.repeat(HOUR_CENTRES, posts.sum(axis=0)) for posts in groups)
        if kuiper:
            # Posts are spread within their hour, because the test does not allow ties.
            times = [(one + rng.uniform(-0.5, 0.5, len(one))) / HOURS for one in (first, second)]
            yield kuiper_two(*times)[1]
        else:
            yield mannwhitneyu(first, second).pvalue


def special_series(
    rng: np.random.Generator, repetitions: int, factor: float
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate posts by day, [repetitions, days], with `factor` times the posts on days of protest.

    Return them and which days are special, [days].
    """
    mean = nulls.daily_volume(rng, repetitions, nulls.POSTING_DAYS)
    mean[:, PROTESTS] *= factor
    special = np.zeros(nulls.POSTING_DAYS, bool)
    special[PROTESTS] = special[HOLIDAYS] = True
    return rng.poisson(mean), special


def protest_ratios(
    rng: np.random.Generator, repetitions: int, draws: int, *, factor: float
) -> Iterator[Estimate | None]:
    """Estimate the ratio of days of protest to the same weekdays of neighbouring weeks."""
    series, special = special_series(rng, repetitions, factor)
    for posts in series:
        ratios = local_log_ratios(posts, special)[0][PROTESTS]
        known = np.isfinite(ratios)
        yield mean_ratio(ratios[known], PROTESTS[known] // WEEK_DAYS)


def protest_tests_overall(rng: np.random.Generator, repetitions: int, draws: int) -> np.ndarray:
    """Compare the logs of protest days and of all others by Welch's t-test, where the days do not differ."""
    series, special = special_series(rng, repetitions, 1)
    logs = np.log(series + 0.5)
    return ttest_ind(logs[:, PROTESTS], logs[:, ~special], axis=1, equal_var=False).pvalue


def share_groups(
    rng: np.random.Generator,
    *,
    accounts: tuple[int, int],
    raised: float = 0.0,
    change: int | None = None,
    **null: Any,
) -> nulls.Cells:
    """Simulate cells of two groups of accounts or, with `change`, of one group from that day on and before it.

    `raised` is added to the logit of the first group of accounts; `null` is passed to `nulls.account_days`.
    """
    logits = (LOGIT + raised, LOGIT)
    in_first, account, day, of_kind, posts = nulls.account_days(rng, accounts=accounts, logits=logits, **null)
    return in_first if change is None else day >= change, account, day, of_kind, posts


def share_differences(
    rng: np.random.Generator, repetitions: int, draws: int, **groups: Any
) -> Iterator[Estimate | None]:
    """Estimate the difference of the shares of two groups; `groups` are passed to `share_groups`."""
    for _ in range(repetitions):
        in_first, account, day, of_kind, posts = share_groups(rng, **groups)
        yield share_difference(in_first, account, day, of_kind, posts)


def share_tests_by_post(
    rng: np.random.Generator, repetitions: int, draws: int, **groups: Any
) -> Iterator[float]:
    """Compare the shares of two groups by the chi-square test, which takes every post as independent."""
    for _ in range(repetitions):
        in_first, _, _, of_kind, posts = share_groups(rng, **groups)
        yield chi2_contingency(
            [[of_kind[g].sum(), (posts - of_kind)[g].sum()] for g in (in_first, ~in_first)]
        ).pvalue


def compared_medians(
    rng: np.random.Generator, repetitions: int, draws: int, *, by_account: bool = False, higher: float = 0.0
) -> Iterator[Estimate | float]:
    """Compare the median accounts of two populations by batch or by account; the first lies `higher`."""
    first, batch = nulls.batch_values(rng, repetitions, batches=40, middle=higher)
    second, other_batch = nulls.batch_values(rng, repetitions, batches=60)
    for one, other in zip(first, second, strict=True):
        if by_account:
            yield mannwhitneyu(one, other).pvalue
        else:
            yield median_difference(one, batch, other, other_batch, draws, rng)


def medians(rng: np.random.Generator, repetitions: int, draws: int) -> Iterator[Estimate]:
    """Estimate the median account of a population whose median is 0."""
    values, batch = nulls.batch_values(rng, repetitions, batches=40)
    for one in values:
        yield batch_median(one, batch, draws, rng)


_GROUPS = (
    "two groups with one clock over 112 days: a day shifts both together and each by itself, 1.5 hours both, and "
    "volumes drift apart"
)
_DAYS = "posts of 112 days whose volume drifts from day to day, with a weekend of .4; ten days of protest are like others"
_SHARES = (
    "two groups of accounts with log-normal activity over 112 days; the share of a kind varies by account and by day in "
    f"each group, days {nulls.DAYS_DRIFT}"
)
_INDEPENDENT = _SHARES.replace(nulls.DAYS_DRIFT, "independent")
_YEARS = _SHARES.replace("112 days", "two years")
_CHANGE = (
    "one group of accounts with log-normal activity before and after a day; the share of a kind varies by account and by "
    f"day, days {nulls.DAYS_DRIFT}"
)
_HUNDREDS = {"accounts": (100, 300)}
_TWO_YEARS = {"accounts": (60, 150), "days": 728}
_ONE_GROUP = {"accounts": (150, 0)}
_VALUES = "two populations of accounts in batches of 1 to 32, alike as much within a batch as between"
#: Scenarios in which the odds of the first group are threefold.
_TRIPLED = {
    "100 against 300 accounts, odds threefold": (_SHARES, {**_HUNDREDS, "raised": np.log(3)}),
    "60 against 150 accounts, two years, odds threefold": (_YEARS, {**_TWO_YEARS, "raised": np.log(3)}),
}

STUDIES = (
    *(
        make(
            method,
            scenario,
            _GROUPS,
            rejected(sign_flips, statistic=statistic, **apart),
            tested=50 if make is power else 200,
        )
        for make, method, statistic, scenario, apart in (
            (type_i_error, "sign_flip_of_hours", hours_apart, "one clock", {}),
            (power, "sign_flip_of_hours", hours_apart, "half an hour later", {"later": 0.5}),
            (power, "sign_flip_of_hours", hours_apart, "an hour later", {"later": 1}),
            (type_i_error, "sign_flip_of_lengths", lengths_apart, "one clock", {}),
            (power, "sign_flip_of_lengths", lengths_apart, "half as wide again", {"wider": 0.5}),
        )
    ),
    *(
        coverage(
            method,
            scenario,
            _GROUPS,
            partial(differences, measure=measure, later=later),
            truth=-later,
            tested=50,
        )
        for method, measure, scenario, later in (
            ("hour_difference_interval", hour_difference, "one clock", 0.0),
            ("hour_difference_interval", hour_difference, "an hour later", 1.0),
            ("length_difference_interval", length_difference, "one clock", 0.0),
        )
    ),
    *(
        type_i_error(
            method,
            "one clock",
            _GROUPS,
            rejected(group_tests_by_post, kuiper=kuiper),
            for_claims=False,
            tested=50,
        )
        for method, kuiper in (("kuiper_by_post", True), ("mann_whitney_by_post", False))
    ),
    type_i_error("calendar_day_test", "protest days like others", _DAYS, rejected(protest_ratios, factor=1)),
    *(
        power(
            "calendar_day_test",
            f"{factor} times the posts on protest days",
            _DAYS,
            rejected(protest_ratios, factor=factor),
        )
        for factor in (2, 4)
    ),
    coverage(
        "calendar_day_ratio_interval",
        "twice the posts on protest days",
        _DAYS,
        partial(protest_ratios, factor=2),
        truth=2,
    ),
    type_i_error(
        "overall_mean_day_test",
        "protest days like others",
        _DAYS,
        rejected(protest_tests_overall),
        for_claims=False,
    ),
    *(
        type_i_error("two_way_cluster_test", scenario, null, rejected(share_differences, **groups), tested=50)
        for scenario, null, groups in (
            ("100 against 300 accounts", _SHARES, _HUNDREDS),
            ("30 against 300 accounts", _SHARES, {"accounts": (30, 300)}),
            ("100 against 300 accounts, independent days", _INDEPENDENT, {**_HUNDREDS, "drifting": False}),
            ("60 against 150 accounts, two years", _YEARS, _TWO_YEARS),
            (
                "150 accounts, 16 weeks before and after",
                _CHANGE,
                {**_ONE_GROUP, "days": 224, "change": 112},
            ),
            (
                "150 accounts, two years before and half a year after",
                _CHANGE,
                {**_ONE_GROUP, "days": 910, "change": 728},
            ),
            (
                "150 accounts, a year before and ten weeks after",
                _CHANGE,
                {**_ONE_GROUP, "days": 434, "change": 364},
            ),
        )
    ),
    *(
        power("two_way_cluster_test", scenario, null, rejected(share_differences, **groups), tested=50)
        for scenario, (null, groups) in _TRIPLED.items()
    ),
    *(
        coverage(
            "share_of_posts_difference_interval",
            scenario,
            null,
            partial(share_differences, **groups),
            truth=nulls.population_share(LOGIT + np.log(3)) - nulls.population_share(LOGIT),
            tested=50,
        )
        for scenario, (null, groups) in _TRIPLED.items()
    ),
    type_i_error(
        "chi_square_share_by_post",
        "100 against 300 accounts",
        _SHARES,
        rejected(share_tests_by_post, **_HUNDREDS),
        for_claims=False,
        tested=50,
    ),
    type_i_error("batch_median_test", "one population", _VALUES, rejected(compared_medians), tested=50),
    power(
        "batch_median_test",
        "a standard deviation higher",
        _VALUES,
        rejected(compared_medians, higher=1),
        tested=50,
    ),
    coverage("batch_median_interval", "one population", _VALUES, medians, truth=0),
    type_i_error(
        "mann_whitney_by_account",
        "one population",
        _VALUES,
        rejected(compared_medians, by_account=True),
        for_claims=False,
    ),
)
