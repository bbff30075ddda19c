"""Read posts by local day and hour for the measures of posting."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.core.languages import shown_languages
from takedown.core.measures import weakest_provenance
from takedown.posting.hours import HourMatrix, hour_matrix
from takedown.statistics.calendar import SATURDAY

#: Name of the posts in other languages.
REST = "rest"


def asked_subjects(
    subjects: Mapping[str, Iterable[str]], series: str, languages: Iterable[str]
) -> dict[str, dict[str, list[str]]]:
    """Return the parameters of workflow/sql/posting/posting_hours.sql for each population and for the series.

    The series is asked for by language and, as `all`, whole, unless it is a population: nothing is measured twice.
    """
    asked = {subject: {"archives": list(archives), "languages": []} for subject, archives in subjects.items()}
    asked |= {language: {"archives": [series], "languages": [language]} for language in languages}
    if any(list(archives) == [series] for archives in subjects.values()):
        return asked
    return asked | {"all": {"archives": [series], "languages": []}}


def languages_of_groups(
    connection: duckdb.DuckDBPyConnection,
    subjects: Mapping[str, Iterable[str]],
    series: str,
    asked: str | Sequence[str],
) -> dict[str, tuple[str, ...]]:
    """Return the languages in which each population is measured; none for the series, whose languages are measured already."""
    return {
        subject: () if list(archives) == [series] else shown_languages(connection, archives, asked)
        for subject, archives in subjects.items()
    }


def other_posts(series: Mapping[str, HourMatrix]) -> HourMatrix | None:
    """Return the posts of `all` that are in none of the other series, each a part of it; None without one."""
    whole = series["all"]
    posts = whole.posts.copy()
    for name, part in series.items():
        if name != "all":
            start = int((part.first_day - whole.first_day).astype(np.int64))
            posts[start : start + len(part.posts)] -= part.posts
    return replace(whole, posts=posts) if posts.any() else None


def ask_hours(
    connection: duckdb.DuckDBPyConnection, query: str, weekend: int = SATURDAY, **parameters: Any
) -> tuple[HourMatrix, str] | None:
    """Return the posts that a query of workflow/sql/posting counts, with their weakest provenance; None without a post.

    The query gives the columns posted_on, hour, posts and provenance. The weekend of two days begins on `weekend`, 0 for Monday.
    """
    rows = connection.execute(read_sql(f"posting/{query}.sql"), parameters).fetchnumpy()
    if not len(rows["posts"]):
        return None
    provenance = weakest_provenance(rows["provenance"])
    return hour_matrix(rows["posted_on"], rows["hour"], rows["posts"], weekend), provenance


def post_provenances(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Iterable[str]]
) -> dict[str, str]:
    """Return the weakest provenance of each population's posts; a population without posts is left out.

    The connection has the table archive; `subjects` maps a population to its archives.
    """
    query = read_sql("core/post_provenance.sql")
    found = {
        subject: connection.execute(query, {"archives": list(archives)}).fetchall()
        for subject, archives in subjects.items()
    }
    return {subject: weakest_provenance(row[0] for row in rows) for subject, rows in found.items() if rows}
