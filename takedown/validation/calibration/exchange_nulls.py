"""Crowds in which nobody coordinates and that look as if somebody did, and teams among them, for calibration of exchange.

Each function simulates many data sets at once, as those of `network_nulls` do: posts of others at any hour that accounts of
unequal activity repost after lags of their own.
"""

from collections.abc import Callable

import numpy as np

from takedown.validation.calibration.network_nulls import (
    DAYS,
    LAG_MEDIAN,
    LAG_SPREAD,
    SECONDS_PER_DAY,
    Crowds,
)

HOUR = 3600
ACCOUNTS = 20
#: Posts a day that the crowd reposts, and mean number of reposts of each.
DAILY, REPOSTS = 2, 5.0
#: Median lag of a crowd nine times faster than that of `LAG_MEDIAN`.
FAST = LAG_MEDIAN / 9
#: Accounts of a quarter-hour scheduler, and seconds that it takes to post.
SCHEDULED, SCHEDULER_SECONDS = 5, 30
#: Share of accounts that notifications reach, and how many times faster those are.
NOTIFIED, NOTIFIED_FACTOR = 0.3, 30
#: Accounts that see what is on television.
VIEWERS = 8
#: Members of a planted team, the chance that one takes part in an event, and the longest time that an event takes.
MEMBERS, PARTICIPATION, WITHIN = 5, 0.7, 55

Lags = Callable[[np.random.Generator, int], np.ndarray]


def lognormal_lags(median: float, spread: float = LAG_SPREAD) -> Lags:
    """Return a source of log-normal lags in seconds; `spread` is the standard deviation of the logarithm."""
    return lambda rng, size: median * np.exp(spread * rng.normal(size=size))


