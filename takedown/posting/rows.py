"""Read posts by local day and hour for the measures of posting."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from takedown.core.database import read_sql
from takedown.core.measures import weakest_provenance
from takedown.posting.hours import HourMatrix, hour_matrix

#: Languages in which the posting series is measured, besides all together.
LANGUAGES = ("zh", "en")
#: Number of languages that are shown where the posts decide.
MOST_LANGUAGES = 4
#: Posts that such a language must have.
FEWEST_POSTS = 100


def shown_languages(
    connection: duckdb.DuckDBPyConnection, series: str, asked: str | Sequence[str]
) -> tuple[str, ...]:
    """Return the languages of a series that are measured apart: those `asked`, or its four commonest for the word commonest."""
    if not isinstance(asked, str):
        return tuple(asked)
    query = read_sql("posting/commonest_languages.sql")
    limits = {"archives": [series], "number": MOST_LANGUAGES, "fewest": FEWEST_POSTS}
    return tuple(language for (language,) in connection.execute(query, limits).fetchall())


def asked_subjects(
    subjects: Mapping[str, Iterable[str]], series: str, languages: Iterable[str]
) -> dict[str, dict[str, list[str]]]:
    """Return the parameters of workflow/sql/posting/posting_hours.sql for each population and for the series.

    The series is asked for by language and, as `all`, whole.
    """
    asked = {subject: {"archives": list(archives), "languages": []} for subject, archives in subjects.items()}
    asked |= {language: {"archives": [series], "languages": [language]} for language in languages}
    return asked | {"all": {"archives": [series], "languages": []}}


def ask_hours(
    connection: duckdb.DuckDBPyConnection, query: str, **parameters: Any
) -> tuple[HourMatrix, str] | None:
    """Return the posts that a query of workflow/sql/posting counts, with their weakest provenance; None without a post.

    The query gives the columns posted_on, hour, posts and provenance.
    """
    rows = connection.execute(read_sql(f"posting/{query}.sql"), parameters).fetchnumpy()
    if not len(rows["posts"]):
        return None
    provenance = weakest_provenance(rows["provenance"])
    return hour_matrix(rows["posted_on"], rows["hour"], rows["posts"]), provenance


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
