"""Columns of simulated posts before their texts: account, time, kind, and the objects to which they refer."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from takedown.validation.replica.accounts import snowflake
from takedown.validation.replica.clock import MS_PER_DAY
from takedown.validation.replica.texts import PHRASES, SOURCES, Vocabulary

ORIGINAL, REPOST, REPLY, QUOTE = 0, 1, 2, 3

#: First numbers in the texts of repeated texts (0), single texts, planted coordination, and outside posts. Those of single
#: texts and outside posts on the topic are higher by TOPIC_SHIFT.
SINGLE_FROM, EVENT_FROM, OUTSIDE_FROM, TOPIC_SHIFT = 100_000, 20_000_000, 40_000_000, 10_000_000

#: Column → type. `source` numbers an outside account, or SOURCES + an account of the archive (-1: none). `object_id` is the
#: post that is reposted, answered or quoted, and `link` the number of the link (0: none).
COLUMNS: dict[str, type[np.signedinteger]] = {
    "account": np.int32,
    "instant": np.int64,
    "language": np.int16,
    "topic": np.int8,
    "client": np.int16,
    "kind": np.int8,
    "number": np.int32,
    "phrase": np.int32,
    "source": np.int32,
    "object_id": np.int64,
    "link": np.int32,
    "leader": np.int32,
}

Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Manner:
    """Shares of the kinds of posts, of posts with a link, and of repeated texts."""

    repost: float
    reply: float
    quote: float
    link: float
    repeated: float


def dress(rng: Generator, posts: Columns, manner: Manner, vocabulary: Vocabulary) -> Columns:
    """Return uncoordinated posts with a kind, a text and an object added.

    `posts` has account, instant, language, topic and client. Some outside posts are the object of many posts; each is
    older than the posts that refer to it.
    """
    count = len(posts["account"])
    draw = rng.random(count)
    edges = np.cumsum([manner.repost, (1 - manner.repost) * manner.reply, (1 - manner.repost) * manner.quote])
    kind = np.array([REPOST, REPLY, QUOTE, ORIGINAL])[np.searchsorted(edges, draw, side="right")]
    shift = posts["topic"] * np.int64(TOPIC_SHIFT)
    number = np.arange(count) + SINGLE_FROM + shift
    repeated = (kind == ORIGINAL) & (rng.random(count) < manner.repeated)
    number = np.where(repeated, posts["account"] * 8 + rng.integers(8, size=count), number)
    link = np.where(rng.random(count) < manner.link, rng.integers(1, 400_000, size=count), 0)

    object_number, object_instant = _choose_objects(rng, posts)
    refers = kind != ORIGINAL
    is_repost = kind == REPOST
    number = np.where(is_repost, OUTSIDE_FROM + shift + object_number, number)
    code = posts["topic"].astype(np.int64) * 64 + posts["language"]
    dressed = posts | {
        "kind": kind,
        "number": number,
        "phrase": phrases(vocabulary, posts["topic"], posts["language"], number),
        "source": np.where(refers, (object_number * 7919) % SOURCES, -1),
        "object_id": np.where(refers, snowflake(object_instant, code), 0),
        "link": np.where(is_repost, np.where(object_number % 3 == 0, object_number % 400_000 + 1, 0), link),
        "leader": np.full(count, -1),
    }
    return {name: dressed[name].astype(of) for name, of in COLUMNS.items()}


def phrases(
    vocabulary: Vocabulary, topic: np.ndarray | int, language: np.ndarray, number: np.ndarray
) -> np.ndarray:
    """Return the number of the phrase that belongs to a topic, a language and the number of a text."""
    return vocabulary.first_phrase[topic, language] + number % PHRASES


def join_columns(parts: list[Columns]) -> Columns:
    """Join parts in order, and empty them; `leader` is a row of its part before, and a row of the whole afterwards."""
    starts = np.cumsum([0, *(len(part["account"]) for part in parts)])
    for part, start in zip(parts, starts, strict=False):
        part["leader"] = np.where(part["leader"] >= 0, part["leader"] + start, -1)
    return {
        name: np.concatenate([np.asarray(part.pop(name)).astype(kind, copy=False) for part in parts])
        for name, kind in COLUMNS.items()
    }


def number_posts(posts: Columns) -> np.ndarray:
    """Return unique snowflake ids [posts] of the instants; reposts of a leader get its id as their object."""
    ids = snowflake(posts["instant"], low_bits(np.arange(len(posts["instant"]))))
    follows = posts["leader"] >= 0
    posts["object_id"][follows] = ids[posts["leader"][follows]]
    return ids


def low_bits(rows: np.ndarray) -> np.ndarray:
    """Scatter row numbers over the 22 low bits of an id; an odd factor keeps 2**22 rows distinct.

    >>> low_bits(np.array([0, 1, 2])).tolist()
    [0, 3635633, 3076962]
    """
    return (rows * 2_654_435_761) % 2**22


def _choose_objects(rng: Generator, posts: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of an outside post for each post, and its instant; topics and languages share no outside post."""
    instants = posts["instant"]
    numbers, chosen_instants = np.zeros(len(instants), np.int64), np.zeros(len(instants), np.int64)
    age = 60_000 + np.minimum(rng.exponential(MS_PER_DAY, len(instants)), 20 * MS_PER_DAY).astype(np.int64)
    popular = rng.random(len(instants)) < 0.4
    group = posts["topic"].astype(np.int64) * 64 + posts["language"]
    before = 0
    for value in np.unique(group):
        here = np.flatnonzero(group == value)
        origin = instants[here].min() - 30 * MS_PER_DAY
        span = instants[here].max() - origin
        spacing = max(60_000, int(span / (len(here) * 1.5 + 1)))
        number = (instants[here] - age[here] - origin) // spacing
        number = np.where(popular[here], number // 16 * 16, number)
        numbers[here] = before + number
        chosen_instants[here] = origin + number * spacing
        before += int(number.max()) + 1
    return numbers, chosen_instants


def heavy_tailed_counts(rng: Generator, posts: int, base: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return posts by account: `base` of each, and the rest of `posts` at random in proportion to `weight`."""
    left = posts - int(base.sum())
    if left <= 0 or weight.sum() <= 0:
        return base.copy()
    return base + rng.multinomial(left, weight / weight.sum())
