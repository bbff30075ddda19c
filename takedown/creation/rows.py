"""Accounts of a population by creation day, and the row that reports a measure of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.core.measures import Measure, Parameters, weakest_provenance
from takedown.creation.concentration import daily_counts
from takedown.statistics.estimate import Estimate

CONTROL = "control"


@dataclass(frozen=True)
class CreationRows:
    """Accounts of a population: arrays of one length, one entry for each creation day, archive and provenance."""

    days: np.ndarray
    archives: np.ndarray
    accounts: np.ndarray
    provenance: np.ndarray

    def until(self, last_day: np.datetime64) -> "CreationRows":
        """Return the rows up to a day, that day included."""
        kept = self.days <= last_day
        return CreationRows(self.days[kept], self.archives[kept], self.accounts[kept], self.provenance[kept])

    def calendar(self) -> tuple[np.datetime64, np.ndarray]:
        """Return the first day and one count for every day to the last."""
        return daily_counts(self.days, self.accounts)


def measure_row(
    measure: str,
    subject: str,
    estimate: Estimate,
    unit: str,
    method: str,
    provenance: np.ndarray,
    *,
    rule: str,
    n: int | None = None,
    parameters: Parameters | None = None,
) -> Measure:
    """Return the row of a measure of creation; `provenance` has one entry for each row of accounts behind it."""
    counted = estimate if n is None else replace(estimate, n=n)
    return counted.as_measure(
        f"creation.{measure}",
        subject,
        unit=unit,
        method=method,
        provenance=weakest_provenance(np.unique(provenance).tolist()),
        rule=rule,
        family="" if estimate.p_value is None else "creation bursts",
        parameters=parameters,
    )


def read_populations(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, Iterable[str]], last_day: np.datetime64
) -> dict[str, CreationRows]:
    """Return the accounts of each population, a union of archives; without those that have none until `last_day`."""
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
