"""Names and scripts of the languages that platforms detect, and those of some posts that a study shows."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from takedown.core.database import read_sql
from takedown.core.paths import RESOURCES

LANGUAGES = RESOURCES / "languages.csv"
#: Number of languages that are shown where the posts decide, and posts that each of them must have.
MOST_LANGUAGES, FEWEST_POSTS = 4, 100


@dataclass(frozen=True)
class Language:
    """A language: its English name and the script that it is written in."""

    name: str
    script: str


def read_languages(path: str | Path = LANGUAGES) -> dict[str, Language]:
    """Return the languages by the code that Twitter gives them (some are obsolete: in, iw), from a CSV of code, name and script.

    >>> read_languages()["th"]
    Language(name='Thai', script='Thai')
    """
    with Path(path).open(newline="", encoding="utf-8") as file:
        return {row["language"]: Language(row["name"], row["script"]) for row in csv.DictReader(file)}


def shown_languages(
    connection: duckdb.DuckDBPyConnection, archives: Iterable[str], asked: str | Sequence[str]
) -> tuple[str, ...]:
    """Return the languages of posts that are measured apart: those `asked`, or their four commonest for the word commonest."""
    if not isinstance(asked, str):
        return tuple(asked)
    query = read_sql("core/commonest_languages.sql")
    limits = {"archives": list(archives), "number": MOST_LANGUAGES, "fewest": FEWEST_POSTS}
    return tuple(language for (language,) in connection.execute(query, limits).fetchall())
