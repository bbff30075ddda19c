"""When an archive posts: working day, week and clock, from counts by local day and hour.

The unit of evidence is the day, or the week where the weekly pattern matters: posts of one day are written in the same few
shifts and are far from independent.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from takedown.statistics import circular
from takedown.statistics.calendar import SATURDAY, WEEK_DAYS, week_number, weekday
from takedown.statistics.estimate import Ends, Estimate, finite

HOURS = 24
HOUR_CENTRES = np.arange(HOURS) + 0.5
LUNCH_HOURS = (12, 13)
AROUND_LUNCH_HOURS = (10, 11, 14, 15)
#: Logarithm of the largest ratio of weekend to weekdays that is computed; larger ones are reported as this one.
LARGEST_LOG_RATIO = 30.0
#: UTC offsets that are tried: the half hours from −12 to +14, in which all but a few small zones fall.
UTC_OFFSETS = np.arange(-24, 29) / 2
SLOTS_PER_HOUR = 4
#: Repetitions that are drawn at a time, so that memory stays small.
CHUNK = 250


@dataclass(frozen=True)
class HourMatrix:
    """Posts by local day and hour: `first_day` (datetime64[D]) and `posts`, integers of shape [days, 24]."""

    first_day: np.datetime64
    posts: np.ndarray

    @property
    def last_day(self) -> np.datetime64:
        """Last local day."""
        return self.first_day + len(self.posts) - 1

    @property
    def days(self) -> np.ndarray:
        """Each local day (datetime64[D])."""
        return self.first_day + np.arange(len(self.posts))

    @property
    def weekday(self) -> np.ndarray:
        """Weekday of each day, 0 is Monday."""
        return weekday(self.days)

    @property
    def week(self) -> np.ndarray:
        """Number of each day's week, Monday to Sunday, from 0."""
        week = week_number(self.days)
        return week - week[0]

    def by_week(self, values: np.ndarray) -> np.ndarray:
        """Add up values of days (shape [days, ...]) by week (shape [weeks, ...])."""
        return np.add.reduceat(values, np.flatnonzero(np.diff(self.week, prepend=-1)), axis=0)


def hour_matrix(days: np.ndarray, hours: np.ndarray, posts: np.ndarray) -> HourMatrix:
    """Build the matrix of local days and hours, with zeros for days without a post.

    `days` (datetime64), `hours` (0 to 23) and `posts` have one length, any order, and may repeat (languages).
    Raises ValueError without a post.
    """
    days, hours, posts = np.asarray(days, "datetime64[D]"), np.asarray(hours), np.asarray(posts, np.int64)
    days, hours, posts = days[posts > 0], hours[posts > 0], posts[posts > 0]
    if len(days) == 0:
        raise ValueError("a posting clock needs at least one post")
    first = days.min()
    matrix = np.zeros(((days.max() - first).astype(np.int64) + 1, HOURS), np.int64)
    np.add.at(matrix, ((days - first).astype(np.int64), hours), posts)
    return HourMatrix(first, matrix)


def hour_rates(matrix: HourMatrix) -> tuple[np.ndarray, np.ndarray]:
    """Return the posting rate by local hour, shape [24], on Monday to Friday and at weekends; NaN without such a day.

    The rate is posts by day of that kind over the posts of the series' mean hour, days without a post included.
    """
    weekend = matrix.weekday >= SATURDAY
    mean_hour = matrix.posts.sum() / matrix.posts.size

    def rates(days: np.ndarray) -> np.ndarray:
        if not days.any():
            return np.full(HOURS, np.nan)
        return matrix.posts[days].sum(axis=0) / days.sum() / mean_hour

    return rates(~weekend), rates(weekend)


