"""The rows of results/measures/specifications.csv and of the tables results/tables/specifications_*.csv."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from takedown.core.measures import Measure
from takedown.statistics.estimate import Estimate, RowBuilder

# Figures and pages need the findings alone; the rest loads the optimisers of SciPy, which takes half a second.
if TYPE_CHECKING:
    from takedown.robustness.specifications import Specification

_row = RowBuilder("specification", "measure_specifications", also={"control": ["burst*", "*coincidence*"]})
RANGE = (
    "median over all specifications; low and high are the smallest and the largest estimate, which are not a confidence "
    "interval since all specifications share the same records; {}; results/tables/specifications_{}.csv lists each"
)
COUNTED = "specifications with a value"


@dataclass(frozen=True)
class Finding:
    """A headline number that is estimated under every specification.

    `name` is that of its table, `measure` and `subject` those of its row, `unit` that of its estimates, `no_effect` the
    value that means no effect, `estimate` the estimate in words, `title` and `axis` those of its panel in the figure.
    `calibrated_by` is its method in workflow/resources/calibration.csv, which must be in use: a method that errs too often has no
    curve. `strata` are the choices that differ in what they ask.
    """

    name: str
    measure: str
    subject: str
    unit: str
    no_effect: float
    estimate: str
    title: str
    axis: str
    calibrated_by: str
    strata: tuple[str, ...]


BURSTS = Finding(
    "bursts",
    *("burst_share_difference", "operation", "share", 0),
    "share of the operation's accounts that were created on burst days less that of the control's "
    "(creation.burst_share_difference)",
    *("accounts made on burst days, less the control", "difference of shares"),
    "burst_share_excess",
    ("last_day", "largest_month"),
)
OFFICE_HOURS = Finding(
    "office_hours",
    *("office_share_ratio", "all", "ratio", 1),
    "share of the posts of this language inside office hours divided by that of people awake from 8 to 24 every day, complete weeks",
    *("share of posts in office hours relative to people merely awake", "ratio of shares"),
    "office_share_interval",
    ("period",),
)


def curve_measures(finding: Finding, curve: "Sequence[Specification]", provenance: str) -> list[Measure]:
    """Return the range of a finding's estimates, and the share of its specifications that are clear of no effect.

    A specification is clear if the lower end of its interval lies above `finding.no_effect`; one without an interval is
    not. The parameters of that share give it for each stratum. No rows if no specification has a value.
    """
    known = [(choice, e) for choice, e in curve if e.value is not None and np.isfinite(e.value)]
    if not known:
        return []
    values = np.array([estimate.value for _, estimate in known], float)
    unknown = len(curve) - len(known)
    missing = f"{unknown} have no value" if unknown else "all have a value"

    def row(name: str, values: np.ndarray, unit: str, words: str) -> Measure:
        estimate = Estimate(float(np.median(values)), float(min(values)), float(max(values)), n=len(values))
        method = f"{words}: {RANGE.format(missing, finding.name)}"
        return _row(name, finding.subject, estimate, unit, method, provenance, n_unit=COUNTED)

    measures = [row(finding.measure, values, finding.unit, finding.estimate)]
    if finding is BURSTS:
        days = np.array([estimate.n for _, estimate in known])
        measures.append(row("burst_days", days, "days", "burst days of the operation"))
    # An end that is not known becomes nan, which is not above anything.
    clear = np.array([estimate.low for _, estimate in known], float) > finding.no_effect
    strata = [" ".join(str(choice[name]) for name in finding.strata) for choice, _ in known]
    method = (
        f"share of the specifications of {finding.measure} whose 95 % confidence interval, or its lower end, lies above "
        f"{finding.no_effect:g}; there is no test of the whole curve, since all specifications share the same records"
    )
    shares = {
        f"clear {stratum}": (float(np.mean(clear[np.array(strata) == stratum])), "share")
        for stratum in dict.fromkeys(strata)
    }
    name, share = f"{finding.measure}_clear", Estimate(float(np.mean(clear)), n=len(known))
    return [
        *measures,
        _row(name, finding.subject, share, "share", method, provenance, n_unit=COUNTED, parameters=shares),
    ]


def office_measures(curve: "Sequence[Specification]", provenance: str) -> list[Measure]:
    """Return the rows of `curve_measures` for the office finding by language, with the language as subject."""
    languages = dict.fromkeys(choice["language"] for choice, _ in curve)
    return [
        row
        for language in languages
        for row in curve_measures(
            replace(OFFICE_HOURS, subject=language),
            [(choice, estimate) for choice, estimate in curve if choice["language"] == language],
            provenance,
        )
    ]


def curve_table(
    finding: Finding, choices: Iterable[str], curve: "Sequence[Specification]", provenance: str
) -> tuple[list[str], list[list]]:
    """Return header and rows of a finding's table: a column for each choice; specification 1 is the study's own."""
    choices = list(choices)
    header = ["specification", *choices, "value", "low", "high", "n", "unit", "provenance"]
    rows = []
    for number, (choice, estimate) in enumerate(curve, 1):
        taken = (choice[name] for name in choices)
        texts = ("-".join(map(str, value)) if isinstance(value, tuple) else value for value in taken)
        numbers = (estimate.value, estimate.low, estimate.high, estimate.n)
        rows.append([number, *texts, *numbers, finding.unit, provenance])
    return header, rows
