"""Days on which more accounts were created than the weeks around them explain.

A burst means that accounts were created together. It is not evidence that they are inauthentic: people join in
waves too, and the control's calendar has bursts.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaln, gammaln

from takedown.statistics.estimate import Estimate, holm

#: Days on each side of the tested day that are not in its baseline, since a batch may run past midnight.
GUARD_DAYS = 1
#: Days that a side of a baseline may have even where the other side has fewer.
SHORTEST_SIDE = 21
#: The dispersion that a burst test of the study takes at least. From it on a day that holds no more than so many times its
#: baseline is no burst: its p-value exceeds .02, which Holm's correction does not accept in any calendar with a baseline.
LEAST_DISPERSION = 1.0
LEAST_FOLD = 3


@dataclass(frozen=True)
class Bursts:
    """Result of a burst test; the arrays have one entry for each day.

    `flagged` are the burst days (booleans), `p_adjusted` their adjusted p-values, `dispersion` is that of the test, and
    `baseline` the mean accounts of a day of the local baseline (nan without a baseline).
    """

    flagged: np.ndarray
    p_adjusted: np.ndarray
    dispersion: float
    baseline: np.ndarray


def local_baseline(
    counts: np.ndarray,
    baseline_days: int,
    left_out: np.ndarray | None = None,
    guard_days: int = GUARD_DAYS,
) -> tuple[np.ndarray, np.ndarray]:
    """Return accounts and days in the baseline of every day; `counts` and the results have one entry a day.

    The baseline is `baseline_days` on either side of the day, without the day itself, `guard_days` next to it and the
    days marked in `left_out`. Near an end of the calendar the longer side is cut to the length of the shorter
    one, but not below `SHORTEST_SIDE`: one side alone lags behind steep growth, two sides of equal length do not.

    >>> accounts, days = local_baseline(np.array([1, 2, 9, 4, 5]), baseline_days=2)
    >>> (int(accounts[2]), int(days[2]))  # The first and the last day; the days beside the tested one are left out.
    (6, 2)
    """
    days = len(counts)
    kept = np.ones(days, np.int64) if left_out is None else (~left_out).astype(np.int64)
    accounts_before = np.concatenate([[0], np.cumsum(counts * kept)])
    days_before = np.concatenate([[0], np.cumsum(kept)])
    day = np.arange(days)
    left = np.maximum(day - guard_days, 0)
    right = np.minimum(day + 1 + guard_days, days)
    longest = max(baseline_days - guard_days, 0)
    side = np.clip(np.minimum(left, days - right), min(SHORTEST_SIDE, longest), longest)
    first, last = np.maximum(left - side, 0), np.minimum(right + side, days)

    def outside(before: np.ndarray) -> np.ndarray:
        return before[left] - before[first] + before[last] - before[right]

    return outside(accounts_before), outside(days_before)


def burst_p_values(
    counts: np.ndarray, baseline_accounts: np.ndarray, baseline_day_count: np.ndarray, dispersion: float
) -> np.ndarray:
    """Return, for each day, the probability of at least its count given the sum of day and baseline.

    Days are negative binomial with one local mean and variance mean + dispersion · mean². Given their sum, the
    tested day is then beta-binomial with parameters 1/dispersion and days/dispersion, whatever the mean, so that the
    test includes the uncertainty of a sparse or empty baseline. Days at or below the baseline's mean get 1. Arrays have
    one length. Source: conditional tests of counts, E. L. Lehmann and
    J. P. Romano, Testing Statistical Hypotheses (2005), section 4.5; the beta-binomial case is the negative
    hypergeometric split of negative binomial counts.
    """
    counts, baseline_accounts, baseline_day_count = (
        np.asarray(array, np.int64) for array in (counts, baseline_accounts, baseline_day_count)
    )
    p_values = np.ones(len(counts))
    # A day without a baseline, as in a calendar of three days, is not tested.
    tested = np.flatnonzero(counts * baseline_day_count > baseline_accounts)
    if len(tested) == 0:
        return p_values
    shape = 1 / dispersion
    # Most days of a sparse calendar are equal, and each kind of day is computed once.
    kinds, kind = np.unique(
        np.column_stack([counts, baseline_accounts, baseline_day_count])[tested], axis=0, return_inverse=True
    )
    day, baseline, days = kinds.T
    upper = _upper_tail(day, baseline, days, shape)
    # 1 less the sum from below has no precise digits where the tail is tiny; there the tail itself is added up.
    for tiny in np.flatnonzero(upper < 1e-4):
        total = day[tiny] + baseline[tiny]
        above = np.arange(day[tiny], total + 1)
        upper[tiny] = _beta_binomial(above, total, shape, shape * days[tiny]).sum()
    p_values[tested] = upper[kind.ravel()]
    return p_values


def _upper_tail(day: np.ndarray, baseline: np.ndarray, days: np.ndarray, shape: float) -> np.ndarray:
    """Return the beta-binomial probability of at least `day` accounts, to thirteen decimals; arrays of one length."""
    row = np.repeat(np.arange(len(day)), day)
    below = np.arange(len(row)) - np.repeat(np.cumsum(day) - day, day)
    probability = _beta_binomial(below, (day + baseline)[row], shape, shape * days[row])
    return np.clip(1 - np.bincount(row, probability, len(day)), 0, 1)


def _beta_binomial(
    counts: np.ndarray, total: np.ndarray | int, shape: float, other_shape: np.ndarray | float
) -> np.ndarray:
    rest = total - counts
    return np.exp(
        gammaln(total + 1)
        - gammaln(counts + 1)
        - gammaln(rest + 1)
        + betaln(counts + shape, rest + other_shape)
        - betaln(shape, other_shape)
    )


def flag_bursts(counts: np.ndarray, dispersion: float, baseline_days: int, alpha: float = 0.05) -> np.ndarray:
    """Return the days with more accounts than their local baseline explains, family-wise error `alpha` (Holm): booleans.

    `counts` has one entry for every day of the calendar, days without an account too. Flagged days leave the
    baselines of the others, and the family is tested again until no day is added. Under the null this adds no error,
    because a second round follows a false rejection in the first alone.
    """
    counts = np.asarray(counts, np.int64)
    least_fold = LEAST_FOLD if dispersion >= LEAST_DISPERSION else 1
    flagged = np.zeros(len(counts), bool)
    while True:
        around, days = local_baseline(counts, baseline_days, flagged)
        # One account alone is never a burst either.
        large = np.flatnonzero((counts > 1) & (counts * days > least_fold * around))
        p_values = _upper_tail(counts[large], around[large], days[large], 1 / dispersion)
        # The days left out have larger p-values, so that those of the large ones are adjusted as in the whole family.
        adjusted = holm(np.concatenate([p_values, np.ones(len(counts) - len(large))]))[: len(large)]
        found = flagged.copy()
        found[large[adjusted <= alpha]] = True
        if (found == flagged).all():
            return flagged
        flagged = found


def find_bursts(counts: np.ndarray, dispersion: float, baseline_days: int, alpha: float = 0.05) -> Bursts:
    """Return the days that `flag_bursts` flags, with the adjusted p-value and the baseline of every day."""
    counts = np.asarray(counts, np.int64)
    flagged = flag_bursts(counts, dispersion, baseline_days, alpha)
    around, days = local_baseline(counts, baseline_days, flagged)
    p_adjusted = holm(burst_p_values(counts, around, days, dispersion))
    return Bursts(flagged, p_adjusted, dispersion, np.where(days > 0, around / np.maximum(days, 1), np.nan))


def fold(
    accounts: int,
    baseline_accounts: int,
    baseline_day_count: int,
    dispersion: float,
    confidence: float = 0.95,
) -> Estimate:
    """Return how many times its baseline a day holds, with an exact conditional interval.

    A day of fold f is taken to hold the accounts of f ordinary days. Given the sum of day and baseline its accounts are
    then beta-binomial with f/dispersion and days/dispersion: the model of `burst_p_values` with f = 1, so that the
    interval and the test agree. The ends are the folds at which each tail holds
    (1 − confidence)/2, the method of C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), whose interval it is with a
    dispersion near 0. With an empty baseline, value and upper end are None. Raises ValueError for a baseline without a
    day.
    """
    if baseline_day_count < 1:
        raise ValueError("a fold needs a baseline of at least one day")
    total, tail = accounts + baseline_accounts, (1 - confidence) / 2

    def end(counts: np.ndarray) -> float:
        def excess(log_fold: float) -> float:
            shape = np.exp(log_fold) / dispersion
            return _beta_binomial(counts, total, shape, baseline_day_count / dispersion).sum() - tail

        return float(np.exp(brentq(excess, -50, 50)))

    value = accounts * baseline_day_count / baseline_accounts if baseline_accounts else None
    low = end(np.arange(accounts, total + 1)) if accounts else 0.0
    high = end(np.arange(accounts + 1)) if baseline_accounts else None
    return Estimate(value, low, high)


def largest_burst(
    counts: np.ndarray, bursts: Bursts, baseline_days: int, alpha: float = 0.05
) -> Estimate | None:
    """Return the fold of the day with the smallest p-value, None where no day has a baseline.

    The day is the most extreme of all, so its interval holds for all days at once: its confidence is
    1 − alpha/days (Bonferroni). The p-value is that of `find_bursts`, adjusted for the days; n counts them.
    """
    counts = np.asarray(counts, np.int64)
    accounts, days = local_baseline(counts, baseline_days, bursts.flagged)
    if not days.any():
        return None
    p_values = np.where(days > 0, burst_p_values(counts, accounts, days, bursts.dispersion), np.inf)
    day = np.lexsort((-counts, p_values))[0]
    found = fold(
        int(counts[day]), int(accounts[day]), int(days[day]), bursts.dispersion, 1 - alpha / len(counts)
    )
    return replace(found, p_value=float(bursts.p_adjusted.min()), n=len(counts))