def resample(
    blocks: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    repetitions: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw whole blocks (rows) with replacement and return `statistic` of the resampled rows' sum.

    `blocks` has the shape [blocks, columns]; `statistic` maps a sum over rows [columns] to a vector. Returns
    [repetitions, vector]. Source: B. Efron and R. Tibshirani, An Introduction to the Bootstrap (1993), chapter
    8: the independent block, here a day or a week, is resampled. The draws are those of `arch.bootstrap.IIDBootstrap`,
    which the tests compare and which takes two seconds to import.
    """
    blocks = np.asarray(blocks, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        replicates = np.empty((repetitions, len(statistic(blocks.sum(axis=0)))))
        for replicate in replicates:
            drawn = rng.integers(len(blocks), size=len(blocks))
            replicate[:] = statistic(blocks[drawn].sum(axis=0))
    return replicates


def percentile_interval(replicates: np.ndarray, confidence: float = 0.95) -> Ends:
    """Return the central range of bootstrap replicates; (None, None) where a resample had no value."""
    if len(replicates) == 0 or not np.isfinite(replicates).all():
        return None, None
    tail = (1 - confidence) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return float(low), float(high)


def office_weights(
    office_hours: tuple[int, int], utc_offset_hours: float, utc_offsets: np.ndarray
) -> np.ndarray:
    """Return, by local weekday and hour, the part of an hour that is office time at each UTC offset tried.

    Shape [7, 24, offsets], values 0 to 1. The local hour is that at `utc_offset_hours`; office time is Monday to
    Friday, from the first to before the second of `office_hours`. Posts of an hour are taken as spread evenly over it.
    Raises ValueError if an offset is not a multiple of a quarter of an hour.

    >>> office_weights((9, 18), 8, np.array([7.5]))[0, [8, 9, 18], 0].tolist()
    [0.0, 0.5, 0.5]
    """
    shift = (np.asarray(utc_offsets, float) - utc_offset_hours) * SLOTS_PER_HOUR
    if (shift != np.round(shift)).any():
        raise ValueError("UTC offsets are multiples of a quarter of an hour")
    slots = 7 * HOURS * SLOTS_PER_HOUR
    slot = (np.arange(slots)[:, None] + shift.astype(np.int64)) % slots
    weekday, hour = slot // (HOURS * SLOTS_PER_HOUR), slot // SLOTS_PER_HOUR % HOURS
    office = (weekday < SATURDAY) & (hour >= office_hours[0]) & (hour < office_hours[1])
    return office.reshape(7, HOURS, SLOTS_PER_HOUR, -1).mean(axis=2)


def week_interval(part: np.ndarray, rest: np.ndarray, confidence: float = 0.95) -> np.ndarray:
    """Return both ends of an interval for the ratio of two totals, shape [2] or [2, k]; each week is left out once.

    `part` and `rest` hold one number for each week (shape [weeks]) or several in columns ([weeks, k]). Jackknife of the
    log ratio with Student's t on weeks − 1 degrees of freedom, since a series has few weeks and a percentile bootstrap of
    a dozen blocks is too narrow. The ends are NaN for fewer than two weeks. Source: B. Efron and R. Tibshirani, An
    Introduction to the Bootstrap (1993), chapter 11.
    """
    weeks = len(part)
    if weeks < 2:
        return np.full((2, *part.shape[1:]), np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(part.sum(axis=0) / rest.sum(axis=0))
        left_out = np.log((part.sum(axis=0) - part) / (rest.sum(axis=0) - rest))
        error = np.sqrt((weeks - 1) / weeks * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    half = stdtrit(weeks - 1, (1 + confidence) / 2) * error
    return np.exp([value - half, value + half])


@dataclass(frozen=True)
class OfficeProfile:
    """Office share at the study's own UTC offset and, for each of `UTC_OFFSETS`, `shares` and `compatible`.

    `best` carries the offset with the largest share and the ends of the run of compatible offsets around it.
    """

    office_share: Estimate
    shares: np.ndarray
    compatible: np.ndarray
    best: Estimate


def office_profile(
    matrix: HourMatrix, office_hours: tuple[int, int], utc_offset_hours: float, confidence: float = 0.95
) -> OfficeProfile:
    """Measure the share of posts in office hours at the study's UTC offset and at all others.

    The unit of evidence is the week; the interval of a share is the `week_interval` of its odds. An offset is compatible
    with the best one if its share lies within the interval of the best one's share. This range is wider than that of a
    paired comparison, which would need the office day to the hour: an office that opens an hour later cannot be
    distinguished from an offset one hour less. Of equally good offsets the first is reported.
    """
    offsets = np.append(UTC_OFFSETS, utc_offset_hours)
    weights = office_weights(office_hours, utc_offset_hours, offsets)[matrix.weekday]
    office = matrix.by_week(np.einsum("dh,dho->do", matrix.posts, weights))
    other = matrix.by_week(matrix.posts.sum(axis=1))[:, None] - office
    shares = office.sum(axis=0) / matrix.posts.sum()
    weeks = len(office)
    odds = week_interval(office, other, confidence)
    low, high = odds / (1 + odds)
    office_share = Estimate(float(shares[-1]), *_ends(low[-1], high[-1]), n=weeks)

    shares, low = shares[:-1], low[:-1]
    best = int(np.argmax(np.round(shares, 12)))
    # Without an interval every offset stays possible.
    compatible = ~(shares < low[best])
    compatible[best] = True
    breaks = np.flatnonzero(~compatible)
    first = breaks[breaks < best].max(initial=-1) + 1
    last = breaks[breaks > best].min(initial=len(shares)) - 1
    best_offset = Estimate(
        float(UTC_OFFSETS[best]), float(UTC_OFFSETS[first]), float(UTC_OFFSETS[last]), n=weeks
    )
    return OfficeProfile(office_share, shares, compatible, best_offset)


def _ends(low: float, high: float) -> Ends:
    return (float(low), float(high)) if np.isfinite([low, high]).all() else (None, None)


@dataclass(frozen=True)
class WeekendRatio:
    """Weekend against weekdays: `pooled` over all days, `weekly` as the typical week's ratio."""

    pooled: Estimate
    weekly: Estimate


def weekend_ratio(matrix: HourMatrix, confidence: float = 0.95) -> WeekendRatio:
    """Compare the mean posts of a weekend day with those of a weekday, over all days and week by week.

    `pooled` is the ratio of the two means over every day from first to last post, with the `week_interval`.
    `weekly` is the ratio of the typical week, in which a busy week counts no more than a quiet one. It takes complete
    weeks (Monday to Sunday) with a post and the log ratio of each, half a post added to the weekend's and to the
    weekdays' total so that weeks without posts on one side are kept. Where days vary much, two days fall below the mean
    of five more often than above it; therefore the mean log ratio of the seven pairs of neighbouring days of the same
    week is subtracted. Since some of these pairs hold days of the weekend, the subtraction shrinks the contrast: value
    and ends are the ratios of even weeks (all weekdays alike, both weekend days alike) with the same contrast. Interval
    and two-sided p-value of `weekly`: Student's t on the weeks, None for fewer than two weeks.
    """
    posts = matrix.posts.sum(axis=1)
    weekend = matrix.weekday >= SATURDAY
    weeks = matrix.by_week(np.column_stack([posts * weekend, posts * ~weekend]))
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.divide((~weekend).sum(), weekend.sum())
        pooled = scale * weeks[:, 0].sum() / weeks[:, 1].sum()
        low, high = scale * week_interval(weeks[:, 0], weeks[:, 1], confidence)

    monday = -int(matrix.weekday[0]) % WEEK_DAYS
    whole = posts[monday : monday + (len(posts) - monday) // WEEK_DAYS * WEEK_DAYS].reshape(-1, WEEK_DAYS)
    whole = whole[whole.sum(axis=1) > 0]
    weekly = _weekly_ratio(_weekend_contrast(whole, 0.5), confidence)
    return WeekendRatio(Estimate(finite(pooled), *_ends(low, high), n=len(weeks)), weekly)


def _weekend_contrast(weeks: np.ndarray, added: float) -> np.ndarray:
    """Return the log ratio of each week's weekend to its weekdays, less its mean over neighbouring pairs; shape [weeks, 7]."""
    pairs = weeks + np.roll(weeks, -1, axis=1)
    logs = np.log((pairs + added) / 2) - np.log((weeks.sum(axis=1, keepdims=True) - pairs + added) / 5)
    return logs[:, SATURDAY] - logs.mean(axis=1)


def _ratio_of(contrast: float) -> float:
    """Return the ratio of weekend to weekdays of the even week with a contrast; the ratio grows with the contrast."""

    def contrast_of(log_ratio: float) -> float:
        week = np.where(np.arange(WEEK_DAYS) >= SATURDAY, np.exp(log_ratio), 1.0)
        return float(_weekend_contrast(week[None], 0.0)[0])

    bounds = (-LARGEST_LOG_RATIO, LARGEST_LOG_RATIO)
    smallest, largest = map(contrast_of, bounds)
    contrast = min(max(contrast, smallest), largest)
    return float(np.exp(brentq(lambda log_ratio: contrast_of(log_ratio) - contrast, *bounds)))


def _weekly_ratio(contrasts: np.ndarray, confidence: float) -> Estimate:
    n = len(contrasts)
    if n < 2 or np.ptp(contrasts) == 0:
        return Estimate(_ratio_of(contrasts.mean()) if n else float("nan"), n=n)
    middle, error = contrasts.mean(), contrasts.std(ddof=1) / np.sqrt(n)
    half = stdtrit(n - 1, (1 + confidence) / 2) * error
    p_value = float(2 * stdtr(n - 1, -abs(middle) / error))
    value, low, high = map(_ratio_of, (middle, middle - half, middle + half))
    return Estimate(value, low, high, p_value, n)


@dataclass(frozen=True)
class DayClock:
    """Measures of the hours of the day, each with an interval from resampled days."""

    lunch_ratio: Estimate
    mean_hour: Estimate
    resultant_length: Estimate


def day_clock(
    matrix: HourMatrix, repetitions: int, rng: np.random.Generator, confidence: float = 0.95
) -> DayClock:
    """Measure the lunch dip, the circular mean hour and the resultant length, days resampled whole.

    Lunch ratio: posts per hour at 12:00–13:59 over posts per hour at 10:00–11:59 and 14:00–15:59. The ends of
    the mean hour's interval are the mean plus a difference of at most 12 hours, so they may lie outside 0 to 24.
    No interval from a single day with posts.
    """
    posts = matrix.posts[matrix.posts.sum(axis=1) > 0]
    directions = circular.direction_sums(HOUR_CENTRES, posts)
    lunch = posts[:, LUNCH_HOURS].mean(axis=1)
    around = posts[:, AROUND_LUNCH_HOURS].mean(axis=1)
    blocks = np.column_stack([lunch, around, directions.real, directions.imag, posts.sum(axis=1)])

    def statistic(total: np.ndarray) -> np.ndarray:
        direction = total[2] + 1j * total[3]
        return np.array([total[0] / total[1], circular.mean_hour(direction), abs(direction) / total[4]])

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, hour, length = statistic(blocks.sum(axis=0))
    # A single day would be drawn every time and give an interval of length 0.
    replicates = resample(blocks, statistic, repetitions if len(posts) > 1 else 0, rng)
    replicates[:, 1] = hour + circular.wrap_hours(replicates[:, 1] - hour)
    estimates = [
        Estimate(finite(value), *percentile_interval(column, confidence), n=len(posts))
        for value, column in zip((ratio, hour, length), replicates.T, strict=True)
    ]
    return DayClock(*estimates)


def rotation_p_value(matrix: HourMatrix, repetitions: int, rng: np.random.Generator) -> float:
    """Test whether the days agree on an hour: each day is turned by a random angle, and the p-value returned.

    Posts of a day stay together; under the null the mean directions of days are uniform and independent. The statistic is
    the resultant length of all posts, p = (1 + k) / (repetitions + 1).
    """
    directions = circular.direction_sums(HOUR_CENTRES, matrix.posts)
    directions = directions[directions != 0]
    observed = abs(directions.sum()) * (1 - 1e-12)
    reached = 0
    for start in range(0, repetitions, CHUNK):
        turns = rng.random((min(CHUNK, repetitions - start), len(directions)))
        reached += int((np.abs(np.exp(2j * np.pi * turns) @ directions) >= observed).sum())
    return (1 + reached) / (repetitions + 1)
