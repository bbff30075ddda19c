"""The sentences on results: which a study may print, decided by its measures, their intervals and the error of methods.

paper/sentences.yaml holds the sentences, this module chooses among them, and paper/numbers.typ prints their numbers.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from takedown.claims.judge import why_unusable, worst_error
from takedown.claims.ledger import VALUE, read_check
from takedown.core.config_file import LOADER
from takedown.core.errors import InputError
from takedown.core.measures import weakest_provenance
from takedown.core.paths import SCHEMAS
from takedown.paper.facts import Part, in_words, listed
from takedown.paper.printed_tables import Row, missing, read_printed
from takedown.validation.calibration.study import Rate

SCHEMA = SCHEMAS / "sentences.schema.yaml"
#: `{measure}`, `{measure/subject}`, `{measure:field or setting}`, or `{@fact}`.
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
#: `[[…]]`: words that are left out where one of their numbers is missing.
OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
NUMBER = re.compile(r"(?P<measure>[a-z_]+\.[a-z0-9_]+)(?:/(?P<subject>[a-z_]+))?(?::(?P<shown>[a-z_]+))?")
CONDITION = re.compile(r"(?P<number>\S+) (?P<comparison>above|below|equal) (?P<expected>[-0-9.]+)")
FIELDS = ("value", "low", "high", "n", "p_value", "p_adjusted")
SIMULATED = "replica"
#: Subject of what is said of all campaigns of the atlas together.
ALL_CAMPAIGNS = "campaigns"
PASSES, FAILS, OPEN = ("passes", "fails", "open")


@dataclass(frozen=True)
class Numbers:
    """What sentences may print of one study.

    `measures` and `parameters` are the rows of results/measures.csv and results/measure_parameters.csv, `facts` what else
    is printed (`takedown.paper.facts`), `rates` the calibration table.
    """

    measures: Mapping[tuple[str, str], Row]
    parameters: Mapping[tuple[str, str, str], Row]
    facts: Mapping[str, list[Part]] = field(default_factory=dict)
    rates: Iterable[Rate] = ()

    def setting(self, measure: str, subject: str, name: str) -> Row:
        """Return a setting of a measure's method; raise InputError if the table has none."""
        found = self.parameters.get((measure, subject, name))
        if found is None:
            raise missing("results/measure_parameters.csv", f"{name} of {measure} of {subject}")
        return found

    def of_campaign(self, campaign: str, facts: Mapping[str, list[Part]]) -> "Numbers":
        """Return the numbers of a deposit, as those of an operation whose posts are also the posting series."""
        names = {campaign: ("operation", "all"), ALL_CAMPAIGNS: (ALL_CAMPAIGNS,)}
        measures = {
            (measure, name): row
            for (measure, subject), row in self.measures.items()
            for name in names.get(subject, ())
        }
        parameters = {
            (measure, name, parameter): row
            for (measure, subject, parameter), row in self.parameters.items()
            for name in names.get(subject, ())
        }
        return Numbers(measures, parameters, facts, self.rates)


@dataclass(frozen=True)
class Sentence:
    """A sentence of the paper.

    `parts` are texts in Typst's markup, and mappings: the `row` of a measure and what is `shown` of it, the `setting`
    of a method, a `number` of a table, or a `text` as it stands. `provenance` is the weakest of its numbers, None for a sentence without any.
    """

    id: str
    section: str
    parts: list[str | Part]
    provenance: str | None
    paragraph: bool = False
    ending: str = ""


class _AbsentError(Exception):
    """A number that a sentence prints was not measured."""


def read_numbers(measures: str | Path, parameters: str | Path) -> Numbers:
    """Read the measures of a study and the settings of their methods; raise InputError for a missing column or value.

    Posts of an operation that is itself the posting series are measured once, as those of the operation. They are read as
    those of the series, too.
    """
    rows = read_printed(
        measures,
        "results/measures.csv",
        ("measure", "subject", "unit", "provenance", "id"),
        ("value", "low", "high", "p_value", "p_adjusted", "n"),
    )
    settings = read_printed(
        parameters, "results/measure_parameters.csv", ("measure", "subject", "parameter", "value", "unit")
    )
    has_series = any(row["measure"].startswith("posting.") and row["subject"] == "all" for row in rows)

    def names(row: Mapping[str, str]) -> tuple[str, ...]:
        is_series = not has_series and row["measure"].startswith("posting.") and row["subject"] == "operation"
        return ("operation", "all") if is_series else (row["subject"],)

    return Numbers(
        {(row["measure"], name): row for row in rows if row["value"] for name in names(row)},
        {(row["measure"], name, row["parameter"]): row for row in settings for name in names(row)},
    )


