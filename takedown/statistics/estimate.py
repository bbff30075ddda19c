"""What every measure with an interval shares: the estimate, and a random generator of its own."""

import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from takedown.core.measures import Measure, Parameters

#: Days that are taken together where days would wrongly count as independent: longer than batches, topics of the day
#: and most waves, so that what drifts from day to day stays in a block for the most part.
DRIFT_BLOCK_DAYS = 28


@dataclass(frozen=True)
class Estimate:
    """A number, the ends of its interval and a p-value; None where there is none. `n` counts units of evidence."""

    value: float | None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class RowBuilder:
    """Builds the rows of results/measures.csv that one rule reports of one question.

    `question` begins the names of its measures; `family` names the tests that a p-value is corrected with.
    """

    question: str
    rule: str
    family: str = ""

    def __call__(
        self,
        name: str,
        subject: str,
        estimate: Estimate,
        unit: str,
        method: str,
        provenance: str,
        *,
        n: int | None = None,
        parameters: Parameters | None = None,
    ) -> Measure:
        """Return the row that reports an estimate of a subject; `n` is given where the estimate does not count it.

        `method` says how the number and its interval came about and what `n` counts, `provenance` is the weakest of
        the records behind it, `parameters` are the settings of the method that a reader may want as numbers.
        """
        return Measure(
            f"{self.question}.{name}",
            subject,
            *(estimate.value, estimate.low, estimate.high, estimate.p_value),
            estimate.n if n is None else n,
            *(unit, method, provenance, self.rule),
            "" if estimate.p_value is None else self.family,
            parameters=parameters or {},
        )


def finite(number: float) -> float | None:
    """Return a number as `Estimate` holds it: None where it is infinite or none."""
    return float(number) if np.isfinite(number) else None


def generator(seed: int, measure: str, subject: str) -> np.random.Generator:
    """Return a generator for one measure of one subject, so that no other measure changes its draws."""
    return np.random.default_rng([seed, zlib.crc32(f"{measure} {subject}".encode())])


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values adjusted for their family (S. Holm, 1979), in the order given.

    Written out because statsmodels' function, which the tests compare it with, costs seconds to import and
    collects garbage at every call.
    """
    order = np.argsort(p_values, kind="stable")
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.maximum.accumulate(np.asarray(p_values)[order] * np.arange(len(p_values), 0, -1))
    return np.minimum(adjusted, 1)


def adjust_families(measures: Iterable[Measure]) -> list[Measure]:
    """Return the measures with `p_adjusted` filled in: Holm's correction within each family of tests.

    Tests of simulated records never share a family with tests of real ones, since a reader of the real ones
    did not look at them. A release and an aggregate do.
    """
    measures = list(measures)
    families = defaultdict(list)
    for place, row in enumerate(measures):
        if row.p_value is not None:
            families[row.family, row.provenance == "replica"].append(place)
    for places in families.values():
        adjusted = holm(np.array([measures[place].p_value for place in places]))
        for place, p_adjusted in zip(places, adjusted.tolist(), strict=True):
            measures[place] = replace(measures[place], p_adjusted=p_adjusted)
    return measures
