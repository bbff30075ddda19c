"""Every defensible way to each headline number: all combinations of the choices, each with its estimate.

Source: U. Simonsohn, J. P. Simmons and L. D. Nelson, Specification curve analysis, Nature Human Behaviour 4
(2020), steps 1 and 2. Their third step, a test of the whole curve, is left out: it shuffles single observations,
and here accounts come in batches and posts in shifts. All specifications of a finding share their records, so
their range is no interval and many that agree are not many pieces of evidence.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from takedown.creation import bursts
from takedown.creation import concentration as creation
from takedown.posting import hours as posting
from takedown.statistics.calendar import week_number
from takedown.statistics.estimate import Estimate, generator

#: The choice that takes everything: all archives, languages, days or periods.
ALL = "all"
NO_VALUE = Estimate(float("nan"))

#: One combination of choices and what it gives.
Specification = tuple[dict, Estimate]
#: The first day of a calendar, and one count for every day from it on.
Calendar = tuple[np.datetime64, np.ndarray]


def own_first(choices: Mapping[str, Sequence], own: Mapping) -> dict[str, list]:
    """Return the choices with the study's own first in each list, added where the list lacks it.

    `choices` maps the name of each choice to its alternatives, `own` some names to what the rest of the study
    uses; where `own` is silent the first alternative is the study's own. The first combination is then too.
    """
    return {
        name: list(dict.fromkeys([_hashable(own.get(name, values[0])), *map(_hashable, values)]))
        for name, values in choices.items()
    }


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def combinations(choices: Mapping[str, Sequence]) -> Iterator[dict]:
    """Yield every combination of the choices, the first of each list first."""
    return (dict(zip(choices, values, strict=True)) for values in itertools.product(*choices.values()))


@dataclass(frozen=True)
class AccountDays:
    """Accounts by creation day, arrays of one length: workflow/sql/robustness/specification_days.sql.

    `day_cut` is utc or local; `days` (datetime64[D]) are days in that cut; `languages` are empty where unknown.
    """

    day_cut: np.ndarray
    archives: np.ndarray
    days: np.ndarray
    languages: np.ndarray
    accounts: np.ndarray
    provenance: np.ndarray

    @classmethod
    def of(cls, columns: Mapping[str, np.ndarray]) -> "AccountDays":
        """Return the accounts of a query's columns, which are named as the arrays."""
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
        """Return the first day and one count for every day to the last; None without an account.

        A language stands for its regions too: zh takes zh-cn and zh-tw.
        """
        kept = (self.day_cut == day_cut) & (self.days <= np.datetime64(last_day))
        if first_day != ALL:
            kept &= self.days >= np.datetime64(first_day)
        if archive != ALL:
            kept &= self.archives == archive
        if language != ALL:
            kept &= (self.languages == language) | np.char.startswith(self.languages, f"{language}-")
        return creation.daily_counts(self.days[kept], self.accounts[kept]) if kept.any() else None


def concentration_curve(
    operation: AccountDays, control: AccountDays, choices: Mapping[str, Sequence]
) -> list[Specification]:
    """Return `creation.coincidence_ratio` of operation and control under each combination of choices.

    `language` picks accounts of the operation, since that of the control is not published; a local day cut has
    no languages, so the two are not combined. `largest_day` "left out" takes the operation's fullest day away and
    none of the control's, against the finding. With `window` week, Monday to Sunday, the week is what accounts
    share and what the jackknife leaves out. n = days (weeks) with accounts in the smaller calendar; nan where the
    control has no two accounts on one day.
    """
    found = []
    for choice in combinations(choices):
        if choice["day_cut"] != "utc" and choice["language"] != ALL:
            continue
        cut = {name: choice[name] for name in ("last_day", "first_day", "day_cut")}
        calendars = (
            operation.calendar(**cut, language=choice["language"]),
            control.calendar(**cut, archive=choice["control"]),
        )
        found.append((choice, _coincidence_ratio(*calendars, choice)))
    return found


