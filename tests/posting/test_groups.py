"""Groups of posts: which there are, and what is reported of each."""

from dataclasses import replace

import numpy as np

from takedown.posting.hours import HourMatrix
from takedown.posting.measures import (
    GROUP_COLUMNS,
    POPULATIONS,
    group_measures,
    group_row,
    groups_of,
    share_measures,
    weekly_clock,
)
from takedown.statistics.calendar import LONG_WEEKDAYS, SATURDAY

MONDAY = np.datetime64("2019-07-01")
OFFICE = (9, 18)
PLACE = {"office_hours": OFFICE, "utc_offset_hours": 8, "weekend": SATURDAY, "provenance": "replica"}


def noise(days: int = 84) -> HourMatrix:
    rng = np.random.default_rng(1)
    rates = rng.gamma(2, 1, (days, 1)) * np.roll(1 + np.cos(np.arange(24) / 24 * 2 * np.pi), 12)
    return HourMatrix(MONDAY, rng.poisson(rates))


def test_a_group_is_described_in_the_table_and_in_two_measures() -> None:
    clock = weekly_clock(noise(), OFFICE)
    row = dict(zip(GROUP_COLUMNS, group_row("operation zh", noise(), clock, "replica"), strict=True))
    assert (row["posts"], row["days"], row["weeks"]) == (noise().posts.sum(), 84, 12)
    assert row["office_evening_ratio_low"] < row["office_evening_ratio"] < row["office_evening_ratio_high"]
    assert 6 < row["office_share_effective_weeks"] <= 12
    share, ratio = group_measures("operation zh", clock, **PLACE)
    assert (share.measure, ratio.measure) == ("posting.office_share", "posting.weekend_ratio")
    assert share.low < share.value < share.high and share.n == 12
    assert share.parameters == {"effective_weeks": (row["office_share_effective_weeks"], "weeks")}


def test_a_group_without_a_complete_week_is_in_the_table_alone() -> None:
    clock = weekly_clock(noise(6), OFFICE)
    row = group_row("a", noise(6), clock, "replica")
    assert row[:4] == ("a", noise(6).posts.sum(), 6, 0)
    assert group_measures("a", clock, **PLACE) == []


def test_a_group_of_few_weeks_has_no_interval() -> None:
    share, _ = group_measures("a", weekly_clock(noise(35), OFFICE), **PLACE)
    assert share.value is not None and share.low is None


def test_archives_are_groups_where_a_population_has_several() -> None:
    languages = {"operation": ("zh", "en"), "control": ("th",)}
    names = [group.name for group in groups_of({"operation": ["a", "b"], "control": ["c"]}, languages)]
    assert names[:6] == [
        *(f"operation {part}" for part in ("zh", "en", "original", "repost")),
        "operation a",
        "operation b",
    ]
    assert names[6:] == ["control th", "control original", "control repost"]


def test_shares_of_no_cell_are_no_measure() -> None:
    nothing = {
        name: np.array([], int) for name in ("account", "day", "posts", "office_posts", "weekend_posts")
    }
    nothing["in_first"] = np.array([], bool)
    place = {"office_hours": OFFICE, "weekend": SATURDAY, "span": (0, 0), "provenance": "replica"}
    assert share_measures(POPULATIONS, nothing, **place) == []


def test_methods_name_the_working_days_of_another_weekend() -> None:
    friday = LONG_WEEKDAYS.index("Friday")
    clock = weekly_clock(replace(noise(), weekend=friday), OFFICE)
    share, ratio = group_measures("a", clock, **PLACE | {"weekend": friday})
    assert "inside Sun–Thu 09:00–18:00" in share.method
    assert "local time UTC+8, weekend Friday and Saturday" in ratio.method
