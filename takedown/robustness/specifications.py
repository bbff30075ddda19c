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

from takedown.creation.burst_share import (
    draw_blocks,
    excess_of_own_bursts,
    in_largest_month,
    ruled_dispersion,
)
from takedown.creation.bursts import flag_bursts
from takedown.creation.concentration import daily_counts
from takedown.posting.by_week import complete_weeks
from takedown.posting.hours import HourMatrix, hour_matrix, office_weights
from takedown.posting.office_day import waking_share
from takedown.statistics.calendar import SATURDAY
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
    days: np.ndarray
    languages: np.ndarray
    accounts: np.ndarray
    provenance: np.ndarray

    @classmethod
    def of(cls, columns: Mapping[str, np.ndarray]) -> "AccountDays":
        """Return the accounts from the columns of the query, as DuckDB gives them."""
        texts = {name: columns[name].astype(str) for name in ("day_cut", "languages", "provenance")}
        return cls(days=columns["days"].astype("datetime64[D]"), accounts=columns["accounts"], **texts)

    def calendar(
        self,
        *,
        last_day: str,
        day_cut: str = "utc",
        language: str = ALL,
    ) -> Calendar | None:
        """Return the first creation day and the accounts of each day from it on; None without an account.

        A language includes its regions: zh takes zh-cn and zh-tw.
        """
        kept = (self.day_cut == day_cut) & (self.days <= np.datetime64(last_day))
        if language != ALL:
            kept &= (self.languages == language) | np.char.startswith(self.languages, f"{language}-")
        return daily_counts(self.days[kept], self.accounts[kept]) if kept.any() else None


def burst_curve(
    operation: AccountDays,
    control: AccountDays,
    choices: Mapping[str, Sequence],
    draws: int,
    seed: int,
) -> list[Specification]:
    """Return the operation's burst share less the control's under each combination of choices; n = its burst days.

    The dispersion is that of `ruled_dispersion`, the lower end that of `burst_share_excess` with `draws` draws, the same for
    all specifications. `language` selects accounts of the operation, since that of the control is not published; days in
    local time have no language, so the two choices are not combined. `largest_month` "left out" omits the operation's
    fullest month after the test. The value is nan without accounts in either population.
    """
    # All specifications have the same draws, by the lengths of their calendars.
    drawn: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}

    def share(choice: Mapping) -> Estimate:
        cut = {name: choice[name] for name in ("last_day", "day_cut")}
        ours, theirs = operation.calendar(**cut, language=choice["language"]), control.calendar(**cut)
        if ours is None or theirs is None:
            return NO_VALUE
        counts, control_counts = ours[1], theirs[1]
        kept = (choice["largest_month"] != "left out") | ~in_largest_month(*ours)
        baseline_days = choice["baseline_days"]
        test = (ruled_dispersion(control_counts, baseline_days), baseline_days, choice["alpha"])
        lengths = len(counts), len(control_counts)
        if lengths not in drawn:
            rng = generator(seed, "specification.burst_share_difference", "operation")
            drawn[lengths] = draw_blocks(counts, control_counts, draws, rng)
        found = excess_of_own_bursts(counts, control_counts, kept, test, drawn[lengths])
        if found.value is None:
            return NO_VALUE
        return replace(found, n=int(np.count_nonzero(flag_bursts(counts, *test) & kept)))

    return [
        (choice, share(choice))
        for choice in combinations(choices)
        if choice["day_cut"] == "utc" or choice["language"] == ALL
    ]


@dataclass(frozen=True)
class HourlyPosts:
    """Posts by local day (datetime64[D]), hour (0–23) and language: arrays of one length; rows may repeat.

    The weekend of two days begins on `weekend`, 0 for Monday.
    """

    days: np.ndarray
    hours: np.ndarray
    languages: np.ndarray
    posts: np.ndarray
    weekend: int = SATURDAY

    def matrix(self, language: str) -> HourMatrix | None:
        """Return the posts of a language by day and hour; None without a post."""
        kept = self.posts > 0
        if language != ALL:
            kept &= self.languages == language
        if not kept.any():
            return None
        return hour_matrix(self.days[kept], self.hours[kept], self.posts[kept], self.weekend)


def office_curve(
    posts: HourlyPosts, choices: Mapping[str, Sequence], *, utc_offset_hours: float
) -> list[Specification]:
    """Return the share of posts in office hours over that of people merely awake, under each combination of choices.

    Office hours are `hours` of working days at the choice's own `utc_offset_hours`; people awake from 8 to 24 every
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
