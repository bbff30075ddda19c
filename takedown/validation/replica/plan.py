"""Plan of the simulated operation: phases, shifts and languages of its accounts, and coordinated groups."""

from dataclasses import dataclass

import numpy as np

from takedown.validation.replica.accounts import Accounts
from takedown.validation.replica.clock import day_number

#: First day of posts: ids of posts were sequential until November 2010.
FIRST_POSTING_DAY = day_number("2011-01-01")
#: Kinds of shared content, which groups take in turn.
TEXT, REPOSTED, VARIANTS = "one text", "one reposted post", "one text in variants"
SHARED = (TEXT, REPOSTED, VARIANTS, REPOSTED)


@dataclass(frozen=True)
class PlannedGroup:
    """Accounts that share one text, its variants, or one reposted post, on local days since 1970, the last one excluded."""

    members: np.ndarray
    shares: str
    first_day: int
    last_day: int
    shift: int


@dataclass(frozen=True)
class Plan:
    """Phases of each account, as local days since 1970: from `first` to before `last`, equal if the phase is absent.

    `spam_weight` and `topic_weight` are relative activities; `shift` numbers the shifts of replica.yaml.
    """

    posts_at_all: np.ndarray
    spam_first: np.ndarray
    spam_last: np.ndarray
    topic_first: np.ndarray
    topic_last: np.ndarray
    spam_weight: np.ndarray
    topic_weight: np.ndarray
    shift: np.ndarray
    repurposed: np.ndarray
    sold: np.ndarray

    @property
    def has_spam(self) -> np.ndarray:
        """Whether each account has days of spam."""
        return self.spam_last > self.spam_first

    @property
    def has_topic(self) -> np.ndarray:
        """Whether each account has days on the topic."""
        return self.topic_last > self.topic_first


def first_posting_days(accounts: Accounts) -> np.ndarray:
    """Return the first local day on which each account may post, after its creation in any time zone."""
    return np.maximum(accounts.created_on.astype(np.int64) + 2, FIRST_POSTING_DAY)


def plan_operation(
    rng: np.random.Generator, accounts: Accounts, released_day: int, posting: int, sold: int, resources: dict
) -> Plan:
    """Plan the phases of every account before `released_day`; `posting` accounts post at all, and `sold` of them are sold."""
    count = len(accounts)
    first, end = first_posting_days(accounts), released_day - 1
    campaign = accounts.created_on >= np.datetime64(resources["campaign_accounts_from"])
    may_post = rng.permutation(np.flatnonzero(first < end - 7))
    posts_at_all = np.zeros(count, bool)
    posts_at_all[may_post[:posting]] = True

    draw = rng.random(count)
    turns = np.where(campaign, draw < 0.8, draw < 0.7)
    switch_from, switch_to = np.array(resources["switch_days"], dtype="datetime64[D]").astype(np.int64)
    topic_first = np.clip(rng.integers(switch_from, switch_to + 1, size=count), first, end - 6)
    long_silence = rng.random(count) < 0.35
    silence = 5 + np.minimum(rng.exponential(25, count).astype(np.int64), 80)
    silence = np.where(long_silence, rng.integers(120, 900, size=count), silence)
    spam_first = first + (rng.random(count) * 0.3 * np.maximum(topic_first - silence - first, 0)).astype(
        np.int64
    )
    spam_last = np.where(
        turns,
        topic_first - silence,
        spam_first + ((0.5 + 0.5 * rng.random(count)) * (end - spam_first)).astype(np.int64),
    )
    # Accounts made for the campaign warmed up for some weeks and then waited.
    warm = np.minimum(first + rng.integers(20, 150, size=count), topic_first - 20)
    spam_first, spam_last = (
        np.where(campaign & turns, first, spam_first),
        np.where(campaign & turns, warm, spam_last),
    )
    has_spam = spam_last - spam_first >= 2
    turns |= ~has_spam

    repurposed = posts_at_all & turns & has_spam & ~campaign
    is_sold = np.zeros(count, bool)
    candidates = np.flatnonzero(repurposed & (spam_last - first > 300))
    is_sold[rng.choice(candidates, min(sold, len(candidates)), replace=False)] = True
    spam_last = np.where(
        is_sold, np.minimum(spam_last, topic_first - rng.integers(150, 280, size=count)), spam_last
    )
    spam_first = np.minimum(spam_first, spam_last - 2)

    topic_last = end - rng.integers(0, 5, size=count)
    spam_weight = rng.lognormal(0, 1.6, count) * np.where(campaign, np.where(turns, 0.003, 0.02), 1.0)
    shares = np.array(list(resources["shifts"].values()))
    return Plan(
        posts_at_all=posts_at_all,
        spam_first=np.where(posts_at_all & has_spam, spam_first, 0),
        spam_last=np.where(posts_at_all & has_spam, spam_last, 0),
        topic_first=np.where(posts_at_all & turns, topic_first, 0),
        topic_last=np.where(posts_at_all & turns, topic_last, 0),
        spam_weight=spam_weight,
        topic_weight=rng.lognormal(0, 1.0, count),
        shift=rng.choice(len(shares), count, p=shares),
        repurposed=repurposed,
        sold=is_sold,
    )


def plan_groups(
    rng: np.random.Generator, plan: Plan, groups: int, posts: int, participation: float
) -> list[PlannedGroup]:
    """Draw disjoint groups of accounts on the topic, small enough for three events of each within `posts` posts."""
    pool = rng.permutation(np.flatnonzero(plan.has_topic))
    largest = min(int(0.75 * len(pool) / groups), int(posts / (groups * 3 * participation)))
    planned = []
    for number in range(groups):
        size = max(3, int(rng.integers(max(3, largest // 3), max(4, largest + 1))))
        members, pool = np.sort(pool[:size]), pool[size:]
        if len(members) < 3:
            break
        planned.append(
            PlannedGroup(
                members=members,
                shares=SHARED[number % len(SHARED)],
                first_day=int(plan.topic_first[members].max()),
                last_day=int(plan.topic_last[members].min()),
                shift=int(np.bincount(plan.shift[members]).argmax()),
            )
        )
    return planned


def deal_languages(posts: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return one language (index) for each account, so that the posts approach the shares of the languages.

    `posts` [accounts] are counts, `shares` [languages] weights. Accounts, the busiest first, take the language that lacks
    most posts.
    """
    lacking = shares / shares.sum() * posts.sum()
    language = np.zeros(len(posts), np.int64)
    for account in np.argsort(-posts, kind="stable"):
        language[account] = lacking.argmax()
        lacking[language[account]] -= posts[account]
    return language
