"""Days on which more accounts were created than the weeks around them explain.

A burst means that accounts were created together. It is not evidence that they are inauthentic: people join in
waves too, and the control's calendar has bursts.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import betaln, gammaln

from takedown.statistics.estimate import Estimate, holm

#: Days on each side of the tested day that are not in its baseline, since a batch may run past midnight.
GUARD_DAYS = 1
#: Days that a side of a baseline may have even where the other side has fewer.
SHORTEST_SIDE = 21
#: Lengths of the windows of the scan, in days.
SCAN_WINDOWS = (1, 2, 4, 7)
#: Calendars that are simulated at a time; so many fit in the cache of a processor.
CHUNK = 25


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
    window: int = 1,
    guard_days: int = GUARD_DAYS,
) -> tuple[np.ndarray, np.ndarray]:
    """Return accounts and days in the baseline of every window of `window` days.

    `counts` has the shape [..., days]; the results have [..., days − window + 1] and [days − window + 1]. The
    baseline is `baseline_days` on either side of the window, without the window, `guard_days` next to it and
    the days marked in `left_out`. Near an end of the calendar the longer side is cut to the length of the shorter
    one, but not below `SHORTEST_SIDE`: one side alone lags behind steep growth, two sides of equal length do not.

    >>> accounts, days = local_baseline(np.array([1, 2, 9, 4, 5]), baseline_days=2)
    >>> (int(accounts[2]), int(days[2]))  # The first and the last day; the days beside the tested one are left out.
    (6, 2)
    """
    days = counts.shape[-1]
    kept = np.ones(days, np.int64) if left_out is None else (~left_out).astype(np.int64)
    zero = np.zeros((*counts.shape[:-1], 1), np.int64)
    accounts_before = np.concatenate([zero, np.cumsum(counts * kept, axis=-1)], axis=-1)
    days_before = np.concatenate([[0], np.cumsum(kept)])
    start = np.arange(days - window + 1)
    left = np.maximum(start - guard_days, 0)
    right = np.minimum(start + window + guard_days, days)
    longest = max(baseline_days - guard_days, 0)
    side = np.clip(np.minimum(left, days - right), min(SHORTEST_SIDE, longest), longest)
    first, last = np.maximum(left - side, 0), np.minimum(right + side, days)

    def outside(before: np.ndarray) -> np.ndarray:
        return before[..., left] - before[..., first] + before[..., last] - before[..., right]

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
    p_values[tested] = _upper_tail(kinds, shape)[kind.ravel()]
    return p_values


def _upper_tail(kinds: np.ndarray, shape: float) -> np.ndarray:
    """Return the beta-binomial probability of at least `day`; rows of `kinds` are day, baseline and its days."""
    day, baseline, days = kinds.T

    def total_probability(rows: np.ndarray, counts: np.ndarray, inside: np.ndarray) -> np.ndarray:
        total, others = (day + baseline)[rows, None], shape * days[rows, None]
        counts = np.where(inside, counts, 0)
        return np.where(inside, _beta_binomial(counts, total, shape, others), 0).sum(axis=1)

    rows, below = np.arange(len(day)), np.arange(day.max())
    upper = 1 - total_probability(rows, below[None, :], below < day[:, None])
    # The sum from below has few terms, but 1 less that sum has no precise digits where the tail is tiny.
    rows = np.flatnonzero(upper < 1e-4)
    if len(rows):
        above = day[rows, None] + np.arange(baseline[rows].max() + 1)
        upper[rows] = total_probability(rows, above, above <= (day + baseline)[rows, None])
    return np.clip(upper, 0, 1)


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


def _dispersion_fit(counts: np.ndarray, baseline_days: int, left_out: np.ndarray) -> float:
    accounts, days = local_baseline(counts, baseline_days, left_out)
    used = ~left_out & (days > 0) & (counts + accounts > 0)
    day, baseline, days = counts[used], accounts[used], days[used]

    def loss(log_dispersion: float) -> float:
        shape = np.exp(-log_dispersion)
        return -float((betaln(day + shape, baseline + shape * days) - betaln(shape, shape * days)).sum())

    return float(np.exp(minimize_scalar(loss, bounds=(-6, 4), method="bounded").x))


def estimate_dispersion(counts: np.ndarray, baseline_days: int, alpha: float = 0.05) -> float:
    """Estimate the dispersion of a calendar's days around their local mean, without its own bursts.

    Maximises the product over days of the conditional likelihoods of `burst_p_values` (a composite likelihood;
    C. Varin, N. Reid and D. Firth, 2011); days that then test as bursts are left out and the fit is repeated
    until none is added, or the bursts would hide themselves. Negative binomial dispersion survives random
    thinning of accounts, so that of a large control serves a smaller calendar. `counts` has one entry a day.
    """
    counts = np.asarray(counts, np.int64)
    left_out = np.zeros(len(counts), bool)
    while True:
        dispersion = _dispersion_fit(counts, baseline_days, left_out)
        flagged = find_bursts(counts, dispersion, baseline_days, alpha).flagged
        if not (flagged & ~left_out).any():
            return dispersion
        left_out |= flagged


def find_bursts(counts: np.ndarray, dispersion: float, baseline_days: int, alpha: float = 0.05) -> Bursts:
    """Flag the days with more accounts than their local baseline explains, family-wise error `alpha` (Holm).

    `counts` has one entry for every day of the calendar, days without an account too. Flagged days leave the
    baselines of the others, and the family is tested again until no day is added. Under the null this adds no error,
    because a second round follows a false rejection in the first alone.
    """
    counts = np.asarray(counts, np.int64)
    flagged = np.zeros(len(counts), bool)
    while True:
        accounts, days = local_baseline(counts, baseline_days, flagged)
        p_values = burst_p_values(counts, accounts, days, dispersion)
        p_adjusted = holm(p_values)
        found = flagged | (p_adjusted <= alpha)
        if (found == flagged).all():
            baseline = np.where(days > 0, accounts / np.maximum(days, 1), np.nan)
            return Bursts(flagged, p_adjusted, dispersion, baseline)
        flagged = found


def fold(
    accounts: int,
    baseline_accounts: int,
    baseline_day_count: int,
    dispersion: float,
    window: int = 1,
    confidence: float = 0.95,
) -> Estimate:
    """Return how many times its baseline a window of `window` days holds, with an exact conditional interval.

    A window of fold f is taken to hold the accounts of f · window ordinary days. Given the sum of window and
    baseline its accounts are then beta-binomial with f · window/dispersion and days/dispersion: the model of
    `burst_p_values` with f = 1, so that the interval and the test agree. The ends are the folds at which each tail holds
    (1 − confidence)/2, the method of C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), whose interval it is with a
    dispersion near 0. With an empty baseline, value and upper end are None. Raises ValueError for a baseline without a
    day.
    """
    if baseline_day_count < 1:
        raise ValueError("a fold needs a baseline of at least one day")
    total, tail = accounts + baseline_accounts, (1 - confidence) / 2

    def end(counts: np.ndarray) -> float:
        def excess(log_fold: float) -> float:
            shape = np.exp(log_fold) * window / dispersion
            return _beta_binomial(counts, total, shape, baseline_day_count / dispersion).sum() - tail

        return float(np.exp(brentq(excess, -50, 50)))

    value = accounts * baseline_day_count / (baseline_accounts * window) if baseline_accounts else None
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
        int(counts[day]), int(accounts[day]), int(days[day]), bursts.dispersion, 1, 1 - alpha / len(counts)
    )
    return replace(found, p_value=float(bursts.p_adjusted.min()), n=len(counts))


def null_rate(counts: np.ndarray, bursts: Bursts, baseline_days: int) -> np.ndarray:
    """Return the rate of each day (accounts) that a calendar without its bursts has: its local baseline's mean.

    Half an account is added to each baseline, so that no rate is 0.
    """
    accounts, days = local_baseline(np.asarray(counts, np.int64), baseline_days, bursts.flagged)
    return (accounts + 0.5) / np.maximum(days, 1)


def simulate_calendars(
    rate: np.ndarray, dispersion: float, calendars: int, rng: np.random.Generator
) -> np.ndarray:
    """Simulate calendars without bursts: negative binomial around `rate`, shape [calendars, days]."""
    return rng.poisson(rng.gamma(1 / dispersion, rate * dispersion, (calendars, len(rate))))


def _scan_statistics(
    counts: np.ndarray, dispersion: float, baseline_days: int, window: int, left_out: np.ndarray | None = None
) -> np.ndarray:
    """Return the scaled log likelihood ratio of every window of `window` days, 0 where it holds no excess."""
    accounts, days = local_baseline(counts, baseline_days, left_out, window)
    total = np.cumsum(counts, axis=-1)
    total = np.concatenate(
        [total[..., window - 1 : window], total[..., window:] - total[..., :-window]], axis=-1
    )
    statistic = np.zeros(total.shape)
    # Most windows of a sparse calendar are empty; the ratio is computed for the others alone.
    place = np.nonzero(total * days > window * accounts)
    observed = total[place].astype(float)
    daily = (accounts[place] + 0.5) / np.maximum(days[place[-1]], 1)
    expected = window * daily
    excess = observed * np.log(observed / expected) - (observed - expected)
    statistic[place] = np.where(observed > expected, excess / (1 + dispersion * daily), 0)
    return statistic


def _windows(
    counts: np.ndarray, bursts: Bursts, baseline_days: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return statistic, first day and length of every window of a calendar."""
    lengths = [window for window in SCAN_WINDOWS if window < len(counts)]
    observed = [
        _scan_statistics(counts, bursts.dispersion, baseline_days, length, bursts.flagged)
        for length in lengths
    ]
    return (
        np.concatenate([*observed, []]),
        np.concatenate([np.arange(len(values)) for values in observed] + [np.empty(0, np.int64)]),
        np.repeat(np.array(lengths, np.int64), [len(values) for values in observed]),
    )


