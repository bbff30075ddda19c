"""How evenly an account posts: burstiness of its intervals, the median account of a population, and the rows on them.

`burstiness(n, mean, deviation)` is by account; `batch_median(values, batch, repetitions, rng)` and
`median_difference(first, first_batch, second, second_batch, repetitions, rng)` compare populations.

Accounts that were created on one day, a batch, are not independent: a batch stays whole in every draw.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from takedown.core.measures import Measure
from takedown.statistics.estimate import Ends, Estimate, RowBuilder, generator

#: Repetitions that are drawn at a time, so that memory stays small.
CHUNK = 250
#: Intervals that an account needs at least; with fewer its rhythm is too uncertain.
FEWEST_INTERVALS = 10

DRAWS = "95 % interval: percentiles of {repetitions} bootstrap draws of whole creation days"
TEST = (
    f"accounts with {FEWEST_INTERVALS} intervals or more, {{first_day}} to {{last_day}}; {DRAWS} in each; p-value: twice the "
    "part of these draws beyond no difference, (1 + k)/(B + 1)"
)
SMALLER = "creation days of the population with fewer"
ACCOUNTS = f"of accounts with {FEWEST_INTERVALS} intervals or more, {{first_day}} to {{last_day}}"
#: Measure → its unit, its method, and what its n counts.
METHODS = {
    "burstiness": (
        "burstiness",
        f"median burstiness {ACCOUNTS}: (σ − μ)/(σ + μ) of an account's intervals in the finite-size form of Kim and "
        f"Jo (2016), −1 even, 0 random, 1 bursts; {DRAWS}",
        "creation days",
    ),
    "interval_minutes": (
        "minutes",
        f"median {ACCOUNTS} of the account's median time between neighbouring posts, known to the minute; "
        f"{DRAWS}",
        "creation days",
    ),
    "same_minute_share": (
        "share",
        "share of intervals between neighbouring posts of an account that are 0 at the minute's resolution, "
        "{first_day} to {last_day}; a description, no interval",
        "intervals",
    ),
    "burstiness_difference": (
        "difference of burstiness",
        f"median burstiness of {{first}} less that of {{second}}; {TEST}",
        SMALLER,
    ),
    "interval_ratio": (
        "ratio",
        f"median account's median time between posts, {{first}} over {{second}}, half a minute added; {TEST}",
        SMALLER,
    ),
}
_row = RowBuilder(
    *("posting", "measure_posting_rhythm", "posting rhythm", METHODS), {"control": ["interval_ratio"]}
).described
TABLE_COLUMNS = ("subject", "percentile", "burstiness", "interval_minutes", "provenance")
PERCENTILES = np.arange(1, 100)


def burstiness(intervals: np.ndarray, mean: np.ndarray, deviation: np.ndarray) -> np.ndarray:
    """Return the burstiness of accounts: −1 for even intervals, 0 for a Poisson process, 1 for posts all in one burst.

    `intervals` is the number of times between neighbouring posts of an account, `mean` and `deviation`
    (population form) are theirs, in any unit; arrays of one length, all means positive. Finite-size form of
    (σ − μ)/(σ + μ): K.-I. Goh and A.-L. Barabási, EPL 81 (2008), equation 1; E.-K. Kim and H.-H. Jo, Physical
    Review E 94 (2016) 032311, equation 22, with the number of intervals for that of events, which are equal there.

    >>> burstiness(np.array([12]), np.array([60.0]), np.array([0.0])).tolist()
    [-1.0]
    """
    n, ratio = np.asarray(intervals, float), np.asarray(deviation) / np.asarray(mean)
    more, less = np.sqrt(n + 1), np.sqrt(n - 1)
    return (more * ratio - less) / ((more - 2) * ratio + less)


def weighted_medians(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the median of values (shape [k]), each repeated by its integer weight (shape [..., k]); NaN for weights of 0."""
    order = np.argsort(values, kind="stable")
    values = np.append(values[order], np.nan)
    reached = np.cumsum(np.asarray(weights)[..., order], axis=-1)
    half = reached[..., -1:] / 2
    low, high = (reached < half).sum(axis=-1), (reached <= half).sum(axis=-1)
    return (values[low] + values[high]) / 2


def percentile_interval(replicates: np.ndarray, confidence: float = 0.95) -> Ends:
    """Return the central range of bootstrap replicates; (None, None) where a resample had no value."""
    if len(replicates) == 0 or not np.isfinite(replicates).all():
        return None, None
    tail = (1 - confidence) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return float(low), float(high)


