"""Lives of accounts in small cases: days, dormancies, the turn to the topic, changes of owner, and the rows made of them."""

from dataclasses import replace

import duckdb
import numpy as np
import pytest

from takedown.core.database import read_sql
from takedown.core.errors import InputError
from takedown.life.measures import (
    Population,
    life_measures,
    ownership_measures,
    ownership_table,
    survival_table,
)
from takedown.life.records import (
    LifeChoices,
    find_lives,
    find_ownership,
    read_ownership_phrases,
)

CHOICES = LifeChoices(
    ["hong_kong"],
    dormancy_days=90,
    turn_posts=2,
    turn_silence_days=14,
    turn_topic_rise=0.5,
    dominant_share=0.5,
)
UNTIL = np.datetime64("2019-08-19")


def add_account(connection, account: str, created: str, archive: str = "august") -> None:
    connection.execute(
        "INSERT INTO account (archive_id, account_id, id_is_hashed, created_on) VALUES (?, ?, false, ?)",
        [archive, account, created],
    )


def add_posts(connection, account: str, posts: list[tuple], archive: str = "august") -> None:
    """Add posts (day, on topic, language, client, text), the last three optional; ids follow the list."""
    for number, (day, on_topic, *rest) in enumerate(posts):
        language, client, text = [*rest, *("en", "web", "words")[len(rest) :]]
        post = f"{account}{number:03}"
        connection.execute(
            "INSERT INTO post (archive_id, post_id, account_id, posted_at, language, client, text, is_repost)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [archive, post, account, f"{day} 10:00", language, client, text, text.startswith("RT @")],
        )
        if on_topic:
            # Two terms of one post are one post on the topic.
            connection.execute(
                "INSERT INTO post_term VALUES (?, ?, 'hong_kong', 'x'), (?, ?, 'hong_kong', 'y')",
                [archive, post, archive, post],
            )


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    connection.execute(read_sql("core/schema.sql"))
    for archive in ("august", "crowd", "silent"):
        connection.execute(
            "INSERT INTO archive (archive_id, name, platform, role, provenance, has_accounts, has_posts, released_on, source)"
            " VALUES (?, '', 'twitter', 'operation', 'replica', true, true, '2019-08-19', '')",
            [archive],
        )
    return connection


@pytest.fixture
def sold(connection):
    """An account that posted spam, slept, and woke on the topic; one that never posted; one that did all along."""
    add_account(connection, "a", "2018-01-01")
    spam = [("2018-01-11", False, "in", "bot"), ("2018-01-20", True, "in", "bot")]
    spam += [(f"2018-02-{day:02}", False, "in", "bot") for day in range(1, 9)]
    topic = [(f"2019-07-{day:02}", True, "zh", "web") for day in range(1, 5)]
    add_posts(connection, "a", [*spam, ("2019-06-30", False, "en", "web", "Test NEW owner"), *topic])
    add_account(connection, "b", "2018-05-05")
    add_account(connection, "c", "2019-06-01")
    add_posts(connection, "c", [(f"2019-08-{day:02}", True, "zh", "web") for day in (1, 4, 9)])
    return connection


def test_days_of_accounts(sold) -> None:
    accounts = find_lives(sold, ["august"], CHOICES, until=UNTIL).accounts
    assert accounts["account_id"].tolist() == ["a", "b", "c"]
    assert accounts["first_posted_on"].astype(str).tolist() == ["2018-01-11", "NaT", "2019-08-01"]
    assert accounts["first_topic_on"].astype(str).tolist() == ["2018-01-20", "NaT", "2019-08-01"]
    assert accounts["observed_until"].astype(str).tolist() == ["2019-08-09"] * 3
    assert accounts["posts"].tolist() == [15, 0, 3]
    assert accounts["posts_before_topic"][[0, 2]].tolist() == [1, 0]
    assert accounts["longest_gap_days"][[0, 2]].tolist() == [507, 5]


