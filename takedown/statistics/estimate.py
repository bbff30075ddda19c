"""Estimates with their intervals, the rows that report them, seeded generators, and Holm's correction."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import numpy as np

from takedown.core.measures import Measure, Parameters

#: Length of a block of days. Neighbouring days are not independent; a block is longer than batches of accounts, topics of
#: the day and most waves, so that most of the dependence lies within blocks.
DRIFT_BLOCK_DAYS = 28

#: Ends of an interval, both None where it is not known.
Ends = tuple[float | None, float | None]


@dataclass(frozen=True)
class Estimate:
    """A number, the ends of its interval and a p-value, each None where it is not known; `n` counts units of evidence."""

    value: float | None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int | None = None


@dataclass(frozen=True)
class RowBuilder:
    """Builds the rows of results/measures.csv that one rule reports of one question.

    `question` begins the names of its measures, and `family` names the tests that are corrected together. `methods` gives
    unit, method and what `n` counts of each measure for `described`; the method is a template of `str.format`. `also` maps populations to
    patterns of the names of numbers that rest on them, whatever their subject; differences rest on the control.
    """

    question: str
    rule: str
    family: str = ""
    methods: Mapping[str, tuple[str, str, str]] = field(default_factory=dict, hash=False)
    also: Mapping[str, Sequence[str]] = field(default_factory=dict, hash=False)

    def __call__(
        self,
        name: str,
        subject: str,
        estimate: Estimate,
        unit: str,
        method: str,
        provenance: str,
        *,
        n_unit: str = "",
        parameters: Parameters | None = None,
    ) -> Measure:
        """Return the row that reports an estimate of a subject.

        `method` says how the number and its interval were computed, `n_unit` what the estimate's `n` counts, `provenance` is the weakest of
        the records behind it, `parameters` are the settings of the method that a reader may want as numbers.
        """
        on = {of for of, patterns in self.also.items() if any(fnmatchcase(name, each) for each in patterns)}
        on |= {"control"} if "_difference" in name else set()
        return Measure(
            f"{self.question}.{name}",
            subject,
            *(estimate.value, estimate.low, estimate.high, estimate.p_value),
            estimate.n,
            *(unit, method, provenance, self.rule),
            "" if estimate.p_value is None else self.family,
            populations="+".join(sorted({subject.split(" ")[0], *on})) if on else "",
            parameters=parameters or {},
            n_unit=n_unit if estimate.n is not None else "",
        )

    def described(
        self,
        name: str,
        subject: str,
        estimate: Estimate,
        provenance: str,
        *,
        like: str = "",
        parameters: Parameters | None = None,
        **values: Any,
    ) -> Measure:
        """Return the row of an estimate whose unit and method are in `methods`, under its own name or that of `like`.

        `values` fill the template of the method. Raises KeyError where a name or a value of the template is missing.

        >>> row = RowBuilder("life", "measure_life", methods={"days": ("days", "median over {of}", "accounts")})
        >>> row.described("days", "operation", Estimate(3, n=9), "release", of="spells").method
        'median over spells'
        """
        unit, method, n_unit = self.methods[like or name]
        method = method.format(**values)
        return self(name, subject, estimate, unit, method, provenance, n_unit=n_unit, parameters=parameters)


def finite(number: float) -> float | None:
    """Return a number as `Estimate` holds it, None for an infinite one or nan."""
    return float(number) if np.isfinite(number) else None


def generator(seed: int, measure: str, subject: str) -> np.random.Generator:
    """Return the random generator of one measure of one subject; the draws of other measures do not change its draws."""
    return np.random.default_rng([seed, zlib.crc32(f"{measure} {subject}".encode())])


def holm(p_values: np.ndarray) -> np.ndarray:
    """Return p-values (shape [tests]) adjusted for their family, in the order given.

    Source: S. Holm, Scandinavian Journal of Statistics 6 (1979).

    >>> holm(np.array([0.01, 0.04])).tolist()
    [0.02, 0.04]
    """
    # The function of statsmodels, which the tests compare with, takes seconds to import and collects garbage at every call.
    order = np.argsort(p_values, kind="stable")
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.maximum.accumulate(np.asarray(p_values)[order] * np.arange(len(p_values), 0, -1))
    return np.minimum(adjusted, 1)


def adjust_families(measures: Iterable[Measure]) -> list[Measure]:
    """Return the measures with `p_adjusted` filled in: Holm's correction within each family of tests.

    Tests of simulated records are a family of their own, since a reader of the real results did not look at them.
    Tests of a release and of an aggregate share a family.
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
