"""The rows of results/measures/specifications.csv and of the tables results/tables/specifications_*.csv."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from takedown.core.measures import Measure
from takedown.robustness.specifications import Specification
from takedown.statistics.estimate import Estimate, RowBuilder

_row = RowBuilder("specification", "measure_specifications")
RANGE = (
    "median over all specifications; low and high are the smallest and the largest of their estimates: a range and no "
    "interval, since all share the same records; {} each specification: results/tables/specifications_{}.csv; "
    "n = specifications with a value"
)


@dataclass(frozen=True)
class Finding:
    """What a specification curve is of.

    `name` is that of its table, `measure` that of its number, `subject` whose it is, `unit` that of the table,
    `no_effect` the number that says nothing, `estimate` what is estimated, in words.
    """

    name: str
    measure: str
    subject: str
    unit: str
    no_effect: float
    estimate: str


CONCENTRATION = Finding(
    "concentration",
    "coincidence_ratio",
    "operation",
    "ratio",
    1,
    "coincidence probability of the operation's creation days over that of the control (creation.coincidence_ratio)",
)
BURSTS = Finding(
    "bursts",
    "burst_share",
    "operation",
    "share",
    0,
    "share of the operation's accounts that were made on burst days",
)
OFFICE_HOURS = Finding(
    "office_hours",
    "office_rate_ratio",
    "all",
    "ratio",
    1,
    "posts per hour inside office hours over posts per hour at all other times of the series",
)


def curve_measures(finding: Finding, curve: Sequence[Specification], provenance: str) -> list[Measure]:
    """Return the range of a finding's estimates and the share of specifications that stay clear of no effect.

    A specification is clear if its 95 % interval lies above `finding.no_effect` or, where it has no interval (burst
    days, which are tested), its estimate does. No rows where no specification has a value.
    """
    known = [
        (estimate.value, estimate)
        for _, estimate in curve
        if estimate.value is not None and np.isfinite(estimate.value)
    ]
    if not known:
        return []
    none = len(curve) - len(known)
    missing = f"without a value: {none};" if none else "all have a value;"

    def row(name: str, values: Sequence[float], unit: str, what: str) -> Measure:
        middle = Estimate(float(np.median(values)), float(min(values)), float(max(values)), n=len(values))
        method = f"{what}: {RANGE.format(missing, finding.name)}"
        return _row(name, finding.subject, middle, unit, method, provenance)

    tested = finding is BURSTS
    clear = [
        (value if tested else estimate.low if estimate.low is not None else -np.inf) > finding.no_effect
        for value, estimate in known
    ]
    rule = "with a burst day" if tested else f"whose 95 % interval lies wholly above {finding.no_effect:g}"
    measures = [
        row(finding.measure, [value for value, _ in known], finding.unit, finding.estimate),
        _row(
            f"{finding.measure}_clear",
            finding.subject,
            Estimate(float(np.mean(clear)), n=len(clear)),
            "share",
            f"share of the specifications of {finding.measure} {rule}; no test of the whole curve, since its "
            "specifications share the same records; n = specifications with a value",
            provenance,
        ),
    ]
    if tested:
        days = [estimate.n for _, estimate in known if estimate.n is not None]
        measures.append(row("burst_days", days, "days", "burst days of the operation"))
    return measures


def curve_table(
    finding: Finding, choices: Iterable[str], curve: Sequence[Specification], provenance: str
) -> tuple[list[str], list[list]]:
    """Return header and rows of a finding's table: a column for each choice; specification 1 is the study's own."""
    choices = list(choices)
    header = ["specification", *choices, "value", "low", "high", "n", "unit", "provenance"]
    rows = [
        [
            number,
            *(_in_words(choice[name]) for name in choices),
            *(estimate.value, estimate.low, estimate.high, estimate.n),
            finding.unit,
            provenance,
        ]
        for number, (choice, estimate) in enumerate(curve, 1)
    ]
    return header, rows


def _in_words(value: Any) -> str | float:
    return "-".join(map(str, value)) if isinstance(value, tuple) else value