def largest_window(
    counts: np.ndarray, bursts: Bursts, baseline_days: int, alpha: float = 0.05
) -> Estimate | None:
    """Return the fold of the scan's most extreme window, None where no window has a baseline; n counts windows.

    As in `largest_burst` the interval holds for all windows at once. The p-value is that of `scan_bursts`.
    """
    counts = np.asarray(counts, np.int64)
    statistic, first, length = _windows(counts, bursts, baseline_days)
    for place in np.lexsort((first, length, -statistic)):
        window = int(length[place])
        accounts, days = local_baseline(counts, baseline_days, bursts.flagged, window)
        start = first[place]
        if days[start] == 0:
            continue
        inside = int(counts[start : start + window].sum())
        baseline = int(accounts[start]), int(days[start])
        found = fold(inside, *baseline, bursts.dispersion, window, 1 - alpha / len(statistic))
        return replace(found, n=len(statistic))
    return None


def scan_bursts(
    counts: np.ndarray,
    bursts: Bursts,
    baseline_days: int,
    repetitions: int,
    rng: np.random.Generator,
    alpha: float = 0.05,
) -> tuple[np.ndarray, float]:
    """Flag days by a scan of windows of 1, 2, 4 and 7 days; return booleans for each day and the p-value.

    The statistic of a window is the Poisson log likelihood ratio against its local baseline (half an account added, so
    that no rate is 0), divided by the negative binomial variance factor. Its maximum over windows is compared with the
    maxima of simulated calendars: negative binomial days around the local rates without `bursts`, with the same
    dispersion. Significant windows are taken from the largest statistic down, without overlap, and their days with
    accounts are flagged. The p-value is that of the largest statistic. Source: M. Kulldorff, A spatial scan statistic
    (1997), with a local rate in place of the global one, which would flag any growth.
    """
    counts = np.asarray(counts, np.int64)
    rate = null_rate(counts, bursts, baseline_days)
    windows = [window for window in SCAN_WINDOWS if window < len(counts)]
    maxima = np.zeros(repetitions)
    for start in range(0, repetitions, CHUNK):
        simulated = simulate_calendars(rate, bursts.dispersion, min(CHUNK, repetitions - start), rng)
        for window in windows:
            statistic = _scan_statistics(simulated, bursts.dispersion, baseline_days, window).max(axis=1)
            maxima[start : start + CHUNK] = np.maximum(maxima[start : start + CHUNK], statistic)
    critical = np.quantile(maxima, 1 - alpha, method="higher")

    statistic, first, length = _windows(counts, bursts, baseline_days)
    flagged = np.zeros(len(counts), bool)
    for place in np.lexsort((first, length, -statistic)):
        if statistic[place] <= critical:
            break
        days_of_window = slice(first[place], first[place] + length[place])
        if not flagged[days_of_window].any():
            flagged[days_of_window] = True
    p_value = (1 + np.count_nonzero(maxima >= statistic.max(initial=0))) / (repetitions + 1)
    return flagged & (counts > 0), float(p_value)
