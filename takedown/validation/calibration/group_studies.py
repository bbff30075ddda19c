"""Error of the methods that compare groups, special days and populations of posting accounts."""

from collections.abc import Iterator
from functools import partial

import numpy as np
from astropy.stats import kuiper_two
from scipy.stats import chi2_contingency, mannwhitneyu, ttest_ind

from takedown.posting import calendar_days, rhythm
from takedown.posting import groups as posting_groups
from takedown.posting import hours as posting
from takedown.posting.groups import Statistic
from takedown.statistics import clustered_shares as two_way
from takedown.validation.calibration import nulls
from takedown.validation.calibration.study import COVERAGE, POWER, TYPE_I, Study

ALPHA = 0.05
#: Around which the shares of groups of accounts vary.
LOGIT = -2.0
#: Days of the published series, from 2019-05-06, on which Hong Kong marched, and its public holidays.
PROTESTS = np.array([34, 37, 41, 56, 69, 76, 82, 91, 97, 104])
HOLIDAYS = np.array([7, 32, 56])


def group_matrices(
    rng: np.random.Generator, repetitions: int, later: float, wider: float
) -> Iterator[tuple[posting.HourMatrix, ...]]:
    """Simulate pairs of groups by `nulls.two_groups`."""
    for groups in zip(*nulls.two_groups(rng, repetitions, later=later, wider=wider), strict=True):
        yield tuple(posting.HourMatrix(nulls.MONDAY, posts) for posts in groups)


def different_hours(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    statistic: Statistic,
    later: float,
    wider: float,
) -> int:
    """Count how often flipped signs of days find two groups to differ in mean hour or in concentration."""
    return sum(
        posting_groups.sign_flip(*groups, draws, rng, statistic) <= ALPHA
        for groups in group_matrices(rng, repetitions, later, wider)
    )


def hour_difference_covered(rng: np.random.Generator, repetitions: int, draws: int, *, later: float) -> int:
    """Count how often the interval of the difference in hours holds the true one."""
    hits = 0
    for groups in group_matrices(rng, repetitions, later, 0):
        found = posting_groups.hour_difference(*groups, draws, rng)
        hits += found.low <= -later <= found.high
    return hits


