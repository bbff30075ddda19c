"""Near-duplicate texts: what is near, how candidates are found, and what is filed under what."""

import itertools

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from takedown.coordination import near_text
from takedown.coordination.traces import select_posts, trace_events
from takedown.core.database import read_sql

CHINESE = "香港的事情由香港人自己来决定希望大家保持冷静早日恢复平静的生活"
ENGLISH = "The quick brown fox jumps over the lazy dog today"


@pytest.fixture(scope="module")
def tables():
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(read_sql("core/schema.sql"))
        yield connection


@pytest.fixture
def posts(tables):
    """Return a function that traces the near-duplicates of texts, one post of one account each."""

    def trace(texts, name="near_duplicate"):
        tables.execute("DELETE FROM post")
        tables.execute(
            "INSERT INTO post (archive_id, post_id, account_id, posted_at, is_repost, text)"
            " SELECT 'x', printf('%04d', number), 'a', '2019-08-19', false, text"
            " FROM (SELECT unnest($texts::VARCHAR[]) AS text, generate_subscripts($texts, 1) AS number)",
            {"texts": list(texts)},
        )
        select_posts(tables, ["x"])
        rows = tables.table(trace_events(tables, name)).order("post_id").project("object").fetchall()
        return [value for (value,) in rows]

    return trace


def shingles(text):
    return {text[i : i + 3] for i in range(len(text) - 2)}


def index(one, other):
    return len(shingles(one) & shingles(other)) / len(shingles(one) | shingles(other))


def filed(words):
    words = np.array(words, dtype=object)
    sets = near_text.sequence_sets(words)
    pairs = near_text.candidates(near_text.band_keys(sets))
    sizes, bits = near_text.sizes_of(sets), near_text.bitmaps(sets)
    return near_text.file_texts(sizes, bits, *pairs, lambda numbers: near_text.sequence_sets(words[numbers]))


def variants(text, count, seed, edits=3):
    """Return texts that differ from one in a few characters."""
    rng = np.random.default_rng(seed)
    letters = np.tile(np.array(list(text)), (count, 1))
    for places in rng.integers(0, len(text), (edits, count)):
        letters[np.arange(count), places] = rng.choice(list("甲乙丙丁戊己庚辛"), count)
    return ["".join(row) for row in letters]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (CHINESE, CHINESE.replace("生活", "日子"), True),
        (CHINESE, CHINESE.replace("冷静", "理性"), False),
        (CHINESE, "＃" + CHINESE + " https://t.co/1", True),
        (CHINESE, CHINESE[::-1], False),
        (ENGLISH, ENGLISH.upper() + "!", True),
        (ENGLISH, "@someone " + ENGLISH.replace("dog", "dogs"), True),
        (ENGLISH, "today the slow red cat sleeps below an eager hound", False),
        ("Сегодня хорошая погода в городе Москве", "Сегодня хорошая погода в городе Москва", True),
        ("short text", "short texts", False),
        ("short text", "Short  text", True),
    ],
)
def test_texts_of_any_script_are_near_if_they_share_most_of_their_sequences(posts, one, other, same):
    assert (len(set(posts([one, other]))) == 1) == same


def test_a_laugh_is_not_near_to_a_longer_one(posts):
    assert len(set(posts(["哈" * 20, "哈" * 21, "ha" * 20, "ha" * 21]))) == 4


def test_texts_without_a_near_one_have_the_object_that_they_have_in_co_tweet(posts):
    texts = [CHINESE, ENGLISH, "short", CHINESE, None, "", "@a https://t.co/1"]
    assert posts(texts) == posts(texts, "co_tweet")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("abcz09 !香港加油", max_size=60).map("字".__add__), min_size=5, max_size=20))
def test_texts_that_are_one_in_co_tweet_have_one_object(posts, texts):
    wide = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in "ABCZ09!"} | {" ": "\u3000"})
    others = [f"@x_1 {text.upper().translate(wide)} https://t.co/{i}" for i, text in enumerate(texts)]
    found = posts(texts + others)
    assert found[: len(texts)] == found[len(texts) :]


def test_the_object_of_near_texts_is_the_first_digest_of_a_text_that_all_are_near_to(posts):
    texts = [CHINESE, CHINESE.replace("生活", "日子"), CHINESE + "！"]
    assert set(posts(texts)) == {min(posts(texts, "co_tweet"))}


def test_neither_the_order_of_rows_nor_other_threads_change_an_object(posts, tables):
    texts = variants(CHINESE, 60, seed=1) + variants(ENGLISH, 60, seed=2)
    expected = dict(zip(texts, posts(texts), strict=True))
    tables.execute("SET threads = 1")
    shuffled = np.random.default_rng(3).permutation(texts).tolist()
    assert dict(zip(shuffled, posts(shuffled), strict=True)) == expected
    tables.execute("SET threads = 2")


