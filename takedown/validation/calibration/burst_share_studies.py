"""Error and power of burst days by the ruled dispersion, and of comparisons of two creation calendars.

The functions that take a generator, repetitions and draws are `study.Find`: they yield one finding for each data set.
"""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.random import Generator
from scipy.special import ndtri

from takedown.creation import burst_share as bursts
from takedown.creation.bursts import flag_bursts
from takedown.creation.trimmed_ratio import trimmed_coincidence_ratio
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate
from takedown.validation.calibration import creation_nulls as nulls
from takedown.validation.calibration.creation_nulls import (
    BASELINE_DAYS,
    CONTROL,
    CONTROL_OF_ONE_SPAN,
    DENSE_CONTROL,
    OPERATION,
    Pairs,
    Simulate,
)
from takedown.validation.calibration.nulls import CALENDAR_CLUSTERS, calendars
from takedown.validation.calibration.study import (
    ALPHA,
    FAMILY_WISE,
    Scenario,
    Study,
    error_studies,
    power_studies,
    too_high_studies,
)

#: Accounts on the eight burst days of the real operation.
REAL_BURSTS = (119, 97, 30, 12, 11, 10, 6, 6)
PLANTED = {
    "bursts of the real sizes": REAL_BURSTS,
    "eight bursts of 12": (12,) * 8,
    "eight bursts of 50": (50,) * 8,
    "four bursts of 50": (50,) * 4,
}


def has_burst(counts: np.ndarray, dispersion: float) -> bool:
    """Return whether a calendar has a burst day."""
    return bool(flag_bursts(counts, dispersion, BASELINE_DAYS).any())


def false_bursts(rng: Generator, repetitions: int, draws: int, *, simulate: Simulate) -> Iterator[bool]:
    """Look for a burst day in an operation without bursts, by the dispersion of a control of the same process."""
    for counts, control in nulls.like_pairs(rng, repetitions, simulate):
        yield has_burst(counts, bursts.ruled_dispersion(control, BASELINE_DAYS))


def false_bursts_on_rates(
    rng: Generator, repetitions: int, draws: int, *, rate: np.ndarray
) -> Iterator[bool]:
    """Look for one in calendars that vary around a rate; the control is flat, at .8 accounts a day."""
    simulated = calendars(rng, repetitions, rate), calendars(rng, repetitions, np.full(1500, 0.8))
    for counts, control in zip(*simulated, strict=True):
        yield has_burst(counts, bursts.ruled_dispersion(control, BASELINE_DAYS))


def false_bursts_of_control(
    rng: Generator, repetitions: int, draws: int, *, cuts: tuple[str, ...]
) -> Iterator[bool]:
    """Look for a burst day in 940 accounts of the real control, cut at any of `cuts`."""
    found = np.zeros(repetitions, bool)
    for cut in cuts:
        dispersion = bursts.ruled_dispersion(nulls.real_control(cut), BASELINE_DAYS)
        thinned = nulls.thinned_control(rng, repetitions, cut)
        found |= [has_burst(counts, dispersion) for counts in thinned]
    return map(bool, found)


def bursts_of_friends(rng: Generator, repetitions: int, draws: int) -> Iterator[bool]:
    """Look for a burst day among friends who join together, where the control's people join alone."""
    return (has_burst(counts, 1.0) for counts in nulls.friends(rng, repetitions, OPERATION))


def found_bursts(rng: Generator, repetitions: int, draws: int, *, accounts: int) -> Iterator[bool]:
    """Ask whether accounts planted on a day of the operation's calendar are flagged, dispersion 1."""
    simulated = calendars(rng, repetitions, nulls.operation_rate())
    days = rng.integers(simulated.shape[1], size=repetitions)
    simulated[np.arange(repetitions), days] += accounts
    for counts, day in zip(simulated, days, strict=True):
        yield bool(flag_bursts(counts, 1.0, BASELINE_DAYS)[day])


