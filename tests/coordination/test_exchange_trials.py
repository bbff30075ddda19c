"""Trials and clocks in the events of a population are those of a comparison of each with each."""

import random

import duckdb
import numpy as np
import pytest

from takedown.coordination import exchange_trials
from takedown.coordination.acts import Choices
from takedown.coordination.clocks import find_clocks, keeps_clock
from takedown.coordination.edges import find_exchange
from takedown.coordination.evidence import chance_within
from takedown.coordination.exchange import LEAST_DAYS
from takedown.coordination.exchange_trials import (
    PART_SECONDS,
    find_object_trials,
    find_timeline_acts,
    find_timeline_trials,
    number_accounts,
)
from takedown.core.database import read_sql
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS
from tests.coordination import exchange_by_hand as by_hand

#: Midnight of 1 June 2019 in Hong Kong, seconds since 1970.
MIDNIGHT = 1559318400
DAY = 86400
OFFSET_HOURS = 8
ON_OBJECT, IN_TIMELINE = Choices(60, 3600, 1000, OFFSET_HOURS), Choices(60, 600, 1000, OFFSET_HOURS)


def open_rows(rows, populations: int = 1) -> duckdb.DuckDBPyConnection:
    """Return a connection with events (account, object, time) as those of the traces t and posts, and their accounts.

    Accounts whose names begin with different digits are in different populations.
    """
    connection = duckdb.connect(config={"threads": 1})
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
    connection.execute(
        "CREATE TABLE given AS SELECT unnest($1::VARCHAR[]) AS account, unnest($2::VARCHAR[]) AS object, "
        "make_timestamp(unnest($3::BIGINT[]) * 1000000) AS time",
        columns,
    )
    connection.execute(
        "CREATE VIEW trace_event AS SELECT 't' AS trace, * FROM given "
        "UNION ALL SELECT 'synchronised_posting', account, account[1], time FROM given"
    )
    number_accounts(connection)
    if populations > 1:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE member AS SELECT number AS account, account[1]::INTEGER AS population FROM account_number"
        )
    find_timeline_acts(connection, "synchronised_posting", IN_TIMELINE)
    find_clocks(connection)
    return connection


def names_of(connection, query: str) -> dict:
    """Return rows of account_a, account_b, day and what follows, by names and day."""
    names = [
        name for (name,) in connection.sql("SELECT account FROM account_number ORDER BY number").fetchall()
    ]
    rows = connection.sql(query).fetchall()
    return {((names[one], names[other]), day): tuple(rest) for one, other, day, *rest in rows}


def scramble(seed: int, populations: int = 1) -> list[tuple]:
    """Return events of ten accounts in four hours of forty days, two of which are often together on things of their own."""
    rng = random.Random(seed)
    rows = []
    for number in range(populations):
        accounts = [f"{number}{name}" for name in "abcdefghij"]
        for day in range(40):
            for thing in ("x", "y", f"z{day}"):
                noon = MIDNIGHT + day * DAY + 43200 + rng.randrange(7200)
                for account in rng.sample(accounts, rng.randrange(8)):
                    rows.append((account, f"{number}{thing}", noon + int(rng.expovariate(1 / 1800))))
            if day % 3:
                noon = MIDNIGHT + day * DAY + rng.randrange(20000, 70000)
                rows += [(account, f"{number}w{day}", noon + rng.randrange(50)) for account in accounts[:3]]
    return rows


@pytest.mark.parametrize(("seed", "populations", "cap"), [(1, 1, 1000), (2, 1, 5), (3, 2, 1000)])
def test_trials_by_object_are_those_of_a_comparison_of_each_with_each(seed, populations, cap):
    rows = scramble(seed, populations)
    choices = Choices(60, 3600, cap, OFFSET_HOURS)
    rules = by_hand.Rules(60, 3600, cap, 3600 * OFFSET_HOURS, 1)
    with open_rows(rows, populations) as connection:
        pairs = find_object_trials(connection, "t", choices)
        found = names_of(connection, "SELECT account_a, account_b, day, together, chance FROM trial")
    acts = by_hand.find_acts(rows, rules)
    scores = by_hand.scores_of(acts, rules)
    nears = by_hand.near_pairs(acts, lambda *of: by_hand.object_speed(scores, *of), rules, set())
    expected = by_hand.trials_of(
        nears, rules, chance_within(60, 3600), PART_SECONDS, lambda account: account[0]
    )
    assert len(expected) > 200
    assert found == {key: (together, pytest.approx(chance)) for key, (together, chance) in expected.items()}
    of_pair = {}
    for (pair, _), trial in expected.items():
        of_pair.setdefault(pair, []).append(trial)
    enough = {pair: of for pair, of in of_pair.items() if len(of) >= LEAST_DAYS}
    assert sorted(pairs.days_together) == sorted(
        sum(together for together, _ in of) for of in enough.values()
    )
    assert sorted(pairs.log_smallest) == pytest.approx(
        sorted(sum(np.log(chance) for _, chance in of) for of in enough.values()), abs=1e-6
    )


