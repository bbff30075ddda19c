"""Columns of the files of a release, and the check of a file's header."""

import csv
import difflib
import io
import logging
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from takedown.core.errors import InputError
from takedown.ingest.csv_source import MOST_COLUMNS

USER_COLUMNS = (
    *("userid", "user_display_name", "user_screen_name", "user_reported_location"),
    *("user_profile_description", "user_profile_url", "follower_count", "following_count"),
    *("account_creation_date", "account_language"),
)
TWEET_COLUMNS = (
    *("tweetid", *USER_COLUMNS, "tweet_language", "tweet_text", "tweet_time", "tweet_client_name"),
    *("in_reply_to_userid", "in_reply_to_tweetid", "quoted_tweet_tweetid"),
    *("is_retweet", "retweet_userid", "retweet_tweetid", "latitude", "longitude"),
    *("quote_count", "reply_count", "like_count", "retweet_count"),
    *("hashtags", "urls", "user_mentions", "poll_choices"),
)

#: Column that only simulated files have; without it, a simulated file that is moved would count as a release.
SIMULATED = "simulated_by_takedown"

#: Columns that are missing in some releases.
LATE_TWEET_COLUMNS = ("quoted_tweet_tweetid", "quote_count", "reply_count", "poll_choices")

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class Layout:
    """The columns of a kind of file, required and optional, and how their values are read.

    Columns have the names of Twitter's releases. `own` maps them to the file's own names if these differ: one name;
    several names, of which the first with a value is read; or an empty tuple if the file lacks the column. A name that
    begins with `$.` is a path into JSON, whose first key is a column of the file. `ids` is twitter (numbers and digests,
    snowflakes decoded) or any (any short text). `time_formats` (words of `takedown.ingest.record.TIMES` or formats of
    strptime, tried in turn), `time_zones` (hours ahead of UTC by name), `list_separator` and `further_macros` (files of
    workflow/sql/ingest) are for values written in another form than in the releases. `rows` are conditions (column of the
    file, whether it must be equal, value) that a record must meet, else it is counted as not asked for. `makes_ids` is for
    posts without ids, `unfold` names the query that makes posts of JSON lines, and `from_posts` says that accounts are
    derived from posts. A file with a column of `foreign` is of another kind, and one with the mark `SIMULATED` is
    refused unless `simulated`. `note` is appended to the file's name in the table row_account.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ids: str = "twitter"
    time_formats: tuple[str, ...] = ()
    time_zones: Mapping[str, float] = field(default_factory=dict)
    list_separator: str | None = None
    is_mapped: bool = False
    further_macros: tuple[str, ...] = ()
    rows: tuple[tuple[str, bool, str], ...] = ()
    makes_ids: bool = False
    unfold: str | None = None
    from_posts: bool = False
    foreign: tuple[str, ...] = ()
    note: str = ""
    simulated: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """Return all columns that are read, by the names of the releases."""
        return self.required + self.optional

    def names(self, column: str) -> tuple[str, ...]:
        """Return the names that a column may have in the file."""
        return self.own.get(column, () if self.own else (column,))

    def names_in(self, column: str, found: Collection[str]) -> list[str]:
        """Return the names of a column, or the paths to it, in a file whose columns are `found`."""
        return [own for own in self.names(column) if own in found or first_key(own) in found]


def first_key(own: str) -> str:
    """Return the column of the file in which the values of a name are: the first key of a path, else the name itself.

    >>> first_key("$.user.id"), first_key("$.tags[*].text"), first_key("user.id")
    ('user', 'tags', 'user.id')
    """
    return re.split(r"[.\[]", own[2:], maxsplit=1)[0].strip('"') if own.startswith("$.") else own


def _needing(columns: tuple[str, ...], *needed: str) -> Layout:
    return Layout(needed, tuple(column for column in columns if column not in needed))


_LIST = _needing((*USER_COLUMNS, "statuses_count"), "userid", "account_creation_date")
_TWEETS = _needing(TWEET_COLUMNS, *(c for c in TWEET_COLUMNS if c not in LATE_TWEET_COLUMNS))
_LOOSE = _needing(TWEET_COLUMNS, "tweetid", "userid", "tweet_time")

#: Columns of the releases and their names in R's rtweet, which the R data of August 2019 use.
RTWEET = {
    "tweetid": "status_id",
    "userid": "user_id",
    "user_display_name": "name",
    "user_screen_name": "screen_name",
    "user_reported_location": "location",
    "user_profile_description": "description",
    "user_profile_url": "profile_url",
    "follower_count": "followers_count",
    "account_creation_date": "account_created_at",
    "account_language": "account_lang",
    "tweet_language": "lang",
    "tweet_text": "text",
    "tweet_time": "created_at",
    "tweet_client_name": "source",
    "in_reply_to_userid": "reply_to_user_id",
    "in_reply_to_tweetid": "reply_to_status_id",
    "quoted_tweet_tweetid": "quoted_status_id",
    "retweet_userid": "retweet_user_id",
    "retweet_tweetid": "retweet_status_id",
    "urls": "urls_url",
    "user_mentions": "mentions_user_id",
}


def _or_rtweet(layout: Layout) -> Layout:
    own = {column: (column, RTWEET[column]) if column in RTWEET else (column,) for column in layout.known}
    return replace(layout, own=own)


#: Layouts of files with Twitter's columns. The mirror combines releases of all years, whose columns differ.
LAYOUTS = {
    "users": {
        "twitter_release": Layout(USER_COLUMNS, ("statuses_count",), foreign=("tweetid",)),
        "twitter_mirror": _LIST,
        "r_data": _or_rtweet(_LIST),
        "account_list": _LIST,
    },
    "tweets": {
        "twitter_release": _TWEETS,
        "twitter_mirror": _LOOSE,
        "r_data": _or_rtweet(_LOOSE),
        "account_list": _TWEETS,
    },
}


def read_header(start: bytes, name: str, layout: Layout) -> list[str]:
    """Return the column names of a CSV file, in order, from its first bytes (`start`).

    Raises InputError for a file that is not separated by commas, and as `check_columns` does.
    """
    text = io.StringIO(start.decode("utf-8-sig", errors="replace"), newline="")
    try:
        header = [column.strip() for column in next(csv.reader(text), [])]
    except csv.Error:
        header = []
    if len(header) == 1 and (separators := [s for s in (";", "\t", "|") if s in header[0]]):
        shown = "tab" if separators[0] == "\t" else separators[0]
        raise InputError(f"{name} is separated by {shown!r}, not by commas; save it again with commas.")
    check_columns(header, name, layout)
    return header


def check_columns(found: list[str], name: str, layout: Layout) -> None:
    """Raise InputError if a file lacks a required column of `layout`, has a column twice, or is of another kind.

    `found` are the column names of the file. For a missing column, the message gives the most similar name.
    """
    if len(found) > MOST_COLUMNS:
        raise InputError(f"{name} has {len(found)} columns; save it again with those that are needed.")
    if SIMULATED in found and not layout.simulated:
        raise InputError(
            f"{name} was simulated by this study (it has the column {SIMULATED!r}), so it is no release; move it out of "
            "the folder of real files."
        )
    if others := sorted(set(layout.foreign) & set(found)):
        raise InputError(
            f"{name} has the column {others[0]!r}, so it is a file of another kind; give it the name of its kind."
        )
    names = [own for column in layout.known for own in layout.names(column)]
    wanted = [*map(first_key, names), *(column for column, _, _ in layout.rows)]
    missing = [
        " or ".join(layout.names(column)) for column in layout.required if not layout.names_in(column, found)
    ]
    missing += [column for column, _, _ in layout.rows if column not in found]
    if missing:
        others = [column for column in found if column not in wanted]
        remedy = "the columns of the registry" if layout.is_mapped else "its first line"
        raise InputError(
            f"{name} has no column {' and no column '.join(_with_nearest(column, others) for column in missing[:3])}"
            + (f" (nor {len(missing) - 3} more)" if len(missing) > 3 else "")
            + f"; check that it is the right file, or correct {remedy}."
        )
    known = [column for column in found if column in wanted or column == SIMULATED]
    if twice := sorted({column for column in known if known.count(column) > 1}):
        raise InputError(f"{name} has the column {twice[0]!r} twice; remove one of them.")
    if len(known) < len(found):
        log.info("%s: %d other columns are not read", name, len(found) - len(known))


def _with_nearest(column: str, others: list[str]) -> str:
    lower = {other.lower(): other for other in others}
    nearest = difflib.get_close_matches(column, lower, n=1)
    return f"{column!r} (the most similar is {lower[nearest[0]]!r})" if nearest else repr(column)
