"""The rows of results/measures/coordination.csv and of results/tables/coordination_traces.csv."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from takedown.coordination.acts import Choices
from takedown.coordination.catalogue import timed_traces
from takedown.coordination.evidence import member_share
from takedown.coordination.exchange import LEAST_DAYS
from takedown.coordination.found_edges import FoundEdges, TraceEdges
from takedown.coordination.graph import build_network, find_components
from takedown.coordination.limits import CANNOT_TELL
from takedown.coordination.pair_days import Trace
from takedown.coordination.stretch import FACTORS, times_faster
from takedown.coordination.synchrony import NEWS_BLOCK_DAYS, synchrony
from takedown.core.measures import CONTROL, Measure, weakest_provenance
from takedown.statistics.estimate import Estimate, RowBuilder

TABLE_COLUMNS = (
    *("subject", "trace", "resolution_seconds", "accounts", "acts", "objects", "burst_objects", "burst_acts"),
    *("event_pairs_near", "event_pairs_within", "pair_days_near", "pair_days_within"),
    *("synchrony", "synchrony_low", "synchrony_high", "times_faster", "times_faster_low"),
    *("grade", "pairs_judged", "days_drawn", "edges", "accounts_in_edges", "largest_sensitivity"),
    *("shared_schedules", "provenance"),
)

# Parts of the descriptions of methods.
_POSTS = "posts from {since} to {until}, local days"
_SYNCHRONY = (
    "days on which two accounts acted on the same object within {near} s of each other (one pair of events a day, on the rarest "
    "object): share of these days on which they did so within {window} s"
)
_TEST = (
    f"exchange among accounts of like speed: together within {{window}} s on more days than other pairs of accounts as fast or faster, at "
    f"least {LEAST_DAYS} days; grade A compares with pairs within {{on_object}} s on the same object and day, grade B with pairs within {{near}} s in whole "
    "timelines, and needs as many days on which no object in public use explains it; family-wise error {alpha:g}, half of it for each grade, all traces together (Poisson-binomial tail, Bonferroni, "
    f"Tarone 1990); {CANNOT_TELL}; {_POSTS}"
)
_GROUPS = (
    "95 % interval: on the scale of log odds, with connected components of the network and accounts without an edge as clusters "
    "(for a share of 1 exact binomial with the effective number of clusters; for a share of 0 with as many groups of "
    "{group:.3g} accounts as the population could hold, the mean size of groups where they were largest)"
)
_METHODS = {
    "synchrony": f"{_SYNCHRONY}, {_POSTS}; 95 % interval: on the scale of log odds, with a variance over pairs that share an account and over "
    f"blocks of {NEWS_BLOCK_DAYS} days (for a share of 0 or 1 exact binomial with the effective number of clusters)",
    "times_faster": "how many times faster than the control an innocent crowd must react to be as synchronous as the {population}: the least factor f "
    f"at which the control, with both windows f times as long, has the same synchrony (from {FACTORS[0]} to {FACTORS[-1]}, which stands for as much or more); "
    f"synchrony: {_SYNCHRONY}, {_POSTS}; lower end: that of the {{population}}'s synchrony against the upper ends of the control's",
    "trace_edges": f"number of pairs of accounts with an edge of grade {{grade}} in this trace; {_TEST}",
    "edges": f"number of pairs of accounts with an edge in any trace, each pair once; {_TEST}",
    "shared_schedules": f"number of pairs of accounts that were together on at least {LEAST_DAYS} days and are not tested, since both post by a clock of a quarter of an hour or "
    f"an hour (Rayleigh test); {_POSTS}",
    "edge_accounts_share": f"share of the accounts with a post that have an edge in any trace; {_TEST}; {_GROUPS}",
}
_COUNTED = {
    **dict.fromkeys(("synchrony", "times_faster"), "pair-days"),
    "trace_edges": f"pairs with at least {LEAST_DAYS} days that compare",
    "edges": "tests",
    "shared_schedules": "accounts that keep a clock",
    "edge_accounts_share": "accounts",
}
_UNITS = dict.fromkeys(("edges", "trace_edges", "shared_schedules"), "pairs") | {"times_faster": "times"}
_row = RowBuilder(
    *("coordination", "find_coordination", "coordination"),
    {name: (_UNITS.get(name, "share"), method, _COUNTED[name]) for name, method in _METHODS.items()},
    {CONTROL: ["*_times_faster"]},
)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is known of one population: its pair-days by trace, and the edges that exchange found."""

    traces: dict[str, Trace]
    found: FoundEdges

    @cached_property
    def synchrony(self) -> dict[str, dict[float, Estimate]]:
        """Synchrony by trace and factor, where there is a pair-day; `timed_traces` are together by definition and left out."""
        found = {
            name: {factor: synchrony(sums) for factor, sums in trace.sums.items()}
            for name, trace in self.traces.items()
            if name not in timed_traces()
        }
        return {
            name: {factor: share for factor, share in by_factor.items() if share is not None}
            for name, by_factor in found.items()
        }

    @cached_property
    def components(self) -> np.ndarray:
        """Sizes of the connected components of the network, largest first."""
        first, second = self.found.ends
        return np.bincount(find_components(build_network(first, second, np.ones(len(first)))))[1:]

    def times_faster(self, name: str, control: "Evidence") -> Estimate | None:
        """Return how many times faster than the control a crowd must be in a trace, None if it is not known."""
        own, other = self.synchrony.get(name, {}), control.synchrony.get(name, {})
        return times_faster(own[1], other) if 1 in own and 1 in other else None


