"""Operations of the replica without planted groups, for the calibration of coordination."""

import ast
from functools import cache

import numpy as np
import yaml

from takedown.validation.calibration.network_nulls import SECONDS_PER_DAY, Crowds
from takedown.validation.replica.accounts import make_accounts
from takedown.validation.replica.clock import Clock, day_number, make_clock
from takedown.validation.replica.generate import TEMPLATES
from takedown.validation.replica.operation import post_operation
from takedown.validation.replica.plan import Plan, plan_operation
from takedown.validation.replica.posts import REPOST
from takedown.validation.replica.published import read_published
from takedown.validation.replica.texts import Vocabulary, make_vocabulary

#: The simulated archive, the day of its release, and the share of its posts.
ARCHIVE, RELEASED_ON, SCALE = "china_082019_2", "2019-08-19", 0.02
#: First day of the posts that are used.
SINCE = "2018-01-01"
UTC_OFFSET_HOURS = 8


def unplanted_hashtags(rng: np.random.Generator, repetitions: int) -> Crowds:
    """Simulate the hashtags in posts, except reposts, of an operation; all repetitions share its plan and accounts."""
    plan, clocks, resources, vocabulary = _operation()
    first_tag, tags = _hashtags()
    posts = round(resources["archives"][ARCHIVE]["posts"] * SCALE)
    parts = []
    for repetition in range(repetitions):
        story = post_operation(rng, plan, [], posts, clocks, resources, vocabulary).posts
        second = story["instant"] // 1000 + UTC_OFFSET_HOURS * 3600 - day_number(SINCE) * SECONDS_PER_DAY
        kept = (story["kind"] != REPOST) & (second >= 0)
        phrase, account, second = story["phrase"][kept], story["account"][kept], second[kept]
        count = first_tag[phrase + 1] - first_tag[phrase]
        row = np.repeat(np.arange(len(phrase)), count)
        place = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        object = tags[first_tag[phrase[row]] + place] + repetition * (int(tags.max()) + 1)
        parts.append((np.full(len(row), repetition), account[row], object, second[row]))
    return Crowds(*map(np.concatenate, zip(*parts, strict=True)))


@cache
def _operation() -> tuple[Plan, tuple[Clock, Clock], dict, Vocabulary]:
    resources = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    rng = np.random.default_rng(0)
    published = read_published(TEMPLATES.parent / "published", ARCHIVE, "operation")
    accounts = make_accounts(rng, published, ARCHIVE, "operation", resources)
    settings = resources["archives"][ARCHIVE]
    people = settings["posting_accounts"], settings["sold_accounts"]
    plan = plan_operation(rng, accounts, day_number(RELEASED_ON), *people, resources)
    spam = make_clock(resources, ["machine"], None, UTC_OFFSET_HOURS)
    topic = make_clock(resources, resources["shifts"], "operation", UTC_OFFSET_HOURS)
    return plan, (spam, topic), resources, make_vocabulary(rng, resources, "operation")


@cache
def _hashtags() -> tuple[np.ndarray, np.ndarray]:
    """Return the place of the first hashtag of each phrase, [phrases + 1], and the numbers of all hashtags in order."""
    of_phrase = [ast.literal_eval(text) for text in _operation()[-1].phrase_hashtags]
    number = {tag: place for place, tag in enumerate(sorted({tag for tags in of_phrase for tag in tags}))}
    first = np.cumsum([0, *(len(tags) for tags in of_phrase)])
    return first, np.array([number[tag] for tags in of_phrase for tag in tags])
