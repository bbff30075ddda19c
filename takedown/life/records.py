"""Read the lives of accounts: the days of each, its dormancies, its turn to the topic, the posts that tell of a sale."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml

from takedown.core.database import read_sql
from takedown.core.errors import InputError
from takedown.core.measures import weakest_provenance

EARLIEST = np.datetime64("0001-01-01")


@dataclass(frozen=True)
class LifeChoices:
    """The thresholds of the configuration's block `life`.

    A dormancy is a silence of `dormancy_days` or more after a post. An account is re-purposed if it turned to the
    topic with `turn_posts` or more posts on either side, after a silence of `turn_silence_days` or more, if the
    share of its posts on the topic (any of `topic_lists`) rose by `turn_topic_rise` or more, and if its commonest
    language and client became others, each holding `dominant_share` or more of its side.
    """

    topic_lists: Sequence[str]
    dormancy_days: int
    turn_posts: int
    turn_silence_days: int
    turn_topic_rise: float
    dominant_share: float


@dataclass(frozen=True)
class Lives:
    """Accounts of one population as observed from `first_day` to `last_day` (UTC days).

    `accounts`, `dormancies` and `turns` are columns by name, as workflow/sql/life/{account_days,dormancies,repurposed}.sql
    return them, days as datetime64[D] with NaT for none. `turns` has the accounts with a post only.
    """

    accounts: dict[str, np.ndarray]
    dormancies: dict[str, np.ndarray]
    turns: dict[str, np.ndarray]
    first_day: np.datetime64
    last_day: np.datetime64
    provenance: str


def find_lives(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[str],
    choices: LifeChoices,
    *,
    since: np.datetime64 = EARLIEST,
    until: np.datetime64,
) -> Lives | None:
    """Return the lives of the accounts of some archives from their posts of the days `since` to `until`; None without a post.

    `connection` holds the tables of workflow/sql/core/schema.sql; the temporary tables of `sequence_posts` stay on it.
    """
    sequence_posts(connection, archives, choices.topic_lists, since=since, until=until)
    ((first_day, last_day),) = connection.execute(
        "SELECT min(posted_on), max(posted_on) FROM post_sequence"
    ).fetchall()
    accounts = _columns(connection, "account_days")
    if first_day is None or not len(accounts["account_id"]):
        return None
    return Lives(
        accounts,
        find_dormancies(connection, choices.dormancy_days),
        find_repurposed(connection, choices),
        np.datetime64(first_day, "D"),
        np.datetime64(last_day, "D"),
        weakest_provenance(accounts["provenance"]),
    )


def sequence_posts(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[str],
    topic_lists: Sequence[str],
    *,
    since: np.datetime64 = EARLIEST,
    until: np.datetime64,
) -> None:
    """Put the posts of some archives in order, account by account, in the temporary table `post_sequence`.

    Its accounts are numbered in `numbered_account`. Posts from the day `since` to the day `until` (UTC), both included; what comes before or after does not exist.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE numbered_account AS {read_sql('life/numbered_account.sql')}",
        {"archives": list(archives)},
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE post_sequence AS {read_sql('life/post_sequence.sql')}",
        {"topic_lists": list(topic_lists), "since": str(since), "until": str(until)},
    )


def find_dormancies(connection: duckdb.DuckDBPyConnection, dormancy_days: int) -> dict[str, np.ndarray]:
    """Return the dormancies in `post_sequence`: archive_id, account_id, created_on, silent_from, silent_until, observed_until."""
    return _columns(connection, "dormancies", dormancy_days=dormancy_days)


def find_repurposed(connection: duckdb.DuckDBPyConnection, choices: LifeChoices) -> dict[str, np.ndarray]:
    """Return each account in `post_sequence` with its turn to the topic and flags, `repurposed` the last of them.

    Columns are those of workflow/sql/life/repurposed.sql: beside ids and what lies before and after the turn the
    boolean could_turn, has_turn, silent_before, topic_changed, language_changed, client_changed, repurposed.
    """
    return _columns(
        connection,
        "repurposed",
        turn_posts=choices.turn_posts,
        turn_silence_days=choices.turn_silence_days,
        turn_topic_rise=choices.turn_topic_rise,
        dominant_share=choices.dominant_share,
    )


def find_ownership(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[str],
    phrases: Sequence[str],
    *,
    until: np.datetime64,
) -> dict[str, np.ndarray]:
    """Return posts that hold one of `phrases` (lower case) until a day, by account and month: columns of ownership.sql."""
    pattern = "|".join(map(re.escape, phrases))
    return _columns(connection, "ownership", archives=list(archives), pattern=pattern, until=str(until))


def read_ownership_phrases(path: str | Path) -> list[str]:
    """Return the phrases of a list of ownership terms; raise InputError where there is no entry, or one without source or phrase."""
    entries = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    sound = (
        isinstance(entries, list)
        and entries
        and all(isinstance(entry, dict) and entry.get("source") and entry.get("phrases") for entry in entries)
    )
    if not sound:
        raise InputError(f"{path} is no list of entries with source and phrases; write it as the original.")
    phrases = [str(phrase) for entry in entries for phrase in entry["phrases"]]
    if wrong := [phrase for phrase in phrases if phrase != phrase.lower().strip() or not phrase]:
        raise InputError(f"{path} holds {wrong[0]!r}, which can never match; write phrases in lower case.")
    return phrases


def _columns(connection: duckdb.DuckDBPyConnection, query: str, **parameters: Any) -> dict[str, np.ndarray]:
    columns = connection.execute(read_sql(f"life/{query}.sql"), parameters or None).fetchnumpy()
    return {name: _plain(column) for name, column in columns.items()}


def _plain(column: np.ndarray) -> np.ndarray:
    """Return days as datetime64[D] with NaT, numbers that may be missing as floats with NaN."""
    if column.dtype.kind == "M":
        return np.ma.filled(column.astype("datetime64[D]"), np.datetime64("NaT"))
    if not np.ma.isMaskedArray(column):
        return column
    return (
        np.ma.filled(column, None) if column.dtype == object else np.ma.filled(column.astype(float), np.nan)
    )
