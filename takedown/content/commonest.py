"""What is commonest in the posts of each month, which describes a campaign that no list of terms is about."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from takedown.core.database import read_sql
from takedown.core.measures import weakest_provenance

#: What is listed, each with a query in workflow/sql/content/commonest.
KINDS = {"hashtag": "hashtags", "domain": "domains", "client": "clients", "language": "languages"}
#: Posts below which nothing is listed; cells of fewer are not published.
FEWEST_POSTS = 5
COLUMNS = ("subject", "kind", "month", "rank", "value", "posts", "provenance")


def commonest_rows(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Sequence[str]], top: int
) -> Iterator[tuple]:
    """Yield rows in the order of `COLUMNS`: the `top` commonest values of each kind, population and local month.

    `connection` is one of `takedown.core.database.open_records`; the temporary table handle stays on it. `subjects` maps
    populations to archives. A hashtag, domain or client that is the handle of an account of the population is left out.
    """
    for subject, archives in subjects.items():
        asked = {"archives": list(archives)}
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE handle AS {read_sql('content/commonest/handles.sql')}", asked
        )
        sources = connection.execute(read_sql("core/post_provenance.sql"), asked).fetchall()
        limits = asked | {"top": top, "fewest": FEWEST_POSTS}
        for kind, query in KINDS.items():
            found = connection.execute(read_sql(f"content/commonest/{query}.sql"), limits)
            for row in found.fetchall():
                yield subject, kind, *row, weakest_provenance(source for (source,) in sources)