def test_the_number_of_texts_worked_on_at_a_time_changes_no_object(posts, monkeypatch):
    texts = variants(CHINESE, 40, seed=1)
    expected = posts(texts)
    monkeypatch.setattr(near_text, "CHUNK", 7)
    monkeypatch.setattr(near_text, "BLOCK", 5)
    assert posts(texts) == expected
    monkeypatch.setattr(near_text, "MOST_KEPT", 100)
    assert posts(texts) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab香港😀 ", min_size=3, max_size=30), min_size=1, max_size=6))
def test_the_index_is_that_of_the_sets_of_sequences(words):
    sets = near_text.sequence_sets(np.array(words, dtype=object))
    assert list(near_text.sizes_of(sets)) == [len(shingles(text)) for text in words]
    pairs = np.array(list(itertools.product(range(len(words)), repeat=2)))
    found = near_text.jaccard(sets, pairs[:, 0], pairs[:, 1])
    assert list(found) == [index(words[i], words[j]) for i, j in pairs]


@given(st.lists(st.text("ab香港😀 ", min_size=3, max_size=30), min_size=2, max_size=2))
def test_bitmaps_differ_in_no_more_bits_than_their_sets_in_members(words):
    one, other = near_text.bitmaps(near_text.sequence_sets(np.array(words, dtype=object)))
    assert np.bitwise_count(one ^ other).sum() <= len(shingles(words[0]) ^ shingles(words[1]))


def test_nothing_is_chained(posts):
    """Texts in which one character after the other was replaced: each is near to the next, the ends share nothing."""
    letters = [chr(0x4E00 + i) for i in range(80)]
    texts = ["".join([*letters[i:40], *letters[40 : 40 + i]]) for i in range(0, 41, 2)]
    assert all(index(*pair) >= near_text.THRESHOLD for pair in itertools.pairwise(texts))
    leader = filed(texts)
    assert len(set(leader)) > 4
    for i, j in itertools.combinations(range(len(texts)), 2):
        if leader[i] == leader[j]:
            assert index(texts[i], texts[j]) >= 2 * near_text.THRESHOLD - 1


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_every_text_is_near_to_its_leader_and_a_leader_to_no_leader_that_it_was_compared_with(seed):
    words = sorted(set(variants(CHINESE, 40, seed, edits=4) + variants(ENGLISH, 40, seed, edits=4)))
    leader = filed(words)
    assert (leader[leader] == leader).all()
    assert all(i == j or index(words[i], words[j]) >= near_text.THRESHOLD for i, j in enumerate(leader))
    sets = near_text.sequence_sets(np.array(words, dtype=object))
    for i, j in zip(*near_text.candidates(near_text.band_keys(sets)), strict=True):
        if leader[i] == i and leader[j] == j:
            assert index(words[i], words[j]) < near_text.THRESHOLD


def test_a_text_goes_to_the_first_leader_that_it_is_near_to():
    one, other = np.array([[1, 0], [2, 1], [3, 2], [4, 3], [4, 2], [5, 4], [5, 0]]).T
    assert list(near_text.leaders(6, one, other)) == [0, 0, 2, 2, 2, 0]


def test_texts_of_index_eight_tenths_are_compared_nearly_always_and_those_of_three_tenths_hardly_ever():
    """The expected shares are .992, .22 for .5, and .012; the sets are made of numbers."""
    rng = np.random.default_rng(1)
    shares = {}
    for shared, alone in ((80, 10), (60, 30), (36, 42)):
        members = rng.integers(0, 2**32, (400, shared + 2 * alone), dtype=np.uint32)
        pairs = np.stack(
            [members[:, : shared + alone], np.delete(members, range(shared, shared + alone), 1)], 1
        )
        members = np.sort(pairs.reshape(800, -1).view(np.int32))
        sets = near_text.as_rows(members.ravel(), np.arange(1, 801) * (shared + alone))
        keys = near_text.band_keys(sets)
        shares[shared / (shared + 2 * alone)] = (keys[:, ::2] == keys[:, 1::2]).any(axis=0).mean()
    assert shares[0.8] > 0.97
    assert 0.14 < shares[0.5] < 0.3
    assert shares[0.3] < 0.04


def test_a_text_common_to_many_is_compared_once_for_each_band():
    keys = np.zeros((near_text.BANDS, 1000), np.uint64)
    one, other = near_text.candidates(keys)
    assert list(one) == list(range(1, 1000))
    assert not other.any()
