"""Simulated events of accounts on objects, for the calibration of coordination: crowds, rhythms, groups."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from takedown.statistics.calendar import SATURDAY, WEEK_DAYS

SECONDS_PER_DAY = 86_400
#: Ten weeks, Monday to Sunday.
DAYS = 70
ACCOUNTS = 20
#: Share of a weekday's events on a day of the weekend.
WEEKEND = 0.2
#: Lags of reposts after the post, as those of the replica's control: median in seconds, standard deviation of the log.
LAG_MEDIAN, LAG_SPREAD = 45 * 60, 1.3


@dataclass(frozen=True)
class Crowds:
    """Events of many data sets in arbitrary order, as arrays of equal length.

    `repetition` numbers the data sets, `account` the accounts of each data set from 0, and `object` the objects of all
    data sets. `time` is in whole seconds from the local midnight of the first day.
    """

    repetition: np.ndarray
    account: np.ndarray
    object: np.ndarray
    time: np.ndarray

    @property
    def columns(self) -> tuple[np.ndarray, ...]:
        """All arrays, in the order of the fields."""
        return self.repetition, self.account, self.object, self.time

    def taken(self, rows: np.ndarray) -> "Crowds":
        """Return the events at some places."""
        return Crowds(*(values[rows] for values in self.columns))

    def __add__(self, other: "Crowds") -> "Crowds":
        """Return the events of both; they share no object."""
        others = other.object + int(self.object.max(initial=-1)) + 1
        columns = zip(self.columns, (other.repetition, other.account, others, other.time), strict=True)
        return Crowds(*map(np.concatenate, columns))


def office_hours(
    rng: Generator,
    repetitions: int,
    *,
    accounts: int = ACCOUNTS,
    days: int = DAYS,
    daily: float = 3.0,
    objects: int = 3,
) -> Crowds:
    """Simulate independent accounts that keep office hours and post on the popular objects of the day.

    `daily` is the mean number of events of an account on a weekday; accounts vary around it (log-normal, .7). Each day
    has `objects` objects of its own, with popularity by Zipf's law.
    """
    activity = daily * rng.lognormal(-0.245, 0.7, (repetitions, accounts, 1))
    weekend = np.where(np.arange(days) % WEEK_DAYS >= SATURDAY, WEEKEND, 1)
    repetition, account, day = np.nonzero(counts := rng.poisson(activity * weekend))
    repeated = counts[repetition, account, day]
    repetition, account, day = (np.repeat(values, repeated) for values in (repetition, account, day))
    popularity = 1 / (1 + np.arange(objects))
    drawn = rng.choice(objects, len(day), p=popularity / popularity.sum())
    time = day * SECONDS_PER_DAY + office_second(rng, len(day))
    return Crowds(repetition, account, (repetition * days + day) * objects + drawn, time)


def cascades(
    rng: Generator,
    repetitions: int,
    *,
    accounts: int = ACCOUNTS,
    days: int = DAYS,
    daily: int = 4,
    mean_size: float = 6.0,
    lag_median: float = LAG_MEDIAN,
    uneven: float = 0.0,
) -> Crowds:
    """Simulate a crowd: accounts repost posts of others, made at any hour, after log-normal lags.

    There are `daily` posts a day. Each is reposted `mean_size` times on average (geometric) by accounts of unequal
    activity (log-normal, .7), with median lag `lag_median` in seconds. `uneven` is the log standard deviation of the speed
    of days and of accounts.
    """
    posts = repetitions * days * daily
    origin = rng.integers(SECONDS_PER_DAY, size=posts) + np.arange(posts) // daily % days * SECONDS_PER_DAY
    object = np.repeat(np.arange(posts), rng.poisson(rng.exponential(mean_size, posts)))
    repetition = object // (daily * days)
    activity = np.cumsum(rng.lognormal(0, 0.7, (repetitions, accounts)), axis=1)
    # One sorted array for all data sets: that of data set r lies between r and r + 1.
    chances = (activity / activity[:, -1:] + np.arange(repetitions)[:, None]).ravel()
    account = np.searchsorted(chances, repetition + rng.random(len(object)), side="right")
    account = np.minimum(account - repetition * accounts, accounts - 1)
    speed = LAG_SPREAD * rng.normal(size=len(object))
    speed += uneven * rng.normal(size=posts // daily)[object // daily]
    speed += uneven * rng.normal(size=(repetitions, accounts))[repetition, account]
    time = origin[object] + (lag_median * np.exp(speed)).astype(np.int64)
    # Events after the last day are not observed.
    seen = time < days * SECONDS_PER_DAY
    return Crowds(repetition[seen], account[seen], object[seen], time[seen])


@dataclass(frozen=True)
class Encounters:
    """Days on which two accounts of a data set were near each other in time, as arrays of equal length.

    `account_a` < `account_b`; `day` counts from 0; `part` numbers parts of the day, each twice as long as the nearness;
    `difference` is the difference of the two times, b − a, in seconds. Ordered by data set, accounts and day.
    """

    repetition: np.ndarray
    account_a: np.ndarray
    account_b: np.ndarray
    day: np.ndarray
    difference: np.ndarray
    part: np.ndarray

    @property
    def columns(self) -> tuple[np.ndarray, ...]:
        """All arrays, in the order of the fields."""
        return self.repetition, self.account_a, self.account_b, self.day, self.difference, self.part


#: (generator, data sets) → events.
Simulate = Callable[[Generator, int], Crowds]


def find_acts(crowds: Crowds, near: int) -> Crowds:
    """Return the events without the repeats by one account on one object within 2 · `near` seconds of its last event."""
    order = np.lexsort((crowds.time, crowds.account, crowds.object))
    goes_on = np.diff(crowds.time[order]) <= 2 * near
    for values in (crowds.object, crowds.account):
        goes_on &= np.diff(values[order]) == 0
    return crowds.taken(order[np.concatenate([[True], ~goes_on])[: len(order)]])


def close_pairs(acts: Crowds, object: np.ndarray, within: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of two acts by different accounts on one `object` at most `within` seconds apart.

    Two arrays of one element for each pair of acts: the earlier and the later act.
    """
    order = np.lexsort((acts.time, object))
    account, object, time = acts.account[order], object[order], acts.time[order]
    earlier, later = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for apart in range(1, len(order)):
        close = (object[apart:] == object[:-apart]) & (time[apart:] - time[:-apart] <= within)
        if not close.any():
            break
        rows = np.flatnonzero(close & (account[apart:] != account[:-apart]))
        earlier.append(order[rows])
        later.append(order[rows + apart])
    return np.concatenate(earlier), np.concatenate(later)


