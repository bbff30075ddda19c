"""Pairs of accounts: equal to a comparison of every event with every other, whatever the input, and never silent."""

import itertools
import logging
from collections import defaultdict

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.core.errors import InputError
from takedown.pairs.find_pairs import find_pairs

MINUTE = 60


@pytest.fixture(scope="module")
def shared():
    """Return a connection that the many small cases share."""
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


@pytest.fixture
def connection():
    with duckdb.connect(config={"threads": 1}) as connection:
        yield connection


def put(connection, rows, kind="BIGINT"):
    """Make the table `events` of rows (account, object, time)."""
    connection.execute(f"CREATE OR REPLACE TABLE events (account VARCHAR, object VARCHAR, time {kind})")
    if rows:
        marks = ", ".join(["(?, ?, ?)"] * len(rows))
        connection.execute(f"INSERT INTO events VALUES {marks}", [value for row in rows for value in row])


def pairs_of(connection, rows, **choices):
    put(connection, rows)
    return find_pairs(connection, "events", **choices).pairs.order("account_a, account_b").fetchall()


def by_brute_force(rows, window, cap, min_objects):
    """Return the pairs and the bursts of events by comparing each with each."""
    events = sorted(set(rows))

    def near(x, y):
        return x[1] == y[1] and x[0] != y[0] and abs(x[2] - y[2]) <= window

    others = {x: sum(near(x, y) for y in events) for x in events}
    found = defaultdict(list)
    missing = defaultdict(int)
    for x, y in itertools.combinations(events, 2):
        if near(x, y) and others[x] <= cap and others[y] <= cap:
            found[x[0], y[0]].append((x, y))
        elif near(x, y):
            missing[x[1]] += 1
    pairs = [
        (a, b, len(of), len({x[1] for x, _ in of}), len({x for x, _ in of}), len({y for _, y in of}))
        for (a, b), of in sorted(found.items())
    ]
    crowded = defaultdict(list)
    for x in events:
        if others[x] > cap:
            crowded[x[1]].append(x)
    bursts = [
        (
            name,
            len(of),
            len({x[0] for x in of}),
            min(x[2] for x in of),
            max(x[2] for x in of),
            max(others[x] for x in of),
            missing[name],
        )
        for name, of in sorted(crowded.items())
    ]
    return [pair for pair in pairs if pair[3] >= min_objects], bursts


few_events = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from("xyz"), st.integers(-200, 200)), max_size=40
)


@settings(max_examples=30, deadline=None)
@given(
    rows=few_events,
    window=st.sampled_from([0, 1, 7, 60, 1000]),
    cap=st.sampled_from([1, 2, 4, 1000]),
    min_objects=st.integers(1, 3),
)
def test_pairs_and_bursts_are_those_of_a_comparison_of_each_with_each(shared, rows, window, cap, min_objects):
    put(shared, rows)
    found = find_pairs(shared, "events", window=window, cap=cap, min_objects=min_objects)
    pairs, bursts = by_brute_force(rows, window, cap, min_objects)
    assert found.pairs.order("account_a, account_b").fetchall() == pairs
    assert found.bursts.order("object").fetchall() == bursts
    counts = dict(found.rows)
    counts.pop("cut_to_the_second")
    assert counts.pop("rows_read") == len(rows) == sum(counts.values())
    assert counts["in_a_burst"] == sum(burst[1] for burst in bursts)


def test_a_pair_worked_by_hand(connection):
    rows = [
        ("b", "x", 0),
        ("a", "x", 50),
        ("b", "x", 100),
        ("a", "y", 0),
        ("b", "y", 60),
        ("a", "z", 0),
        ("b", "z", 61),
    ]
    # On x one event of a meets two of b; on y one meets one, at the edge of the window; on z it is a second too late.
    assert pairs_of(connection, rows) == [("a", "b", 3, 2, 2, 3)]


def test_accounts_whose_ids_a_spreadsheet_has_cut_are_refused(connection):
    with pytest.raises(InputError, match=r"events has the account '1\.29E\+18', an id cut by a spreadsheet"):
        pairs_of(connection, [("1.29E+18", "x", 0), ("1.30E+18", "x", 5)])