def _flagged(counts: np.ndarray, control: np.ndarray, joint: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the burst days of a calendar and of its control, each alone or those of both added up."""
    dispersion = bursts.ruled_dispersion(control, BASELINE_DAYS)
    if joint:
        start = np.datetime64("2008-01-01")
        return bursts.joint_bursts(start, counts, start, control, dispersion, BASELINE_DAYS)
    return flag_bursts(counts, dispersion, BASELINE_DAYS), flag_bursts(control, dispersion, BASELINE_DAYS)


def _excesses(pairs: Pairs, rng: Generator, draws: int, joint: bool = False) -> Iterator[Estimate]:
    for counts, control in pairs:
        flagged, control_flagged = _flagged(counts, control, joint)
        drawn = bursts.draw_blocks(counts, control, draws, rng)
        yield bursts.burst_share_excess(counts, flagged, control, control_flagged, drawn)


def excesses(
    rng: Generator,
    repetitions: int,
    draws: int,
    *,
    simulate: Simulate,
    control: nulls.Population = CONTROL,
    joint: bool = False,
) -> Iterator[Estimate]:
    """Estimate the excess of one of two like populations."""
    return _excesses(nulls.like_pairs(rng, repetitions, simulate, control), rng, draws, joint)


def excesses_of_halves(
    rng: Generator, repetitions: int, draws: int, *, cuts: tuple[str, ...], joint: bool = False
) -> Iterator[Estimate]:
    """Estimate the excess of a random half of the real control over the other half."""
    return _excesses(nulls.control_halves(rng, repetitions, cuts), rng, draws, joint)


def jackknifed_excesses(
    rng: Generator, repetitions: int, draws: int, *, simulate: Simulate
) -> Iterator[Estimate]:
    """Estimate the excess with the normal lower end of a jackknife that leaves out 28 days at a time."""
    for pair in nulls.like_pairs(rng, repetitions, simulate):
        values, variances = zip(*map(_jackknife, pair, _flagged(*pair, joint=False)), strict=True)
        value = values[0] - values[1]
        yield Estimate(value, value - ndtri(1 - bursts.TAIL) * sum(variances) ** 0.5)


def _jackknife(counts: np.ndarray, flagged: np.ndarray) -> tuple[float, float]:
    starts = np.arange(0, len(counts), DRIFT_BLOCK_DAYS)
    on_bursts, accounts = (np.add.reduceat(part, starts) for part in (counts * flagged, counts))
    on_bursts, accounts = on_bursts[accounts > 0], accounts[accounts > 0]
    without = (on_bursts.sum() - on_bursts) / (accounts.sum() - accounts)
    return on_bursts.sum() / accounts.sum(), (len(accounts) - 1) * without.var()


@cache
def true_share() -> float:
    """Return the burst share that an operation with batches has on average, from a thousand calendars."""
    rng = np.random.default_rng(0)
    simulated = [counts for _ in range(10) for counts in nulls.batches(rng, 100, OPERATION)]
    on_bursts = [counts[flag_bursts(counts, 1.0, BASELINE_DAYS)].sum() for counts in simulated]
    return float(sum(on_bursts) / sum(counts.sum() for counts in simulated))


def excesses_of_batches(rng: Generator, repetitions: int, draws: int) -> Iterator[Estimate]:
    """Estimate the excess of an operation with batches over a control without any."""
    control = rng.poisson(nulls.uneven_days(rng, repetitions, CONTROL, CONTROL.accounts))
    return _excesses(zip(nulls.batches(rng, repetitions, OPERATION), control, strict=True), rng, draws)


def found_excesses(
    rng: Generator, repetitions: int, draws: int, *, planted: tuple[int, ...], joint: bool
) -> Iterator[bool]:
    """Ask whether the lower end exceeds 0: bursts on random days of the operation's rates, a control without any."""
    simulated = calendars(rng, repetitions, nulls.operation_rate())
    days = rng.integers(simulated.shape[1], size=(repetitions, len(planted)))
    np.add.at(simulated, (np.arange(repetitions)[:, None], days), planted)
    control = rng.poisson(nulls.uneven_days(rng, repetitions, CONTROL, CONTROL.accounts))
    for found in _excesses(zip(simulated, control, strict=True), rng, draws, joint):
        yield found.low is not None and found.low > 0


def trimmed_ratios(rng: Generator, repetitions: int, draws: int, *, simulate: Simulate) -> Iterator[Estimate]:
    """Estimate the trimmed ratio of two like populations.

    Groups of friends do not grow with the population, so that two populations of them are alike if equally large.
    """
    control = OPERATION if simulate is nulls.friends else CONTROL_OF_ONE_SPAN
    for pair in nulls.like_pairs(rng, repetitions, simulate, control):
        yield trimmed_coincidence_ratio(*pair)


def trimmed_ratios_of_halves(
    rng: Generator, repetitions: int, draws: int, *, cuts: tuple[str, ...]
) -> Iterator[Estimate]:
    """Estimate the trimmed ratio of two random halves of the real control."""
    for pair in nulls.control_halves(rng, repetitions, cuts):
        yield trimmed_coincidence_ratio(*pair)


#: Exchangeable populations, and halves of the real control.
_ALIKE: list[Scenario] = [
    (name, nulls.ALIKE + words, {"simulate": simulate})
    for name, (simulate, words) in nulls.EXCHANGEABLE.items()
]
_HALVES: list[Scenario] = [
    (f"halves of the real control, {name}", f"{nulls.REAL}; {nulls.HALVES}", {"cuts": cuts})
    for name, cuts in nulls.CUTS.items()
]
_LOWER_END: dict[str, Any] = {"tested": 50, "lower_end": True}


def _of_excess(method: str, joint: bool) -> Iterator[Study]:
    """Yield the studies of an excess: error on like populations and halves, power, and error against a larger crowd.

    The larger crowd is a limit unless the bursts are those of both calendars added up.
    """
    flat = f"{nulls.AROUND_OPERATION}; the control has 5,708 accounts and no burst"
    yield from too_high_studies(method, partial(excesses, joint=joint), 0, _ALIKE, **_LOWER_END)
    yield from too_high_studies(method, partial(excesses_of_halves, joint=joint), 0, _HALVES, **_LOWER_END)
    yield from power_studies(
        method,
        partial(found_excesses, joint=joint),
        [(name, flat, {"planted": planted}) for name, planted in PLANTED.items()],
        tested=50,
    )
    dense = [
        (f"{name}, more of them in the control", nulls.ALIKE + words, {"simulate": simulate})
        for name, (simulate, words) in nulls.DENSE.items()
    ]
    find = partial(excesses, control=DENSE_CONTROL, joint=joint)
    yield from too_high_studies(method, find, 0, dense, limit=not joint, **_LOWER_END)


_BURSTS: dict[str, Any] = {"quantity": FAMILY_WISE, "nominal": ALPHA, "tested": 50}
STUDIES = (
    *error_studies(
        "burst_day_test",
        false_bursts_on_rates,
        [
            (name, f"{CALENDAR_CLUSTERS}; the control has .8 a day and the same dispersion", {"rate": rate})
            for name, rate in nulls.RATES.items()
        ],
        **_BURSTS,
    ),
    *error_studies(
        "burst_day_test",
        false_bursts,
        [scenario for scenario in _ALIKE if scenario[0] in nulls.WITHOUT_BATCHES],
        **_BURSTS,
    ),
    *error_studies(
        "burst_day_test",
        false_bursts_of_control,
        [
            (
                f"the real control, {name}",
                f"{nulls.REAL}; 940 of its accounts are drawn at random; a burst at any of the cuts is a false alarm",
                {"cuts": cuts},
            )
            for name, cuts in nulls.CUTS.items()
        ],
        **_BURSTS,
    ),
    *power_studies(
        "burst_day_test",
        found_bursts,
        [
            (
                f"{accounts} accounts on a day of the operation",
                f"{nulls.AROUND_OPERATION}; the test uses dispersion 1",
                {"accounts": accounts},
            )
            for accounts in (8, 12, 20, 50)
        ],
        tested=50,
    ),
    *error_studies(
        "burst_day_test",
        bursts_of_friends,
        [
            (
                "friends who join together, a control of single people",
                "people of the operation join in groups of friends (geometric size, mean 3, one day each), people of the control "
                "join alone; a burst is joint creation, so the test is right here",
                {},
            )
        ],
        limit=True,
        **_BURSTS,
    ),
    *_of_excess("burst_share_excess", joint=False),
    *too_high_studies(
        "burst_share_excess",
        excesses_of_batches,
        true_share,
        [
            (
                "batches in the operation alone",
                f"{nulls.BATCHES}each on one day; the control has no batch",
                {},
            )
        ],
        **_LOWER_END,
    ),
    *too_high_studies(
        "burst_share_excess_by_jackknife",
        jackknifed_excesses,
        0,
        [scenario for scenario in _ALIKE if scenario[0] in ("batches of one day", "four waves of months")],
        for_claims=False,
        **_LOWER_END,
    ),
    *_of_excess("joint_burst_share_excess", joint=True),
    *too_high_studies(
        "trimmed_coincidence_ratio",
        trimmed_ratios,
        1,
        [
            (
                name,
                null.replace("5,708", "940")
                if name.startswith("friends")
                else null.replace(" and 4,638", ""),
                more,
            )
            for name, null, more in _ALIKE
        ],
        lower_end=True,
    ),
    *too_high_studies("trimmed_coincidence_ratio", trimmed_ratios_of_halves, 1, _HALVES, lower_end=True),
)
