"""From the events of traces to pair-days, edges and their table."""

import itertools
import random
from glob import escape

import duckdb
import numpy as np
import pytest

from takedown.coordination import pair_days
from takedown.coordination.acts import Choices, number_events
from takedown.coordination.catalogue import PIECES, TIMELINE
from takedown.coordination.edges import write_edges
from takedown.coordination.evidence_measures import (
    TABLE_COLUMNS,
    Evidence,
    Report,
    coordination_measures,
    trace_table,
)
from takedown.coordination.found_edges import load_edges
from takedown.coordination.limits import CANNOT_TELL
from takedown.coordination.pair_days import find_pair_days, load_traces, write_pair_days
from takedown.coordination.stretch import FACTORS
from takedown.coordination.synchrony import NEWS_BLOCK_DAYS, sum_pair_days
from takedown.core.measures import write_measures

CHOICES, ON_OBJECT = Choices(60, 600, 1000, 8), Choices(60, 3600, 1000, 8)
REPORT = Report(CHOICES, ON_OBJECT, "2018-01-01", "2019-08-19", 0.05)
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


def traced(tmp_path, rows, choices=CHOICES, factors=(1,)):
    """Return the trace and the pair-days of the smallest windows: names, day, difference."""
    with duckdb.connect() as connection:
        events_table(connection, [("t", *row) for row in rows])
        number_events(connection)
        find_pair_days(connection, "t", choices, tmp_path, factors=factors)
        found = load_traces(connection, {piece: [tmp_path / f"{piece}.parquet"] for piece in PIECES})["t"]
        days = connection.sql(
            "SELECT a.account, b.account, day, difference FROM pair_day JOIN account_number AS a ON a.number = account_a "
            "JOIN account_number AS b ON b.number = account_b ORDER BY ALL"
        ).fetchall()
    return found, days


def find(tmp_path, populations, threads=1):
    """Return the evidence of populations and the rows of their files of edges."""
    found, edges = {}, {}
    for subject, rows in populations.items():
        events, path = (
            tmp_path / f"{subject}_events [a]*?.parquet",
            tmp_path / f"{subject}_edges [a]*?.parquet",
        )
        pieces = {piece: tmp_path / f"{subject}_{piece}.parquet" for piece in PIECES}
        settings = {
            "resolution": 1,
            "scratch": tmp_path / "scratch [a]*?",
            "memory_mb": 300,
            "threads": threads,
        }
        with duckdb.connect() as connection:
            events_table(connection, rows)
            connection.sql("FROM trace_event").write_parquet(str(events))
            names = sorted({row[0] for row in rows}) or ["co_retweet"]
            write_pair_days([events], names, pieces, CHOICES, factors=FACTORS, **settings)
            tests = tmp_path / f"{subject}_tests [a]*?.parquet"
            write_edges(
                [events], path, tests, on_object=ON_OBJECT, in_timeline=CHOICES, alpha=0.05, **settings
            )
            assert list((tmp_path / "scratch [a]*?").iterdir()) == []
            traces = load_traces(connection, {piece: [file] for piece, file in pieces.items()})
            rows = connection.execute("FROM read_parquet($path)", {"path": escape(str(path))})
            columns = [name for name, *_ in rows.description]
            edges[subject] = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
        found[subject] = Evidence(traces, load_edges(path, tests))
    return found, edges


def start_of(day: int) -> int:
    """Return the second at which a day begins for all, each day in another part of it."""
    return MIDNIGHT + day * DAY + 20000 + 1200 * (day % 40)


def crowd(seed: int, accounts: int, days: int) -> list[tuple]:
    """Return reposts of a post of each day, at any time within twenty minutes."""
    rng = random.Random(seed)
    return [
        ("co_retweet", f"c{account:03}", f"post {day}", start_of(day) + rng.randrange(1200))
        for day in range(days)
        for account in range(accounts)
    ]


def test_what_goes_on_is_one_act(tmp_path):
    rows = [("a", "x", MIDNIGHT + 40000 + after) for after in (0, 1200, 2400, 3601)]
    found, days = traced(tmp_path, [*rows, ("b", "x", MIDNIGHT + 42400)])
    assert (found.counts["acts"], days) == (3, [])
    _, days = traced(tmp_path, [*rows, ("b", "x", MIDNIGHT + 43600)])
    assert [row[:2] for row in days] == [("a", "b")]


