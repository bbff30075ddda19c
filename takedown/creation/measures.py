"""The rows of results/measures/creation.csv and of results/tables/creation_days.csv."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from takedown.core.measures import Measure, weakest_provenance
from takedown.creation import bursts, concentration
from takedown.creation.rows import CONTROL, CreationRows
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate, RowBuilder, generator

#: Measure → its unit and its method.
METHODS = {
    "accounts": ("accounts", "count of all accounts with a creation day; n = accounts"),
    "accounts_compared": (
        "accounts",
        "count of accounts created until {cut}, the population that concentration is measured on; n = accounts",
    ),
    "distinct_days": ("days", "count of UTC days with at least one created account; n = accounts"),
    "coincidence_probability": (
        "probability",
        "Simpson's Σn(n−1)/N(N−1) over creation days, accounts created until {cut}; 95 % interval: jackknife of the logarithm "
        "that leaves out one creation day at a time (batches are the unit of evidence); with heavy-tailed batches it covers "
        "too seldom, mostly by lying below the truth: the lower end is the evidence; error rates: results/calibration.csv; "
        "n = days with accounts",
    ),
    "dispersion_index": (
        "ratio",
        "variance over mean of the accounts of a day, all days from first to last account, those without one too, accounts "
        "created until {cut}; 1 for independent accounts at an even rate; 95 % interval: jackknife of the logarithm that "
        "leaves out {block_days} days at a time, so that batches and waves stay whole; with heavy-tailed batches it covers "
        "too seldom, by lying below the truth; grows with the number of accounts; n = days",
    ),
    "top10_share": (
        "share",
        "share of accounts created until {cut} that the ten fullest days hold; a description that depends on the "
        "number of accounts: compare with the rarefied control; no interval; n = accounts",
    ),
    "coincidence_ratio": (
        "ratio",
        "coincidence probability over that of the control, accounts of both populations created until {cut}; 95 % interval on "
        "the log scale: variances of the two jackknives by creation day added; with heavy-tailed batches it covers too seldom "
        "and its lower end is the evidence (coincidence_probability); n = days with accounts in the smaller calendar",
    ),
    "ks_distance": (
        "share",
        "largest difference between the cumulative creation calendars, accounts of both populations created until {cut}; a "
        "description: no p-value is valid, as accounts come in batches and waves; n = days with accounts in the smaller calendar",
    ),
    "wasserstein_distance": (
        "days",
        "days that an account has to be moved by on average to turn one creation calendar into the other, accounts of both "
        "populations created until {cut}; a description, as ks_distance is; n = days with accounts in the smaller calendar",
    ),
    "top10_share_control_rarefied": (
        "share",
        "share that the ten fullest days hold among {size} accounts of the control drawn without replacement, accounts of both "
        "populations created until {cut}; mean and central 95 % of {repetitions} draws, the control's calendar taken as fixed; "
        "n = accounts drawn",
    ),
    "burst_days": (
        "days",
        "days with more accounts than a negative binomial around the local baseline ({baseline_days} days on either side, at an "
        "end of the calendar as many as the shorter side has but at least {shortest_side}; the neighbouring days and other "
        "bursts left out) explains, given the sum of day and baseline; dispersion {dispersion:.3g} of the {dispersion_from} "
        "without its bursts; family: all days from first to last account, Holm at {alpha:g}, so that with {level:g} % "
        "confidence none is a false alarm and the count is a lower end, if ordinary days vary by that dispersion; test and "
        "effect size: largest_burst_fold, and for each day creation_days.csv; error rates: results/calibration.csv; n = days "
        "tested",
    ),
    "burst_days_other_end": (
        "days",
        "burst_days of the control's accounts created until {last_day}, with the dispersion {dispersion:.3g} of that calendar: "
        "how far its bursts hang on where the calendar ends ({days}); n = days tested",
    ),
    "largest_burst_fold": (
        "times the baseline",
        "accounts of the day with the smallest p-value over the mean of its local baseline (no value where that is empty); "
        "{level:g} % interval for all days at once (Bonferroni): exact, given the sum of day and baseline, a day of fold f "
        "taken as f ordinary days (beta-binomial, dispersion {dispersion:.3g}); test: that of burst_days, adjusted for all days "
        "of the calendar (Holm); n = days tested",
    ),
    "burst_days_scan": (
        "days",
        "days with accounts in windows of 1, 2, 4 or 7 days whose likelihood ratio against their local baseline exceeds the "
        "{level:g} % quantile of the maximum over {repetitions} simulated calendars without bursts; companion of burst_days: "
        "{shared} days are in both; a day of a flagged window need not be full by itself; test and effect size: "
        "largest_window_fold; error rates: results/calibration.csv; n = days scanned",
    ),
    "largest_window_fold": (
        "times the baseline",
        "accounts of the window with the largest likelihood ratio of the scan over what its local baseline expects; {level:g} % "
        "interval as in largest_burst_fold, for all windows at once (Bonferroni); test: the largest ratio against its maxima "
        "over {repetitions} simulated calendars; n = windows",
    ),
}

_row = RowBuilder("creation", "measure_creation", "creation bursts", METHODS).described


@dataclass(frozen=True)
class CreationSettings:
    """Settings of the measures: the two last days of the compared calendars, the burst test's, and those of draws.

    `baseline_days` are the days on either side of a tested day, `alpha` is the family-wise error of the burst test.
    """

    control_cut: np.datetime64
    earlier_cut: np.datetime64
    baseline_days: int
    alpha: float
    seed: int
    repetitions: int

    @property
    def level(self) -> float:
        """Confidence of the intervals of folds, in %."""
        return 100 * (1 - self.alpha)


def find_subject_bursts(
    populations: Mapping[str, CreationRows], control_cut: np.datetime64, baseline_days: int, alpha: float
) -> dict[str, bursts.Bursts]:
    """Test the calendar of each population for bursts, the control's until the cut.

    The dispersion is the control's, or the population's own where there is no control.
    """
    calendars = {
        subject: (rows.until(control_cut) if subject == CONTROL else rows).calendar()[1]
        for subject, rows in populations.items()
    }

    def dispersion(subject: str) -> float:
        return bursts.estimate_dispersion(calendars[subject], baseline_days, alpha)

    shared = dispersion(CONTROL) if CONTROL in calendars else None
    return {
        subject: bursts.find_bursts(
            counts, dispersion(subject) if shared is None else shared, baseline_days, alpha
        )
        for subject, counts in calendars.items()
    }


def creation_measures(
    populations: Mapping[str, CreationRows], found: Mapping[str, bursts.Bursts], settings: CreationSettings
) -> list[Measure]:
    """Return the measures of every population, and of each compared with the control where there is one.

    `found` is the result of `find_subject_bursts`. Comparisons are reported at both cuts, since they depend on the cut.
    """
    control = populations.get(CONTROL)
    measures = []
    for subject, rows in populations.items():
        measures += _describe(subject, rows, settings.control_cut)
        tested = rows.until(settings.control_cut) if subject == CONTROL else rows
        measures += _bursts(subject, tested, found[subject], control is not None, settings)
        for suffix, cut in (("", settings.control_cut), ("_earlier_cut", settings.earlier_cut)):
            measures += _until(
                subject, rows.until(cut), control and control.until(cut), cut, suffix, settings
            )
    if control:
        for name, cut in (("earlier_cut", settings.earlier_cut), ("whole_calendar", control.days.max())):
            measures += _bursts_until(name, control.until(cut), settings)
    return measures


def _describe(subject: str, rows: CreationRows, cut: np.datetime64) -> list[Measure]:
    """Return the measures of one population, those of its concentration until the cut."""
    compared = rows.until(cut)
    whole, counts = rows.calendar()[1], compared.calendar()[1]
    accounts, total = int(whole.sum()), int(counts.sum())
    coincidence, dispersion = concentration.coincidence(counts), concentration.dispersion_index(counts)
    used = int((counts > 0).sum())
    return [
        _row("accounts", subject, Estimate(accounts, n=accounts), rows.weakest),
        _row("accounts_compared", subject, Estimate(total, n=total), compared.weakest, cut=cut),
        _row("distinct_days", subject, Estimate(int((whole > 0).sum()), n=accounts), rows.weakest),
        _row("coincidence_probability", subject, coincidence, compared.weakest, n=used, cut=cut),
        _row(
            *("dispersion_index", subject, dispersion, compared.weakest),
            n=len(counts),
            cut=cut,
            block_days=DRIFT_BLOCK_DAYS,
        ),
    ]


def _until(
    subject: str,
    rows: CreationRows,
    control: CreationRows | None,
    cut: np.datetime64,
    suffix: str,
    settings: CreationSettings,
) -> list[Measure]:
    """Return the measures of a population until a cut, and its comparison with the control until then.

    `suffix` ends the names of the measures and distinguishes the cuts.
    """
    if not len(rows.days):
        return []
    first, counts = rows.calendar()
    size = int(counts.sum())

    def row(name: str, estimate: Estimate, provenance: str, of: str = subject, **values: Any) -> Measure:
        return _row(f"{name}{suffix}", of, estimate, provenance, like=name, cut=cut, **values)

    share = Estimate(float(concentration.top_days_share(counts)), n=size)
    measures = [row("top10_share", share, rows.weakest)]
    if subject == CONTROL or control is None or not len(control.days):
        return measures
    calendars = (first, counts, *control.calendar())
    control_counts = calendars[-1]
    provenance = weakest_provenance([rows.weakest, control.weakest])
    n = int(min((counts > 0).sum(), (control_counts > 0).sum()))
    ratio = replace(concentration.coincidence_ratio(counts, control_counts), n=n)
    created_until = {"created_until": (str(cut), "date")}
    ks, wasserstein = concentration.ks_distance(*calendars), concentration.wasserstein_days(*calendars)
    measures += [
        row("coincidence_ratio", ratio, provenance, parameters=created_until),
        row("ks_distance", Estimate(ks, n=n), provenance),
        row("wasserstein_distance", Estimate(wasserstein, n=n), provenance),
    ]
    if size <= control_counts.sum():
        name, draws = "top10_share_control_rarefied", settings.repetitions
        rng = generator(settings.seed, f"creation.{name}{suffix}", subject)
        share = concentration.rarefied_top_days_share(control_counts, size, draws, rng)
        share = replace(share, n=size)
        # The number compares two populations, so it is listed under either.
        for of in [subject, CONTROL] if subject == "operation" else [subject]:
            measures.append(row(name, share, provenance, of, size=size, repetitions=draws))
    return measures


def _bursts(
    subject: str, rows: CreationRows, found: bursts.Bursts, has_control: bool, settings: CreationSettings
) -> list[Measure]:
    """Return the burst days of a population and the fold of its largest; those of the scan unless it is the control."""
    counts = rows.calendar()[1]
    baseline_days, alpha, repetitions = settings.baseline_days, settings.alpha, settings.repetitions
    days = Estimate(int(found.flagged.sum()), n=len(found.flagged))
    measures = [
        _row(
            *("burst_days", subject, days, rows.weakest),
            baseline_days=baseline_days,
            shortest_side=bursts.SHORTEST_SIDE,
            dispersion=found.dispersion,
            dispersion_from=CONTROL if has_control else "calendar",
            alpha=alpha,
            level=settings.level,
        ),
        *_largest_burst("largest_burst_fold", subject, rows, found, settings),
    ]
    if subject == CONTROL:
        return measures
    rng = generator(settings.seed, "creation.burst_days_scan", subject)
    scanned, p_value = bursts.scan_bursts(counts, found, baseline_days, repetitions, rng, alpha)
    days = Estimate(int(scanned.sum()), n=len(counts))
    shared = int((scanned & found.flagged).sum())
    draws: dict[str, Any] = {"level": settings.level, "repetitions": repetitions}
    measures.append(_row("burst_days_scan", subject, days, rows.weakest, shared=shared, **draws))
    fold = bursts.largest_window(counts, found, baseline_days, alpha)
    if fold is not None:
        fold = replace(fold, p_value=p_value)
        measures.append(_row("largest_window_fold", subject, fold, rows.weakest, **draws))
    return measures


def _largest_burst(
    name: str, subject: str, rows: CreationRows, found: bursts.Bursts, settings: CreationSettings
) -> list[Measure]:
    fold = bursts.largest_burst(rows.calendar()[1], found, settings.baseline_days, settings.alpha)
    if fold is None:
        return []
    values: dict[str, Any] = {"level": settings.level, "dispersion": found.dispersion}
    return [_row(name, subject, fold, rows.weakest, like="largest_burst_fold", **values)]


def _bursts_until(name: str, control: CreationRows, settings: CreationSettings) -> list[Measure]:
    """Return the burst days of the control whose calendar ends at another day; `name` distinguishes the calendars.

    Days near the end of a calendar have a short baseline, and growth looks like bursts there.
    """
    if not len(control.days):
        return []
    last_day = control.days.max()
    found = find_subject_bursts({CONTROL: control}, last_day, settings.baseline_days, settings.alpha)[CONTROL]
    days = (control.calendar()[0] + np.flatnonzero(found.flagged)).astype(str).tolist()
    return [
        _row(
            f"burst_days_{name}",
            CONTROL,
            Estimate(len(days), n=len(found.flagged)),
            control.weakest,
            like="burst_days_other_end",
            parameters={"created_until": (str(last_day), "date")},
            last_day=last_day,
            dispersion=found.dispersion,
            days=", ".join(days) or "none",
        ),
        *_largest_burst(f"largest_burst_fold_{name}", CONTROL, control, found, settings),
    ]


def creation_day_table(rows: CreationRows, found: bursts.Bursts) -> tuple[list[str], Iterable[Sequence]]:
    """Return header and rows of the published calendar: each day with accounts, by archive, burst or not.

    `baseline` is the mean accounts of a day in the test's local baseline; a burst is large in comparison with it.
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
        *(values[used].tolist() for values in (counts, found.baseline, found.flagged, found.p_adjusted)),
        [rows.weakest] * len(used),
        strict=True,
    )
