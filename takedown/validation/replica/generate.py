"""Simulate one archive in memory: its accounts and posts, and the truth about the planted structures."""

import datetime
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.random import Generator

from takedown.core.errors import InputError
from takedown.core.paths import RESOURCES
from takedown.validation.replica.accounts import Accounts, make_accounts
from takedown.validation.replica.clock import day_number, make_clock
from takedown.validation.replica.control import post_control
from takedown.validation.replica.dirt import number_awkward
from takedown.validation.replica.operation import post_operation, topic_target
from takedown.validation.replica.plan import plan_groups, plan_operation
from takedown.validation.replica.posts import REPOST, Columns, number_posts
from takedown.validation.replica.published import Published, draw_published, read_published
from takedown.validation.replica.texts import Vocabulary, choose_sites, make_vocabulary
from takedown.validation.replica.truth import describe_content, describe_control, describe_operation

TEMPLATES = RESOURCES / "replica.yaml"
#: Ids of posts are unique up to the largest number of posts; with fewer than the smallest the planted structures vanish.
FEWEST_POSTS, MOST_POSTS = 300, 2**22
#: Fewer accounts cannot hold all rows with an awkward value.
FEWEST_ACCOUNTS = 30


@dataclass(frozen=True)
class Simulated:
    """A simulated archive: accounts, posts, the words to which posts point, planted structures, and settings.

    `rng` draws the dirty rows of its files.
    """

    accounts: Accounts
    posts: Columns
    vocabulary: Vocabulary
    planted: dict[str, Any]
    resources: dict
    rng: Generator


def simulate_archive(
    archive_id: str,
    *,
    role: str,
    released_on: datetime.date | str,
    seed: int,
    scale: float,
    utc_offset_hours: float,
    published_folder: str | Path = RESOURCES / "published",
    published: Published | None = None,
    counts: tuple[int | None, int | None] = (None, None),
    planted_groups: bool = True,
) -> Simulated:
    """Simulate an archive in memory.

    `role` is operation or control, and `scale` is the share of the real number of posts. The accounts agree exactly with
    `published` or, by default, with the aggregates in `published_folder`. An operation that replica.yaml does not name
    has the accounts and posts (at scale 1) of `counts`; its other properties follow the rule `counts_only` of that file.
    Without `planted_groups` the accounts of an operation post as many posts on the topic, each account on its own.

    Raises InputError for an archive about which neither replica.yaml nor `counts` tells enough, and for a scale with too
    few or too many posts.
    """
    resources = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    released = np.datetime64(str(released_on), "D")
    for_accounts, for_words, for_posts, for_dirt, for_details = _streams(seed, archive_id)
    if archive_id in resources["archives"]:
        settings = resources["archives"][archive_id]
        published = published or read_published(published_folder, archive_id, role)
    else:
        accounts_known, posts_known = counts
        if (
            accounts_known is None
            or posts_known is None
            or role != "operation"
            or accounts_known < FEWEST_ACCOUNTS
        ):
            raise InputError(
                f"{TEMPLATES.name} does not say how to simulate {archive_id}, nor does the registry know posts and at "
                f"least {FEWEST_ACCOUNTS} accounts of it; set `replica: false` in the registry."
            )
        rule = resources["counts_only"]
        settings = {
            "posts": posts_known,
            "posting_accounts": round(accounts_known * rule["posting_share"]),
            "groups": rule["groups"],
            "sold_accounts": 0,
        }
        resources |= rule["settings"] | {
            "switch_days": [released - days for days in rule["switch_days_before"]],
            "campaign_accounts_from": released - rule["campaign_accounts_days_before"],
        }
        published = draw_published(for_accounts, accounts_known, released, rule)
    posts = round(settings["posts"] * scale)
    if not FEWEST_POSTS <= posts <= MOST_POSTS:
        enough = 3.2 * settings["posting_accounts"] if role == "operation" else 0
        low, high = max(1.05 * FEWEST_POSTS, enough), 0.95 * MOST_POSTS
        raise InputError(
            f"replica.scale {scale} gives {posts} posts of {archive_id}; choose a scale of {low / settings['posts']:.2g} "
            f"to {min(high / settings['posts'], 20):.2g}."
        )
    released_day = day_number(released)
    accounts = make_accounts(for_accounts, published, archive_id, role, resources)
    vocabulary = make_vocabulary(for_words, resources, role)
    # A small replica has fewer posting accounts, so that each of them can post in all its phases.
    posting = min(settings["posting_accounts"], posts // 2 if role == "operation" else posts // 3)
    planted: dict[str, Any]
    if role == "operation":
        plan = plan_operation(
            for_posts, accounts, released_day, posting, settings["sold_accounts"], resources
        )
        together = resources["coordinated_share"] * topic_target(posts, resources)
        groups = []
        if planted_groups:
            groups = plan_groups(for_posts, plan, settings["groups"], together, resources["participation"])
        clocks = (
            make_clock(resources, ["machine"], None, utc_offset_hours),
            make_clock(resources, resources["shifts"], role, utc_offset_hours),
        )
        story = post_operation(for_posts, plan, groups, posts, clocks, resources, vocabulary)
        columns = story.posts
        post_ids = number_posts(columns)
        planted = describe_operation(
            accounts, plan, groups, story, post_ids, vocabulary, clocks[1], resources
        )
    else:
        clock = make_clock(resources, ["human"], role, utc_offset_hours)
        columns, cascades = post_control(
            for_posts, accounts, released_day, posting, posts, clock, resources, vocabulary
        )
        post_ids = number_posts(columns)
        planted = describe_control(cascades, utc_offset_hours, resources)

    _add_details(for_details, columns, post_ids, role, resources)
    planted["content"] = describe_content(accounts, columns, vocabulary, resources)
    return Simulated(accounts, columns, vocabulary, planted, resources, for_dirt)


def _streams(seed: int, archive_id: str) -> list[Generator]:
    """Return generators for accounts, words, posts, dirty rows, and details of posts."""
    streams = np.random.SeedSequence([seed, zlib.crc32(archive_id.encode())]).spawn(5)
    return [np.random.default_rng(stream) for stream in streams]


def _add_details(rng: Generator, posts: Columns, post_ids: np.ndarray, role: str, resources: dict) -> None:
    count = len(post_ids)
    likes = np.minimum(rng.lognormal(-1.0, 1.6, count), 1e6).astype(np.int32)
    posts["post_id"] = post_ids
    posts["likes"] = np.where(posts["kind"] == REPOST, 0, likes).astype(np.int32)
    # Some releases write counts as 0.0; here a third of the rows of an operation do.
    posts["decimal"] = (rng.random(count) < (1 / 3 if role == "operation" else 0)).astype(np.int8)
    posts["site"] = choose_sites(posts["link"], role, resources)
    posts["awkward"] = number_awkward(rng, count, resources["awkward"]["tweets"])
