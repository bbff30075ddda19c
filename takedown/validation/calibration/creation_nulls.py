"""Creation calendars of populations that do not differ: simulated ones with batches and waves, and the real control's own.

Each generator returns many calendars: [repetitions, days], accounts by day.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial

import numpy as np

from takedown.core.paths import RESOURCES
from takedown.creation.bursts import flag_bursts, local_baseline
from takedown.creation.concentration import daily_counts, rarefy
from takedown.validation.calibration.nulls import CALENDAR_CLUSTERS, DISPERSION

Simulate = Callable[..., np.ndarray]
Pairs = Iterator[tuple[np.ndarray, np.ndarray]]

BASELINE_DAYS = 90
#: The two common ends of both calendars, and ten more: the middle and the end of the months in which the control grew.
PRIMARY_CUT, EARLIER_CUT = "2019-08-19", "2019-05-31"
SLIDING_CUTS = tuple(
    f"2019-{day}"
    for day in (
        *("06-15", "06-30", "07-15", "07-31", "08-15"),
        *("08-31", "09-15", "09-30", "10-15", "10-31"),
    )
)
#: Rates of calendars without batches, accounts a day.
RATES = {
    "flat .1 a day": np.full(1500, 0.1),
    "flat 1 a day": np.full(1500, 1.0),
    "growing .05 to 2 a day in four years": np.geomspace(0.05, 2, 1500),
    "growing 1 to 20 a day in a year": np.geomspace(1, 20, 365),
}


@dataclass(frozen=True)
class Population:
    """A simulated population: days of its calendar, expected accounts, and how its batches differ from the operation's.

    Batches have `larger` times as many accounts, and there are `more` times as many of them.
    """

    days: int
    accounts: float
    larger: float = 1.0
    more: float = 1.0


#: Sizes and spans of the two real populations.
OPERATION = Population(4154, 940)
#: The same process seen in a larger sample: every batch grows with it. The same batches, and more of them: a larger crowd.
CONTROL = Population(4638, 5708, larger=5708 / 940)
DENSE_CONTROL = Population(4638, 5708, more=5708 / 940)
#: Two accounts share a day less often in a longer calendar or among more groups of friends: ratios need one span.
CONTROL_OF_ONE_SPAN = Population(4154, 5708, larger=5708 / 940)
#: Shares of a batch's accounts on its day and the next two.
ONE_DAY, THREE_DAYS = (1.0,), (0.6, 0.28, 0.12)


def uneven_days(
    rng: np.random.Generator, repetitions: int, population: Population, accounts: float
) -> np.ndarray:
    """Return rates of days around an even one, gamma with the dispersion .2, that add up to `accounts` on average."""
    rate = accounts / population.days
    return rng.gamma(1 / DISPERSION, rate * DISPERSION, (repetitions, population.days))


def batches(
    rng: np.random.Generator,
    repetitions: int,
    population: Population,
    *,
    number: float = 15,
    median: float = 8,
    spread: float = 1.0,
    shares: tuple[float, ...] = ONE_DAY,
    over_midnight: bool = False,
    waves: float = 0,
    wave_days: float = 90,
) -> np.ndarray:
    """Simulate single accounts on uneven days, and a Poisson number of batches of log-normal size.

    `number` batches are expected, of `median` accounts and log standard deviation `spread`; those of one batch join on
    its day and the next, by `shares`, or `over_midnight`: an even random share on the next day. Batches fall on any day,
    or with `waves` around a Poisson number of random times, with a standard deviation of `wave_days`: a population
    may then have several waves of six batches each, or none. `number` is `waves` times six then.
    """
    if waves:
        times = rng.poisson(waves, repetitions)
        of_repetition = np.repeat(np.arange(repetitions), times)
        in_wave = rng.poisson(6 * population.more, len(of_repetition))
        centre = np.repeat(rng.uniform(0, population.days, len(of_repetition)), in_wave)
        repetition, number = np.repeat(of_repetition, in_wave), 6 * waves
        day = centre + wave_days * rng.normal(size=len(centre))
    else:
        repetition = np.repeat(np.arange(repetitions), rng.poisson(number * population.more, repetitions))
        day = rng.uniform(0, population.days, len(repetition))
    size = population.larger * median * np.exp(spread * rng.normal(size=len(repetition)))
    expected = number * population.more * population.larger * median * np.exp(spread**2 / 2)
    rate = uneven_days(rng, repetitions, population, population.accounts - expected)
    later = rng.random(len(size))
    parts: Iterable[np.ndarray | float] = [1 - later, later] if over_midnight else shares
    for wait, part in enumerate(parts):
        place = np.clip(day.astype(np.int64) + wait, 0, population.days - 1)
        np.add.at(rate, (repetition, place), size * part)
    return rng.poisson(rate)


def friends(
    rng: np.random.Generator, repetitions: int, population: Population, *, together: float = 3.0
) -> np.ndarray:
    """Simulate people who join in groups of friends, all of a group on one day: geometric sizes of mean `together`."""
    groups = rng.poisson(uneven_days(rng, repetitions, population, population.accounts / together))
    counts = np.zeros_like(groups)
    place = np.nonzero(groups)
    counts[place] = groups[place] + rng.negative_binomial(groups[place], 1 / together)
    return counts


def log_normal_days(
    rng: np.random.Generator, repetitions: int, population: Population, *, spread: float
) -> np.ndarray:
    """Simulate days whose rates are log-normal and independent, log standard deviation `spread`."""
    rate = population.accounts / population.days * np.exp(-(spread**2) / 2)
    return rng.poisson(rate * np.exp(spread * rng.normal(size=(repetitions, population.days))))


def cohorts(rng: np.random.Generator, repetitions: int, population: Population) -> np.ndarray:
    """Simulate four merged cohorts of uneven size, each made in a season of its own, with fifteen batches among them.

    Seasons are normal, standard deviation 10 to 120 days; one account in ten joins at any time, and one in five in a batch.
    """
    size = (repetitions, 4)
    part = rng.dirichlet(np.full(4, 2.0), repetitions)
    centre, width = rng.uniform(0, population.days, size), np.exp(rng.uniform(np.log(10), np.log(120), size))
    days = np.arange(population.days)
    season = np.exp(-0.5 * ((days - centre[..., None]) / width[..., None]) ** 2)
    season *= (part / season.sum(axis=2))[..., None]
    rate = season.sum(axis=1) * rng.gamma(1 / DISPERSION, DISPERSION, (repetitions, population.days))
    rate = population.accounts * (0.7 * rate + 0.1 / population.days)
    number = 15 * population.more
    repetition = np.repeat(np.arange(repetitions), rng.poisson(number, repetitions))
    cohort = rng.integers(4, size=len(repetition))
    day = centre[repetition, cohort] + width[repetition, cohort] * rng.normal(size=len(repetition))
    accounts = np.exp(rng.normal(size=len(repetition)) - 0.5) * 0.2 * population.accounts / number
    np.add.at(rate, (repetition, np.clip(day, 0, population.days - 1).astype(np.int64)), accounts)
    return rng.poisson(rate)


def like_pairs(
    rng: np.random.Generator, repetitions: int, simulate: Simulate, control: Population = CONTROL
) -> Pairs:
    """Yield calendars of the operation and of a control, both by one simulation."""
    return zip(simulate(rng, repetitions, OPERATION), simulate(rng, repetitions, control), strict=True)


@cache
def published_calendar(name: str, cut: str = PRIMARY_CUT) -> tuple[np.datetime64, np.ndarray]:
    """Return first day and accounts by day of a published calendar (`account_creation` or `control_account_creation`)."""
    with (RESOURCES / "published" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["account_creation_date"] <= cut]
    days = np.array([row["account_creation_date"] for row in rows], "datetime64[D]")
    return daily_counts(days, np.array([int(row["accounts"]) for row in rows]))


def real_control(cut: str) -> np.ndarray:
    """Return the accounts by day of the real control until a cut."""
    return published_calendar("control_account_creation", cut)[1]


def published_batches() -> tuple[np.ndarray, np.ndarray]:
    """Return the accounts of each creation day of the published operation and of the control until the primary cut."""
    counts = published_calendar("account_creation")[1], real_control(PRIMARY_CUT)
    return counts[0][counts[0] > 0], counts[1][counts[1] > 0]


def thinned_control(rng: np.random.Generator, repetitions: int, cut: str, accounts: int = 940) -> np.ndarray:
    """Draw `accounts` accounts of the real control until a cut, at random without replacement."""
    control = real_control(cut)
    counts = np.zeros((repetitions, len(control)), np.int64)
    counts[:, control > 0] = rarefy(control, accounts, repetitions, rng)
    return counts


def control_halves(rng: np.random.Generator, repetitions: int, cuts: tuple[str, ...]) -> Pairs:
    """Yield two random halves of the real control, cut at one of `cuts` in turn."""
    for repetition in range(repetitions):
        control = real_control(cuts[repetition % len(cuts)])
        half = np.zeros_like(control)
        half[control > 0] = rarefy(control, int(control.sum()) // 2, 1, rng)[0]
        yield half, control - half


@cache
def operation_rate() -> np.ndarray:
    """Return the accounts a day that the real operation's calendar has around its bursts.

    Half an account is added to each local baseline, so that no rate is 0.
    """
    counts = published_calendar("account_creation")[1]
    accounts, days = local_baseline(counts, BASELINE_DAYS, flag_bursts(counts, 1.0, BASELINE_DAYS))
    return (accounts + 0.5) / np.maximum(days, 1)


ALIKE = "two populations of one process with 940 and 5,708 accounts over 4,154 and 4,638 days: "
BATCHES = "accounts that join alone, and about fifteen batches of log-normal size (median 8, log standard deviation 1), "
WAVES = (
    "accounts that join alone, and about four waves (Poisson), each of about six batches of median size 12, spread with a standard "
    "deviation of 90 days"
)
GROWN = "; the batches of the control are larger in proportion to its size"
AROUND_OPERATION = f"{CALENDAR_CLUSTERS}; the rate is that of the operation's calendar around its bursts"
#: Name, simulation and words of the exchangeable nulls in which every batch grows with the population.
EXCHANGEABLE: dict[str, tuple[Simulate, str]] = {
    "batches of one day": (batches, f"{BATCHES}each on one day{GROWN}"),
    "batches over midnight": (
        partial(batches, over_midnight=True),
        f"{BATCHES}each over one midnight{GROWN}",
    ),
    "sign-ups that decay over three days": (
        partial(batches, shares=THREE_DAYS),
        f"{BATCHES}each on three days (60, 28 and 12 %){GROWN}",
    ),
    "five batches": (
        partial(batches, number=5, median=20),
        f"accounts that join alone, and about five batches of log-normal size (median 20), each on one day{GROWN}",
    ),
    "four waves of months": (
        partial(batches, waves=4, median=12),
        f"{WAVES}{GROWN}",
    ),
    "four merged cohorts": (
        cohorts,
        f"four cohorts, each created in a season of its own, and about fifteen batches among them{GROWN}",
    ),
    "friends who join together": (
        friends,
        "people who join in groups of friends (geometric size, mean 3), each group on one day",
    ),
    "log-normal days, .6": (
        partial(log_normal_days, spread=0.6),
        "the rates of days are log-normal, with log standard deviation .6",
    ),
    "log-normal days, 1": (
        partial(log_normal_days, spread=1.0),
        "the rates of days are log-normal, with log standard deviation 1",
    ),
}
#: Nulls with the same batches in a larger crowd: what is a burst in a small population is lost in the control's density.
DENSE: dict[str, tuple[Simulate, str]] = {
    "batches of one day": (
        batches,
        f"{BATCHES}each on one day; the control has six times as many of them",
    ),
    "batches of moderate spread": (
        partial(batches, spread=0.5),
        "accounts that join alone, and about fifteen batches of log-normal size (median 8, log standard deviation .5), each on one day; "
        "the control has six times as many of them",
    ),
    "four waves of months": (
        partial(batches, waves=4, median=12),
        f"{WAVES}; the control has six times as many batches in a wave",
    ),
}
#: Populations without batches, in which a burst day is a false alarm.
WITHOUT_BATCHES = ("friends who join together", "log-normal days, .6", "log-normal days, 1")
REAL = "the published calendar of the real control"
HALVES = "its accounts are split at random into halves; data sets with several cuts take each cut in turn"
#: What a scenario calls its cuts, and the cuts.
CUTS = {
    PRIMARY_CUT: (PRIMARY_CUT,),
    EARLIER_CUT: (EARLIER_CUT,),
    "ten sliding cuts": SLIDING_CUTS,
}
