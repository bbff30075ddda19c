"""Error of the excess of accounts in a pair, where no population coordinates and one reacts in another way than the other.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from numpy.random import Generator
from scipy.stats import chi2_contingency

from takedown.coordination.windows import Events, compare_windows, excess_difference, nearest_others
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import exchange_nulls as nulls
from takedown.validation.calibration.network_nulls import (
    DAYS,
    SECONDS_PER_DAY,
    Crowds,
    Simulate,
    cascades,
    find_acts,
    office_hours,
)
from takedown.validation.calibration.study import (
    Scenario,
    coverage_studies,
    error_studies,
    too_high_studies,
)

#: Window in seconds, and blocks of days in 70 days, about as many as the study has.
WITHIN, BLOCKS = 60, 20
#: Draws for one estimate of the excess share of accounts in a pair; the study uses more.
RAREFACTIONS = 5


def excess_differences(
    rng: Generator, repetitions: int, draws: int, *, populations: tuple[Simulate, Simulate]
) -> Iterator[Estimate]:
    """Estimate the difference of two populations in the excess share of accounts in a pair."""
    names = ("operation", "control")
    for both in zip(*(split_events(of(rng, repetitions), repetitions) for of in populations), strict=True):
        events = dict(zip(names, both, strict=True))
        curves = compare_windows(events, [WITHIN], RAREFACTIONS, dict.fromkeys(names, rng))
        yield excess_difference(curves["operation"], curves["control"])


def paired_share_tests(
    rng: Generator, repetitions: int, draws: int, *, populations: tuple[Simulate, Simulate]
) -> Iterator[float | None]:
    """Compare the shares of accounts in a pair of two populations of unequal size by the chi-square test."""
    for both in zip(*(split_events(of(rng, repetitions), repetitions) for of in populations), strict=True):
        near = [nearest_others(of.account, of.object, of.time) <= WITHIN for of in both]
        paired = np.array([len(np.unique(of.account[pair])) for of, pair in zip(both, near, strict=True)])
        counts = np.array([paired, [of.accounts for of in both] - paired])
        # Without a pair, or with none but paired accounts, there is no test.
        yield chi2_contingency(counts, False).pvalue if (counts.sum(axis=1) > 0).all() else None


def split_events(crowds: Crowds, repetitions: int) -> Iterator[Events]:
    """Yield the events of each data set, with accounts and objects numbered from 0 without gaps."""
    crowds = find_acts(crowds, 0)
    crowds = crowds.taken(np.argsort(crowds.repetition, kind="stable"))
    ends = np.searchsorted(crowds.repetition, np.arange(1, repetitions))
    for _, account, object, time in zip(*(np.split(of, ends) for of in crowds.columns), strict=True):
        account, object = (np.unique(of, return_inverse=True)[1] for of in (account, object))
        yield Events(account, object, time, time // SECONDS_PER_DAY * BLOCKS // DAYS)


_CROWD = "accounts repost posts of others after log-normal lags (median {} min, log standard deviation 1.3)"
_SLOW = _CROWD.format(45)
_CROWD_OF_40 = partial(cascades, accounts=40, daily=1, mean_size=5.0)
_POPULATIONS: list[Scenario] = [
    (
        "crowds, one larger and busier",
        f"40 and 60 {_SLOW}",
        {"populations": (_CROWD_OF_40, partial(cascades, accounts=60, daily=2, mean_size=6.0))},
    ),
    (
        "office hours and a crowd",
        f"40 accounts in office hours; 40 {_SLOW}",
        {"populations": (partial(office_hours, accounts=40, daily=0.2), _CROWD_OF_40)},
    ),
]
_FASTER: list[Scenario] = [
    (
        f"crowd {words} times faster than the control",
        f"40 {_CROWD.format(f'{45 / times:g}')}; control: 40 {_SLOW}",
        {"populations": (partial(_CROWD_OF_40, lag_median=45 * 60 / times), _CROWD_OF_40)},
    )
    for words, times in (("nine", 9), ("4.5", 4.5), ("two", 2))
]
_crowd = partial(nulls.crowd, accounts=40, daily=1)
_OTHERS = "accounts repost posts of others after lags"
#: Innocent populations of another kind: name, words and simulation; each against the slow crowd and against its like.
_KINDS: tuple[tuple[str, str, Simulate], ...] = (
    (
        "SEISMIC",
        f"40 {_OTHERS} whose density is constant for five minutes and then falls with a power of 1.242",
        partial(_crowd, lags=nulls.seismic_lags),
    ),
    (
        "power law",
        f"40 {_OTHERS} whose density falls with a power of 1.5",
        partial(_crowd, lags=nulls.power_lags),
    ),
    (
        "television, 2 min",
        "20 accounts post on two moments of television each evening, after log-normal lags (median 2 min, log standard deviation .6)",
        partial(nulls.television, median=120.0),
    ),
    (
        "notifications",
        f"20 {_SLOW}; notifications reach three accounts in ten, which are thirty times faster",
        nulls.notified_crowd,
    ),
    (
        "quarter-hour scheduler",
        f"20 {_SLOW}; a service posts for five unrelated accounts at the next quarter of an hour, within half a minute",
        nulls.scheduled_crowd,
    ),
    (
        "account speeds 1.5",
        f"40 {_SLOW}; the speed of accounts varies with log standard deviation 1.5",
        partial(_crowd, account_spread=1.5),
    ),
    (
        "nine times faster, 280 days",
        f"40 {_CROWD.format(5)}; 280 days",
        partial(_crowd, days=280, lags=nulls.lognormal_lags(nulls.FAST)),
    ),
)
_AGAINST: list[Scenario] = [
    (f"{name}{control}", f"{words}; {described}", {"populations": (simulate, other)})
    for name, words, simulate in _KINDS
    for control, described, other in (
        (" against a slow control", f"control: 40 {_SLOW}", _CROWD_OF_40),
        (", both alike", "the control is of the same kind", simulate),
    )
]

STUDIES = (
    *coverage_studies(
        "paired_share_excess_interval",
        excess_differences,
        0,
        _POPULATIONS,
        too_high=True,
        lower_end=True,
        tested=50,
    ),
    *too_high_studies(
        "paired_share_excess_interval",
        excess_differences,
        0,
        [*_FASTER, *_AGAINST],
        lower_end=True,
        tested=50,
    ),
    *error_studies("paired_share_test", paired_share_tests, _POPULATIONS, for_claims=False, tested=50),
)