def test_the_window_is_inclusive_and_zero_asks_for_the_same_second(connection):
    rows = [("a", "x", 0), ("b", "x", 60), ("c", "x", 121)]
    assert pairs_of(connection, rows, window=60) == [("a", "b", 1, 1, 1, 1)]
    assert pairs_of(connection, rows, window=59) == []
    assert pairs_of(connection, [("a", "x", 5), ("b", "x", 5), ("c", "x", 6)], window=0) == [
        ("a", "b", 1, 1, 1, 1)
    ]


def test_an_account_makes_no_pair_with_itself_and_one_event_is_enough_for_a_pair(connection):
    rows = [("a", "x", 0), ("a", "x", 1), ("a", "x", 2), ("b", "x", 2)]
    assert pairs_of(connection, rows) == [("a", "b", 3, 1, 3, 1)]


def test_duplicates_are_one_event_and_are_counted(connection):
    put(connection, [("a", "x", 0)] * 3 + [("b", "x", 1)] * 2)
    found = find_pairs(connection, "events")
    assert found.pairs.fetchall() == [("a", "b", 1, 1, 1, 1)]
    assert (found.rows["duplicate"], found.rows["compared"]) == (3, 2)


def test_rows_without_account_object_or_time_are_left_out_and_counted(connection):
    whole = [("a", "x", 0), ("b", "x", 1)]
    broken = [(None, "x", 0), (" ", None, 0), ("a", None, 0), ("a", "", 0), ("a", "\t", 0), ("a", "x", None)]
    put(connection, whole + broken)
    found = find_pairs(connection, "events")
    assert found.pairs.fetchall() == [("a", "b", 1, 1, 1, 1)]
    assert [found.rows[f"without_{what}"] for what in ("account", "object", "time")] == [2, 3, 1]


def test_fractions_of_a_second_are_cut_off_downwards_and_counted(connection):
    put(connection, [("a", "x", -0.5), ("b", "x", 0.9), ("a", "y", 3.0), ("a", "z", float("inf"))], "DOUBLE")
    found = find_pairs(connection, "events", window=1)
    assert found.pairs.fetchall() == [("a", "b", 1, 1, 1, 1)]
    assert found.rows["cut_to_the_second"] == 2
    assert found.rows["unreadable_time"] == 1
    assert find_pairs(connection, "events", window=0).pairs.fetchall() == []


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("1566208800", 1566208800),
        ("1566208800.9", 1566208800),
        ("-1.5", -2),
        ("2019-08-19", 1566172800),
        ("2019-08-19 10:00", 1566208800),
        ("2019-08-19T10:00:00.9", 1566208800),
        ("2019-08-19T10:00:00Z", 1566208800),
        ("2019-08-19 18:00:00+08", 1566208800),
        ("2019-08-19 18:00:00+08:00", 1566208800),
        ("2019-02-30", None),
        ("epoch", None),
        ("nano", None),
        ("1e9", None),
        ("19.08.2019", None),
    ],
)
def test_a_time_in_text_is_read_as_utc_in_any_time_zone_or_counted_as_unreadable(connection, text, second):
    connection.execute("SET TimeZone = 'Asia/Hong_Kong'")
    put(connection, [("a", "x", text), ("b", "x", "0"), ("b", "x", str(second or 1))], "VARCHAR")
    found = find_pairs(connection, "events", window=0)
    assert len(found.pairs.fetchall()) == (second is not None)
    assert found.rows["unreadable_time"] == (second is None)


@pytest.mark.parametrize(
    "kind", ["TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_MS", "DATE", "INTEGER", "DECIMAL(12, 1)"]
)
def test_times_of_every_type_count_in_seconds(connection, kind):
    of = "" if kind.startswith(("INT", "DEC")) else "make_timestamp(s::BIGINT * 1000000)::"
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(
        f"CREATE TABLE events AS SELECT chr(97 + s // 86400) AS account, 'x' AS object, ({of or 's::'}{kind}) AS time "
        "FROM (VALUES (0), (86400), (259200)) AS t (s)"
    )
    found = find_pairs(connection, "events", window=86400)
    assert found.pairs.fetchall() == [("a", "b", 1, 1, 1, 1)]
    assert found.resolution_seconds == 86400


