"""A study of one method's error: what is simulated, what is counted, and how the count is reported."""

import csv
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import betaincinv

from takedown.core.errors import InputError
from takedown.core.tables import write_csv

#: Repetitions that share a generator: a short run is the beginning of a long one.
BLOCK = 50
#: Repetitions whose hits the table also gives, so that a test of that many can be held against it.
SHORT_RUNS = (50, 200)
#: Largest error rate, at a nominal 5 %, with which a method may support a claim, and at the nominal 2.5 % of one side.
LARGEST_ERROR = 0.08
LARGEST_ONE_SIDED_ERROR = 0.04

TYPE_I = "type I error"
FAMILY_WISE = "family-wise error"
POWER = "power"
COVERAGE = "coverage"
#: How often an interval lies wholly above the truth: what a claim about its lower end risks.
TOO_HIGH = "interval too high"
ERRORS = (TYPE_I, FAMILY_WISE, TOO_HIGH)
#: What a row of the table is about: a method of this study, or a rival that is wrong here and shown for comparison.
STUDY, NAIVE = "study", "naive"

COLUMNS = (
    *("method", "scenario", "quantity", "nominal", "repetitions", "hits", "rate", "low", "high", "used"),
    *("role", "null", "hits_first_50", "hits_first_200"),
)


@dataclass(frozen=True)
class Study:
    """One rate to be found by simulation.

    `method` and `scenario` are short names, `quantity` is one of the constants above, `nominal` the rate that the
    method promises (None where it promises none), `null` a sentence on what is simulated and how it clusters.
    `count(rng, repetitions, draws)` simulates that many data sets, applies the method with `draws` random draws of
    its own, and returns how often the quantity occurred. `for_claims` says whether a claim could rest on the method:
    on a naive one none does, however often it errs. `lower_end` says that claims use an interval by its lower end
    alone and that no p-value stands beside it: its coverage is shown and `TOO_HIGH` is what it is judged by. The test
    suite repeats the first `tested` repetitions: 200, or 50 or none of what takes long, but some of every method.
    """

    method: str
    scenario: str
    quantity: str
    nominal: float | None
    null: str
    count: Callable[[np.random.Generator, int, int], int]
    for_claims: bool = True
    tested: int = 200
    lower_end: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a study found: hits in each block of `BLOCK` repetitions, in order."""

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
        """Return the hits of the first repetitions, None where fewer were run."""
        if repetitions > self.repetitions:
            return None
        return int(self.hits_by_block[: repetitions // BLOCK].sum())


def block_generator(seed: int, study: Study, block: int) -> np.random.Generator:
    """Return the generator of one block, which no other study and no other block shares."""
    return np.random.default_rng([seed, zlib.crc32(f"{study.method} {study.scenario}".encode()), block])


def run_study(study: Study, repetitions: int, seed: int, draws: int) -> Outcome:
    """Run a study. Raises ValueError if `repetitions` is no multiple of `BLOCK`."""
    if repetitions % BLOCK:
        raise ValueError(f"repetitions come in blocks of {BLOCK}, not {repetitions}")
    blocks = range(repetitions // BLOCK)
    hits = [study.count(block_generator(seed, study, block), BLOCK, draws) for block in blocks]
    return Outcome(study, np.array(hits, np.int64))


def rate_interval(hits: int, repetitions: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a rate (C. J. Clopper and E. S. Pearson, 1934)."""
    tail = (1 - confidence) / 2
    low = betaincinv(hits, repetitions - hits + 1, tail) if hits else 0.0
    high = betaincinv(hits + 1, repetitions - hits, 1 - tail) if hits < repetitions else 1.0
    return float(low), float(high)


def error_of(quantity: str, nominal: float | None, rate: float) -> float | None:
    """Return the error that a rate is: an interval errs where it does not hold the truth. None for power.

    A range that promises no rate (nominal None) is a description and errs by nothing; where a claim asks that it hold
    a number, missing the truth only withholds the claim.
    """
    if quantity == COVERAGE:
        return None if nominal is None else 1 - rate
    return rate if quantity in ERRORS else None


def errs_too_often(outcome: Outcome) -> bool:
    """Return whether a study bars its method from claims: an error above 8 %, on one side above 4 %.

    The coverage of an interval that is used by its lower end alone bars nothing.
    """
    study = outcome.study
    error = error_of(study.quantity, study.nominal, outcome.rate)
    if error is None or (study.quantity == COVERAGE and study.lower_end):
        return False
    return error > (LARGEST_ONE_SIDED_ERROR if study.quantity == TOO_HIGH else LARGEST_ERROR)


def is_used(outcomes: Iterable[Outcome]) -> bool:
    """Return whether a claim may rest on a method, of which `outcomes` are all."""
    outcomes = list(outcomes)
    return all(outcome.study.for_claims for outcome in outcomes) and not any(map(errs_too_often, outcomes))


def table_rows(outcomes: Iterable[Outcome]) -> list[tuple]:
    """Return the rows of results/calibration.csv (`COLUMNS`) of one method."""
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
    """One row of a calibration table, read back."""

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
    """Read a calibration table. Raises InputError if the file has other columns than `COLUMNS`."""
    with Path(path).open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise InputError(
                f"{Path(path).name} does not have the columns of a calibration table; make it anew with `make calibration`."
            )
        return [_rate(row) for row in reader]


def _rate(row: dict[str, str]) -> Rate:
    def number(column: str, kind: type) -> int | float | None:
        return kind(row[column]) if row[column] else None

    return Rate(
        **{column: row[column] for column in ("method", "scenario", "quantity", "role", "null")},
        **{column: number(column, float) for column in ("nominal", "rate", "low", "high")},
        **{
            column: number(column, int)
            for column in ("repetitions", "hits", "hits_first_50", "hits_first_200")
        },
        used=row["used"] == "true",
    )


def methods_in_use(rates: Iterable[Rate]) -> set[str]:
    """Return the methods that a claim may name as what it is calibrated by."""
    return {rate.method for rate in rates if rate.used}


def write_calibration(path: str | Path, rows: Iterable[tuple]) -> None:
    """Write rows of `table_rows` in the order given."""
    write_csv(path, COLUMNS, rows)