def strata_facts(numbers: Numbers) -> dict[str, list[Part]]:
    """Return, for each finding of the specifications, the share of them that is clear in each stratum, as facts."""
    strata: dict[str, dict[str, Part]] = {}
    for (measure, subject, name), setting in sorted(numbers.parameters.items()):
        if name.startswith("clear ") and (row := numbers.measures.get((measure, subject))):
            stratum = re.sub(" (kept|left out)$", r", largest month \1", name.removeprefix("clear "))
            share = {"setting": setting["value"], "unit": setting["unit"], "provenance": row["provenance"]}
            strata.setdefault(f"clear {measure}/{subject}", {})[stratum] = share
    return {
        name: listed(
            [[share, {"text": f" ({stratum})" if len(found) > 1 else ""}] for stratum, share in found.items()]
        )
        for name, found in strata.items()
    }


def load_sentences(path: str | Path, schema: str | Path = SCHEMA) -> list[dict[str, Any]]:
    """Read the sentences and check them against their schema; raise InputError, with all mistakes in one sentence."""
    sections = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=LOADER)
    rules = yaml.load(Path(schema).read_text(encoding="utf-8"), Loader=LOADER)
    mistakes = [
        f"{'.'.join(map(str, error.path))}: {error.message}"
        for error in sorted(Draft202012Validator(rules).iter_errors(sections), key=str)
    ]
    if mistakes:
        raise InputError(f"{Path(path).name} does not follow {Path(schema).name}: {'; '.join(mistakes)}.")
    return [entry | {"section": section} for section, entries in sections.items() for entry in entries]


def write_sentences(templates: Iterable[Mapping[str, Any]], numbers: Numbers) -> list[Sentence]:
    """Return the sentences that hold for the numbers of a study, in the order of `templates` (`load_sentences`).

    A sentence is left out where a number that it prints was not measured, and where one of its conditions does not hold. Of a sentence with checks,
    the ending is printed that the checks decide as those of the ledger do: `passes` if every number passes its bar, `fails`
    if one fails it by its whole interval, `open` if an interval holds a bar; no ending without an interval, and the reason
    where a method errs too often in simulations.

    Raises InputError for a field or a setting that a measure of the study does not have.
    """
    written = (_write(template, numbers) for template in templates)
    return [sentence for sentence in written if sentence is not None]


def _write(template: Mapping[str, Any], numbers: Numbers) -> Sentence | None:
    try:
        if not all(_holds(condition, numbers) for condition in template.get("when", ())):
            return None
        ending, last = _ending(template, numbers) if "checks" in template else ("", "")
        text = f"{template.get('says', '')} {last}".strip()
        parts, provenances = _fill(text, numbers)
        # What decides whether a sentence is printed is behind it too.
        deciding = [*template.get("when", ()), *(check["number"] for check in template.get("checks", ()))]
        provenances += [
            _row(*_named(text.split(" ")[0])[:2], numbers)["provenance"]
            for text in deciding
            if not text.startswith("no ")
        ]
    except _AbsentError:
        return None
    if not parts:
        return None
    provenance = weakest_provenance(provenances) if provenances else None
    return Sentence(
        template["id"], template["section"], parts, provenance, template.get("paragraph", False), ending
    )


def _fill(text: str, numbers: Numbers) -> tuple[list[str | Part], list[str]]:
    """Return the parts of a sentence and the provenance of each number; raise _AbsentError for a missing number."""
    needed = OPTIONAL.sub("", text)
    real = SIMULATED not in _insert(needed, numbers)[1]
    parts: list[str | Part] = []
    provenances: list[str] = []
    for place, piece in enumerate(OPTIONAL.split(text)):
        try:
            inserted, behind = _insert(piece, numbers)
        except _AbsentError:
            if place % 2:
                continue
            raise
        # Simulated numbers do not join a sentence on real ones.
        if place % 2 and real and SIMULATED in behind:
            continue
        parts += inserted
        provenances += behind
    return parts, provenances


