"""Read posts by local day and hour, as the measures of posting take them."""

import duckdb

from takedown.database import read_sql
from takedown.measures import weakest_provenance
from takedown.posting import HourMatrix, hour_matrix


def ask_hours(
    connection: duckdb.DuckDBPyConnection, query: str, **parameters
) -> tuple[HourMatrix, str] | None:
    """Return the posts that a query of workflow/sql/measures finds, with their weakest provenance; None without a post.

    The query gives the columns posted_on, hour, posts and provenance.
    """
    rows = connection.execute(read_sql(f"measures/{query}.sql"), parameters).fetchnumpy()
    if not len(rows["posts"]):
        return None
    provenance = weakest_provenance(rows["provenance"].tolist())
    return hour_matrix(rows["posted_on"], rows["hour"], rows["posts"]), provenance
