"""Layouts of files from other sources than Twitter's releases, from the column mapping in the registry."""

from takedown.core.errors import InputError
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

#: Exports of Facebook's posts by CrowdTangle: pages are accounts, and each post names its page.
FACEBOOK: dict[str, dict[str, str | list[str]]] = {
    "users": {
        "account_id": "Facebook Id",
        "created_on": "Page Created",
        "display_name": "Page Name",
        "screen_name": "User Name",
        "reported_location": "Page Admin Top Country",
        "profile_description": "Page Description",
        "follower_count": "Followers at Posting",
    },
    "tweets": {
        "post_id": "URL",
        "account_id": "Facebook Id",
        "posted_at": "Post Created",
        "text": "Message",
        "urls": ["Final Link", "Link"],
        "like_count": "Likes",
        "reply_count": "Comments",
        "repost_count": "Shares",
    },
}


def find_layout(archive_id: str, entry: dict, kind: str) -> Layout:
    """Return the layout of an archive's files of a kind, users or tweets, from its entry in the registry.

    Raises InputError for a mapping that names an unknown column or lacks a required one.

    >>> columns = {"account_id": "id", "created_on": "made"}
    >>> find_layout("a", {"layout": "mapped", "mapping": {"users": {"columns": columns}}}, "users").required
    ('userid', 'account_creation_date')
    """
    if entry["layout"] == "facebook_export":
        return _facebook_layout(kind)
    if entry["layout"] != "mapped":
        return LAYOUTS[kind][entry["layout"]]
    mapping = entry.get("mapping", {})
    columns = mapping.get(kind, {}).get("columns", {})
    fields = FIELDS[kind]
    if unknown := [name for name in columns if name not in fields]:
        raise InputError(
            f"{archive_id} has the unknown column {unknown[0]!r} in mapping.{kind}.columns of the registry; "
            f"the columns are {', '.join(fields)}."
        )
    if missing := [name for name in NEEDED[kind] if name not in columns]:
        raise InputError(
            f"{archive_id} has no {' and no '.join(missing)} in mapping.{kind}.columns of the registry; "
            "enter the column of your file there."
        )
    own = _own_names(kind, columns)
    return Layout(
        required=tuple(column for column in fields.values() if column in own),
        optional=tuple(column for column in fields.values() if column not in own),
        own=own,
        ids=mapping.get("ids", "twitter"),
        time_format=mapping[kind].get("time_format"),
        list_separator=mapping[kind].get("list_separator"),
        is_mapped=True,
    )


def _own_names(kind: str, columns: dict[str, str | list[str]]) -> dict[str, tuple[str, ...]]:
    return {
        FIELDS[kind][name]: (names,) if isinstance(names, str) else tuple(names)
        for name, names in columns.items()
    }


def _facebook_layout(kind: str) -> Layout:
    needed = tuple(FIELDS[kind][name] for name in NEEDED[kind])
    return Layout(
        required=needed,
        optional=tuple(column for column in FIELDS[kind].values() if column not in needed),
        own=_own_names(kind, FACEBOOK[kind]),
        ids="any",
        # A single link, which contains no blank.
        list_separator=" ",
        further_macros=("facebook_values.sql",),
        note=" (pages)" if kind == "users" else "",
    )
