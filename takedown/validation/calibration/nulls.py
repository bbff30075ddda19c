"""Simulated data for calibration: posts, creation calendars and sessions with the clustering of real data.

Most functions simulate many data sets at once: the first axis of an array is the repetition.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.special import ndtr

from takedown.statistics.calendar import SATURDAY, WEEK_DAYS

HOURS = 24
#: Sixteen weeks, about the length of the published series.
POSTING_DAYS = 112
#: Dispersion of the accounts of a day: variance = mean + dispersion · mean², near that of the control.
DISPERSION = 0.2

POSTING_CLUSTERS = (
    "about 100 posts a day in two peaks, over 112 days; the volume drifts from day to day, and all posts of a day move "
    "together by some hours"
)
CALENDAR_CLUSTERS = "the number of accounts a day is negative binomial around a rate, with dispersion .2"
DAYS_DRIFT = "days are correlated as in the published series"
PUBLISHED_VOLUMES = "each day has the volume that it has in the published series"
SHARED_TRAIT = "two like populations of accounts in batches of 1 to 32; some accounts have a trait, which is alike within batches"
PUBLISHED_BATCHES = (
    "two like populations with as many accounts on each creation day as in the published calendars; some accounts have a trait, "
    "which is alike within days"
)
#: Share of the variance and coefficient of each of several autoregressions that add up to a drift from day to day.
Parts = tuple[tuple[float, float], ...]
#: Two autoregressions: share of the variance and coefficient of each. Their sum has nearly the autocorrelation of the daily
#: shares of the published series: .45, .31, .30, .26 and .09 at lags of one, two, three, seven and 14 days.
DRIFT: Parts = ((0.6, 0.13), (0.4, 0.92))
#: Drifts of a series whose days are independent, and of one with an autocorrelation of .8 a day.
INDEPENDENT: Parts = ((1.0, 0.0),)
LASTING: Parts = ((1.0, 0.8),)
#: Drifts of a share from day to day: name, words, and settings of `account_days`.
DRIFTS: dict[str, tuple[str, dict[str, Any]]] = {
    "days as in the series": (DAYS_DRIFT, {}),
    "independent days": ("days are independent", {"parts": INDEPENDENT}),
    ".8 a day": ("days have an autocorrelation of .8", {"parts": LASTING}),
    "drift 1.6": (f"{DAYS_DRIFT}, with standard deviation 1.6", {"spread": 1.6}),
}

#: Columns of equal length: in the first group or not, account, day, posts of a kind, posts.
Cells = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def daily_volume(
    rng: Generator, repetitions: int, days: int, *, memory: float = 0.8, weekend: float = 0.4
) -> np.ndarray:
    """Simulate the expected posts of days, shape [repetitions, days], around 100 on a weekday. Day 0 is a Monday.

    The log level is autoregressive with coefficient `memory` (0: independent days) and standard deviation 1. It is
    multiplied by a gamma factor of shape 3 and, on Saturday and Sunday, by `weekend`.
    """
    noise = rng.normal(size=(repetitions, days))
    level = np.empty((repetitions, days))
    level[:, 0] = noise[:, 0]
    for day in range(1, days):
        level[:, day] = memory * level[:, day - 1] + np.sqrt(1 - memory**2) * noise[:, day]
    gamma = rng.gamma(3, 1 / 3, (repetitions, days))
    return 100 * np.exp(level) * gamma * np.where(np.arange(days) % WEEK_DAYS >= SATURDAY, weekend, 1)


def hour_probabilities(shift: np.ndarray, spread: float = 1.5) -> np.ndarray:
    """Return the probability of each hour of the day, shape [..., 24], for days shifted by `shift` hours, shape [...].

    Six in ten posts are normal around 11:00, the others around 15:00, with standard deviation `spread` hours, wrapped
    around the clock.

    >>> hour_probabilities(np.array([0.0])).round(2)[0, 9:13]
    array([0.1 , 0.15, 0.16, 0.12])
    """
    edges = np.arange(-3 * HOURS, 4 * HOURS + 1)
    chance = np.zeros((*np.shape(shift), HOURS))
    for share, peak in ((0.6, 11), (0.4, 15)):
        below = ndtr((edges - peak - np.asarray(shift)[..., None]) / spread)
        chance += share * np.diff(below).reshape(*np.shape(shift), -1, HOURS).sum(axis=-2)
    return chance / chance.sum(axis=-1, keepdims=True)


def posts_by_hour(
    rng: Generator,
    repetitions: int,
    *,
    days: int = POSTING_DAYS,
    wander: float | None = 1.5,
    memory: float = 0.8,
    weekend: float = 0.4,
) -> np.ndarray:
    """Simulate posts by day and hour, shape [repetitions, days, 24], with the volumes of `daily_volume`.

    All posts of a day shift together by a normal time with standard deviation `wander` hours. With None each day shifts
    by a uniform time, so that the days share no preferred hour.
    """
    posts = rng.poisson(daily_volume(rng, repetitions, days, memory=memory, weekend=weekend))
    if wander is None:
        shift = rng.uniform(0, HOURS, (repetitions, days))
    else:
        shift = rng.normal(0, wander, (repetitions, days))
    return rng.multinomial(posts, hour_probabilities(shift))


@cache
def _drift_root(days: int, parts: Parts) -> np.ndarray:
    """Return the Cholesky factor, [days, days], of the correlation of a series of days that drifts."""
    apart = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
    return np.linalg.cholesky(sum(share * coefficient**apart for share, coefficient in parts))


def drift(rng: Generator, series: int, days: int, parts: Parts) -> np.ndarray:
    """Simulate stationary normal series of days, standard deviation 1, shape [series, days]."""
    # Rounded, since the last digits of a product of matrices depend on the number of threads.
    return np.round(rng.normal(size=(series, days)) @ _drift_root(days, parts).T, 9)


def account_days(
    rng: Generator,
    *,
    accounts: tuple[int, int],
    logits: tuple[float, float],
    days: int = POSTING_DAYS,
    parts: Parts = DRIFT,
    spread: float = 1.0,
    volume: np.ndarray | None = None,
) -> Cells:
    """Simulate posts, and posts of a kind, by account and day in two groups of `accounts`; cells without a post are omitted.

    Accounts post on a third of the days, in numbers that vary log-normally between accounts (standard deviation 1.5) and,
    where it is given, as the `volume` of the days, [days]. The logit of the share of the kind is that of the group (`logits`)
    plus normal effects of each account (standard deviation 1) and, in each group, of each day (`drift` by `parts`, standard
    deviation `spread`).
    """
    number = sum(accounts)
    first = np.arange(number) < accounts[0]
    activity = np.exp(1.5 * rng.normal(size=number))
    days = days if volume is None else len(volume)
    level = np.ones(days) if volume is None else volume / volume.mean()
    posts = rng.poisson(3 * activity[:, None] * level * (rng.random((number, days)) < 1 / 3))
    day_effect = spread * drift(rng, 2, days, parts)[np.where(first, 0, 1)]
    logit = np.where(first, *logits)[:, None] + rng.normal(size=number)[:, None] + day_effect
    account, day = np.nonzero(posts)
    posts = posts[account, day]
    hits = rng.binomial(posts, 1 / (1 + np.exp(-logit[account, day])))
    return first[account], account, day, hits, posts


def population_share(logit: float, spread: float = 1.0) -> float:
    """Return the expected share of posts of a kind in `account_days`, integrated over both normal effects by quadrature.

    >>> round(population_share(0.0), 6), round(population_share(-2.0), 3)
    (0.5, 0.184)
    """
    effect, weight = np.polynomial.hermite_e.hermegauss(80)
    return float((weight / (1 + np.exp(-logit - np.hypot(1, spread) * effect))).sum() / weight.sum())


def batch_sizes(batches: int) -> np.ndarray:
    """Return the accounts of each batch: half of the batches have one account, the others 4, 8, 16 or 32 in turn.

    >>> batch_sizes(10).tolist()
    [1, 4, 1, 8, 1, 16, 1, 32, 1, 4]
    """
    return np.where(np.arange(batches) % 2, 4 * 2 ** (np.arange(batches) // 2 % 4), 1)


#: The batches of two populations that are compared.
TWO_POPULATIONS = batch_sizes(40), batch_sizes(60)


def batch_values(rng: Generator, repetitions: int, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Simulate values of accounts in batches of these `sizes`: values, [repetitions, accounts], and batch of each account.

    Values are normal around 0, with standard deviation 1 between batches and 1 within them.
    """
    batch = np.repeat(np.arange(len(sizes)), sizes)
    between = rng.normal(size=(repetitions, len(sizes)))[:, batch]
    return between + rng.normal(size=between.shape), batch


