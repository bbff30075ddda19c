"""Specification curves: each headline number estimated under all combinations of defensible choices.

Source: U. Simonsohn, J. P. Simmons and L. D. Nelson, Specification curve analysis, Nature Human Behaviour 4 (2020),
steps 1 and 2. Their step 3, a test of the whole curve, is left out: it shuffles single observations, but accounts come
in batches and posts in shifts. All specifications of a finding share their records, so their range is not a confidence
interval, and agreement of many is not the evidence of many.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from takedown.creation.bursts import estimate_dispersion, find_bursts, scan_bursts
from takedown.creation.concentration import coincidence_ratio, daily_counts
from takedown.posting.by_week import complete_weeks
from takedown.posting.hours import HourMatrix, hour_matrix, office_weights
from takedown.posting.office_day import waking_share
from takedown.statistics.calendar import week_number
from takedown.statistics.estimate import Estimate, finite, generator
from takedown.statistics.series_intervals import share

#: The alternative that leaves nothing out: all archives, languages, days or periods.
ALL = "all"
NO_VALUE = Estimate(float("nan"))

#: One combination of choices and its estimate.
Specification = tuple[dict, Estimate]
#: The first day of a calendar, and the count of each day from it on.
Calendar = tuple[np.datetime64, np.ndarray]


def own_first(choices: Mapping[str, Sequence], own: Mapping) -> dict[str, list]:
    """Return the choices with the study's own alternative first in each list, added if the list lacks it.

    `choices` maps the name of each choice to its alternatives. `own` maps some names to the alternative that the rest of
    the study uses; for the others it is the first of the list.

    >>> own_first({"window": ["day", "week"], "hours": [[8, 18]]}, {"hours": [9, 18]})
    {'window': ['day', 'week'], 'hours': [(9, 18), (8, 18)]}
    """

    def hashable(value: Any) -> Any:
        return tuple(value) if isinstance(value, list) else value

    return {
        name: [*dict.fromkeys(map(hashable, [own.get(name, values[0]), *values]))]
        for name, values in choices.items()
    }


def combinations(choices: Mapping[str, Sequence]) -> Iterator[dict]:
    """Yield every combination of the choices, beginning with the first alternative of each."""
    return (dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values()))


@dataclass(frozen=True)
class AccountDays:
    """Accounts by creation day: arrays of one length, the columns of workflow/sql/robustness/specification_days.sql.

    `day_cut` is utc or local, `days` (datetime64[D]) are days in that cut, and `languages` are empty if unknown.
    """

    day_cut: np.ndarray
    archives: np.ndarray
    days: np.ndarray
    languages: np.ndarray
    accounts: np.ndarray
    provenance: np.ndarray

    @classmethod
    def of(cls, columns: Mapping[str, np.ndarray]) -> "AccountDays":
        """Return the accounts from the columns of the query, as DuckDB gives them."""
        texts = {
            name: columns[name].astype(str) for name in ("day_cut", "archives", "languages", "provenance")
        }
        return cls(days=columns["days"].astype("datetime64[D]"), accounts=columns["accounts"], **texts)

    def calendar(
        self,
        *,
        last_day: str,
        first_day: str = ALL,
        day_cut: str = "utc",
        archive: str = ALL,
        language: str = ALL,
    ) -> Calendar | None:
        """Return the first creation day and the accounts of each day from it on; None without an account.

        A language includes its regions: zh takes zh-cn and zh-tw.
        """
        kept = (self.day_cut == day_cut) & (self.days <= np.datetime64(last_day))
        if first_day != ALL:
            kept &= self.days >= np.datetime64(first_day)
        if archive != ALL:
            kept &= self.archives == archive
        if language != ALL:
            kept &= (self.languages == language) | np.char.startswith(self.languages, f"{language}-")
        return daily_counts(self.days[kept], self.accounts[kept]) if kept.any() else None


def concentration_curve(
    operation: AccountDays, control: AccountDays, choices: Mapping[str, Sequence]
) -> list[Specification]:
    """Return `coincidence_ratio` of operation and control under each combination of choices.

    `language` selects accounts of the operation, since that of the control is not published; days in local time have no
    language, so the two choices are not combined. `largest_day` "left out" omits the operation's fullest day and no day
    of the control, which works against the finding. With `window` "week", Monday to Sunday, coincidence means the same
    week, and the jackknife leaves out weeks. n = days (weeks) with accounts in the smaller calendar. The value is nan if
    no two accounts of the control share a day.
    """
    return [
        (choice, _ratio_to_control(operation, control, choice))
        for choice in combinations(choices)
        if choice["day_cut"] == "utc" or choice["language"] == ALL
    ]


def _ratio_to_control(operation: AccountDays, control: AccountDays, choice: Mapping) -> Estimate:
    cut = {name: choice[name] for name in ("last_day", "first_day", "day_cut")}
    ours = operation.calendar(**cut, language=choice["language"])
    theirs = control.calendar(**cut, archive=choice["control"])
    if ours is None or theirs is None:
        return NO_VALUE
    (first, counts), (control_first, control_counts) = ours, theirs
    if choice["largest_day"] == "left out":
        counts = np.where(np.arange(len(counts)) == counts.argmax(), 0, counts)
    if choice["window"] == "week":
        counts, control_counts = by_week(first, counts), by_week(control_first, control_counts)
    if counts.sum() < 2 or control_counts.max() < 2:
        return NO_VALUE
    used = int(min(np.count_nonzero(counts), np.count_nonzero(control_counts)))
    return replace(coincidence_ratio(counts, control_counts), n=used)


def by_week(first: np.datetime64, counts: np.ndarray) -> np.ndarray:
    """Add up daily counts (days,) that begin on `first` by week, Monday to Sunday; return shape (weeks,).

    >>> by_week(np.datetime64("2019-08-17"), np.array([1, 2, 3])).tolist()
    [3, 3]
    """
    week = week_number(first + np.arange(len(counts)))
    return np.add.reduceat(counts, np.flatnonzero(np.diff(week, prepend=week[0] - 1)))


def burst_curve(
    operation: AccountDays,
    control: AccountDays,
    choices: Mapping[str, Sequence],
    repetitions: int,
    seed: int,
) -> list[Specification]:
    """Return the share of the operation's accounts that were created on its burst days; n = burst days.

    `detector` is the day test (`find_bursts`) or the scan (`scan_bursts` with `repetitions` simulated calendars, at least
    1/alpha − 1). `dispersion` is that of the control or of the operation, without its bursts at the study's own alpha.
    There is no interval: with confidence 1 − alpha no day that the day test flags is a false alarm. Equal calendars are
    tested once. The value is nan without accounts.
    """

    @cache
    def dispersion(counts: bytes, baseline_days: int) -> float:
        return estimate_dispersion(np.frombuffer(counts, np.int64), baseline_days, choices["alpha"][0])

    @cache
    def flagged(
        detector: str, counts: bytes, dispersion: float, baseline_days: int, alpha: float
    ) -> np.ndarray:
        calendar = np.frombuffer(counts, np.int64)
        found = find_bursts(calendar, dispersion, baseline_days, alpha)
        if detector == "day test":
            return found.flagged
        rng = generator(seed, "specification.burst_share", f"{baseline_days} {alpha:g}")
        return scan_bursts(calendar, found, baseline_days, repetitions, rng, alpha)[0]

    def share(choice: Mapping) -> Estimate:
        own, others = (of.calendar(last_day=choice["last_day"]) for of in (operation, control))
        source = own if choice["dispersion"] == "own" else others
        if own is None or source is None:
            return NO_VALUE
        counts, baseline_days = own[1], choice["baseline_days"]
        spread = dispersion(source[1].tobytes(), baseline_days)
        burst = flagged(choice["detector"], counts.tobytes(), spread, baseline_days, choice["alpha"])
        return Estimate(float(counts[burst].sum() / counts.sum()), n=int(np.count_nonzero(burst)))

    return [(choice, share(choice)) for choice in combinations(choices)]


@dataclass(frozen=True)
class HourlyPosts:
    """Posts by local day (datetime64[D]), hour (0–23) and language: arrays of one length; rows may repeat."""

    days: np.ndarray
    hours: np.ndarray
    languages: np.ndarray
    posts: np.ndarray

    def matrix(self, language: str) -> HourMatrix | None:
        """Return the posts of a language by day and hour; None without a post."""
        kept = self.posts > 0
        if language != ALL:
            kept &= self.languages == language
        return hour_matrix(self.days[kept], self.hours[kept], self.posts[kept]) if kept.any() else None


def office_curve(
    posts: HourlyPosts, choices: Mapping[str, Sequence], *, utc_offset_hours: float
) -> list[Specification]:
    """Return the share of posts in office hours over that of people merely awake, under each combination of choices.

    Office hours are Monday to Friday, `hours`, at the choice's own `utc_offset_hours`; people awake from 8 to 24 every
    day have a ratio of 1 (`waking_share`). `posts` are by local time at the study's `utc_offset_hours`; `period` selects
    days, and complete weeks count. Interval: that of `series_intervals.share`. n = weeks with a post. The value is nan
    without a complete week with a post, and for hours at which nobody is awake.
    """
    matrix = cache(posts.matrix)

    def ratio(choice: Mapping) -> Estimate:
        series, awake = matrix(choice["language"]), waking_share(choice["hours"])
        if series is None or not awake:
            return NO_VALUE
        taken = in_period(series.days, choice["period"])
        if not taken.any():
            return NO_VALUE
        counts = complete_weeks(series.posts[taken], int(series.weekday[taken][0]), choice["hours"])
        offset = np.array([choice["utc_offset_hours"]])
        weights = office_weights(choice["hours"], utc_offset_hours, offset)[..., 0]
        found = share((counts.posts * weights).sum(axis=(1, 2)), counts.count())
        values = (float(number) / awake for number in (found.value, found.low, found.high))
        value, low, high = map(finite, values)
        known = NO_VALUE if value is None else Estimate(value, low, high)
        return replace(known, n=counts.weeks_with_posts)

    return [(choice, ratio(choice)) for choice in combinations(choices)]


def in_period(days: np.ndarray, period: str) -> np.ndarray:
    """Return which days (booleans) lie in a period: "all", "until <day>" or "since <day>", that day included.

    >>> in_period(np.array(["2019-06-08", "2019-06-09"], "datetime64[D]"), "since 2019-06-09").tolist()
    [False, True]
    """
    if period == ALL:
        return np.ones(len(days), bool)
    side, day = period.split()
    return days <= np.datetime64(day) if side == "until" else days >= np.datetime64(day)
