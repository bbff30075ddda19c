"""The rows of results/measures/creation.csv and of results/tables/creation_days.csv."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from takedown.core.measures import CONTROL, Measure, weakest_provenance
from takedown.creation import bursts, concentration
from takedown.creation.burst_share import (
    DRAWS,
    SAFETY_FACTOR,
    Dispersion,
    burst_dispersion,
    burst_share,
    burst_share_excess,
    draw_blocks,
    effective_blocks,
    excess_of_own_bursts,
    in_largest_month,
    joint_bursts,
    thinned_burst_share,
)
from takedown.creation.bursts import Bursts
from takedown.creation.measure_words import creation_row
from takedown.creation.rows import CreationRows
from takedown.creation.trimmed_ratio import trimmed_coincidence_ratio
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate, finite, generator

#: Draws of the thinned control; each is tested for bursts anew.
THINNED_DRAWS = 200


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


@dataclass(frozen=True)
class SubjectBursts:
    """Burst days of each population, the dispersion that they were tested with, and where that comes from."""

    dispersion: Dispersion
    of: Mapping[str, Bursts]

    def provenance(self, rows: CreationRows) -> str:
        """Return the weakest provenance of a population's bursts: they rest on the rows of the control too."""
        return weakest_provenance([*rows.provenance, *self.dispersion.provenance])


def find_subject_bursts(
    populations: Mapping[str, CreationRows], control_cut: np.datetime64, baseline_days: int, alpha: float
) -> SubjectBursts:
    """Test the calendar of each population for bursts, the control's until the cut, with `burst_dispersion`."""
    tested = {
        subject: rows.until(control_cut) if subject == CONTROL else rows
        for subject, rows in populations.items()
    }
    dispersion = burst_dispersion(tested.get(CONTROL), baseline_days)
    return SubjectBursts(
        dispersion,
        {
            subject: bursts.find_bursts(rows.calendar()[1], dispersion.value, baseline_days, alpha)
            for subject, rows in tested.items()
        },
    )


def creation_measures(
    populations: Mapping[str, CreationRows], found: SubjectBursts, settings: CreationSettings
) -> list[Measure]:
    """Return the measures of every population, and of each compared with the control where there is one.

    `found` is the result of `find_subject_bursts`. Comparisons are reported at both cuts, since they depend on the cut.
    """
    control = populations.get(CONTROL)
    measures = []
    for subject, rows in populations.items():
        measures += _describe(subject, rows, settings.control_cut)
        tested = rows.until(settings.control_cut) if subject == CONTROL else rows
        measures += _bursts(subject, tested, found, settings)
        for suffix, cut in (("", settings.control_cut), ("_earlier_cut", settings.earlier_cut)):
            measures += _compare(
                subject, rows.until(cut), control and control.until(cut), cut, suffix, settings
            )
    return measures


def _describe(subject: str, rows: CreationRows, cut: np.datetime64) -> list[Measure]:
    """Return the counts of one population, and what concentrates it until the cut."""
    compared = rows.until(cut)
    whole, counts = rows.calendar()[1], compared.calendar()[1]
    accounts, total = int(whole.sum()), int(counts.sum())
    probability = Estimate(finite(concentration.coincidence_probability(counts)), n=int((counts > 0).sum()))
    return [
        creation_row("accounts", subject, Estimate(accounts, n=accounts), rows.weakest),
        creation_row("accounts_compared", subject, Estimate(total, n=total), compared.weakest, cut=cut),
        creation_row("distinct_days", subject, Estimate(int((whole > 0).sum()), n=accounts), rows.weakest),
        creation_row("coincidence_probability", subject, probability, compared.weakest, cut=cut),
        creation_row(
            *("coincidence_pairs_in_two_blocks", subject, concentration.pairs_in_fullest_blocks(counts)),
            compared.weakest,
            block_days=DRIFT_BLOCK_DAYS,
            cut=cut,
        ),
    ]


def _test_words(dispersion: Dispersion, settings: CreationSettings) -> dict[str, Any]:
    """Return what the words of a burst test say of it."""
    ruled = f"the larger of {bursts.LEAST_DISPERSION:g} and {SAFETY_FACTOR:g} times that of all days of the control"
    return {
        "baseline_days": settings.baseline_days,
        "shortest_side": bursts.SHORTEST_SIDE,
        "dispersion": dispersion.value,
        "dispersion_from": ruled if len(dispersion.provenance) else "for want of a control",
        "alpha": settings.alpha,
    }


def _bursts(
    subject: str, rows: CreationRows, found: SubjectBursts, settings: CreationSettings
) -> list[Measure]:
    """Return the burst days of a population, their share of its accounts, and the fold of the largest."""
    counts, test, provenance = rows.calendar()[1], found.of[subject], found.provenance(rows)
    days = Estimate(int(test.flagged.sum()), n=len(test.flagged))
    effective = Estimate(effective_blocks(counts, test.flagged), n=int(test.flagged.sum()))
    words = _test_words(found.dispersion, settings) | {"level": settings.level}
    measures = [
        creation_row("burst_days", subject, days, provenance, **words),
        creation_row(
            *("burst_share", subject, burst_share(counts, test.flagged), provenance),
            compared=": burst_share_difference has the lower end of its difference from the control's"
            if len(found.dispersion.provenance)
            else "",
        ),
        creation_row("burst_share_effective_blocks", subject, effective, provenance),
    ]
    fold = bursts.largest_burst(counts, test, settings.baseline_days, settings.alpha)
    if fold is not None:
        measures.append(creation_row("largest_burst_fold", subject, fold, provenance, **words))
    return measures


