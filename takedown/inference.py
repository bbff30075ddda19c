"""What every measure with an interval shares: the estimate, and a random generator of its own."""

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Estimate:
    """A number, the ends of its interval and a p-value; None where there is none. `n` counts units of evidence."""

    value: float
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int | None = None


def generator(seed: int, measure: str, subject: str) -> np.random.Generator:
    """Return a generator for one measure of one subject, so that no other measure changes its draws."""
    return np.random.default_rng([seed, zlib.crc32(f"{measure} {subject}".encode())])
