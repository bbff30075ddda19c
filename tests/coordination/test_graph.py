"""The network of coordinated accounts: who is joined, who belongs together, and who comes first."""

import hashlib
import random

import igraph
import numpy as np
import pytest

from takedown.coordination.graph import (
    build_network,
    cluster_sensitivity,
    find_activity,
    find_centrality,
    find_communities,
    find_components,
    order_labels,
    read_network,
)
from takedown.core.database import open_records
from takedown.core.errors import InputError

DAY = "2019-07-01"  # a Monday
ARCHIVES = ("alpha", "beta")
#: account → archive, creation day, creation instant; "e" is in no list of accounts.
ACCOUNTS = {
    "a": ("alpha", "2017-08-30", "2017-08-30 01:00"),
    "b": ("alpha", "2017-08-30", "2017-08-30 01:20"),
    "c": ("beta", "2018-01-01", None),
    "d": ("beta", "2018-01-02", None),
}
EVENTS = "trace VARCHAR, archive_id VARCHAR, post_id VARCHAR, account VARCHAR, object VARCHAR, time TIMESTAMP"
EDGES = (
    "trace VARCHAR, account_a VARCHAR, account_b VARCHAR, days_together INTEGER, significant BOOLEAN, grade VARCHAR, "
    "sensitivity DOUBLE, shared_schedule BOOLEAN"
)
CLIQUES = [(x, y) for group in (range(5), range(5, 9)) for x in group for y in group if x < y]


@pytest.fixture
def tables(tmp_path):
    """Return a connection with the accounts, and a function that writes rows as Parquet and returns the path."""
    with open_records([], utc_offset_hours=8) as connection:
        for archive in ARCHIVES:
            connection.execute(
                "INSERT INTO archive (archive_id, name, platform, role, provenance, has_accounts, has_posts, released_on, source) "
                "VALUES (?, '', 'twitter', '', 'release', true, true, '2019-08-19', '')",
                [archive],
            )
        for account, (archive, day, instant) in ACCOUNTS.items():
            connection.execute(
                "INSERT INTO account (archive_id, account_id, id_is_hashed, created_on, created_at) VALUES (?, ?, false, ?, ?)",
                [archive, account, day, instant],
            )

        def write(name: str, columns: str, rows: list[tuple]) -> str:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE written ({columns})")
            for row in rows:
                connection.execute(f"INSERT INTO written VALUES ({', '.join('?' * len(row))})", row)
            path = str(tmp_path / f"{name}.parquet")
            connection.table("written").write_parquet(path)
            return path

        yield connection, write


def event(account: str, time: str, obj: str = "x", trace: str = "co_tweet", post: str | None = None) -> tuple:
    archive = ACCOUNTS.get(account, ("alpha",))[0]
    return (trace, archive, post or f"{account} {time}", account, obj, f"{DAY} {time}")


SEEN = [event(account, "01:00") for account in "abcde"]
FOUND = [
    ("co_tweet", "a", "b", 4, True),
    ("co_link", "a", "b", 6, True),
    ("co_retweet", "a", "b", 2, True),
    ("co_retweet", "b", "d", 3, True),
    ("co_retweet", "a", "c", 1, False),
    ("synchronised_posting", "b", "d", 2, True),
]


def read(tables, edges=FOUND, events=SEEN):
    connection, write = tables
    # A row without more is of grade A, and as sensitive as its days.
    edges = [(*row, "A", row[3] if row[4] else None, False) if len(row) == 5 else row for row in edges]
    return read_network(
        connection, "operation", write("edges", EDGES, edges), [write("events", EVENTS, events)], 60
    )


def test_edges_of_all_traces_are_joined_and_weigh_the_days_of_the_trace_with_most(tables):
    network = read(tables)
    assert network.edges["number_a"].tolist() == [0, 1]
    assert network.edges["number_b"].tolist() == [1, 3]
    assert network.edges["days"].tolist() == [6, 3]
    assert network.edges["traces"].tolist() == [
        "co_link co_retweet co_tweet",
        "co_retweet synchronised_posting",
    ]
    assert network.edges["trace_count"].tolist() == [3, 2]