def _compare(
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
        return creation_row(f"{name}{suffix}", of, estimate, provenance, like=name, cut=cut, **values)

    share = Estimate(float(concentration.top_days_share(counts)), n=size)
    has_control = control is not None and len(control.days) > 0
    beside = ": compare with the rarefied control" if has_control else ""
    measures = [row("top10_share", share, rows.weakest, compared=beside)]
    if subject == CONTROL or control is None or not has_control:
        return measures
    control_counts = control.calendar()[1]
    provenance = weakest_provenance([rows.weakest, control.weakest])
    until: dict[str, Any] = {"parameters": {"created_until": (str(cut), "date")}}
    ratio = Estimate(
        finite(concentration.coincidence_ratio(counts, control_counts)),
        n=int(min((counts > 0).sum(), (control_counts > 0).sum())),
    )
    trimmed = trimmed_coincidence_ratio(counts, control_counts)
    in_two = concentration.pairs_in_fullest_blocks(counts).value or 0.0
    blocks: dict[str, Any] = until | {"block_days": DRIFT_BLOCK_DAYS}
    measures += [
        row("coincidence_ratio", ratio, provenance, in_two_blocks=in_two, **blocks),
        row("trimmed_coincidence_ratio", trimmed, provenance, **blocks),
    ]
    dispersion = burst_dispersion(control, settings.baseline_days)
    words = _test_words(dispersion, settings) | {"draws": DRAWS} | until
    test = (dispersion.value, settings.baseline_days, settings.alpha)
    largest = in_largest_month(first, counts)
    for end, kept, without in (
        ("", ~largest | True, ""),
        ("_without_largest_month", ~largest, ", the population's month with the most accounts left out"),
    ):
        name = f"burst_share_difference{suffix}{end}"
        rng = generator(settings.seed, f"creation.{name}", subject)
        excess = excess_of_own_bursts(
            counts, control_counts, kept, test, draw_blocks(counts, control_counts, DRAWS, rng)
        )
        words |= {"like": "burst_share_difference", "cut": cut, "without": without}
        measures.append(creation_row(name, subject, excess, provenance, **words))
    if not suffix:
        measures += _joint_shares(subject, rows, control, test, cut, settings.seed)
    if size > control_counts.sum():
        return measures
    # These numbers compare two populations, so they are listed under either.
    listed = [subject, CONTROL] if subject == "operation" else [subject]
    draws, name = settings.repetitions, "top10_share_control_rarefied"
    rng = generator(settings.seed, f"creation.{name}{suffix}", subject)
    share = replace(concentration.rarefied_top_days_share(control_counts, size, draws, rng), n=size)
    measures += [row(name, share, provenance, of, size=size, repetitions=draws) for of in listed]
    if not suffix:
        draws, name = min(draws, THINNED_DRAWS), "burst_share_control_thinned"
        rng = generator(settings.seed, f"creation.{name}", subject)
        share = thinned_burst_share(control_counts, size, *test[:2], draws, rng)
        thinned = {"size": size, "repetitions": draws, "dispersion": dispersion.value}
        measures += [row(name, share, provenance, of, **thinned) for of in listed]
    return measures


def _joint_shares(
    subject: str,
    rows: CreationRows,
    control: CreationRows,
    test: tuple[float, int, float],
    cut: np.datetime64,
    seed: int,
) -> list[Measure]:
    """Return the shares of accounts on the burst days of both calendars added up, and their difference."""
    (first, counts), (control_first, control_counts) = rows.calendar(), control.calendar()
    flagged, control_flagged = joint_bursts(first, counts, control_first, control_counts, *test)
    name = "joint_burst_share_difference"
    rng = generator(seed, f"creation.{name}", subject)
    drawn = draw_blocks(counts, control_counts, DRAWS, rng)
    excess = burst_share_excess(counts, flagged, control_counts, control_flagged, drawn)
    shares = [(subject, burst_share(counts, flagged))]
    if subject == "operation":
        shares.append((CONTROL, burst_share(control_counts, control_flagged)))
    provenance = weakest_provenance([rows.weakest, control.weakest])
    return [
        *(
            creation_row("joint_burst_share", of, share, provenance, cut=cut, dispersion=test[0])
            for of, share in shares
        ),
        creation_row(name, subject, excess, provenance, draws=DRAWS),
    ]


def creation_day_table(
    rows: CreationRows, found: Bursts, provenance: str
) -> tuple[list[str], Iterable[Sequence]]:
    """Return header and rows of the published calendar: each day with accounts, by archive, burst or not.

    `baseline` is the mean accounts of a day in the test's local baseline; a burst is large in comparison with it.
    `provenance` is that of the bursts.
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
        [provenance] * len(used),
        strict=True,
    )
