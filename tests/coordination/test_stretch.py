"""How many times faster a crowd must be: by hand, and as the windows of a known crowd are stretched."""

import duckdb
import pytest

from takedown.coordination.exchange_trials import number_accounts
from takedown.coordination.pair_days import Choices
from takedown.coordination.stretch import stretched_synchrony, times_faster
from takedown.statistics.estimate import Estimate

MIDNIGHT = 1559318400
DAY = 86400


def control(*rows: tuple[float, float, float, float]) -> dict[float, Estimate]:
    return {factor: Estimate(value, low, high, n=100) for factor, value, low, high in rows}


RISING = control((1, 0.1, 0.08, 0.12), (2, 0.2, 0.17, 0.23), (4, 0.4, 0.36, 0.44))


def test_between_two_factors_the_share_is_straight_in_the_logarithm():
    # .3 is half way from .2 to .4: the factor half way from 2 to 4 in logarithms. The lower end .175 lies half way from
    # .12 to .23.
    found = times_faster(Estimate(0.3, 0.175, 0.5, n=40), RISING)
    assert (found.value, found.low, found.n) == (pytest.approx(8**0.5), pytest.approx(2**0.5), 40)


def test_what_the_control_is_as_it_is_needs_no_faster_crowd():
    found = times_faster(Estimate(0.09, 0.05, 0.2, n=40), RISING)
    assert (found.value, found.low) == (1, 1)


def test_beyond_the_largest_factor_only_a_lower_end_is_known():
    found = times_faster(Estimate(0.9, 0.8, 0.95, n=40), RISING)
    assert (found.value, found.low) == (None, 4)


def test_lags_without_a_scale_tell_nothing():
    flat = control((1, 0.30, 0.25, 0.35), (2, 0.31, 0.26, 0.36), (4, 0.33, 0.28, 0.38))
    found = times_faster(Estimate(0.9, 0.8, 0.95, n=40), flat)
    assert (found.value, found.low) == (None, None)


@pytest.mark.parametrize("known", [{}, {1: Estimate(0.1, n=3)}])
def test_without_a_control_nothing_is_told(known):
    assert times_faster(Estimate(0.5, 0.4, 0.6, n=9), known) == Estimate(None, n=9)


def test_both_windows_are_stretched():
    # On the first day two are 100 s apart, on the second 1,000 s, on the third 4,000 s.
    rows = [(name, f"x{day}", MIDNIGHT + day * DAY + 30000 + 1300 * day) for day in range(3) for name in "ab"]
    rows = [
        (name, thing, at + (apart if name == "b" else 0))
        for (name, thing, at), apart in zip(rows, (100, 100, 1000, 1000, 4000, 4000), strict=True)
    ]
    with duckdb.connect() as connection:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(
            "CREATE TABLE trace_event AS SELECT 't' AS trace, unnest($1::VARCHAR[]) AS account, "
            "unnest($2::VARCHAR[]) AS object, make_timestamp(unnest($3::BIGINT[]) * 1000000) AS time",
            columns,
        )
        number_accounts(connection)
        found = stretched_synchrony(connection, "t", Choices(60, 600, 1000, 8), (1, 2, 8))
    # Within 60 of 600 s: 0 of 1; 120 of 1,200 s: 1 of 2; 480 of 4,800 s: 1 of 3.
    assert {factor: (of.value, of.n) for factor, of in found.items()} == {
        1: (0, 1),
        2: (0.5, 2),
        8: (pytest.approx(1 / 3), 3),
    }
