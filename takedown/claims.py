"""The claims ledger: what press reports and studies claimed, and the verdict that the data allow."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml
from jsonschema import Draft202012Validator

from takedown.core.errors import InputError
from takedown.core.measures import weakest_provenance
from takedown.core.paths import SCHEMAS
from takedown.core.tables import format_number, write_csv
from takedown.validation.calibration.study import Rate, error_of, methods_in_use

SCHEMA = SCHEMAS / "claims.schema.yaml"
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
#: What simulated records answer, beside `COLUMNS`: a value and its unit, which the column `demonstration` says in words.
DEMONSTRATED = ("demonstrated", "demonstrated_unit")


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
    wrong type, an id given twice, or a document that the ledger does not hold.
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
    return mistakes


def judge_claims(
    connection: duckdb.DuckDBPyConnection,
    ledger: dict[str, Any],
    sql_folder: str | Path,
    rates: Iterable[Rate],
    others: Mapping[str, list[str]] | None = None,
) -> list[dict[str, Any]]:
    """Answer every claim of the ledger; return one row for each, in the ledger's order.

    A row has the columns of `COLUMNS`, None where a column has nothing to say. `connection` holds the tables of workflow/sql/core/schema.sql, `rates` are those of the calibration table. A
    verdict other than "not testable with this archive" is given only where every number that answers the claim is
    of a release or of a published aggregate, by a method that may be used, and where no interval holds the bar that
    its end is compared with. What a replica answers is no observation: it stands in `demonstration` alone.
    `others` are the populations of the study that the ledger is not about, with their archives
    (`takedown.core.registry.other_populations`): what was measured on them answers nothing.

    Raises InputError for a query that is missing or does not return the columns of an answer.
    """
    rates = list(rates)
    others = others or {}
    return [_judge(connection, claim, Path(sql_folder), rates, others) for claim in ledger["claims"]]


def _judge(
    connection: duckdb.DuckDBPyConnection,
    claim: dict[str, Any],
    sql_folder: Path,
    rates: list[Rate],
    others: Mapping[str, list[str]],
) -> dict[str, Any]:
    checks = claim.get("checks", [])
    asked = [name for check in checks if (name := _population(check)) is not None and name in others]
    answers = [] if asked else [_answer(connection, check, sql_folder) for check in checks]
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
    if known and answers[0] is not None:
        first = answers[0]
        row["provenance"] = weakest_provenance(answer.provenance for answer in known)
        if row["provenance"] == "replica":
            row |= dict(zip(DEMONSTRATED, (first.value, first.unit), strict=True))
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
            if "met" in claim and len(known) == len(answers):
                row |= _find(claim, known, rates)
    limits = claim["limits"]
    if checks and "control" in others:
        limits = f"The ledger was written for another control; that of this study: {', '.join(others['control']) or 'none'}."
    row["reason"] = f"{row['reason']} {limits}"
    if asked:
        row["reason"] = (
            f"The claim is about other archives than the {asked[0].replace('_', ' ')} of this study, which is "
            f"{', '.join(others[asked[0]])}."
        )
    return {column: row.get(column) for column in (*COLUMNS, *DEMONSTRATED)}


def _find(claim: dict[str, Any], answers: list[Answer], rates: list[Rate]) -> dict[str, str]:
    """Return verdict and reason of a claim whose checks all have a real answer."""
    checks = list(zip(claim["checks"], answers, strict=True))
    unusable = [
        why_unusable(check["calibrated_by"], rates) for check, _ in checks if "calibrated_by" in check
    ]
    if any(unusable):
        return {"reason": next(filter(None, unusable))}
    failed = [(check, answer) for check, answer in checks if not _holds(check, answer)]
    if failed and all(_is_open(check, answer) for check, answer in failed):
        check, answer = failed[0]
        if answer.low is None or answer.high is None:
            return {"reason": f"The data do not decide: {_name(check)} has no interval."}
        ends = f"{_short(answer.low)} to {_short(answer.high)}"
        return {
            "reason": f"The data do not decide: the interval of {_name(check)}, {ends}, holds the bar of "
            f"{format_number(check['expected'])}."
        }
    finding = claim["not_met" if failed else "met"]
    words = {
        "observed": _short(answers[0].value),
        "expected": format_number(claim["checks"][0].get("expected")),
    }
    return {"verdict": finding["verdict"], "reason": finding["reason"].format(**words)}


def _population(check: dict[str, Any]) -> str | None:
    """Return the population that a measure is of; None for a query, which names its archives itself."""
    if "query" in check:
        return None
    subject = check["subject"].split(" ")[0]
    return subject if subject in ("operation", "control") else "posting_series"


def why_unusable(method: str, rates: Iterable[Rate]) -> str | None:
    """Return the sentence why a method may not support a claim, None where it may.

    A method may if it is in the calibration table and no error of it is above the largest allowed; the error that the
    sentence names is the one furthest above what is promised.
    """
    own = [rate for rate in rates if rate.method == method]
    if not own:
        return f"Not judged: the method {method} was never calibrated."
    if method in methods_in_use(own):
        return None
    errors = [
        (error / promised, error, promised)
        for rate in own
        if (error := error_of(rate.quantity, rate.nominal, rate.rate)) is not None
        and rate.nominal is not None
        and (promised := error_of(rate.quantity, rate.nominal, rate.nominal))
    ]
    if not errors:
        return f"Not judged: the method {method} is not one that the study reports with."
    _, error, promised = max(errors)
    return (
        f"Not judged: the method {method} errs in {100 * error:.1f} % of simulations, of {100 * promised:g} % that it "
        "promises."
    )


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
        result = connection.execute(path.read_text(encoding="utf-8"))
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
    if not found:
        return None
    value, low, high, unit, provenance = found[0]
    number = _number(value)
    return None if number is None else Answer(number, _number(low), _number(high), unit, provenance)


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


def _is_open(check: dict[str, Any], answer: Answer) -> bool:
    """Return whether an interval's end was compared with a bar that lies inside the interval, or there is no interval."""
    if check.get("comparison") == "covers":
        return None in (answer.low, answer.high)
    if check.get("field", "value") == "value":
        return False
    return None in (answer.low, answer.high) or answer.low <= check["expected"] <= answer.high


def write_claims(rows: list[dict[str, Any]], path: str | Path) -> None:
    """Write the rows of `judge_claims` as CSV with `COLUMNS`, safe to open in a spreadsheet."""
    write_csv(path, COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def write_demonstrated(rows: list[dict[str, Any]], path: str | Path) -> None:
    """Write as CSV what simulated records answer: id of the claim, value, unit; only claims that they answer have a row."""
    answered = (row for row in rows if row["demonstrated"] is not None)
    write_csv(
        path, ("id", "value", "unit"), ([row[name] for name in ("id", *DEMONSTRATED)] for row in answered)
    )
