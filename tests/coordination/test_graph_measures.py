"""Measures, tables, export and figure of the network of coordinated accounts."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from takedown.coordination import export
from takedown.coordination import graph_measures as graphs
from takedown.coordination.graph import Network, find_communities
from takedown.coordination.plot_network import (
    Activity,
    DrawnNetwork,
    Overlap,
    lay_out,
    plot_coordination_network,
)
from takedown.core.measures import read_measures, write_measures
from takedown.figures import style as look
from takedown.figures.captions import caption_of
from tests.drawn_figures import box, drawn_texts, marked, overlaps, words_of

CHOICES = graphs.NetworkChoices(1, 99, 60, (9, 18), ("protest",), "2019-07-01", 60)
#: Three cliques of 6, 5 and 4 accounts and an edge between the first two; accounts 15 to 19 have no edge.
CLIQUES = [(x, y) for group in (range(6), range(6, 11), range(11, 15)) for x in group for y in group if x < y]
EDGES = sorted([*CLIQUES, (0, 6)])


def network(edges=EDGES, accounts=20, subject="operation") -> Network:
    number = np.arange(accounts)
    digests = ["a" + hashlib.sha256(f"alpha {subject}{name}".encode()).hexdigest()[:15] for name in number]
    first, second = np.array(edges, int).reshape(-1, 2).T
    several = first % 2 == 0
    columns = {
        "digest": np.array(digests, object),
        "archive_id": np.full(accounts, "alpha", object),
        "created_on": np.datetime64("2017-08-30") + number % 4,
        "created_ms": np.where(number % 3 == 0, np.nan, 1.5e12 + number // 4 * 7.2e6),
        "provenance": np.full(accounts, "release", object),
    }
    fused = {
        "number_a": first,
        "number_b": second,
        "days": 3 + first,
        "traces": np.where(several, "co_link co_tweet", "co_tweet").astype(object),
        "trace_count": 1 + several,
        "of_both_kinds": np.zeros(len(first), bool),
        "grade": np.full(len(first), "A", object),
        "sensitivity": 1.5 + first,
        "first_joint": np.datetime64("2019-06-01") + first,
        "last_joint": np.datetime64("2019-06-03") + second,
    }
    aside = {name: column[:1] for name, column in fused.items()}
    aside |= {"number_a": np.array([17]), "number_b": np.array([18])}
    aside |= {"grade": np.array([None]), "sensitivity": np.array([None])}
    schedules = aside if edges else {name: column[:0] for name, column in fused.items()}
    rows = [("co_link", "co_tweet", 2, 3, 1, 0.25)] if edges else []
    overlap = {
        name: np.array([row[place] for row in rows])
        for place, name in enumerate(graphs.MULTIPLEX_COLUMNS[1:-1])
    }
    return Network(subject, columns, fused, schedules, overlap)


def analysed(found: Network) -> graphs.AnalysedNetwork:
    communities = find_communities(found.graph, 1)
    active = {
        "community": np.array([1, 1, 2])[: 3 * len(found.joined)],
        "day": np.array(["2019-06-30", "2019-07-01", "2019-07-07"], "datetime64[D]")[: 3 * len(found.joined)],
        "posts": np.array([5, 3, 4])[: 3 * len(found.joined)],
        "office_posts": np.array([0, 3, 1])[: 3 * len(found.joined)],
        "topic_posts": np.array([1, 2, 1])[: 3 * len(found.joined)],
    }
    return graphs.AnalysedNetwork(found, communities, active, CHOICES)


ANALYSED = analysed(network())
LONE = analysed(network([], 8, "control"))


def values(rows) -> dict:
    return {row.measure.removeprefix("coordination.network_"): row for row in rows}


def test_without_a_list_for_the_topic_no_share_of_it_is_measured():
    without = replace(ANALYSED, choices=replace(CHOICES, topic_lists=[]))
    assert "topic_share" in values(graphs.network_measures(ANALYSED))
    assert "topic_share" not in values(graphs.network_measures(without))


def test_structure_is_counted():
    rows = values(graphs.network_measures(ANALYSED))
    counted = {name: rows[name].value for name in ("accounts", "edges", "components", "communities")}
    assert counted == {"accounts": 15, "edges": 32, "components": 2, "communities": 3}
    assert (rows["largest_component"].value, rows["largest_community"].value) == (11, 6)
    assert rows["density"].value == pytest.approx(32 / (15 * 14 / 2))
    assert rows["accounts"].n == 20


def test_shares_and_ratios_are_those_of_the_edges():
    rows = values(graphs.network_measures(ANALYSED))
    first = np.array(EDGES)[:, 0]
    assert rows["multiplex_share"].value == pytest.approx(np.mean(first % 2 == 0))
    assert rows["both_kinds_share"].value == 0
    day = np.arange(15) % 4
    same = np.mean([day[x] == day[y] for x, y in EDGES])
    chance = np.mean([day[x] == day[y] for x in range(15) for y in range(15) if x != y])
    assert rows["same_creation_day_ratio"].value == pytest.approx(same / chance)
    assert rows["office_hours_share"].value == pytest.approx(4 / 12)


def test_sessions_are_of_accounts_with_a_decoded_instant():
    # Of accounts 0 to 19, four a session, those that 3 divides have no instant, and from 15 on no edge.
    rows = values(graphs.network_measures(ANALYSED))
    kept = [number for number in range(15) if number % 3]
    community = np.array([1] * 6 + [2] * 5 + [3] * 4)
    pairs = [(x, y) for x in kept for y in kept if x < y and x // 4 == y // 4]
    used = sorted({account for pair in pairs for account in pair})
    chance = np.mean([community[x] == community[y] for x in used for y in used if x != y])
    share = np.mean([community[x] == community[y] for x, y in pairs])
    assert rows["same_session_ratio"].value == pytest.approx(share / chance)


def test_every_measure_can_be_written_and_tests_stand_beside_an_interval(tmp_path):
    studies = {"operation": ANALYSED, "control": LONE}
    rows = [row for one in studies.values() for row in graphs.network_measures(one)]
    write_measures(rows, tmp_path / "measures.csv")
    for row in read_measures(tmp_path / "measures.csv"):
        assert row.value is not None
        assert row.p_value is None or (row.low is not None and row.family)
        assert row.provenance == "release"


def test_a_network_without_an_edge_is_counted_and_not_estimated():
    rows = graphs.network_measures(LONE)
    assert values(rows).pop("cluster_sensitivity").value == 1
    assert {row.value for row in rows if "sensitivity" not in row.measure} == {0}
    assert {row.unit for row in rows} == {"accounts", "edges", "components", "communities", "factor"}
    for table in (graphs.community_table, graphs.multiplex_table, graphs.activity_table, export.node_rows):
        assert list(table(LONE)) == []
    assert list(export.edge_rows(LONE)) == []


def test_a_network_of_one_edge_is_measured():
    rows = values(graphs.network_measures(analysed(network([(2, 5)]))))
    assert (rows["density"].value, rows["modularity"].value, rows["community_agreement"].value) == (1, 0, 1)
    share = rows["multiplex_share"]
    assert [share.low, share.value, share.high] == pytest.approx([0.025, 1, 1])


def test_communities_have_a_row_each():
    rows = [dict(zip(graphs.COMMUNITY_COLUMNS, row, strict=True)) for row in graphs.community_table(ANALYSED)]
    assert [row["accounts"] for row in rows] == [6, 5, 4]
    assert [row["edges"] for row in rows] == [15, 10, 6]
    assert [row["density"] for row in rows] == [1, 1, 1]
    assert [row["largest_creation_day_accounts"] for row in rows] == [2, 2, 1]
    assert rows[0]["traces"] == "co_link co_tweet"
    shown = [
        [row[name] for name in ("first_week", "last_week", "coordinated_posts", "office_hours_share")]
        for row in rows
    ]
    assert shown == [
        ["2019-06-24", "2019-06-24", 8, 3 / 8],
        [None, None, 4, 1 / 4],
        [None, None, 0, None],
    ]


def test_activity_is_added_up_by_weeks_from_monday_and_weeks_of_few_posts_are_left_out():
    active = {
        "community": np.array([1, 1, 1, 2, 2]),
        "day": np.array(
            ["2019-06-30", "2019-07-01", "2019-07-07", "2019-07-01", "2019-07-02"], "datetime64[D]"
        ),
        "posts": np.array([graphs.FEWEST_POSTS, 2, 4, graphs.FEWEST_POSTS - 2, 1]),
    }
    found = replace(ANALYSED, activity=active)
    expected = [(1, "2019-06-24", 5), (1, "2019-07-01", 6)]
    assert [row[1:4] for row in graphs.activity_table(found)] == expected


def drawn(groups: list[int], sensitivity: float = 12.34) -> DrawnNetwork:
    community = np.repeat(np.arange(1, len(groups) + 1), groups)
    ends = [np.searchsorted(community, label) for label in community]
    first = np.array(ends)[np.array(ends) != np.arange(len(ends))]
    second = np.flatnonzero(np.array(ends) != np.arange(len(ends)))
    return DrawnNetwork(community, first, second, np.full(len(first), 5), sensitivity)


def weeks(groups: list[int]) -> Activity:
    labels = np.repeat(np.arange(1, len(groups) + 1), 20)
    week = np.tile(np.datetime64("2018-01-01") + 28 * np.arange(20), len(groups))
    return Activity(labels, week, 1 + np.arange(len(labels)) % 300)


def overlap_of(names: list[str]) -> Overlap:
    pairs = [(x, y) for x in sorted(names) for y in sorted(names) if x <= y]
    one, other = np.array(pairs, object).T
    return Overlap(one, other, np.full(len(pairs), 12345), np.where(one == other, 1.0, 0.37))


TRACES = "co_hashtag co_link co_mention co_reply co_retweet co_tweet fast_retweet hashtag_sequence near_duplicate_text synchronised_posting"
MANY = [60, 44, 41, 40, 38, 30, 22, 20, 18, 16, 12, 10, 9, 8, 7, 6, 2, 2, 2]
CASES = {
    "both": ({"operation": MANY, "control": [12, 5, 2]}, TRACES.split()),
    "control alone": ({"control": [4]}, None),
    "operation alone": ({"operation": MANY}, TRACES.split()),
    "one edge": ({"operation": [2]}, ["co_retweet"]),
    "nothing": ({}, None),
}


@pytest.mark.parametrize("case", CASES)
def test_every_text_of_the_figure_is_large_enough_inside_and_free_of_others(case):
    groups, names = CASES[case]
    figure = plot_coordination_network(
        {subject: drawn(sizes) for subject, sizes in groups.items()},
        {"operation": 1234, "control": 5678},
        {subject: weeks(sizes) for subject, sizes in groups.items()},
        overlap_of(names) if names else None,
    )
    figure = marked(figure, {"operation": "replica", "control": "replica"})
    texts, frame = drawn_texts(figure), figure.bbox
    assert min(text.get_fontsize() for text in texts) >= look.SMALLEST
    assert all(frame.x0 <= box(text).x0 and box(text).x1 <= frame.x1 for text in texts)
    assert all(frame.y0 <= box(text).y0 and box(text).y1 <= frame.y1 for text in texts)
    assert overlaps(figure) == []


def test_the_figure_says_where_there_is_no_edge_and_what_is_not_drawn():
    accounts = {"operation": 1200, "control": 1566}
    found = {"operation": drawn([2] * 90)}
    words = words_of(plot_coordination_network(found, accounts, {"operation": weeks([2])}, None))
    assert "no edge among\n1,566 accounts" in words
    assert "180 of 1,200 accounts" in words
    assert "60 accounts of the smallest communities are not drawn" in words
    assert "no edge between accounts" in words_of(plot_coordination_network({}, {}, {}, None))


def test_a_population_alone_has_the_whole_width_and_nothing_is_said_of_a_control():
    found = {"operation": drawn([2] * 9)}
    figure = plot_coordination_network(found, {"operation": 90}, {"operation": weeks([2])}, None)
    assert figure.axes[0].get_position().width > 0.9
    assert "control" not in words_of(figure) + caption_of(figure).as_json()


def test_the_figure_says_whether_a_network_is_established():
    for sensitivity, words in (
        (12.34, "10 accounts connected up to Γ = 12.3"),
        (1.9, "no network is established"),
    ):
        found = {"operation": drawn([12], sensitivity)}
        assert words in words_of(plot_coordination_network(found, {"operation": 20}, {}, None))


def test_traces_are_named_in_words_beside_their_edges():
    found = {"operation": drawn([2])}
    words = words_of(plot_coordination_network(found, {"operation": 9}, {}, overlap_of(["co_retweet"])))
    assert "co-retweet (12,345)" in words


def test_weeks_that_would_be_specks_do_not_stretch_the_axis():
    week = np.array(["2018-01-01", "2019-07-01", "2019-07-08"], "datetime64[D]")
    active = {"operation": Activity(np.ones(3, int), week, np.array([9, 10, 1000]))}
    figure = plot_coordination_network({"operation": drawn([2])}, {"operation": 9}, active, None)
    low, high = figure.axes[1].get_xlim()
    assert high - low < 30


def test_a_network_beside_none_has_the_room_of_both():
    figure = plot_coordination_network({"operation": drawn(MANY)}, {"operation": 400, "control": 9}, {}, None)
    alone, empty = (axes.get_position().width for axes in figure.axes[:2])
    assert alone > 4 * empty


def test_discs_of_communities_do_not_touch():
    found = drawn(MANY)
    places = lay_out(found, 1.7)
    rows = range(1, len(MANY) + 1)
    centres = np.array([places[found.community == label].mean(0) for label in rows])
    reach = [
        np.hypot(*(places[found.community == label] - centre).T).max()
        for label, centre in zip(rows, centres, strict=True)
    ]
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    assert (apart + 1e9 * np.eye(len(MANY)) > np.add.outer(reach, reach)).all()


def test_measures_do_not_depend_on_the_order_of_edges():
    edges = network().edges
    order = np.random.default_rng(2).permutation(len(edges["days"]))
    shuffled = replace(network(), edges={name: column[order] for name, column in edges.items()})
    one, other = (graphs.network_measures(analysed(found)) for found in (network(), shuffled))
    assert one == other
    assert list(export.node_rows(analysed(shuffled))) == list(export.node_rows(ANALYSED))
    assert list(export.edge_rows(analysed(shuffled))) == list(export.edge_rows(ANALYSED))


def test_the_share_on_the_topic_is_of_posts_since_the_day_chosen():
    rows = {row.measure: row for row in graphs.network_measures(ANALYSED)}
    # Of the days 30 June, 1 and 7 July the last two count: 2 + 1 of 3 + 4 posts.
    assert rows["coordination.network_topic_share"].value == pytest.approx(3 / 7)
    assert "since 2019-07-01" in rows["coordination.network_topic_share"].method
    assert rows["coordination.network_office_hours_share"].value == pytest.approx(4 / 12)