def test_an_edge_has_the_local_days_of_its_first_and_last_joint_act_in_any_of_its_traces(tables):
    events = [
        event("a", "15:59:30"),
        event("b", "16:00:10"),  # half a minute before and after midnight in Hong Kong
        event("a", "00:00:00"),
        event("b", "00:01:01"),  # a second too late
        event("a", "00:30:00", "y", "co_link"),
        event("b", "00:31:00", "y", "co_link"),
        event("d", "00:30:00", "y", "co_link"),
    ]
    edges = read(tables, FOUND, events).edges
    days = [np.array(edges[name], "datetime64[D]").tolist() for name in ("first_joint", "last_joint")]
    assert [str(day) for day, *_ in days] == [DAY, "2019-07-02"]
    # Accounts whose times are too coarse to tell have no such day.
    assert [day for _, day in days] == [None, None]


def test_an_edge_has_the_grade_of_its_most_sensitive_trace_and_a_shared_schedule_is_none(tables):
    rows = [
        ("co_tweet", "a", "b", 9, True, "A", 1.5, False),
        ("synchronised_posting", "a", "b", 7, True, "B", 4.0, False),
        ("co_tweet", "c", "d", 8, False, "A", None, True),
        ("synchronised_posting", "c", "d", 30, False, "B", None, True),
    ]
    network = read(tables, rows)
    told = ("number_a", "number_b", "days", "grade", "sensitivity")
    assert [network.edges[name].tolist() for name in told] == [[0], [1], [9], ["B"], [4.0]]
    assert [network.schedules[name].tolist() for name in told] == [[2], [3], [30], [None], [None]]
    assert network.joined.tolist() == [0, 1]


def test_reposts_and_own_posts_are_two_kinds_and_synchronised_posting_is_neither(tables):
    assert read(tables).edges["of_both_kinds"].tolist() == [True, False]


def test_every_account_that_did_anything_is_in_and_keeps_its_digest_which_is_never_a_number(tables):
    accounts = read(tables).accounts
    assert accounts["digest"].tolist()[0] == "a" + hashlib.sha256(b"alpha a").hexdigest()[:15]
    assert len(set(accounts["digest"])) == 5
    assert accounts["archive_id"].tolist() == ["alpha", "alpha", "beta", "beta", "alpha"]
    assert accounts["created_on"].astype(str).tolist() == [
        "2017-08-30",
        "2017-08-30",
        "2018-01-01",
        "2018-01-02",
        "NaT",
    ]
    assert np.isnan(accounts["created_ms"]).tolist() == [False, False, True, True, True]


def test_overlap_of_traces_is_jaccards_ratio_of_their_edges(tables):
    overlap = read(tables).overlap
    rows = {
        (one, other): value
        for one, other, value in zip(overlap["trace_a"], overlap["trace_b"], overlap["jaccard"], strict=True)
    }
    assert rows["co_retweet", "co_tweet"] == 1 / 2
    assert rows["co_link", "co_tweet"] == rows["co_retweet", "co_retweet"] == 1
    assert rows["co_tweet", "synchronised_posting"] == 0
    assert len(rows) == 10


def test_a_network_does_not_depend_on_the_order_of_rows(tables):
    one, other = read(tables), read(tables, FOUND[::-1], SEEN[::-1])
    for columns, others in (
        (one.accounts, other.accounts),
        (one.edges, other.edges),
        (one.overlap, other.overlap),
    ):
        assert {name: column.astype(str).tolist() for name, column in columns.items()} == {
            name: column.astype(str).tolist() for name, column in others.items()
        }


def test_without_a_significant_edge_the_network_is_empty(tables):
    network = read(tables, [("co_tweet", "a", "b", 1, False)])
    assert (len(network), len(network.joined), network.graph.vcount()) == (5, 0, 0)
    assert len(find_communities(network.graph, 1).label) == len(find_centrality(network.graph)) == 0
    assert len(read(tables, [], [])) == 0


