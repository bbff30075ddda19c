"""Specification curves: what each choice does, and that the first specification is the study's own."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.core.database import open_records, read_sql
from takedown.creation.measures import find_subject_bursts
from takedown.creation.rows import CreationRows
from takedown.posting.by_week import office_share, weeks_of
from takedown.posting.hours import hour_matrix
from takedown.posting.office_day import waking_share
from takedown.robustness.specifications import (
    AccountDays,
    HourlyPosts,
    burst_curve,
    combinations,
    office_curve,
    own_first,
)
from takedown.statistics.estimate import Estimate
from tests.drawn_figures import published, real_series

CUT = "2019-08-19"
BURSTS_OWN = {
    "language": ["all"],
    "day_cut": ["utc"],
    "baseline_days": [90],
    "last_day": [CUT],
    "alpha": [0.05],
    "largest_month": ["kept"],
}
OFFICE_OWN = {
    "language": ["all"],
    "hours": [(9, 18)],
    "utc_offset_hours": [8],
    "period": ["all"],
}
NO_DAYS = np.array([], "datetime64[D]")


def account_days(rows) -> AccountDays:
    """Build accounts from tuples: day, accounts and, if they matter, language and day cut."""
    rows = [(*row, *("zh", "utc")[len(row) - 2 :]) for row in rows]
    days, accounts, languages, cuts = map(np.array, zip(*rows, strict=True))
    days = days.astype("datetime64[D]")
    return AccountDays(cuts, days, languages, accounts, np.full(len(rows), "aggregate"))


def real_accounts(name: str) -> AccountDays:
    columns = published(name)
    days, accounts = columns["account_creation_date"], columns["accounts"].astype(int)
    return account_days(list(zip(days, accounts, strict=True)))


def bursts(operation, control, **changes) -> dict[tuple, Estimate]:
    curve = burst_curve(account_days(operation), account_days(control), BURSTS_OWN | changes, 99, 1)
    return {tuple(choice[name] for name in changes): estimate for choice, estimate in curve}


#: An account a day for half a year, and a batch of 39 more on 1 April.
DAYS = np.arange("2017-01-01", "2017-07-01", dtype="datetime64[D]")
FLAT = [(day, 1) for day in DAYS]
BATCH = (DAYS[90], 39)


def test_the_studys_own_choice_comes_first_and_is_added_where_the_list_lacks_it():
    choices = {"last_day": ["2019-05-31", CUT], "hours": [[9, 17]], "window": ["week", "day"]}
    assert own_first(choices, {"last_day": CUT, "hours": [9, 18]}) == {
        "last_day": [CUT, "2019-05-31"],
        "hours": [(9, 18), (9, 17)],
        "window": ["week", "day"],
    }


def test_every_combination_is_there_once_the_first_of_each_list_first():
    found = list(combinations({"a": [1, 2, 3], "b": ["x", "y"]}))
    assert found[0] == {"a": 1, "b": "x"}
    assert len({tuple(choice.values()) for choice in found}) == len(found) == 6


def test_the_last_day_bounds_the_calendars():
    found = bursts([*FLAT, BATCH], FLAT, last_day=[CUT, "2017-04-30"])
    assert [estimate.value for estimate in found.values()] == pytest.approx([40 / 220, 40 / 159])


def test_a_language_takes_its_regions_too_and_leaves_the_control_whole():
    operation = [*FLAT, (DAYS[90], 20, "zh-cn"), (DAYS[90], 19, "zh-tw"), (DAYS[20], 50, "en")]
    found = bursts(operation, [*((*row, "") for row in FLAT)], language=["all", "zh", "ru"])
    assert found["all",].n == 2
    assert (found["zh",].value, found["zh",].n) == (pytest.approx(40 / 220), 1)
    assert np.isnan(found["ru",].value)


def test_a_local_day_cut_is_not_combined_with_a_language():
    operation = [*FLAT, BATCH, *((*row, "", "local") for row in FLAT)]
    control = [*FLAT, *((*row, "", "local") for row in FLAT)]
    found = bursts(operation, control, language=["all", "zh"], day_cut=["utc", "local"])
    assert {choice: estimate.n for choice, estimate in found.items()} == {
        ("all", "utc"): 1,
        ("all", "local"): 0,
        ("zh", "utc"): 1,
    }


def test_the_first_specifications_are_the_numbers_of_the_main_analyses():
    operation, control = real_accounts("account_creation.csv"), real_accounts("control_account_creation.csv")
    populations = {
        name: CreationRows(rows.days, np.full(len(rows.days), name), rows.accounts, rows.provenance)
        for name, rows in (("operation", operation), ("control", control))
    }
    last = np.datetime64(CUT)
    counts = {name: rows.until(last).calendar()[1] for name, rows in populations.items()}

    ((_, share),) = burst_curve(operation, control, BURSTS_OWN, 99, 1)
    flagged = find_subject_bursts(populations, last, 90, 0.05).of["operation"].flagged
    assert (share.value, share.n) == (counts["operation"][flagged].sum() / 940, flagged.sum())
    assert share.low is not None

    series = real_series()
    ((_, ratio),) = office_curve(
        HourlyPosts(*(series[name] for name in ("days", "hours", "languages", "posts"))),
        OFFICE_OWN,
        utc_offset_hours=8,
    )
    counts = weeks_of(hour_matrix(series["days"], series["hours"], series["posts"]), (9, 18))
    own = office_share(counts)
    expected = [float(number) * 112 / 45 for number in (own.value, own.low, own.high)]
    assert [ratio.value, ratio.low, ratio.high] == pytest.approx(expected)
    assert ratio.n == counts.weeks_with_posts


def test_a_planted_burst_is_found_unless_its_month_is_left_out_and_a_flat_calendar_has_none():
    months = {"largest_month": ["kept", "left out"], "baseline_days": [30]}
    found = bursts([*FLAT, BATCH], FLAT, **months).values()
    assert [(e.value, e.n) for e in found] == [(pytest.approx(40 / 220), 1), (0, 0)]
    assert [(e.value, e.low) for e in bursts(FLAT, FLAT, **months).values()] == [(0, 0)] * 2


def test_bursts_without_accounts_until_the_last_day_have_no_share():
    (estimate,) = bursts(FLAT, FLAT, last_day=["2010-01-01"]).values()
    assert np.isnan(estimate.value)


def even_posts(weeks: int = 4) -> HourlyPosts:
    days = np.repeat(np.datetime64("2019-06-03") + np.arange(weeks * 7), 24)
    hours = np.tile(np.arange(24), weeks * 7)
    return HourlyPosts(days, hours, np.full(len(days), "zh"), np.full(len(days), 3))


def office(posts, **changes) -> dict[tuple, Estimate]:
    curve = office_curve(posts, OFFICE_OWN | changes, utc_offset_hours=8)
    return {tuple(choice[name] for name in changes): estimate for choice, estimate in curve}


@given(
    st.sampled_from([(9, 18), (8, 17), (0, 24), (20, 23)]),
    st.sampled_from([8, 7, 9.5, -4]),
    st.sampled_from(["all", "until 2019-06-20", "since 2019-06-12"]),
)
def test_even_posts_fall_into_office_hours_as_often_as_these_hours_are_whatever_is_chosen(
    hours, offset, period
):
    changes = {"hours": [hours], "utc_offset_hours": [offset], "period": [period]}
    (estimate,) = office(even_posts(), **changes).values()
    even = 5 * (hours[1] - hours[0]) / 168
    assert estimate.value == pytest.approx(even / waking_share(hours))


def test_people_awake_from_8_to_24_have_a_ratio_of_one():
    posts = even_posts()
    crowd = HourlyPosts(posts.days, posts.hours, posts.languages, np.where(posts.hours >= 8, 3, 0))
    found = office(crowd, hours=[(9, 18), (8, 17), (10, 22)])
    assert [estimate.value for estimate in found.values()] == pytest.approx([1, 1, 1])


def test_an_offset_of_an_hour_less_is_an_office_an_hour_later():
    posts = even_posts()
    posts = HourlyPosts(posts.days, posts.hours, posts.languages, 1 + posts.hours)
    found = office(posts, hours=[(9, 18), (10, 19)], utc_offset_hours=[8, 7])
    assert found[(9, 18), 7].value == pytest.approx(found[(10, 19), 8].value)
    assert found[(9, 18), 7].value > found[(9, 18), 8].value


def test_a_period_takes_its_complete_weeks():
    found = office(even_posts(), period=["all", "until 2019-06-16", "since 2019-06-12"])
    assert [estimate.n for estimate in found.values()] == [4, 2, 2]


def test_office_hours_at_which_nobody_is_awake_give_no_ratio():
    (estimate,) = office(even_posts(), hours=[(0, 7)]).values()
    assert np.isnan(estimate.value)


@pytest.mark.parametrize(
    "posts",
    [
        HourlyPosts(NO_DAYS, np.array([], int), np.array([], str), np.array([], int)),
        HourlyPosts(
            np.array(["2019-06-12"], "datetime64[D]"), np.array([10]), np.array(["zh"]), np.array([1])
        ),
    ],
)
def test_no_posts_and_no_complete_week_give_no_ratio(posts):
    (estimate,) = office(posts).values()
    assert np.isnan(estimate.value)


def test_the_order_of_the_rows_changes_nothing():
    rng = np.random.default_rng(5)

    def shuffled(rows):
        order = rng.permutation(len(vars(rows)["days"]))
        shuffled = {name: values[order] for name, values in vars(rows).items() if name != "weekend"}
        return replace(rows, **shuffled)

    operation, control = account_days([*FLAT, BATCH]), account_days(FLAT)
    series = real_series()
    posts = HourlyPosts(*(series[name] for name in ("days", "hours", "languages", "posts")))
    choices = BURSTS_OWN | {"largest_month": ["kept", "left out"]}
    clock = {"utc_offset_hours": 8}
    assert burst_curve(operation, control, choices, 99, 1) == burst_curve(
        shuffled(operation), shuffled(control), choices, 99, 1
    )
    assert office_curve(posts, OFFICE_OWN, **clock) == office_curve(shuffled(posts), OFFICE_OWN, **clock)


def test_only_accounts_with_a_known_instant_move_to_the_local_day():
    connection = open_records([], utc_offset_hours=8)
    for view in ("creation_day", "creation_instant"):
        connection.execute(f"DROP VIEW {view}")
    connection.execute("""
        CREATE TABLE creation_day AS
        SELECT * FROM (VALUES
            ('a', DATE '2017-08-18', 'zh-cn', 4, 'aggregate'),
            ('a', DATE '2017-08-18', 'en', 1, 'aggregate'),
            ('b', DATE '2017-08-18', 'en', 7, 'aggregate')
        ) AS day(archive_id, created_on, language, accounts, provenance)
    """)
    connection.execute("""
        CREATE TABLE creation_instant AS
        SELECT * FROM (VALUES
            ('a', TIMESTAMP '2017-08-18 15:55:00', 1, 'aggregate'),
            ('a', TIMESTAMP '2017-08-18 16:00:00', 2, 'aggregate'),
            ('a', TIMESTAMP '2017-08-18 16:00:00', 9, 'replica')
        ) AS instant(archive_id, created_at, accounts, provenance)
    """)
    query = read_sql("robustness/specification_days.sql")
    rows = connection.execute(query, {"archives": ["a"]}).fetchall()
    assert [(cut, str(day), language, accounts) for cut, day, language, accounts, _ in rows] == [
        ("local", "2017-08-18", "", 3),
        ("local", "2017-08-19", "", 2),
        ("utc", "2017-08-18", "en", 1),
        ("utc", "2017-08-18", "zh-cn", 4),
    ]
