"""How posts spread over the hours of the day, on working days and at weekends."""

from dataclasses import dataclass

import numpy as np

from takedown.statistics.calendar import SATURDAY, weekday

HOURS = 24


@dataclass(frozen=True)
class HourProfile:
    """Posting rate by local hour, 24 numbers each; 1 is the series' mean hour, NaN where no such day is."""

    working_days: np.ndarray
    weekend: np.ndarray
    posts: int


def hour_profile(days: np.ndarray, hours: np.ndarray, posts: np.ndarray) -> HourProfile | None:
    """Return the posting rate of each local hour, on Monday to Friday and at weekends; None without a post.

    `days` (datetime64[D], local), `hours` (0–23) and `posts` have one length. A rate is posts divided by days
    of that kind, over the posts of a mean hour; every day from the first to the last counts, with or without
    a post.
    """
    days, posts = days.astype("datetime64[D]"), np.asarray(posts, float)
    total = posts.sum()
    if total == 0:
        return None
    calendar = np.arange(days.min(), days.max() + 1)
    at_work = weekday(days) < SATURDAY
    mean_hour = total / (len(calendar) * HOURS)

    def rates(kept: np.ndarray, day_count: int) -> np.ndarray:
        sums = np.bincount(hours[kept], weights=posts[kept], minlength=HOURS)
        return sums / day_count / mean_hour if day_count else np.full(HOURS, np.nan)

    working_days = int((weekday(calendar) < SATURDAY).sum())
    return HourProfile(
        rates(at_work, working_days), rates(~at_work, len(calendar) - working_days), int(total)
    )