def activity(tables, events, community=(1, 1, 1, 2, 0), edges=None, topic=False):
    connection, write = tables
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]
    read(tables, edges or [("co_tweet", *pair, 5, True) for pair in pairs], SEEN)
    found = find_activity(
        connection,
        [write("acts", EVENTS, events)],
        np.array(community),
        window_seconds=60,
        office_hours=(9, 18),
        topic_lists=["protest"],
    )
    names = ("community", "day", "posts", "office_posts", *(["topic_posts"] if topic else []))
    return list(zip(*(found[name].astype(str).tolist() for name in names), strict=True))


def test_a_post_is_coordinated_if_another_account_of_the_community_is_within_the_window(tables):
    assert activity(tables, [event("a", "02:00:00"), event("b", "02:01:00.9")]) == [("1", DAY, "2", "2")]
    assert activity(tables, [event("a", "02:00:00"), event("b", "02:01:01")]) == []
    assert activity(tables, [event("a", "02:00:00"), event("a", "02:00:30")]) == []
    assert activity(tables, [event("a", "02:00:00"), event("d", "02:00:30")]) == []
    assert activity(tables, [event("a", "02:00"), event("b", "02:00", "y")]) == []
    assert activity(tables, [event("a", "02:00"), event("b", "02:00", trace="co_link")]) == []
    assert activity(tables, [event(who, "02:00", trace="fast_retweet") for who in "ab"]) == []


def test_a_post_of_several_traces_and_objects_counts_once(tables):
    edges = [(trace, "a", "b", 5, True) for trace in ("co_tweet", "co_link")]
    twice = [
        event(who, "02:00", obj, trace) for who in "ab" for obj in "xy" for trace in ("co_tweet", "co_link")
    ]
    assert activity(tables, twice, edges=edges) == [("1", DAY, "2", "2")]


def test_posting_at_one_time_makes_no_post_coordinated(tables):
    edges = [("synchronised_posting", "a", "b", 5, True)]
    assert activity(tables, [event(who, "02:00", DAY, edges[0][0]) for who in "ab"], edges=edges) == []


def test_coordinated_posts_go_to_local_days_and_office_hours(tables):
    late = [event(who, "09:59") for who in "ab"] + [event(who, "10:00") for who in "ab"]
    assert activity(tables, late) == [("1", DAY, "4", "2")]
    assert activity(tables, [event(who, "16:00") for who in "ab"]) == [("1", "2019-07-02", "2", "0")]


def test_coordinated_posts_on_the_topic_are_those_with_a_term_of_a_chosen_list(tables):
    connection, _ = tables
    together = [event(who, "02:00", one, post=f"{who}{one}") for one in "xyz" for who in "ab"]
    # Two terms of a post count once, and a term of another list not at all.
    for place, term_list, term in (
        (0, "protest", "p"),
        (0, "protest", "q"),
        (1, "protest", "p"),
        (2, "slur", "p"),
    ):
        archive, post = together[place][1:3]
        connection.execute("INSERT INTO post_term VALUES (?, ?, ?, ?)", [archive, post, term_list, term])
    assert activity(tables, together, topic=True) == [("1", DAY, "6", "6", "2")]


def test_posts_that_do_not_fit_into_the_memory_are_told_in_a_sentence(tables):
    connection, write = tables
    read(tables)
    paths = [write("acts", EVENTS, SEEN)]
    connection.execute("SET memory_limit = '4MB'")
    with pytest.raises(InputError, match="needs more memory than coordination"):
        find_activity(
            connection,
            paths,
            np.ones(5),
            window_seconds=60,
            office_hours=(9, 18),
            topic_lists=["protest"],
        )


def graph_of(edges, days=None):
    first, second = np.array(edges).T
    return build_network(first, second, np.ones(len(edges)) if days is None else days)


def test_a_graph_does_not_depend_on_the_order_or_direction_of_edges():
    edges, days = [(3, 9), (1, 3), (1, 20)], np.array([1, 2, 3])
    one = graph_of(edges, days)
    other = graph_of([edge[::-1] for edge in edges[::-1]], days[::-1])
    assert one.get_edgelist() == other.get_edgelist() == [(0, 1), (0, 3), (1, 2)]
    assert one.es["weight"] == other.es["weight"] == [2, 3, 1]


