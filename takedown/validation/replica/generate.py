"""Make the replica of one archive: its files in the format of the real ones, and the truth of what was planted."""

import datetime
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from takedown.core.errors import InputError
from takedown.core.paths import RESOURCES
from takedown.validation.replica.accounts import Accounts, make_accounts
from takedown.validation.replica.clock import make_clock
from takedown.validation.replica.control import post_control
from takedown.validation.replica.counted import draw_accounts, settings_by_rule
from takedown.validation.replica.dirt import AWKWARD, ROW_STYLES, expected_account, number_awkward
from takedown.validation.replica.operation import post_operation, topic_target
from takedown.validation.replica.plan import plan_groups, plan_operation
from takedown.validation.replica.posts import REPOST, Columns, low_bits, number_posts
from takedown.validation.replica.published import read_published
from takedown.validation.replica.texts import SOURCES, Vocabulary, choose_sites, make_vocabulary, sites
from takedown.validation.replica.truth import (
    describe_content,
    describe_control,
    describe_operation,
    write_truth,
)
from takedown.validation.replica.write import CHUNK, add_table, open_writer, write_file

TEMPLATES = RESOURCES / "replica.yaml"
#: The ids of an archive's posts are unique up to as many, and fewer leave nothing of what is planted.
FEWEST_POSTS, MOST_POSTS = 300, 2**22
#: Fewer accounts cannot hold the rows that are awkward on purpose.
FEWEST_ACCOUNTS = 30


@dataclass(frozen=True)
class Simulated:
    """Accounts and posts of a simulated archive, the words that the posts point to, what was planted, and by which settings."""

    accounts: Accounts
    posts: Columns
    vocabulary: Vocabulary
    planted: dict
    resources: dict


def generate_replica(
    archive_id: str,
    *,
    role: str,
    layout: str,
    files: dict,
    released_on: datetime.date | str,
    published_folder: str | Path,
    output_folder: str | Path,
    truth_path: str | Path,
    seed: int,
    scale: float,
    utc_offset_hours: float,
    counts: tuple[int | None, int | None] = (None, None),
) -> dict:
    """Write the simulated users and tweets files of an archive and the truth file; return the truth.

    `layout` is that of the users file (twitter_release or account_list), `files` the registry's: kind → {name};
    the others are as in `simulate_archive`. The CSV bytes depend on the archive, `seed`, `scale`,
    `utc_offset_hours` and workflow/resources/replica.yaml, and on nothing else.

    Raises InputError as `simulate_archive` does.
    """
    simulated = simulate_archive(
        archive_id,
        role=role,
        released_on=released_on,
        published_folder=published_folder,
        seed=seed,
        scale=scale,
        utc_offset_hours=utc_offset_hours,
        counts=counts,
    )
    accounts, posts = simulated.accounts, simulated.posts
    expected = _write(
        _streams(seed, archive_id)[-1], simulated, layout, files, Path(output_folder), archive_id
    )
    truth = {
        "archive_id": archive_id,
        "seed": seed,
        "scale": scale,
        "accounts": len(accounts),
        "hashed_ids": int(accounts.is_hashed.sum()),
        "decodable_ids": int((accounts.created_at >= 0).sum()),
        "posts": len(posts["account"]),
        "posting_accounts": len(np.unique(posts["account"])),
        "reposts": int((posts["kind"] == REPOST).sum()),
        "files": expected,
        "planted": simulated.planted,
    }
    Path(truth_path).parent.mkdir(parents=True, exist_ok=True)
    write_truth(truth, truth_path)
    return truth


