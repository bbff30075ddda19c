"""Simulated accounts that agree with the published aggregates."""

import base64
import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from takedown.validation.replica.clock import MS_PER_DAY, day_number
from takedown.validation.replica.published import SNOWFLAKES_FOR_USERS, Published

#: Instant (ms since 1970) from which snowflake ids count (Twitter, 2010).
SNOWFLAKE_EPOCH_MS = 1288834974657
#: Day → sequential id of a user created on it, rounded, after the real files.
SEQUENTIAL_IDS = {
    **{"2006-03-21": 10, "2007-12-23": 11_000_000, "2009-08-13": 65_000_000, "2011-08-28": 364_000_000},
    **{"2013-03-29": 1_314_000_000, "2014-07-29": 2_690_000_000, "2015-11-09": 4_150_000_000},
    "2016-03-01": 4_990_000_000,
}
#: Accounts with at least this many followers keep their id in the releases.
HASHED_BELOW_FOLLOWERS = 5000


@dataclass(frozen=True)
class Accounts:
    """Columns of the users file, one element for each account; `created_at` in ms since 1970, -1 if not decodable."""

    account_id: np.ndarray
    is_hashed: np.ndarray
    created_on: np.ndarray
    created_at: np.ndarray
    language: np.ndarray
    follower_count: np.ndarray
    following_count: np.ndarray
    display_name: np.ndarray
    screen_name: np.ndarray
    location: np.ndarray
    description: np.ndarray
    url: np.ndarray
    has_news_profile: np.ndarray

    def __len__(self) -> int:
        return len(self.account_id)


def make_accounts(
    rng: Generator, published: Published, archive_id: str, role: str, resources: dict
) -> Accounts:
    """Simulate the accounts of an archive with the published creation calendar, hashed ids and creation clock.

    Raises ValueError if the published numbers contradict each other.
    """
    order = rng.permutation(len(published.created_on))
    created_on, language = published.created_on[order], published.language[order]
    count = len(created_on)
    name = f"{archive_id} {rng.integers(2**62)}"
    if role == "control":
        account_id = np.array([hashlib.sha256(f"{name} {i}".encode()).hexdigest()[:24] for i in range(count)])
        is_hashed, created_at = np.ones(count, bool), np.full(count, -1)
        followers = rng.lognormal(5.3, 1.6, count).astype(np.int64)
        following = rng.lognormal(5.5, 1.0, count).astype(np.int64)
    else:
        is_hashed, created_at = _clock(rng, published, created_on)
        followers = _by_quantiles(rng, published.quantiles["follower_count"], count)
        following = _by_quantiles(rng, published.quantiles["following_count"], count)
        followers = _small_where(rng, followers, is_hashed)
        account_id = _ids(rng, name, is_hashed, created_on, created_at)
    numbers = np.arange(count)
    has_text = ~is_hashed & (rng.random(count) < 0.4)
    terms = np.array(resources["profile_terms"])[
        rng.integers(len(resources["profile_terms"]), size=(count, 3))
    ]
    planted = resources["planted_content"]
    has_news = has_text & (rng.random(count) < planted["news_profile_share"])
    news = np.array(planted["news_terms"])[rng.integers(len(planted["news_terms"]), size=count)]
    return Accounts(
        account_id=account_id,
        is_hashed=is_hashed,
        created_on=created_on,
        created_at=created_at,
        language=language,
        follower_count=followers,
        following_count=following,
        display_name=np.where(is_hashed, account_id, _numbered("Replica 名 ", numbers)),
        screen_name=np.where(is_hashed, account_id, _numbered("replica_", numbers)),
        location=np.where(
            is_hashed,
            "",
            np.array(resources["locations"])[rng.integers(len(resources["locations"]), size=count)],
        ),
        description=np.where(
            has_text,
            [
                f"[replica profile {i}] {' '.join([*t, n] if is_news else t)}"
                for i, (t, n, is_news) in enumerate(zip(terms, news, has_news, strict=True))
            ],
            "",
        ),
        url=np.where(has_text & (rng.random(count) < 0.3), _numbered("https://t.co/replica", numbers), ""),
        has_news_profile=has_news,
    )


