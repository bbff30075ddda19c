"""Invented rows of an archive: the values expected in the tables, and their spelling in a file.

The expected values are defined here, independently of the tested package.
"""

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

#: Column of a release → column of the table, in the order of the table.
ACCOUNT = {
    "userid": "account_id",
    "account_creation_date": "created_on",
    "account_language": "language",
    "user_display_name": "display_name",
    "user_screen_name": "screen_name",
    "user_reported_location": "reported_location",
    "user_profile_description": "profile_description",
    "user_profile_url": "profile_url",
    "follower_count": "follower_count",
    "following_count": "following_count",
    "statuses_count": "post_count",
}
POST = {
    "tweetid": "post_id",
    "userid": "account_id",
    "tweet_time": "posted_at",
    "tweet_language": "language",
    "tweet_text": "text",
    "tweet_client_name": "client",
    "is_retweet": "is_repost",
    "retweet_tweetid": "reposted_post_id",
    "retweet_userid": "reposted_account_id",
    "in_reply_to_tweetid": "reply_to_post_id",
    "in_reply_to_userid": "reply_to_account_id",
    "quoted_tweet_tweetid": "quoted_post_id",
    "latitude": "has_coordinates",
    "quote_count": "quote_count",
    "reply_count": "reply_count",
    "like_count": "like_count",
    "retweet_count": "repost_count",
    "poll_choices": "poll_choices",
}
LISTS = {"hashtags": "post_hashtag", "urls": "post_url", "user_mentions": "post_mention"}
TABLE_COLUMNS = {"users": ACCOUNT, "tweets": POST}
ID, TIME = (
    {"users": "userid", "tweets": "tweetid"},
    {"users": "account_creation_date", "tweets": "tweet_time"},
)

IDS = ("tweetid", "userid", "retweet_tweetid", "retweet_userid", "in_reply_to_tweetid", "in_reply_to_userid")
IDS += ("quoted_tweet_tweetid",)
COUNTS = ("follower_count", "following_count", "statuses_count", "quote_count", "reply_count", "like_count")
COUNTS += ("retweet_count",)
LIST_COLUMNS = (*LISTS, "poll_choices")
#: Characters with which some files begin hashtags and mentions.
MARKS = {"hashtags": "#", "user_mentions": "@"}
LANGUAGES = ("account_language", "tweet_language")

TEXTS = [
    *(
        "hello",
        "你好，世界",
        "a, b",
        'say "hi"',
        "line\nbreak",
        "🙂",
        "café",
        "a\r\nb",
        'x","y',
        "'",
        "\\",
        "\t",
    ),
    *(
        "=1+1",
        "NULL",
        "\\N",
        "\u2028",
        "\ufeff",
        "  ",
        " padded ",
        '"',
        '""',
        "a\n\nb",
        "\u202e",
        ";",
        "|",
        "#",
    ),
    *(
        "'; DROP TABLE account; --",
        "$(touch x)",
        "\n",
        "ends with a return\r",
        "\x7f\x01",
        "e\u0301",
        "<html>",
    ),
]
ITEMS = [
    "a",
    "你好",
    "it's",
    'say "hi"',
    "x, y",
    "b\\c",
    "new\nline",
    "🙂",
    "https://t.co/a?b=[c]",
    "=1",
    "é",
]
SPOILED_COUNTS = ["nan", "1e6", "1.5", "-1", "many", "9" * 19, "0x10", "１２"]
#: A float that marks a post or account within its file but is not its id.
INEXACT = "1161000000000000001.0"
SPOILED_IDS = ["1.01421E+18", "x y", INEXACT, "-5"]
SPOILED_LISTS = ["['a", "a", "[']", "{'a'}", "['\\ud800']", "['\\U00110000']"]
RUINED = ["1.01421E+18", "1,01421E+18", "1E+18", INEXACT]


@dataclass
class Row:
    """One record: its cells by the columns of a release, the expected values in its table, and its expected fate.

    `fate` is kept, duplicate, not_asked, repeated_header, the reason of a rejection, or open if damage permits several
    fates. `unreadable` names the columns with a value of the wrong type.
    """

    cells: dict[str, object]
    values: dict[str, object]
    fate: str = "kept"
    unreadable: set[str] = field(default_factory=set)


def make_id(rng: random.Random, ids: str) -> str:
    """Return a random id, far from other ids, so that no single damage turns one id into another."""
    if ids == "any":
        return rng.choice(["p-%d", "page %d", "https://example.org/%d?a=b&c", "é%d"]) % rng.getrandbits(48)
    if rng.random() < 0.3:
        return "".join(
            rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=_-", k=44)
        )
    return str(rng.randrange(10**6, 2**31) if rng.random() < 0.3 else rng.randrange(2**58, 2**61))


