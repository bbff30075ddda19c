"""False alarms of the usual burst detectors, on the calendars that the two valid tests are held against."""

from functools import partial

import numpy as np

from takedown.creation import detectors as burst_detectors
from takedown.validation.calibration import nulls
from takedown.validation.calibration.creation_studies import ALPHA, BASELINE_DAYS, RATES
from takedown.validation.calibration.study import FAMILY_WISE, Study


def false_alarms(
    rng: np.random.Generator, repetitions: int, draws: int, *, detector: str, rate: np.ndarray
) -> int:
    """Count the calendars without bursts in which a detector flags a day."""
    detectors = burst_detectors.detectors(nulls.DISPERSION, BASELINE_DAYS, ALPHA, draws, rng)
    flagged = detectors[detector](nulls.calendars(rng, repetitions, rate))
    return int(flagged.any(axis=1).sum())


#: Bayesian blocks take a tenth of a second for a long calendar, so they see the shortest and the sparsest.
SHORT = ("flat .1 a day", "growing 1 to 20 a day in a year")

STUDIES = tuple(
    Study(
        detector,
        name,
        FAMILY_WISE,
        nominal,
        nulls.CALENDAR_CLUSTERS,
        partial(false_alarms, detector=detector, rate=RATES[name]),
        for_claims=False,
        tested=50 if scenarios == SHORT else 200,
    )
    for detector, nominal, scenarios in (
        ("kleinberg_global", None, RATES),
        ("kleinberg_local", None, RATES),
        ("bayesian_blocks", ALPHA, SHORT),
        ("moving_z", None, RATES),
    )
    for name in scenarios
)
