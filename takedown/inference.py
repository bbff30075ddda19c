"""What every measure with an interval shares: the estimate, and a random generator of its own."""

import zlib
from dataclasses import dataclass

import numpy as np

from takedown.measures import Measure


@dataclass(frozen=True)
class Estimate:
    """A number, the ends of its interval and a p-value; None where there is none. `n` counts units of evidence."""

    value: float
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    n: int | None = None

    def as_measure(
        self, measure: str, subject: str, *, unit: str, method: str, provenance: str, rule: str
    ) -> Measure:
        """Return the row of results/measures.csv that reports the estimate."""
        return Measure(
            measure,
            subject,
            self.value,
            self.low,
            self.high,
            self.p_value,
            self.n,
            unit,
            method,
            provenance,
            rule,
        )


def generator(seed: int, measure: str, subject: str) -> np.random.Generator:
    """Return a generator for one measure of one subject, so that no other measure changes its draws."""
    return np.random.default_rng([seed, zlib.crc32(f"{measure} {subject}".encode())])