def _coincidence_ratio(
    calendar: Calendar | None, control_calendar: Calendar | None, choice: Mapping
) -> Estimate:
    if calendar is None or control_calendar is None:
        return NO_VALUE
    first, counts = calendar
    if choice["largest_day"] == "left out":
        counts = np.where(np.arange(len(counts)) == counts.argmax(), 0, counts)
    control_first, control_counts = control_calendar
    if choice["window"] == "week":
        counts, control_counts = by_week(first, counts), by_week(control_first, control_counts)
    if counts.sum() < 2 or control_counts.max() < 2:
        return NO_VALUE
    used = int(min(np.count_nonzero(counts), np.count_nonzero(control_counts)))
    return replace(creation.coincidence_ratio(counts, control_counts), n=used)


def by_week(first: np.datetime64, counts: np.ndarray) -> np.ndarray:
    """Add up daily counts (shape [days]) that start on `first` by week, Monday to Sunday (shape [weeks])."""
    week = week_number(first + np.arange(len(counts)))
    return np.add.reduceat(counts, np.flatnonzero(np.diff(week, prepend=week[0] - 1)))


def burst_curve(
    operation: AccountDays,
    control: AccountDays,
    choices: Mapping[str, Sequence],
    repetitions: int,
    seed: int,
) -> list[Specification]:
    """Return the share of the operation's accounts that were made on its burst days; n = burst days.

    `detector` is the day test (`bursts.find_bursts`) or the scan (`bursts.scan_bursts`, `repetitions` simulated
    calendars, at least 1/alpha − 1); `dispersion` that of the control or the operation's own, either trimmed of
    its bursts at the study's own alpha. No interval: with confidence 1 − alpha no flagged day of the day test is a
    false alarm, and no effect is no burst day. Equal calendars are tested once. nan without accounts.
    """

    @cache
    def dispersion(counts: bytes, baseline_days: int) -> float:
        return bursts.estimate_dispersion(np.frombuffer(counts, np.int64), baseline_days, choices["alpha"][0])

    @cache
    def flagged(
        detector: str, counts: bytes, dispersion: float, baseline_days: int, alpha: float
    ) -> np.ndarray:
        calendar = np.frombuffer(counts, np.int64)
        found = bursts.find_bursts(calendar, dispersion, baseline_days, alpha)
        if detector == "day test":
            return found.flagged
        rng = generator(seed, "specification.burst_share", f"{baseline_days} {alpha:g}")
        return bursts.scan_bursts(calendar, found, baseline_days, repetitions, rng, alpha)[0]

    found = []
    for choice in combinations(choices):
        calendars = {
            "own": operation.calendar(last_day=choice["last_day"]),
            "control": control.calendar(last_day=choice["last_day"]),
        }
        source = calendars[choice["dispersion"]]
        if calendars["own"] is None or source is None:
            found.append((choice, NO_VALUE))
            continue
        counts, baseline_days = calendars["own"][1], choice["baseline_days"]
        spread = dispersion(source[1].tobytes(), baseline_days)
        burst = flagged(choice["detector"], counts.tobytes(), spread, baseline_days, choice["alpha"])
        share = float(counts[burst].sum() / counts.sum())
        found.append((choice, Estimate(share, n=int(np.count_nonzero(burst)))))
    return found


@dataclass(frozen=True)
class PostHours:
    """Posts by local day (datetime64[D]), hour (0–23) and language, arrays of one length; rows may repeat."""

    days: np.ndarray
    hours: np.ndarray
    languages: np.ndarray
    posts: np.ndarray

    def years(self) -> range:
        """Return the years from the first day to the last; none without a day."""
        years = self.days.astype("datetime64[Y]").astype(np.int64) + 1970
        return range(years.min(), years.max() + 1) if len(years) else range(0)

    def matrix(self, language: str, day_start_hour: int) -> tuple[posting.HourMatrix, np.ndarray] | None:
        """Return the posts in days that begin at `day_start_hour`, hour 0 of the matrix; None without a post.

        With the matrix comes which of its hours (booleans, [days, 24]) lie between the first and the last calendar
        day with a post: a day that begins late leaves parts of days at either end.
        """
        kept = self.posts > 0
        if language != ALL:
            kept &= self.languages == language
        if not kept.any():
            return None
        day = self.days[kept].astype("datetime64[D]").astype(np.int64)
        late_day, late_hour = np.divmod(
            posting.HOURS * day + self.hours[kept] - day_start_hour, posting.HOURS
        )
        matrix = posting.hour_matrix(late_day.astype("datetime64[D]"), late_hour, self.posts[kept])
        since_first = posting.HOURS * (matrix.first_day.astype(np.int64) - day.min()) + day_start_hour
        hour = since_first + np.arange(matrix.posts.size).reshape(matrix.posts.shape)
        return matrix, (hour >= 0) & (hour < posting.HOURS * (day.max() - day.min() + 1))


