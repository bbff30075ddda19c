"""Posts of the simulated control: people who post by day and in the evening, and repost in cascades."""

import numpy as np
from numpy.random import Generator

from takedown.validation.replica.accounts import Accounts, snowflake
from takedown.validation.replica.clock import MS_PER_DAY, Clock, day_number
from takedown.validation.replica.operation import draw_topic_languages
from takedown.validation.replica.plan import first_posting_days
from takedown.validation.replica.posts import (
    EVENT_FROM,
    REPOST,
    Columns,
    Manner,
    dress,
    heavy_tailed_counts,
    join_columns,
    phrases,
)
from takedown.validation.replica.texts import ON_TOPIC, SOURCES, Vocabulary

#: First day of posts: the control serves for comparison during the protests.
CONTROL_FROM = day_number("2018-01-01")
CASCADE_SIZE = 12
CASCADE_MEDIAN_LAG_MS = 45 * 60_000


def post_control(
    rng: Generator,
    accounts: Accounts,
    released_day: int,
    posting: int,
    posts: int,
    clock: Clock,
    resources: dict,
    vocabulary: Vocabulary,
) -> tuple[Columns, int]:
    """Simulate exactly `posts` posts of `posting` accounts before `released_day`; return them and the number of cascades."""
    first = np.maximum(first_posting_days(accounts), CONTROL_FROM)
    end = released_day - 1
    may_post = rng.permutation(np.flatnonzero(first < end - 3))[:posting]
    base = np.zeros(len(accounts), np.int64)
    base[may_post] = 1
    weight = rng.lognormal(0, 1.4, len(accounts)) * base
    client = np.array([vocabulary.clients.index(name) for name in resources["clients"]["control"]])
    client = client[rng.integers(len(client), size=len(accounts))]

    reposts = resources["repost_share"]["control"]
    in_cascades = round(posts * reposts * 2 / 3)
    counts = heavy_tailed_counts(rng, posts - in_cascades, base, weight)
    in_cascades = posts - int(counts.sum())
    account = np.repeat(np.arange(len(counts)), counts)
    single = {
        "account": account,
        "instant": clock.draw(
            rng, first[account], np.full(len(account), end), np.zeros(len(account), np.int64)
        ),
    }
    _describe(rng, single, client, resources, vocabulary)
    # With this share of reposts among single posts the whole has the configured share.
    left = reposts / 3 / (1 - reposts * 2 / 3)
    manner = Manner(left, resources["reply_share"], resources["quote_share"], resources["link_share"], 0.0)
    cascades, number = _cascades(rng, first, weight, in_cascades, end, clock, resources, vocabulary)
    cascades["client"] = client[cascades["account"]]
    return join_columns([dress(rng, single, manner, vocabulary), cascades]), number


def _describe(
    rng: Generator, posts: Columns, client: np.ndarray, resources: dict, vocabulary: Vocabulary
) -> None:
    count = len(posts["account"])
    posts["topic"] = np.full(count, ON_TOPIC)
    posts["language"] = draw_topic_languages(rng, count, resources["topic_languages"]["control"], vocabulary)
    posts["client"] = client[posts["account"]]


def _cascades(
    rng: Generator,
    first: np.ndarray,
    weight: np.ndarray,
    posts: int,
    end: int,
    clock: Clock,
    resources: dict,
    vocabulary: Vocabulary,
) -> tuple[Columns, int]:
    """Simulate reposts of outside posts after log-normal lags, by accounts that exist by then; return also how many posts."""
    cascades = max(3, posts // CASCADE_SIZE)
    begin = np.full(cascades, int(first[weight > 0].min()) + 1)
    origin = clock.draw(rng, begin, np.full(cascades, end), np.zeros(cascades, np.int64))
    size = (1 + np.arange(cascades)) ** -0.6
    cascade = rng.choice(cascades, posts, p=size / size.sum())
    offset = round(clock.utc_offset_hours * 3_600_000)
    lag = rng.lognormal(np.log(CASCADE_MEDIAN_LAG_MS), 1.3, posts).astype(np.int64) + 1000
    latest = end * MS_PER_DAY - origin[cascade] - offset
    lag = np.where(lag < latest, lag, (latest * rng.random(posts)).astype(np.int64))

    by_start = np.argsort(first, kind="stable")
    cumulative = np.cumsum(weight[by_start])
    origin_day = (origin + offset) // MS_PER_DAY
    known = cumulative[np.searchsorted(first[by_start], origin_day, side="right") - 1][cascade]
    account = by_start[np.searchsorted(cumulative, rng.random(posts) * known, side="right")]

    language = draw_topic_languages(rng, cascades, resources["topic_languages"]["control"], vocabulary)
    number = EVENT_FROM + np.arange(cascades)
    phrase = phrases(vocabulary, ON_TOPIC, language, number)
    return {
        "account": account,
        "instant": origin[cascade] + lag,
        "language": language[cascade],
        "topic": np.full(posts, ON_TOPIC),
        "kind": np.full(posts, REPOST),
        "number": number[cascade],
        "phrase": phrase[cascade],
        "source": (number * 7919 % SOURCES)[cascade],
        "object_id": snowflake(origin, 4_000_000 + np.arange(cascades) % 100_000)[cascade],
        "link": np.where(number % 3 == 0, number % 400_000, 0)[cascade],
        "leader": np.full(posts, -1),
    }, cascades
