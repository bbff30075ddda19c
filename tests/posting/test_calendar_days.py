"""Holidays and protest days: which they are, and the baseline of the weekdays around them."""

import datetime
from pathlib import Path

import numpy as np
import pytest
from holidays import country_holidays
from scipy.stats import ttest_1samp

from takedown.core.errors import InputError
from takedown.posting import calendar_days
from takedown.posting.calendar_days import TABLE_COLUMNS, calendar_measures, calendar_table, special_posts
from takedown.posting.hours import HourMatrix

MONDAY = np.datetime64("2019-05-06")


@pytest.fixture(scope="module")
def days_of_2019(root: Path) -> dict[str, calendar_days.SpecialDay]:
    protests = calendar_days.read_protest_days(root / "workflow/resources/protest_days.csv")
    return {str(day.day): day for day in calendar_days.special_days(range(2019, 2020), protests)}


def series(posts: np.ndarray) -> HourMatrix:
    counts = np.zeros((len(posts), 24), np.int64)
    counts[:, 10] = posts
    return HourMatrix(MONDAY, counts)


def log_ratio(posts, special=()) -> np.ndarray:
    marked = np.zeros(len(posts), bool)
    marked[list(special)] = True
    return calendar_days.local_log_ratios(np.asarray(posts), marked)[0]


def test_the_library_lists_13_may_2019_as_an_optional_holiday_only(days_of_2019) -> None:
    assert datetime.date(2019, 5, 13) not in country_holidays("HK", years=2019)
    assert (days_of_2019["2019-05-13"].kind, days_of_2019["2019-05-13"].place) == ("holiday", "Hong Kong")


@pytest.mark.parametrize(
    ("day", "kind", "place"),
    [
        ("2019-05-02", calendar_days.HOLIDAY, calendar_days.MAINLAND),
        ("2019-05-05", calendar_days.WORKING_WEEKEND, calendar_days.MAINLAND),
        ("2019-06-07", calendar_days.HOLIDAY, calendar_days.BOTH),
        ("2019-06-09", calendar_days.PROTEST, ""),
        ("2019-07-01", calendar_days.PROTEST_AND_HOLIDAY, calendar_days.HONG_KONG),
        ("2019-12-26", calendar_days.HOLIDAY, calendar_days.HONG_KONG),
    ],
)
def test_holidays_of_one_place_of_both_and_protests_are_told_apart(days_of_2019, day, kind, place) -> None:
    assert (days_of_2019[day].kind, days_of_2019[day].place) == (kind, place)


def test_all_ten_protest_days_are_special(days_of_2019) -> None:
    kinds = [day.kind for day in days_of_2019.values()]
    assert (kinds.count(calendar_days.PROTEST), kinds.count(calendar_days.PROTEST_AND_HOLIDAY)) == (9, 1)


def test_a_study_of_another_place_has_no_special_days(root: Path) -> None:
    path = root / "workflow/resources/protest_days.csv"
    assert "2019-06-09" in {
        str(day.day) for day in calendar_days.special_days_of("hong_kong", range(2019, 2020), path)
    }
    assert calendar_days.special_days_of("none", range(2019, 2020), path) == []
    assert str(calendar_days.protest_days_of("hong_kong", path)[0]) == "2019-06-09"
    assert len(calendar_days.protest_days_of("none", path)) == 0


@pytest.mark.parametrize("text", ["date,event\n9 June,march\n", "day,event\n2019-06-09,march\n"])
def test_a_protest_day_that_is_no_date_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "days.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"days\.csv needs the columns date"):
        calendar_days.read_protest_days(tmp_path / "days.csv")


def test_a_weekly_pattern_is_no_deviation() -> None:
    ratios = log_ratio(np.tile([50, 40, 30, 20, 60, 5, 9], 8))
    assert ratios[7:-7] == pytest.approx(0, abs=1e-12)
    assert np.isnan(ratios[[0, 6, -7, -1]]).all()


def test_a_day_with_twice_the_posts_has_that_ratio_and_even_growth_has_none() -> None:
    posts = np.round(1e6 * 1.03 ** np.arange(70)).astype(int)
    posts[30] *= 2
    ratios = log_ratio(posts, special=[30])
    assert np.exp(ratios[30]) == pytest.approx(2, rel=1e-4)
    assert np.exp(ratios[37]) == pytest.approx(1, rel=1e-4)


def test_special_days_never_enter_a_baseline() -> None:
    posts = np.full(70, 100)
    posts[[23, 37]] = 100_000
    assert log_ratio(posts, special=[23, 37])[30] == pytest.approx(0)
    assert log_ratio(posts)[30] < -1


def test_days_around_which_almost_nobody_posted_say_nothing() -> None:
    assert np.isnan(log_ratio(np.ones(70, int))).all()
    assert not np.isnan(log_ratio(np.full(70, 2))[30])


def by_hand(posts: np.ndarray, special: np.ndarray, day: int) -> float:
    logs, sides, total = np.log(posts + 0.5), [], posts[day]
    for sign in (-1, 1):
        near = [day + sign * 7 * step for step in range(1, 5)]
        near = [one for one in near if 0 <= one < len(posts) and not special[one]][:2]
        if not near:
            return float("nan")
        total += posts[near].sum()
        sides.append((abs(np.mean(near) - day), logs[near].mean()))
    (before, low), (after, high) = sides
    return logs[day] - np.interp(0, [-before, after], [low, high]) if total >= 10 else float("nan")


