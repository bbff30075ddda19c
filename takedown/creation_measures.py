"""The rows of results/measures/creation.csv and results/tables/creation_days.csv."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from takedown import bursts, creation
from takedown.inference import Estimate, generator
from takedown.measures import Measure, weakest_provenance

RULE = "measure_creation"
CONTROL = "control"


@dataclass(frozen=True)
class CreationRows:
    """Accounts of a population: arrays of one length, one entry for each creation day, archive and provenance."""

    days: np.ndarray
    archives: np.ndarray
    accounts: np.ndarray
    provenance: np.ndarray

    def until(self, last_day: np.datetime64) -> "CreationRows":
        """Return the rows up to a day, that day included."""
        kept = self.days <= last_day
        return CreationRows(self.days[kept], self.archives[kept], self.accounts[kept], self.provenance[kept])

    def calendar(self) -> tuple[np.datetime64, np.ndarray]:
        """Return the first day and one count for every day to the last."""
        return creation.daily_counts(self.days, self.accounts)


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
    for subject, rows in populations.items():
        measures += _describe(subject, rows, control_cut)
        whole = rows.until(control_cut) if subject == CONTROL else rows
        dispersion_from = CONTROL if CONTROL in populations else "calendar"
        measures.append(_count_bursts(subject, whole, found[subject], dispersion_from, baseline_days, alpha))
        if subject != CONTROL:
            rng = generator(seed, "creation.burst_days_scan", subject)
            measures.append(_scan(subject, whole, found[subject], baseline_days, alpha, repetitions, rng))
        if subject != CONTROL and CONTROL in populations:
            rng = generator(seed, "creation.top10_share_control_rarefied", subject)
            control = populations[CONTROL]
            measures += _compare(subject, rows, control, control_cut, repetitions, rng)
            measures += _compare_earlier(subject, rows, control, earlier_cut)
    if CONTROL in populations:
        measures += _count_earlier_bursts(populations[CONTROL], earlier_cut, baseline_days, alpha)
    return measures


def _describe(subject: str, rows: CreationRows, control_cut: np.datetime64) -> list[Measure]:
    whole = rows.calendar()[1]
    compared = rows.until(control_cut)
    counts = compared.calendar()[1]
    provenance, compared_provenance = rows.provenance, compared.provenance
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
            "leaves out one creation day at a time (batches are the unit of evidence); covers 93 % of simulated "
            "calendars, 75 % with heavy-tailed batches, mostly by lying below the truth: the lower end is the "
            "evidence; n = days with accounts",
            compared_provenance,
            n=int((counts > 0).sum()),
        ),
        _row(
            "top10_share",
            subject,
            Estimate(float(creation.top_days_share(counts)), n=total),
            "share",
            f"share of {until} that the ten fullest days hold; a description that depends on the number of "
            "accounts: compare with the rarefied control; no interval; n = accounts",
            compared_provenance,
        ),
    ]


def _ratio(name: str, subject: str, rows: CreationRows, control: CreationRows, cut: np.datetime64) -> Measure:
    counts, control_counts = rows.until(cut).calendar()[1], control.until(cut).calendar()[1]
    return _row(
        name,
        subject,
        creation.coincidence_ratio(counts, control_counts),
        "ratio",
        f"coincidence probability over that of the control, accounts of both populations created until {cut}; 95 % "
        "interval on the log scale: variances of the two jackknives by creation day added; with heavy-tailed batches it "
        "covers too seldom and its lower end is the evidence (coincidence_probability); n = days with accounts in the "
        "smaller calendar",
        np.concatenate([rows.provenance, control.provenance]),
        n=int(min((counts > 0).sum(), (control_counts > 0).sum())),
    )


def _compare_earlier(
    subject: str, rows: CreationRows, control: CreationRows, cut: np.datetime64
) -> list[Measure]:
    if not len(rows.until(cut).days) or not len(control.until(cut).days):
        return []
    return [_ratio("coincidence_ratio_earlier_cut", subject, rows, control, cut)]


def _count_earlier_bursts(
    control: CreationRows, cut: np.datetime64, baseline_days: int, alpha: float
) -> list[Measure]:
    before = control.until(cut)
    if not len(before.days):
        return []
    found = find_subject_bursts({CONTROL: before}, cut, baseline_days, alpha)[CONTROL]
    days = len(found.flagged)
    return [
        _row(
            "burst_days_earlier_cut",
            CONTROL,
            Estimate(int(found.flagged.sum()), p_value=float(found.p_adjusted.min()), n=days),
            "days",
            f"burst_days of the control's accounts created until {cut}, with the dispersion {found.dispersion:.3g} of that "
            "calendar: which of its bursts are older than the events; n = days tested",
            before.provenance,
        )
    ]


def _compare(
    subject: str,
    rows: CreationRows,
    control: CreationRows,
    control_cut: np.datetime64,
    repetitions: int,
    rng: np.random.Generator,
) -> list[Measure]:
    first, counts = rows.until(control_cut).calendar()
    control_first, control_counts = control.until(control_cut).calendar()
    provenance = np.concatenate([rows.provenance, control.provenance])
    until = f"accounts of both populations created until {control_cut}"
    measures = [
        _ratio("coincidence_ratio", subject, rows, control, control_cut),
        _row(
            "ks_distance",
            subject,
            Estimate(creation.ks_distance(first, counts, control_first, control_counts)),
            "share",
            f"largest difference between the cumulative creation calendars, {until}; a description: no p-value is "
            "valid, as accounts come in batches and waves; n = days with accounts in the smaller calendar",
            provenance,
            n=int(min((counts > 0).sum(), (control_counts > 0).sum())),
        ),
    ]
    size = int(counts.sum())
    if size <= control_counts.sum():
        share = creation.rarefied_top_days_share(control_counts, size, repetitions, rng)
        # The number compares two populations, so a reader finds it under either.
        measures += [
            _row(
                "top10_share_control_rarefied",
                name,
                share,
                "share",
                f"share that the ten fullest days hold among {size} accounts of the control drawn without "
                f"replacement, {until}; mean and central 95 % of {repetitions} draws, the control's calendar taken as fixed; "
                "n = accounts drawn",
                provenance,
                n=size,
            )
            for name in dict.fromkeys([subject, CONTROL] if subject == "operation" else [subject])
        ]
    return measures


def _count_bursts(
    subject: str,
    rows: CreationRows,
    found: bursts.Bursts,
    dispersion_from: str,
    baseline_days: int,
    alpha: float,
) -> Measure:
    days = len(rows.calendar()[1])
    return _row(
        "burst_days",
        subject,
        Estimate(int(found.flagged.sum()), p_value=float(found.p_adjusted.min()), n=days),
        "days",
        f"days with more accounts than a negative binomial around the local baseline ({baseline_days} days on either "
        "side, the neighbouring days and other bursts left out) explains, given the sum of day and baseline; "
        f"dispersion {found.dispersion:.3g} of the {dispersion_from} without its bursts; family: all days from first "
        f"to last account, Holm at {alpha:g}, so that with {100 * (1 - alpha):g} % confidence none is a false alarm and the count is "
        "a lower end; false alarms in 2–3 % of simulated calendars, 16 % where one ends in steep growth, 20 % where the "
        "dispersion is 1 in truth; p-value: smallest adjusted; each day's accounts, baseline and p-value in creation_days.csv "
        "(effect size: accounts over baseline); n = days tested",
        rows.provenance,
    )


def _scan(
    subject: str,
    rows: CreationRows,
    found: bursts.Bursts,
    baseline_days: int,
    alpha: float,
    repetitions: int,
    rng: np.random.Generator,
) -> Measure:
    counts = rows.calendar()[1]
    scanned, p_value = bursts.scan_bursts(counts, found, baseline_days, repetitions, rng, alpha)
    return _row(
        "burst_days_scan",
        subject,
        Estimate(int(scanned.sum()), p_value=p_value, n=len(counts)),
        "days",
        "days with accounts in windows of 1, 2, 4 or 7 days whose likelihood ratio against their local baseline "
        f"exceeds the {100 * (1 - alpha):g} % quantile of the maximum over {repetitions} simulated calendars without bursts; "
        f"companion of burst_days: {int((scanned & found.flagged).sum())} days are in both; a day of a flagged window "
        "need not be full by itself; false alarms in 5–6 % of simulated calendars, 22 % where one ends in steep growth; "
        "p-value: largest window; n = days scanned",
        rows.provenance,
    )


def creation_day_table(rows: CreationRows, found: bursts.Bursts) -> tuple[list[str], Iterable[Sequence]]:
    """Return header and rows of the published calendar: each day with accounts, by archive, burst or not.

    `baseline` is the mean accounts of a day in the test's local baseline, so that a burst's size can be judged.
    """
    first, counts = rows.calendar()
    archives = np.unique(rows.archives)
    columns = np.zeros((len(archives), len(counts)), np.int64)
    place = (rows.days - first).astype(np.int64)
    np.add.at(columns, (np.searchsorted(archives, rows.archives), place), rows.accounts)
    weakest = weakest_provenance(np.unique(rows.provenance))
    used = np.flatnonzero(counts)
    header = ["date", *archives.tolist(), "accounts", "baseline", "burst", "p_adjusted", "provenance"]
    return header, zip(
        (first + used).astype(str).tolist(),
        *columns[:, used].tolist(),
        counts[used].tolist(),
        found.baseline[used].tolist(),
        found.flagged[used].tolist(),
        found.p_adjusted[used].tolist(),
        [weakest] * len(used),
        strict=True,
    )


def _row(
    measure: str,
    subject: str,
    estimate: Estimate,
    unit: str,
    method: str,
    provenance: np.ndarray,
    n: int | None = None,
) -> Measure:
    counted = estimate if n is None else replace(estimate, n=n)
    return counted.as_measure(
        f"creation.{measure}",
        subject,
        unit=unit,
        method=method,
        provenance=weakest_provenance(np.unique(provenance).tolist()),
        rule=RULE,
        family="" if estimate.p_value is None else "creation bursts",
    )