def length_difference_covered(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the interval of the difference in resultant length holds 0 for two groups of one clock."""
    found = (
        posting_groups.length_difference(*groups, draws, rng)
        for groups in group_matrices(rng, repetitions, 0, 0)
    )
    return sum(estimate.low <= 0 <= estimate.high for estimate in found)


def different_hours_by_post(rng: np.random.Generator, repetitions: int, draws: int, *, test: str) -> int:
    """Count the false findings of a test that takes every post as independent."""
    wrong = 0
    for groups in zip(*nulls.two_groups(rng, repetitions), strict=True):
        hours = [np.repeat(posting.HOUR_CENTRES, posts.sum(axis=0)) for posts in groups]
        if test == "kuiper":
            # Posts lie anywhere in their hour; ties would break the test.
            times = [(one + rng.uniform(-0.5, 0.5, len(one))) / posting.HOURS for one in hours]
            wrong += kuiper_two(*times)[1] <= ALPHA
        else:
            wrong += mannwhitneyu(*hours).pvalue <= ALPHA
    return wrong


def special_series(
    rng: np.random.Generator, repetitions: int, factor: float
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate posts by day with `factor` times the posts on days of protest; return them and the special days."""
    mean = nulls.daily_volume(rng, repetitions, nulls.POSTING_DAYS)
    mean[:, PROTESTS] *= factor
    special = np.zeros(nulls.POSTING_DAYS, bool)
    special[PROTESTS] = special[HOLIDAYS] = True
    return rng.poisson(mean), special


def protest_days(
    rng: np.random.Generator, repetitions: int, draws: int, *, factor: float, coverage: bool
) -> int:
    """Count how often days of protest are found to differ from local same weekdays, or the ratio is covered."""
    hits = 0
    series, special = special_series(rng, repetitions, factor)
    for posts in series:
        ratios = calendar_days.local_log_ratios(posts, special)[0][PROTESTS]
        known = np.isfinite(ratios)
        found = calendar_days.mean_ratio(ratios[known], PROTESTS[known] // 7)
        hits += found.low <= factor <= found.high if coverage else found.p_value <= ALPHA
    return hits


def protest_days_overall(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count the false findings of Welch's t between the logs of protest days and of all others."""
    series, special = special_series(rng, repetitions, 1)
    logs = np.log(series + 0.5)
    found = ttest_ind(logs[:, PROTESTS], logs[:, ~special], axis=1, equal_var=False)
    return int((found.pvalue <= ALPHA).sum())


def share_groups(
    rng: np.random.Generator,
    *,
    accounts: tuple[int, int],
    raised: float = 0.0,
    change: int | None = None,
    **null,
) -> tuple[np.ndarray, ...]:
    """Simulate cells of two groups of accounts, or of one group from the day `change` on and before.

    `raised` is added to the logit of the first group of accounts; `null` is passed to `nulls.account_days`.
    """
    in_first, account, day, of_kind, posts = nulls.account_days(
        rng, accounts=accounts, logits=(LOGIT + raised, LOGIT), **null
    )
    return in_first if change is None else day >= change, account, day, of_kind, posts


def share_difference_covered(
    rng: np.random.Generator, repetitions: int, draws: int, *, raised: float, **groups
) -> int:
    """Count how often the interval of a difference of shares holds the population's; where there is none, nothing errs."""
    true = nulls.population_share(LOGIT + raised) - nulls.population_share(LOGIT)
    found = (
        two_way.share_difference(*share_groups(rng, raised=raised, **groups)) for _ in range(repetitions)
    )
    return sum(one.low is None or one.low <= true <= one.high for one in found)


def different_shares(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    by_post: bool = False,
    **groups,
) -> int:
    """Count how often the shares of two groups are found to differ, by account and block of days or by post."""
    hits = 0
    for _ in range(repetitions):
        cells = share_groups(rng, **groups)
        if by_post:
            in_first, _, _, of_kind, posts = cells
            table = [[of_kind[g].sum(), (posts - of_kind)[g].sum()] for g in (in_first, ~in_first)]
            hits += chi2_contingency(table).pvalue <= ALPHA
        else:
            # Where a handful of accounts write nearly all posts there is no test, and nothing is found.
            p_value = two_way.share_difference(*cells).p_value
            hits += p_value is not None and p_value <= ALPHA
    return hits


def different_medians(
    rng: np.random.Generator, repetitions: int, draws: int, *, by_account: bool, higher: float
) -> int:
    """Count how often the median accounts of two populations are found to differ, by batch or by account."""
    first, batch = nulls.batch_values(rng, repetitions, batches=40, middle=higher)
    second, other_batch = nulls.batch_values(rng, repetitions, batches=60)
    hits = 0
    for one, other in zip(first, second, strict=True):
        if by_account:
            hits += mannwhitneyu(one, other).pvalue <= ALPHA
        else:
            hits += rhythm.median_difference(one, batch, other, other_batch, draws, rng).p_value <= ALPHA
    return hits


def median_covered(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the interval of the median account holds the population's median."""
    values, batch = nulls.batch_values(rng, repetitions, batches=40)
    found = (rhythm.batch_median(one, batch, draws, rng) for one in values)
    return sum(estimate.low <= 0 <= estimate.high for estimate in found)


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
_TRIPLED = {**_HUNDREDS, "raised": np.log(3)}
_TWO_YEARS = {"accounts": (60, 150), "days": 728}
_TRIPLED_YEARS = {**_TWO_YEARS, "raised": np.log(3)}
_VALUES = "two populations of accounts in batches of 1 to 32, alike as much within a batch as between"

STUDIES = (
    *(
        Study(
            method,
            scenario,
            quantity,
            nominal,
            _GROUPS,
            partial(different_hours, statistic=statistic, later=later, wider=wider),
            tested=50 if quantity == POWER else 200,
        )
        for method, statistic, scenario, quantity, nominal, later, wider in (
            ("sign_flip_of_hours", posting_groups.hours_apart, "one clock", TYPE_I, ALPHA, 0, 0),
            ("sign_flip_of_hours", posting_groups.hours_apart, "half an hour later", POWER, None, 0.5, 0),
            ("sign_flip_of_hours", posting_groups.hours_apart, "an hour later", POWER, None, 1, 0),
            ("sign_flip_of_lengths", posting_groups.lengths_apart, "one clock", TYPE_I, ALPHA, 0, 0),
            ("sign_flip_of_lengths", posting_groups.lengths_apart, "half as wide again", POWER, None, 0, 0.5),
        )
    ),
    *(
        Study(
            "hour_difference_interval",
            scenario,
            COVERAGE,
            0.95,
            _GROUPS,
            partial(hour_difference_covered, later=later),
            tested=50,
        )
        for scenario, later in (("one clock", 0.0), ("an hour later", 1.0))
    ),
    Study(
        "length_difference_interval",
        "one clock",
        COVERAGE,
        0.95,
        _GROUPS,
        length_difference_covered,
        tested=50,
    ),
    *(
        Study(
            method,
            "one clock",
            TYPE_I,
            ALPHA,
            _GROUPS,
            partial(different_hours_by_post, test=test),
            False,
            tested=50,
        )
        for method, test in (("kuiper_by_post", "kuiper"), ("mann_whitney_by_post", "u"))
    ),
    Study(
        "calendar_day_test",
        "protest days like others",
        TYPE_I,
        ALPHA,
        _DAYS,
        partial(protest_days, factor=1, coverage=False),
    ),
    *(
        Study(
            "calendar_day_test",
            f"{factor} times the posts on protest days",
            POWER,
            None,
            _DAYS,
            partial(protest_days, factor=factor, coverage=False),
        )
        for factor in (2, 4)
    ),
    Study(
        "calendar_day_ratio_interval",
        "twice the posts on protest days",
        COVERAGE,
        0.95,
        _DAYS,
        partial(protest_days, factor=2, coverage=True),
    ),
    Study(
        "overall_mean_day_test", "protest days like others", TYPE_I, ALPHA, _DAYS, protest_days_overall, False
    ),
    *(
        Study(
            "two_way_cluster_test",
            scenario,
            TYPE_I,
            ALPHA,
            null,
            partial(different_shares, **groups),
            tested=50,
        )
        for scenario, null, groups in (
            ("100 against 300 accounts", _SHARES, _HUNDREDS),
            ("30 against 300 accounts", _SHARES, {"accounts": (30, 300)}),
            ("100 against 300 accounts, independent days", _INDEPENDENT, {**_HUNDREDS, "drifting": False}),
            ("60 against 150 accounts, two years", _YEARS, _TWO_YEARS),
            (
                "150 accounts, 16 weeks before and after",
                _CHANGE,
                {"accounts": (150, 0), "days": 224, "change": 112},
            ),
            (
                "150 accounts, two years before and half a year after",
                _CHANGE,
                {"accounts": (150, 0), "days": 910, "change": 728},
            ),
            (
                "150 accounts, a year before and ten weeks after",
                _CHANGE,
                {"accounts": (150, 0), "days": 434, "change": 364},
            ),
        )
    ),
    Study(
        "two_way_cluster_test",
        "100 against 300 accounts, odds threefold",
        POWER,
        None,
        _SHARES,
        partial(different_shares, **_TRIPLED),
        tested=50,
    ),
    Study(
        "two_way_cluster_test",
        "60 against 150 accounts, two years, odds threefold",
        POWER,
        None,
        _YEARS,
        partial(different_shares, **_TRIPLED_YEARS),
        tested=50,
    ),
    *(
        Study(
            "share_of_posts_difference_interval",
            scenario,
            COVERAGE,
            0.95,
            null,
            partial(share_difference_covered, **groups),
            tested=50,
        )
        for scenario, null, groups in (
            ("100 against 300 accounts, odds threefold", _SHARES, _TRIPLED),
            ("60 against 150 accounts, two years, odds threefold", _YEARS, _TRIPLED_YEARS),
        )
    ),
    Study(
        "chi_square_share_by_post",
        "100 against 300 accounts",
        TYPE_I,
        ALPHA,
        _SHARES,
        partial(different_shares, by_post=True, **_HUNDREDS),
        False,
        tested=50,
    ),
    Study(
        "batch_median_test",
        "one population",
        TYPE_I,
        ALPHA,
        _VALUES,
        partial(different_medians, by_account=False, higher=0),
        tested=50,
    ),
    Study(
        "batch_median_test",
        "a standard deviation higher",
        POWER,
        None,
        _VALUES,
        partial(different_medians, by_account=False, higher=1),
        tested=50,
    ),
    Study("batch_median_interval", "one population", COVERAGE, 0.95, _VALUES, median_covered),
    Study(
        "mann_whitney_by_account",
        "one population",
        TYPE_I,
        ALPHA,
        _VALUES,
        partial(different_medians, by_account=True, higher=0),
        False,
    ),
)
