"""Parts of the replica agree with cases worked by hand."""

import datetime
import itertools

import numpy as np
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.validation.replica.accounts import snowflake
from takedown.validation.replica.clock import MS_PER_DAY, make_clock
from takedown.validation.replica.dirt import FORMS, insert_rows, number_awkward
from takedown.validation.replica.generate import simulate_archive
from takedown.validation.replica.plan import deal_languages
from takedown.validation.replica.posts import EVENT_FROM, OUTSIDE_FROM, low_bits
from takedown.validation.replica.texts import ON_TOPIC, make_vocabulary, vary_phrases

WEEK = {
    "clocks": {"noon": [0] * 12 + [1] + [0] * 11, "evening": [0] * 20 + [1, 1] + [0] * 2},
    "weekdays": {"operation": [0, 0, 1, 0, 0, 0, 0]},
    "months": {"operation": {"2019-01": 1.0, "2019-06": 3.0}},
    "surge_days": [datetime.date(2019, 7, 3)],
    "surge_factor": {"operation": 2.0},
}


def day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def drawn(names: list[str], clock: int, first: str, last: str, count: int = 3000) -> np.ndarray:
    times = make_clock(WEEK, names, "operation", 8)
    bounds = np.full(count, day(first)), np.full(count, day(last))
    return times.draw(np.random.default_rng(1), *bounds, np.full(count, clock)) + 8 * 3_600_000


def test_posts_fall_on_the_only_weekday_and_hours_that_have_weight():
    local = drawn(["noon", "evening"], 1, "2019-02-01", "2019-05-31")
    assert set((local // MS_PER_DAY + 3) % 7) == {2}
    assert set(local % MS_PER_DAY // 3_600_000) == {20, 21}
    assert day("2019-02-01") <= local.min() // MS_PER_DAY <= local.max() // MS_PER_DAY < day("2019-05-31")


def test_months_and_surges_multiply_the_weight_of_a_day():
    days = drawn(["noon"], 0, "2019-05-29", "2019-07-04", 12_000) // MS_PER_DAY
    may, june, surge = (np.mean(days == day(text)) for text in ("2019-05-29", "2019-06-05", "2019-07-03"))
    # One Wednesday of weight 1, four of 3 and one of 6: 19 in all.
    assert abs(may - 1 / 19) < 0.01
    assert abs(june - 3 / 19) < 0.015
    assert abs(surge - 6 / 19) < 0.02


def test_snowflake_holds_milliseconds_above_the_low_bits():
    assert snowflake(np.array([1288834974657 + 5]), np.array([3])).tolist() == [5 * 2**22 + 3]


def test_low_bits_tell_rows_apart():
    bits = low_bits(np.arange(2**20))
    assert len(np.unique(bits)) == 2**20
    assert bits.max() < 2**22


def test_languages_are_dealt_by_what_lacks_most():
    # 60 posts go to the largest share, the next 30 to the second, and the last 10 to what still lacks most.
    assert deal_languages(np.array([10, 60, 30]), np.array([6.0, 3.0, 1.0])).tolist() == [2, 0, 1]


def test_awkward_rows_are_distinct_and_as_many_as_wanted():
    awkward = number_awkward(np.random.default_rng(3), 40, {"month_day_date": 3, "poll": 2})
    assert np.bincount(awkward, minlength=8).tolist() == [35, 3, 0, 0, 0, 0, 0, 2]


def simulated(root, planted_groups: bool):
    return simulate_archive(
        "china_082019_2",
        role="operation",
        released_on="2019-08-19",
        published_folder=root / "workflow/resources/published",
        seed=1,
        scale=0.002,
        utc_offset_hours=8,
        planted_groups=planted_groups,
    )


def test_without_planted_groups_as_many_posts_are_on_the_topic_and_none_is_of_a_group(root):
    planted, unplanted = (simulated(root, each) for each in (True, False))
    assert planted.planted["groups"] and unplanted.planted["groups"] == []
    assert planted.accounts.account_id.tolist() == unplanted.accounts.account_id.tolist()
    on_topic, together = [], []
    for posts in (planted.posts, unplanted.posts):
        on_topic.append((posts["topic"] == ON_TOPIC).sum())
        together.append(((posts["number"] >= EVENT_FROM) & (posts["number"] < OUTSIDE_FROM)).sum())
    assert on_topic[0] == on_topic[1]
    assert together[0] > 0 == together[1]


def trigrams(text: str) -> set[str]:
    return {text[place : place + 3] for place in range(len(text) - 2)}


def test_variants_of_a_phrase_differ_are_near_duplicates_and_have_its_hashtags_and_slurs(root):
    resources = yaml.safe_load((root / "workflow/resources/replica.yaml").read_text(encoding="utf-8"))
    words = make_vocabulary(np.random.default_rng(1), resources, "operation")
    for language in ("zh", "en"):
        first = words.first_phrase[ON_TOPIC, words.languages.index(language)]
        for phrase in range(first, first + 6):
            drawn = vary_phrases(np.random.default_rng(2), np.full(200, phrase), words)
            texts = {f"[replica 20000000] {words.phrase_text[number]}" for number in drawn}
            assert len(texts) > 10
            for one, other in itertools.combinations(map(trigrams, texts), 2):
                assert len(one & other) / len(one | other) >= 0.7
            assert {words.phrase_has_slur[number] for number in drawn} == {words.phrase_has_slur[phrase]}
            assert {words.phrase_hashtags[number] for number in drawn} == {words.phrase_hashtags[phrase]}


@settings(max_examples=60, deadline=None)
@given(wrong=st.integers(0, 6), copies=st.integers(0, 4), seed=st.integers(0, 1000), quoted=st.booleans())
def test_inserted_rows_lie_between_good_rows_and_change_none(wrong, copies, seed, quoted):
    file_form = FORMS["tweets" if quoted else "account_list"]
    form = '"{:03}","a\nb"\n' if quoted else "{:03},a\n"
    good = [form.format(i).encode() for i in range(100)]
    bad = [b"wrong %d\n" % i for i in range(wrong)]
    written = b"".join(insert_rows(b"".join(good), bad, copies, np.random.default_rng(seed), file_form))
    rest = written
    for row in bad:
        assert rest.count(row) == 1
        rest = rest.replace(row, b"")
    repeats = [rest.count(row) - 1 for row in good]
    assert sum(repeats) == copies
    assert len(rest) == sum(len(row) * (1 + more) for row, more in zip(good, repeats, strict=True))
    assert b"\nwrong" in written or not bad
    assert not any(one + other in written for one in bad for other in bad)