def batch_median(
    values: np.ndarray,
    batch: np.ndarray,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate:
    """Return the median over accounts with the percentile interval of a bootstrap of whole batches.

    `values` (one for each account) and `batch` (labels) have one length, at least 1, in any order. `n` counts
    batches; no interval for fewer than two. Source: A. C. Davison and D. V. Hinkley, Bootstrap Methods and
    their Application (1997), section 3.8.
    """
    number, batches = _numbered(batch)
    ends: Ends = (None, None)
    if batches > 1:
        ends = percentile_interval(_draws(values, number, batches, repetitions, rng), confidence)
    return Estimate(float(np.median(values)), *ends, n=batches)


def median_difference(
    first: np.ndarray,
    first_batch: np.ndarray,
    second: np.ndarray,
    second_batch: np.ndarray,
    repetitions: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate:
    """Return the first population's median account less the second's, with interval and p-value.

    Interval: percentiles of a bootstrap of whole batches in each population. Two-sided p-value: twice the share of the
    same draws on the other side of 0, (1 + k)/(repetitions + 1) for each side, at most 1. `n` counts the batches of the
    population with fewer; where it is less than two, there is neither interval nor p-value.
    """
    numbered = [_numbered(first_batch), _numbered(second_batch)]
    difference = float(np.median(first) - np.median(second))
    n = min(batches for _, batches in numbered)
    if n < 2:
        return Estimate(difference, n=n)
    draws = [
        _draws(values, *labels, repetitions, rng)
        for values, labels in zip((first, second), numbered, strict=True)
    ]
    replicates = draws[0] - draws[1]
    beyond = min(np.count_nonzero(replicates <= 0), np.count_nonzero(replicates >= 0))
    p_value = min(1.0, 2 * (1 + beyond) / (repetitions + 1))
    return Estimate(difference, *percentile_interval(replicates, confidence), p_value, n)


def _numbered(batch: np.ndarray) -> tuple[np.ndarray, int]:
    """Number the batches in the order of their labels, so that the order of rows does not matter."""
    _, number = np.unique(batch, return_inverse=True)
    return number, int(number.max()) + 1


def _draws(
    values: np.ndarray, number: np.ndarray, batches: int, repetitions: int, rng: np.random.Generator
) -> np.ndarray:
    chunks = [min(CHUNK, repetitions - start) for start in range(0, repetitions, CHUNK)]
    return np.concatenate(
        [
            weighted_medians(values, rng.multinomial(batches, np.full(batches, 1 / batches), size)[:, number])
            for size in chunks
        ]
    )


@dataclass(frozen=True)
class Rhythms:
    """Accounts of a population with ten intervals or more, arrays of one length, and the intervals of all accounts.

    `burstiness`, `minutes` (an account's median interval) and `batch` (its creation day) are by account;
    `intervals` counts those of the whole population, `same_minute` those of 0 minutes.
    """

    burstiness: np.ndarray
    minutes: np.ndarray
    batch: np.ndarray
    intervals: int
    same_minute: int


def rhythms(columns: Mapping[str, np.ndarray]) -> Rhythms:
    """Return the rhythms from the columns of workflow/sql/posting/post_intervals.sql, rows in any order.

    An account whose posts all lie in one minute has no burstiness at this resolution and is left out.
    """
    kept = (columns["intervals"] >= FEWEST_INTERVALS) & (columns["mean"] > 0)
    return Rhythms(
        burstiness(*(columns[name][kept] for name in ("intervals", "mean", "deviation"))),
        columns["median"][kept],
        columns["batch"][kept],
        int(columns["intervals"].sum()),
        int(columns["same_minute"].sum()),
    )


def rhythm_measures(
    populations: Mapping[str, Rhythms],
    provenance: Mapping[str, str],
    span: tuple[datetime.date, datetime.date],
    *,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return the measures of each population's median account; `span` is the first and the last day of the posts."""
    rows = []
    values: dict[str, Any] = {"first_day": span[0], "last_day": span[1], "repetitions": repetitions}
    for subject, found in populations.items():
        source = provenance[subject]
        for name, by_account in (("burstiness", found.burstiness), ("interval_minutes", found.minutes)):
            if len(found.batch):
                rng = generator(seed, f"posting.{name}", subject)
                estimate = batch_median(by_account, found.batch, repetitions, rng)
                rows.append(_row(name, subject, estimate, source, **values))
        if found.intervals:
            share = Estimate(found.same_minute / found.intervals, n=found.intervals)
            rows.append(_row("same_minute_share", subject, share, source, **values))
    return rows


def rhythm_comparison(
    names: tuple[str, str],
    populations: Mapping[str, Rhythms],
    provenance: str,
    span: tuple[datetime.date, datetime.date],
    *,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return the differences between the median accounts of two populations, of which the first is the subject."""
    first, second = (populations[name] for name in names)
    if not len(first.batch) or not len(second.batch):
        return []

    def difference(name: str, by_account: np.ndarray, of_second: np.ndarray) -> Estimate:
        rng = generator(seed, f"posting.{name}", names[0])
        return median_difference(by_account, first.batch, of_second, second.batch, repetitions, rng)

    # Half a minute is added for medians of 0 minutes.
    logs = (np.log(found.minutes + 0.5) for found in (first, second))
    ratio = difference("interval_ratio", *logs)
    value, low, high = (
        None if number is None else float(np.exp(number)) for number in (ratio.value, ratio.low, ratio.high)
    )
    found = {
        "burstiness_difference": difference("burstiness_difference", first.burstiness, second.burstiness),
        "interval_ratio": Estimate(value, low, high, ratio.p_value, ratio.n),
    }
    values: dict[str, Any] = {"first": names[0], "second": names[1], "repetitions": repetitions}
    values |= {"first_day": span[0], "last_day": span[1]}
    return [_row(name, names[0], estimate, provenance, **values) for name, estimate in found.items()]


def rhythm_table(subject: str, found: Rhythms, provenance: str) -> Iterable[tuple]:
    """Return the percentiles of burstiness and of median intervals over accounts, in the order of `TABLE_COLUMNS`."""
    if not len(found.batch):
        return []
    columns = (np.percentile(values, PERCENTILES).tolist() for values in (found.burstiness, found.minutes))
    count = len(PERCENTILES)
    return zip([subject] * count, PERCENTILES.tolist(), *columns, [provenance] * count, strict=True)
