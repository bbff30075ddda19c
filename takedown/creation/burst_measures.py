"""The rows of results/measures/creation.csv and of results/tables/creation_days.csv that tell of bursts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from takedown.core.measures import Measure
from takedown.creation import bursts
from takedown.creation.rows import CONTROL, CreationRows
from takedown.statistics.estimate import Estimate, RowBuilder, generator

_row = RowBuilder("creation", "measure_creation", "creation bursts")


def find_subject_bursts(
    populations: Mapping[str, CreationRows], control_cut: np.datetime64, baseline_days: int, alpha: float
) -> dict[str, bursts.Bursts]:
    """Test the calendar of each population for bursts; the control's until the cut.

    The dispersion is the control's, or the population's own where there is no control.
    """
    calendars = {
        subject: (rows.until(control_cut) if subject == CONTROL else rows).calendar()[1]
        for subject, rows in populations.items()
    }
    dispersion = {
        subject: bursts.estimate_dispersion(counts, baseline_days, alpha)
        for subject, counts in calendars.items()
        if subject == CONTROL or CONTROL not in calendars
    }
    return {
        subject: bursts.find_bursts(
            counts, dispersion.get(CONTROL, dispersion.get(subject)), baseline_days, alpha
        )
        for subject, counts in calendars.items()
    }


def burst_measures(
    subject: str,
    rows: CreationRows,
    found: bursts.Bursts,
    *,
    dispersion_from: str,
    baseline_days: int,
    alpha: float,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return the burst days of a population and the fold of its largest; of the scan, where it is no control."""
    measures = [
        _row(
            "burst_days",
            subject,
            Estimate(int(found.flagged.sum()), n=len(found.flagged)),
            "days",
            f"days with more accounts than a negative binomial around the local baseline ({baseline_days} days on either "
            "side, at an end of the calendar as many as the shorter side has but at least "
            f"{bursts.SHORTEST_SIDE}; the neighbouring days and other bursts left out) explains, given the sum of day and "
            f"baseline; dispersion {found.dispersion:.3g} of the {dispersion_from} without its bursts; family: all days "
            f"from first to last account, Holm at {alpha:g}, so that with {100 * (1 - alpha):g} % confidence none is a "
            "false alarm and the count is a lower end, if ordinary days vary by that dispersion; test and effect size: "
            "largest_burst_fold, and for each day creation_days.csv; error rates: results/calibration.csv; n = days tested",
            rows.weakest,
        ),
        *_largest_burst("largest_burst_fold", subject, rows, found, baseline_days, alpha),
    ]
    if subject != CONTROL:
        rng = generator(seed, "creation.burst_days_scan", subject)
        measures += _scan(subject, rows, found, baseline_days, alpha, repetitions, rng)
    return measures


def _largest_burst(
    name: str, subject: str, rows: CreationRows, found: bursts.Bursts, baseline_days: int, alpha: float
) -> list[Measure]:
    fold = bursts.largest_burst(rows.calendar()[1], found, baseline_days, alpha)
    if fold is None:
        return []
    return [
        _row(
            name,
            subject,
            fold,
            "times the baseline",
            "accounts of the day with the smallest p-value over the mean of its local baseline (no value where that is "
            f"empty); {100 * (1 - alpha):g} % interval for all days at once (Bonferroni): exact, given the sum of day and "
            f"baseline, a day of fold f taken as f ordinary days (beta-binomial, dispersion {found.dispersion:.3g}); test: "
            "that of burst_days, adjusted for all days of the calendar (Holm); n = days tested",
            rows.weakest,
        )
    ]


def _scan(
    subject: str,
    rows: CreationRows,
    found: bursts.Bursts,
    baseline_days: int,
    alpha: float,
    repetitions: int,
    rng: np.random.Generator,
) -> list[Measure]:
    counts = rows.calendar()[1]
    scanned, p_value = bursts.scan_bursts(counts, found, baseline_days, repetitions, rng, alpha)
    measures = [
        _row(
            "burst_days_scan",
            subject,
            Estimate(int(scanned.sum()), n=len(counts)),
            "days",
            "days with accounts in windows of 1, 2, 4 or 7 days whose likelihood ratio against their local baseline "
            f"exceeds the {100 * (1 - alpha):g} % quantile of the maximum over {repetitions} simulated calendars without bursts; "
            f"companion of burst_days: {int((scanned & found.flagged).sum())} days are in both; a day of a flagged window "
            "need not be full by itself; test and effect size: largest_window_fold; error rates: results/calibration.csv; "
            "n = days scanned",
            rows.weakest,
        )
    ]
    fold = bursts.largest_window(counts, found, baseline_days, alpha)
    if fold is not None:
        measures.append(
            _row(
                "largest_window_fold",
                subject,
                replace(fold, p_value=p_value),
                "times the baseline",
                "accounts of the window with the largest likelihood ratio of the scan over what its local baseline expects; "
                f"{100 * (1 - alpha):g} % interval as in largest_burst_fold, for all windows at once (Bonferroni); test: the "
                f"largest ratio against its maxima over {repetitions} simulated calendars; n = windows",
                rows.weakest,
            )
        )
    return measures


def other_burst_measures(
    control: CreationRows, name: str, cut: np.datetime64, baseline_days: int, alpha: float
) -> list[Measure]:
    """Return the burst days that the control has when its calendar ends at another day; `name` tells the calendars apart.

    Days near the end of a calendar have a short baseline, in which the rise of a crowd looks like bursts.
    """
    before = control.until(cut)
    if not len(before.days):
        return []
    found = find_subject_bursts({CONTROL: before}, cut, baseline_days, alpha)[CONTROL]
    days = (before.calendar()[0] + np.flatnonzero(found.flagged)).astype(str).tolist()
    return [
        _row(
            f"burst_days_{name}",
            CONTROL,
            Estimate(len(days), n=len(found.flagged)),
            "days",
            f"burst_days of the control's accounts created until {before.days.max()}, with the dispersion "
            f"{found.dispersion:.3g} of that calendar: how far its bursts hang on where the calendar ends "
            f"({', '.join(days) or 'none'}); n = days tested",
            before.weakest,
            parameters={"created_until": (str(before.days.max()), "date")},
        ),
        *_largest_burst(f"largest_burst_fold_{name}", CONTROL, before, found, baseline_days, alpha),
    ]


def creation_day_table(rows: CreationRows, found: bursts.Bursts) -> tuple[list[str], Iterable[Sequence]]:
    """Return header and rows of the published calendar: each day with accounts, by archive, burst or not.

    `baseline` is the mean accounts of a day in the test's local baseline, so that a burst's size can be judged.
    """
    first, counts = rows.calendar()
    archives = np.unique(rows.archives)
    columns = np.zeros((len(archives), len(counts)), np.int64)
    place = (rows.days - first).astype(np.int64)
    np.add.at(columns, (np.searchsorted(archives, rows.archives), place), rows.accounts)
    used = np.flatnonzero(counts)
    header = ["date", *archives.tolist(), "accounts", "baseline", "burst", "p_adjusted", "provenance"]
    return header, zip(
        (first + used).astype(str).tolist(),
        *columns[:, used].tolist(),
        counts[used].tolist(),
        found.baseline[used].tolist(),
        found.flagged[used].tolist(),
        found.p_adjusted[used].tolist(),
        [rows.weakest] * len(used),
        strict=True,
    )
