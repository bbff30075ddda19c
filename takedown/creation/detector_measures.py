"""The rows and tables of burst detectors: what each flags, and how often it would without a burst."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from takedown.core.measures import Measure
from takedown.creation import bursts
from takedown.creation import detectors as burst_detectors
from takedown.creation.rows import CONTROL, CreationRows
from takedown.statistics.estimate import Estimate, RowBuilder, generator

#: Of the calendars without a burst, slow detectors take the first so many only.
FEWER_CALENDARS = {"scan": 50, "bayesian_blocks": 15}
#: Draws of the scan on each of them. The error of a Monte Carlo test is alpha for any number of draws with
#: alpha · (draws + 1) a whole number (A. C. A. Hope, 1968); its power is what grows with them.
SCAN_DRAWS = 19

METHODS = {
    "day_test": "negative binomial day test against the local baseline, Holm",
    "scan": "scan of local likelihood ratios with a Monte Carlo maximum",
    "kleinberg_local": "Kleinberg's two-state automaton around each day's local baseline, s = 2, γ = 1",
    "kleinberg_global": "Kleinberg's two-state automaton around the mean of the whole calendar, s = 2, γ = 1",
    "bayesian_blocks": "Bayesian blocks with more than twice the mean rate of the whole calendar",
    "moving_z": "more than three standard deviations above the mean of the local baseline",
}


@dataclass(frozen=True)
class Detected:
    """What a detector did with a population's calendar.

    `days` (datetime64[D]) that it flagged and their `accounts`; how many of them the day test flagged too; the share
    of calendars without a burst that it flags a day of, simulated at the population's own local rate and in growth.
    """

    subject: str
    detector: str
    first_day: np.datetime64
    last_day: np.datetime64
    days: np.ndarray
    accounts: np.ndarray
    shared: int
    local: Estimate
    growth: Estimate
    provenance: str

    @property
    def valid(self) -> bool:
        """Whether the detector's error is bounded."""
        return self.detector in burst_detectors.VALID


def try_detectors(
    populations: Mapping[str, CreationRows],
    found: Mapping[str, bursts.Bursts],
    *,
    control_cut: np.datetime64,
    baseline_days: int,
    alpha: float,
    seed: int,
    repetitions: int,
    calendars: int,
) -> list[Detected]:
    """Run every detector on the calendar of each population (the control's until the cut) and on burst-free ones.

    `found` is what the day test found in them. A burst-free calendar is negative binomial with the dispersion of
    `found`, around the population's local rate without its bursts or around `burst_detectors.GROWTH`.
    """
    results = []
    for subject, rows in populations.items():
        rows = rows.until(control_cut) if subject == CONTROL else rows
        first, counts = rows.calendar()
        dispersion = found[subject].dispersion
        # The draws of creation.burst_days_scan, so that both files tell of the same days.
        scan_rng = generator(seed, "creation.burst_days_scan", subject)
        rng = generator(seed, "creation.false_alarms", subject)
        detect = burst_detectors.detectors(dispersion, baseline_days, alpha, repetitions, scan_rng)
        detect_null = burst_detectors.detectors(dispersion, baseline_days, alpha, SCAN_DRAWS, rng)
        rate = bursts.null_rate(counts, found[subject], baseline_days)
        local, growth = (
            burst_detectors.burst_free_calendars(smooth, dispersion, calendars, rng)
            for smooth in (rate, burst_detectors.GROWTH)
        )
        for name in detect:
            flagged = detect[name](counts)
            tried = slice(FEWER_CALENDARS.get(name))
            results.append(
                Detected(
                    subject,
                    name,
                    first,
                    first + len(counts) - 1,
                    first + np.flatnonzero(flagged),
                    counts[flagged],
                    int((flagged & found[subject].flagged).sum()),
                    burst_detectors.false_alarms(detect_null[name], local[tried]),
                    burst_detectors.false_alarms(detect_null[name], growth[tried]),
                    rows.weakest,
                )
            )
    return results


def detector_measures(results: Iterable[Detected]) -> list[Measure]:
    """Return the days that each detector flags. Its false alarms are of simulated calendars: they stand in the table."""
    row = RowBuilder("creation", "measure_burst_detectors")
    return [
        row(
            f"days_{one.detector}",
            one.subject,
            Estimate(len(one.days), n=int((one.last_day - one.first_day).astype(int)) + 1),
            "days",
            f"days with accounts that the detector flags: {METHODS[one.detector]}; {one.shared} of them are "
            f"burst days; {'a valid test' if one.valid else 'for sensitivity, its error is not bounded'}; n = days",
            one.provenance,
        )
        for one in results
    ]


def detector_table(results: Iterable[Detected]) -> tuple[list[str], list[Sequence]]:
    """Return header and rows of results/tables/burst_detectors.csv."""
    header = [
        "subject",
        "detector",
        "valid",
        "first_day",
        "last_day",
        "days_flagged",
        "days_shared_with_day_test",
    ]
    for null in ("local", "growth"):
        header += [
            f"false_alarms_{null}",
            f"false_alarms_{null}_low",
            f"false_alarms_{null}_high",
            f"calendars_{null}",
        ]
    return [*header, "provenance"], [
        (
            *(
                one.subject,
                one.detector,
                one.valid,
                str(one.first_day),
                str(one.last_day),
                len(one.days),
                one.shared,
            ),
            *(one.local.value, one.local.low, one.local.high, one.local.n),
            *(one.growth.value, one.growth.low, one.growth.high, one.growth.n),
            one.provenance,
        )
        for one in results
    ]


def detected_days(results: Iterable[Detected]) -> tuple[list[str], list[Sequence]]:
    """Return header and rows of results/tables/burst_detector_days.csv: every flagged day."""
    return ["subject", "detector", "date", "accounts", "provenance"], [
        (one.subject, one.detector, day, accounts, one.provenance)
        for one in results
        for day, accounts in zip(one.days.astype(str).tolist(), one.accounts.tolist(), strict=True)
    ]
