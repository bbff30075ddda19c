"""Simulated data for calibration: posts, calendars and sessions that cluster as real ones do.

Each generator returns many data sets at once: the first axis of an array is the repetition.
"""

from functools import cache

import numpy as np
from scipy.special import ndtr

from takedown.statistics.calendar import SATURDAY, WEEK_DAYS

HOURS = 24
#: Sixteen weeks, Monday to Sunday, as long as the published series.
MONDAY = np.datetime64("2019-05-06")
POSTING_DAYS = 112
#: Dispersion of a day's accounts around its mean, near that of the control.
DISPERSION = 0.2

POSTING_CLUSTERS = (
    "about 100 posts a day in two peaks over 112 days; volume drifts from day to day, and all posts of a day shift "
    "together by some hours"
)
CALENDAR_CLUSTERS = "accounts a day negative binomial around a rate, dispersion .2"
DAYS_DRIFT = "correlated as in the published series"
#: Share of the variance and coefficient of each of two autoregressions whose sum is correlated from day to day nearly as
#: the daily shares of the published series are: .45, .31, .30, .26 and .09 one, two, three, seven and 14 days apart.
DRIFT = ((0.6, 0.13), (0.4, 0.92))


def daily_volume(
    rng: np.random.Generator, repetitions: int, days: int, *, memory: float = 0.8, weekend: float = 0.4
) -> np.ndarray:
    """Simulate the mean posts of days, shape [repetitions, days], around 100 on a weekday.

    The log level is autoregressive with coefficient `memory` and standard deviation 1 (0: independent days), times
    a gamma factor of shape 3; Saturday and Sunday have `weekend` of a weekday's mean. Day 0 is a Monday.
    """
    noise = rng.normal(size=(repetitions, days))
    level = np.empty((repetitions, days))
    level[:, 0] = noise[:, 0]
    for day in range(1, days):
        level[:, day] = memory * level[:, day - 1] + np.sqrt(1 - memory**2) * noise[:, day]
    gamma = rng.gamma(3, 1 / 3, (repetitions, days))
    return 100 * np.exp(level) * gamma * np.where(np.arange(days) % WEEK_DAYS >= SATURDAY, weekend, 1)


def hour_probabilities(shift: np.ndarray, spread: float = 1.5) -> np.ndarray:
    """Return the chance of each hour for days shifted by `shift` hours, shape [..., 24].

    Six posts in ten are normal around 11:00, the others around 15:00, standard deviation `spread` hours, on a clock
    of 24 hours.
    """
    edges = np.arange(-3 * HOURS, 4 * HOURS + 1)
    chance = np.zeros((*np.shape(shift), HOURS))
    for share, peak in ((0.6, 11), (0.4, 15)):
        below = ndtr((edges - peak - np.asarray(shift)[..., None]) / spread)
        chance += share * np.diff(below).reshape(*np.shape(shift), -1, HOURS).sum(axis=-2)
    return chance / chance.sum(axis=-1, keepdims=True)


def posts_by_hour(
    rng: np.random.Generator,
    repetitions: int,
    *,
    days: int = POSTING_DAYS,
    wander: float | None = 1.5,
    memory: float = 0.8,
    weekend: float = 0.4,
) -> np.ndarray:
    """Simulate posts by day and hour, shape [repetitions, days, 24].

    All posts of a day shift together by a normal time of standard deviation `wander` hours; None turns each day's
    clock to anywhere, so that days agree on no hour. Volumes are those of `daily_volume`.
    """
    posts = rng.poisson(daily_volume(rng, repetitions, days, memory=memory, weekend=weekend))
    if wander is None:
        shift = rng.uniform(0, HOURS, (repetitions, days))
    else:
        shift = rng.normal(0, wander, (repetitions, days))
    return rng.multinomial(posts, hour_probabilities(shift))