def simulate_archive(
    archive_id: str,
    *,
    role: str,
    released_on: datetime.date | str,
    published_folder: str | Path,
    seed: int,
    scale: float,
    utc_offset_hours: float,
    counts: tuple[int | None, int | None] = (None, None),
    planted_groups: bool = True,
) -> Simulated:
    """Simulate an archive in memory.

    `role` is operation or control, `scale` the share of the real number of posts. `published_folder` holds the
    published aggregates, with which the accounts agree exactly. Of an operation that replica.yaml does not know by its
    id, accounts and posts (at scale 1) are as many as `counts` says, and all else is by the rule there. Without
    `planted_groups` the accounts of an operation post as many posts on the topic, each on its own.

    Raises InputError for an archive that neither replica.yaml nor `counts` tells enough of and for a scale that cannot
    be made.
    """
    resources = yaml.safe_load(TEMPLATES.read_text(encoding="utf-8"))
    released_day = np.datetime64(str(released_on), "D")
    is_known = archive_id in resources["archives"]
    if is_known:
        resources["archive"] = resources["archives"][archive_id]
    elif None not in counts and role == "operation" and counts[0] >= FEWEST_ACCOUNTS:
        resources = settings_by_rule(resources, *counts, released_day)
    else:
        raise InputError(
            f"{TEMPLATES.name} does not say how to simulate {archive_id}, nor does the registry know posts and at least "
            f"{FEWEST_ACCOUNTS} accounts of it; set `replica: false` in the registry."
        )
    settings = resources["archive"]
    posts = round(settings["posts"] * scale)
    if not FEWEST_POSTS <= posts <= MOST_POSTS:
        low, high = (number / settings["posts"] for number in (FEWEST_POSTS, MOST_POSTS))
        raise InputError(
            f"replica.scale {scale} gives {posts} posts of {archive_id}; choose a scale of {1.05 * low:.2g} to {0.95 * high:.2g}."
        )
    for_accounts, for_words, for_posts, for_details, _ = _streams(seed, archive_id)
    if is_known:
        published = read_published(published_folder, archive_id, role)
    else:
        published = draw_accounts(for_accounts, counts[0], released_day, resources)
    released_day = int(released_day.astype(np.int64))
    accounts = make_accounts(for_accounts, published, archive_id, role, resources)
    vocabulary = make_vocabulary(for_words, resources, role)
    # A small replica has fewer accounts that post, so that each still can post in all its phases.
    posting = min(settings["posting_accounts"], posts // 2 if role == "operation" else posts // 3)
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
    return Simulated(accounts, columns, vocabulary, planted, resources)


def _streams(seed: int, archive_id: str) -> list[np.random.Generator]:
    """Return generators for accounts, words, posts, details of posts, and dirty rows."""
    streams = np.random.SeedSequence([seed, zlib.crc32(archive_id.encode())]).spawn(5)
    accounts, words, posts, dirt, details = map(np.random.default_rng, streams)
    return [accounts, words, posts, details, dirt]


def _add_details(
    rng: np.random.Generator, posts: Columns, post_ids: np.ndarray, role: str, resources: dict
) -> None:
    count = len(post_ids)
    likes = np.minimum(rng.lognormal(-1.0, 1.6, count), 1e6).astype(np.int32)
    posts["post_id"] = post_ids
    posts["likes"] = np.where(posts["kind"] == REPOST, 0, likes).astype(np.int32)
    # Some releases write counts as 0.0; here a third of an operation's rows do.
    posts["decimal"] = (rng.random(count) < (1 / 3 if role == "operation" else 0)).astype(np.int8)
    posts["site"] = choose_sites(posts["link"], role, resources)
    posts["awkward"] = number_awkward(rng, count, resources["awkward"]["tweets"])


def _write(
    rng: np.random.Generator, simulated: Simulated, layout: str, files: dict, folder: Path, archive_id: str
) -> dict:
    """Write both files; return what ingestion must find in each CSV file."""
    resources, accounts, posts = simulated.resources, simulated.accounts, simulated.posts
    folder.mkdir(parents=True, exist_ok=True)
    # A bare list of accounts has no text that could hold the awkward characters.
    kinds = AWKWARD if layout == "twitter_release" else ("month_day_date", "nan_count")
    awkward = {kind: count for kind, count in resources["awkward"]["users"].items() if kind in kinds}
    dirt = resources["dirt"]
    order = np.lexsort((posts["post_id"], posts["account"]))
    with open_writer() as connection:
        _add_tables(connection, simulated, resources, number_awkward(rng, len(accounts), awkward))
        ids = [hashlib.sha256(f"{archive_id} wrong row {i}".encode()).hexdigest()[:24] for i in range(100)]
        users = write_file(
            connection,
            folder / files["users"]["name"],
            f"users_{layout}.sql",
            [None],
            1,
            dirt["users"],
            ids,
            rng,
            ROW_STYLES[layout],
        )
        fresh = (int(posts["post_id"].min()) >> 22 << 22) | low_bits(np.arange(100) + len(order))
        tweets = write_file(
            connection,
            folder / files["tweets"]["name"],
            "tweets.sql",
            _chunks(posts, order),
            -(-len(order) // CHUNK),
            dirt["tweets"],
            [str(number) for number in fresh],
            rng,
            ROW_STYLES["tweets"],
        )
    tweets_awkward = resources["awkward"]["tweets"]
    return {
        users: expected_account(len(accounts), dirt["users"], awkward)
        | {"unreadable_values": {"follower_count": awkward["nan_count"]}},
        tweets: expected_account(len(order), dirt["tweets"], tweets_awkward)
        | {"unreadable_values": {"like_count": tweets_awkward["nan_count"]}},
    }


def _chunks(posts: Columns, order: np.ndarray) -> Iterator[Columns]:
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        yield {name: values[rows] for name, values in posts.items() if name not in ("topic", "leader")} | {
            "position": np.arange(len(rows), dtype=np.int32)
        }


def _add_tables(connection, simulated: Simulated, resources: dict, awkward: np.ndarray) -> None:
    accounts, vocabulary = simulated.accounts, simulated.vocabulary
    count = len(accounts)
    written = np.bincount(simulated.posts["account"], minlength=count)
    add_table(
        connection,
        "replica_account",
        {
            "number": np.arange(count),
            "account_id": accounts.account_id,
            "display_name": accounts.display_name,
            "screen_name": accounts.screen_name,
            "location": accounts.location,
            "description": accounts.description,
            "url": accounts.url,
            "follower_count": accounts.follower_count,
            "following_count": accounts.following_count,
            "post_count": written + accounts.follower_count * 3 + 1,
            "created_on": accounts.created_on.astype(str),
            "language": accounts.language,
            "awkward": awkward,
        },
    )
    phrases = np.arange(len(vocabulary.phrase_text))
    add_table(
        connection,
        "replica_phrase",
        {"number": phrases, "text": vocabulary.phrase_text, "hashtags": vocabulary.phrase_hashtags},
    )
    for table, names in (
        ("replica_language", vocabulary.languages),
        ("replica_client", vocabulary.clients),
        ("replica_site", sites(resources)),
        ("replica_decimal", ["", ".0"]),
    ):
        add_table(connection, table, {"number": np.arange(len(names)), "name": np.array(names)})
    add_table(
        connection,
        "replica_source",
        {
            "number": np.arange(-1, SOURCES + count),
            "name": np.concatenate([[""], vocabulary.source_name, accounts.screen_name]).astype(object),
            "account_id": np.concatenate([[""], vocabulary.source_id, accounts.account_id]).astype(object),
        },
    )
