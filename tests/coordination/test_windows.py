"""Shares of accounts in pairs by window: equal to those of enumerated pairs, rarefied to equal sizes, held against shifts."""

import datetime as dt
import random

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit

from takedown.coordination.window_measures import (
    SHIFT_COLUMNS,
    WINDOW_COLUMNS,
    WindowChoices,
    find_windows,
    shift_rows,
    window_measures,
    window_rows,
)
from takedown.coordination.windows import NEVER, Events, compare_windows, excess_difference, nearest_others
from takedown.core.measures import write_measures
from takedown.pairs.find_pairs import find_pairs

#: So far that shifted timelines never meet again.
FAR = 10**7
CHOICES = WindowChoices([60, 3600], [10, 60], 5, 1)


def events(rows: list[tuple], block_seconds: int = 1000) -> Events:
    """Return events of rows (account, object, second), accounts and objects any text."""
    rows = sorted(set(rows))
    account, object_ = (np.unique([row[place] for row in rows], return_inverse=True)[1] for place in (0, 1))
    time = np.array([row[2] for row in rows], np.int64)
    return Events(account, object_, time, time // block_seconds)


def curves(windows=(60,), draws=1, shifts=(10,), resolution=1, seed=1, **rows):
    populations = {name: events(of) for name, of in rows.items()}
    rng = {name: np.random.default_rng([seed, place]) for place, name in enumerate(populations)}
    return compare_windows(populations, windows, draws, rng, shifts, resolution)


#: a and b are 30 s apart on x; c is 100 s after b; d is alone on its object and e with itself.
WORKED = [("a", "x", 0), ("b", "x", 30), ("c", "x", 130), ("d", "y", 0), ("e", "z", 0), ("e", "z", 5)]


def test_a_curve_worked_by_hand():
    found = curves((29, 30, 99, 100), one=WORKED)["one"]
    assert found.full.tolist() == [0, 0.4, 0.4, 0.6]


def test_the_nearest_other_is_looked_for_past_events_of_the_same_account():
    rows = [("a", "x", 0), ("b", "x", 10), ("b", "x", 20), ("b", "x", 50), ("a", "x", 60), ("a", "y", 61)]
    of = events(rows)
    distance = dict(
        zip(
            zip(of.account, of.time, strict=True), nearest_others(of.account, of.object, of.time), strict=True
        )
    )
    assert distance == {(0, 0): 10, (1, 10): 10, (1, 20): 20, (1, 50): 10, (0, 60): 10, (0, 61): NEVER}


few_events = st.lists(
    st.tuples(st.sampled_from("abcdefg"), st.sampled_from("xyz"), st.integers(0, 600)),
    min_size=1,
    max_size=30,
)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE TABLE events (account VARCHAR, object VARCHAR, time BIGINT)")
        yield connection


@settings(max_examples=8, deadline=None)
@given(rows=few_events, window=st.sampled_from([1, 10, 100]))
def test_an_account_counts_where_it_is_in_a_pair(connection, rows, window):
    connection.execute("DELETE FROM events")
    connection.executemany("INSERT INTO events VALUES (?, ?, ?)", rows)
    pairs = find_pairs(connection, "events", window=window).pairs.fetchall()
    paired = {account for pair in pairs for account in pair[:2]}
    assert curves((window,), one=rows)["one"].full.tolist() == [len(paired) / len({row[0] for row in rows})]


def busy(seed: int, accounts: int, each: int) -> list[tuple]:
    drawn = random.Random(seed)
    return [
        (f"{account:03}", f"{drawn.randrange(30)}", drawn.randrange(20000))
        for account in range(accounts)
        for _ in range(each)
    ]


def test_populations_of_the_same_size_are_not_thinned():
    rows = busy(1, 20, 3)
    # The other has other accounts and objects, but as many events at each rank.
    found = curves((60, 600), draws=3, one=rows, other=[(f"o{a}", f"o{o}", t + 7) for a, o, t in rows])
    for curve in found.values():
        assert (curve.rarefied == curve.full).all() and curve.full[-1] > 0
        assert (curve.accounts, curve.events) == (20, len(set(rows)))


def test_both_have_as_many_accounts_and_events_by_rank_as_the_smaller():
    one = [("a", f"{number}", 0) for number in range(5)] + [("b", "0", 0)]
    other = [(account, f"{number}", 0) for account in "cde" for number in range(2)]
    found = curves(draws=4, one=one, other=other)
    # Two accounts, of which the first keeps min(5, 2) events and the second min(1, 2).
    assert {(curve.accounts, curve.events) for curve in found.values()} == {(2, 3.0)}


def couples(number: int) -> list[tuple]:
    """Return pairs of accounts that each share one object at one time."""
    return [(f"{name}{couple}", f"{couple}", 0) for name in "ab" for couple in range(number)]


def test_an_event_is_kept_as_often_as_its_account_keeps_events():
    alone = [(of[0], f"{of[0]} {number}", 0) for of in couples(300) for number in range(3)]
    others = [(f"{number}", f"{number}", 0) for number in range(600)]
    found = curves(draws=10, shifts=(FAR,), one=couples(300) + alone, other=others)["one"]
    # Each keeps one event of four: two keep the one that they share in a sixteenth of the draws.
    assert found.rarefied.mean() == pytest.approx(1 / 16, abs=4 * np.sqrt(15 / 256 / 3000))


def test_events_may_have_any_order():
    of = events(couples(30))
    shuffled = of.taken(np.random.default_rng(2).permutation(len(of.time)))
    rng = {name: np.random.default_rng(place) for place, name in enumerate(("one", "other"))}
    found = compare_windows({"one": shuffled, "other": of}, (60,), 3, rng)
    # Populations of the same size keep all events, and all accounts are in a pair.
    assert (found["one"].rarefied == 1).all()


@pytest.mark.parametrize(("resolution", "places"), [(1, 600), (60, 10), (1200, 0)])
def test_timelines_are_shifted_uniformly_by_multiples_of_the_resolution(resolution, places):
    found = curves(draws=10, resolution=resolution, one=couples(300))["one"]
    # Two are d steps apart in so many ways, and may be as many steps as a window of a minute has.
    ways = [2 * places + 1 - abs(d) for d in range(-(60 // resolution), 60 // resolution + 1)]
    expected = sum(ways) / (2 * places + 1) ** 2
    assert found.shifted.mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 3000))
    assert (found.rarefied == 1).all()


def test_all_events_of_an_account_are_shifted_alike():
    # Each two meet thirty times, but have one shift each: they meet again as often as if they met once.
    rows = [(of[0], f"{of[1]} {number}", number * 10**6) for of in couples(20) for number in range(30)]
    found = curves(draws=20, one=rows)["one"]
    assert found.shifted.mean() == pytest.approx(0.098, abs=4 * np.sqrt(0.098 * 0.902 / 400))


def test_objects_may_have_any_numbers():
    of = events(busy(4, 30, 12))
    renumbered = Events(of.account, of.object << 36, of.time, of.block)
    few, many = (
        compare_windows({"one": each}, (60, 600), 2, {"one": np.random.default_rng(1)})["one"]
        for each in (of, renumbered)
    )
    assert few.shifted.min() > 0 and (few.shifted == many.shifted).all() and (few.lost == many.lost).all()


def test_what_goes_with_a_block_of_days_is_what_is_lost_without_it():
    # Early in a block, so that no pair crosses its border.
    rows = [
        (account, object_, time // 1000 * 1000 + time % 300) for account, object_, time in busy(2, 30, 12)
    ]
    found = curves(shifts=(FAR,), one=rows)["one"]
    assert found.shifted.sum() == 0
    for block in range(found.lost.shape[2]):
        rest = curves(one=[row for row in rows if row[2] // 1000 != block])["one"]
        assert found.lost[0, 0, block] == pytest.approx(found.full[0] - rest.full[0] * rest.accounts / 30)
    assert 0 < found.lost.sum() < found.full[0]


def test_the_interval_leaves_one_block_out_at_a_time():
    # In each of four blocks a pair of its own, in the fifth none, and everybody posts once in every block.
    rows = [
        (f"{name}{pair}", f"{pair}" if block == pair else f"{name}{pair}{block}", 1000 * block)
        for name in "ab"
        for pair in range(4)
        for block in range(5)
    ]
    estimate = curves(shifts=(FAR,), one=rows)["one"].excess_share()
    lost = np.array([0.25, 0.25, 0.25, 0.25, 0])
    error = np.sqrt(4 / 5 * ((lost - lost.mean()) ** 2).sum())
    assert (estimate.value, estimate.n) == (1, 5)
    assert [estimate.low, estimate.high] == pytest.approx([1 - 2.7764451 * error, 1 + 2.7764451 * error])


def test_accounts_add_their_own_variance():
    # Five of ten accounts are in a pair, in every block the same ones: no block matters, but whom one looks at does.
    rows = [
        (account, "x" if account < "f" else account, 1000 * block)
        for account in "abcdefghij"
        for block in range(5)
    ]
    found = curves(shifts=(FAR,), one=rows)["one"]
    estimate = found.excess_share()
    assert estimate.value == 0.5 and not np.ptp(found.lost)
    assert estimate.high - 0.5 == pytest.approx(2.7764451 * np.sqrt(0.25 / 9))


def test_the_difference_of_populations_that_are_the_same_is_nothing_with_the_variance_of_both():
    rows = busy(3, 20, 10)
    found = curves((200,), shifts=(FAR,), one=rows, other=rows)
    difference = excess_difference(found["one"], found["other"])
    # The blocks of both are the same and cancel; the accounts do not.
    blocks = found["one"].block_events
    half = stdtrit(blocks.sum() ** 2 / (blocks**2).sum() - 1, 0.975) * np.sqrt(2 * found["one"].scatter[0])
    assert (difference.value, difference.low, difference.high) == pytest.approx((0, -half, half))
    assert half > 0


def test_the_difference_from_a_population_without_pairs_is_the_excess():
    rows = busy(3, 20, 10)
    found = curves(
        (200,), shifts=(FAR,), one=rows, other=[(account, account, time) for account, _, time in rows]
    )
    assert found["one"].excess_share() == excess_difference(found["one"], found["other"])
    reverse = excess_difference(found["other"], found["one"])
    assert (
        reverse.value == -found["one"].excess_share().value
        and reverse.low == -found["one"].excess_share().high
    )


def test_a_crowd_that_gathers_slower_than_the_shifts_has_no_excess():
    drawn = np.random.default_rng(5)
    rows = [
        (f"{account}", f"{object_}", 10**6 * object_ + int(second))
        for object_ in range(20)
        for account, second in enumerate(drawn.uniform(0, 20000, 60))
    ]
    estimate = curves(draws=20, one=rows)["one"].excess_share()
    assert abs(estimate.value) < 0.02


@pytest.mark.parametrize("rows", [[], [("a", "x", 0)], [("a", "x", 0), ("b", "x", 0)]], ids=len)
def test_few_events_have_a_curve_without_interval_or_none(rows):
    found = curves(one=rows, other=[]) if rows else compare_windows({}, (60,), 1, {})
    assert list(found) == (["one"] if rows else [])
    assert all(curve.excess_share().low is None for curve in found.values())


def write_events(path, rows):
    """Write rows (trace, account, object, second since the first of January 2018) as the file of events of a population."""
    first = dt.datetime(2018, 1, 1)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE event (trace VARCHAR, archive_id VARCHAR, post_id VARCHAR, account VARCHAR, object VARCHAR, time TIMESTAMP)"
        )
        marks = ", ".join(["(?, 'archive', ?, ?, ?, ?)"] * len(rows))
        values = [
            value
            for number, (trace, account, object_, second) in enumerate(rows)
            for value in (trace, f"{number}", account, object_, first + dt.timedelta(seconds=second))
        ]
        if rows:
            connection.execute(f"INSERT INTO event VALUES {marks}", values)
        connection.table("event").write_parquet(str(path))
    return path


def reported(folder, **rows):
    """Return the rows of both tables and the measures of populations."""
    files = {name: [write_events(folder / f"{name}.parquet", of)] for name, of in rows.items()}
    provenance = dict.fromkeys(files, "replica")
    windows, shifts, measures = [], [], []
    with duckdb.connect(config={"threads": 1}) as connection:
        for found in find_windows(connection, files, CHOICES, since="2018-01-01", utc_offset_hours=8):
            windows += window_rows(found, CHOICES, provenance)
            shifts += shift_rows(found, provenance)
            measures += window_measures(found, CHOICES, provenance, "on all days")
    return windows, shifts, measures


TEXTS = [("co_tweet", account, object_, second) for account, object_, second in busy(4, 12, 3)]
REPOSTS = [("co_retweet", account, object_, second + 5) for account, object_, second in busy(5, 15, 4)]


def test_nothing_depends_on_the_order_of_rows(tmp_path):
    rows = {"operation": TEXTS + REPOSTS, "control": REPOSTS + TEXTS[:9]}
    shuffled = {name: random.Random(8).sample(of, len(of)) for name, of in rows.items()}
    assert reported(tmp_path, **rows) == reported(tmp_path, **shuffled)


def test_the_union_joins_traces_but_not_their_objects(tmp_path):
    rows = [("co_tweet", "a", "x", 0), ("co_retweet", "b", "x", 0), ("co_retweet", "c", "x", 30)]
    windows, _, _ = reported(tmp_path, operation=rows)
    shares = {row[0]: row[3:6] for row in windows if row[2] == 60}
    # a's text bears the name of the post that b and c repost, but is another object.
    assert shares == {
        "co_tweet_or_co_retweet": (3, 3, pytest.approx(2 / 3)),
        "co_retweet": (2, 2, 1),
        "co_tweet": (1, 1, 0),
    }


def test_times_count_by_the_coarser_resolution_of_the_populations(tmp_path):
    exact = [("co_tweet", "a", "x", 1), ("co_tweet", "b", "x", 119)]
    minutes = [("co_tweet", "a", "x", 60), ("co_tweet", "b", "x", 180)]
    windows, _, _ = reported(tmp_path, operation=exact, control=minutes)
    shares = {row[1]: row[5] for row in windows if row[0] == "co_tweet" and row[2] == 60}
    assert shares == {"operation": 1, "control": 0}


def test_every_number_has_its_row(tmp_path):
    windows, shifts, measures = reported(tmp_path, operation=TEXTS + REPOSTS, control=REPOSTS)
    assert {len(row) for row in windows} == {len(WINDOW_COLUMNS)}
    assert {len(row) for row in shifts} == {len(SHIFT_COLUMNS)}
    names = {(row.measure, row.subject) for row in measures}
    union = "coordination.paired_share_co_tweet_or_co_retweet"
    assert {
        (f"{union}{end}", subject)
        for end in ("", "_rarefied", "_excess")
        for subject in ("operation", "control")
    } <= names
    assert (f"{union}_excess_difference", "operation") in names
    # The control has no text of its own: nothing is said about it.
    assert not any(
        "_co_tweet" in name and "or" not in name.split("share")[1] and subject == "control"
        for name, subject in names
    )
    assert {row.parameters["window"] for row in measures} == {(CHOICES.windows_seconds[0], "s")}
    write_measures(measures, tmp_path / "measures.csv")


def test_populations_without_events_have_no_rows(tmp_path):
    assert reported(tmp_path, operation=[], control=[]) == ([], [], [])
