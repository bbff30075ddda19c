"""Shares of posts and profiles with listed terms, and indicators of broken rules, in cases worked by hand."""

import datetime

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.content.labels import sought_terms
from takedown.content.measures import (
    compared_measures,
    population_measures,
    profile_measures,
    shares_of,
    term_rows,
)
from takedown.content.shares import (
    common_days,
    difference_of_shares,
    read_cells,
    read_post_cells,
    weekly_shares,
)
from takedown.content.terms import load_outlets, load_terms
from takedown.content.violations import violation_measures
from takedown.core.database import make_tables, read_sql
from takedown.core.measures import write_measures
from takedown.statistics import clustered_shares

FIRST = np.datetime64("2019-03-17")
SUBJECTS = {"operation": ["a", "b"], "control": ["c"]}


@pytest.fixture
def tables():
    with duckdb.connect() as connection:
        make_tables(connection, 8)
        connection.execute(read_sql("content/labels/macros.sql"))
        for archive_id, role in (("a", "operation"), ("b", "operation"), ("c", "control")):
            connection.execute(
                "INSERT INTO archive BY NAME SELECT $id AS archive_id, $id AS name, 'twitter' AS platform, $role AS role, "
                "'replica' AS provenance, true AS has_accounts, true AS has_posts, DATE '2019-08-19' AS released_on, "
                "'a file' AS source",
                {"id": archive_id, "role": role},
            )
        yield connection


def add_post(tables, archive_id, account_id, posted_at, terms=(), language="zh", text="x", repost_of=None):
    post_id = str(tables.execute("SELECT count(*) FROM post").fetchone()[0])
    tables.execute(
        "INSERT INTO post BY NAME SELECT ? AS archive_id, ? AS post_id, ? AS account_id, ?::TIMESTAMP AS posted_at, "
        "? AS language, ? AS text, ? AS is_repost, ? AS reposted_post_id",
        [archive_id, post_id, account_id, posted_at, language, text, repost_of is not None, repost_of],
    )
    for name, term in terms:
        tables.execute("INSERT INTO post_term VALUES (?, ?, ?, ?)", [archive_id, post_id, name, term])


def add_account(tables, archive_id, account_id, created_on="2017-08-30", **profile):
    tables.execute(
        "INSERT INTO account BY NAME SELECT ? AS archive_id, ? AS account_id, ? AS id_is_hashed, ?::DATE AS created_on, "
        "? AS display_name, ? AS profile_description",
        [
            *(archive_id, account_id, profile.get("hashed", False), created_on),
            *(profile.get("name"), profile.get("description")),
        ],
    )


LANGUAGES = ["zh", "en"]
LISTS = ["hong_kong", "protest"]
HONG_KONG, PROTEST, SLUR = ("hong_kong", "香港"), ("protest", "示威"), ("slur", "isis")


def fill(tables, order=1):
    """Four accounts of the operation on twelve Sundays, from one post on the topic in three to all; a control of three."""
    rows = []
    for number, account in enumerate("pqrs"):
        for day in range(12):
            terms = [HONG_KONG, *([SLUR] if day % 4 == number else [])] if day % 3 <= number else []
            rows.append(
                ("ab"[number % 2], account, f"{FIRST + 14 * day} 10:00", terms, "zh" if day % 2 else "en")
            )
    for number, account in enumerate("tuv"):
        rows += [
            ("c", account, f"{FIRST + 14 * day} 10:00", [PROTEST] if day % 2 else [])
            for day in range(0, 12, number + 1)
        ]
    for row in rows[::order]:
        add_post(tables, *row)


def test_cells_count_posts_by_account_local_day_language_and_lists(tables):
    add_post(tables, "a", "p", "2019-06-01 15:59", [HONG_KONG, PROTEST, ("hong_kong", "反送中")])
    add_post(tables, "a", "p", "2019-06-01 16:00", [SLUR, ("state_media", "rt @xhnews")])
    add_post(tables, "a", "p", "2019-06-01 17:00", [PROTEST, SLUR, ("news", "news")], language="zh-cn")
    add_post(tables, "b", "p", "2019-06-01 17:00", language=None)
    cells = read_post_cells(tables, ["a", "b"], LISTS, LANGUAGES)
    first = np.datetime64("2019-06-01").astype(int)
    assert {name: values.tolist() for name, values in cells.columns.items()} == {
        "account": [0, 0, 0, 1],
        "day": [first, first + 1, first + 1, first + 1],
        "language": ["zh", "zh", "zh", "other"],
        "posts": [1, 1, 1, 1],
        "hong_kong": [1, 0, 0, 0],
        "protest": [1, 1, 0, 0],
        "topic": [1, 1, 0, 0],
        "slur": [0, 1, 1, 0],
        "slur_topic": [0, 1, 0, 0],
        "state_media": [0, 0, 1, 0],
    }


