"""Shares with accounts and days as clusters: every pair of posts by hand, and the edges."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from takedown.two_way import share_difference


def cells(seed: int, accounts: int = 12, days: int = 9) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    account, day = np.nonzero(rng.random((accounts, days)) < 0.7)
    posts = rng.integers(1, 5, len(account))
    share = np.clip(0.4 + 0.2 * rng.normal(size=accounts)[account] + 0.2 * rng.normal(size=days)[day], 0, 1)
    return {
        "in_first": account % 2 == 0,
        "account": account,
        "day": day,
        "hits": rng.binomial(posts, share),
        "posts": posts,
    }


def by_pairs_of_posts(in_first, account, day, hits, posts) -> tuple[float, float]:
    """Return difference and variance from the sum over all pairs of posts that share an account or a day."""
    rows = [
        (first, a, d, number < hit)
        for first, a, d, hit, count in zip(in_first, account, day, hits, posts, strict=True)
        for number in range(count)
    ]
    first = np.array([row[0] for row in rows])
    hit = np.array([row[3] for row in rows], float)
    shares = hit[first].mean(), hit[~first].mean()
    error = np.where(first, (hit - shares[0]) / first.sum(), -(hit - shares[1]) / (~first).sum())
    clusters = [len({row[1] for row in rows}), len({row[2] for row in rows}), len(posts)]
    scale = [number / (number - 1) for number in clusters]
    sums = [0.0, 0.0, 0.0]
    for one, other in product(range(len(rows)), repeat=2):
        same = [rows[one][1] == rows[other][1], rows[one][2] == rows[other][2]]
        for place, alike in enumerate([*same, all(same)]):
            sums[place] += error[one] * error[other] * alike
    parts = [number * factor for number, factor in zip(sums, scale, strict=True)]
    return shares[0] - shares[1], max(parts[0] + parts[1] - parts[2], parts[0], parts[1])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_interval_and_p_value_agree_with_all_pairs_of_posts(seed: int) -> None:
    found = share_difference(**(data := cells(seed)))
    value, variance = by_pairs_of_posts(**data)
    effective = [
        data["posts"][group].sum() ** 2 / (np.bincount(data[name][group], data["posts"][group]) ** 2).sum()
        for group in (data["in_first"], ~data["in_first"])
        for name in ("account", "day")
    ]
    freedom = min(effective) - 1
    assert found.value == pytest.approx(value)
    assert found.high - found.value == pytest.approx(t.ppf(0.975, freedom) * variance**0.5)
    assert found.p_value == pytest.approx(2 * t.sf(abs(value) / variance**0.5, freedom))
    assert found.n == 9


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_cells_and_the_names_of_clusters_do_not_matter(seed: int) -> None:
    data = cells(seed)
    order = np.random.default_rng(seed).permutation(len(data["posts"]))
    shuffled = {name: column[order] for name, column in data.items()} | {"day": 30 - data["day"][order]}
    expected, found = share_difference(**data), share_difference(**shuffled)
    assert found.value == pytest.approx(expected.value)
    assert found.low == pytest.approx(expected.low) and found.p_value == pytest.approx(expected.p_value)


def test_posts_that_repeat_an_account_and_day_make_nothing_surer() -> None:
    data = cells(4)
    many = {**data, "hits": 50 * data["hits"], "posts": 50 * data["posts"]}
    assert share_difference(**many).low == pytest.approx(share_difference(**data).low)


def test_a_group_without_a_post_is_not_compared() -> None:
    data = cells(1)
    assert share_difference(**{**data, "in_first": np.zeros(len(data["posts"]), bool)}) is None


def test_shares_without_variation_have_no_interval() -> None:
    data = cells(1)
    found = share_difference(**{**data, "hits": data["posts"]})
    assert found.value == 0 and found.low is None and found.p_value is None


def test_one_account_that_writes_nearly_all_posts_leaves_no_interval() -> None:
    data = cells(1)
    posts = np.where(data["account"] == 0, 100_000, data["posts"])
    found = share_difference(**{**data, "posts": posts})
    assert found.low is None and found.p_value is None