def test_posts_outside_the_window_do_not_exist(sold) -> None:
    since = np.datetime64("2018-02-03")
    lives = find_lives(sold, ["august"], CHOICES, since=since, until=np.datetime64("2019-07-02"))
    assert lives.accounts["first_posted_on"].astype(str).tolist() == ["2018-02-03", "NaT", "NaT"]
    assert lives.accounts["observed_until"].astype(str).tolist() == ["2019-07-02"] * 3
    assert str(lives.first_day) == "2018-02-03"


def test_an_account_made_after_the_end_is_not_observed(sold) -> None:
    lives = find_lives(sold, ["august"], CHOICES, until=np.datetime64("2019-05-30"))
    assert lives.accounts["account_id"].tolist() == ["a"]


def test_the_silence_after_the_last_post_counts_too(sold) -> None:
    add_account(sold, "d", "2018-01-01")
    add_posts(sold, "d", [("2019-01-01", False), ("2019-01-11", False)])
    accounts = find_lives(sold, ["august"], CHOICES, until=UNTIL).accounts
    last = accounts["account_id"].tolist().index("d")
    assert (accounts["longest_gap_days"][last], accounts["longest_silence_days"][last]) == (10, 210)


def test_posts_of_one_minute_are_in_the_order_of_their_ids(connection) -> None:
    add_account(connection, "a", "2018-01-01")
    for post, on_topic in (("20", True), ("3", False)):
        connection.execute(
            "INSERT INTO post (archive_id, post_id, account_id, posted_at, is_repost) VALUES ('august', $1, 'a', '2019-01-01', false)",
            [post],
        )
        if on_topic:
            connection.execute("INSERT INTO post_term VALUES ('august', $1, 'hong_kong', 'x')", [post])
    accounts = find_lives(connection, ["august"], CHOICES, until=UNTIL).accounts
    assert accounts["posts_before_topic"].tolist() == [1]


def test_a_client_without_a_name_is_no_other_client(connection) -> None:
    silent = [(day, topic, language, "") for day, topic, language, _ in TOPIC]
    assert not turn(connection, SPAM, silent)["client_changed"]


def test_dormancies_end_with_a_post_or_are_censored(connection) -> None:
    add_account(connection, "a", "2018-01-01")
    add_posts(connection, "a", [("2018-01-01", False), ("2018-03-31", False), ("2018-06-29", False)])
    add_account(connection, "b", "2018-01-01")
    add_posts(connection, "b", [("2018-10-01", False), ("2018-12-01", False)])
    found = find_lives(connection, ["august"], CHOICES, until=UNTIL).dormancies
    # 1 January to 31 March are 89 days, 31 March to 29 June are 90; the archive ends 155 days after a's last post.
    assert found["account_id"].tolist() == ["a", "a"]
    assert found["silent_from"].astype(str).tolist() == ["2018-03-31", "2018-06-29"]
    assert found["silent_until"].astype(str).tolist() == ["2018-06-29", "NaT"]


def test_the_turn_is_not_moved_by_a_stray_post_on_the_topic(sold) -> None:
    turns = find_lives(sold, ["august"], CHOICES, until=UNTIL).turns
    assert turns["account_id"].tolist() == ["a", "c"]
    assert str(turns["turned_on"][0]) == "2019-07-01"
    assert (turns["posts_before"][0], turns["posts_after"][0]) == (11, 4)
    assert turns["topic_share_before"][0] == pytest.approx(1 / 11)
    assert (turns["language_before"][0], turns["language_after"][0]) == ("in", "zh")
    assert (turns["client_before"][0], turns["client_after"][0]) == ("bot", "web")
    assert not turns["has_turn"][1] and not turns["repurposed"][1]


def turn(connection, before: list[tuple], after: list[tuple], **changes) -> dict:
    add_account(connection, "a", "2018-01-01")
    add_posts(connection, "a", [*before, *after])
    found = find_lives(connection, ["august"], replace(CHOICES, **changes), until=UNTIL).turns
    return {name: column[0] for name, column in found.items()}


SPAM = [("2019-01-01", False, "in", "bot"), ("2019-01-02", False, "in", "bot")]
TOPIC = [("2019-01-16", True, "zh", "web"), ("2019-01-17", True, "zh", "web")]


def test_an_account_that_changes_everything_after_a_silence_is_repurposed(connection) -> None:
    flags = turn(connection, SPAM, TOPIC)
    assert flags["repurposed"] and flags["could_turn"]


