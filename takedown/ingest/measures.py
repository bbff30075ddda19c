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
            "exact, as a share of all such references; equal floats of one file count as one object in traces; n = references",
        )
    },
)


def record_measures(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Sequence[str]]
) -> Iterator[Measure]:
    """Return the share of inexact references of each population whose posts have references.

    `connection` is one of `takedown.core.database.open_records`; `subjects` maps the populations to their archives.
    """
    query = read_sql("ingest/measured_references.sql")
    for subject, archives in subjects.items():
        references, inexact, provenances = connection.execute(query, {"archives": [*archives]}).fetchall()[0]
        if references:
            share = Estimate(inexact / references, n=references)
            yield _row.described("inexact_reference_share", subject, share, weakest_provenance(provenances))
