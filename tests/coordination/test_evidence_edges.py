"""From the events of traces to pair-days, edges and their table."""

import itertools
import random

import duckdb
import numpy as np
import pytest

from takedown.coordination.catalogue import PIECES
from takedown.coordination.edges import crowd_levels, write_edges_from_events
from takedown.coordination.evidence_measures import (
    TABLE_COLUMNS,
    Report,
    coordination_measures,
    real_crowd,
    trace_table,
)
from takedown.coordination.pair_days import Choices, find_pair_days, load_traces
from takedown.core.measures import write_measures
from takedown.statistics.estimate import Estimate

CHOICES = Choices(60, 600, 1000, 8)
#: Midnight of 1 June 2019 in Hong Kong, seconds since 1970.
MIDNIGHT = 1559318400
DAY = 86400


def events_table(connection, rows) -> None:
    """Make the view of events (trace, account, object, seconds), in the order given; posts are numbered by content."""
    columns = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    connection.execute(
        "CREATE OR REPLACE TABLE given AS SELECT unnest($1::VARCHAR[]) AS trace, unnest($2::VARCHAR[]) AS account, "
        "unnest($3::VARCHAR[]) AS object, unnest($4::DOUBLE[]) AS seconds",
        columns,
    )
    connection.execute(
        "CREATE OR REPLACE VIEW trace_event AS SELECT trace, 'x' AS archive_id, account || seconds AS post_id, account, object, "
        "make_timestamp((seconds * 1000000)::BIGINT) AS time FROM given"
    )


def traced(tmp_path, rows, choices=CHOICES, trace="t"):
    with duckdb.connect() as connection:
        events_table(connection, [(trace, *row) for row in rows])
        find_pair_days(connection, trace, choices, tmp_path)
        found = load_traces(connection, {piece: [tmp_path / f"{piece}.parquet"] for piece in PIECES})[trace]
        pairs = connection.sql(f"FROM '{tmp_path}/pair.parquet' ORDER BY account_a, account_b").fetchall()
        days = connection.sql(
            "SELECT day, difference FROM pair_day ORDER BY account_a, account_b, day"
        ).fetchall()
    return found, pairs, days


def find(tmp_path, populations, choices=CHOICES, alpha=0.05, **settings):
    events, edges = {}, {}
    with duckdb.connect() as connection:
        for subject, rows in populations.items():
            events_table(connection, rows)
            events[subject] = tmp_path / f"{subject}_events [a]*?.parquet"
            edges[subject] = tmp_path / f"{subject}_edges.parquet"
            connection.sql("FROM trace_event").write_parquet(str(events[subject]))
        found = write_edges_from_events(
            {subject: [path] for subject, path in events.items()},
            edges,
            choices,
            crowd="control",
            alpha=alpha,
            scratch=tmp_path / "scratch [a]*?",
            **{"memory_mb": 300, "threads": 1} | settings,
        )
        assert list((tmp_path / "scratch [a]*?").iterdir()) == []
        return found, {
            subject: connection.sql(f"FROM '{path}'").fetchall() for subject, path in edges.items()
        }


def crowd(seed: int, accounts: int, days: int) -> list[tuple]:
    """Return reposts of a post of each day, at any time within twenty minutes."""
    rng = random.Random(seed)
    return [
        ("co_retweet", f"c{account:03}", f"post {day}", MIDNIGHT + day * DAY + 40000 + rng.randrange(1200))
        for day in range(days)
        for account in range(accounts)
    ]


def test_what_goes_on_is_one_act(tmp_path):
    rows = [("a", "x", MIDNIGHT + 40000 + after) for after in (0, 1200, 2400, 3601)]
    found, pairs, days = traced(tmp_path, [*rows, ("b", "x", MIDNIGHT + 42400)])
    assert found.counts["acts"] == 3
    assert (pairs, days) == ([], [])
    found, pairs, days = traced(tmp_path, [*rows, ("b", "x", MIDNIGHT + 43600)])
    assert pairs == [("t", "a", "b", 1, 1, 1, 1)]


