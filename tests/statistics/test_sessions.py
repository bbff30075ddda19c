"""Sessions of creation instants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from takedown.statistics.sessions import find_sessions

MINUTE = 60_000
minutes = st.lists(st.integers(0, 3000), min_size=1, max_size=40)


def test_a_gap_of_just_the_limit_stays_in_the_session() -> None:
    sessions = find_sessions(np.array([0, 60, 121]) * MINUTE, np.array([1, 2, 1]), 60)
    assert sessions.accounts.tolist() == [3, 1]
    assert sessions.start_ms.tolist() == [0, 121 * MINUTE]
    assert sessions.end_ms.tolist() == [60 * MINUTE, 121 * MINUTE]


@given(minutes, st.randoms())
def test_sessions_do_not_depend_on_order_or_on_how_accounts_are_grouped(instants: list[int], random) -> None:
    shuffled = random.sample(instants, len(instants))
    grouped, accounts = np.unique(instants, return_counts=True)
    one = find_sessions(np.array(shuffled) * MINUTE, np.ones(len(shuffled)), 60)
    other = find_sessions(grouped * MINUTE, accounts, 60)
    for field in ("start_ms", "end_ms", "accounts"):
        assert getattr(one, field).tolist() == getattr(other, field).tolist()


@given(minutes)
def test_sessions_are_what_walking_through_the_instants_gives(instants: list[int]) -> None:
    walked: list[list[int]] = []
    for instant in sorted(instants):
        if walked and instant - walked[-1][-1] <= 60:
            walked[-1].append(instant)
        else:
            walked.append([instant])
    sessions = find_sessions(np.array(instants) * MINUTE, np.ones(len(instants)), 60)
    assert sessions.accounts.tolist() == [len(session) for session in walked]
    assert (sessions.end_ms // MINUTE).tolist() == [session[-1] for session in walked]


def test_no_instant_is_an_error() -> None:
    with pytest.raises(ValueError, match="no creation instant"):
        find_sessions(np.array([]), np.array([]), 60)
