"""The verdict of an office day: what it needs, what breaks it, and what it is on real series."""

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from takedown.posting.by_week import WeekCounts, complete_weeks, weeks_of
from takedown.posting.hours import HourMatrix, hour_matrix
from takedown.posting.office_day import OfficeDay, office_day, waking_share
from takedown.statistics.series_intervals import Interval
from takedown.validation.calibration.posting_nulls import Null, awake, published_series, simulated_posts

MONDAY = np.datetime64("2019-07-01")
OFFICE = (9, 18)


def found(
    share: tuple[float, float], weekend: tuple[float, float], evening: tuple[float, float]
) -> OfficeDay:
    intervals = (
        Interval(np.array(0.0), *map(np.array, pair), np.array(9.0)) for pair in (share, weekend, evening)
    )
    return OfficeDay(*intervals, awake=waking_share(OFFICE))


@pytest.mark.parametrize(
    ("hours", "share"), [((9, 18), 45 / 112), ((8, 17), 45 / 112), ((6, 10), 10 / 112), ((0, 7), 0)]
)
def test_people_awake_from_8_to_24_have_this_share_in_office_hours(
    hours: tuple[int, int], share: float
) -> None:
    inside = sum(8 <= hour < 24 for hour in range(*hours)) * 5
    assert waking_share(hours) == pytest.approx(inside / (16 * 7)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("share", "weekend", "evening", "holds", "fails"),
    [
        ((0.41, 0.9), (0.2, 0.9), (0.1, 0.9), True, False),
        ((0.40, 0.9), (0.2, 0.9), (0.1, 0.9), False, False),
        ((0.41, 0.9), (0.2, 1.1), (0.1, 0.9), False, False),
        ((0.41, 0.9), (0.2, 0.9), (0.1, 1.1), False, False),
        ((0.20, 0.4), (0.2, 0.9), (0.1, 0.9), False, True),
        ((0.41, 0.9), (1.1, 1.9), (0.1, 0.9), False, True),
        ((0.41, 0.9), (0.2, 0.9), (1.1, 1.9), False, True),
        ((np.nan, np.nan), (0.2, 0.9), (0.1, 0.9), False, False),
        ((0.41, 0.9), (np.nan, np.nan), (0.1, 0.9), False, False),
    ],
)
def test_an_office_day_needs_all_three_contrasts_and_fails_by_the_opposite_of_one(
    share: tuple[float, float],
    weekend: tuple[float, float],
    evening: tuple[float, float],
    holds: bool,
    fails: bool,
) -> None:
    day = found(share, weekend, evening)
    assert (bool(day.holds), bool(day.fails)) == (holds, fails)


def many(null: Null, seed: int = 3) -> WeekCounts:
    posts = simulated_posts(np.random.default_rng(seed), 100, null)
    return complete_weeks(posts, int(published_series().weekday[0]), OFFICE)


def test_an_office_is_told_from_people_merely_awake() -> None:
    assert office_day(many(Null(weekend=0.4, spread=0.5))).holds.mean() > 0.95
    assert not office_day(many(Null(awake(8, 24), spread=0.5))).holds.any()


def test_people_awake_at_night_are_no_office() -> None:
    day = office_day(many(Null(awake(8, 24), spread=0.5, later=12)))
    assert day.fails.mean() > 0.95


def test_a_series_that_breaks_off_in_a_busy_week_shows_no_office_day() -> None:
    rng = np.random.default_rng(4)
    weeks = np.repeat(np.append(np.full(9, 200), 20_000), 7)[:-4]
    crowd = rng.multinomial(rng.poisson(weeks / 7), awake(8, 22))
    cut = HourMatrix(MONDAY, crowd)
    whole = cut.posts[:, 9:18].sum() / cut.posts.sum()
    assert whole > 0.6
    day = office_day(weeks_of(cut, OFFICE))
    assert day.share.value == pytest.approx(45 / 98, abs=0.03)
    assert day.weekend.low < 1 < day.weekend.high
    assert not day.holds


def test_posts_without_an_evening_are_described_and_no_office_day() -> None:
    posts = np.zeros((84, 24), np.int64)
    posts[:, 10] = np.random.default_rng(5).poisson(20, 84)
    posts[5::7] = posts[6::7] = 1
    day = office_day(weeks_of(HourMatrix(MONDAY, posts), OFFICE))
    assert day.evening.value == pytest.approx(0.0, abs=0.1)
    posts[:, 19:] = 0
    day = office_day(weeks_of(HourMatrix(MONDAY, posts), OFFICE))
    assert day.evening.value == 0 and np.isnan(day.evening.high)
    assert not day.holds and not day.fails


def test_the_published_series_keeps_an_office_day() -> None:
    day = office_day(weeks_of(published_series(), OFFICE))
    assert day.holds and not day.fails


def test_the_real_release_of_thailand_keeps_an_office_day_at_its_own_offset(real_records: Path) -> None:
    path = real_records / "thailand_092020/thailand_092020_tweets_csv_hashed.zip"
    if not path.is_file():
        pytest.skip("the release of Thailand is not among the real records")
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".csv"))
        with archive.open(name) as file:
            times = [row["tweet_time"] for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8"))]
    minute = np.array(times, "datetime64[m]") + np.timedelta64(7, "h")
    days = minute.astype("datetime64[D]")
    hours = (minute - days).astype(int) // 60
    day = office_day(weeks_of(hour_matrix(days, hours, np.ones(len(days), int)), OFFICE))
    for interval, expected in (
        (day.share, (0.726, 0.58, 0.84)),
        (day.weekend, (0.507, 0.27, 0.95)),
        (day.evening, (0.071, 0.03, 0.19)),
    ):
        assert [interval.value, interval.low, interval.high] == pytest.approx(expected, abs=0.01)
    assert day.holds