@pytest.mark.parametrize(("seed", "populations"), [(4, 1), (5, 2)])
def test_trials_by_timeline_are_those_of_a_comparison_of_each_with_each(seed, populations):
    rows = scramble(seed, populations)
    on_object = by_hand.Rules(60, 3600, 1000, 3600 * OFFSET_HOURS, 1)
    rules = by_hand.Rules(60, 600, 1000, 3600 * OFFSET_HOURS, DRIFT_BLOCK_DAYS)
    with open_rows(rows, populations) as connection:
        find_object_trials(connection, "t", ON_OBJECT)
        find_timeline_trials(connection, "synchronised_posting", IN_TIMELINE)
        found = names_of(connection, "SELECT account_a, account_b, day, together, chance FROM trial")
    scores = by_hand.scores_of(by_hand.find_acts(rows, on_object), on_object)
    acts = by_hand.find_acts([(account, account[0], time) for account, _, time in rows], rules)

    def speed(account, thing, day):
        return by_hand.tenth([of for key, of in scores.items() if key[0] == account])

    near = by_hand.near_pairs(acts, speed, rules, set())
    put = by_hand.explained(near, rows, rules, lambda account: account[0])
    assert 50 < sum(one == other for one, other in zip(near, put, strict=True)) < len(near) - 50
    expected = by_hand.trials_of(put, rules, chance_within(60, 600), PART_SECONDS, lambda account: account[0])
    assert len(expected) > 30
    assert found == {key: (together, pytest.approx(chance)) for key, (together, chance) in expected.items()}


def test_speed_is_the_mean_rank_on_other_days_drawn_to_the_middle():
    # Ranks 1 to 3 of three: quantiles less a half of -1/3, 0 and 1/3. Of two other days: -2/3 / (2 + 2) is in the fourth
    # tenth, 2/3 / 4 in the seventh; of all three days 1 / 5 is in the seventh, as the scores are rounded.
    rows = [
        (f"0{name}", f"x{day}", MIDNIGHT + day * DAY + 40000 + 60 * place)
        for day in range(3)
        for place, name in enumerate("abc")
    ]
    query = "SELECT DISTINCT account, speed FROM timed_act ORDER BY account"
    with open_rows(rows) as connection:
        find_object_trials(connection, "t", ON_OBJECT)
        assert connection.sql(query).fetchall() == [(0, 3), (1, 5), (2, 6)]
        find_timeline_trials(connection, "synchronised_posting", IN_TIMELINE)
        assert connection.sql(query).fetchall() == [(0, 3), (1, 5), (2, 6)]


def test_the_order_of_rows_changes_nothing():
    rows = scramble(6)
    found = []
    for order in (rows, random.Random(1).sample(rows, len(rows))):
        with open_rows(order) as connection:
            found.append(
                find_exchange(
                    connection,
                    ["t"],
                    on_object=ON_OBJECT,
                    in_timeline=IN_TIMELINE,
                    resolution=1,
                    alpha=0.05,
                )
            )
    for trace in ("t", "synchronised_posting"):
        for name in ("account_a", "account_b", "days", "days_together", "log_smallest", "chance"):
            one, other = (getattr(of.pairs[trace], name) for of in found)
            assert one.tolist() == other.tolist()
        assert found[0].edges[trace].p_value.tolist() == found[1].edges[trace].p_value.tolist()


