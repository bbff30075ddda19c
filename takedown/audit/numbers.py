"""What the page of each number says: the number, its method and errors, its records, and where it appears."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from takedown.audit.diagram import Curve, draw_curve
from takedown.audit.lineage import Rule, all_before, method_sources
from takedown.claims.ledger import Check
from takedown.core.digests import sha256_of
from takedown.robustness.measures import BURSTS, OFFICE_HOURS, Finding
from takedown.validation.calibration.study import Rate, hardest_null, methods_in_use

#: The numbers that are estimated under every combination of choices.
FINDINGS = (BURSTS, OFFICE_HOURS)

#: Folders of tracked files with numbers that rest on real records.
OF_OTHERS = tuple(f"workflow/resources/{folder}/" for folder in ("published", "reported", "deposited"))

#: A row of a published table, by column.
Row = Mapping[str, str]


@dataclass(frozen=True)
class Study:
    """The results of a study that pages are made of: rows of its tables, its rules, ledger and error rates.

    `tables` are rows by the name of the file in results/tables, `root` is the repository's folder, `files_read` are name and SHA-256 of
    the released files that the run read, by archive, and `captions` those of results/figures/*.json. `in_paper` has the text, page and section of each place of a number, by its id.
    """

    root: Path
    measures: Sequence[Row]
    parameters: Sequence[Row]
    claims: Sequence[Row]
    checks: Sequence[Row]
    tables: Mapping[str, Sequence[Row]]
    rules: Mapping[str, Rule]
    ledger: Mapping[str, Any]
    registry: Mapping[str, Mapping[str, Any]]
    rates: Sequence[Rate]
    calibrated: Sequence[Row]
    published: frozenset[str]
    captions: Mapping[str, Mapping[str, Any]]
    files_read: Mapping[str, Sequence[Sequence[str]]]
    in_paper: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Number:
    """One number with all that its page shows; `row` is its row of results/measures.csv.

    `data` and `lists` are path and SHA-256 of the tracked files that its rules read: numbers of others, and all else.
    """

    row: Row
    parameters: list[Row]
    errors: list[tuple[str, str, bool]]
    archives: list[Row]
    rule: Rule
    queries: list[str]
    before: list[Rule]
    data: list[tuple[str, str]]
    lists: list[tuple[str, str]]
    tables: list[str]
    figures: list[str]
    claims: list[Row]
    reproduced: list[Row]
    curve: Curve | None
    curve_table: str
    sources: list[tuple[str, str]]
    places: Sequence[Mapping[str, Any]]


def describe_numbers(study: Study) -> list[Number]:
    """Return the numbers of a study, in the order of results/measures.csv."""
    archives = {row["archive_id"]: row for row in study.tables["archives"]}
    used = methods_in_use(study.rates)
    calibrated = _calibrated_in_claims(study.ledger)
    digest = cache(lambda path: sha256_of(study.root / path))
    numbers = []
    for row in study.measures:
        rule = study.rules[row["rule"]]
        before = all_before(study.rules, rule.name)
        tracked = sorted({path for each in (*before, rule) for path in each.resources})
        measured = (row["measure"], row["subject"])
        methods = dict.fromkeys(
            [
                *calibrated.get(measured, ()),
                *(
                    each["method"]
                    for each in study.calibrated
                    if fnmatchcase(row["measure"], each["measure"])
                ),
            ]
        )
        named = set(re.findall(r"workflow/sql/[\w/-]+\.sql", row["method"]))
        finding = next((each for each in FINDINGS if _is_in_curve(row, each)), None)
        table = f"specifications_{finding.name}" if finding else ""
        numbers.append(
            Number(
                row=row,
                parameters=[
                    each for each in study.parameters if (each["measure"], each["subject"]) == measured
                ],
                errors=[(method, hardest_null(method, study.rates), method in used) for method in methods],
                archives=[_archive(name, archives, study) for name in row["archives"].split("+") if name],
                rule=rule,
                # A rule that answers many questions names the query of each number in its method.
                queries=[path for path in rule.queries if not named or path in named],
                before=before,
                data=[(path, digest(path)) for path in tracked if path.startswith(OF_OTHERS)],
                lists=[(path, digest(path)) for path in tracked if not path.startswith(OF_OTHERS)],
                tables=[path for path in rule.outputs if path in study.published],
                figures=_figures_of(rule, study),
                claims=[claim for claim in study.claims if _answers(claim, *measured, named)],
                reproduced=_reproduced(named, study),
                curve=_curve_of(finding, row["subject"], study.tables.get(table, [])) if finding else None,
                curve_table=table,
                sources=method_sources(rule, study.root),
                places=study.in_paper.get(row["id"], ()),
            )
        )
    return numbers


def _archive(name: str, archives: Mapping[str, Row], study: Study) -> Row:
    """Return the row of an archive; one that this study does not read, behind a deposited number, has no provenance."""
    return archives.get(name) or {"archive_id": name, "name": study.registry[name]["name"], "provenance": ""}


def _is_in_curve(row: Row, finding: Finding) -> bool:
    """Return whether a number is the finding itself or a summary of its specifications."""
    summary = f"specification.{finding.measure}"
    is_finding = row["subject"] == finding.subject and f"({row['measure']})" in finding.estimate
    return is_finding or row["measure"] in (summary, f"{summary}_clear")


def _curve_of(finding: Finding, subject: str, rows: Sequence[Row]) -> Curve | None:
    # The curve of office hours has a part for each language of the series.
    return draw_curve(
        [row for row in rows if row.get("language", subject) == subject or finding is not OFFICE_HOURS],
        finding.no_effect,
    )


def _calibrated_in_claims(ledger: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    """Return the methods that the claims ledger names for a measure of a subject."""
    found: dict[tuple[str, str], list[str]] = {}
    for claim in ledger["claims"]:
        checks: list[Check] = claim["checks"]
        for check in checks:
            if check.measure and check.subject:
                found.setdefault((check.measure, check.subject), []).extend(check.calibrated_by)
    return found


def _answers(claim: Row, measure: str, subject: str, queries: Iterable[str]) -> bool:
    return bool({f"{measure} ({subject})", *queries} & set(claim["answered_by"].split(" | ")))


def _figures_of(rule: Rule, study: Study) -> list[str]:
    """Return the names of figures that are drawn from the outputs of a rule."""
    made = set(rule.outputs)
    return sorted(
        Path(path).stem
        for other in study.rules.values()
        if made & set(other.inputs)
        for path in other.outputs
        if path in study.published and path.endswith(".svg")
    )


def _reproduced(queries: Iterable[str], study: Study) -> list[Row]:
    """Return the reported numbers that the queries of a claim read, beside what the study counts."""
    asked = [
        call
        for query in sorted(queries)
        for call in re.findall(
            r"published_number\('([^']*)', '([^']*)', '([^']*)'\)",
            (study.root / query).read_text(encoding="utf-8"),
        )
    ]
    if not asked:
        return []
    return [
        row
        for row in study.tables["reproduced_numbers"]
        if any(
            fnmatchcase(row["archive_id"], archives)
            and fnmatchcase(row["measure"], measure)
            and row["source"] == source
            for archives, measure, source in asked
        )
    ]
