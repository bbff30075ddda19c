"""How many times faster than the control an innocent crowd would have to be, to be as synchronous as a population is."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from takedown.statistics.estimate import Estimate

#: Factors by which the windows of a control are stretched.
FACTORS = (1, 2, 4, 8, 16)


def times_faster(population: Estimate, control: Mapping[float, Estimate]) -> Estimate:
    """Return how many times faster than the control an innocent crowd must be, to be as synchronous as a population is.

    `control` is its synchrony by the factor by which both windows are stretched: what a crowd does within f · w of f · Δ
    seconds, one that is f times faster does within w of Δ. The value is the least factor at which the control, seen through
    windows stretched by it, is as synchronous as the population; between two factors the share is taken to be straight in
    the logarithm of the factor. `low` compares the lower end of the population's interval with the upper ends of the
    control's: the factor is at least that, with the confidence of the intervals. 1 where the control is as synchronous
    as it is; the value is None where no factor is enough, and `low` is then at most the largest factor. `n` counts pair-days of
    the population. No estimate (None, None) where stretching does not raise the share, as of lags without a scale, which
    look the same through any window.
    """
    factors = sorted(control)
    nothing = Estimate(None, n=population.n)
    if not factors or any(of.low is None for of in (control[factors[0]], control[factors[-1]])):
        return nothing
    if control[factors[-1]].low <= control[factors[0]].high:
        return nothing
    values = [control[factor].value for factor in factors]
    value = _first_factor(population.value, factors, values)
    if population.low is None:
        return replace(nothing, value=value)
    highs = [1.0 if control[factor].high is None else control[factor].high for factor in factors]
    low = _first_factor(population.low, factors, highs)
    return Estimate(value, factors[-1] if low is None else low, n=population.n)


def _first_factor(share: float, factors: list[float], shares: list[float]) -> float | None:
    """Return the least factor at which the shares reach a share; None if none does."""
    reached = np.flatnonzero(np.array(shares) >= share)
    if not len(reached):
        return None
    place = int(reached[0])
    if place == 0:
        return float(factors[0])
    ends = slice(place - 1, place + 1)
    return float(np.exp(np.interp(share, shares[ends], np.log(factors[ends]))))