def two_groups(
    rng: np.random.Generator, repetitions: int, *, later: float = 0.0, wider: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate posts by day and hour of two groups, each of shape [repetitions, days, 24].

    A day shifts both groups by one normal time and each by another of its own, standard deviation 1.5 hours both;
    the second group posts `later` hours later, its peaks `wider` by that share. Volumes are those of
    `daily_volume`, drifting apart.
    """
    size = (repetitions, POSTING_DAYS)
    common = rng.normal(0, 1.5, size)
    groups = []
    for hours, spread in ((0.0, 1.5), (later, 1.5 * (1 + wider))):
        chance = hour_probabilities(hours + common + rng.normal(0, 1.5, size), spread)
        groups.append(rng.multinomial(rng.poisson(daily_volume(rng, *size)), chance))
    return groups[0], groups[1]


@cache
def _drift_root(days: int) -> np.ndarray:
    """Return the Cholesky factor of the correlation of a series of days that drifts by `DRIFT`."""
    apart = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
    return np.linalg.cholesky(sum(part * coefficient**apart for part, coefficient in DRIFT))


def day_effects(rng: np.random.Generator, days: int, drifting: bool) -> np.ndarray:
    """Simulate normal effects of days on two groups, shape [2, days], standard deviation 1, correlated by `DRIFT` or not."""
    effects = rng.normal(size=(2, days))
    return effects @ _drift_root(days).T if drifting else effects


def account_days(
    rng: np.random.Generator,
    *,
    accounts: tuple[int, int],
    logits: tuple[float, float],
    days: int = POSTING_DAYS,
    drifting: bool = True,
) -> tuple[np.ndarray, ...]:
    """Simulate posts of a kind by account and day in two groups: in_first, account, day, hits, posts (one length).

    Accounts post on a third of the days, in log-normal numbers (standard deviation 1.5 between accounts). The share
    of hits has a logit around the group's, with a normal effect of each account and of each day in each group,
    standard deviation 1 both; effects of days are correlated by `DRIFT` or, not `drifting`, independent. Cells without
    a post are left out.
    """
    number = sum(accounts)
    first = np.arange(number) < accounts[0]
    activity = np.exp(1.5 * rng.normal(size=number))
    posts = rng.poisson(3 * activity[:, None] * (rng.random((number, days)) < 1 / 3))
    day_effect = day_effects(rng, days, drifting)[np.where(first, 0, 1)]
    logit = np.where(first, *logits)[:, None] + rng.normal(size=number)[:, None] + day_effect
    account, day = np.nonzero(posts)
    posts = posts[account, day]
    hits = rng.binomial(posts, 1 / (1 + np.exp(-logit[account, day])))
    return first[account], account, day, hits, posts


def population_share(logit: float) -> float:
    """Return the share that the posts of `account_days` have on average: the two normal effects, by quadrature."""
    effect, weight = np.polynomial.hermite_e.hermegauss(80)
    return float((weight / (1 + np.exp(-logit - np.sqrt(2) * effect))).sum() / weight.sum())


def batch_sizes(batches: int) -> np.ndarray:
    """Return the accounts of each batch: half of the batches hold one, the others 4, 8, 16 or 32 in turn."""
    return np.where(np.arange(batches) % 2, 4 * 2 ** (np.arange(batches) // 2 % 4), 1)


def batch_values(
    rng: np.random.Generator, repetitions: int, *, batches: int, middle: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Simulate a value of each account: values of shape [repetitions, accounts], and each account's batch.

    Values are normal around `middle` with standard deviation 1 between batches (`batch_sizes`) and 1 within.
    """
    batch = np.repeat(np.arange(batches), batch_sizes(batches))
    between = rng.normal(size=(repetitions, batches))[:, batch]
    return middle + between + rng.normal(size=between.shape), batch


def batch_lives(
    rng: np.random.Generator, repetitions: int, *, batches: int, longer: float = 1.0
) -> tuple[np.ndarray, ...]:
    """Simulate days until an event: days and whether it was observed, [repetitions, accounts], and the batches.

    Times are exponential around `longer` · 200 days times a log-normal factor of each batch, standard deviation 1;
    observation ends after 200 to 1,500 days, at random by batch, as accounts of one day are as old.
    """
    batch = np.repeat(np.arange(batches), batch_sizes(batches))
    mean = longer * 200 * np.exp(rng.normal(size=(repetitions, batches)))[:, batch]
    event = rng.exponential(mean)
    end = rng.uniform(200, 1500, (repetitions, batches))[:, batch]
    return np.minimum(event, end).astype(np.int64), event <= end, batch


def calendars(rng: np.random.Generator, repetitions: int, rate: np.ndarray) -> np.ndarray:
    """Simulate accounts by day without a burst, shape [repetitions, days]: negative binomial around `rate`."""
    return rng.poisson(rng.gamma(1 / DISPERSION, rate * DISPERSION, (repetitions, len(rate))))


def batch_calendars(
    rng: np.random.Generator,
    repetitions: int,
    *,
    days: int,
    rate: float,
    batches: float,
    spread: float,
    waves: int = 0,
) -> np.ndarray:
    """Simulate accounts by day with batches, shape [repetitions, days].

    Single accounts at `rate` a day, and a Poisson number of batches, each on one day, of log-normal size around 8
    with `spread`: at 0.5 the largest of fifteen has some 20 accounts, at 1 some 50. Batches fall on any day or,
    with `waves`, within some weeks (standard deviation 30 days) of that many times that are random themselves.
    """
    counts = calendars(rng, repetitions, np.full(days, rate))
    number = rng.poisson(batches, repetitions)
    size = np.ceil(8 * np.exp(spread * rng.normal(size=number.sum()))).astype(np.int64)
    repetition = np.repeat(np.arange(repetitions), number)
    if waves:
        centre = rng.uniform(0, days, (repetitions, waves))[repetition, rng.integers(waves, size=len(size))]
        day = np.clip(centre + rng.normal(0, 30, len(size)), 0, days - 1).astype(np.int64)
    else:
        day = rng.integers(0, days, len(size))
    np.add.at(counts, (repetition, day), size)
    return counts


def session_starts(rng: np.random.Generator, repetitions: int, sessions: int = 146) -> tuple[np.ndarray, ...]:
    """Simulate sessions at even hours: local start hours and accounts, both of shape [repetitions, sessions].

    Most sessions hold one account, one in five several, and four hold more than forty, as in the release.
    """
    hours = rng.uniform(0, HOURS, (repetitions, sessions))
    several = rng.random((repetitions, sessions)) < 0.2
    accounts = 1 + rng.geometric(0.4, (repetitions, sessions)) * several + 40 * (np.arange(sessions) < 4)
    return hours, accounts
