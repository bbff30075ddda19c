"""Scores of accounts, from small files of events worked by hand."""

import duckdb
import numpy as np
import pytest

from takedown.benchmark.rankings import open_trace, score_accounts, similarity_centrality


@pytest.fixture
def scored(tmp_path):
    """Return a function from events (account, object, second) of both populations to accounts and scores by method."""
    connections = []

    def score(operation, control, windows=(60,)):
        connections.append(connection := duckdb.connect(config={"threads": 1}))
        for name, rows in {"operation": operation, "control": control}.items():
            values = ", ".join(
                f"('co_retweet', '{a}', '{o}', make_timestamp({t} * 1000000))" for a, o, t in rows
            )
            connection.execute(
                f"COPY (SELECT * FROM (VALUES {values}) AS e (trace, account, object, time)) "
                f"TO '{tmp_path}/{name}.parquet'"
            )
        files = [[str(tmp_path / f"{name}.parquet")] for name in ("operation", "control")]
        accounts = open_trace(connection, "co_retweet", *files)
        found = score_accounts(connection, accounts, windows, 1000)
        return accounts, {(one.method, one.window_seconds): one.score.tolist() for one in found}

    yield score
    for connection in connections:
        connection.close()


OPERATION = [("a", "x", 0), ("b", "x", 10), ("a", "y", 500), ("b", "y", 505)]
CONTROL = [("c", "x", 300), ("d", "z", 0)]


def test_actions_and_partners_count_those_within_the_window(scored):
    accounts, scores = scored(OPERATION, CONTROL, windows=(60, 300))
    assert accounts.label.tolist() == [True, True, False, False]
    assert scores["actions", 60] == [2, 2, 0, 0]
    assert scores["actions", 300] == [3, 3, 2, 0]
    assert scores["partners", 300] == [2, 2, 2, 0]


def test_accounts_without_a_partner_have_no_centrality(scored):
    _, scores = scored(OPERATION, CONTROL)
    assert scores["centrality", 60][:2] > [0, 0]
    assert scores["centrality", 60][2:] == [0, 0]


def test_an_account_of_both_populations_is_left_out(scored):
    accounts, _ = scored([*OPERATION, ("d", "x", 0)], CONTROL)
    assert len(accounts.label) == 3


def test_similarity_is_the_leading_eigenvector_of_the_cosine_network():
    uses = np.array([[1, 1, 0], [1, 2, 0], [0, 1, 1], [0, 0, 1]], float)
    account, target = np.nonzero(uses)
    vectors = uses * (np.log(4 / (uses > 0).sum(0)) + 1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    _, eigenvectors = np.linalg.eigh(vectors @ vectors.T - np.eye(4))
    found = similarity_centrality(4, account, target, uses[account, target])
    assert found == pytest.approx(np.abs(eigenvectors[:, -1]), abs=1e-6)


def test_accounts_that_share_no_object_are_not_similar():
    none = np.array([], int)
    assert similarity_centrality(3, none, none, none).tolist() == [0, 0, 0]
