"""Error and power of burst days by the ruled dispersion, and of the excess of the burst share over a control's."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np
from scipy.special import ndtri

from takedown.creation import burst_share as bursts
from takedown.creation.bursts import flag_bursts
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS
from takedown.validation.calibration import creation_nulls as nulls
from takedown.validation.calibration.creation_nulls import (
    BASELINE_DAYS,
    CONTROL,
    DENSE_CONTROL,
    OPERATION,
)
from takedown.validation.calibration.nulls import CALENDAR_CLUSTERS, calendars
from takedown.validation.calibration.study import ALPHA, FAMILY_WISE, POWER, TOO_HIGH, Study, lies_above

#: Accounts on the eight burst days of the real operation.
REAL_BURSTS = (119, 97, 30, 12, 11, 10, 6, 6)
PLANTED = {
    "bursts of the real sizes": REAL_BURSTS,
    "eight bursts of 12": (12,) * 8,
    "eight bursts of 50": (50,) * 8,
    "four bursts of 50": (50,) * 4,
}


def false_bursts(rng: np.random.Generator, repetitions: int, draws: int, *, simulate: nulls.Simulate) -> int:
    """Count how often an operation without bursts has a burst day by the dispersion of a control of one process."""
    return sum(
        bool(flag_bursts(counts, bursts.ruled_dispersion(control, BASELINE_DAYS), BASELINE_DAYS).any())
        for counts, control in nulls.like_pairs(rng, repetitions, simulate)
    )


def false_bursts_on_rates(rng: np.random.Generator, repetitions: int, draws: int, *, rate: np.ndarray) -> int:
    """Count the same on calendars that vary around a rate; the control is flat, at .8 accounts a day."""
    simulated = calendars(rng, repetitions, rate), calendars(rng, repetitions, np.full(1500, 0.8))
    return sum(
        bool(flag_bursts(counts, bursts.ruled_dispersion(control, BASELINE_DAYS), BASELINE_DAYS).any())
        for counts, control in zip(*simulated, strict=True)
    )


def false_bursts_of_control(
    rng: np.random.Generator, repetitions: int, draws: int, *, cuts: tuple[str, ...]
) -> int:
    """Count how often 940 accounts of the real control have a burst day when cut at any of `cuts`."""
    found = np.zeros(repetitions, bool)
    for cut in cuts:
        dispersion = _control_dispersion(cut)
        for repetition, counts in enumerate(nulls.thinned_control(rng, repetitions, cut)):
            found[repetition] |= flag_bursts(counts, dispersion, BASELINE_DAYS).any()
    return int(found.sum())


@cache
def _control_dispersion(cut: str) -> float:
    return bursts.ruled_dispersion(nulls.real_control(cut), BASELINE_DAYS)


def bursts_of_friends(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often friends who join together have a burst day when the control's people join alone."""
    return sum(
        bool(flag_bursts(counts, 1.0, BASELINE_DAYS).any())
        for counts in nulls.friends(rng, repetitions, OPERATION)
    )


def found_bursts(rng: np.random.Generator, repetitions: int, draws: int, *, accounts: int) -> int:
    """Count how often accounts planted on a day of the operation's calendar are flagged, dispersion 1."""
    simulated = calendars(rng, repetitions, nulls.operation_rate())
    days = rng.integers(simulated.shape[1], size=repetitions)
    simulated[np.arange(repetitions), days] += accounts
    return sum(
        bool(flag_bursts(counts, 1.0, BASELINE_DAYS)[day])
        for counts, day in zip(simulated, days, strict=True)
    )


