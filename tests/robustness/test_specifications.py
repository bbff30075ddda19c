"""Specification curves: what each choice does, and that the first specification is the study's own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.core.database import open_records, read_sql
from takedown.creation.measures import find_subject_bursts
from takedown.creation.rows import CreationRows
from takedown.creation.trimmed_ratio import trimmed_coincidence_ratio
from takedown.posting.hours import hour_matrix, office_profile
from takedown.robustness.specifications import (
    AccountDays,
    HourlyPosts,
    burst_curve,
    combinations,
    concentration_curve,
    office_curve,
    own_first,
)
from takedown.statistics.estimate import Estimate
from tests.drawn_figures import published, real_series

CUT = "2019-08-19"
CONCENTRATION_OWN = {
    "last_day": [CUT],
    "first_day": ["all"],
    "control": ["all"],
    "language": ["all"],
    "day_cut": ["utc"],
    "largest_month": ["kept"],
}
BURSTS_OWN = {
    "baseline_days": [90],
    "last_day": [CUT],
    "alpha": [0.05],
    "largest_month": ["kept"],
}
OFFICE_OWN = {
    "language": ["all"],
    "hours": [(9, 18)],
    "utc_offset_hours": [8],
    "day_start_hour": [0],
    "period": ["all"],
    "days": ["all"],
    "block": ["week"],
}
NO_DAYS = np.array([], "datetime64[D]")


def account_days(rows) -> AccountDays:
    """Build accounts from tuples: day, accounts and, if they matter, language, day cut and archive."""
    rows = [(*row, *("zh", "utc", "a")[len(row) - 2 :]) for row in rows]
    days, accounts, languages, cuts, archives = map(np.array, zip(*rows, strict=True))
    days = days.astype("datetime64[D]")
    return AccountDays(cuts, archives, days, languages, accounts, np.full(len(rows), "aggregate"))


def real_accounts(name: str) -> AccountDays:
    columns = published(name)
    days, accounts = columns["account_creation_date"], columns["accounts"].astype(int)
    return account_days(list(zip(days, accounts, strict=True)))


def concentration(operation, others, **changes) -> dict[tuple, Estimate]:
    choices = CONCENTRATION_OWN | changes
    curve = concentration_curve(account_days(operation), account_days(others), choices)
    return {tuple(choice[name] for name in changes): estimate for choice, estimate in curve}


#: The ratio leaves out the four weeks with the most pairs, here those of August 2017.
TRIMMED = ("2017-08-15", 9)
PAIRS = [("2017-01-02", 2), ("2017-01-04", 3), ("2018-01-01", 1), TRIMMED]
CONTROL = [("2017-03-01", 2), ("2017-05-01", 1), ("2018-05-01", 1), TRIMMED]


def test_the_studys_own_choice_comes_first_and_is_added_where_the_list_lacks_it():
    choices = {"last_day": ["2019-05-31", CUT], "hours": [[9, 17]], "block": ["week", "day"]}
    assert own_first(choices, {"last_day": CUT, "hours": [9, 18]}) == {
        "last_day": [CUT, "2019-05-31"],
        "hours": [(9, 18), (9, 17)],
        "block": ["week", "day"],
    }


def test_every_combination_is_there_once_the_first_of_each_list_first():
    found = list(combinations({"a": [1, 2, 3], "b": ["x", "y"]}))
    assert found[0] == {"a": 1, "b": "x"}
    assert len({tuple(choice.values()) for choice in found}) == len(found) == 6


def test_first_and_last_day_bound_both_calendars():
    found = concentration(PAIRS, CONTROL, last_day=[CUT, "2017-12-31"], first_day=["all", "2017-01-03"])
    # (2·1 + 3·2)/(6·5) against 2/(4·3); without 2018: 8/20 against 2/6.
    assert found[CUT, "all"].value == pytest.approx(8 / 30 * 6)
    assert found["2017-12-31", "all"].value == pytest.approx(8 / 20 * 3)
    assert found[CUT, "2017-01-03"].value == pytest.approx(6 / 12 * 6)


def test_the_fullest_month_is_left_out_of_the_operation_alone():
    # Without August the ratio leaves out January, with three pairs and one, and nobody else shares a day but in March.
    operation = [*PAIRS, ("2017-03-09", 2), ("2017-06-01", 1)]
    found = concentration(operation, CONTROL, largest_month=["left out"])
    assert found["left out",].value == pytest.approx(2 / 12 * 6)


def test_a_language_takes_its_regions_too_and_leaves_the_control_whole():
    operation = [
        ("2017-01-02", 2, "zh-cn"),
        ("2017-01-02", 2, "zh-tw"),
        ("2017-01-03", 5, "en"),
        ("2017-01-04", 2, "zh"),
        (*TRIMMED, "zh"),
    ]
    found = concentration(operation, CONTROL, language=["all", "zh", "ru"])
    assert found["zh",].value == pytest.approx((4 * 3 + 2) / 30 * 6)
    assert np.isnan(found["ru",].value)


def test_one_archive_of_the_control_can_be_taken_alone():
    control = [
        ("2017-03-01", 2, "", "utc", "b"),
        ("2017-03-01", 3, "", "utc", "c"),
        ("2017-03-02", 1, "", "utc", "b"),
        (*TRIMMED, "", "utc", "b"),
    ]
    found = concentration(PAIRS, control, control=["all", "b"])
    assert found["b",].value == pytest.approx(8 / 30 * 3)


def test_a_local_day_cut_is_not_combined_with_a_language():
    rows = [(*row, "zh", "local") for row in PAIRS] + PAIRS
    control = [(*row, "", "local") for row in CONTROL] + CONTROL
    found = concentration(rows, control, language=["all", "zh"], day_cut=["utc", "local"])
    assert set(found) == {("all", "utc"), ("all", "local"), ("zh", "utc")}


@pytest.mark.parametrize("control", [[("2017-03-01", 1)], [("2020-01-01", 9)]])
def test_a_control_in_which_nobody_shares_a_day_gives_no_ratio(control):
    (estimate,) = concentration(PAIRS, control).values()
    assert np.isnan(estimate.value)
    assert estimate.low is None


def test_the_first_specifications_are_the_numbers_of_the_main_analyses():
    operation, control = real_accounts("account_creation.csv"), real_accounts("control_account_creation.csv")
    populations = {
        name: CreationRows(rows.days, rows.archives, rows.accounts, rows.provenance)
        for name, rows in (("operation", operation), ("control", control))
    }
    last = np.datetime64(CUT)
    counts = {name: rows.until(last).calendar()[1] for name, rows in populations.items()}

    ((_, ratio),) = concentration_curve(operation, control, CONCENTRATION_OWN)
    assert ratio == trimmed_coincidence_ratio(counts["operation"], counts["control"])

    ((_, share),) = burst_curve(operation, control, BURSTS_OWN, 99, 1)
    flagged = find_subject_bursts(populations, last, 90, 0.05).of["operation"].flagged
    assert (share.value, share.n) == (counts["operation"][flagged].sum() / 940, flagged.sum())
    assert share.low is not None

    series = real_series()
    ((_, rate),) = office_curve(
        HourlyPosts(*(series[name] for name in ("days", "hours", "languages", "posts"))),
        OFFICE_OWN,
        utc_offset_hours=8,
        special_days=NO_DAYS,
    )
    matrix = hour_matrix(series["days"], series["hours"], series["posts"])
    office = office_profile(matrix, (9, 18), 8).office_share
    # The series is 118 days long, 84 of them Monday to Friday.
    scale = (118 * 24 - 84 * 9) / (84 * 9)
    odds = [scale * share / (1 - share) for share in (office.value, office.low, office.high)]
    assert [rate.value, rate.low, rate.high] == pytest.approx(odds)


def test_a_planted_burst_is_found_unless_its_month_is_left_out_and_a_flat_calendar_has_none():
    days = np.arange("2017-01-01", "2017-07-01", dtype="datetime64[D]")
    flat = [(day, 1) for day in days]
    choices = BURSTS_OWN | {"largest_month": ["kept", "left out"], "baseline_days": [30]}
    planted = account_days([*flat, (days[90], 39)])
    found = [e for _, e in burst_curve(planted, account_days(flat), choices, 99, 1)]
    assert [(e.value, e.n) for e in found] == [(pytest.approx(40 / 220), 1), (0, 0)]
    found = [e for _, e in burst_curve(account_days(flat), account_days(flat), choices, 99, 1)]
    assert [(e.value, e.low) for e in found] == [(0, 0)] * 2


def test_bursts_without_accounts_until_the_last_day_have_no_share():
    choices = BURSTS_OWN | {"last_day": ["2010-01-01"]}
    ((_, estimate),) = burst_curve(account_days(PAIRS), account_days(CONTROL), choices, 99, 1)
    assert np.isnan(estimate.value)


def even_posts(weeks: int = 4) -> HourlyPosts:
    days = np.repeat(np.datetime64("2019-06-03") + np.arange(weeks * 7), 24)
    hours = np.tile(np.arange(24), weeks * 7)
    return HourlyPosts(days, hours, np.full(len(days), "zh"), np.full(len(days), 3))


def office(posts, special_days=NO_DAYS, **changes) -> dict[tuple, Estimate]:
    curve = office_curve(posts, OFFICE_OWN | changes, utc_offset_hours=8, special_days=special_days)
    return {tuple(choice[name] for name in changes): estimate for choice, estimate in curve}


@given(
    st.sampled_from([(9, 18), (8, 17), (0, 24), (20, 23)]),
    st.sampled_from([8, 7, 9.5, -4]),
    st.integers(0, 23),
    st.sampled_from(["all", "until 2019-06-20", "since 2019-06-12"]),
    st.sampled_from(["all", "ordinary"]),
    st.sampled_from(["week", "day"]),
)
def test_even_posting_gives_a_ratio_of_one_whatever_is_chosen(hours, offset, start, period, days, block):
    special = np.array(["2019-06-07", "2019-06-12", "2019-06-29"], "datetime64[D]")
    changes = {"hours": hours, "utc_offset_hours": offset, "day_start_hour": start, "period": period}
    changes |= {"days": days, "block": block}
    (estimate,) = office(even_posts(), special, **{name: [value] for name, value in changes.items()}).values()
    assert estimate.value == pytest.approx(1)


def test_posts_before_the_day_starts_belong_to_the_day_before():
    posts = HourlyPosts(
        np.array(["2019-06-09", "2019-06-09"], "datetime64[D]"),
        np.array([2, 10]),
        np.array(["zh", "zh"]),
        np.array([1, 1]),
    )
    matrix, known = posts.matrix("all", 5)
    assert str(matrix.first_day) == "2019-06-08"
    assert np.argwhere(matrix.posts).tolist() == [[0, 21], [1, 5]]
    # Only 9 June is known: five hours of the first of these days and nineteen of the second.
    assert known.sum(axis=1).tolist() == [5, 19]


def test_office_hours_stay_on_the_clock_when_the_day_starts_later():
    posts = even_posts()
    at_work = (posts.hours >= 9) & (posts.hours < 18) & (np.is_busday(posts.days))
    posts = HourlyPosts(posts.days, posts.hours, posts.languages, np.where(at_work, 4, 2))
    found = office(posts, day_start_hour=[0, 5], period=["all", "since 2019-06-04"])
    assert [estimate.value for estimate in found.values()] == pytest.approx([2] * 4)


def test_an_offset_of_an_hour_less_is_an_office_an_hour_later():
    posts = even_posts()
    posts = HourlyPosts(posts.days, posts.hours, posts.languages, 1 + posts.hours)
    found = office(posts, hours=[(9, 18), (10, 19)], utc_offset_hours=[8, 7])
    assert found[(9, 18), 7].value == pytest.approx(found[(10, 19), 8].value)
    assert found[(9, 18), 7].value > found[(9, 18), 8].value


def test_days_that_are_no_ordinary_ones_are_not_taken():
    posts = even_posts()
    extra = (posts.days == np.datetime64("2019-06-12")) & (posts.hours == 10)
    posts = HourlyPosts(posts.days, posts.hours, posts.languages, posts.posts + 1000 * extra)
    found = office(posts, np.array(["2019-06-12"], "datetime64[D]"), days=["all", "ordinary"])
    assert found["all",].value > 2
    assert found["ordinary",].value == pytest.approx(1)


def test_the_interval_leaves_out_weeks_or_days():
    posts = even_posts()
    posts = HourlyPosts(
        posts.days, posts.hours, posts.languages, posts.posts + posts.hours % 5 * (posts.days.astype(int) % 3)
    )
    found = office(posts, block=["week", "day"])
    assert [estimate.n for estimate in found.values()] == [4, 28]
    assert found["week",].value == found["day",].value
    assert found["week",].low != found["day",].low


@pytest.mark.parametrize(
    "posts",
    [
        HourlyPosts(NO_DAYS, np.array([], int), np.array([], str), np.array([], int)),
        HourlyPosts(
            np.array(["2019-06-12"], "datetime64[D]"), np.array([10]), np.array(["zh"]), np.array([1])
        ),
    ],
)
def test_no_posts_and_no_post_outside_office_hours_give_no_ratio(posts):
    (estimate,) = office(posts).values()
    assert np.isnan(estimate.value)


def test_years_run_from_the_first_day_to_the_last():
    posts = HourlyPosts(np.array(["2019-01-01", "2017-12-31"], "datetime64[D]"), *np.zeros((3, 2), int))
    assert list(posts.years()) == [2017, 2018, 2019]
    assert list(HourlyPosts(NO_DAYS, *np.zeros((3, 0), int)).years()) == []


def test_the_order_of_the_rows_changes_nothing():
    rng = np.random.default_rng(5)

    def shuffled(rows):
        order = rng.permutation(len(vars(rows)["days"]))
        return type(rows)(**{name: values[order] for name, values in vars(rows).items()})

    operation = account_days([*PAIRS, ("2017-01-03", 40)])
    control = account_days(CONTROL)
    series = real_series()
    posts = HourlyPosts(*(series[name] for name in ("days", "hours", "languages", "posts")))
    choices = BURSTS_OWN | {"largest_month": ["kept", "left out"]}
    clock = {"utc_offset_hours": 8, "special_days": NO_DAYS}
    assert burst_curve(operation, control, choices, 99, 1) == burst_curve(
        shuffled(operation), shuffled(control), choices, 99, 1
    )
    assert concentration_curve(operation, control, CONCENTRATION_OWN) == concentration_curve(
        shuffled(operation), shuffled(control), CONCENTRATION_OWN
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
    assert [(cut, str(day), language, accounts) for cut, _, day, language, accounts, _ in rows] == [
        ("local", "2017-08-18", "", 3),
        ("local", "2017-08-19", "", 2),
        ("utc", "2017-08-18", "en", 1),
        ("utc", "2017-08-18", "zh-cn", 4),
    ]