@pytest.mark.parametrize(
    ("times", "resolution"),
    [([0, 60, 7200], 60), ([0, 3600], 3600), ([0, 61], 1), ([86400, 0], 86400), ([], 1)],
)
def test_the_resolution_of_the_data_is_told(connection, times, resolution):
    put(connection, [("a", "x", time) for time in times])
    assert find_pairs(connection, "events").resolution_seconds == resolution


def test_a_window_shorter_than_the_resolution_is_said_aloud(connection, caplog):
    put(connection, [("a", "x", 60), ("b", "x", 120)])
    with caplog.at_level(logging.WARNING):
        find_pairs(connection, "events", window=30)
    assert "multiples of 60 s" in caplog.text


def test_pairs_come_in_the_order_of_their_names(connection):
    put(connection, [(account, "x", 0) for account in ("é", "b", "Z", "a", "10", "9")])
    pairs = [row[:2] for row in find_pairs(connection, "events").pairs.fetchall()]
    assert pairs == list(itertools.combinations(["10", "9", "Z", "a", "b", "é"], 2))


def test_a_number_too_large_for_a_time_is_refused(connection):
    put(connection, [("a", "x", 1e300), ("b", "x", 0.0)], "DOUBLE")
    with pytest.raises(InputError, match="after the year 5138"):
        find_pairs(connection, "events")


def test_a_table_without_rows_has_no_pairs(connection):
    assert pairs_of(connection, []) == []


def test_a_viral_object_goes_to_the_bursts_and_other_pairs_stay(connection):
    connection.execute(
        "CREATE TABLE events AS SELECT 'v' || i AS account, 'viral' AS object, (i % 60)::BIGINT AS time FROM range(20000) t(i)"
    )
    connection.execute(
        "INSERT INTO events VALUES ('a', 'x', 0), ('b', 'x', 1), ('v1', 'viral', 100), ('v2', 'viral', 200)"
    )
    found = find_pairs(connection, "events", cap=100)
    assert found.pairs.order("account_a").fetchall() == [("a", "b", 1, 1, 1, 1)]
    # The event of v1 at 100 sees the 6,660 from 40 to 59; that of v2 at 200 sees none, and is no burst.
    pairs = 20000 * 19999 // 2 + 6660
    assert found.bursts.fetchall() == [("viral", 20001, 20000, 0, 100, 20000, pairs)]
    assert found.rows["in_a_burst"] == found.bursts.fetchall()[0][1]


@pytest.mark.parametrize(
    "choices",
    [
        {"window": -1},
        {"window": 1.5},
        {"window": True},
        {"window": "60"},
        {"cap": 0},
        {"min_objects": 0},
        {"min_objects": None},
    ],
)
def test_a_choice_that_makes_no_sense_is_refused_by_name(connection, choices):
    put(connection, [])
    with pytest.raises(InputError, match=f"^{next(iter(choices))} of the pairs .* give a whole number"):
        find_pairs(connection, "events", **choices)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT 'a' AS account, 'x' AS object", "events has no column time"),
        (
            "SELECT 1.5::DOUBLE AS account, 'x' AS object, 0 AS time",
            "Column account of events holds floating",
        ),
        ("SELECT 'a' AS account, 'x' AS object, true AS time", "Column time of events is of type BOOLEAN"),
        ("SELECT 'a' AS account, 'x' AS object, 1566208800000 AS time", "give seconds, not milliseconds"),
        ("SELECT 'a' AS account, 'x' AS object, 'noon' AS time", "No time of events can be read"),
    ],
)
def test_events_that_cannot_be_used_are_refused_in_one_sentence(connection, query, sentence):
    connection.execute(f"CREATE TABLE events AS {query}")
    with pytest.raises(InputError, match=sentence):
        find_pairs(connection, "events")


