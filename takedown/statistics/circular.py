"""Directions on the clock: mean hour, resultant length and Rayleigh test of weighted hours of the day.

Source: N. I. Fisher, Statistical Analysis of Circular Data (1993).
"""

import numpy as np

HOURS = 24


def direction_sums(hours: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the sums of weighted unit vectors along the last axis as complex numbers.

    `hours` (shape [..., k]) are decimal hours of the day, `weights` (broadcastable) are counts.
    """
    angles = 2 * np.pi * np.asarray(hours, float) / HOURS
    return (np.asarray(weights) * np.exp(1j * angles)).sum(axis=-1)


def mean_hour(direction: complex | np.ndarray) -> np.ndarray:
    """Return the hour, from 0 to 24, to which a sum of unit vectors points.

    >>> float(mean_hour(direction_sums(np.array([9.0, 11.0]), np.array([1, 1]))).round(6))
    10.0
    """
    return np.angle(direction) * HOURS / (2 * np.pi) % HOURS


def rayleigh_p_value(resultant_length: float, n: int) -> float:
    """Return the p-value of the Rayleigh test that n independent directions are uniform.

    `resultant_length` is the mean resultant length, 0 to 1. Source: J. H. Zar, Biostatistical Analysis (2010), eq. 27.4.
    """
    total = n * resultant_length
    return float(min(1.0, np.exp(np.sqrt(1 + 4 * n + 4 * (n**2 - total**2)) - (1 + 2 * n))))


def resultant_interval(resultant_length: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return an interval for the population's resultant length from n independent directions.

    For small ρ, 2 n R² is nearly non-central chi-square with 2 degrees of freedom and non-centrality 2 n ρ² (K. V. Mardia
    and P. E. Jupp, Directional Statistics, 2000, section 4.8). The interval inverts this distribution, so it starts at 0
    where uniform directions are compatible; the interval of a bootstrap never does.
    """
    # Imported here, since figures only read the hours and the import takes a fifth of a second.
    from scipy.special import chndtrinc

    statistic = 2 * n * resultant_length**2
    tail = (1 - confidence) / 2
    noncentrality = np.array([chndtrinc(statistic, 2, probability) for probability in (1 - tail, tail)])
    # The inverse is a tiny number or nan where 0 is compatible.
    low, high = np.sqrt(np.where(noncentrality > 1e-9, noncentrality, 0) / (2 * n))
    return float(low), float(min(1.0, high))