def seismic_lags(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw lags of reposts whose density is even for five minutes and then falls with a power of 1.242.

    Source: Q. Zhao, M. A. Erdogdu, H. Y. He, A. Rajaraman and J. Leskovec, SEISMIC, KDD 2015, section 4.1.
    """
    even, power = 300.0, 0.242
    chance = rng.random(size)
    share = power / (1 + power)
    tail = np.maximum((1 - chance) / (1 - share), 1e-12)
    return np.where(chance < share, chance / share * even, even * tail ** (-1 / power))


def power_lags(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw lags of a Lomax law: no scale beyond a minute, density falling with a power of 1.5."""
    return 60 * ((1 - rng.random(size)) ** -2 - 1)


def slow_lags(rng: np.random.Generator, size: int) -> np.ndarray:
    """Draw lags as those of the replica's control."""
    return lognormal_lags(LAG_MEDIAN)(rng, size)


def crowd(
    rng: np.random.Generator,
    repetitions: int,
    *,
    accounts: int = ACCOUNTS,
    days: int = DAYS,
    daily: int = DAILY,
    reposts: float = REPOSTS,
    lags: Lags = slow_lags,
    account_spread: float = 0.0,
    day_spread: float = 0.0,
    slowness: np.ndarray | None = None,
    communities: int = 1,
    loyalty: float = 0.0,
) -> Crowds:
    """Simulate accounts that repost posts of others, each at most once, after lags.

    There are `daily` posts a day with a mean of `reposts` reposts (geometric) by accounts of unequal activity (log-normal,
    .7). Lags are multiplied by a factor of the account and one of the day (log-normal, `account_spread` and
    `day_spread`) and by `slowness`, one element for each account. With `communities` each post has one of them for its own,
    accounts in turn, from which a repost comes with probability `loyalty`.
    """
    posts = repetitions * days * daily
    object = np.repeat(np.arange(posts), rng.poisson(rng.exponential(reposts, posts)))
    repetition = object // (daily * days)
    activity = np.cumsum(rng.lognormal(0, 0.7, (repetitions, accounts)), axis=1)
    # One sorted array for all data sets: that of data set r lies between r and r + 1.
    chances = (activity / activity[:, -1:] + np.arange(repetitions)[:, None]).ravel()
    account = np.searchsorted(chances, repetition + rng.random(len(object)), side="right")
    account = np.minimum(account - repetition * accounts, accounts - 1)
    own = rng.integers(communities, size=posts)[object]
    loyal = rng.random(len(object)) < loyalty
    member = own + communities * rng.integers(accounts // communities, size=len(object))
    account = np.where(loyal, member, account)
    factor = np.exp(account_spread * rng.normal(size=(repetitions, accounts)))[repetition, account]
    factor *= np.exp(day_spread * rng.normal(size=repetitions * days))[object // daily]
    if slowness is not None:
        factor *= slowness[account]
    lag = np.minimum(lags(rng, len(object)) * factor, days * SECONDS_PER_DAY)
    day = np.arange(posts) // daily % days
    time = (day * SECONDS_PER_DAY + rng.integers(SECONDS_PER_DAY, size=posts))[object] + lag.astype(np.int64)
    return observed(Crowds(repetition, account, object, time), days)


def observed(crowds: Crowds, days: int) -> Crowds:
    """Return the first event of each account on each object, and none after the last day."""
    seen = crowds.taken(np.flatnonzero((crowds.time >= 0) & (crowds.time < days * SECONDS_PER_DAY)))
    order = np.lexsort((seen.time, seen.account, seen.object))
    keys = np.stack([seen.object, seen.account])[:, order]
    first = np.concatenate([[True], (np.diff(keys) != 0).any(axis=0)])[: len(order)]
    return seen.taken(order[first])


def notified_crowd(
    rng: np.random.Generator, repetitions: int, *, days: int = DAYS, daily: int = DAILY
) -> Crowds:
    """Simulate a crowd in which notifications reach three accounts in ten, which react thirty times faster."""
    slowness = np.where(np.arange(ACCOUNTS) < NOTIFIED * ACCOUNTS, 1 / NOTIFIED_FACTOR, 1.0)
    return crowd(rng, repetitions, days=days, daily=daily, slowness=slowness)


def fans_with_slow_half(rng: np.random.Generator, repetitions: int) -> Crowds:
    """Simulate forty fans of one star: half react within a minute or two, half after three hours."""
    slowness = np.where(np.arange(2 * ACCOUNTS) < ACCOUNTS, 90 / (3 * HOUR), 1.0)
    return crowd(
        rng,
        repetitions,
        accounts=2 * ACCOUNTS,
        daily=2,
        reposts=10.0,
        lags=lognormal_lags(3 * HOUR, 1.0),
        slowness=slowness,
    )


def television(rng: np.random.Generator, repetitions: int, *, median: float, moments: int = 2) -> Crowds:
    """Simulate evenings with moments on television, each with a hashtag, on which accounts post a little later.

    `median` is that of the lag in seconds (log-normal, .6); four in ten accounts react, unequally often.
    """
    often = np.minimum(0.4 * rng.lognormal(-0.245, 0.7, (repetitions, 1, 1, ACCOUNTS)), 1)
    shape = (repetitions, DAYS, moments, ACCOUNTS)
    repetition, day, moment, account = np.nonzero(rng.random(shape) < often)
    moments_at = rng.integers(19 * HOUR, 23 * HOUR, size=shape[:3])
    lag = lognormal_lags(median, 0.6)(rng, len(day)).astype(np.int64)
    time = day * SECONDS_PER_DAY + moments_at[repetition, day, moment] + lag
    return observed(Crowds(repetition, account, (repetition * DAYS + day) * moments + moment, time), DAYS)


def viewers_among_others(rng: np.random.Generator, repetitions: int, *, median: float) -> Crowds:
    """Simulate evenings with one hashtag: eight accounts post after a moment on television, twelve at any time.

    `median` is that of the lag after the moment in seconds (log-normal, .6); four in ten accounts post, unequally often.
    """
    often = np.minimum(0.4 * rng.lognormal(-0.245, 0.7, (repetitions, 1, ACCOUNTS)), 1)
    repetition, day, account = np.nonzero(rng.random((repetitions, DAYS, ACCOUNTS)) < often)
    moment = rng.integers(19 * HOUR, 22 * HOUR, size=(repetitions, DAYS))[repetition, day]
    after = moment + lognormal_lags(median, 0.6)(rng, len(day)).astype(np.int64)
    second = np.where(account < VIEWERS, after, rng.integers(19 * HOUR, 22 * HOUR, size=len(day)))
    return observed(
        Crowds(repetition, account, repetition * DAYS + day, day * SECONDS_PER_DAY + second), DAYS
    )


def scheduled_crowd(
    rng: np.random.Generator, repetitions: int, *, days: int = DAYS, daily: int = DAILY
) -> Crowds:
    """Simulate a crowd of which five accounts leave it to a scheduler to post at the next quarter of an hour."""
    crowds = crowd(rng, repetitions, days=days, daily=daily)
    later = -(-crowds.time // 900) * 900 + rng.integers(0, SCHEDULER_SECONDS, len(crowds.time))
    time = np.where(crowds.account < SCHEDULED, later, crowds.time)
    return observed(Crowds(crowds.repetition, crowds.account, crowds.object, time), days)


def routines(rng: np.random.Generator, repetitions: int, *, sessions: int = 3) -> Crowds:
    """Simulate accounts that look at three times of the day, give or take a quarter of an hour, and repost what is new."""
    crowds = crowd(rng, repetitions, lags=lognormal_lags(FAST))
    day, second = np.divmod(crowds.time, SECONDS_PER_DAY)
    habits = np.sort(rng.integers(6 * HOUR, 24 * HOUR, (repetitions, ACCOUNTS, sessions)), axis=2)
    habits = np.concatenate([habits, habits[..., :1] + SECONDS_PER_DAY], axis=2)
    place = (habits[crowds.repetition, crowds.account] < second[:, None]).sum(axis=1)
    start = habits[crowds.repetition, crowds.account, place]
    drawn = 900 * rng.normal(size=(repetitions, ACCOUNTS, DAYS, sessions + 1))
    late = drawn[crowds.repetition, crowds.account, day, place] + rng.exponential(120, len(day))
    time = day * SECONDS_PER_DAY + start + late.astype(np.int64)
    return observed(Crowds(crowds.repetition, crowds.account, crowds.object, time), DAYS)


def followers(rng: np.random.Generator, repetitions: int) -> Crowds:
    """Simulate a crowd in which four accounts follow a fifth and repost within a minute seven in ten of what it reposts."""
    crowds = crowd(rng, repetitions)
    led = np.repeat(np.flatnonzero(crowds.account == 0), MEMBERS - 1)
    follower = np.tile(np.arange(1, MEMBERS), len(led) // (MEMBERS - 1))
    kept = rng.random(len(led)) < PARTICIPATION
    led, follower = led[kept], follower[kept]
    copies = (
        crowds.repetition[led],
        follower,
        crowds.object[led],
        crowds.time[led] + rng.integers(5, 60, len(led)),
    )
    columns = (np.concatenate(both) for both in zip(crowds.columns, copies, strict=True))
    return observed(Crowds(*columns), DAYS)


def private_source(rng: np.random.Generator, repetitions: int, *, median: float) -> Crowds:
    """Simulate a crowd in which five accounts also repost, after a median lag in seconds, a source that nobody else does."""
    return crowd(rng, repetitions) + crowd(
        rng, repetitions, accounts=MEMBERS, daily=1, reposts=3.0, lags=lognormal_lags(median)
    )


def team(
    rng: np.random.Generator,
    repetitions: int,
    *,
    events: int,
    members: int = MEMBERS,
    outsiders: float = 0.0,
    accounts: int = 2 * ACCOUNTS,
) -> Crowds:
    """Simulate a crowd of which accounts 0 to `members` - 1 also act together, `events` times, on a day each.

    Each takes part with probability .7, and all of them within a minute, between 7 and 22 h. They repost what a mean of
    `outsiders` other accounts repost too, after lags as those of the crowd; nobody else, if 0.
    """
    shape = (repetitions, events)
    day = np.argsort(rng.random((repetitions, DAYS)), axis=1)[:, :events]
    start = day * SECONDS_PER_DAY + rng.integers(7 * HOUR, 22 * HOUR, size=shape)
    repetition, event, account = np.nonzero(rng.random((*shape, members)) < PARTICIPATION)
    time = start[repetition, event] + rng.integers(0, WITHIN + 1, len(event))
    together = Crowds(repetition, account, repetition * events + event, time)
    # The post was there before the team; as long before as that of an outsider who came at the same time.
    posted = start - slow_lags(rng, start.size).reshape(shape).astype(np.int64)
    repetition, event = np.divmod(
        np.repeat(np.arange(start.size), rng.poisson(outsiders, start.size)), events
    )
    account = rng.integers(members, accounts, len(event))
    time = posted[repetition, event] + slow_lags(rng, len(event)).astype(np.int64)
    others = Crowds(repetition, account, repetition * events + event, time)
    columns = (np.concatenate(both) for both in zip(together.columns, others.columns, strict=True))
    return crowd(rng, repetitions, accounts=accounts) + observed(Crowds(*columns), DAYS)
