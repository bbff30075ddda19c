"""Accounts of a population by creation day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.core.measures import weakest_provenance
from takedown.creation.concentration import daily_counts


@dataclass(frozen=True)
class CreationRows:
    """Accounts of a population: arrays of one length, one entry for each creation day, archive and provenance."""

    days: np.ndarray
    archives: np.ndarray
    accounts: np.ndarray
    provenance: np.ndarray

    @property
    def weakest(self) -> str:
        """The weakest provenance."""
        return weakest_provenance(self.provenance)

    def until(self, last_day: np.datetime64) -> "CreationRows":
        """Return the rows up to a day, that day included."""
        kept = self.days <= last_day
        return CreationRows(self.days[kept], self.archives[kept], self.accounts[kept], self.provenance[kept])

    def calendar(self) -> tuple[np.datetime64, np.ndarray]:
        """Return the first day and one count for every day to the last."""
        return daily_counts(self.days, self.accounts)


def read_populations(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Iterable[str]], last_day: np.datetime64
) -> dict[str, CreationRows]:
    """Return the accounts of each population, a union of archives; one without accounts until `last_day` is left out."""
    query = read_sql("creation/creation_counts.sql")
    populations = {}
    for subject, archives in subjects.items():
        columns = connection.execute(query, {"archives": list(archives)}).fetchnumpy()
        rows = CreationRows(
            columns["created_on"].astype("datetime64[D]"),
            columns["archive_id"].astype(str),
            columns["accounts"],
            columns["provenance"].astype(str),
        )
        if len(rows.until(last_day).days):
            populations[subject] = rows
    return populations
