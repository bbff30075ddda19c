"""The claims ledger: what press reports and studies claimed, and the verdict that the data allow."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jsonschema import Draft202012Validator

from takedown.errors import InputError
from takedown.measures import format_number, weakest_provenance
from takedown.tables import write_csv

RESOURCES = Path(__file__).resolve().parent.parent / "workflow"
SCHEMA = RESOURCES / "schemas" / "claims.schema.yaml"
NOT_TESTABLE = "not testable with this archive"
COLUMNS = (
    "id",
    "claim",
    "quotation",
    "document",
    "answered_by",
    "observed",
    "low",
    "high",
    "unit",
    "expected",
    "verdict",
    "demonstration",
    "reason",
    "would_settle",
    "provenance",
)


@dataclass(frozen=True)
class Answer:
    """One number that answers a claim, with the ends of its interval, its unit and its provenance."""

    value: float | int
    low: float | int | None
    high: float | int | None
    unit: str
    provenance: str


def load_claims(path: str | Path, schema: str | Path = SCHEMA) -> dict[str, Any]:
    """Read the ledger and check it against its schema.

    Raises InputError, with all mistakes in one sentence, for a key that does not exist, a value of the
    wrong type, an id given twice, or a document or list of terms that the ledger does not hold.
    """
    try:
        ledger = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 1}" if where else ""
        raise InputError(f"{Path(path).name} is not valid YAML{line}; correct it there.") from None
    rules = yaml.safe_load(Path(schema).read_text(encoding="utf-8"))
    errors = sorted(
        Draft202012Validator(rules).iter_errors(ledger), key=lambda error: list(map(str, error.path))
    )
    mistakes = [f"{'.'.join(map(str, error.path)) or '(top)'}: {error.message}" for error in errors]
    mistakes = mistakes or _find_dangling_names(ledger)
    if mistakes:
        raise InputError(f"{Path(path).name} does not follow {Path(schema).name}: {'; '.join(mistakes)}.")
    return ledger


def _find_dangling_names(ledger: dict[str, Any]) -> list[str]:
    mistakes = []
    ids = [claim["id"] for claim in ledger["claims"]]
    mistakes += [
        f"{name}: is the id of more than one claim" for name in sorted({i for i in ids if ids.count(i) > 1})
    ]
    for claim in ledger["claims"]:
        for quotation in claim["quotations"]:
            if quotation["document"] not in ledger["documents"]:
                mistakes.append(f"{claim['id']}: no document {quotation['document']}")
        for check in claim.get("checks", []):
            unknown = set(check.get("terms", {}).values()) - set(ledger["terms"])
            mistakes += [f"{claim['id']}: no list of terms {name}" for name in sorted(unknown)]
    return mistakes


def judge_claims(
    connection: duckdb.DuckDBPyConnection, ledger: dict[str, Any], sql_folder: str | Path
) -> list[dict[str, Any]]:
    """Answer every claim of the ledger; return one row for each, in the ledger's order, with `COLUMNS`
    (None where a column has nothing to say).

    `connection` holds the tables of workflow/sql/schema.sql. A verdict other than "not testable with
    this archive" is given only where every number that answers the claim is of a release or of a
    published aggregate. What a replica answers is no observation: it stands in `demonstration` alone.

    Raises InputError for a query that is missing or does not return the columns of an answer.
    """
    return [_judge(connection, claim, ledger, Path(sql_folder)) for claim in ledger["claims"]]


def _judge(
    connection: duckdb.DuckDBPyConnection, claim: dict[str, Any], ledger: dict[str, Any], sql_folder: Path
) -> dict[str, Any]:
    checks = claim.get("checks", [])
    answers = [_answer(connection, check, ledger["terms"], sql_folder) for check in checks]
    row = {
        "id": claim["id"],
        "claim": claim["claim"],
        "quotation": " | ".join(
            _quote(quotation) for quotation in claim["quotations"] if "text" in quotation
        ),
        "document": " | ".join(quotation["document"] for quotation in claim["quotations"]),
        "answered_by": " | ".join(_name(check) for check in checks),
        "expected": " | ".join(_expectation(check) for check in checks if "comparison" in check),
        "verdict": NOT_TESTABLE,
        "reason": claim["not_testable"],
        "would_settle": claim["would_settle"],
    }
    known = [answer for answer in answers if answer is not None]
    if known and len(known) == len(answers):
        first = known[0]
        row["provenance"] = weakest_provenance(answer.provenance for answer in known)
        if row["provenance"] == "replica":
            row["demonstration"] = (
                f"Simulated records give {_short(first.value)} ({first.unit}); "
                "this shows that the query runs and says nothing about the real operation."
            )
        else:
            row |= {
                "observed": first.value,
                "low": first.low,
                "high": first.high,
                "unit": first.unit,
            }
            if "met" in claim:
                met = all(_holds(check, answer) for check, answer in zip(checks, known, strict=True))
                finding = claim["met" if met else "not_met"]
                row["verdict"] = finding["verdict"]
                row["reason"] = finding["reason"].format(
                    observed=_short(first.value), expected=format_number(checks[0].get("expected"))
                )
    row["reason"] = f"{row['reason']} {claim['limits']}"
    return {column: row.get(column) for column in COLUMNS}


def _short(value: float | int) -> str:
    # Words of a sentence: the number itself stands in the column `observed`.
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _quote(quotation: dict[str, str]) -> str:
    translation = quotation.get("translation")
    return quotation["text"] + (f" [{translation}]" if translation else "")


def _name(check: dict[str, Any]) -> str:
    if "measure" in check:
        return f"{check['measure']} ({check['subject']})"
    return f"workflow/sql/claims/{check['query']}"


def _expectation(check: dict[str, Any]) -> str:
    number = format_number(check["expected"])
    if check["comparison"] == "covers":
        return f"interval holds {number}"
    field = {"value": "", "low": "lower end ", "high": "upper end "}[check.get("field", "value")]
    return f"{field}{check['comparison'].replace('_', ' ')} {number}"


def _answer(
    connection: duckdb.DuckDBPyConnection,
    check: dict[str, Any],
    terms: dict[str, list[str]],
    sql_folder: Path,
) -> Answer | None:
    if "measure" in check:
        found = connection.execute(
            "SELECT value, low, high, unit, provenance FROM measure WHERE measure = ? AND subject = ?",
            [check["measure"], check["subject"]],
        ).fetchall()
    else:
        path = sql_folder / check["query"]
        if not path.is_file():
            raise InputError(
                f"The ledger asks for the query {path.name}, which is not in {sql_folder}; add it there."
            )
        parameters = {name: terms[key] for name, key in check.get("terms", {}).items()}
        result = connection.execute(path.read_text(encoding="utf-8"), parameters)
        columns = [column[0] for column in result.description]
        if columns != ["value", "low", "high", "unit", "provenance"]:
            raise InputError(
                f"The query {path.name} returns {columns}; make it return value, low, high, unit, provenance."
            )
        found = result.fetchall()
        if len(found) > 1:
            raise InputError(
                f"The query {path.name} returns {len(found)} rows; it has to return one, or none."
            )
    if not found or _number(found[0][0]) is None:
        return None
    value, low, high, unit, provenance = found[0]
    return Answer(_number(value), _number(low), _number(high), unit, provenance)


def _number(value: Any) -> float | int | None:
    if value is None or math.isnan(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _holds(check: dict[str, Any], answer: Answer) -> bool:
    comparison = check.get("comparison")
    if comparison is None:
        return True
    expected = check["expected"]
    if comparison == "covers":
        return answer.low is not None and answer.high is not None and answer.low <= expected <= answer.high
    number = getattr(answer, check.get("field", "value"))
    if number is None:
        return False
    if comparison == "equal":
        return math.isclose(number, expected, rel_tol=1e-9)
    return number >= expected if comparison == "at_least" else number > expected


def write_claims(rows: list[dict[str, Any]], path: str | Path) -> None:
    """Write the rows of `judge_claims` as CSV with `COLUMNS`, safe to open in a spreadsheet."""
    write_csv(path, COLUMNS, ([row[column] for column in COLUMNS] for row in rows))
