"""The claims ledger as it is written in workflow/resources/claims.yaml: read, checked, and sealed by a digest."""

import difflib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from takedown.core.config_file import LOADER
from takedown.core.errors import InputError
from takedown.core.measure_catalogue import Catalogue
from takedown.core.paths import SCHEMAS
from takedown.core.tables import format_number

SCHEMA = SCHEMAS / "claims.schema.yaml"

#: An interval decides unless a check says that the value alone does, as for a count.
INTERVAL, VALUE = "interval", "value"


@dataclass(frozen=True)
class Check:
    """One number that answers a claim, and the bar that it is compared with.

    The number is a `measure` of a `subject` (results/measures.csv), or the row of a `query` (workflow/sql/claims), whose
    `subject` is the population that it is about.
    `expected` is the bar: one number, or the two ends of the range that `between` names; None for a number that only
    describes. `compares` says whether the interval of the number or its value alone is compared with the bar.
    `calibrated_by` names the methods of workflow/resources/calibration.csv that the number, or the verdict, rests on.
    """

    measure: str | None = None
    subject: str | None = None
    query: str | None = None
    comparison: str | None = None
    expected: tuple[float, ...] = ()
    compares: str = INTERVAL
    calibrated_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name under which the ledger prints the number."""
        return f"{self.measure} ({self.subject})" if self.measure else f"workflow/sql/claims/{self.query}"

    @property
    def bar(self) -> str:
        """Return the bar in words, such as "interval above 0.1"."""
        if self.comparison is None:
            return ""
        numbers = " and ".join(
            format_number(int(number) if number.is_integer() else number) for number in self.expected
        )
        return f"{self.compares} {self.comparison} {numbers}"

    def outcome(self, value: float, low: float | None, high: float | None) -> bool | None:
        """Return whether a number passes the bar: True, False, or None where its interval does not decide.

        `low` and `high` are the ends of its interval, None where an end is not known. An interval that holds the bar,
        or whose end lies on it, decides nothing.

        >>> above = Check(measure="m", subject="operation", comparison="above", expected=(1.0,))
        >>> above.outcome(2, 1.5, 3), above.outcome(2, 0.5, 3), above.outcome(0.4, 0.2, 0.9)
        (True, None, False)
        """
        if self.comparison is None:
            return True
        if self.compares == VALUE:
            low = high = value
        bottom, top = self.expected[0], self.expected[-1]
        if self.comparison in ("equal", "differs"):
            if self.compares == VALUE:
                return (value == bottom) == (self.comparison == "equal")
            # No interval shows that a number equals another.
            apart = (low is not None and low > bottom) or (high is not None and high < bottom)
            return (self.comparison == "differs") if apart else None
        over = low is not None and low > top
        under = high is not None and high < bottom
        if self.comparison == "above":
            return True if over else False if under or (self.compares == VALUE) else None
        if self.comparison == "below":
            return True if under else False if over or (self.compares == VALUE) else None
        within = low is not None and high is not None and bottom <= low and high <= top
        return True if within else False if over or under else None


def read_check(check: Mapping[str, Any]) -> Check:
    """Return a check of the ledger from its entry in claims.yaml."""
    several = {
        name: tuple(given) if isinstance(given := check.get(name, ()), list | tuple) else (given,)
        for name in ("expected", "calibrated_by")
    }
    return Check(**{**check, **several, "expected": tuple(map(float, several["expected"]))})


def load_claims(
    path: str | Path, schema: str | Path = SCHEMA, extensions: Iterable[str | Path] = ()
) -> dict[str, Any]:
    """Read the ledger, with the claims of `extensions`, and check it against its schema.

    An extension's file has the blocks `claims` and, where it quotes other documents, `documents`. Its claims stand behind those of
    the ledger and are marked `is_extension`.

    Returns the ledger with a `Check` for each entry under `checks`. Raises InputError, with all mistakes of a file in one
    sentence, for a key that does not exist, a value of the wrong type, an id given twice, a document that the ledger does
    not hold, or a bar that does not fit its comparison.
    """
    ledger = _checked(path, _read(path), schema)
    for extension in extensions:
        added = _read(extension)
        block: dict[str, Any] = {"about": ledger["about"], "documents": {}, "claims": []}
        block |= added if isinstance(added, dict) else {"claims": added}
        block["documents"] = ledger["documents"] | (block["documents"] or {})
        known = {claim["id"] for claim in ledger["claims"]}
        claims = _checked(extension, block, schema)["claims"]
        if taken := sorted(known & {claim["id"] for claim in claims}):
            raise InputError(f"{extension}: {taken[0]} is the id of another claim; choose another id.")
        ledger["documents"] = block["documents"]
        ledger["claims"] += [claim | {"is_extension": True} for claim in claims]
    return ledger


def _read(path: str | Path) -> Any:
    try:
        return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=LOADER)
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f" near line {where.line + 1}" if where else ""
        raise InputError(f"{path} is not valid YAML{line}; correct it there.") from None


def _checked(path: str | Path, ledger: Any, schema: str | Path) -> dict[str, Any]:
    rules = yaml.load(Path(schema).read_text(encoding="utf-8"), Loader=LOADER)
    errors = sorted(
        Draft202012Validator(rules).iter_errors(ledger), key=lambda error: list(map(str, error.path))
    )
    mistakes = [f"{_place(ledger, error.path)}: {error.message}" for error in errors]
    mistakes = mistakes or _contradictions(ledger)
    if mistakes:
        raise InputError(f"{path} does not follow {Path(schema).name}: {'; '.join(mistakes)}.")
    for claim in ledger["claims"]:
        claim["checks"] = [read_check(check) for check in claim.get("checks", [])]
    return ledger


def _place(ledger: Any, path: Iterable[Any]) -> str:
    """Return where a mistake is: the id of a claim in place of its number."""
    place = list(path)
    if place[:1] == ["claims"] and len(place) > 1:
        claim = ledger["claims"][place[1]]
        place = [claim.get("id", f"claim {place[1] + 1}"), *place[2:]]
    return ".".join(map(str, place)) or "(top)"


def _contradictions(ledger: dict[str, Any]) -> list[str]:
    ids = [claim["id"] for claim in ledger["claims"]]
    mistakes = [
        f"{name}: is the id of more than one claim" for name in sorted({i for i in ids if ids.count(i) > 1})
    ]
    for claim in ledger["claims"]:
        mistakes += [
            f"{claim['id']}: no document {quotation['document']}"
            for quotation in claim["quotations"]
            if quotation["document"] not in ledger["documents"]
        ]
        for check in claim.get("checks", []):
            numbers = check.get("expected")
            if (check.get("comparison") == "between") != isinstance(numbers, list):
                mistakes.append(
                    f"{claim['id']}: between compares with two numbers, every other comparison with one"
                )
            elif check.get("comparison") == "equal" and check.get("compares") != VALUE:
                mistakes.append(
                    f"{claim['id']}: equal needs compares: value, since no interval shows that numbers are equal"
                )
        if "consistent" in claim and not any("comparison" in check for check in claim.get("checks", [])):
            mistakes.append(f"{claim['id']}: has a verdict, but no check with a bar")
    return mistakes


def check_measures(ledger: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Refuse a check that names a measure or a subject that no rule makes.

    Raises InputError, with the id of the claim and the nearest known name.
    """
    for claim in ledger["claims"]:
        for check in claim["checks"]:
            if check.measure is None or catalogue.allows(check.measure, check.subject):
                continue
            asked = f"Claim {claim['id']} asks for {check.measure} of {check.subject}, which no rule makes"
            if check.measure in catalogue.subjects:
                subjects = ", ".join(sorted(catalogue.subjects[check.measure]))
                raise InputError(f"{asked}; its subjects are {subjects}.")
            nearest = difflib.get_close_matches(check.measure, sorted(catalogue.subjects), n=1, cutoff=0)
            raise InputError(f"{asked}; the nearest measure is {nearest[0]}.")


def bars_digest(ledger: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all bars of the ledger, in hexadecimal: it changes if a bar, a measure or a method changes.

    Claims of extensions are not part of it, since they are added to a study whose bars are known.
    """
    bars = [
        [claim["id"], [vars(check) for check in claim["checks"]]]
        for claim in ledger["claims"]
        if not claim.get("is_extension")
    ]
    text = json.dumps(bars, sort_keys=True, ensure_ascii=True, default=list)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
