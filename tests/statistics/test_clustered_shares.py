"""Shares with accounts and blocks of days as clusters: every pair of posts by hand, and the edges."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t

from takedown.statistics.clustered_shares import share, share_difference
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS


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


def by_pairs_of_posts(in_first, account, day, hits, posts, block_days) -> tuple[float, float]:
    """Return difference and variance from the sum over all pairs of posts that share an account or a block of days."""
    rows = [
        (first, a, d // block_days, number < hit)
        for first, a, d, hit, count in zip(in_first, account, day, hits, posts, strict=True)
        for number in range(count)
    ]
    first = np.array([row[0] for row in rows])
    hit = np.array([row[3] for row in rows], float)
    shares = hit[first].mean(), hit[~first].mean()
    error = np.where(first, (hit - shares[0]) / first.sum(), -(hit - shares[1]) / (~first).sum())
    clusters = [len({row[1] for row in rows}), len({row[2] for row in rows}), len({row[1:3] for row in rows})]
    scale = [number / (number - 1) for number in clusters]
    sums = [0.0, 0.0, 0.0]
    for one, other in product(range(len(rows)), repeat=2):
        same = [rows[one][1] == rows[other][1], rows[one][2] == rows[other][2]]
        for place, alike in enumerate([*same, all(same)]):
            sums[place] += error[one] * error[other] * alike
    parts = [number * factor for number, factor in zip(sums, scale, strict=True)]
    return shares[0] - shares[1], max(parts[0] + parts[1] - parts[2], parts[0], parts[1])


@pytest.mark.parametrize(("seed", "block_days", "blocks"), [(1, 1, 9), (2, 2, 5), (3, 3, 3)])
def test_interval_and_p_value_agree_with_all_pairs_of_posts(seed: int, block_days: int, blocks: int) -> None:
    found = share_difference(**(data := cells(seed)), block_days=block_days)
    value, variance = by_pairs_of_posts(**data, block_days=block_days)
    effective = [
        data["posts"][group].sum() ** 2 / (np.bincount(labels[group], data["posts"][group]) ** 2).sum()
        for group in (data["in_first"], ~data["in_first"])
        for labels in (data["account"], data["day"] // block_days)
    ]
    freedom = min(effective) - 1
    assert found.value == pytest.approx(value)
    assert found.high - found.value == pytest.approx(t.ppf(0.975, freedom) * variance**0.5)
    assert found.p_value == pytest.approx(2 * t.sf(abs(value) / variance**0.5, freedom))
    assert found.n == blocks


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_the_order_of_cells_and_the_first_day_do_not_matter(seed: int) -> None:
    data = cells(seed)
    order = np.random.default_rng(seed).permutation(len(data["posts"]))
    shuffled = {name: column[order] for name, column in data.items()} | {"day": seed + data["day"][order]}
    expected, found = (share_difference(**columns, block_days=2) for columns in (data, shuffled))
    assert found.value == pytest.approx(expected.value)
    assert found.low == pytest.approx(expected.low) and found.p_value == pytest.approx(expected.p_value)


def test_posts_that_repeat_an_account_and_day_make_nothing_surer() -> None:
    data = cells(4)
    many = {**data, "hits": 50 * data["hits"], "posts": 50 * data["posts"]}
    once, again = (share_difference(**columns, block_days=1) for columns in (data, many))
    assert again.low == pytest.approx(once.low)


def test_days_of_one_block_are_one_cluster_and_give_no_interval() -> None:
    data = cells(1)
    assert share_difference(**data).low is None and share_difference(**data).n == 1
    assert share(*(data[name] for name in ("account", "day", "hits", "posts"))).low is None


@pytest.mark.parametrize(("days", "length"), [(5, DRIFT_BLOCK_DAYS), (9, 2 * DRIFT_BLOCK_DAYS)])
def test_blocks_are_twice_as_long_where_the_span_is(days: int, length: int) -> None:
    data = cells(1, days=days)
    apart = {**data, "day": length * data["day"]}
    assert share_difference(**apart) == share_difference(**data, block_days=1)
    apart["day"] = apart["day"] // 2
    assert share_difference(**apart).n == -(-days // 2)


def test_the_shorter_group_says_how_long_blocks_are() -> None:
    data = cells(1, days=24)
    before = {**data, "in_first": data["day"] > 19, "day": 14 * data["day"]}
    assert share_difference(**before) == share_difference(**before, block_days=DRIFT_BLOCK_DAYS)


def test_the_interval_of_a_share_is_symmetric_in_the_log_odds() -> None:
    account, hits = np.arange(10), np.array([1, 0, 0, 1, 0, 0, 0, 1, 0, 0])
    found = share(account, account, hits, np.ones(10), block_days=1)
    reach = t.ppf(0.975, 9) * hits.std(ddof=1) / np.sqrt(10) / (0.3 * 0.7)
    assert (found.value, found.n) == (pytest.approx(0.3), 10)
    ends = np.array([found.low, found.high])
    assert np.log(ends / (1 - ends)) == pytest.approx(np.log(3 / 7) + np.array([-reach, reach]))


@pytest.mark.parametrize("kind", [0, 1])
def test_a_share_of_none_or_all_has_no_interval_and_no_test(kind: int) -> None:
    data = cells(1)
    hits = np.where(data["in_first"], data["hits"], kind * data["posts"])
    found = share_difference(**{**data, "hits": hits}, block_days=1)
    assert found.value != 0 and found.low is None and found.p_value is None
    assert share(data["account"], data["day"], kind * data["posts"], data["posts"], block_days=1).low is None


def test_a_group_without_a_post_is_not_compared() -> None:
    data = cells(1)
    assert share_difference(**{**data, "in_first": np.zeros(len(data["posts"]), bool)}) is None


def test_shares_without_variation_have_no_interval() -> None:
    data = cells(1)
    found = share_difference(**{**data, "hits": data["posts"]}, block_days=1)
    assert found.value == 0 and found.low is None and found.p_value is None


def test_one_account_that_writes_nearly_all_posts_leaves_no_interval() -> None:
    data = cells(1)
    posts = np.where(data["account"] == 0, 100_000, data["posts"])
    found = share_difference(**{**data, "posts": posts}, block_days=1)
    assert found.low is None and found.p_value is None
