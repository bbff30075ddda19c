"""Studies of how often a method errs: their definition, the repeated simulation, and the table of results."""

import csv
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from takedown.core.errors import InputError
from takedown.core.tables import write_csv
from takedown.statistics.estimate import Estimate

#: Repetitions that share a random generator, so that a short run is the beginning of a long one.
BLOCK = 50
#: Numbers of first repetitions whose hits the table also gives, so that a test can repeat only these.
SHORT_RUNS = (50, 200)
#: Nominal size of every test and nominal coverage of every interval.
ALPHA = 0.05
CONFIDENCE = 0.95
#: Largest error rate with which a method may support a claim, at the nominal 5 % and at the nominal 2.5 % of one side.
LARGEST_ERROR = 0.08
LARGEST_ONE_SIDED_ERROR = 0.04

TYPE_I = "type I error"
FAMILY_WISE = "family-wise error"
POWER = "power"
COVERAGE = "coverage"
#: Share of intervals that lie wholly above the truth: the error of a claim that rests on the lower end.
TOO_HIGH = "interval too high"
ERRORS = (TYPE_I, FAMILY_WISE, TOO_HIGH)
#: Role of a row: of a method used in this study; of a common alternative that errs here and is shown for comparison; of what
#: the method cannot tell by its nature from what it looks for, which is printed and bars nothing.
STUDY, NAIVE, LIMIT = "study", "naive", "limit"

#: Result of a method on one data set: an estimate, a p-value, whether it finds something, or None without a result.
Finding = Estimate | float | bool | None
Count = Callable[[Generator, int, int], int]
#: find(rng, repetitions, draws, **settings) simulates data sets and yields the finding of a method on each.
Find = Callable[..., Iterable[Finding]]
#: Name of a scenario, description of the null, and settings of the simulation.
Scenario = tuple[str, str, Mapping[str, Any]]


@dataclass(frozen=True)
class Study:
    """One rate that a simulation estimates.

    `method` and `scenario` are short names, `quantity` is one of the constants above, and `nominal` is the rate that the
    method promises (None for a rule that promises none). `null` describes the simulated data and their clustering in one
    sentence. `count(rng, repetitions, draws)` simulates that many data sets, applies the method with `draws` random
    draws, and returns the number of data sets in which the quantity occurred. `for_claims` is False for a naive method:
    no claim may rest on it, however rarely it errs. `lower_end` marks an interval without a p-value of which claims use
    only the lower end: its coverage is shown, but only `TOO_HIGH` decides whether it may be used. `limit` marks data that the
    method cannot tell from an effect by its nature: the row is printed and does not bar the method. The test suite repeats
    the first `tested` repetitions (200, 50 for slow studies, 0 for the slowest); every method has a study that is tested.
    """

    method: str
    scenario: str
    quantity: str
    nominal: float | None
    null: str
    count: Count
    for_claims: bool = True
    tested: int = 200
    lower_end: bool = False
    limit: bool = False

    @property
    def role(self) -> str:
        """Return the role of the study's row in the table."""
        if not self.for_claims:
            return NAIVE
        return LIMIT if self.limit else STUDY


def error_studies(
    method: str,
    find: Find,
    scenarios: Iterable[Scenario],
    *,
    quantity: str = TYPE_I,
    nominal: float | None = ALPHA,
    tested: int = 200,
    tested_only: Collection[str] = (),
    **more: Any,
) -> Iterator[Study]:
    """Yield the study of the error of a method for each scenario: how often it rejects, or finds something, without an effect.

    `tested_only` names the scenarios that the tests repeat, if not all of them; `more` are further fields of `Study`.
    """
    for scenario, null, settings in scenarios:
        repeated = tested if not tested_only or scenario in tested_only else 0
        count = _rejected(find, settings)
        yield Study(method, scenario, quantity, nominal, null, count, tested=repeated, **more)


def power_studies(method: str, find: Find, scenarios: Iterable[Scenario], **more: Any) -> Iterator[Study]:
    """Yield the study of the power of a method for each scenario with a planted effect; `more` as in `error_studies`."""
    return error_studies(method, find, scenarios, quantity=POWER, nominal=None, **more)


