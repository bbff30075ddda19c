"""Layouts of files from other sources than Twitter's releases, from their names or the column mapping in the registry."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, cast

import yaml

from takedown.core.config_file import LOADER
from takedown.core.errors import InputError
from takedown.core.paths import RESOURCES
from takedown.ingest.layout import LAYOUTS, Layout

#: Columns of the tables account and post, as used in a mapping, and their names in the releases.
FIELDS = {
    "users": {
        "account_id": "userid",
        "created_on": "account_creation_date",
        "display_name": "user_display_name",
        "screen_name": "user_screen_name",
        "reported_location": "user_reported_location",
        "profile_description": "user_profile_description",
        "profile_url": "user_profile_url",
        "language": "account_language",
        "follower_count": "follower_count",
        "following_count": "following_count",
        "post_count": "statuses_count",
    },
    "tweets": {
        "post_id": "tweetid",
        "account_id": "userid",
        "posted_at": "tweet_time",
        "text": "tweet_text",
        "language": "tweet_language",
        "client": "tweet_client_name",
        "is_repost": "is_retweet",
        "reposted_post_id": "retweet_tweetid",
        "reposted_account_id": "retweet_userid",
        "reply_to_post_id": "in_reply_to_tweetid",
        "reply_to_account_id": "in_reply_to_userid",
        "quoted_post_id": "quoted_tweet_tweetid",
        "has_coordinates": "latitude",
        "quote_count": "quote_count",
        "reply_count": "reply_count",
        "like_count": "like_count",
        "repost_count": "retweet_count",
        "hashtags": "hashtags",
        "urls": "urls",
        "mentions": "user_mentions",
        "poll_choices": "poll_choices",
    },
}

#: Columns that an account or a post must have.
NEEDED = {"users": ("account_id", "created_on"), "tweets": ("post_id", "account_id", "posted_at")}

#: Layouts by name: the columns of files from which accounts are derived too.
NAMED = RESOURCES / "layouts.yaml"


@cache
def named_layouts() -> dict[str, dict[str, Any]]:
    """Return the layouts of workflow/resources/layouts.yaml, mappings by name."""
    return cast(dict[str, dict[str, Any]], yaml.load(NAMED.read_bytes(), Loader=LOADER))


def find_layout(archive_id: str, entry: dict, kind: str) -> Layout:
    """Return the layout of an archive's files of a kind, users or tweets, from its entry in the registry.

    An entry with a named layout may change it by its own `mapping`. Raises InputError for a mapping that names an unknown
    column or lacks a required one, and for a condition on rows that cannot be read.

    >>> columns = {"account_id": "id", "created_on": "made"}
    >>> find_layout("a", {"layout": "mapped", "mapping": {"users": {"columns": columns}}}, "users").required
    ('userid', 'account_creation_date')
    """
    rows = tuple(_conditions(archive_id, entry.get("rows") or _default_rows(entry)))
    if entry["layout"] in LAYOUTS[kind]:
        return replace(LAYOUTS[kind][entry["layout"]], rows=rows)
    named, own_mapping = named_layouts().get(entry["layout"], {}), entry.get("mapping", {})
    mapping = named | own_mapping
    stated = named.get(kind, {}) | own_mapping.get(kind, {})
    columns = named.get(kind, {}).get("columns", {}) | own_mapping.get(kind, {}).get("columns", {})
    fields = FIELDS[kind]
    if unknown := [name for name in columns if name not in fields]:
        raise InputError(
            f"{archive_id} has the unknown column {unknown[0]!r} in mapping.{kind}.columns of the registry; "
            f"the columns are {', '.join(fields)}."
        )
    # A file of posts need not say when its accounts were created; these are then rejected and counted.
    needed = [
        name
        for name in NEEDED[kind]
        if not (name == "post_id" and mapping.get("makes_ids")) and not (name == "created_on" and named)
    ]
    if missing := [name for name in needed if name not in columns]:
        raise InputError(
            f"{archive_id} has no {' and no '.join(missing)} in mapping.{kind}.columns of the registry; "
            "enter the column of your file there."
        )
    own = {
        fields[name]: (names,) if isinstance(names, str) else tuple(names) for name, names in columns.items()
    }
    required = [fields[name] for name in needed] if named else list(own)
    formats = stated.get("time_format", mapping.get("time_format", ()))
    return Layout(
        required=tuple(column for column in fields.values() if column in required),
        optional=tuple(column for column in fields.values() if column not in required),
        own=own,
        ids=mapping.get("ids", "twitter"),
        time_formats=(formats,) if isinstance(formats, str) else tuple(formats),
        time_zones=named.get("time_zones", {}) | own_mapping.get("time_zones", {}),
        list_separator=stated.get("list_separator"),
        is_mapped=not named,
        further_macros=("counts_with_commas.sql",) if mapping.get("commas_in_counts") else (),
        rows=rows,
        makes_ids=mapping.get("makes_ids", False),
        unfold=mapping.get("unfold"),
        from_posts=bool(named),
        note=_NOTES.get(entry["layout"], " (accounts)") if named and kind == "users" else "",
    )


#: What accounts that are derived from posts are called after the names of their files.
_NOTES = {"facebook_export": " (pages)"}


def _default_rows(entry: dict) -> str | None:
    """Return the condition that splits a labelled file into a campaign and its control."""
    if entry["layout"] == "labelled_campaign" and "role" in entry:
        return f"is_control = {'true' if entry['role'] == 'control' else 'false'}"
    return None


def _conditions(archive_id: str, text: str | None) -> Iterator[tuple[str, bool, str]]:
    """Yield the conditions of `rows`, like "is_control = false and language != en"."""
    for part in re.split(r"\s+and\s+", text) if text else ():
        found = re.fullmatch(r"\s*([^=!]*[^=!\s])\s*(!?=)\s*(.*\S)\s*", part)
        if not found:
            raise InputError(
                f"{archive_id} has the condition {part!r} in `rows` of the registry, which cannot be read; write it like "
                "is_control = false."
            )
        column, sign, value = found.groups()
        yield column, sign == "=", value.strip("'\"")