def test_a_pair_day_is_the_rarest_object_and_the_first_on_it(tmp_path):
    noon = MIDNIGHT + 43200
    rows = [
        *(("a", "common", noon), ("b", "common", noon + 5), ("c", "common", noon + 9000)),
        *(("d", "common", noon + 14000), ("e", "common", noon + 20000)),
        *(("a", "rare", noon + 100), ("b", "rare", noon + 400)),
        *(("a", "rare", noon + 8000), ("b", "rare", noon + 8010)),
    ]
    found, days = traced(tmp_path, rows)
    assert days == [("a", "b", MIDNIGHT // DAY + 1, 300)]
    assert (found.counts["event_pairs_near"], found.counts["event_pairs_within"]) == (3, 2)


def test_differences_count_to_the_end_of_the_windows(tmp_path):
    noon = MIDNIGHT + 43200
    rows = [(name, "x", noon + after) for name, after in (("a", 0), ("b", 60.9), ("c", 600), ("d", -601))]
    found, days = traced(tmp_path, rows)
    assert [(*row[:2], row[3]) for row in days] == [("a", "b", 60), ("a", "c", 600), ("b", "c", 540)]
    assert (found.sums[1]["pair"].near, found.sums[1]["pair"].together) == (3, 1)


def test_midnight_parts_no_pair(tmp_path):
    rows = [("b", "x", MIDNIGHT + 20), ("a", "x", MIDNIGHT - 20)]
    assert traced(tmp_path, rows)[1] == [("a", "b", MIDNIGHT // DAY, 40)]


def test_days_are_local(tmp_path):
    rows = [(name, thing, MIDNIGHT + at) for name in "ab" for thing, at in (("x", -3600), ("y", 3600))]
    assert len(traced(tmp_path, rows)[1]) == 2
    assert len(traced(tmp_path, rows, Choices(60, 600, 1000, 0))[1]) == 1


def test_a_crowd_over_the_cap_makes_no_pairs_and_is_counted(tmp_path):
    noon = MIDNIGHT + 43200
    rows = [(f"a{number}", "viral", noon + number) for number in range(6)]
    rows += [(name, "viral", noon + 9000) for name in ("a0", "a1")]
    found, days = traced(tmp_path, rows, Choices(60, 600, 4, 8))
    assert [row[:2] for row in days] == [("a0", "a1")]
    assert (found.counts["burst_objects"], found.counts["burst_acts"]) == (1, 6)
    found, days = traced(tmp_path, rows, Choices(60, 600, 5, 8))
    assert (len(days), found.counts["burst_objects"]) == (15, 0)


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
        abs(one[2] - other[2])
        for one, other in itertools.product(acts, acts)
        if one[0] < other[0] and one[1] == other[1] and abs(one[2] - other[2]) <= 600
    ]
    found, _ = traced(tmp_path, rows)
    assert found.counts["event_pairs_near"] == len(near) > 20
    assert found.counts["event_pairs_within"] == sum(apart <= 60 for apart in near)


def test_sums_over_clusters_are_those_of_the_pair_days(tmp_path):
    rng = random.Random(5)
    rows = [
        (account, f"x{day % 3}", start_of(day) + rng.randrange(900))
        for day in range(25)
        for account in "abcdef"
    ]
    found, days = traced(tmp_path, rows)
    one, other, day, difference = (np.array(column) for column in zip(*days, strict=True))
    numbers = [np.searchsorted(list("abcdef"), names) for names in (one, other)]
    together = (np.abs(difference) <= 60).astype(np.int64)
    assert 10 < together.sum() < len(days) - 10
    assert found.sums[1] == sum_pair_days(*numbers, day // NEWS_BLOCK_DAYS, together)


def test_both_windows_are_stretched(tmp_path, monkeypatch):
    monkeypatch.setattr(pair_days, "FEWEST_STRETCHED", 1)
    # On the first day two are 100 s apart, on the second 1,000 s, on the third 4,000 s.
    rows = [
        (name, f"x{day}", MIDNIGHT + day * DAY + 30000 + 1300 * day + (apart if name == "b" else 0))
        for day, apart in enumerate((100, 1000, 4000))
        for name in "ab"
    ]
    found, _ = traced(tmp_path, rows, factors=(1, 2, 8))
    # Within 60 of 600 s: 0 of 1; 120 of 1,200 s: 1 of 2; 480 of 4,800 s: 1 of 3.
    shares = {factor: (sums["pair"].together, sums["pair"].near) for factor, sums in found.sums.items()}
    assert shares == {1: (0, 1), 2: (1, 2), 8: (1, 3)}
    monkeypatch.undo()
    assert set(traced(tmp_path, rows, factors=(1, 2, 8))[0].sums) == {1}


def team(days: int, *names: str) -> list[tuple]:
    """Return reposts within half a minute, each day at another time of the day, of posts that the crowd reposts, too."""
    return [
        ("co_retweet", name, f"post {day}", start_of(day) + 97 * day % 1200 + 9 * place)
        for day in range(days)
        for place, name in enumerate(names)
    ]


def timeline(rows: list[tuple]) -> list[tuple]:
    return [(TIMELINE, account, "all", time) for _, account, _, time in rows]


def test_two_that_are_together_day_after_day_are_an_edge_and_a_crowd_is_none(tmp_path):
    rows = [*crowd(1, 12, 30), *team(30, "p", "q")]
    found, edges = find(tmp_path, {"operation": rows, "control": crowd(2, 12, 30)})
    significant = [row for row in edges["operation"] if row["significant"]]
    assert [(row["trace"], row["account_a"], row["account_b"], row["grade"]) for row in significant] == [
        ("co_retweet", "p", "q", "A")
    ]
    (edge,) = significant
    assert edge["days_together"] == edge["days_near"] <= 30
    assert edge["expected_days"] < edge["days_near"] / 2
    assert edge["sensitivity"] > 2
    assert not any(row["significant"] for row in edges["control"])
    operation = found["operation"]
    assert (operation.found.ends.shape[1], operation.components.tolist()) == (1, [2])


def test_whole_timelines_are_a_grade_of_their_own(tmp_path):
    rows = [
        *crowd(1, 12, 30),
        *(("co_retweet", *row[1:2], f"own {row[2]}", row[3]) for row in team(30, "p", "q")),
    ]
    found, edges = find(tmp_path, {"operation": [*rows, *timeline(rows)]})
    assert {(row["trace"], row["grade"]) for row in edges["operation"] if row["significant"]} == {
        (TIMELINE, "B")
    }
    rows = coordination_measures(found, {"operation": "replica"}, REPORT)
    counts = {row.measure: row.value for row in rows}
    assert counts["coordination.edges"] == counts[f"coordination.{TIMELINE}_edges"] == 1
    assert counts["coordination.co_retweet_edges"] == 0


def test_accounts_of_one_schedule_are_set_aside(tmp_path):
    quarters = random.Random(3)
    rows = []
    for day in range(40):
        start = MIDNIGHT + day * DAY + 900 * quarters.randrange(90)
        rows += [("co_retweet", name, f"x{day}", start + place) for place, name in enumerate("ab")]
    found, edges = find(tmp_path, {"operation": [*rows, *timeline(rows)]})
    assert [(row["trace"], row["shared_schedule"], row["days_together"]) for row in edges["operation"]] == [
        ("co_retweet", True, 40),
        (TIMELINE, True, 40),
    ]
    assert all(row["p_value"] is None and row["sensitivity"] is None for row in edges["operation"])
    rows = coordination_measures(found, {"operation": "replica"}, REPORT)
    (schedules,) = (row for row in rows if row.measure == "coordination.shared_schedules")
    assert (schedules.value, schedules.n) == (1, 2)


def test_what_timing_cannot_tell_stands_beside_every_count_of_edges(tmp_path):
    found, _ = find(tmp_path, {"operation": crowd(1, 3, 2)})
    rows = coordination_measures(found, {"operation": "replica"}, REPORT)
    told = {row.measure for row in rows if CANNOT_TELL in row.method}
    assert told == {row.measure for row in rows if "edge" in row.measure}


def test_a_comparison_with_the_control_tells_how_many_times_faster_a_crowd_must_be(tmp_path):
    fast = [
        (trace, account, thing, start_of(day) + (time - start_of(day)) // 4)
        for trace, account, thing, time in crowd(2, 12, 30)
        for day in [(time - MIDNIGHT) // DAY]
    ]
    found, _ = find(tmp_path, {"operation": fast, "control": crowd(3, 12, 30)})
    rows = coordination_measures(found, {"operation": "release", "control": "replica"}, REPORT)
    (factor,) = (row for row in rows if row.measure == "coordination.co_retweet_times_faster")
    assert factor.low <= 4 <= factor.value * 1.5
    assert (factor.subject, factor.provenance) == ("operation", "replica")
    (row,) = (row for row in trace_table(found, dict.fromkeys(found, "replica")) if row[0] == "operation")
    assert row[TABLE_COLUMNS.index("times_faster")] == factor.value


def test_fast_retweets_are_together_by_what_they_are_and_so_no_evidence(tmp_path):
    fast = [
        ("fast_retweet", name, "celebrity", MIDNIGHT + DAY * day + place)
        for day in range(12)
        for place, name in enumerate("abcdefgh")
    ]
    found, edges = find(tmp_path, {"operation": fast})
    assert edges["operation"] == []
    measures = coordination_measures(found, {"operation": "replica"}, REPORT)
    assert not any("fast_retweet" in row.measure for row in measures)
    (row,) = (
        dict(zip(TABLE_COLUMNS, row, strict=True)) for row in trace_table(found, {"operation": "replica"})
    )
    assert [row[name] for name in ("pair_days_near", "synchrony", "edges")] == [336, None, None]


def test_the_order_of_rows_and_threads_change_nothing(tmp_path):
    rows = [*crowd(4, 9, 20), *team(20, "p", "q"), *(("co_link", *row[1:]) for row in crowd(5, 8, 10))]
    rows += timeline(rows)
    shuffled = random.Random(6).sample(rows, len(rows))
    first = find(tmp_path, {"operation": rows, "control": rows})
    second = find(tmp_path, {"operation": shuffled, "control": shuffled}, threads=2)
    assert first[1] == second[1]
    weights = dict.fromkeys(("operation", "control"), "replica")
    one, other = (coordination_measures(found, weights, REPORT) for found, _ in (first, second))
    assert one == other
    assert list(trace_table(first[0], weights)) == list(trace_table(second[0], weights))


def test_parts_in_which_tables_are_made_change_nothing(tmp_path, monkeypatch):
    rows = [*crowd(4, 6, 14), *team(14, "p", "q")]
    rows += timeline(rows)
    whole, edges = find(tmp_path, {"operation": rows})
    monkeypatch.setattr("takedown.coordination.acts.ROWS_OF_A_PART", 20)
    parted, same = find(tmp_path, {"operation": rows})
    assert same == edges
    assert any(row["significant"] for row in edges["operation"])
    assert parted["operation"].traces.keys() == whole["operation"].traces.keys()
    for name, trace in whole["operation"].traces.items():
        assert parted["operation"].traces[name].sums == trace.sums
        assert parted["operation"].traces[name].counts == trace.counts


@pytest.mark.parametrize("rows", [[], [("co_retweet", "a", "x", MIDNIGHT)], crowd(1, 1, 5), crowd(1, 2, 1)])
def test_little_or_nothing_is_measured_without_fault(tmp_path, rows):
    found, edges = find(tmp_path, {"operation": rows, "control": rows})
    assert edges == {"operation": [], "control": []}
    measures = coordination_measures(found, {"operation": "release", "control": "replica"}, REPORT)
    write_measures(measures, tmp_path / "measures.csv")
    values = {(row.measure, row.subject): row.value for row in measures}
    # Without an act nothing is counted, which is not 0.
    assert values.get(("coordination.edges", "operation")) == (0 if rows else None)
    assert all(value is not None and np.isfinite(value) for value in values.values())
    for row in trace_table(found, {"operation": "release", "control": "replica"}):
        assert len(row) == len(TABLE_COLUMNS)


def test_a_trace_without_an_act_in_a_population_has_no_measure_there(tmp_path):
    rows = crowd(1, 2, 3)
    found, _ = find(tmp_path, {"operation": [("co_link", *row[1:]) for row in rows], "control": rows})
    measures = coordination_measures(found, dict.fromkeys(found, "replica"), REPORT)
    of_trace = [row.subject for row in measures if row.measure == "coordination.co_retweet_edges"]
    assert of_trace == ["control"]


def test_synchrony_names_its_windows(tmp_path):
    found, _ = find(tmp_path, {"operation": crowd(1, 3, 2)})
    rows = coordination_measures(found, dict.fromkeys(found, "replica"), REPORT)
    windows = [row.parameters for row in rows if row.measure.endswith("_synchrony")]
    assert windows == [{"window": (60, "s"), "near": (600, "s")}]