def coverage_studies(
    method: str,
    find: Find,
    truth: float | Callable[..., float],
    scenarios: Iterable[Scenario],
    *,
    nominal: float = CONFIDENCE,
    too_high: bool = False,
    **more: Any,
) -> Iterator[Study]:
    """Yield the study of the coverage of an interval for each scenario; `more` are further fields of `Study`.

    `truth` is the population's value, or a function that computes it from the settings of the scenario. With `too_high`
    each is followed by that of `too_high_studies`.
    """
    for scenario in scenarios:
        name, null, settings = scenario
        count = _judged(covers, truth, find, settings)
        yield Study(method, name, COVERAGE, nominal, null, count, **more)
        if too_high:
            yield from too_high_studies(method, find, truth, [scenario], **more)


def too_high_studies(
    method: str, find: Find, truth: float | Callable[..., float], scenarios: Iterable[Scenario], **more: Any
) -> Iterator[Study]:
    """Yield for each scenario the study of how often an interval lies wholly above the truth; arguments as before."""
    for scenario, null, settings in scenarios:
        count = _judged(lies_above, truth, find, settings)
        yield Study(method, scenario, TOO_HIGH, ALPHA / 2, null, count, **more)


def _rejected(find: Find, settings: Mapping[str, Any]) -> Count:
    return lambda rng, repetitions, draws: sum(map(rejects, find(rng, repetitions, draws, **settings)))


def _judged(
    judge: Callable[..., bool], truth: float | Callable[..., float], find: Find, settings: Mapping[str, Any]
) -> Count:
    def count(rng: Generator, repetitions: int, draws: int) -> int:
        true = truth(**settings) if callable(truth) else truth
        return sum(judge(found, true) for found in find(rng, repetitions, draws, **settings))

    return count


def rejects(found: Finding) -> bool:
    """Return whether a p-value is at most `ALPHA`, or whether something was found; False without a result.

    >>> rejects(0.05), rejects(Estimate(2.0, p_value=0.06)), rejects(True), rejects(None)
    (True, False, True, False)
    """
    if found is None or isinstance(found, bool):
        return bool(found)
    p_value = found.p_value if isinstance(found, Estimate) else found
    return p_value is not None and bool(p_value <= ALPHA)


def covers(found: Estimate | None, truth: float) -> bool:
    """Return whether an interval contains the truth; an end of None is open, and a missing interval is no error.

    >>> covers(Estimate(2, 1, None), 9), covers(Estimate(2, 1, 3), 9), covers(None, 9)
    (True, False, True)
    """
    low, high = (None, None) if found is None else (found.low, found.high)
    return (low is None or bool(low <= truth)) and (high is None or bool(truth <= high))


def lies_above(found: Estimate | None, truth: float) -> bool:
    """Return whether an interval lies wholly above the truth."""
    return found is not None and found.low is not None and bool(found.low > truth)