def office_curve(
    posts: PostHours,
    choices: Mapping[str, Sequence],
    *,
    utc_offset_hours: float,
    special_days: np.ndarray,
) -> list[Specification]:
    """Return the posting rate in office hours over that of all other hours under each combination of choices.

    Posts per hour inside Monday to Friday, `hours`, at `utc_offset_hours` of the choice, over posts per hour
    outside, both counted over the days that are taken: 1 is even posting, whatever the hours are. `posts` are
    by local time at the study's `utc_offset_hours`; `day_start_hour` says when a day begins, for the days that
    are taken and for the `block`, a week or a day, that `posting.week_interval` leaves out (n = blocks).
    `special_days` (datetime64[D]) are not taken where `days` is "ordinary". nan without a post outside.
    """

    @cache
    def matrix(language: str, day_start_hour: int) -> tuple[posting.HourMatrix, np.ndarray] | None:
        return posts.matrix(language, day_start_hour)

    @cache
    def weights(hours: tuple[int, int], offset: float, day_start_hour: int) -> np.ndarray:
        # A day that begins later is the calendar day of a clock that is as much behind.
        return posting.office_weights(hours, utc_offset_hours - day_start_hour, np.array([offset]))[..., 0]

    found = []
    for choice in combinations(choices):
        start = choice["day_start_hour"]
        hours = matrix(choice["language"], start)
        estimate = NO_VALUE
        if hours is not None:
            calendar = hours[0].first_day + np.arange(len(hours[0].posts))
            taken = in_period(calendar, choice["period"])
            if choice["days"] == "ordinary":
                taken &= ~np.isin(calendar, special_days)
            office = weights(choice["hours"], choice["utc_offset_hours"], start)
            estimate = _office_rate_ratio(*hours, taken, office, choice["block"])
        found.append((choice, estimate))
    return found


def in_period(days: np.ndarray, period: str) -> np.ndarray:
    """Return which days lie in a period: "all", "until 2019-06-08" or "since 2019-06-09", that day included."""
    if period == ALL:
        return np.ones(len(days), bool)
    side, day = period.split()
    return days <= np.datetime64(day) if side == "until" else days >= np.datetime64(day)


def _office_rate_ratio(
    matrix: posting.HourMatrix, known: np.ndarray, taken: np.ndarray, weights: np.ndarray, block: str
) -> Estimate:
    weights = weights[matrix.weekday[taken]]
    posts, known = matrix.posts[taken], known[taken]
    office, total = (posts * weights).sum(axis=1), posts.sum(axis=1)
    office_hours = (known * weights).sum()
    blocks = matrix.week[taken] if block == "week" else np.arange(len(posts))
    _, place = np.unique(blocks[total > 0], return_inverse=True)
    part = np.bincount(place, weights=office[total > 0])
    rest = np.bincount(place, weights=(total - office)[total > 0])
    if not office_hours or not rest.sum():
        return replace(NO_VALUE, n=len(rest))
    scale = (known.sum() - office_hours) / office_hours
    low, high = posting.week_interval(part, rest)
    ratio = Estimate(float(scale * part.sum() / rest.sum()), n=len(rest))
    if not np.isfinite([low, high]).all():
        return ratio
    return replace(ratio, low=float(scale * low), high=float(scale * high))
