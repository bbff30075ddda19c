"""How many times faster than the control an innocent crowd would have to be, to be as synchronous as a population is."""

from collections.abc import Mapping

import numpy as np

from takedown.statistics.estimate import Estimate

#: Factors by which the windows of a control are stretched.
FACTORS = (1, 2, 4, 8, 16)


def times_faster(population: Estimate, control: Mapping[float, Estimate]) -> Estimate | None:
    """Return how many times faster than the control an innocent crowd must be, to be as synchronous as a population is.

    `control` is its synchrony by the factor by which both windows are stretched: what a crowd does within f · w of f · Δ
    seconds, one that is f times faster does within w of Δ. The value is the least factor at which the control, seen through
    windows stretched by it, is as synchronous as the population; between two factors the share is taken to be straight in
    the logarithm of the factor. `low` compares the lower end of the population's interval with the upper ends of the
    control's: the factor is at least that, with the confidence of the intervals. 1 where the control is as synchronous
    as it is, and the largest factor where that or more is needed. `n` counts pair-days of the population. None where
    stretching does not raise the share, as of lags without a scale, which look the same through any window.
    """
    factors = sorted(control)
    shares = np.array([_numbers(control[factor]) for factor in factors], float).reshape(-1, 3)
    if not factors or not shares[-1, 1] > shares[0, 2]:
        return None
    value, low, _ = _numbers(population)
    factor = _first_factor(value, factors, shares[:, 0])
    if np.isnan(low):
        return Estimate(factor, n=population.n)
    return Estimate(factor, _first_factor(low, factors, np.nan_to_num(shares[:, 2], nan=1.0)), n=population.n)


def _numbers(share: Estimate) -> np.ndarray:
    """Return value and ends of a share, NaN where they are not known."""
    return np.array([share.value, share.low, share.high], float)


def _first_factor(share: float, factors: list[float], shares: np.ndarray) -> float:
    """Return the least factor at which the shares reach a share, the largest if none does."""
    reached = np.flatnonzero(shares >= share)
    place = int(reached[0]) if len(reached) else len(factors) - 1
    if place == 0 or not len(reached):
        return float(factors[place])
    ends = slice(place - 1, place + 1)
    return float(np.exp(np.interp(share, shares[ends], np.log(factors[ends]))))
