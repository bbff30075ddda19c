"""Measures of the atlas: medians, ranks, and the mean over campaigns whose posts were read."""

import pytest

from takedown.reported.atlas import COLUMNS
from takedown.reported.atlas_measures import atlas_measures

EMPTY = dict.fromkeys(COLUMNS) | {"platform": "twitter", "counts_from": "reported"}


def campaign(name, **columns):
    return EMPTY | {"campaign": name} | columns


def found(rows, **subjects):
    return {(row.measure, row.subject): row for row in atlas_measures(rows, subjects)}


def test_a_campaign_has_its_value_its_rank_and_the_median_of_all():
    rows = [
        campaign("a", posts=10, effective_months=2.5),
        # As read from the table of a deposit.
        campaign("b", posts="30", counts_from="aggregate"),
        campaign("c", posts=30),
        campaign("d", posts=50),
        campaign("e"),
    ]
    measures = found(rows, b="operation", a="a")
    assert {key: row.value for key, row in measures.items() if key[0].startswith("atlas.posts")} == {
        ("atlas.posts", "campaigns"): 30,
        ("atlas.posts", "operation"): 30,
        ("atlas.posts", "a"): 10,
        # Equal values share the smaller rank.
        ("atlas.posts_rank", "operation"): 2,
        ("atlas.posts_rank", "a"): 4,
    }
    assert measures["atlas.posts", "operation"].provenance == "aggregate"
    assert {measures[f"atlas.posts{end}", "operation"].n for end in ("", "_rank")} == {None, 4}
    assert measures["atlas.posts_rank", "operation"].provenance == "reported"
    assert measures["atlas.posts", "campaigns"].parameters == {
        "lower_quartile": (25.0, "posts"),
        "upper_quartile": (35.0, "posts"),
    }
    assert (measures["atlas.campaigns", "campaigns"].value, measures["atlas.campaigns", "campaigns"].n) == (
        1,
        None,
    )


def test_parts_of_a_campaign_and_removals_are_not_counted_twice():
    rows = [
        campaign("a", posts=1),
        campaign("b", posts=2),
        campaign("a+b", posts=3),
        campaign("facebook 2019", posts=9, platform="facebook"),
    ]
    assert found(rows)["atlas.posts", "campaigns"].n == 1


def test_the_mean_of_co_posting_is_over_campaigns_of_more_than_50000_posts():
    rows = [
        campaign("a", posts=60000, co_posting_share=0.8),
        campaign("b", posts=60000, co_posting_share=0.6),
        campaign("c", posts=50000, co_posting_share=0.1),
        campaign("d", posts=90000),
    ]
    measures = found(rows, c="c")
    assert measures["atlas.co_posting_share", "c"].value == 0.1
    mean = measures["atlas.co_posting_share", "campaigns"]
    # Student's t with one degree of freedom: 12.706 standard errors of 0.1.
    assert (mean.value, mean.n, mean.high) == (pytest.approx(0.7), 2, pytest.approx(0.7 + 1.2706, abs=1e-3))
    assert ("atlas.co_posting_share", "campaigns") not in found([rows[2]])
    assert found([rows[0]])["atlas.co_posting_share", "campaigns"].low is None
