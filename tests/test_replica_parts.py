"""Parts of the replica against cases worked by hand."""

import datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.replica.accounts import snowflake
from takedown.replica.clock import MS_PER_DAY, make_clock
from takedown.replica.dirt import LAYOUTS, insert_rows, number_awkward
from takedown.replica.plan import deal_languages
from takedown.replica.posts import low_bits

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


@settings(max_examples=60, deadline=None)
@given(wrong=st.integers(0, 6), copies=st.integers(0, 4), seed=st.integers(0, 1000), quoted=st.booleans())
def test_inserted_rows_lie_between_good_rows_and_change_none(wrong, copies, seed, quoted):
    layout = LAYOUTS["tweets" if quoted else "account_list"]
    form = '"{:03}","a\nb"\n' if quoted else "{:03},a\n"
    good = [form.format(i).encode() for i in range(100)]
    bad = [b"wrong %d\n" % i for i in range(wrong)]
    written = insert_rows(b"".join(good), bad, copies, np.random.default_rng(seed), layout)
    rest = written
    for row in bad:
        assert rest.count(row) == 1
        rest = rest.replace(row, b"")
    repeats = [rest.count(row) - 1 for row in good]
    assert sum(repeats) == copies
    assert len(rest) == sum(len(row) * (1 + more) for row, more in zip(good, repeats, strict=True))
    assert b"\nwrong" in written or not bad
    assert not any(one + other in written for one in bad for other in bad)
