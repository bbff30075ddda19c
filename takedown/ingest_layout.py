"""Columns of the files of a release, and the check of a file's header."""

import csv
import difflib
import io
import logging
from dataclasses import dataclass

from takedown.errors import InputError

USER_COLUMNS = (
    "userid",
    "user_display_name",
    "user_screen_name",
    "user_reported_location",
    "user_profile_description",
    "user_profile_url",
    "follower_count",
    "following_count",
    "account_creation_date",
    "account_language",
)
TWEET_COLUMNS = (
    "tweetid",
    *USER_COLUMNS,
    "tweet_language",
    "tweet_text",
    "tweet_time",
    "tweet_client_name",
    "in_reply_to_userid",
    "in_reply_to_tweetid",
    "quoted_tweet_tweetid",
    "is_retweet",
    "retweet_userid",
    "retweet_tweetid",
    "latitude",
    "longitude",
    "quote_count",
    "reply_count",
    "like_count",
    "retweet_count",
    "hashtags",
    "urls",
    "user_mentions",
    "poll_choices",
)

#: Columns that only some releases have.
LATE_TWEET_COLUMNS = ("quoted_tweet_tweetid", "quote_count", "reply_count", "poll_choices")

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class Layout:
    """What a kind of file must and may have: columns that are required, and further ones that are read."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


USER_LAYOUTS = {
    "twitter_release": Layout(USER_COLUMNS, ("statuses_count",)),
    "account_list": Layout(
        ("userid", "account_creation_date"),
        (*(c for c in USER_COLUMNS if c not in ("userid", "account_creation_date")), "statuses_count"),
    ),
}
_TWEET_LAYOUT = Layout(tuple(c for c in TWEET_COLUMNS if c not in LATE_TWEET_COLUMNS), LATE_TWEET_COLUMNS)
TWEET_LAYOUTS = {"twitter_release": _TWEET_LAYOUT, "account_list": _TWEET_LAYOUT}


def read_header(start: bytes, name: str, layout: Layout) -> list[str]:
    """Return the column names of a CSV file in their order, from the start of its bytes.

    Raises InputError, one sentence, for columns that are missing (with the nearest names that are there),
    for a column that is there twice and for a file that is not separated by commas.
    """
    text = io.StringIO(start.decode("utf-8-sig", errors="replace"), newline="")
    try:
        header = [column.strip() for column in next(csv.reader(text), [])]
    except csv.Error:
        header = []
    if len(header) == 1 and (separators := [s for s in (";", "\t", "|") if s in header[0]]):
        shown = "tab" if separators[0] == "\t" else separators[0]
        raise InputError(f"{name} is separated by {shown!r}, not by commas; save it again with commas.")
    missing = [column for column in layout.required if column not in header]
    if missing:
        others = [column for column in header if column not in layout.required + layout.optional]
        raise InputError(
            f"{name} has no column {' and no column '.join(_with_nearest(column, others) for column in missing[:3])}"
            + (f" (nor {len(missing) - 3} more)" if len(missing) > 3 else "")
            + "; check that it is the right file, or correct its first line."
        )
    known = [column for column in header if column in layout.required + layout.optional]
    if twice := sorted({column for column in known if known.count(column) > 1}):
        raise InputError(f"{name} has the column {twice[0]!r} twice; remove one of them.")
    if len(known) < len(header):
        log.info("%s: %d further columns are not read", name, len(header) - len(known))
    return header


def _with_nearest(column: str, others: list[str]) -> str:
    lower = {other.lower(): other for other in others}
    nearest = difflib.get_close_matches(column, lower, n=1)
    return f"{column!r} (the nearest is {lower[nearest[0]]!r})" if nearest else repr(column)
