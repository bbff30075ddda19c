"""The rows of results/measures/posting_rhythm.csv and results/tables/posting_rhythm.csv."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from takedown.core.measures import Measure
from takedown.posting.rhythm import FEWEST_INTERVALS, batch_median, burstiness, median_difference
from takedown.statistics.estimate import Estimate, RowBuilder, generator

_row = RowBuilder("posting", "measure_posting_rhythm", "posting rhythm")
TABLE_COLUMNS = ("subject", "percentile", "burstiness", "interval_minutes", "provenance")
PERCENTILES = np.arange(1, 100)


@dataclass(frozen=True)
class Rhythms:
    """Accounts of a population with ten intervals or more, arrays of one length, and what was counted of all.

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
    """Return the measures of each population's median account."""
    accounts = f"of accounts with {FEWEST_INTERVALS} intervals or more, {span[0]} to {span[1]}"
    interval = f"95 % interval: percentiles of {repetitions} bootstrap draws of whole creation days"
    described = {
        "burstiness": (
            "burstiness",
            f"median burstiness {accounts}: (σ − μ)/(σ + μ) of an account's intervals in the finite-size form of Kim and "
            f"Jo (2016), −1 even, 0 random, 1 bursts; {interval}; n = creation days",
        ),
        "interval_minutes": (
            "minutes",
            f"median {accounts} of the account's median time between neighbouring posts, known to the minute; "
            f"{interval}; n = creation days",
        ),
    }
    rows = []
    for subject, found in populations.items():
        values = {"burstiness": found.burstiness, "interval_minutes": found.minutes}
        for name, (unit, method) in described.items():
            if len(found.batch):
                rng = generator(seed, f"posting.{name}", subject)
                estimate = batch_median(values[name], found.batch, repetitions, rng)
                rows.append(_row(name, subject, estimate, unit, method, provenance[subject]))
        if found.intervals:
            rows.append(
                _row(
                    "same_minute_share",
                    subject,
                    Estimate(found.same_minute / found.intervals, n=found.intervals),
                    "share",
                    f"share of intervals between neighbouring posts of an account that are 0 at the minute's resolution, "
                    f"{span[0]} to {span[1]}; a description, no interval; n = intervals",
                    provenance[subject],
                )
            )
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
    subject = names[0]
    test = (
        f"accounts with {FEWEST_INTERVALS} intervals or more, {span[0]} to {span[1]}; 95 % interval: percentiles of "
        f"{repetitions} bootstrap draws of whole creation days in each; p-value: twice the part of these draws beyond "
        "no difference, (1 + k)/(B + 1); n = creation days of the population with fewer"
    )
    rng = generator(seed, "posting.burstiness_difference", subject)
    difference = median_difference(
        first.burstiness, first.batch, second.burstiness, second.batch, repetitions, rng
    )
    rows = [
        _row(
            "burstiness_difference",
            subject,
            difference,
            "difference of burstiness",
            f"median burstiness of {names[0]} less that of {names[1]}; {test}",
            provenance,
        )
    ]
    rng = generator(seed, "posting.interval_ratio", subject)
    # Half a minute more, for medians of 0 minutes.
    logs = (np.log(first.minutes + 0.5), np.log(second.minutes + 0.5))
    ratio = median_difference(logs[0], first.batch, logs[1], second.batch, repetitions, rng)
    numbers = [
        None if number is None else float(np.exp(number)) for number in (ratio.value, ratio.low, ratio.high)
    ]
    rows.append(
        _row(
            "interval_ratio",
            subject,
            Estimate(*numbers, ratio.p_value, ratio.n),
            "ratio",
            f"median account's median time between posts, {names[0]} over {names[1]}, half a minute added; {test}",
            provenance,
        )
    )
    return rows


def rhythm_table(subject: str, found: Rhythms, provenance: str) -> Iterable[tuple]:
    """Return the percentiles of burstiness and of median intervals over accounts, in the order of `TABLE_COLUMNS`."""
    if not len(found.batch):
        return []
    columns = (np.percentile(values, PERCENTILES).tolist() for values in (found.burstiness, found.minutes))
    count = len(PERCENTILES)
    return zip([subject] * count, PERCENTILES.tolist(), *columns, [provenance] * count, strict=True)
