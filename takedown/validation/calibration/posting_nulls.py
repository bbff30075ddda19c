"""Simulated posts by day and hour with the real weekly volumes: series whose hours drift, and people who are merely awake.

Every null has the calendar and the posts of each week of the published series of September 2019: half of the posts
lie in four of 18 weeks. Days share out the posts of their week at random. Each function returns many data sets at once: the
first axis of an array is the repetition.
"""

import csv
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.special import logit

from takedown.core.paths import RESOURCES
from takedown.posting.hours import HourMatrix, hour_matrix
from takedown.statistics.calendar import SATURDAY
from takedown.validation.calibration.nulls import HOURS, Parts, drift, hour_probabilities

#: The drift of the log odds of office hours (9 to 18) on weekdays of the published series: its middle, standard deviation
#: and parts by maximum likelihood, posts binomial around it. The tests fit it again.
FITTED_MIDDLE, FITTED_SPREAD = 3.3, 1.95
FITTED: Parts = ((0.23, 0.0), (0.77, 0.87))
OFFICE = (9, 18)
#: Accounts of a crowd of few, the hours at which they get up, hours that they are awake, and how uneven they are.
FEW, RISING, AWAKE_HOURS, UNEVEN_ACCOUNTS = 20, (6, 7, 8, 9, 10), 16, 1.5
#: Part of its weeks in which such an account posts.
ACTIVE_WEEKS = 0.3


@dataclass(frozen=True)
class Null:
    """How a population posts: when on a weekday, how much at weekends, and how that varies from day to day.

    `hours` are the chances of the 24 hours; None takes those of the published series on weekdays, with `middle` as log
    odds of office hours where it is given. `weekend` is the mean posts of a weekend day per weekday, `uneven` the standard
    deviation of the logarithm of a day's posts within its week. The log odds of the `drifting` hours drift with standard
    deviation `spread`, correlated by `parts`. `later` moves all of it to a zone so many hours behind. Instead of `hours`,
    `step` (hours) makes the clock of the day a random walk, and `few` takes those of a few uneven accounts.
    """

    hours: tuple[float, ...] | None = None
    middle: float | None = None
    weekend: float = 1.0
    uneven: float = 0.5
    spread: float = 0.0
    parts: Parts = FITTED
    drifting: tuple[int, int] = OFFICE
    later: int = 0
    step: float | None = None
    few: bool = False


@cache
def published_series() -> HourMatrix:
    """Return the published posts by local day and hour, both languages together."""
    with (RESOURCES / "published/posting_by_hour.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [np.array([row[name] for row in rows]) for name in ("date_hkt", "hour_hkt", "tweets")]
    return hour_matrix(columns[0], columns[1].astype(int), columns[2].astype(int))


def published_volume() -> np.ndarray:
    """Return the posts of each day of the published series, half of which lie in four of 18 weeks."""
    return published_series().posts.sum(axis=1)


@cache
def weekday_hours(middle: float | None = None) -> tuple[float, ...]:
    """Return the chances of the 24 hours on weekdays of the published series, with the log odds of office hours given."""
    series = published_series()
    hours = series.posts[series.weekday < SATURDAY].sum(axis=0).astype(float)
    inside = np.zeros(HOURS, bool)
    inside[slice(*OFFICE)] = True
    if middle is not None:
        hours[inside] *= np.exp(middle - logit(hours[inside].sum() / hours.sum()))
    return tuple((hours / hours.sum()).tolist())


def awake(first: int, end: int, evening: float = 1.0) -> tuple[float, ...]:
    """Return the chances of the hours of people awake from `first` to `end`, who post `evening` times as much from 19 h on."""
    hour = np.arange(HOURS)
    hours = ((hour >= first) & (hour < end)) * np.where(hour >= 19, evening, 1.0)
    return tuple((hours / hours.sum()).tolist())


def mixed_zones(*later: int) -> tuple[float, ...]:
    """Return the chances of the hours of equally many people in zones so many hours behind, awake from 8 to 24 there."""
    return tuple(np.mean([np.roll(awake(8, 24), hours) for hours in later], axis=0).tolist())


def simulated_posts(rng: np.random.Generator, repetitions: int, null: Null) -> np.ndarray:
    """Simulate posts by day and hour on the days of the published series, shape [repetitions, days, 24]."""
    return rng.multinomial(
        day_posts(rng, repetitions, null.weekend, null.uneven), hour_chances(rng, repetitions, null)
    )


def expected_posts(rng: np.random.Generator, repetitions: int, null: Null) -> np.ndarray:
    """Return the mean of that many simulations, shape [days, 24], of which the numbers are the population's."""
    posts = day_posts(rng, repetitions, null.weekend, null.uneven)
    if null.step is not None:
        # A walk around the clock is at any hour alike.
        return posts.mean(axis=0)[:, None] * np.full(HOURS, 1 / HOURS)
    return np.einsum("rd,rdh->dh", posts, hour_chances(rng, repetitions, null)) / repetitions


def day_posts(rng: np.random.Generator, repetitions: int, weekend: float, uneven: float) -> np.ndarray:
    """Simulate the posts of each day, shape [repetitions, days]; each week has as many as it really had."""
    series = published_series()
    days = len(series.posts)
    level = np.exp(uneven * drift(rng, repetitions, days, FITTED))
    level *= np.where(series.weekday >= SATURDAY, weekend, 1)
    posts = np.empty(level.shape, np.int64)
    for week, total in enumerate(series.by_week(series.posts.sum(axis=1)).tolist()):
        own = series.week == week
        posts[:, own] = rng.multinomial(total, level[:, own] / level[:, own].sum(axis=1, keepdims=True))
    return posts


def hour_chances(rng: np.random.Generator, repetitions: int, null: Null) -> np.ndarray:
    """Simulate the chance of each hour on each day, shape [repetitions, days, 24]."""
    size = repetitions, len(published_series().posts)
    if null.few:
        return _hours_of_few(rng, repetitions)
    if null.step is not None:
        walk = rng.uniform(0, HOURS, (repetitions, 1)) + np.cumsum(rng.normal(0, null.step, size), axis=1)
        return hour_probabilities((walk + HOURS / 2) % HOURS - HOURS / 2)
    hours = weekday_hours(null.middle) if null.hours is None else null.hours
    chances = np.broadcast_to(np.array(hours), (*size, HOURS)).copy()
    if null.spread:
        chances[..., slice(*null.drifting)] *= np.exp(null.spread * drift(rng, *size, null.parts))[..., None]
        chances /= chances.sum(axis=2, keepdims=True)
    return np.roll(chances, null.later, axis=2)


def _hours_of_few(rng: np.random.Generator, repetitions: int) -> np.ndarray:
    """Simulate the chances of the hours of `FEW` accounts that get up at one of `RISING` and post in some weeks only."""
    series = published_series()
    size = repetitions, int(series.week[-1]) + 1, FEW
    activity = np.exp(UNEVEN_ACCOUNTS * rng.normal(size=(repetitions, 1, FEW)))
    # An account posts a little in its quiet weeks, so that no week is without a post.
    weight = activity * np.maximum(rng.random(size) < ACTIVE_WEEKS, 0.01)
    rises = rng.integers(len(RISING), size=(repetitions, FEW))
    by_rise = np.einsum("rwa,rak->rwk", weight, np.eye(len(RISING))[rises])
    hours = np.array([np.roll(awake(0, AWAKE_HOURS), rise) for rise in RISING])
    chances = by_rise @ hours / by_rise.sum(axis=2, keepdims=True)
    return chances[:, series.week]
