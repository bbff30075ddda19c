"""The share of a population's accounts that were made on burst days, and how far it exceeds a control's.

A burst day says that accounts were made together and no more: friends who join together make one too.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from takedown.creation.bursts import LEAST_DISPERSION, flag_bursts, local_baseline
from takedown.creation.concentration import rarefy
from takedown.creation.rows import CreationRows
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate

#: By how much the dispersion of a burst test exceeds the control's. Like the least one it was chosen on the real control:
#: its calendar, thinned to the operation's size and cut anywhere, then has no burst day.
SAFETY_FACTOR = 3.0
#: Blocks of 52 weeks, in units of `DRIFT_BLOCK_DAYS`: waves of sign-ups last for months, so shorter blocks are not independent.
UNITS_OF_BLOCK = 13
#: Nominal error of a lower end, and the draws that it is a quantile of: with 9,999 its second digit still depends on the seed.
TAIL = 0.025
DRAWS = 49_999


@dataclass(frozen=True)
class Dispersion:
    """The dispersion of a burst test, and the provenance of each row of accounts it comes from (none without a control)."""

    value: float
    provenance: np.ndarray


def burst_dispersion(control: CreationRows | None, baseline_days: int) -> Dispersion:
    """Return the dispersion that bursts are tested with: of the control until the cut, or 1 without a control.

    A measure that uses it rests on the control's rows too: add their provenance to its own.
    """
    if control is None:
        return Dispersion(LEAST_DISPERSION, np.empty(0, str))
    return Dispersion(ruled_dispersion(control.calendar()[1], baseline_days), control.provenance)


def ruled_dispersion(control_counts: np.ndarray, baseline_days: int) -> float:
    """Return max(1, 3 × the dispersion of all days of the control), its own bursts included.

    Variance around the local mean m is m + dispersion · m². At 1 and m far above 1 a day's accounts are nearly
    exponential: at m = 20, one day in a hundred has 90 or more. `control_counts` has one entry a day.
    """
    return max(LEAST_DISPERSION, SAFETY_FACTOR * fit_dispersion(control_counts, baseline_days))


def fit_dispersion(counts: np.ndarray, baseline_days: int) -> float:
    """Estimate the dispersion of all days of a calendar around their local mean.

    Maximises the product over days of the beta-binomial likelihoods of `bursts.burst_p_values`, a composite likelihood
    (C. Varin, N. Reid and D. Firth, 2011), between e⁻⁶ and e⁴. `counts` has one entry a day; the shortest calendars,
    which have no baseline, get the lower bound.
    """
    counts = np.asarray(counts, np.int64)
    around, days = local_baseline(counts, baseline_days)
    used = (days > 0) & (counts + around > 0)
    if not used.any():
        return float(np.exp(-6))
    counts, around, days = counts[used], around[used], days[used]
    # The likelihood is a sum of log gammas of few different numbers, each of which is worked out once.
    terms = [
        (*_kinds(of_accounts, of_days), sign)
        for of_accounts, of_days, sign in (
            (counts, np.ones_like(days), 1),
            (around, days, 1),
            (counts + around, days + 1, -1),
        )
    ]

    def loss(log_dispersion: float) -> float:
        shape = np.exp(-log_dispersion)
        return -sum(
            sign * float(times @ (gammaln(of_accounts + shape * of_days) - gammaln(shape * of_days)))
            for of_accounts, of_days, times, sign in terms
        )

    return float(np.exp(minimize_scalar(loss, bounds=(-6, 4), method="bounded").x))


def _kinds(accounts: np.ndarray, days: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the different pairs of two arrays of counts and how often each occurs."""
    width = int(days.max()) + 1
    pairs, times = np.unique(accounts * width + days, return_counts=True)
    return pairs // width, pairs % width, times