@dataclass(frozen=True)
class Report:
    """What the rows say of the method: the windows of pair-days and of objects, period (ISO days), family-wise error."""

    choices: Choices
    on_object: Choices
    since: str
    until: str
    alpha: float

    def settings(self) -> dict[str, Any]:
        """Return the values for the descriptions of methods."""
        return {
            **{"window": self.choices.window_seconds, "near": self.choices.near_seconds},
            **{"on_object": self.on_object.near_seconds, "since": self.since, "until": self.until},
            "alpha": self.alpha,
        }


def coordination_measures(
    found: Mapping[str, Evidence], provenances: Mapping[str, str], report: Report
) -> list[Measure]:
    """Return the measures of every population and its comparisons with the control.

    `found` and `provenances` (the weakest of each population's archives) are by population.
    """
    group = max((_group_size(evidence.components) for evidence in found.values()), default=2.0)
    rows: list[Measure] = []
    for subject, evidence in found.items():
        rows += _trace_rows(subject, evidence, provenances[subject], report)
        if subject != CONTROL and CONTROL in found:
            both = weakest_provenance([provenances[subject], provenances[CONTROL]])
            rows += _control_rows(subject, evidence, found[CONTROL], both, report)
        # Without an act nothing is counted, which is not 0: the files may lack what a trace needs.
        if evidence.traces:
            rows += _network_rows(subject, evidence, group, provenances[subject], report)
    return rows


def _trace_rows(subject: str, evidence: Evidence, provenance: str, report: Report) -> Iterator[Measure]:
    settings = report.settings()
    windows = {name: (settings[name], "s") for name in ("window", "near")}
    for name, shares in evidence.synchrony.items():
        if 1 in shares:
            place = (f"{name}_synchrony", subject, shares[1], provenance)
            yield _row.described(*place, like="synchrony", parameters=windows, **settings)
    for name, trace in evidence.found.traces.items():
        if name not in evidence.traces:
            continue
        edges = Estimate(trace.ends.shape[1], n=trace.pairs)
        place = (f"{name}_edges", subject, edges, provenance)
        yield _row.described(*place, like="trace_edges", grade=trace.grade, **settings)


def _control_rows(
    subject: str, evidence: Evidence, control: Evidence, provenance: str, report: Report
) -> Iterator[Measure]:
    for name in evidence.synchrony:
        factor = evidence.times_faster(name, control)
        if factor is not None:
            place = (f"{name}_times_faster", subject, factor, provenance)
            yield _row.described(*place, like="times_faster", population=subject, **report.settings())


def _network_rows(
    subject: str, evidence: Evidence, group: float, provenance: str, report: Report
) -> Iterator[Measure]:
    found, words = evidence.found, report.settings() | {"group": group}
    edges = Estimate(found.ends.shape[1], n=found.tests)
    yield _row.described("edges", subject, edges, provenance, **words)
    schedules = Estimate(found.schedules.shape[1], n=found.clocks)
    yield _row.described("shared_schedules", subject, schedules, provenance, **words)
    share = member_share(evidence.components, found.accounts, group)
    if share is not None:
        yield _row.described("edge_accounts_share", subject, share, provenance, **words)


def _group_size(components: np.ndarray) -> float:
    """Return the mean size of the component of an account with an edge, 2 without one."""
    return float((components**2).sum() / components.sum()) if len(components) else 2.0


def trace_table(found: Mapping[str, Evidence], provenances: Mapping[str, str]) -> Iterable[tuple]:
    """Return the rows of the table of traces, columns `TABLE_COLUMNS`, by population and trace.

    Synchrony and edges are None for `timed_traces`, and the factor without a control. Its provenance is not in the row, which
    has that of the population: a factor against a weaker control is in the measures alone.
    """
    for subject, evidence in found.items():
        for name, trace in evidence.traces.items():
            share = evidence.synchrony.get(name, {}).get(1, Estimate(None))
            factor = None
            if subject != CONTROL and CONTROL in found and provenances[CONTROL] == provenances[subject]:
                factor = evidence.times_faster(name, found[CONTROL])
            factor = factor or Estimate(None)
            pairs = trace.sums[1].get("pair")
            yield (
                *(subject, name, trace.resolution, *(trace.counts[column] for column in TABLE_COLUMNS[3:10])),
                *((pairs.near, pairs.together) if pairs else (0, 0)),
                *(share.value, share.low, share.high, factor.value, factor.low),
                *_judged(evidence.found.traces.get(name)),
                provenances[subject],
            )


def _judged(found: TraceEdges | None) -> tuple:
    if found is None:
        return (None,) * 7
    return (
        *(found.grade, found.pairs, found.days_drawn, found.ends.shape[1], len(np.unique(found.ends))),
        float(found.sensitivity.max()) if len(found.sensitivity) else None,
        found.schedules.shape[1],
    )
