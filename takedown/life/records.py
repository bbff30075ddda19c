"""Read how accounts lived: the days of each, its dormancies, its turn to the topic, and posts about a change of owner."""

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

    A dormancy is a silence of `dormancy_days` or more after a post. An account is re-purposed if it turned to the topic
    (a term of any of `topic_lists`) and five things hold: `turn_posts` or more posts on either side of the turn, a silence
    of `turn_silence_days` or more before it, a rise of the share of posts on the topic by `turn_topic_rise` or more, and
    another commonest language and client after it, each with `dominant_share` or more of the posts on its side.
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

    `accounts`, `dormancies` and `turns` are the columns of workflow/sql/life/{account_days,dormancies,repurposed}.sql by
    name: days as datetime64[D] with NaT, other numbers that may be missing as floats with NaN. `accounts` includes
    accounts without a post, `turns` does not.
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
    """Return the lives of the accounts of some archives; None if there is no post.

    Only posts of the days `since` to `until` (UTC, both included) count. `connection` holds the tables of
    workflow/sql/core/schema.sql; the temporary tables numbered_account and post_sequence stay on it.
    """
    for column in ("language", "client"):
        name = {"name": f"{column}_of_post"}
        # With IF NOT EXISTS the values would be read each time.
        if not connection.execute("FROM duckdb_types() WHERE type_name = $name", name).fetchall():
            values = f"SELECT DISTINCT {column} FROM post WHERE {column} IS NOT NULL ORDER BY {column}"
            connection.execute(f"CREATE TEMP TYPE {column}_of_post AS ENUM ({values})")
    window = {"topic_lists": [*choices.topic_lists], "since": str(since), "until": str(until)}
    for table, asked in (("numbered_account", {"archives": [*archives]}), ("post_sequence", window)):
        query = read_sql(f"life/{table}.sql")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}", asked)
    ((first_day, last_day),) = connection.execute(
        "SELECT min(posted_on), max(posted_on) FROM post_sequence"
    ).fetchall()
    accounts = _columns(connection, "account_days")
    if first_day is None or not len(accounts["account_id"]):
        return None
    thresholds = ("turn_posts", "turn_silence_days", "turn_topic_rise", "dominant_share")
    return Lives(
        accounts,
        _columns(connection, "dormancies", dormancy_days=choices.dormancy_days),
        _columns(connection, "repurposed", **{name: getattr(choices, name) for name in thresholds}),
        np.datetime64(first_day, "D"),
        np.datetime64(last_day, "D"),
        weakest_provenance(accounts["provenance"]),
    )


def find_ownership(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[str],
    phrases: Sequence[str],
    *,
    until: np.datetime64,
) -> dict[str, np.ndarray]:
    """Return how many posts up to the day `until` hold one of `phrases` (lower case), by account and month.

    The columns are those of workflow/sql/life/ownership.sql.
    """
    pattern = "|".join(map(re.escape, phrases))
    return _columns(connection, "ownership", archives=[*archives], pattern=pattern, until=str(until))


def read_ownership_phrases(path: str | Path) -> list[str]:
    """Return the phrases of a list of ownership terms.

    Raises InputError for a list without an entry, an entry without source or phrase, and a phrase that can never match.
    """
    entries = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    sound = (
        isinstance(entries, list)
        and entries
        and all(isinstance(entry, dict) and entry.get("source") and entry.get("phrases") for entry in entries)
    )
    if not sound:
        raise InputError(
            f"{path} is not a list of entries with source and phrases; write it like the original."
        )
    phrases = [str(phrase) for entry in entries for phrase in entry["phrases"]]
    if wrong := [phrase for phrase in phrases if phrase != phrase.lower().strip() or not phrase]:
        raise InputError(
            f"{path} has the phrase {wrong[0]!r}, which can never match; write it in lower case."
        )
    return phrases


def _columns(connection: duckdb.DuckDBPyConnection, query: str, **parameters: Any) -> dict[str, np.ndarray]:
    columns = connection.execute(read_sql(f"life/{query}.sql"), parameters or None).fetchnumpy()
    return {name: _unmasked(column) for name, column in columns.items()}


def _unmasked(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind == "M":
        return np.ma.filled(column.astype("datetime64[D]"), np.datetime64("NaT"))
    if not np.ma.isMaskedArray(column):
        return column
    return (
        np.ma.filled(column, None) if column.dtype == object else np.ma.filled(column.astype(float), np.nan)
    )