def test_languages_that_are_not_asked_for_are_measured_together(tables):
    for language in ("th", "th", "zh-tw", None):
        add_post(tables, "a", "p", "2019-06-01 10:00", [HONG_KONG], language=language)
    cells = read_post_cells(tables, ["a"], LISTS, ["th"])
    assert cells["language"].tolist() == ["th", "other"] and cells["posts"].tolist() == [2, 2]
    found = {row.subject for row in population_measures("operation", cells, "2019-06-09")}
    assert found == {"operation", "operation th", "operation other"}


def test_share_counts_posts_and_its_interval_is_that_of_accounts_and_blocks_of_days(tables):
    fill(tables)
    cells = read_post_cells(tables, ["a", "b"], LISTS, LANGUAGES)
    estimate = cells.share("topic")
    assert estimate.value == (4 + 8 + 12 + 12) / 48
    day = cells["day"] - cells["day"].min()
    assert estimate == clustered_shares.share(cells["account"], day, cells["topic"], cells["posts"])
    assert estimate.n == 3 and 0 < estimate.low < estimate.value < estimate.high <= 1
    assert cells.share("slur_topic", "topic").value == pytest.approx(cells["slur_topic"].sum() / 36)


@settings(max_examples=20, deadline=None)
@given(
    data=st.lists(
        st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 9), st.floats(0, 1)), min_size=3
    )
)
def test_as_many_accounts_and_days_again_make_the_interval_of_a_share_no_wider(data):
    account, day, posts = (np.array(column) for column in list(zip(*data, strict=True))[:3])
    hits = np.floor([row[3] * row[2] for row in data])
    found = clustered_shares.share(account, day, hits, posts, block_days=1)
    if found.low is not None:
        assert 0 <= found.low <= found.value <= found.high <= 1
        more = clustered_shares.share(
            np.r_[account, account + 5],
            np.r_[day, day + 5],
            np.r_[hits, hits],
            np.r_[posts, posts],
            block_days=1,
        )
        assert more.value == pytest.approx(found.value)
        assert more.high - more.low <= found.high - found.low + 1e-9


def test_no_post_has_no_share_and_one_account_no_interval(tables):
    assert read_post_cells(tables, ["a"], LISTS, LANGUAGES) is None
    add_post(tables, "a", "p", "2019-06-01 10:00", [HONG_KONG])
    alone = read_post_cells(tables, ["a"], LISTS, LANGUAGES)
    assert (alone.share("topic").value, alone.share("topic").low) == (1, None)
    names = {row.measure for row in population_measures("operation", alone, "2019-06-09")}
    assert "content.topic_share_before" in names and "content.topic_share_after" not in names


def test_without_a_list_for_the_topic_nothing_is_said_of_one(tables):
    fill(tables)
    cells = {
        subject: read_post_cells(tables, archives, [], LANGUAGES) for subject, archives in SUBJECTS.items()
    }
    rows = [row for name in cells for row in population_measures(name, cells[name], "2019-06-09")]
    rows += compared_measures(cells["operation"], cells["control"])
    names = {row.measure for row in rows}
    assert names >= {"content.state_media_share", "content.slur_posts_per_10000"}
    assert not [name for name in names if "topic" in name or "hong_kong" in name]


def test_one_list_of_another_campaign_is_the_topic(tables):
    add_post(tables, "a", "p", "2019-06-01 10:00", [("football", "goal")])
    add_post(tables, "a", "p", "2019-06-02 10:00", [HONG_KONG])
    rows = population_measures(
        "operation", read_post_cells(tables, ["a"], ["football"], LANGUAGES), "2019-06-09"
    )
    found = {row.measure: row for row in rows if row.subject == "operation"}
    assert found["content.football_share"].value == found["content.topic_share"].value == 0.5
    assert found["content.topic_share"].method.startswith(
        "posts with a term of the list football, as a share"
    )