@pytest.mark.parametrize(
    ("flag", "before", "after"),
    [
        ("silent_before", SPAM, [("2019-01-15", *TOPIC[0][1:]), TOPIC[1]]),
        ("topic_changed", SPAM, [*TOPIC, *[("2019-01-18", False, "zh", "web")] * 3]),
        ("language_changed", [(day, topic, "zh", client) for day, topic, _, client in SPAM], TOPIC),
        ("client_changed", [(day, topic, language, "web") for day, topic, language, _ in SPAM], TOPIC),
        ("has_turn", SPAM[:1], [("2019-01-16", True, "zh", "web")] * 3),
    ],
)
def test_an_account_that_lacks_one_change_is_not_repurposed(connection, flag, before, after) -> None:
    flags = turn(connection, before, after, turn_topic_rise=0.9)
    names = ("has_turn", "silent_before", "topic_changed", "language_changed", "client_changed")
    assert not flags["repurposed"] and not flags[flag]
    assert all(flags[name] for name in names if name != flag)


def test_undetermined_languages_and_slim_majorities_are_no_change(connection) -> None:
    before = [*SPAM, *[("2019-01-02", False, "und", "bot")] * 5]
    after = [*TOPIC, *[("2019-01-18", True, language, "web") for language in ("en", "ja", "ko")]]
    flags = turn(connection, before, after)
    assert flags["language_before"] == "in" and flags["language_after"] == "zh"
    assert not flags["language_changed"]


def test_sold_accounts_are_found_in_any_case_and_not_in_reposts(sold) -> None:
    add_posts(sold, "b", [("2018-06-01", False, "en", "web", "RT @x: test new owner (a.b)")])
    found = find_ownership(sold, ["august"], ["test new owner", "words.", "(a.b"], until=UNTIL)
    assert list(zip(found["account_id"], found["month"], found["posts"], strict=True)) == [
        ("a", "2019-06", 1)
    ]
    assert list(ownership_table("operation", found, "replica")) == [("operation", "2019-06", 1, 1, "replica")]


def test_the_list_of_phrases_names_its_sources(root) -> None:
    phrases = read_ownership_phrases(root / "workflow/resources/ownership_terms.yaml")
    assert "test new owner" in phrases and any(not phrase.isascii() for phrase in phrases)
    assert len(phrases) == len(set(phrases))


@pytest.mark.parametrize(
    "text", ["[]", "- phrases: [a]", "- {source: x, phrases: [New owner]}", "phrases: [a]"]
)
def test_a_list_that_cannot_match_or_has_no_source_is_refused(tmp_path, text) -> None:
    (tmp_path / "terms.yaml").write_text(text)
    with pytest.raises(InputError, match=r"terms\.yaml"):
        read_ownership_phrases(tmp_path / "terms.yaml")


def population(connection, subject: str, archives: list[str], choices=CHOICES, **window) -> Population:
    lives = find_lives(connection, archives, choices, until=UNTIL, **window)
    return Population(subject, lives, choices, seed=1, repetitions=99)


def crowd(connection, archive: str, seed: int, accounts: int = 30) -> None:
    """Add accounts of twelve creation days, and an older one whose post is the first that is known."""
    rng = np.random.default_rng(seed)
    add_account(connection, f"{archive}old", "2017-05-01", archive)
    add_posts(connection, f"{archive}old", [("2018-01-01", False)], archive)
    for number in range(accounts):
        created = np.datetime64("2018-01-01") + int(rng.integers(12))
        add_account(connection, f"{archive}{number}", str(created), archive)
        posted = np.sort(created + rng.integers(0, 500, 4))
        add_posts(
            connection,
            f"{archive}{number}",
            [(str(day), bool(rng.random() < 0.5)) for day in posted],
            archive,
        )


