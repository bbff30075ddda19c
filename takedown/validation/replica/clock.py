"""Posting times of simulated accounts: days drawn by weight, minutes drawn from the hours of a shift."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from takedown.statistics.calendar import WEEK_DAYS, weekday

MS_PER_DAY = 86_400_000


def day_number(day: str | datetime.date | np.datetime64) -> int:
    """Return a day as days since 1970.

    >>> day_number("1970-01-31")
    30
    """
    return int(np.datetime64(str(day), "D").astype(np.int64))


#: First and last day of every calendar of weights, as days since 1970.
FIRST_DAY, LAST_DAY = day_number("2006-01-01"), day_number("2030-01-01")


@dataclass(frozen=True)
class Clock:
    """Distribution of posts over local days and over the minutes of the day.

    `cumulative` [days + 1] holds the cumulative weights of the days from FIRST_DAY on, and `minutes` [clocks, 1440] the
    cumulative distribution of each named clock.
    """

    cumulative: np.ndarray
    minutes: np.ndarray
    utc_offset_hours: float

    def draw(
        self, rng: np.random.Generator, first: np.ndarray, last: np.ndarray, clock: np.ndarray
    ) -> np.ndarray:
        """Draw one instant (ms since 1970, UTC) for each element.

        `first` and `last` are local days since 1970, the last one excluded; `clock` is a row of `minutes`.
        """
        low, high = self.cumulative[first - FIRST_DAY], self.cumulative[last - FIRST_DAY]
        drawn = low + rng.random(len(first)) * (high - low)
        days = np.searchsorted(self.cumulative, drawn, side="right") - 1 + FIRST_DAY
        days = np.clip(days, first, last - 1)
        # All clocks are in one sorted array (clock number + share of the day), so that one search serves every post.
        stacked = (self.minutes + np.arange(len(self.minutes))[:, None]).ravel()
        minute = np.searchsorted(stacked, clock + rng.random(len(first)), side="right") - clock * 1440
        minute = np.minimum(minute, 1439)
        local = days * MS_PER_DAY + minute * 60_000 + rng.integers(60_000, size=len(first))
        return local - round(self.utc_offset_hours * 3_600_000)

    def expected_week(self, first: np.ndarray, last: np.ndarray, clock: np.ndarray) -> np.ndarray:
        """Return the expected posts of `draw` by local weekday (0 = Monday) and hour, shape [7, 24].

        The parameters are those of `draw`; the result sums to their length.
        """
        of_day = weekday(np.arange(FIRST_DAY, LAST_DAY))
        weights = np.where(np.arange(WEEK_DAYS)[:, None] == of_day, np.diff(self.cumulative), 0)
        before = np.concatenate([np.zeros((WEEK_DAYS, 1)), np.cumsum(weights, axis=1)], axis=1)
        days = before[:, last - FIRST_DAY] - before[:, first - FIRST_DAY]
        hours = np.diff(self.minutes[:, 59::60], axis=1, prepend=0)
        return days / days.sum(axis=0) @ hours[clock]


def make_clock(resources: dict, names: Iterable[str], role: str | None, utc_offset_hours: float) -> Clock:
    """Build the clock of a role from the named clocks of replica.yaml; without a role all days have the same weight."""
    days = np.arange(FIRST_DAY, LAST_DAY)
    weights = np.ones(len(days))
    if role is not None:
        weights = np.array(resources["weekdays"][role])[weekday(days)]
        weights = weights * _month_weights(resources["months"][role], days)
        surges = np.array(resources["surge_days"], dtype="datetime64[D]").astype(np.int64)
        weights[surges - FIRST_DAY] *= resources["surge_factor"][role]
    hours = np.array([resources["clocks"][name] for name in names], dtype=float)
    minutes = np.repeat(hours, 60, axis=1)
    return Clock(
        cumulative=np.concatenate([[0.0], np.cumsum(weights)]),
        minutes=np.cumsum(minutes, axis=1) / minutes.sum(axis=1, keepdims=True),
        utc_offset_hours=utc_offset_hours,
    )


def _month_weights(months: Mapping[str, float], days: np.ndarray) -> np.ndarray:
    starts = np.array(sorted(months), dtype="datetime64[M]").astype("datetime64[D]").astype(np.int64)
    position = np.maximum(np.searchsorted(starts, days, side="right") - 1, 0)
    return np.array([months[month] for month in sorted(months)])[position]
