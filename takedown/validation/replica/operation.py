"""Posts of the simulated operation: spam, then the topic in shifts, with planted groups and sold accounts."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from takedown.core.errors import InputError
from takedown.validation.replica.clock import Clock
from takedown.validation.replica.plan import REPOSTED, VARIANTS, Plan, PlannedGroup, deal_languages
from takedown.validation.replica.posts import (
    EVENT_FROM,
    ORIGINAL,
    REPOST,
    Columns,
    Manner,
    dress,
    heavy_tailed_counts,
    join_columns,
    phrases,
)
from takedown.validation.replica.texts import ON_TOPIC, SOURCES, SPAM, Vocabulary, vary_phrases


@dataclass(frozen=True)
class Story:
    """Posts of an operation; planted `events` by group, `sold_rows` among the posts, and languages and clients by account."""

    posts: Columns
    events: np.ndarray
    sold_rows: np.ndarray
    spam_language: np.ndarray
    spam_client: np.ndarray
    topic_client: np.ndarray


def post_operation(
    rng: Generator,
    plan: Plan,
    groups: list[PlannedGroup],
    posts: int,
    clocks: tuple[Clock, Clock],
    resources: dict,
    vocabulary: Vocabulary,
) -> Story:
    """Simulate exactly `posts` posts. `clocks` are those of spam (any day) and of the topic (working days).

    Raises InputError if there are too few posts for every posting account.
    """
    spam_clock, topic_clock = clocks
    accounts = len(plan.shift)
    manner = Manner(
        resources["repost_share"]["operation"],
        resources["reply_share"],
        resources["quote_share"],
        resources["link_share"],
        0.05,
    )
    topic_posts = topic_target(posts, resources)
    together, events = _coordinate(rng, groups, topic_posts, topic_clock, resources, vocabulary)
    clients = {
        kind: np.array([vocabulary.clients.index(name) for name in resources["clients"][kind]])
        for kind in ("spam", "topic")
    }
    spam_client = clients["spam"][rng.integers(len(clients["spam"]), size=accounts)]
    topic_client = clients["topic"][rng.integers(len(clients["topic"]), size=accounts)]

    sold = np.flatnonzero(plan.sold)
    coordinated = sum(len(part["account"]) for part in together)
    left = posts - coordinated - len(sold)
    spam_base, topic_base = plan.has_spam.astype(np.int64), plan.has_topic.astype(np.int64)
    topic_count = max(topic_posts - coordinated - len(sold), int(topic_base.sum()))
    topic_count = min(topic_count, left - int(spam_base.sum()))
    in_topic = heavy_tailed_counts(rng, topic_count, topic_base, plan.topic_weight * topic_base)
    in_spam = heavy_tailed_counts(rng, left - int(in_topic.sum()), spam_base, plan.spam_weight * spam_base)
    if int(in_topic.sum() + in_spam.sum()) != left:
        # Three posts for each account suffice.
        raise InputError(
            f"replica.scale of the configuration gives {posts} posts, too few for {accounts} accounts; make it "
            f"{max(3.2 * accounts / posts, 1.5):.2g} times as large."
        )

    shares = np.array([resources["spam_languages"].get(name, 0) for name in vocabulary.languages], float)
    spam_language = deal_languages(in_spam, shares * (np.array(vocabulary.languages) != "und"))
    spam = _phase(rng, in_spam, plan.spam_first, plan.spam_last, np.zeros(accounts, np.int64), spam_clock)
    spam["topic"] = np.full(len(spam["account"]), SPAM)
    other = rng.random(len(spam["account"])) < 0.15
    drawn = rng.choice(len(shares), len(other), p=shares / shares.sum())
    und = vocabulary.languages.index("und")
    undetermined = rng.random(len(other)) < shares[und] / shares.sum()
    spam["language"] = np.where(undetermined, und, np.where(other, drawn, spam_language[spam["account"]]))
    spam["client"] = spam_client[spam["account"]]

    topic = _phase(rng, in_topic, plan.topic_first, plan.topic_last, plan.shift, topic_clock)
    topic["topic"] = np.full(len(topic["account"]), ON_TOPIC)
    topic["language"] = draw_topic_languages(
        rng, len(topic["account"]), resources["topic_languages"]["operation"], vocabulary
    )
    topic["client"] = topic_client[topic["account"]]

    sales = _sales(rng, plan, sold, topic_clock, topic_client, vocabulary)
    for part in together:
        part["client"] = topic_client[part["account"]]
    parts = [dress(rng, spam, manner, vocabulary), dress(rng, topic, manner, vocabulary), *together, sales]
    joined = join_columns(parts)
    sold_rows = np.arange(len(joined["account"]) - len(sold), len(joined["account"]))
    return Story(joined, events, sold_rows, spam_language, spam_client, topic_client)


def topic_target(posts: int, resources: dict) -> int:
    """Return the number of posts on the topic; the share is larger in a small replica, to keep all planted structures."""
    return round(posts * max(resources["topic_share"], min(0.35, 600 / posts)))


def draw_topic_languages(
    rng: Generator, count: int, shares: dict[str, float], vocabulary: Vocabulary
) -> np.ndarray:
    """Draw the languages (indices) of `count` posts on the topic."""
    numbers = np.array([vocabulary.languages.index(name) for name in shares])
    weights = np.array(list(shares.values()))
    return numbers[rng.choice(len(numbers), count, p=weights / weights.sum())]


def _phase(
    rng: Generator, counts: np.ndarray, first: np.ndarray, last: np.ndarray, shift: np.ndarray, clock: Clock
) -> Columns:
    account = np.repeat(np.arange(len(counts)), counts)
    return {"account": account, "instant": clock.draw(rng, first[account], last[account], shift[account])}


def _coordinate(
    rng: Generator,
    groups: list[PlannedGroup],
    topic_posts: int,
    clock: Clock,
    resources: dict,
    vocabulary: Vocabulary,
) -> tuple[list[Columns], np.ndarray]:
    """Simulate events of every group: most members post one text, or repost the first member's post, within a minute.

    Return the posts and the number of events of each group.
    """
    posts_each = resources["coordinated_share"] * topic_posts / max(len(groups), 1)
    window = resources["coordination_window_seconds"] * 1000
    parts, events, before = [], [], 0
    for group in groups:
        members = len(group.members)
        count = max(3, round(posts_each / (resources["participation"] * members)))
        takes_part = rng.random((count, members)) < resources["participation"]
        takes_part[:, :2] = True
        event, member = np.nonzero(takes_part)
        start = clock.draw(
            rng, np.full(count, group.first_day), np.full(count, group.last_day), np.full(count, group.shift)
        )
        reposts = group.shares == REPOSTED
        leads = reposts & (member == 0)
        later = rng.integers(1000, window, size=len(event))
        language = draw_topic_languages(rng, count, resources["coordinated_languages"], vocabulary)
        first_row = np.searchsorted(event, np.arange(count))
        number = EVENT_FROM + before + np.arange(count)
        repost = np.full(len(event), reposts) & ~leads
        phrase = phrases(vocabulary, ON_TOPIC, language, number)[event]
        if group.shares == VARIANTS:
            phrase = vary_phrases(rng, phrase, vocabulary)
        parts.append(
            {
                "account": group.members[member],
                "instant": start[event] + np.where(leads, 0, later),
                "language": language[event],
                "topic": np.full(len(event), ON_TOPIC),
                "kind": np.where(repost, REPOST, ORIGINAL),
                "number": number[event],
                "phrase": phrase,
                "source": np.where(repost, SOURCES + group.members[0], -1),
                "object_id": np.zeros(len(event)),
                "link": np.where(number % 2 == 0, number, 0)[event],
                "leader": np.where(repost, first_row[event], -1),
            }
        )
        events.append(count)
        before += count
    return parts, np.array(events, np.int64)


def _sales(
    rng: Generator,
    plan: Plan,
    sold: np.ndarray,
    clock: Clock,
    topic_client: np.ndarray,
    vocabulary: Vocabulary,
) -> Columns:
    first = plan.topic_first[sold]
    count = len(sold)
    return {
        "account": sold,
        "instant": clock.draw(rng, first, first + 1, plan.shift[sold]),
        "language": np.full(count, vocabulary.languages.index("en")),
        "topic": np.full(count, ON_TOPIC),
        "client": topic_client[sold],
        "kind": np.full(count, ORIGINAL),
        "number": np.arange(count),
        "phrase": np.full(count, vocabulary.sold_phrase),
        "source": np.full(count, -1),
        "object_id": np.zeros(count),
        "link": np.zeros(count),
        "leader": np.full(count, -1),
    }