def test_measures_and_curves_do_not_depend_on_the_order_of_rows(connection) -> None:
    for archive, seed in (("august", 1), ("crowd", 2)):
        crowd(connection, archive, seed)

    def everything():
        populations = {
            name: population(connection, name, [of])
            for name, of in (("operation", "august"), ("control", "crowd"))
        }
        rows = [row for each in populations.values() for row in life_measures(each, populations)]
        return rows, [row for each in populations.values() for row in survival_table(each)]

    before = everything()
    for table in ("account", "post", "post_term"):
        connection.execute(
            f"CREATE OR REPLACE TABLE {table} AS SELECT * FROM {table} ORDER BY hash({table}::VARCHAR)"
        )
    assert everything() == before
    names = {row.measure for row in before[0] if row.p_value is not None}
    assert (
        "life.age_at_first_topic_post_difference" in names
        and "life.mean_days_to_first_post_difference" in names
    )
    assert all(row.family == "life" and row.low is not None for row in before[0] if row.p_value is not None)


def test_without_a_list_for_the_topic_nothing_is_said_of_turns_to_it(connection) -> None:
    crowd(connection, "august", 1)
    crowd(connection, "crowd", 2)
    choices = replace(CHOICES, topic_lists=[])
    populations = {
        "operation": population(connection, "operation", ["august"], choices),
        "control": population(connection, "control", ["crowd"], choices),
    }
    names = {row.measure for row in life_measures(populations["operation"], populations)}
    assert names >= {"life.days_to_first_post", "life.dormant_share_difference", "life.longest_gap"}
    assert not [name for name in names if "topic" in name or "change" in name or "repurposed" in name]
    assert {row[0] for row in survival_table(populations["operation"])} == {"first_post", "reactivation"}


def test_a_curve_of_the_table_falls_from_one_and_counts_whom_it_observes(connection) -> None:
    crowd(connection, "august", 1)
    rows = [
        row
        for row in survival_table(population(connection, "operation", ["august"]))
        if row[0] == "first_post"
    ]
    days, at_risk, survival = (np.array([row[place] for row in rows]) for place in (3, 4, 5))
    assert (days[0], at_risk[0]) == (0, 30) and (np.diff(days) > 0).all()
    assert (np.diff(survival) <= 0).all() and (np.diff(at_risk) <= 0).all()


def test_no_curve_of_the_table_tells_of_fewer_than_five(connection) -> None:
    crowd(connection, "august", 1)
    crowd(connection, "crowd", 2, accounts=4)
    rows = list(survival_table(population(connection, "operation", ["august"])))
    assert min(row[4] for row in rows) == 5 and {row[0] for row in rows} >= {"first_post", "reactivation"}
    assert "first_post" not in {
        row[0] for row in survival_table(population(connection, "control", ["crowd"]))
    }


def test_an_archive_without_a_post_has_no_lives(connection) -> None:
    add_account(connection, "a", "2018-01-01", "silent")
    assert find_lives(connection, ["silent"], CHOICES, until=UNTIL) is None


def test_one_account_off_the_topic_gives_values_without_intervals(connection) -> None:
    add_account(connection, "a", "2019-01-01")
    add_posts(connection, "a", [("2019-01-04", False), ("2019-01-05", False)])
    one = population(connection, "operation", ["august"])
    owned = find_ownership(connection, ["august"], ["sold"], until=UNTIL)
    rows = {
        row.measure: row for row in [*life_measures(one, {"operation": one}), *ownership_measures(one, owned)]
    }
    # Posts begin on 4 January, after the account: whether its first post is known cannot be told.
    assert "life.days_to_first_post" not in rows and "life.age_at_first_topic_post" not in rows
    assert rows["life.dormant_share"].value == 0 and rows["life.dormant_share"].low is None
    assert rows["life.ownership_posts"].value == 0
    assert list(survival_table(one)) == []


def test_an_account_older_than_its_first_post_is_left_out_and_counted(connection) -> None:
    add_account(connection, "a", "2019-01-02")
    add_posts(connection, "a", [("2019-01-01", False)])
    for number in range(2):
        add_account(connection, f"b{number}", f"2019-01-0{number + 3}")
        add_posts(connection, f"b{number}", [("2019-01-09", False)])
    one = population(connection, "operation", ["august"])
    row = next(row for row in life_measures(one, {}) if row.measure == "life.days_to_first_post")
    assert row.n == 2 and "left out because their event came before the period: 1;" in row.method