def _flagged(counts: np.ndarray, control: np.ndarray, joint: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the burst days of a calendar and of its control, each alone or those of both added up."""
    dispersion = bursts.ruled_dispersion(control, BASELINE_DAYS)
    if joint:
        start = np.datetime64("2008-01-01")
        return bursts.joint_bursts(start, counts, start, control, dispersion, BASELINE_DAYS)
    return flag_bursts(counts, dispersion, BASELINE_DAYS), flag_bursts(control, dispersion, BASELINE_DAYS)


def _higher_ends(
    pairs: nulls.Pairs, rng: np.random.Generator, draws: int, joint: bool = False, true: float = 0.0
) -> int:
    """Count the pairs of calendars whose excess has a lower end above the truth."""
    hits = 0
    for counts, control in pairs:
        flagged, control_flagged = _flagged(counts, control, joint)
        found = bursts.burst_share_excess(counts, flagged, control, control_flagged, draws, rng)
        hits += lies_above(found, true)
    return hits


def excess_above_alike(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    simulate: nulls.Simulate,
    control: nulls.Population,
    joint: bool = False,
) -> int:
    """Count how often the excess of one of two like populations has a lower end above 0."""
    return _higher_ends(nulls.like_pairs(rng, repetitions, simulate, control), rng, draws, joint)


def excess_above_half(
    rng: np.random.Generator, repetitions: int, draws: int, *, cuts: tuple[str, ...], joint: bool = False
) -> int:
    """Count the same for two random halves of the real control."""
    return _higher_ends(nulls.control_halves(rng, repetitions, cuts), rng, draws, joint)


def jackknife_above_alike(
    rng: np.random.Generator, repetitions: int, draws: int, *, simulate: nulls.Simulate
) -> int:
    """Count the same for the normal interval of a jackknife that leaves out 28 days at a time."""
    hits = 0
    for pair in nulls.like_pairs(rng, repetitions, simulate):
        values, variances = zip(*map(_jackknife, pair, _flagged(*pair, joint=False)), strict=True)
        hits += values[0] - values[1] > ndtri(1 - bursts.TAIL) * sum(variances) ** 0.5
    return hits


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


def excess_above_truth(rng: np.random.Generator, repetitions: int, draws: int) -> int:
    """Count how often the lower end lies above the true excess: batches in the operation, none in the control."""
    control = rng.poisson(nulls.uneven_days(rng, repetitions, CONTROL, CONTROL.accounts))
    pairs = zip(nulls.batches(rng, repetitions, OPERATION), control, strict=True)
    return _higher_ends(pairs, rng, draws, true=true_share())


def found_excess(
    rng: np.random.Generator, repetitions: int, draws: int, *, planted: tuple[int, ...], joint: bool = False
) -> int:
    """Count how often the lower end exceeds 0: bursts on random days of the operation's rates, a control without any."""
    simulated = calendars(rng, repetitions, nulls.operation_rate())
    days = rng.integers(simulated.shape[1], size=(repetitions, len(planted)))
    np.add.at(simulated, (np.arange(repetitions)[:, None], days), planted)
    control = rng.poisson(nulls.uneven_days(rng, repetitions, CONTROL, CONTROL.accounts))
    return _higher_ends(zip(simulated, control, strict=True), rng, draws, joint)


def _above(method: str, scenario: str, null: str, count: Callable, **more: bool) -> Study:
    return Study(method, scenario, TOO_HIGH, bursts.TAIL, null, count, tested=50, lower_end=True, **more)


def _of_excess(method: str, joint: bool) -> list[Study]:
    """Return the studies of an excess: its lower end above the truth of like populations, and its power."""
    flat = f"{CALENDAR_CLUSTERS}, that of the operation without its bursts; a control of 5,708 accounts without a burst"
    return [
        *(
            _above(
                method,
                name,
                nulls.ALIKE + words,
                partial(excess_above_alike, simulate=simulate, control=CONTROL, joint=joint),
            )
            for name, (simulate, words) in nulls.EXCHANGEABLE.items()
            # Of both calendars together hardly a batch stands out, so the nulls with most bursts are enough.
            if not joint or name in nulls.HARDEST
        ),
        *(
            _above(
                method,
                f"halves of the real control, {name}",
                f"{nulls.REAL}, split at random into halves; with several cuts each in turn",
                partial(excess_above_half, cuts=cuts, joint=joint),
            )
            for name, cuts in nulls.CUTS.items()
        ),
        *(
            Study(
                method,
                name,
                POWER,
                None,
                flat,
                partial(found_excess, planted=planted, joint=joint),
                tested=50,
            )
            for name, planted in PLANTED.items()
        ),
    ]


def _of_dense_control(method: str, joint: bool) -> list[Study]:
    """Return the studies of an excess over a larger crowd: a limit unless the bursts are those of both added up."""
    return [
        _above(
            method,
            f"{name}, more of them in the control",
            nulls.ALIKE + words,
            partial(excess_above_alike, simulate=simulate, control=DENSE_CONTROL, joint=joint),
            limit=not joint,
        )
        for name, (simulate, words) in nulls.DENSE.items()
    ]


STUDIES = (
    *(
        Study(
            "burst_day_test",
            name,
            FAMILY_WISE,
            ALPHA,
            f"{CALENDAR_CLUSTERS}; the control of the dispersion likewise, .8 a day",
            partial(false_bursts_on_rates, rate=rate),
            tested=50,
        )
        for name, rate in nulls.RATES.items()
    ),
    *(
        Study(
            "burst_day_test",
            name,
            FAMILY_WISE,
            ALPHA,
            nulls.ALIKE + words,
            partial(false_bursts, simulate=simulate),
            tested=50,
        )
        for name, (simulate, words) in nulls.EXCHANGEABLE.items()
        if "batches" not in words
    ),
    *(
        Study(
            "burst_day_test",
            f"the real control, {name}",
            FAMILY_WISE,
            ALPHA,
            f"{nulls.REAL}, thinned at random to 940 accounts; a burst at any cut is a false alarm",
            partial(false_bursts_of_control, cuts=cuts),
            tested=50,
        )
        for name, cuts in nulls.CUTS.items()
    ),
    *(
        Study(
            "burst_day_test",
            f"{accounts} accounts on a day of the operation",
            POWER,
            None,
            f"{CALENDAR_CLUSTERS}, that of the operation without its bursts; dispersion of the test 1",
            partial(found_bursts, accounts=accounts),
            tested=50,
        )
        for accounts in (8, 12, 20, 50)
    ),
    Study(
        "burst_day_test",
        "friends who join together, a control of single people",
        FAMILY_WISE,
        ALPHA,
        "groups of friends of geometric size, mean 3, each on one day; those of the control join alone; to join together is "
        "what a burst is, so that this is no false alarm by the test's own words",
        bursts_of_friends,
        tested=50,
        limit=True,
    ),
    *_of_excess("burst_share_excess", joint=False),
    *_of_dense_control("burst_share_excess", joint=False),
    _above(
        "burst_share_excess",
        "batches in the operation alone",
        f"{nulls.BATCHES}each on one day; a control without a batch",
        excess_above_truth,
    ),
    *(
        _above(
            "burst_share_excess_by_jackknife",
            name,
            nulls.ALIKE + nulls.EXCHANGEABLE[name][1],
            partial(jackknife_above_alike, simulate=nulls.EXCHANGEABLE[name][0]),
            for_claims=False,
        )
        for name in ("batches of one day", "four waves of months")
    ),
    *_of_excess("joint_burst_share_excess", joint=True),
    *_of_dense_control("joint_burst_share_excess", joint=True),
)
