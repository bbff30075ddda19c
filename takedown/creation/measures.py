"""The rows of results/measures/creation.csv; those that tell of bursts come from `takedown.creation.burst_measures`."""

from collections.abc import Mapping

import numpy as np

from takedown.core.measures import Measure, weakest_provenance
from takedown.creation import bursts
from takedown.creation import concentration as creation
from takedown.creation.burst_measures import (
    burst_measures,
    creation_day_table,
    find_subject_bursts,
    other_burst_measures,
)
from takedown.creation.rows import CONTROL, CreationRows
from takedown.statistics.estimate import Estimate, RowBuilder, generator

__all__ = ["CONTROL", "CreationRows", "creation_day_table", "creation_measures", "find_subject_bursts"]

_row = RowBuilder("creation", "measure_creation", "creation bursts")


def creation_measures(
    populations: Mapping[str, CreationRows],
    found: Mapping[str, bursts.Bursts],
    *,
    control_cut: np.datetime64,
    earlier_cut: np.datetime64,
    baseline_days: int,
    alpha: float,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return the measures of creation of every population, and of each against the one named control.

    `earlier_cut` is a second common end of both calendars: what depends on the cut is reported at both.
    """
    measures = []
    cuts = {"": control_cut, "_earlier_cut": earlier_cut}
    for subject, rows in populations.items():
        measures += _describe(subject, rows, control_cut)
        measures += burst_measures(
            subject,
            rows.until(control_cut) if subject == CONTROL else rows,
            found[subject],
            dispersion_from=CONTROL if CONTROL in populations else "calendar",
            baseline_days=baseline_days,
            alpha=alpha,
            seed=seed,
            repetitions=repetitions,
        )
        for suffix, cut in cuts.items():
            measures += _concentration(subject, rows, cut, suffix)
            if subject != CONTROL and CONTROL in populations:
                rng = generator(seed, f"creation.top10_share_control_rarefied{suffix}", subject)
                measures += _compare(subject, rows, populations[CONTROL], cut, suffix, repetitions, rng)
    if CONTROL in populations:
        control = populations[CONTROL]
        for name, cut in (("earlier_cut", earlier_cut), ("whole_calendar", control.days.max())):
            measures += other_burst_measures(control, name, cut, baseline_days, alpha)
    return measures


def _describe(subject: str, rows: CreationRows, control_cut: np.datetime64) -> list[Measure]:
    whole = rows.calendar()[1]
    compared = rows.until(control_cut)
    counts = compared.calendar()[1]
    provenance, compared_provenance = rows.weakest, compared.weakest
    total, until = int(counts.sum()), f"accounts created until {control_cut}"
    return [
        _row(
            "accounts",
            subject,
            Estimate(int(whole.sum()), n=int(whole.sum())),
            "accounts",
            "count of all accounts with a creation day; n = accounts",
            provenance,
        ),
        _row(
            "accounts_compared",
            subject,
            Estimate(total, n=total),
            "accounts",
            f"count of {until}, the population that concentration is measured on; n = accounts",
            compared_provenance,
        ),
        _row(
            "distinct_days",
            subject,
            Estimate(int((whole > 0).sum()), n=int(whole.sum())),
            "days",
            "count of UTC days with at least one created account; n = accounts",
            provenance,
        ),
        _row(
            "coincidence_probability",
            subject,
            creation.coincidence(counts),
            "probability",
            f"Simpson's Σn(n−1)/N(N−1) over creation days, {until}; 95 % interval: jackknife of the logarithm that "
            "leaves out one creation day at a time (batches are the unit of evidence); with heavy-tailed batches it covers "
            "too seldom, mostly by lying below the truth: the lower end is the evidence; error rates: "
            "results/calibration.csv; n = days with accounts",
            compared_provenance,
            n=int((counts > 0).sum()),
        ),
        _row(
            "dispersion_index",
            subject,
            creation.dispersion_index(counts),
            "ratio",
            "variance over mean of the accounts of a day, all days from first to last account, those without one too, "
            f"{until}; 1 for independent accounts at an even rate; 95 % interval: jackknife of the logarithm that leaves "
            f"out {creation.DRIFT_BLOCK_DAYS} days at a time, so that batches and waves stay whole; with heavy-tailed "
            "batches it covers too seldom, by lying below the truth; grows with the number of accounts; n = days",
            compared_provenance,
            n=len(counts),
        ),
    ]


def _concentration(subject: str, rows: CreationRows, cut: np.datetime64, suffix: str) -> list[Measure]:
    """Return what describes a calendar until a cut; `suffix` tells the cuts apart by name."""
    compared = rows.until(cut)
    if not len(compared.days):
        return []
    counts = compared.calendar()[1]
    total = int(counts.sum())
    return [
        _row(
            f"top10_share{suffix}",
            subject,
            Estimate(float(creation.top_days_share(counts)), n=total),
            "share",
            f"share of accounts created until {cut} that the ten fullest days hold; a description that depends on the "
            "number of accounts: compare with the rarefied control; no interval; n = accounts",
            compared.weakest,
        )
    ]


def _compare(
    subject: str,
    rows: CreationRows,
    control: CreationRows,
    cut: np.datetime64,
    suffix: str,
    repetitions: int,
    rng: np.random.Generator,
) -> list[Measure]:
    """Return what compares a population with the control, both until a cut."""
    rows, control = rows.until(cut), control.until(cut)
    if not len(rows.days) or not len(control.days):
        return []
    first, counts = rows.calendar()
    control_first, control_counts = control.calendar()
    provenance = weakest_provenance([rows.weakest, control.weakest])
    until = f"accounts of both populations created until {cut}"
    fewer_days = int(min((counts > 0).sum(), (control_counts > 0).sum()))
    measures = [
        _row(
            f"coincidence_ratio{suffix}",
            subject,
            creation.coincidence_ratio(counts, control_counts),
            "ratio",
            f"coincidence probability over that of the control, {until}; 95 % interval on the log scale: variances of the "
            "two jackknives by creation day added; with heavy-tailed batches it covers too seldom and its lower end is "
            "the evidence (coincidence_probability); n = days with accounts in the smaller calendar",
            provenance,
            n=fewer_days,
            parameters={"created_until": (str(cut), "date")},
        ),
        _row(
            f"ks_distance{suffix}",
            subject,
            Estimate(creation.ks_distance(first, counts, control_first, control_counts)),
            "share",
            f"largest difference between the cumulative creation calendars, {until}; a description: no p-value is "
            "valid, as accounts come in batches and waves; n = days with accounts in the smaller calendar",
            provenance,
            n=fewer_days,
        ),
        _row(
            f"wasserstein_distance{suffix}",
            subject,
            Estimate(creation.wasserstein_days(first, counts, control_first, control_counts)),
            "days",
            f"days that an account has to be moved by on average to turn one creation calendar into the other, {until}; a "
            "description, as ks_distance is; n = days with accounts in the smaller calendar",
            provenance,
            n=fewer_days,
        ),
    ]
    size = int(counts.sum())
    if size <= control_counts.sum():
        share = creation.rarefied_top_days_share(control_counts, size, repetitions, rng)
        # The number compares two populations, so a reader finds it under either.
        measures += [
            _row(
                f"top10_share_control_rarefied{suffix}",
                name,
                share,
                "share",
                f"share that the ten fullest days hold among {size} accounts of the control drawn without "
                f"replacement, {until}; mean and central 95 % of {repetitions} draws, the control's calendar taken as fixed; "
                "n = accounts drawn",
                provenance,
                n=size,
            )
            for name in ([subject, CONTROL] if subject == "operation" else [subject])
        ]
    return measures