def test_change_is_the_share_after_less_the_share_before(tables):
    fill(tables)
    rows = {
        (row.measure, row.subject): row
        for row in population_measures(
            "operation", read_post_cells(tables, ["a", "b"], LISTS, LANGUAGES), "2019-06-09"
        )
    }
    before, after, change = (
        rows[f"content.topic_share_{when}", "operation"] for when in ("before", "after", "change")
    )
    assert change.value == pytest.approx(after.value - before.value)
    assert before.value == pytest.approx((2 + 4 + 6 + 6) / 24)
    assert change.low < change.value < change.high and change.family == "content"
    assert rows["content.slur_accounts", "operation"].value == 4
    assert rows["content.slur_days", "operation"].n == 12


def test_populations_are_compared_on_the_days_of_both(tables):
    add_post(tables, "a", "p", "2019-06-01 01:00")
    for day in (2, 3):
        add_post(tables, "a", "p", f"2019-06-0{day} 01:00", [HONG_KONG])
        add_post(tables, "c", "q", f"2019-06-0{day} 01:00")
    add_post(tables, "c", "q", "2019-06-05 01:00", [HONG_KONG])
    pair = common_days(
        read_post_cells(tables, ["a"], LISTS, LANGUAGES), read_post_cells(tables, ["c"], LISTS, LANGUAGES)
    )
    assert difference_of_shares(*pair, "hong_kong").value == 1


def test_populations_that_share_no_day_are_not_compared(tables):
    add_post(tables, "a", "p", "2019-06-01 01:00", [HONG_KONG])
    add_post(tables, "c", "q", "2019-06-05 01:00", [HONG_KONG])
    cells = [read_post_cells(tables, archives, LISTS, LANGUAGES) for archives in SUBJECTS.values()]
    assert list(compared_measures(*cells)) == []


def test_rows_in_another_order_give_the_same_measures(tables, tmp_path):
    written = []
    for number, order in enumerate((1, -1)):
        tables.execute("DELETE FROM post; DELETE FROM post_term")
        fill(tables, order)
        cells = {
            subject: read_post_cells(tables, archives, LISTS, LANGUAGES)
            for subject, archives in SUBJECTS.items()
        }
        rows = [row for name in cells for row in population_measures(name, cells[name], "2019-06-09")]
        rows += [
            *compared_measures(cells["operation"], cells["control"]),
            *violation_measures(tables, SUBJECTS),
        ]
        write_measures(rows, tmp_path / str(number))
        written.append((tmp_path / str(number)).read_bytes())
        assert {f"content.{name}_share_difference" for name in shares_of(LISTS) if name != "slur_topic"} <= {
            r.measure for r in rows
        }
    assert written[0] == written[1]


def test_weeks_begin_on_monday_and_those_without_a_post_are_left_out(tables):
    for day, terms in (("06-02", [HONG_KONG]), ("06-03", [HONG_KONG]), ("06-09", []), ("06-17", [])):
        add_post(tables, "a", day, f"2019-{day} 01:00", terms, language="en")
    rows = weekly_shares(
        read_post_cells(tables, ["a"], LISTS, LANGUAGES), ("hong_kong",), np.datetime64("2019-06-05")
    )
    assert [row[:6] for row in rows if row[1] == "all"] == [
        ("2019-06-03", "all", "hong_kong", 2, 1, 0.5),
        ("2019-06-17", "all", "hong_kong", 1, 0, 0),
    ]
    assert {row[1] for row in rows} == {"all", "en"}
    assert datetime.date.fromisoformat(rows[0][0]).weekday() == 0


def test_profiles_count_where_they_can_be_read(tables):
    news = [term for term in load_terms() if term.list == "news"]
    for number, profile in enumerate(
        [
            {"name": "Dream News"},
            {"name": "時政快讯"},
            {"name": "newsworthy"},
            {"description": "ｎｅｗｓ"},
            {"name": "news digest", "hashed": True},
            {"name": "news digest", "description": "music", "hashed": True},
            {"name": "digest", "description": "记者", "hashed": True},
            {},
        ]
    ):
        add_account(tables, "a", str(number), **profile)
    asked = {"terms": sought_terms(news)["terms"]}
    cells = read_cells(tables, "content_profiles", archives=["a"], **asked)
    assert (cells["accounts"].sum(), cells["hits"].sum()) == (6, 4)
    (row,) = profile_measures({"operation": cells})
    assert (row.value, row.low, row.n) == (pytest.approx(4 / 6), None, 1)
    assert read_cells(tables, "content_profiles", archives=["c"], **asked) is None