def find_encounters(crowds: Crowds, near: int) -> Encounters:
    """Return the encounters of all data sets, by the rules of workflow/sql/coordination/evidence.

    Two accounts meet when they act on one object at most `near` seconds apart; the day is that of the first account.
    Of several encounters on a day the one on the rarest object counts.
    """
    acts = find_acts(crowds, near)
    repetition, account, object, time = acts.columns
    rows = close_pairs(acts, object, near)
    swapped = account[rows[0]] > account[rows[1]]
    one, other = np.where(swapped, rows[::-1], rows)
    popularity = np.bincount(object)[object[one]]
    columns = [repetition[one], account[one], account[other], time[one] // SECONDS_PER_DAY]
    order = np.lexsort((time[one], object[one], popularity, *columns[::-1]))
    part = time[one] % SECONDS_PER_DAY // (2 * near)
    columns = [values[order] for values in (*columns, time[other] - time[one], part)]
    first = np.ones(len(order), bool)
    first[1:] = np.any([np.diff(values) != 0 for values in columns[:4]], axis=0)
    return Encounters(*(values[first] for values in columns))


def by_the_clock(rng: Generator, repetitions: int) -> Crowds:
    """Simulate independent accounts that post on one object daily, each around a time of its own (standard deviation 20 s)."""
    shape = (repetitions, ACCOUNTS, DAYS)
    repetition, account, day = (axis.ravel() for axis in np.indices(shape))
    at = office_second(rng, shape[:2])[..., None] + 20 * rng.normal(size=shape)
    return Crowds(repetition, account, repetition, day * SECONDS_PER_DAY + at.astype(np.int64).ravel())


def office_second(rng: Generator, shape: int | tuple[int, ...]) -> np.ndarray:
    """Draw seconds of the day around 11:00 (six in ten) and 15:00, with a standard deviation of an hour and a half."""
    peak = np.where(rng.random(shape) < 0.6, 11, 15)
    hour = np.clip(peak + 1.5 * rng.normal(size=shape), 0, 22)
    return (hour * 3600).astype(np.int64)