def test_a_pair_day_is_the_rarest_object_and_the_first_on_it(tmp_path):
    noon = MIDNIGHT + 43200
    rows = [
        *(("a", "common", noon), ("b", "common", noon + 5), ("c", "common", noon + 9000)),
        *(("d", "common", noon + 14000), ("e", "common", noon + 20000)),
        *(("a", "rare", noon + 100), ("b", "rare", noon + 400)),
        *(("a", "rare", noon + 8000), ("b", "rare", noon + 8010)),
    ]
    found, pairs, days = traced(tmp_path, rows)
    assert days == [(MIDNIGHT // DAY + 1, 300)]
    assert pairs == [("t", "a", "b", 1, 0, 2, 2)]
    assert found.counts["event_pairs_near"] == 3


def test_differences_count_to_the_end_of_the_windows(tmp_path):
    noon = MIDNIGHT + 43200
    rows = [(name, "x", noon + after) for name, after in (("a", 0), ("b", 60.9), ("c", 600), ("d", -601))]
    _, pairs, _ = traced(tmp_path, rows)
    assert [pair[1:5] for pair in pairs] == [("a", "b", 1, 1), ("a", "c", 1, 0), ("b", "c", 1, 0)]


def test_midnight_parts_no_pair(tmp_path):
    rows = [("b", "x", MIDNIGHT + 20), ("a", "x", MIDNIGHT - 20)]
    found, _, days = traced(tmp_path, rows)
    assert days == [(MIDNIGHT // DAY, 40)]
    assert found.dealt["observed"].sum() == 0


def test_days_are_local(tmp_path):
    rows = [(name, thing, MIDNIGHT + at) for name in "ab" for thing, at in (("x", -3600), ("y", 3600))]
    assert [near for _, _, _, near, *_ in traced(tmp_path, rows)[1]] == [2]
    utc = Choices(60, 600, 1000, 0)
    assert [near for _, _, _, near, *_ in traced(tmp_path, rows, utc)[1]] == [1]


def test_a_crowd_over_the_cap_makes_no_pairs_and_is_counted(tmp_path):
    noon = MIDNIGHT + 43200
    rows = [(f"a{number}", "viral", noon + number) for number in range(6)]
    rows += [(name, "viral", noon + 9000) for name in ("a0", "a1")]
    found, pairs, _ = traced(tmp_path, rows, Choices(60, 600, 4, 8))
    assert [pair[1:3] for pair in pairs] == [("a0", "a1")]
    assert (found.counts["burst_objects"], found.counts["burst_acts"]) == (1, 6)
    assert found.dealt["observed"].sum() == 1
    found, pairs, _ = traced(tmp_path, rows, Choices(60, 600, 5, 8))
    assert (len(pairs), found.counts["burst_objects"]) == (15, 0)


def test_near_pairs_are_those_of_a_comparison_of_each_with_each(tmp_path):
    rng = random.Random(7)
    rows = list(
        {(rng.choice("abcde"), rng.choice("xy"), MIDNIGHT + rng.randrange(0, 200000, 40)) for _ in range(300)}
    )
    acts = []
    for account, thing in itertools.product("abcde", "xy"):
        times = sorted(row[2] for row in rows if row[:2] == (account, thing))
        acts += [
            (account, thing, at)
            for before, at in zip([None, *times], times, strict=False)
            if before is None or at - before > 1200
        ]
    near = [
        (one[0], other[0], other[2] - one[2])
        for one, other in itertools.product(acts, acts)
        if one[0] < other[0] and one[1] == other[1] and abs(one[2] - other[2]) <= 600
    ]
    found, pairs, _ = traced(tmp_path, rows)
    assert found.counts["event_pairs_near"] == len(near) > 20
    within = [pair[:2] for pair in near if abs(pair[2]) <= 60]
    assert {pair[1:3]: pair[5] for pair in pairs} == {pair[:2]: within.count(pair[:2]) for pair in near}


def test_dealing_objects_anew_gives_what_is_expected(tmp_path):
    noon, rng = MIDNIGHT + 43200, np.random.default_rng(8)
    account = rng.integers(0, 6, 14)
    time = noon + np.arange(14) * 25
    things = rng.choice(list("xxxyz"), 14)
    rows = [(f"a{a}", f"{thing}", int(at)) for a, thing, at in zip(account, things, time, strict=True)]
    found, *_ = traced(tmp_path, rows, Choices(60, 12, 1000, 8))
    close = (abs(time[:, None] - time) <= 60) & (account[:, None] != account)
    dealt = [
        (close & (dealing[:, None] == dealing)).sum() / 2
        for dealing in (rng.permutation(things) for _ in range(4000))
    ]
    assert found.dealt["expected"].tolist() == [pytest.approx(np.mean(dealt), abs=4 * np.std(dealt) / 63)]


def test_two_that_are_together_day_after_day_are_an_edge_and_a_crowd_is_none(tmp_path):
    together = [
        ("co_retweet", name, f"order {day}", MIDNIGHT + day * DAY + 30000 + 1200 * day + after)
        for day in range(12)
        for name, after in (("p", 0), ("q", 30))
    ]
    found, edges = find(tmp_path, {"operation": [*crowd(1, 12, 12), *together], "control": crowd(2, 12, 12)})
    significant = [edge[:5] for edge in edges["operation"] if edge[9]]
    assert significant == [("co_retweet", "p", "q", 12, 12)]
    assert not any(edge[9] for edge in edges["control"])
    operation = found["operation"]
    assert (operation.all_edges, operation.components.tolist()) == (1, [2])
    assert operation.members == {"co_retweet": 2}
    assert operation.chance == found["control"].chance


def test_two_that_post_by_the_clock_are_no_edge(tmp_path):
    hour = [("a", 36000), ("b", 36020)]
    daily = [
        ("co_hashtag", name, "news", MIDNIGHT + day * DAY + at) for day in range(90) for name, at in hour
    ]
    found, edges = find(tmp_path, {"operation": daily})
    assert [edge[3:5] for edge in edges["operation"]] == [(1, 1)]
    assert (found["operation"].all_edges, found["operation"].synchrony["co_hashtag"].n) == (0, 90)
    varied = [(*row[:3], row[3] + 1200 * (place // 2 % 20)) for place, row in enumerate(daily)]
    found, edges = find(tmp_path, {"operation": varied})
    assert [edge[3:5] for edge in edges["operation"]] == [(20, 20)]
    assert found["operation"].all_edges == 1


def test_of_days_near_at_the_same_time_of_the_day_the_first_counts(tmp_path):
    noon = MIDNIGHT + 43200
    rows = [("a", f"x{day}", noon + day * DAY) for day in range(2)]
    rows += [("b", "x0", noon + 100), ("b", "x1", noon + DAY + 10)]
    assert [pair[3:6] for pair in traced(tmp_path, rows)[1]] == [(1, 0, 1)]


def test_an_edge_must_beat_the_crowd_of_the_control(tmp_path):
    # Everybody of the control answers within half a minute: so may two of the operation.
    fast = [
        (
            "co_retweet",
            f"c{account}",
            f"post {day}",
            MIDNIGHT + day * DAY + 1200 * day + (account * 7 + day * 11) % 30,
        )
        for day in range(60)
        for account in range(6)
    ]
    two = [row for row in fast if row[1] in ("c0", "c1")]
    assert find(tmp_path, {"operation": two, "control": crowd(3, 12, 12)})[0]["operation"].all_edges == 1
    found, _ = find(tmp_path, {"operation": two, "control": fast})
    assert (found["operation"].all_edges, found["operation"].chance["co_retweet"]) == (0, 1)


def test_a_trace_that_the_control_hardly_has_takes_the_largest_of_its_others():
    levels = crowd_levels(
        {"a": Estimate(0.1, 0.08, 0.13, n=900), "b": Estimate(0.3, 0.1, 0.9, n=8), "c": None}
    )
    assert levels == {"a": 0.13}


def test_times_count_at_the_coarsest_resolution_of_the_populations(tmp_path):
    noon = MIDNIGHT + 43200
    seconds = [("co_link", name, "x", noon + after) for name, after in (("a", 59), ("b", 121))]
    minutes = [("co_link", name, "x", noon + after) for name, after in (("c", 0), ("d", 60))]
    alone = find(tmp_path, {"operation": seconds})[0]["operation"]
    assert (alone.synchrony["co_link"].value, alone.chance["co_link"]) == (0, 121 / 1201)
    found, _ = find(tmp_path, {"operation": seconds, "control": minutes})
    for evidence in found.values():
        assert (evidence.traces["co_link"].resolution, evidence.chance["co_link"]) == (60, 3 / 21)
    # Two minutes apart by their minutes, though 62 s by their seconds.
    assert found["operation"].synchrony["co_link"].value == 0
    assert found["control"].synchrony["co_link"].value == 1


def test_fast_retweets_are_together_by_what_they_are_and_so_no_evidence(tmp_path):
    fast = [
        ("fast_retweet", name, "celebrity", MIDNIGHT + DAY * day + place)
        for day in range(12)
        for place, name in enumerate("abcdefgh")
    ]
    own = [("co_link", name, f"x{day}", MIDNIGHT + (DAY + 1200) * day) for day in range(12) for name in "ab"]
    found, _ = find(tmp_path, {"operation": [*fast, *own], "control": fast})
    assert found["operation"].edges == {"co_link": 1, "fast_retweet": 0}
    assert found["operation"].chance == {"co_link": 121 / 1201, "fast_retweet": 1}
    assert crowd_levels({"fast_retweet": Estimate(1.0, 0.9, 1.0, n=900)}) == {}
    report = Report(CHOICES, "2018-01-01", "2019-08-19", 0.05, 9, 1, True)
    measures = coordination_measures(found, dict.fromkeys(found, "replica"), report)
    table = [
        dict(zip(TABLE_COLUMNS, row, strict=True))
        for row in trace_table(found, dict.fromkeys(found, "replica"))
    ]
    fast_row = next(row for row in table if (row["subject"], row["trace"]) == ("control", "fast_retweet"))
    assert [fast_row[name] for name in ("pair_days_near", "synchrony", "dealt_expected")] == [336, None, None]
    assert {row.measure for row in measures if "fast_retweet" in row.measure} <= {
        "coordination.fast_retweet_excess"
    }


def test_the_order_of_rows_and_threads_change_nothing(tmp_path):
    rows = [*crowd(4, 9, 20), *(("co_link", *row[1:]) for row in crowd(5, 8, 10))]
    shuffled = random.Random(6).sample(rows, len(rows))
    first = find(tmp_path, {"operation": rows, "control": rows})
    second = find(tmp_path, {"operation": shuffled, "control": shuffled}, threads=2)
    assert first[1] == second[1]
    report = Report(CHOICES, "2018-01-01", "2019-08-19", 0.05, 99, 1, True)
    weights = dict.fromkeys(("operation", "control"), "replica")
    assert coordination_measures(first[0], weights, report) == coordination_measures(
        second[0], weights, report
    )
    assert list(trace_table(first[0], weights)) == list(trace_table(second[0], weights))


@pytest.mark.parametrize("rows", [[], [("co_retweet", "a", "x", MIDNIGHT)], crowd(1, 1, 5), crowd(1, 2, 1)])
def test_little_or_nothing_is_measured_without_fault(tmp_path, rows):
    found, edges = find(tmp_path, {"operation": rows, "control": rows})
    assert not any(edge[9] for edge in edges["operation"])
    report = Report(CHOICES, "2018-01-01", "2019-08-19", 0.05, 99, 1, True)
    measures = coordination_measures(found, {"operation": "release", "control": "replica"}, report)
    write_measures(measures, tmp_path / "measures.csv")
    values = {(row.measure, row.subject): row.value for row in measures}
    assert values["coordination.edges", "operation"] == 0
    assert all(row.low is not None for row in measures if row.p_value is not None)
    assert all(value is not None and np.isfinite(value) for value in values.values())
    for row in trace_table(found, {"operation": "release", "control": "replica"}):
        assert len(row) == len(TABLE_COLUMNS)


@pytest.mark.parametrize(
    ("provenances", "crowd"),
    [
        ({"operation": "release", "control": "release"}, "control"),
        ({"operation": "replica", "control": "release"}, "control"),
        ({"operation": "replica", "control": "replica"}, "control"),
        ({"operation": "release", "control": "replica"}, None),
        ({"operation": "release"}, None),
        ({}, None),
    ],
)
def test_a_simulated_control_sets_no_level_for_real_posts(provenances, crowd):
    assert real_crowd(provenances) == crowd


def test_edges_say_whether_they_had_to_beat_a_crowd_in_words_and_in_a_parameter(tmp_path):
    found, _ = find(tmp_path, {"operation": crowd(1, 3, 2)})
    for has_crowd, words in (
        (True, "the upper end of the control's synchrony"),
        (False, "fast crowds exceed"),
    ):
        report = Report(CHOICES, "2018-01-01", "2019-08-19", 0.05, 9, 1, has_crowd)
        rows = coordination_measures(found, dict.fromkeys(found, "replica"), report)
        (edges,) = (row for row in rows if row.measure == "coordination.edges")
        assert words in edges.method
        assert edges.parameters == {"must_exceed_control": (has_crowd, "true or false")}


def test_synchrony_names_its_windows(tmp_path):
    found, _ = find(tmp_path, {"operation": crowd(1, 3, 2)})
    report = Report(CHOICES, "2018-01-01", "2019-08-19", 0.05, 9, 1, False)
    rows = coordination_measures(found, dict.fromkeys(found, "replica"), report)
    windows = [row.parameters for row in rows if row.measure.endswith("_synchrony")]
    assert windows
    assert all(
        pair == {"window": (CHOICES.window_seconds, "s"), "near": (CHOICES.near_seconds, "s")}
        for pair in windows
    )