def test_the_table_of_terms_names_outlets_and_how_they_are_referred_to(tables):
    add_post(
        tables, "a", "p", "2019-06-01", [("state_media", "rt @xhnews"), ("state_media", "people.cn"), SLUR]
    )
    add_post(tables, "a", "p", "2019-06-01")
    read_post_cells(tables, SUBJECTS["operation"], LISTS, LANGUAGES)
    assert sorted(term_rows(tables, "operation", load_outlets())) == [
        ("operation", "slur", "", "", "isis", 1, 1, 0.5, "replica"),
        ("operation", "state_media", "People's Daily", "link", "people.cn", 1, 1, 0.5, "replica"),
        ("operation", "state_media", "Xinhua", "repost", "xhnews", 1, 1, 0.5, "replica"),
    ]


def test_a_repeat_is_a_text_that_the_account_had_posted_before(tables):
    for account, day, text in [
        ("p", 1, "sale https://t.co/1"),
        ("p", 2, "sale https://t.co/2"),
        ("p", 2, "sale"),
        ("p", 2, "other"),
        ("p", 2, "https://t.co/3"),
        ("p", 3, None),
        ("q", 3, "sale"),
    ]:
        add_post(tables, "a", account, f"2019-06-0{day} 01:00", text=text)
    add_post(tables, "a", "p", "2019-06-04", text="sale", repost_of="9")
    cells = read_cells(tables, "violation_repeats", archives=["a"])
    assert cells["posts"].tolist() == [1, 3, 1]
    assert cells["hits"].tolist() == [0, 2, 0]


def test_company_within_a_minute_counts_accounts_not_posts(tables):
    for account, minute, text, repost in [
        ("a", 0, "x", None),
        ("b", 1, "x", None),
        ("c", 3, "x", None),  # two minutes later
        ("d", 0, "y", None),
        ("d", 0, "y", None),  # the same account
        ("e", 0, "RT y", "77"),
        ("f", 0, "RT y, cut off", "77"),
        ("g", 0, "77", None),  # a text is no repost
        ("h", 0, "", None),  # without a text
        ("i", 0, "", None),
    ]:
        add_post(tables, "a", account, f"2019-07-01 10:0{minute}", text=text, repost_of=repost)
    for account in "abcdefghij":
        add_account(tables, "a", account, created_on="2017-08-30" if account < "d" else "2017-08-31")
    cells = read_cells(tables, "violation_company", archives=["a"])
    assert cells["accounts"].tolist() == [3, 6]
    assert cells["hits"].tolist() == [2, 2]


def test_instants_decoded_from_ids_are_finer_than_the_minute(tables):
    for account in "pq":
        add_post(tables, "a", account, "2019-07-01 10:00", text="x")
        add_account(tables, "a", account)
    tables.execute(
        "UPDATE post SET decoded_at = posted_at, posted_at = '2019-07-01 10:01' WHERE account_id = 'p'"
    )
    tables.execute(
        "UPDATE post SET decoded_at = '2019-07-01 10:01:01', posted_at = '2019-07-01 10:01' WHERE account_id = 'q'"
    )
    assert read_cells(tables, "violation_company", archives=["a"])["hits"].sum() == 0


def test_indicators_of_no_posts_are_no_rows(tables):
    assert list(violation_measures(tables, SUBJECTS)) == []


@pytest.mark.parametrize(
    ("lists", "measured"),
    [
        ([*LISTS, "slur", "state_media"], {"slur_posts_per_10000", "slur_topic_share", "state_media_share"}),
        ([*LISTS, "slur"], {"slur_posts_per_10000", "slur_topic_share"}),
        (LISTS, set()),
    ],
)
def test_a_list_that_is_not_used_has_no_measure(tables, lists, measured):
    for archive in ("a", "c"):
        add_post(tables, archive, "1", "2019-06-10", [("hong_kong", "香港")])
        add_post(tables, archive, "2", "2019-06-11", [("hong_kong", "香港"), ("slur", "曱甴")])
    operation, control = (
        read_post_cells(tables, [name], LISTS, LANGUAGES).of_lists(lists) for name in ("a", "c")
    )
    rows = [
        *population_measures("operation", operation, "2019-06-09"),
        *compared_measures(operation, control),
    ]
    names = {row.measure.removeprefix("content.") for row in rows}
    assert {name for name in names if name.startswith(("slur", "state_media"))} & {
        "slur_posts_per_10000",
        "slur_topic_share",
        "state_media_share",
    } == measured
    assert "hong_kong_share" in names
