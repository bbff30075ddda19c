"""Sessions: accounts whose creation instants follow one another without a long gap."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Sessions:
    """Sessions in order of time, arrays of one length: first and last UTC instant (ms), accounts."""

    start_ms: np.ndarray
    end_ms: np.ndarray
    accounts: np.ndarray

    def __len__(self) -> int:
        return len(self.start_ms)


def find_sessions(instants_ms: np.ndarray, accounts: np.ndarray, gap_minutes: float) -> Sessions:
    """Join creation instants to sessions: a gap of more than `gap_minutes` starts a new one.

    `instants_ms` are UTC milliseconds since 1970 in any order, `accounts` the accounts created at each.
    Raises ValueError without an instant.

    >>> find_sessions(np.array([0, 60_000, 7_200_000]), np.array([2, 1, 1]), gap_minutes=60).accounts.tolist()
    [3, 1]
    """
    if len(instants_ms) == 0:
        raise ValueError("no creation instant was decoded, so there is no session")
    instants, place = np.unique(np.asarray(instants_ms, np.int64), return_inverse=True)
    counts = np.zeros(len(instants), np.int64)
    np.add.at(counts, place, np.asarray(accounts, np.int64))
    first = np.flatnonzero(np.diff(instants, prepend=np.iinfo(np.int64).min // 2) > gap_minutes * 60_000)
    last = np.append(first[1:], len(instants)) - 1
    return Sessions(instants[first], instants[last], np.add.reduceat(counts, first))