@dataclass(frozen=True)
class Outcome:
    """Result of a study: the hits in each block of `BLOCK` repetitions, in order, shape [blocks]."""

    study: Study
    hits_by_block: np.ndarray

    @property
    def repetitions(self) -> int:
        """Number of simulated data sets."""
        return BLOCK * len(self.hits_by_block)

    @property
    def hits(self) -> int:
        """Number of data sets in which the quantity occurred."""
        return int(self.hits_by_block.sum())

    @property
    def rate(self) -> float:
        """Share of data sets in which the quantity occurred."""
        return self.hits / self.repetitions

    def hits_first(self, repetitions: int) -> int | None:
        """Return the hits of the first repetitions (a multiple of `BLOCK`), None if fewer were run."""
        if repetitions > self.repetitions:
            return None
        return int(self.hits_by_block[: repetitions // BLOCK].sum())


def block_generator(seed: int, study: Study, block: int) -> Generator:
    """Return the random generator of one block, different for each study and block."""
    return np.random.default_rng([seed, zlib.crc32(f"{study.method} {study.scenario}".encode()), block])


def run_study(study: Study, repetitions: int, seed: int, draws: int) -> Outcome:
    """Run a study. Raises ValueError unless `repetitions` is a multiple of `BLOCK`."""
    if repetitions % BLOCK:
        raise ValueError(f"repetitions come in blocks of {BLOCK}, not {repetitions}")
    blocks = range(repetitions // BLOCK)
    hits = [study.count(block_generator(seed, study, block), BLOCK, draws) for block in blocks]
    return Outcome(study, np.array(hits, np.int64))


def rate_interval(hits: int, repetitions: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact binomial interval of a rate (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934).

    >>> [round(end, 4) for end in rate_interval(3, 50)]
    [0.0125, 0.1655]
    """
    # Imported here, since papers, claims and pages only read rates and the import takes a fifth of a second.
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    low = betaincinv(hits, repetitions - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, repetitions - hits, 1 - tail) if hits < repetitions else 1.0
    return float(low), float(high)


def error_of(quantity: str, rate: float) -> float | None:
    """Return the error rate that belongs to the rate of a quantity: of coverage, 1 − rate; of power, None."""
    if quantity == COVERAGE:
        return 1 - rate
    return rate if quantity in ERRORS else None


def errs_too_often(outcome: Outcome) -> bool:
    """Return whether the error of a study excludes its method from claims: above 8 %, on one side above 4 %.

    The coverage of an interval of which only the lower end is used excludes nothing, and neither does a limit.
    """
    study = outcome.study
    error = error_of(study.quantity, outcome.rate)
    if error is None or study.limit or (study.quantity == COVERAGE and study.lower_end):
        return False
    return error > largest_error(study.quantity, study.nominal)


def largest_error(quantity: str, nominal: float | None) -> float:
    """Return the largest error with which a method may support a claim: on one side, at a nominal 2.5 %, 4 %, else 8 %."""
    one_sided = quantity == TOO_HIGH or nominal == ALPHA / 2
    return LARGEST_ONE_SIDED_ERROR if one_sided else LARGEST_ERROR


def is_used(outcomes: Iterable[Outcome]) -> bool:
    """Return whether a claim may rest on a method, given the outcomes of all its studies."""
    outcomes = list(outcomes)
    return all(outcome.study.for_claims for outcome in outcomes) and not any(map(errs_too_often, outcomes))


@dataclass(frozen=True)
class Rate:
    """One row of a calibration table (`COLUMNS`)."""

    method: str
    scenario: str
    quantity: str
    nominal: float | None
    repetitions: int
    hits: int
    rate: float
    low: float
    high: float
    used: bool
    role: str
    null: str
    hits_first_50: int | None
    hits_first_200: int | None


COLUMNS = tuple(field.name for field in fields(Rate))


def table_rows(outcomes: Iterable[Outcome]) -> list[Rate]:
    """Return the rows of results/calibration.csv for the outcomes of one method."""
    outcomes = list(outcomes)
    used = is_used(outcomes)
    return [
        Rate(
            *(outcome.study.method, outcome.study.scenario, outcome.study.quantity, outcome.study.nominal),
            *(outcome.repetitions, outcome.hits, outcome.rate),
            *rate_interval(outcome.hits, outcome.repetitions),
            used,
            outcome.study.role,
            outcome.study.null,
            *(outcome.hits_first(run) for run in SHORT_RUNS),
        )
        for outcome in outcomes
    ]


def read_calibration(path: str | Path) -> list[Rate]:
    """Read a calibration table. Raises InputError unless its columns are `COLUMNS`."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(
                f"{Path(path).name} does not have the columns of a calibration table; make it anew with `make calibration`."
            )
        return [_rate(row) for row in reader]


def _rate(row: dict[str, str]) -> Rate:
    kinds: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(("nominal", "rate", "low", "high"), float),
        **dict.fromkeys(("repetitions", "hits", "hits_first_50", "hits_first_200"), int),
        "used": "true".__eq__,
    }
    read: dict[str, Any] = row | {
        name: kind(row[name]) if row[name] else None for name, kind in kinds.items()
    }
    return Rate(**read)


def hardest_null(method: str, rates: Iterable[Rate]) -> str:
    """Return the null on which a method errs most, relative to its nominal error, with the error in percent.

    The coverage of an interval does not count where the error of its lower end is known, on which claims rest.
    """
    rates = [rate for rate in rates if rate.method == method]
    if any(rate.quantity == TOO_HIGH for rate in rates):
        rates = [rate for rate in rates if rate.quantity != COVERAGE]
    errors = [
        (error / promised, f"{rate.scenario}: {100 * error:.1f} % ({100 * promised:g} % nominal)")
        for rate in rates
        if rate.role != LIMIT
        and rate.nominal is not None
        and (error := error_of(rate.quantity, rate.rate)) is not None
        and (promised := error_of(rate.quantity, rate.nominal))
    ]
    return max(errors)[1] if errors else "never simulated"


def methods_in_use(rates: Iterable[Rate]) -> set[str]:
    """Return the methods on which a claim may rest."""
    return {rate.method for rate in rates if rate.used}


def write_calibration(path: str | Path, rates: Iterable[Rate]) -> None:
    """Write a calibration table in the given order."""
    write_csv(path, COLUMNS, map(astuple, rates))