def _insert(text: str, numbers: Numbers) -> tuple[list[str | Part], list[str]]:
    parts: list[str | Part] = []
    provenances: list[str] = []
    for place, piece in enumerate(PLACEHOLDER.split(text)):
        if place % 2 == 0:
            parts += [piece] if piece else []
        elif piece.startswith("@"):
            if piece[1:] not in numbers.facts:
                raise _AbsentError
            fact = numbers.facts[piece[1:]]
            parts += fact
            provenances += [part["provenance"] for part in fact if "provenance" in part]
        else:
            measure, subject, shown = _named(piece)
            row = _row(measure, subject, numbers)
            if shown in FIELDS and not row[shown]:
                raise missing("results/measures.csv", f"{shown} of {measure} of {subject}")
            part: dict[str, Any] = {"row": row, "shown": shown}
            if shown and shown not in FIELDS:
                setting = numbers.setting(measure, subject, shown)
                value = in_words(setting["value"]) if setting["unit"] == "date" else setting["value"]
                part = {"setting": value, "unit": setting["unit"]}
            parts.append(part)
            provenances.append(row["provenance"])
    return parts, provenances


def _named(text: str) -> tuple[str, str, str | None]:
    found = NUMBER.fullmatch(text)
    if found is None:
        raise InputError(
            f"sentences.yaml: {text!r} names no number; write measure, measure/subject or measure:field."
        )
    return found["measure"], found["subject"] or "operation", found["shown"]


def _row(measure: str, subject: str, numbers: Numbers) -> Row:
    row = numbers.measures.get((measure, subject))
    # A share whose interval is the whole range says nothing.
    if row is None or (row["unit"].startswith("share") and row["low"] == "0" and row["high"] == "1"):
        raise _AbsentError
    return row


def _holds(condition: str, numbers: Numbers) -> bool:
    """Return whether a condition holds: `no measure/subject`, or a number above, below or equal to another."""
    if condition.startswith("no "):
        return _named(condition[3:])[:2] not in numbers.measures
    found = CONDITION.fullmatch(condition)
    if found is None:
        raise InputError(
            f"sentences.yaml: {condition!r} is no condition; write no …, or … above, below or equal a number."
        )
    measure, subject, shown = _named(found["number"])
    check = read_check(
        {"comparison": found["comparison"], "expected": float(found["expected"]), "compares": VALUE}
    )
    value = _row(measure, subject, numbers)[shown or "value"]
    return bool(value) and bool(check.outcome(float(value), None, None))


def _unusable(method: str, rates: Iterable[Rate]) -> str:
    worst = worst_error(method, rates)
    if worst is None:
        return "This decides nothing, since the error of the method is not known."
    error, promised = worst
    return f"This decides nothing, since the method errs in {100 * error:.1f} % of simulations, at a nominal rate of {100 * promised:g} %."


def _ending(template: Mapping[str, Any], numbers: Numbers) -> tuple[str, str]:
    """Return which ending a sentence has, and its words; no ending but words where a method errs too often."""
    outcomes: list[bool | None] = []
    described = False
    for given in template["checks"]:
        measure, subject, _ = _named(given["number"])
        row = _row(measure, subject, numbers)
        expected = given["expected"]
        if isinstance(expected, str):
            expected = float(numbers.setting(measure, subject, expected)["value"])
        rest = {key: value for key, value in given.items() if key not in ("number", "expected")}
        check = read_check({**rest, "expected": expected})
        for method in check.calibrated_by:
            if why_unusable(method, numbers.rates):
                return "", _unusable(method, numbers.rates)
        low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
        described |= check.compares != VALUE and low is None and high is None
        outcomes.append(check.outcome(float(row["value"]), low, high))
    if described:
        return "", ""
    ending = PASSES if all(outcomes) else FAILS if False in outcomes else OPEN
    return ending, template[ending]
