"""The layouts with names: posts of Twitter's interfaces, labelled campaigns, posts without ids, CrowdTangle's exports."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from takedown.ingest.mapping import FIELDS, find_layout, named_layouts
from tests.proofs.fuzz_forms import Form, iso_time, plain_count, some
from tests.proofs.fuzz_values import SPOILED_IDS, TIME

#: Hours ahead of UTC of zones that CrowdTangle names.
ZONES = {
    " EDT": -4,
    " EST": -5,
    " CST": -6,
    " PST": -8,
    " BST": 1,
    " CEST": 2,
    " JST": 9,
    " ACST": 9.5,
    " UTC": 0,
    "": 0,
}
REFERENCES = ("retweeted", "quoted", "replied_to")


def _form(rng: random.Random, name: str, suffix: str, **settings) -> Form:
    """Return a form of a named layout; of several columns or paths for a value, files of this form have one."""
    kind = rng.choice(["users", "tweets"])
    fields = named_layouts()[name][kind]["columns"]
    own = {
        FIELDS[kind][field]: names if isinstance(names, str) else rng.choice(names)
        for field, names in fields.items()
    }
    entry = {"layout": name}
    if "control" in settings:
        entry["role"] = "control" if settings["control"] else "operation"
    columns = some(own, rng, "tweetid", "userid", TIME[kind])
    if "control" in settings:
        columns += ("is_control",)
    return Form(kind, find_layout("mine", entry, kind), columns, suffix, own, **settings)


def crowdtangle(rng: random.Random) -> Form:
    """Return the form of an export of Facebook pages, groups or posts (CrowdTangle)."""
    return _form(
        rng,
        "facebook_export",
        "csv",
        ids="any",
        list_separator=" ",
        quoting=rng.choice(["all", "minimal"]),
        time=_crowdtangle_time,
        count=lambda value, rng: rng.choice(["{}", "{:,}"]).format(value),
    )


def labelled(rng: random.Random, suffix: str = "csv") -> Form:
    """Return the form of posts of a campaign and of its control in one file, of which one population is read."""
    return _form(
        rng,
        "labelled_campaign",
        suffix,
        control=rng.random() < 0.5,
        quoting=rng.choice(["all", "minimal"]),
        spoiling=0.02 if suffix == "csv" else 0,
        time=_time_or_epoch(rng),
        count=plain_count,
    )


def without_ids(rng: random.Random) -> Form:
    """Return the form of posts without ids."""
    quoting = rng.choice(["all", "minimal"])
    return _form(rng, "posts_without_ids", "csv", ids="any", quoting=quoting, time=_time_or_epoch(rng))


def twitter_v1(rng: random.Random) -> Form:
    """Return the form of posts of Twitter's API 1.1, one a line."""
    return _form(rng, "twitter_v1", "jsonl", time=_v1_time)


def twitter_v2(rng: random.Random) -> Form:
    """Return the form of posts of Twitter's API 2, one a line."""
    return _form(rng, "twitter_v2", "jsonl", time=_v2_time, wrap=flat_post)


def flat_post(cells: dict) -> dict:
    """Return a post of the second interface with its author and references inside, from the values at the layout's paths."""
    post = cells.pop("post", {})
    references = [{"type": kind} | cells.pop(kind) for kind in REFERENCES if kind in cells]
    return post | ({"referenced_tweets": references} if references else {}) | cells


def page_of(posts: list[dict], rng: random.Random) -> dict:
    """Return posts with authors and references inside as a page of a response, in which most of them are apart."""
    people: dict[object, dict] = {}
    others: dict[object, dict] = {}
    for post in posts:
        author = post.get("author", {})
        identifier = author.get("id", post.get("author_id"))
        # Other values of the same account stay with their post, and so do those of an account without an id.
        if author and identifier is not None and str(identifier) not in people and rng.random() < 0.8:
            people[str(identifier)] = post.pop("author") | {"id": identifier}
            post["author_id"] = identifier
        for reference in post.get("referenced_tweets", []):
            is_new = reference.get("id") not in (None, *SPOILED_IDS) and str(reference["id"]) not in others
            if is_new and "author_id" in reference and rng.random() < 0.8:
                others[str(reference["id"])] = {
                    "id": reference["id"],
                    "author_id": reference.pop("author_id"),
                }
    page: dict = {"data": posts[0] if len(posts) == 1 and rng.random() < 0.3 else posts}
    return page | {"includes": {"users": list(people.values()), "tweets": list(others.values())}}


# --- times -----------------------------------------------------------------------------------------------------


def _time_or_epoch(rng: random.Random) -> Callable[[date, random.Random], str]:
    """Return how all times of a file are written: as text, or as seconds or milliseconds since 1970."""
    factor = rng.choice([0, 1, 1000])

    def epoch(value: date, rng: random.Random) -> str:
        at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
        return f"{int(at.replace(tzinfo=UTC).timestamp()) * factor}{rng.choice(['', '', '.0'])}"

    return epoch if factor else iso_time


def _crowdtangle_time(value: date, rng: random.Random) -> str:
    if not isinstance(value, datetime):
        return rng.choice([f"{value:%Y-%m-%d}", f"{value:%Y-%m-%d} 17:10:53"])
    zone, hours = rng.choice(sorted(ZONES.items()))
    return f"{value + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}{zone}"


def _v1_time(value: date, rng: random.Random) -> str:
    if not isinstance(value, datetime):
        return f"{value:%a %b %d} 00:00:00 +0000 {value:%Y}"
    hours = rng.choice([-5, 0, 0, 8])
    return f"{value + timedelta(hours=hours):%a %b %d %H:%M:%S} {hours:+03}00 {value + timedelta(hours=hours):%Y}"


def _v2_time(value: date, rng: random.Random) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%S}.000Z"
