"""The rows of results/measures/coordination.csv and of results/tables/coordination_traces.csv."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from takedown.coordination.catalogue import timed_traces
from takedown.coordination.edges import CROWD_PAIR_DAYS, Evidence
from takedown.coordination.evidence import excess, member_share, shifted_days
from takedown.coordination.pair_days import Choices, Trace
from takedown.coordination.synchrony import NEWS_BLOCK_DAYS, synchrony_difference
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.estimate import Estimate, RowBuilder, generator

_row = RowBuilder("coordination", "find_coordination", "coordination")
CONTROL = "control"

#: Where no day has so many objects, as any post is the same, there is nothing to deal anew.
FEWEST_OBJECTS = 3

TABLE_COLUMNS = (
    *("subject", "trace", "resolution_seconds", "accounts", "acts", "objects", "burst_objects", "burst_acts"),
    *("event_pairs_near", "event_pairs_within", "pair_days_near", "pair_days_within"),
    *("synchrony", "synchrony_low", "synchrony_high", "chance", "dealt_observed", "dealt_expected"),
    *("pairs_near", "pairs_tested", "edges", "accounts_in_edges", "provenance"),
)


@dataclass(frozen=True)
class Report:
    """What the `method` texts name: choices, period, family-wise error, draws of shifts, whether edges must beat a crowd."""

    choices: Choices
    since: str
    until: str
    alpha: float
    shifts: int
    seed: int
    has_crowd: bool

    @property
    def posts(self) -> str:
        """Which posts count, in words."""
        return f"posts from {self.since} to {self.until}, local days"

    @property
    def pair_days(self) -> str:
        """What a pair-day is, in words."""
        return (
            f"days on which two accounts acted on the same object within {self.choices.near_seconds} s of each other "
            "(one event pair a day, on the rarest object)"
        )


def real_crowd(provenances: Mapping[str, str]) -> str | None:
    """Return the control if it may set the level that edges must beat: not where it is simulated and others are not."""
    control = provenances.get(CONTROL)
    return (
        CONTROL
        if control and all(weakest_provenance([control, each]) == each for each in provenances.values())
        else None
    )


def coordination_measures(
    found: Mapping[str, Evidence], provenances: Mapping[str, str], report: Report
) -> list[Measure]:
    """Return the measures of every population, and what sets each apart from the control.

    `provenances`: the weakest provenance of each population's archives.
    """
    group = max((_group_size(evidence.components) for evidence in found.values()), default=2.0)
    rows = []
    for subject, evidence in found.items():
        control = found.get(CONTROL) if subject != CONTROL else None
        both = weakest_provenance([provenances[subject], provenances.get(CONTROL, provenances[subject])])
        for name, trace in evidence.traces.items():
            rows += _trace_rows(subject, evidence, trace, provenances[subject], report)
            if control is not None:
                rows += _difference_rows(subject, evidence, control, name, both, report)
        rows += _network_rows(subject, evidence, control, group, provenances[subject], both, report)
    return rows


def _trace_rows(
    subject: str, evidence: Evidence, trace: Trace, provenance: str, report: Report
) -> Iterator[Measure]:
    window, near = report.choices.window_seconds, report.choices.near_seconds
    estimate = evidence.synchrony[trace.name]
    is_timed = trace.name in timed_traces()
    if estimate is not None and not is_timed:
        yield _row(
            f"{trace.name}_synchrony",
            subject,
            _tested(estimate, subject, trace, report),
            "share",
            f"share of {report.pair_days} on which they did so within {window} s, {report.posts}; 95 % interval: log odds, variance over "
            f"pairs that share an account and over blocks of {NEWS_BLOCK_DAYS} days (a share of 0 or 1: exact binomial of the effective number of "
            f"clusters); p-value, one-sided, against timelines shifted within ± {near} s: {report.shifts} draws, each "
            f"account-day apart{_drawn(trace)} (a crowd that gathers within minutes fails it too); n = pair-days",
            provenance,
            parameters={"window": (window, "s"), "near": (near, "s")},
        )
    dealt = excess(*(trace.dealt[column] for column in ("day", "observed", "expected")))
    if dealt is not None and _has_objects(trace):
        yield _row(
            f"{trace.name}_excess",
            subject,
            dealt,
            "ratio",
            f"pairs of acts of different accounts on the same object within {window} s over their number if the objects of each day were "
            f"dealt anew among its acts (accounts keep their times, objects how often they were used), {report.posts}; a crowd exceeds 1 too; "
            f"95 % interval: of these accounts in other weeks, Poisson with the variance over blocks of {NEWS_BLOCK_DAYS} days; n = days",
            provenance,
        )
    if is_timed:
        return
    yield _row(
        f"{trace.name}_edges",
        subject,
        Estimate(evidence.edges[trace.name], n=evidence.tested[trace.name]),
        "pairs",
        f"count of pairs of accounts that were within {window} s on more days than a chance of {evidence.chance[trace.name]:.4f} on each "
        f"day near each other has it; {_test(evidence, report)}; n = pairs that could be significant",
        provenance,
    )


def _difference_rows(
    subject: str, evidence: Evidence, control: Evidence, name: str, provenance: str, report: Report
) -> Iterator[Measure]:
    one, other = evidence.synchrony[name], control.synchrony.get(name)
    if one is None or other is None or name in timed_traces():
        return
    yield _row(
        f"{name}_synchrony_difference",
        subject,
        synchrony_difference(one, other),
        "share",
        f"share of {report.pair_days} on which they did so within {report.choices.window_seconds} s, {subject} minus control, {report.posts}: "
        f"{one.value:.4g} against {other.value:.4g}; 95 % interval: from those of both (Newcombe 1998, method 10); "
        "n = pair-days of the smaller",
        provenance,
    )


def _network_rows(
    subject: str,
    evidence: Evidence,
    control: Evidence | None,
    group: float,
    provenance: str,
    both: str,
    report: Report,
) -> Iterator[Measure]:
    yield _row(
        "edges",
        subject,
        Estimate(evidence.all_edges, n=evidence.all_tested),
        "pairs",
        f"count of pairs of accounts with a significant edge in any trace, each once; {_test(evidence, report)}; n = tests",
        provenance,
        parameters={"must_exceed_control": (report.has_crowd, "true or false")},
    )
    share = member_share(evidence.components, evidence.accounts, group)
    if share is None:
        return
    words = f"share of accounts with a post that are in a significant edge of any trace, {report.posts}"
    interval = (
        "95 % interval: log odds, connected components of the network and accounts in none as clusters (a share of 1: exact "
        f"binomial of their effective number; of 0: of as many groups as it could have had of {group:.3g} accounts, the mean "
        "where groups were largest)"
    )
    yield _row(
        "edge_accounts_share", subject, share, "share", f"{words}; {interval}; n = accounts", provenance
    )
    other = None if control is None else member_share(control.components, control.accounts, group)
    if other is not None:
        yield _row(
            "edge_accounts_share_difference",
            subject,
            synchrony_difference(share, other),
            "share",
            f"{words}, {subject} minus control: {share.value:.4g} against {other.value:.4g}; each with a {interval}, and of the "
            "difference from those (Newcombe 1998, method 10); n = accounts of the smaller",
            both,
        )


def _has_objects(trace: Trace) -> bool:
    return bool(trace.dealt["objects"].max(initial=0) >= FEWEST_OBJECTS)


def _group_size(components: np.ndarray) -> float:
    """Return the mean size of the component of an account with an edge, 2 without one."""
    return float((components**2).sum() / components.sum()) if len(components) else 2.0


def _tested(estimate: Estimate, subject: str, trace: Trace, report: Report) -> Estimate:
    """Return the synchrony with the p-value of the drawn pair-days, which does not stand without an interval."""
    drawn, choices = trace.drawn, report.choices
    if estimate.low is None or not len(drawn["day"]):
        return estimate
    days = int(drawn["day"].max()) + 1
    ends = [drawn[side].astype(np.int64) * days + drawn["day"] for side in ("account_a", "account_b")]
    account_days = np.unique(np.concatenate(ends), return_inverse=True)[1]
    draws = shifted_days(
        *np.split(account_days, 2),
        drawn["difference"],
        window=choices.window_seconds,
        near=choices.near_seconds,
        resolution=trace.resolution,
        shifts=report.shifts,
        rng=generator(report.seed, f"coordination.{trace.name}_synchrony", subject),
    )
    observed = np.count_nonzero(np.abs(drawn["difference"]) <= choices.window_seconds)
    p_value = (1 + int(np.count_nonzero(draws >= observed))) / (1 + report.shifts)
    return Estimate(estimate.value, estimate.low, estimate.high, p_value, estimate.n)


def _drawn(trace: Trace) -> str:
    if trace.drawn_share == 1:
        return ""
    return f", {len(trace.drawn['day'])} pair-days of {trace.drawn_share:.1%} of accounts"


def _test(evidence: Evidence, report: Report) -> str:
    level = (
        " or, where larger, the upper end of the control's synchrony (of the trace where that is largest if there are fewer than "
        f"{CROWD_PAIR_DAYS} pair-days)"
        if report.has_crowd
        else ", which fast crowds exceed too, as no crowd is known from posts as real as these"
    )
    return (
        f"binomial test of each pair and trace (of days near each other in the same {2 * report.choices.near_seconds} s of the day the first "
        f"counts), family-wise error {report.alpha:g} over {evidence.all_tested} testable ones of all traces "
        f"(Bonferroni, Tarone 1990); chance: the null of shifted timelines{level}, {report.posts}"
    )


def trace_table(found: Mapping[str, Evidence], provenances: Mapping[str, str]) -> Iterable[tuple]:
    """Return the rows of the table of traces, columns `TABLE_COLUMNS`, by population and trace.

    What tells nothing is None: synchrony of `timed_traces`, and objects dealt anew where there are hardly any.
    """
    for subject, evidence in found.items():
        for name, trace in evidence.traces.items():
            share = (None if name in timed_traces() else evidence.synchrony[name]) or Estimate(None)
            dealt = [trace.dealt[column].sum().item() for column in ("observed", "expected")]
            yield (
                *(subject, name, trace.resolution),
                *(
                    trace.counts[column]
                    for column in (
                        *("accounts", "acts", "objects", "burst_objects", "burst_acts"),
                        *("event_pairs_near", "event_pairs_within"),
                    )
                ),
                *(int(trace.cells.near.sum()), int(trace.cells.within.sum())),
                *(share.value, share.low, share.high, evidence.chance[name]),
                *(dealt if _has_objects(trace) else (None, None)),
                *(
                    trace.counts["pairs_near"],
                    evidence.tested[name],
                    evidence.edges[name],
                    evidence.members[name],
                ),
                provenances[subject],
            )