def make_values(kind: str, columns: Iterable[str], rng: random.Random, ids: str) -> dict[str, object]:
    """Return typed values of a new row; absent columns are None."""
    values: dict[str, object] = dict.fromkeys(TABLE_COLUMNS[kind], None)
    values |= dict.fromkeys(LISTS, None) if kind == "tweets" else {}
    for column in columns:
        needed = column in (ID[kind], TIME[kind], "userid")
        if column in values and (needed or rng.random() < 0.8):
            values[column] = _make_value(column, rng, ids)
    return values


def _make_value(column: str, rng: random.Random, ids: str) -> object:
    if column in IDS:
        return make_id(rng, ids)
    if column in COUNTS:
        return rng.choice([0, 1, rng.randrange(10**6), 10**18 - 1])
    if column in LIST_COLUMNS:
        return [rng.choice(ITEMS) for _ in range(rng.choice([0, 1, 2, 5]))]
    if column == "account_creation_date":
        return date(2007, 1, 1) + timedelta(days=rng.randrange(4600))
    if column == "tweet_time":
        return datetime(2007, 1, 1) + timedelta(minutes=rng.randrange(6_000_000))
    if column in ("is_retweet", "latitude"):
        return rng.random() < 0.5
    if column in LANGUAGES:
        return rng.choice(["zh-cn", "en", "in", "und"])
    return rng.choice(TEXTS)


def spell(kind: str, values: dict[str, object], rng: random.Random, form) -> Row:
    """Return typed values as a row of a file of this form; a few values do not match the type of their column."""
    row = Row({}, dict(values))
    for column, value in values.items():
        needed = column in (ID[kind], TIME[kind], "userid")
        if not needed and column in form.columns and rng.random() < form.spoiling:
            spoiled = _spoil(column, rng, form)
            if spoiled is not None:
                row.cells[column] = spoiled
                row.values[column] = None
                if spoiled != INEXACT:
                    row.unreadable.add(column)
                continue
        if column in MARKS and value and rng.random() < 0.2:
            value = [MARKS[column] + item for item in value]
        row.cells[column] = None if value is None else _spell_value(column, value, rng, form)
    if kind == "tweets" and row.values["is_retweet"] is None:
        of, cell = (source["retweet_tweetid"] for source in (row.values, row.cells))
        row.values["is_retweet"] = of is not None or cell == INEXACT
    for column in form.columns:
        # Columns that no table uses.
        row.cells.setdefault(column, rng.choice(["", "0", "further, text", '"']))
    return row


def _spoil(column: str, rng: random.Random, form) -> str | None:
    if column in COUNTS:
        return rng.choice(SPOILED_COUNTS)
    if column in IDS:
        return rng.choice(SPOILED_IDS) if form.ids == "twitter" else None
    if column in LIST_COLUMNS:
        return rng.choice(SPOILED_LISTS) if form.list_separator is None and not form.is_typed else None
    return {"is_retweet": "perhaps", "latitude": "somewhere"}.get(column)


def _spell_value(column: str, value: object, rng: random.Random, form) -> object:
    if form.is_typed:
        return form.typed(column, value, rng)
    if column in COUNTS:
        return form.count(value, rng)
    if column in LIST_COLUMNS:
        if form.list_separator is not None:
            return form.list_separator.join(value)
        return json.dumps(value) if rng.random() < 0.1 else repr(value)
    if column in ("account_creation_date", "tweet_time"):
        return form.time(value, rng)
    if column == "is_retweet":
        return rng.choice(["true", "True", "1"] if value else ["false", "False", "0"])
    if column == "latitude":
        return rng.choice(["present", "22.3", "-0.5"]) if value else "absent"
    if column in LANGUAGES:
        return rng.choice([value, value.upper()])
    return value


def decoded(identifier: str, ids: str) -> datetime | None:
    """Return the instant encoded in a snowflake id, to the millisecond; None for other ids."""
    if ids == "any" or not identifier.isdecimal() or int(identifier) < 2**42:
        return None
    milliseconds = (int(identifier) >> 22) + 1288834974657
    return datetime.fromtimestamp(0, UTC).replace(tzinfo=None) + timedelta(milliseconds=milliseconds)


def table_row(kind: str, values: dict[str, object], ids: str) -> tuple:
    """Return the values as a row of table account or post, with the decoded columns last."""
    identifier = values[ID[kind]]
    row = tuple(values[column] for column in TABLE_COLUMNS[kind])
    if kind == "users":
        row += (ids == "twitter" and not identifier.isdecimal(),)
    return (*row, decoded(identifier, ids))


def list_rows(values: dict[str, object]) -> dict[str, list[str]]:
    """Return the values of a post in the tables of hashtags, links and mentions, in order."""
    return {table: list(values[column] or []) for column, table in LISTS.items()}