def test_ratios_agree_with_a_search_day_by_day() -> None:
    rng = np.random.default_rng(1)
    posts, special = rng.poisson(rng.gamma(0.5, 6, 120)), rng.random(120) < 0.3
    expected = [by_hand(posts, special, day) for day in range(120)]
    found = calendar_days.local_log_ratios(posts, special)[0]
    assert np.isnan(expected).any()
    assert found == pytest.approx(np.array(expected), nan_ok=True)


def test_the_mean_ratio_is_a_t_test_of_weeks() -> None:
    logs, week = np.array([0.1, 0.3, 0.5, -0.2, 0.9]), np.array([4, 4, 7, 9, 9])
    weeks = [0.2, 0.5, 0.35]
    test = ttest_1samp(weeks, 0)
    interval = test.confidence_interval(0.95)
    found = calendar_days.mean_ratio(logs, week)
    assert np.log([found.value, found.low, found.high]) == pytest.approx([0.35, interval.low, interval.high])
    assert (found.p_value, found.n) == (pytest.approx(test.pvalue), 3)


def test_fewer_than_three_weeks_are_a_description() -> None:
    found = calendar_days.mean_ratio(np.log([2.0, 2.0, 8.0]), np.array([1, 1, 2]))
    assert (found.value, found.n) == (pytest.approx(4), 2)
    assert (found.low, found.high, found.p_value) == (None, None, None)
    assert calendar_days.mean_ratio(np.array([]), np.array([])) is None


def test_a_holiday_at_a_weekend_does_not_count_and_a_protest_does(days_of_2019) -> None:
    days = [
        calendar_days.SpecialDay(np.datetime64("2019-06-08"), "a", calendar_days.HOLIDAY, calendar_days.BOTH),
        calendar_days.SpecialDay(np.datetime64("2019-06-10"), "b", calendar_days.HOLIDAY, calendar_days.BOTH),
        calendar_days.SpecialDay(np.datetime64("2019-06-16"), "c", calendar_days.PROTEST, ""),
    ]
    found = special_posts(series(np.full(84, 20)), days)
    assert found.counted(calendar_days.HOLIDAY, calendar_days.BOTH).tolist() == [False, True, False]
    assert found.counted(calendar_days.PROTEST, "").tolist() == [False, False, True]


def test_measures_and_table_of_a_series_hold_each_special_day_once(days_of_2019) -> None:
    posts = np.random.default_rng(1).poisson(100, 112)
    found = special_posts(series(posts), list(days_of_2019.values()))
    rows = {row.measure: row for row in calendar_measures("all", found, "aggregate")}
    assert rows["posting.holiday_ratio_both"].p_value is None
    assert "holiday_ratio_mainland" not in rows
    protests = rows["posting.protest_day_ratio"]
    assert protests.low < protests.value < protests.high and protests.family == "posting calendar"
    table = calendar_table("all", found, "aggregate")
    assert len({row[0] for row in table}) == len(table) == 12
    assert all(len(row) == len(TABLE_COLUMNS) for row in table)
    assert sum(row[-2] for row in table) == protests.n + 4


def test_a_later_start_of_the_series_leaves_later_days_as_they_are(days_of_2019) -> None:
    posts = np.random.default_rng(2).poisson(100, 112)
    whole = special_posts(series(posts), list(days_of_2019.values()))
    rest = special_posts(HourMatrix(MONDAY + 10, series(posts).posts[10:]), list(days_of_2019.values()))
    kept = slice(-9, None)
    assert rest.log_ratio[kept].tolist() == whole.log_ratio[kept].tolist()


def test_a_series_of_one_day_has_no_measure() -> None:
    found = special_posts(series(np.array([5])), [])
    assert calendar_measures("all", found, "aggregate") == [] == calendar_table("all", found, "aggregate")


def test_holidays_of_a_country_are_those_of_the_library() -> None:
    found = calendar_days.special_days_of(["TH"], range(2020, 2021), "no file")
    library = country_holidays("TH", years=2020, language="en_US")
    assert [(day.day.item(), day.name) for day in found] == sorted(library.items())
    assert {(day.kind, day.place) for day in found} == {(calendar_days.HOLIDAY, "")}


def test_a_holiday_of_two_countries_is_one_day_that_names_both() -> None:
    days = {str(day.day): day.name for day in calendar_days.public_holidays(range(2019, 2020), ["AE", "EG"])}
    assert days["2019-06-05"] == "Eid al-Fitr Holiday (AE); Eid al-Fitr (estimated) (EG)"
    assert days["2019-12-02"].endswith("(AE)") and "EG" not in days["2019-12-02"]


def test_holidays_of_a_country_have_a_ratio_of_their_own() -> None:
    posts = np.full(140, 100)
    # Two Wednesdays and a Tuesday, of three weeks, with half of the posts.
    holidays = [30, 57, 86]
    posts[holidays] = 50
    days = [
        calendar_days.SpecialDay(MONDAY + day, "Makha Bucha", calendar_days.HOLIDAY, "") for day in holidays
    ]
    rows = {
        row.measure: row for row in calendar_measures("all", special_posts(series(posts), days), "release")
    }
    assert rows["posting.holiday_ratio"].value == pytest.approx(50.5 / 100.5)
    assert rows["posting.holiday_ratio"].n == 3
    assert set(rows) == {"posting.holiday_ratio", "posting.ordinary_day_ratio"}
