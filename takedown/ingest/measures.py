"""Measures of the quality of an archive's records."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from takedown.core.database import read_sql
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.estimate import Estimate, RowBuilder

_row = RowBuilder(
    "records",
    "measure_records",
    methods={
        "inexact_reference_share": (
            "share",
            "references of posts to a reposted, answered or quoted post or account that the files state as floats too large to be "
            "exact, as a share of all such references; equal floats of one file count as one object in traces",
            "references",
        ),
        "repeated_post_share": (
            "share",
            "posts without an id that repeat account, time and text of an earlier post of their file, as a share of the posts "
            "without an id; all are kept",
            "posts without an id",
        ),
    },
)


def record_measures(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Sequence[str]]
) -> Iterator[Measure]:
    """Return the share of inexact references, and that of repeated posts, of each population that has any such.

    `connection` is one of `takedown.core.database.open_records`; `subjects` maps the populations to their archives.
    """
    queries = {"inexact_reference_share": "measured_references", "repeated_post_share": "measured_repeats"}
    for subject, archives in subjects.items():
        for name, query in queries.items():
            sql = read_sql(f"ingest/{query}.sql")
            whole, part, provenances = connection.execute(sql, {"archives": [*archives]}).fetchall()[0]
            if whole:
                share = Estimate(part / whole, n=whole)
                yield _row.described(name, subject, share, weakest_provenance(provenances))
