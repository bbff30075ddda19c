"""The numbers that answer the claims: measures of the study, and queries of workflow/sql/claims."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from takedown.claims.ledger import Check
from takedown.core.errors import InputError
from takedown.core.measures import Measure

#: Columns of a query in workflow/sql/claims; `source` says who reported a number that this study did not compute.
ANSWER_COLUMNS = ["value", "low", "high", "unit", "provenance", "source"]

#: Between the sources of a number that rests on several.
SOURCES = " and "

#: What measures are called that a query of workflow/sql/claims gives, and the rule that writes them.
PREFIX, RULE = "claim.", "measure_claims"


@dataclass(frozen=True)
class Answer:
    """One number that answers a claim.

    `value`, `low` and `high` are in `unit`, `low` and `high` None where its interval has no such end. `source` is who
    reported the number, None for a number of this study.
    """

    value: float | int
    low: float | int | None
    high: float | int | None
    unit: str
    provenance: str
    source: str | None = None

    @property
    def is_real(self) -> bool:
        """Whether no simulated record is behind the number."""
        return self.provenance != "replica"

    @property
    def sources(self) -> list[str]:
        """Keys of those who reported the number, none for a number of this study."""
        return self.source.split(SOURCES) if self.source else []


def find_answer(connection: duckdb.DuckDBPyConnection, check: Check, sql_folder: str | Path) -> Answer | None:
    """Return the number of a check, None where there is none.

    `connection` holds the tables of workflow/sql/core/schema.sql. Raises InputError for a query that is missing, does not return
    the columns of an answer, or returns several rows.
    """
    if check.query is None:
        found = connection.execute(
            "SELECT value, low, high, unit, provenance, NULL FROM measure WHERE measure = ? AND subject = ?",
            [check.measure, check.subject],
        ).fetchall()
    else:
        found = _ask(connection, Path(sql_folder) / check.query)
    if not found or (value := _number(found[0][0])) is None:
        return None
    _, low, high, unit, provenance, source = found[0]
    return Answer(value, _number(low), _number(high), unit, provenance, source)


def answer_measures(
    connection: duckdb.DuckDBPyConnection,
    ledger: Mapping[str, Any],
    sql_folder: str | Path,
    others: Collection[str] = (),
) -> list[Measure]:
    """Return the numbers that queries give for the claims, as measures; each query once.

    Arguments as in `takedown.claims.judge.judge_claims`. A query about one of the populations `others` is not asked.
    """
    checks = {check.query: check for claim in ledger["claims"] for check in claim["checks"] if check.query}
    measures = []
    for query, check in sorted(checks.items()):
        answer = None if population_of(check) in others else find_answer(connection, check, sql_folder)
        if answer is not None:
            made = f"as reported by {SOURCES.join(answer.sources)}" if answer.sources else "as counted"
            measures.append(
                Measure(
                    measure_of(query),
                    check.subject or "",
                    answer.value,
                    answer.low,
                    answer.high,
                    None,
                    None,
                    answer.unit,
                    f"{made} (workflow/sql/claims/{query})",
                    answer.provenance,
                    RULE,
                )
            )
    return measures


def measure_of(query: str) -> str:
    """Return the name of the measure that a query of workflow/sql/claims gives.

    >>> measure_of("wider-network.sql")
    'claim.wider_network'
    """
    return PREFIX + query.removesuffix(".sql").replace("-", "_")


def population_of(check: Check) -> str | None:
    """Return the population that a check is about: operation, control, posting_series, or another of the ledger's own.

    Measures of the atlas have none, since they are about campaigns whichever of them the study takes in.
    """
    if check.subject is None or (check.measure is not None and check.measure.startswith("atlas.")):
        return None
    subject = check.subject.split(" ")[0]
    # The subjects of measures are populations, or languages of the posting series.
    return subject if check.query or subject in ("operation", "control") else "posting_series"


def _ask(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple]:
    if not path.is_file():
        raise InputError(
            f"The ledger asks for the query {path.name}, which is not in {path.parent}; add it there."
        )
    result = connection.execute(path.read_text(encoding="utf-8"))
    columns = [column[0] for column in result.description]
    if columns != ANSWER_COLUMNS:
        raise InputError(
            f"The query {path.name} returns {columns}; make it return {', '.join(ANSWER_COLUMNS)}."
        )
    found = result.fetchall()
    if len(found) > 1:
        raise InputError(f"The query {path.name} returns {len(found)} rows; it has to return one, or none.")
    return found


def _number(value: Any) -> float | int | None:
    if value is None or math.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)
