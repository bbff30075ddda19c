"""The verdict that the data allow on each claim of the ledger."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from takedown.claims.answers import Answer, find_answer, population_of
from takedown.claims.ledger import Check, bars_digest
from takedown.core.measures import weakest_provenance
from takedown.core.tables import write_csv
from takedown.validation.calibration.study import LIMIT, Rate, error_of, methods_in_use

#: The five verdicts, from the ones that the data decide to the ones that no data here can decide.
CONSISTENT = "consistent"
CONTRADICTED = "contradicted"
UNDECIDED = "undecided"
NEEDS_RECORDS = "needs records"
BEYOND = "beyond an archive"
VERDICTS = (CONSISTENT, CONTRADICTED, UNDECIDED, NEEDS_RECORDS, BEYOND)

COLUMNS = (
    *("id", "claim", "quotation", "document", "answered_by", "observed", "low", "high", "unit"),
    *("expected", "verdict", "demonstration", "reason", "would_settle", "provenance", "bars_sha256"),
)

#: The answer of simulated records, beside `COLUMNS`: a value and its unit, which the column `demonstration` says in words.
DEMONSTRATED = ("demonstrated", "demonstrated_unit")


def judge_claims(
    connection: duckdb.DuckDBPyConnection,
    ledger: Mapping[str, Any],
    sql_folder: str | Path,
    rates: Iterable[Rate],
    others: Mapping[str, list[str]] | None = None,
) -> list[dict[str, Any]]:
    """Answer every claim of the ledger; return one row for each, in the ledger's order.

    `connection` holds the tables of workflow/sql/core/schema.sql, `rates` are those of the calibration table.

    A row has `COLUMNS` and `DEMONSTRATED`, None where a column has nothing to say.

    - A claim is consistent if every number passes its bar, and contradicted if one fails it by its whole interval.
    - It is undecided if an interval holds a bar, if a method errs too often in simulations, or if a failed bar is no
      evidence against the claim.
    - It needs records if a number is missing or simulated and no other fails its bar. A simulated number is no observation: it stands in
      `demonstration` alone, where the first number is simulated. `provenance` is that of the numbers observed.
    - It is beyond an archive if the ledger says that no archive can decide it.

    `others` are the populations of the study that the ledger is not about, with their archives
    (`takedown.core.registry.other_populations`): their numbers answer nothing.

    Raises InputError for a query that is missing or does not return the columns of an answer.
    """
    rates = list(rates)
    digest = bars_digest(ledger)
    rows = [
        _judge(connection, claim, ledger["documents"], Path(sql_folder), rates, others or {})
        for claim in ledger["claims"]
    ]
    columns = (*COLUMNS, *DEMONSTRATED)
    return [{column: (row | {"bars_sha256": digest}).get(column) for column in columns} for row in rows]


def _judge(
    connection: duckdb.DuckDBPyConnection,
    claim: Mapping[str, Any],
    documents: Mapping[str, Any],
    sql_folder: Path,
    rates: list[Rate],
    others: Mapping[str, list[str]],
) -> dict[str, Any]:
    checks: list[Check] = claim["checks"]
    asked = [name for check in checks if (name := population_of(check)) is not None and name in others]
    answers = [] if asked else [find_answer(connection, check, sql_folder) for check in checks]
    row: dict[str, Any] = {
        "id": claim["id"],
        "claim": claim["claim"],
        "quotation": " | ".join(_quote(quoted) for quoted in claim["quotations"] if "text" in quoted),
        "document": " | ".join(quoted["document"] for quoted in claim["quotations"]),
        "answered_by": " | ".join(check.name for check in checks),
        "expected": " | ".join(check.bar for check in checks if check.bar),
        "would_settle": claim["would_settle"],
    }
    if "beyond_an_archive" in claim:
        row |= {"verdict": BEYOND, "reason": claim["beyond_an_archive"]}
    else:
        row |= {"verdict": NEEDS_RECORDS, "reason": claim["needs_records"]}
    if asked:
        about = asked[0].replace("_", " ")
        return row | {
            "verdict": BEYOND if "beyond_an_archive" in claim else NEEDS_RECORDS,
            "reason": f"The claim is about other archives than the {about} of this study, which is {', '.join(others[asked[0]])}.",
        }
    first = answers[0] if answers else None
    if first is not None and first.is_real:
        # A simulated number beside a real one is no answer.
        pairs = zip(checks, answers, strict=True)
        of_known = [check for check, answer in pairs if answer is not None and answer.is_real]
        known = [answer for answer in answers if answer is not None and answer.is_real]
        row["provenance"] = weakest_provenance(answer.provenance for answer in known)
        row |= {"observed": first.value, "low": first.low, "high": first.high, "unit": first.unit}
        # One number that fails its bar decides, whatever the missing ones may be.
        fails = any(
            check.outcome(answer.value, answer.low, answer.high) is False
            for check, answer in zip(of_known, known, strict=True)
        )
        if "consistent" in claim and (len(known) == len(answers) or fails):
            row |= _decide(claim, of_known, known, rates)
        if sources := sorted({source for answer in known for source in answer.sources}):
            told = " and by ".join(_reporter(source, documents) for source in sources)
            row["reason"] += f" The number was reported by {told}; this study did not compute it."
    elif first is not None:
        row |= dict(zip(DEMONSTRATED, (first.value, first.unit), strict=True))
        row["demonstration"] = (
            f"Simulated records give {_short(first.value)} ({first.unit}); "
            "this shows that the query runs and says nothing about the real operation."
        )
    limits = [claim["limits"]]
    if checks and "control" in others:
        named = ", ".join(others["control"]) or "none"
        limits = [f"The ledger was written for another control; the control of this study is {named}."]
    unread = [
        documents[quoted["document"]]["title"]
        for quoted in claim["quotations"]
        if not documents[quoted["document"]]["read_in_full"]
    ]
    if unread:
        limits.append(
            f"The authors of this ledger could not read all of {' and of '.join(dict.fromkeys(unread))}."
        )
    return row | {"reason": " ".join([row["reason"], *limits])}


def _decide(
    claim: Mapping[str, Any], checks: list[Check], answers: list[Answer], rates: list[Rate]
) -> dict[str, str]:
    """Return verdict and reason of a claim from its checks that have a real answer: all of them, or one that fails its bar."""
    unusable = [why_unusable(method, rates) for check in checks for method in check.calibrated_by]
    if any(unusable):
        return {"verdict": UNDECIDED, "reason": next(filter(None, unusable))}
    outcomes = [
        check.outcome(answer.value, answer.low, answer.high)
        for check, answer in zip(checks, answers, strict=True)
    ]
    words = {
        "observed": _short(answers[0].value),
        "expected": " and ".join(map(_short, checks[0].expected)),
    }
    if all(outcomes):
        return {"verdict": CONSISTENT, "reason": claim["consistent"].format(**words)}
    if False in outcomes:
        if "contradicted" in claim:
            return {"verdict": CONTRADICTED, "reason": claim["contradicted"].format(**words)}
        return {"verdict": UNDECIDED, "reason": claim["one_sided"].format(**words)}
    place = outcomes.index(None)
    check, answer = checks[place], answers[place]
    if answer.low is None and answer.high is None:
        why = f"{check.name} has no interval"
    else:
        ends = [_short(end) if end is not None else "an unknown end" for end in (answer.low, answer.high)]
        bar = " and ".join(map(_short, check.expected))
        why = f"the interval of {check.name}, {ends[0]} to {ends[1]}, does not lie on one side of the bar, {bar}"
    return {"verdict": UNDECIDED, "reason": f"The data do not decide: {why}."}


def _reporter(source: str, documents: Mapping[str, Any]) -> str:
    return f"{documents[source]['outlet']} ({source})" if source in documents else source


def why_unusable(method: str, rates: Iterable[Rate]) -> str | None:
    """Return the sentence why a method may not support a claim, None where it may.

    A method may if it is in the calibration table and none of its errors is above the largest allowed; the sentence
    names the error that is furthest above its nominal rate.
    """
    own = [rate for rate in rates if rate.method == method]
    if not own:
        return f"Not judged: the method {method} was never calibrated."
    if method in methods_in_use(own):
        return None
    worst = worst_error(method, own)
    if worst is None:
        return f"Not judged: the study reports no result by the method {method}."
    error, promised = worst
    return (
        f"Not judged: the method {method} errs in {100 * error:.1f} % of simulations, at a nominal rate of "
        f"{100 * promised:g} %."
    )


def worst_error(method: str, rates: Iterable[Rate]) -> tuple[float, float] | None:
    """Return the error of a method that is furthest above its nominal rate, and that rate; None for one without errors."""
    errors = [
        (error / promised, error, promised)
        for rate in rates
        if rate.method == method
        and rate.role != LIMIT
        and (error := error_of(rate.quantity, rate.rate)) is not None
        and rate.nominal is not None
        and (promised := error_of(rate.quantity, rate.nominal))
    ]
    return max(errors)[1:] if errors else None


def _short(value: float | int) -> str:
    # Words of a sentence: the number itself stands in the column `observed`.
    return f"{value:.3g}" if isinstance(value, float) and not value.is_integer() else f"{value:.0f}"


def _quote(quotation: Mapping[str, str]) -> str:
    translation = quotation.get("translation")
    return quotation["text"] + (f" [{translation}]" if translation else "")


def write_claims(rows: list[dict[str, Any]], path: str | Path) -> None:
    """Write the rows of `judge_claims` as CSV with `COLUMNS`, safe to open in a spreadsheet."""
    write_csv(path, COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def write_demonstrated(rows: list[dict[str, Any]], path: str | Path) -> None:
    """Write as CSV the answers of simulated records: id of the claim, value, unit; only claims that they answer have a row."""
    answered = (row for row in rows if row["demonstrated"] is not None)
    write_csv(
        path, ("id", "value", "unit"), ([row[name] for name in ("id", *DEMONSTRATED)] for row in answered)
    )