def joint_bursts(
    first: np.datetime64,
    counts: np.ndarray,
    control_first: np.datetime64,
    control_counts: np.ndarray,
    dispersion: float,
    baseline_days: int,
    alpha: float = 0.05,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of two calendars that are bursts of both added up: booleans for each day of either.

    A control of more accounts has a higher baseline, in which a batch is lost that stands out in a small population.
    Against the baseline of both together a batch is found or lost whichever population it belongs to.
    """
    start = min(first, control_first)
    offsets = [(day - start).astype(np.int64) for day in (first, control_first)]
    ends = [offset + len(values) for offset, values in zip(offsets, (counts, control_counts), strict=True)]
    both = np.zeros(max(ends), np.int64)
    for offset, end, values in zip(offsets, ends, (counts, control_counts), strict=True):
        both[offset:end] += values
    flagged = flag_bursts(both, dispersion, baseline_days, alpha)
    return flagged[offsets[0] : ends[0]], flagged[offsets[1] : ends[1]]


def burst_share(counts: np.ndarray, flagged: np.ndarray) -> Estimate:
    """Return the share of accounts that were made on flagged days; n = accounts. Both arrays have one entry a day.

    >>> burst_share(np.array([1, 8, 1]), np.array([False, True, False])).value
    0.8
    """
    total = int(counts.sum())
    return Estimate(float(counts[flagged].sum() / total) if total else None, n=total)


def thinned_burst_share(
    control_counts: np.ndarray,
    accounts: int,
    dispersion: float,
    baseline_days: int,
    draws: int,
    rng: np.random.Generator,
    confidence: float = 0.95,
) -> Estimate:
    """Return the burst share of `accounts` accounts drawn from a larger calendar without replacement: mean, central range.

    Raises ValueError if there are fewer accounts than `accounts`.
    """
    used = np.flatnonzero(control_counts)
    shares = np.empty(draws)
    for draw, drawn in enumerate(rarefy(control_counts, accounts, draws, rng)):
        thinned = np.zeros(len(control_counts), np.int64)
        thinned[used] = drawn
        shares[draw] = burst_share(thinned, flag_bursts(thinned, dispersion, baseline_days)).value
    tail = (1 - confidence) / 2
    low, high = np.quantile(shares, [tail, 1 - tail])
    return Estimate(float(shares.mean()), float(low), float(high), n=accounts)


def in_largest_month(first: np.datetime64, counts: np.ndarray) -> np.ndarray:
    """Return which days lie in the calendar month with the most accounts, the earliest of equals."""
    months = (first + np.arange(len(counts))).astype("datetime64[M]")
    month = (months - months[0]).astype(np.int64)
    return month == np.bincount(month, counts).argmax()


def _blocks(values: np.ndarray) -> np.ndarray:
    """Return the sums of a daily array in blocks of 52 weeks, shape [blocks, phases]: each phase begins 28 days earlier."""
    padded = np.zeros(-(-len(values) // DRIFT_BLOCK_DAYS) * DRIFT_BLOCK_DAYS)
    padded[: len(values)] = values
    units = padded.reshape(-1, DRIFT_BLOCK_DAYS).sum(axis=1)
    blocks = len(units) // UNITS_OF_BLOCK + 2
    sums = np.zeros((UNITS_OF_BLOCK, blocks * UNITS_OF_BLOCK))
    for phase in range(UNITS_OF_BLOCK):
        sums[phase, phase : phase + len(units)] = units
    return sums.reshape(UNITS_OF_BLOCK, blocks, UNITS_OF_BLOCK).sum(axis=2).T


def effective_blocks(counts: np.ndarray, flagged: np.ndarray) -> float:
    """Return how many blocks of 52 weeks with equally many accounts on burst days those of a calendar are worth.

    (Σx)² / Σx² (L. Kish, Survey Sampling, 1965, section 11.7), the smallest of all phases; 0 without a burst.
    """
    blocks = _blocks(np.where(flagged, counts, 0))
    squares = (blocks**2).sum(axis=0)
    return float((blocks.sum(axis=0) ** 2 / squares).min()) if squares.all() else 0.0


def draw_blocks(
    counts: np.ndarray, control_counts: np.ndarray, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return how often each draw counts each block of 52 weeks of two calendars: shape [draws, blocks] for either.

    The numbers are Poisson with mean 1, independently (J. A. Hanley and B. MacGibbon, 2006). They depend on the calendars by
    their lengths alone.
    """
    first, second = (
        rng.poisson(1.0, (draws, len(_blocks(calendar)))).astype(np.int8)
        for calendar in (counts, control_counts)
    )
    return first, second


def _resampled_shares(counts: np.ndarray, flagged: np.ndarray, drawn_times: np.ndarray) -> np.ndarray:
    """Return burst shares with blocks drawn so many times, shape [draws, phases]; 0 where no account is drawn."""
    on_bursts, accounts = _blocks(np.where(flagged, counts, 0)), _blocks(counts)
    times = drawn_times.astype(float)
    drawn = times @ accounts
    return np.divide(times @ on_bursts, drawn, out=np.zeros_like(drawn), where=drawn > 0)


def burst_share_excess(
    counts: np.ndarray,
    flagged: np.ndarray,
    control_counts: np.ndarray,
    control_flagged: np.ndarray,
    drawn: tuple[np.ndarray, np.ndarray],
) -> Estimate:
    """Return the burst share less that of a control, with a lower end (nominal error 2.5 %) and no upper one.

    The lower end is a quantile of differences in which each block of 52 weeks counts as often as it is `drawn`
    (`draw_blocks`; block bootstrap: H. R. Künsch, 1989). It is the least of 13 ways to cut a calendar into blocks, so it does not depend on where
    blocks begin. Against a control without a burst it is above 0 only if bursts lie in four blocks or more, since three are
    all left out in 5 % of draws. n = accounts. The upper end would be too low and is not given. No value where either
    calendar is empty.
    """
    share, of_control = burst_share(counts, flagged), burst_share(control_counts, control_flagged)
    if share.value is None or of_control.value is None:
        return Estimate(None, n=share.n)
    differences = _resampled_shares(counts, flagged, drawn[0]) - _resampled_shares(
        control_counts, control_flagged, drawn[1]
    )
    low = np.quantile(differences, TAIL, axis=0, method="inverted_cdf").min()
    return Estimate(share.value - of_control.value, float(low), n=share.n)


def excess_of_own_bursts(
    counts: np.ndarray,
    control_counts: np.ndarray,
    kept: np.ndarray,
    test: tuple[float, int, float],
    drawn: tuple[np.ndarray, np.ndarray],
) -> Estimate:
    """Return `burst_share_excess` where the bursts of each calendar are its own.

    `test` are dispersion, days of the baseline and family-wise error of `flag_bursts`. Days of the population that are not
    `kept` (booleans) are left out after the test.
    """
    flagged, control_flagged = (flag_bursts(calendar, *test) for calendar in (counts, control_counts))
    return burst_share_excess(counts * kept, flagged & kept, control_counts, control_flagged, drawn)