def batch_lives(
    rng: Generator, repetitions: int, sizes: np.ndarray, longer: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Simulate days until an event: days and whether it was observed, [repetitions, accounts], and batch of each account.

    Times are exponential with mean `longer` · 200 days times a log-normal factor of the batch (standard deviation 1).
    Observation ends after 200 to 1,500 days, at the same age for all accounts of a batch.
    """
    size = repetitions, len(sizes)
    batch = np.repeat(np.arange(len(sizes)), sizes)
    event = rng.exponential(longer * 200 * np.exp(rng.normal(size=size))[:, batch])
    end = rng.uniform(200, 1500, size)[:, batch]
    return np.minimum(event, end).astype(np.int64), event <= end, batch


def calendars(rng: Generator, repetitions: int, rate: np.ndarray) -> np.ndarray:
    """Simulate accounts by day without bursts, [repetitions, days]: negative binomial with means `rate`, [days]."""
    return rng.poisson(rng.gamma(1 / DISPERSION, rate * DISPERSION, (repetitions, len(rate))))


def session_starts(rng: Generator, repetitions: int, sessions: int = 146) -> tuple[np.ndarray, np.ndarray]:
    """Simulate sessions that start at uniform local hours: start hours and accounts, both [repetitions, sessions].

    Most sessions have one account, one in five has several, and four have more than forty, as in the release.
    """
    hours = rng.uniform(0, HOURS, (repetitions, sessions))
    several = rng.random((repetitions, sessions)) < 0.2
    accounts = 1 + rng.geometric(0.4, (repetitions, sessions)) * several + 40 * (np.arange(sessions) < 4)
    return hours, accounts
