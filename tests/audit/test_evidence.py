"""The posts behind a pair of accounts are listed once, in order of time, and no more than a page can show."""

import json

from takedown.audit import evidence
from tests.audit.evidence_by_hand import ACCOUNTS, write_posts


def test_posts_stand_by_account_and_time_with_all_objects_of_a_pair_of_posts(tmp_path):
    (script,) = write_posts(tmp_path / "posts", tmp_path)
    assert script.name == f"{ACCOUNTS[0]}.js"
    text = script.read_text(encoding="utf-8")
    start = f'showPosts("{ACCOUNTS[0]}", '
    assert text.startswith(start)
    (edge,) = json.loads(text.removeprefix(start).removesuffix(");\n"))
    assert edge["other"] == ACCOUNTS[1]
    (traced,) = edge["traces"]
    assert (traced["trace"], traced["pairs"]) == ("co_link", 2)
    assert [pair["objects"] for pair in traced["shown"]] == [["o", "p"], ["o"]]
    # The first post is that of the account with the smaller digest.
    assert [[post["post"] for post in pair["posts"]] for pair in traced["shown"]] == [[2, 1], [4, 3]]
    assert traced["shown"][0]["posts"][0]["time"] == "2019-08-19 12:00:00"
    assert "ids are not shown" not in text


def test_an_act_of_accounts_of_two_populations_is_listed_once_and_always_with_the_same_bytes(tmp_path):
    once, twice = (write_posts(tmp_path / f"{copies}", tmp_path, copies=copies) for copies in (1, 2))
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in twice]


def test_pairs_of_posts_that_the_page_does_not_show_are_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(evidence, "MOST_SHOWN", 1)
    (script,) = write_posts(tmp_path / "posts", tmp_path)
    text = script.read_text(encoding="utf-8")
    assert '"pairs":2' in text
    assert text.count('"objects"') == 1