def test_communities_are_cliques_numbered_by_size_and_components_join_them():
    moved = [(8 - x, 8 - y) for x, y in CLIQUES]
    graph = graph_of([*moved, (0, 8), (20, 21)])
    assert find_communities(graph, 1).label.tolist() == [2] * 4 + [1] * 5 + [3] * 2
    assert find_components(graph).tolist() == [1] * 9 + [2] * 2


def test_modularity_is_that_of_the_definition():
    # Two pairs of three edges each, joined by one: 2 (3/7 − (7/14)²).
    edges = [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5), (2, 3)]
    assert find_communities(graph_of(edges), 1).modularity == pytest.approx(2 * (3 / 7 - 1 / 4))


def test_communities_are_the_same_whatever_python_drew_before():
    rng = np.random.default_rng(5)
    edges = np.unique(np.sort(rng.integers(0, 60, (150, 2))), axis=0)
    edges = edges[edges[:, 0] < edges[:, 1]]
    random.seed(1)
    one = find_communities(graph_of(edges), 7)
    random.seed(2)
    random.random()
    other = find_communities(graph_of(rng.permutation(edges)), 7)
    assert one.label.tolist() == other.label.tolist()
    assert (one.modularity, one.agreement) == (other.modularity, other.agreement)
    assert 0 < one.agreement < 1


def test_one_community_agrees_with_itself():
    assert find_communities(graph_of([(0, 1)]), 1).agreement == 1


def test_a_cluster_is_as_sensitive_as_the_last_edge_that_it_needs():
    chain = {
        "number_a": np.array([0, 1, 2, 3, 10]),
        "number_b": np.array([1, 2, 3, 4, 11]),
        "sensitivity": np.array([9.0, 3.0, 5.0, 2.0, 7.0]),
    }
    assert [cluster_sensitivity(chain, accounts) for accounts in (2, 3, 4, 5, 6)] == [9, 3, 3, 2, 1]
    assert cluster_sensitivity({name: column[:0] for name, column in chain.items()}, 2) == 1


def test_labels_go_by_size_then_by_first_element():
    assert order_labels(np.array([7, 3, 3, 9, 9, 5])).tolist() == [3, 1, 1, 2, 2, 4]


def test_centrality_is_the_weighted_sum_of_the_neighbours():
    graph = graph_of([(0, 1), (0, 2), (0, 3), (4, 5)], np.array([1, 1, 1, 5]))
    star, pair = [3 / np.sqrt(6)] + [1 / np.sqrt(2)] * 3, [5 / np.sqrt(2)] * 2
    assert find_centrality(graph).tolist() == pytest.approx(star + pair, abs=1e-8)


def test_centrality_is_networkwide_the_leading_eigenvector():
    weights = np.random.default_rng(3).integers(1, 9, len(CLIQUES) + 1)
    graph = graph_of([*CLIQUES, (0, 8)], weights)
    values, vectors = np.linalg.eigh(np.array(graph.get_adjacency(attribute="weight").data))
    assert find_centrality(graph) == pytest.approx(values[-1] * np.abs(vectors[:, -1]), abs=1e-6)


def test_an_account_at_the_end_of_a_long_path_still_has_some_centrality():
    path = [(node, node + 1) for node in range(8, 60)]
    centrality = find_centrality(graph_of([*CLIQUES, (0, 8), *path], np.append(np.full(17, 99), np.ones(52))))
    assert 0 < centrality[-1] == centrality.min() < 1e-8 * centrality.max()


def test_igraph_has_its_own_generator_back():
    random.seed(4)
    expected = igraph.Graph.Erdos_Renyi(20, m=30).get_edgelist()
    find_communities(graph_of(CLIQUES), 1)
    random.seed(4)
    assert igraph.Graph.Erdos_Renyi(20, m=30).get_edgelist() == expected