def crowd(seed: int, accounts: int, days: int, gap: int = 3000) -> list[tuple]:
    """Return reposts of two posts of each day, at any time within `gap` seconds."""
    rng = random.Random(seed)
    return [
        (f"0c{account:03}", f"post {day} {hour}", MIDNIGHT + day * DAY + hour * 3600 + rng.randrange(gap))
        for day in range(days)
        for hour in (6 + day % 4, 14 + day % 5)
        for account in rng.sample(range(accounts), accounts // 2)
    ]


def edges(rows) -> dict[str, set]:
    with open_rows(rows) as connection:
        found = find_exchange(
            connection, ["t"], on_object=ON_OBJECT, in_timeline=IN_TIMELINE, resolution=1, alpha=0.05
        )
    return {
        trace: {
            (str(found.accounts[pairs.account_a[place]]), str(found.accounts[pairs.account_b[place]]))
            for place in found.edges[trace].place[found.edges[trace].significant]
        }
        for trace, pairs in found.pairs.items()
    }


def test_two_that_are_together_among_others_on_the_same_posts_are_an_edge_by_object_alone():
    rows = crowd(1, 16, 30)
    rng = random.Random(2)
    for day in range(0, 30, 2):
        hour = 6 + day % 4
        start = MIDNIGHT + day * DAY + hour * 3600 + rng.randrange(2900)
        rows += [("0p", f"post {day} {hour}", start), ("0q", f"post {day} {hour}", start + 40)]
    found = edges(rows)
    # What explains a day in whole timelines counts there for nothing.
    assert found == {"t": {("0p", "0q")}, "synchronised_posting": set()}


def test_two_that_are_together_on_posts_of_their_own_are_an_edge_by_timeline_alone():
    rng = random.Random(3)
    rows = crowd(4, 16, 60)
    # Posts of one's own at any time, with which those of the two compare.
    rows += [
        (f"0c{account:03}", f"own {account} {day}", MIDNIGHT + day * DAY + rng.randrange(25000, 60000))
        for account in range(16)
        for day in range(60)
    ]
    for day in range(0, 60, 4):
        start = MIDNIGHT + day * DAY + rng.randrange(25000, 60000)
        rows += [("0p", f"order {day}", start), ("0q", f"order {day}", start + 40)]
    assert edges(rows) == {"t": set(), "synchronised_posting": {("0p", "0q")}}


def test_two_that_are_together_once_a_day_at_one_time_of_day_are_no_edge():
    rows = crowd(5, 16, 60)
    for day in range(60):
        hour = 6 + day % 4
        start = MIDNIGHT + day * DAY + hour * 3600
        # Always twenty minutes past the hour at which the day's first post comes.
        rows += [("0p", f"post {day} {hour}", start + 1200), ("0q", f"post {day} {hour}", start + 1210)]
    with open_rows(rows) as connection:
        find_object_trials(connection, "t", ON_OBJECT)
        trials = names_of(connection, "SELECT account_a, account_b, day, together FROM trial")
    assert sum(pair == ("0p", "0q") for pair, _ in trials) <= 4


def test_of_a_large_population_some_days_are_drawn_whole(monkeypatch):
    rows = crowd(9, 12, 60)
    with open_rows(rows) as connection:
        assert find_object_trials(connection, "t", ON_OBJECT).days_drawn == 1
        query = "SELECT day, count(*) FROM near_pair GROUP BY day"
        every = dict(connection.sql(query).fetchall())
        monkeypatch.setattr(exchange_trials, "MOST_NEAR_PAIRS", sum(every.values()) // 3)
        pairs = find_object_trials(connection, "t", ON_OBJECT)
        drawn = dict(connection.sql(query).fetchall())
    assert pairs.days_drawn == pytest.approx(1 / 3, abs=0.1)
    assert 10 < len(drawn) < 35
    assert drawn.items() <= every.items()


def test_an_object_of_more_accounts_than_have_seats_is_in_public_use():
    rows = [(f"0{number:03}", "viral", MIDNIGHT + 40000 + 4 * number) for number in range(140)]
    rows += [(f"0{name}", "order", MIDNIGHT + 60000 + after) for name, after in (("p", 0), ("q", 9))]
    with open_rows(rows) as connection:
        find_object_trials(connection, "t", ON_OBJECT)
        find_timeline_trials(connection, "synchronised_posting", IN_TIMELINE)
        sizes = connection.sql(
            "SELECT act_pair >> 26 AS object, count(*) FROM near_pair GROUP BY object ORDER BY object"
        ).fetchall()
    # All but the pair on the order of its own are put on the object that everybody used.
    assert [size for _, size in sizes] == [1, 140 * 139 // 2]


def test_a_text_of_their_own_with_the_hashtag_of_all_is_their_own():
    rng = random.Random(11)
    times = [MIDNIGHT + 30000 + rng.randrange(9000) for _ in range(30)]
    rows = [(f"0c{number:02}", "#hk", time) for number, time in enumerate(times)]
    rows += [(name, thing, MIDNIGHT + 50000) for name in ("0p", "0q") for thing in ("#hk", "their text")]
    with open_rows(rows) as connection:
        find_object_trials(connection, "t", ON_OBJECT)
        find_timeline_trials(connection, "synchronised_posting", IN_TIMELINE)
        query = "SELECT account_a >= 30 AS own, min(act_pair) >> 26, max(act_pair) >> 26 FROM near_pair GROUP BY own ORDER BY own"
        crowd_pairs, own_pairs = connection.sql(query).fetchall()
    # Object 1 is the timeline.
    assert own_pairs == (True, 1, 1)
    assert crowd_pairs[1] > 1


def test_partners_are_told_by_their_other_days():
    with duckdb.connect() as connection:
        for table, columns, rows in (
            (
                "pair_day",
                "account_a, account_b, day, together",
                "(1, 2, 5, true), (1, 2, 6, true), (1, 2, 7, true)",
            ),
            ("pair_total", "account_a, account_b, population, days, days_together", "(1, 2, 0, 3, 3)"),
            ("member", "account, population", "(1, 0), (2, 0)"),
            ("habit", "population, other_days, least_together", "(0, 2, 2), (0, 3, 3)"),
        ):
            connection.execute(f"CREATE TABLE {table} AS FROM (VALUES {rows}) AS given ({columns})")
        query = read_sql("coordination/exchange/linked.sql")
        assert connection.sql(f"SELECT day FROM ({query}) ORDER BY day").fetchall() == [(5,), (6,), (7,)]
        connection.execute("UPDATE pair_day SET together = false WHERE day = 7")
        connection.execute("UPDATE pair_total SET days_together = 2")
        # On day 7 both other days were together; on the others one of two.
        assert connection.sql(f"SELECT day FROM ({query})").fetchall() == [(7,)]


def test_midnight_parts_two_days():
    rows = [("0a", "x", MIDNIGHT - 20), ("0b", "x", MIDNIGHT + 20), ("0c", "x", MIDNIGHT + 30)]
    with open_rows(rows) as connection:
        find_object_trials(connection, "t", ON_OBJECT)
        assert connection.sql("SELECT count(*) FROM near_pair").fetchall() == [(1,)]


def test_accounts_that_post_at_quarters_of_an_hour_keep_a_clock_and_make_no_pair():
    rng = random.Random(7)
    rows = crowd(8, 8, 40)
    for day in range(40):
        quarter = MIDNIGHT + day * DAY + 900 * rng.randrange(40, 60)
        rows += [(name, f"own {day}", quarter + rng.randrange(30)) for name in ("0p", "0q")]
        rows += [
            ("0r", f"mine {day}", MIDNIGHT + day * DAY + 3600 * rng.randrange(9, 20) + rng.randrange(300))
        ]
    with open_rows(rows) as connection:
        clocks = connection.sql("FROM clock").fetchall()
        names = dict(connection.sql("SELECT number, account FROM account_number").fetchall())
        assert {names[number] for (number,) in clocks} == {"0p", "0q", "0r"}
        find_object_trials(connection, "t", ON_OBJECT)
        assert connection.sql("SELECT count(*) FROM near_pair").fetchall()[0][0] > 100
        number = {name: number for number, name in names.items()}
        assert connection.execute(
            "SELECT count(*) FROM near_pair WHERE account_a = $one AND account_b = $other",
            {"one": number["0p"], "other": number["0q"]},
        ).fetchall() == [(0,)]


def test_bursts_of_posts_are_no_clock():
    rng = random.Random(3)
    starts = [MIDNIGHT + day * DAY + rng.randrange(30000, 60000) for day in range(6)]
    rows = [("0a", f"{start} {post}", start + 40 * post) for start in starts for post in range(30)]
    with open_rows(rows) as connection:
        assert connection.sql("FROM clock").fetchall() == []


def test_a_clock_needs_a_length_and_a_number_of_times():
    # exp(−n R²): 20 times at .8 are enough for 50 accounts, 20 at .6 are not, and .24 never is.
    length, times = np.array([0.8, 0.6, 0.24]), np.array([20, 20, 10**6])
    assert keeps_clock(length, times, np.full(3, 50)).tolist() == [True, False, False]


@pytest.mark.parametrize("rows", [[], [("0a", "x", MIDNIGHT)], crowd(1, 1, 5), crowd(1, 4, 2)])
def test_little_is_tested_without_fault(rows):
    assert edges(rows) == {"t": set(), "synchronised_posting": set()}
