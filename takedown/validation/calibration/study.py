"""Studies of how often a method errs: their definition, the repeated simulation, and the table of results."""

import csv
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import betaincinv

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
#: Role of a method: used in this study, or a common alternative that errs here and is shown for comparison.
STUDY, NAIVE = "study", "naive"

COLUMNS = (
    *("method", "scenario", "quantity", "nominal", "repetitions", "hits", "rate", "low", "high", "used"),
    *("role", "null", "hits_first_50", "hits_first_200"),
)

#: Result of a method on one data set: an estimate, a p-value, or None where the method gives neither.
Finding = Estimate | float | None
#: (generator, data sets, draws) → findings, and → number of data sets in which something occurred.
Find = Callable[..., Iterable[Finding]]
Count = Callable[[np.random.Generator, int, int], int]


@dataclass(frozen=True)
class Study:
    """One rate that a simulation estimates.

    `method` and `scenario` are short names, `quantity` is one of the constants above, and `nominal` is the rate that the
    method promises (None if it promises no rate). `null` describes the simulated data and their clustering in one
    sentence. `count(rng, repetitions, draws)` simulates that many data sets, applies the method with `draws` random
    draws, and returns the number of data sets in which the quantity occurred. `for_claims` is False for a naive method:
    no claim may rest on it, however rarely it errs. `lower_end` marks an interval without a p-value of which claims use
    only the lower end: its coverage is shown, but only `TOO_HIGH` decides whether it may be used. The test suite repeats
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


def type_i_error(method: str, scenario: str, null: str, count: Count, **more: Any) -> Study:
    """Return a study of the type I error of a test; `more` are further fields of `Study`."""
    return Study(method, scenario, TYPE_I, ALPHA, null, count, **more)


def family_wise_error(
    method: str, scenario: str, null: str, count: Count, nominal: float | None = ALPHA, **more: Any
) -> Study:
    """Return a study of the family-wise error of a family of tests; `more` are further fields of `Study`."""
    return Study(method, scenario, FAMILY_WISE, nominal, null, count, **more)


def power(method: str, scenario: str, null: str, count: Count, **more: Any) -> Study:
    """Return a study of the power of a test against a planted effect; `more` are further fields of `Study`."""
    return Study(method, scenario, POWER, None, null, count, **more)


def coverage(
    method: str,
    scenario: str,
    null: str,
    find: Find,
    truth: float | Callable[[], float],
    nominal: float | None = CONFIDENCE,
    **more: Any,
) -> Study:
    """Return a study of the coverage of an interval; `more` are further fields of `Study`.

    `find` yields the estimates of simulated data sets, and `truth` is the population's value, or a function that
    computes it on first use.
    """
    return Study(method, scenario, COVERAGE, nominal, null, _judged(covers, find, truth), **more)


def interval_errors(
    method: str, scenario: str, null: str, find: Find, truth: float | Callable[[], float], **more: Any
) -> tuple[Study, Study]:
    """Return the study of `coverage` and, of the same interval, that of how often it lies wholly above the truth."""
    above = Study(method, scenario, TOO_HIGH, ALPHA / 2, null, _judged(lies_above, find, truth), **more)
    return coverage(method, scenario, null, find, truth, **more), above


def rejected(find: Find, **settings: Any) -> Count:
    """Return a function that counts the data sets in which a test rejects; `settings` are passed to `find`."""
    return lambda rng, repetitions, draws: sum(map(rejects, find(rng, repetitions, draws, **settings)))


def rejects(found: Finding) -> bool:
    """Return whether a p-value is at most `ALPHA`; a method that gives no p-value does not reject.

    >>> rejects(0.05), rejects(Estimate(2.0, p_value=0.06)), rejects(None)
    (True, False, False)
    """
    p_value = found.p_value if isinstance(found, Estimate) else found
    return p_value is not None and bool(p_value <= ALPHA)


def covers(found: Estimate | None, truth: float) -> bool:
    """Return whether an interval contains the truth; an end that is None is open, and no interval cannot err.

    >>> covers(Estimate(2, 1, None), 9), covers(Estimate(2, 1, 3), 9), covers(None, 9)
    (True, False, True)
    """
    if found is None:
        return True
    return not lies_above(found, truth) and (found.high is None or bool(truth <= found.high))


def lies_above(found: Estimate | None, truth: float) -> bool:
    """Return whether an interval lies wholly above the truth."""
    return found is not None and found.low is not None and bool(found.low > truth)


def _judged(judge: Callable[..., bool], find: Find, truth: float | Callable[[], float]) -> Count:
    def count(rng: np.random.Generator, repetitions: int, draws: int) -> int:
        true = truth() if callable(truth) else truth
        return sum(judge(found, true) for found in find(rng, repetitions, draws))

    return count


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


def block_generator(seed: int, study: Study, block: int) -> np.random.Generator:
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
    tail = (1 - confidence) / 2
    low = betaincinv(hits, repetitions - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, repetitions - hits, 1 - tail) if hits < repetitions else 1.0
    return float(low), float(high)


def error_of(quantity: str, nominal: float | None, rate: float) -> float | None:
    """Return the error rate that belongs to the rate of a quantity: of coverage, 1 − rate; of power, None.

    None also for the coverage of a range that promises no rate (nominal None): it is a description, and a claim that
    asks whether the range contains a number is only withheld where the range misses the truth.
    """
    if quantity == COVERAGE:
        return None if nominal is None else 1 - rate
    return rate if quantity in ERRORS else None


def errs_too_often(outcome: Outcome) -> bool:
    """Return whether the error of a study excludes its method from claims: above 8 %, on one side above 4 %.

    The coverage of an interval of which only the lower end is used excludes nothing.
    """
    study = outcome.study
    error = error_of(study.quantity, study.nominal, outcome.rate)
    if error is None or (study.quantity == COVERAGE and study.lower_end):
        return False
    return error > (LARGEST_ONE_SIDED_ERROR if study.quantity == TOO_HIGH else LARGEST_ERROR)


def is_used(outcomes: Iterable[Outcome]) -> bool:
    """Return whether a claim may rest on a method, given the outcomes of all its studies."""
    outcomes = list(outcomes)
    return all(outcome.study.for_claims for outcome in outcomes) and not any(map(errs_too_often, outcomes))


def table_rows(outcomes: Iterable[Outcome]) -> list[tuple]:
    """Return the rows of results/calibration.csv (`COLUMNS`) for the outcomes of one method."""
    outcomes = list(outcomes)
    used = is_used(outcomes)
    return [
        (
            *(outcome.study.method, outcome.study.scenario, outcome.study.quantity, outcome.study.nominal),
            *(outcome.repetitions, outcome.hits, outcome.rate),
            *rate_interval(outcome.hits, outcome.repetitions),
            *(used, STUDY if outcome.study.for_claims else NAIVE, outcome.study.null),
            *(outcome.hits_first(run) for run in SHORT_RUNS),
        )
        for outcome in outcomes
    ]


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
    def number(column: str) -> float | None:
        return float(row[column]) if row[column] else None

    def whole(column: str) -> int | None:
        return int(row[column]) if row[column] else None

    return Rate(
        *(row["method"], row["scenario"], row["quantity"], number("nominal")),
        *(int(row["repetitions"]), int(row["hits"])),
        *(float(row["rate"]), float(row["low"]), float(row["high"])),
        used=row["used"] == "true",
        role=row["role"],
        null=row["null"],
        hits_first_50=whole("hits_first_50"),
        hits_first_200=whole("hits_first_200"),
    )


def methods_in_use(rates: Iterable[Rate]) -> set[str]:
    """Return the methods on which a claim may rest."""
    return {rate.method for rate in rates if rate.used}


def write_calibration(path: str | Path, rows: Iterable[tuple]) -> None:
    """Write rows of `table_rows` in the given order."""
    write_csv(path, COLUMNS, rows)