def test_a_table_that_is_not_there_is_named(connection):
    with pytest.raises(InputError, match="no table of events named evnets"):
        find_pairs(connection, "evnets")


def many_events(connection, order, events=20_000):
    """Make events of 500 accounts and 300 objects within three hours, some of them over any low cap."""
    connection.execute(
        "CREATE OR REPLACE TABLE events AS SELECT 'a' || hash(i) % 500 AS account, "
        "'o' || (pow(300, hash(i + 1000000) % 10007 / 10007.0))::INTEGER AS object, "
        f"(hash(i * 7) % 10800)::BIGINT AS time FROM range({events}) t(i) ORDER BY {order}"
    )


def whole_result(connection, **choices):
    found = find_pairs(connection, "events", **choices)
    return (
        found.pairs.order("account_a, account_b").fetchall(),
        found.bursts.order("object").fetchall(),
        found.rows,
    )


def parts_told_in(caplog):
    """Return in how many parts each search listed its pairs."""
    return [record.args[1] for record in caplog.records if "parts" in record.message]


def test_the_result_depends_neither_on_threads_nor_on_the_order_of_rows_nor_on_the_memory(
    caplog, monkeypatch
):
    results = []
    for config, order in (
        ({"threads": 1}, "i"),
        ({"threads": 3}, "hash(i * 3)"),
        # A pair is said to need so much that the pairs are listed in several parts.
        ({"threads": 2, "memory_limit": "24MB"}, "i DESC"),
    ):
        if "memory_limit" in config:
            monkeypatch.setattr("takedown.pairs.find_pairs.BYTES_PER_PAIR", 1000)
        with duckdb.connect(config=config) as connection, caplog.at_level(logging.INFO):
            many_events(connection, order)
            results.append(whole_result(connection, cap=12))
    assert parts_told_in(caplog)[:2] == [1, 1]
    assert parts_told_in(caplog)[2] > 1
    assert results[0] == results[1] == results[2]
    assert len(results[0][0]) > 10000
    assert results[0][1]


def test_a_search_that_needs_more_than_the_memory_lists_its_pairs_in_parts(caplog):
    with duckdb.connect(config={"threads": 2, "memory_limit": "24MB"}) as connection:
        many_events(connection, "i", events=40_000)
        with caplog.at_level(logging.INFO):
            find_pairs(connection, "events")
    (parts,) = parts_told_in(caplog)
    assert parts > 1


def test_only_the_results_stay_and_an_earlier_one_is_not_touched_by_a_later_call(connection):
    put(connection, [("a", "x", 0), ("b", "x", 1)])
    first = find_pairs(connection, "events")
    put(connection, [("c", "x", 0), ("d", "x", 1)])
    find_pairs(connection, "events")
    assert first.pairs.fetchall() == [("a", "b", 1, 1, 1, 1)]
    left = connection.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()
    assert len(left) == 4
    assert connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE temporary AND NOT internal"
    ).fetchone() == (0,)


def test_nothing_stays_of_a_call_that_failed(connection):
    connection.execute("CREATE TABLE events AS SELECT 'a' AS account, 'x' AS object, 1566208800000 AS time")
    with pytest.raises(InputError):
        find_pairs(connection, "events")
    assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE temporary").fetchone() == (0,)


def test_many_objects_over_many_years_do_not_outgrow_a_number(connection):
    connection.execute(
        "CREATE TABLE events AS SELECT 'a' || i % 2 AS account, 'o' || i // 2 AS object, "
        "(i // 2 % 10000 * 400000) AS time FROM range(40000) t(i)"
    )
    assert find_pairs(connection, "events").pairs.fetchall() == [("a0", "a1", 20000, 20000, 20000, 20000)]


@pytest.mark.parametrize(
    "time", ["2019-08-19 24:00:00", "2019-08-19 10:00:00+14:01", "2019-08-19T10:00:00-99"]
)
def test_a_time_that_no_clock_shows_is_unreadable(connection, time):
    put(connection, [("a", "x", "2019-08-19 10:00:00+14:00"), ("b", "x", time)], "VARCHAR")
    assert find_pairs(connection, "events").rows["unreadable_time"] == 1