def snowflake(instants_ms: np.ndarray, low_bits: np.ndarray) -> np.ndarray:
    """Return snowflake ids (int64) of instants in ms; `low_bits` < 2**22 distinguish ids of one millisecond.

    >>> snowflake(np.array([SNOWFLAKE_EPOCH_MS + 1]), np.array([3])).tolist()
    [4194307]
    """
    return ((instants_ms - SNOWFLAKE_EPOCH_MS) << 22) | low_bits


def _clock(rng: Generator, published: Published, created_on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    clock_days, per_day = np.unique(published.clock // MS_PER_DAY, return_counts=True)
    days = created_on.astype(np.int64)
    # The decodable accounts of a day are not published, so a random order within the day decides.
    order = np.lexsort((rng.random(len(days)), days))
    first_of_day = np.searchsorted(days[order], days[order])
    rank = np.arange(len(days)) - first_of_day
    wanted = dict(zip(clock_days.tolist(), per_day.tolist(), strict=True))
    decodable_here = rank < np.array([wanted.get(day, 0) for day in days[order].tolist()])
    decodable = order[decodable_here]
    if len(decodable) != len(published.clock):
        raise ValueError("the creation clock holds more accounts on a day than the creation calendar")
    created_at = np.full(len(days), -1)
    created_at[decodable] = published.clock + rng.integers(300_000, size=len(decodable))
    late = (created_at < 0) & (created_on >= SNOWFLAKES_FOR_USERS)
    early = np.flatnonzero((created_at < 0) & ~late)
    missing = round(published.hashed_share * len(days)) - int(late.sum())
    if not 0 <= missing <= len(early):
        raise ValueError("the share of hashed ids contradicts the creation clock")
    is_hashed = late.copy()
    is_hashed[rng.choice(early, missing, replace=False)] = True
    return is_hashed, created_at


def _ids(
    rng: Generator, name: str, is_hashed: np.ndarray, created_on: np.ndarray, created_at: np.ndarray
) -> np.ndarray:
    anchors = [day_number(day) for day in SEQUENTIAL_IDS]
    ids_then = list(SEQUENTIAL_IDS.values())
    sequential = np.interp(created_on.astype(np.int64) + 0.5, anchors, ids_then).astype(np.int64)
    # Steps of 1,024 keep the ids of one day distinct.
    sequential += rng.permutation(len(created_on)) * 1024 + rng.integers(1024, size=len(created_on))
    open_ids = np.where(
        created_at < 0, sequential, snowflake(created_at, rng.integers(2**22, size=len(created_at)))
    )
    digests = [
        base64.b64encode(hashlib.sha256(f"{name} {i}".encode()).digest()).decode().replace("/", "")
        for i in range(len(created_on))
    ]
    ids = np.where(is_hashed, np.array(digests), open_ids.astype(str))
    if len(np.unique(ids)) < len(ids):
        raise ValueError("two simulated accounts have the same id")
    return ids


def _by_quantiles(rng: Generator, quantiles: tuple[np.ndarray, np.ndarray], count: int) -> np.ndarray:
    percentiles, values = quantiles
    ranks = rng.permutation((np.arange(count) + 0.5) / count * 100)
    return np.rint(np.interp(ranks, percentiles, values)).astype(np.int64)


def _small_where(rng: Generator, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Permute the values so that those of `wanted` accounts are below HASHED_BELOW_FOLLOWERS."""
    small = rng.permutation(np.flatnonzero(values < HASHED_BELOW_FOLLOWERS))
    chosen = small[: int(wanted.sum())]
    rest = rng.permutation(np.setdiff1d(np.arange(len(values)), chosen))
    dealt = np.empty_like(values)
    dealt[wanted], dealt[~wanted] = values[chosen], values[rest]
    return dealt


def _numbered(prefix: str, numbers: np.ndarray) -> np.ndarray:
    return np.char.add(prefix, np.char.zfill(numbers.astype(str), 4))
