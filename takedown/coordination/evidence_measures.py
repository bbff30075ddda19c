"""The rows of results/measures/coordination.csv and of results/tables/coordination_traces.csv."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from takedown.coordination.catalogue import timed_traces
from takedown.coordination.edges import CROWD_PAIR_DAYS, Evidence
from takedown.coordination.evidence import excess_ratio, member_share, shifted_days
from takedown.coordination.pair_days import Choices, Trace
from takedown.coordination.synchrony import NEWS_BLOCK_DAYS, synchrony_difference
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.estimate import Estimate, RowBuilder, generator

CONTROL = "control"
#: With fewer objects on every day, such as in synchronised posting with its one object, dealing them anew changes nothing.
FEWEST_OBJECTS = 3

TABLE_COLUMNS = (
    *("subject", "trace", "resolution_seconds", "accounts", "acts", "objects", "burst_objects", "burst_acts"),
    *("event_pairs_near", "event_pairs_within", "pair_days_near", "pair_days_within"),
    *("synchrony", "synchrony_low", "synchrony_high", "chance", "dealt_observed", "dealt_expected"),
    *("pairs_near", "pairs_tested", "edges", "accounts_in_edges", "provenance"),
)

# Parts of the descriptions of methods.
_POSTS = "posts from {since} to {until}, local days"
_SYNCHRONY = (
    "days on which two accounts acted on the same object within {near} s of each other (one pair of events a day, on the rarest "
    "object): share of these days on which they did so within {window} s, "
)
_SHARE = f"share of the accounts with a post that have a significant edge in any trace, {_POSTS}"
_GROUPS = (
    "95 % interval: on the scale of log odds, with connected components of the network and accounts without an edge as clusters "
    "(for a share of 1 exact binomial with the effective number of clusters; for a share of 0 with as many groups of "
    "{group:.3g} accounts as the population could hold, the mean size of groups where they were largest)"
)
_TEST = (
    "binomial test of each pair of accounts and trace (of several days on which they were near each other in the same {part} s of the day, "
    "the first counts), family-wise error {alpha:g} over {tests} tests that could be significant, all traces together "
    f"(Bonferroni, Tarone 1990); expected by chance: the null of shifted timelines{{level}}, {_POSTS}"
)
_CROWD = (
    " or, if larger, the upper end of the control's synchrony (of the trace where it is largest if the control has fewer than "
    f"{CROWD_PAIR_DAYS} pair-days)"
)
_NO_CROWD = ", which fast crowds exceed too; no crowd with posts of this provenance is known"
METHODS = {
    "synchrony": f"{_SYNCHRONY}{_POSTS}; 95 % interval: on the scale of log odds, with a variance over pairs that share an account and over "
    f"blocks of {NEWS_BLOCK_DAYS} days (for a share of 0 or 1 exact binomial with the effective number of clusters); one-sided p-value "
    "against timelines shifted within ± {near} s: {shifts} draws, each account-day shifted by itself{drawn} (a crowd that gathers within "
    "minutes also fails it); n = pair-days",
    "excess": "pairs of acts of different accounts on the same object within {window} s, divided by the number expected if the objects "
    "of each day were assigned at random to its acts (accounts keep their times, and objects keep their number of uses), "
    f"{_POSTS}; a crowd exceeds 1 too; 95 % interval: these accounts in other weeks, Poisson with the variance over blocks of "
    f"{NEWS_BLOCK_DAYS} days; n = days",
    "trace_edges": "number of pairs of accounts that were within {window} s of each other on more days than expected with a chance of "
    f"{{chance:.4f}} for each day on which they were near each other; {_TEST}; n = pairs that could be significant",
    "synchrony_difference": f"{_SYNCHRONY}{{population}} minus control, {_POSTS}: {{one:.4g}} against {{other:.4g}}; 95 % interval: from the "
    "intervals of both (Newcombe 1998, method 10); n = pair-days of the population with fewer",
    "edges": f"number of pairs of accounts with a significant edge in any trace, each pair once; {_TEST}; n = tests",
    "edge_accounts_share": f"{_SHARE}; {_GROUPS}; n = accounts",
    "edge_accounts_share_difference": f"{_SHARE}, {{population}} minus control: {{one:.4g}} against {{other:.4g}}; each share with a {_GROUPS}, "
    "and the difference from both intervals (Newcombe 1998, method 10); n = accounts of the population with fewer",
}
_UNITS = {"excess": "ratio", "edges": "pairs", "trace_edges": "pairs"}
_row = RowBuilder(
    *("coordination", "find_coordination", "coordination"),
    {name: (_UNITS.get(name, "share"), method) for name, method in METHODS.items()},
)


@dataclass(frozen=True)
class Report:
    """What the rows say of the method: choices, period (ISO days), family-wise error, number of shifts and their seed.

    `has_crowd` says whether edges must exceed the control's synchrony.
    """

    choices: Choices
    since: str
    until: str
    alpha: float
    shifts: int
    seed: int
    has_crowd: bool

    def settings(self, evidence: Evidence) -> dict[str, Any]:
        """Return the values of all populations, and the number of tests of one, for the descriptions of methods."""
        return {
            **{"window": self.choices.window_seconds, "near": self.choices.near_seconds},
            **{"part": 2 * self.choices.near_seconds, "since": self.since, "until": self.until},
            **{"alpha": self.alpha, "tests": evidence.all_tested, "shifts": self.shifts},
            "level": _CROWD if self.has_crowd else _NO_CROWD,
        }


def real_crowd(provenances: Mapping[str, str]) -> str | None:
    """Return the name of the control if its synchrony may be the least that edges must exceed, else None.

    `provenances` is the weakest provenance of each population; a simulated control sets no level for real posts.

    >>> real_crowd({"operation": "release", "control": "replica"}) is None
    True
    """
    control = provenances.get(CONTROL)
    if not control or any(weakest_provenance([control, each]) != each for each in provenances.values()):
        return None
    return CONTROL


def coordination_measures(
    found: Mapping[str, Evidence], provenances: Mapping[str, str], report: Report
) -> list[Measure]:
    """Return the measures of every population and its differences from the control.

    `found` and `provenances` (the weakest of each population's archives) are by population.
    """
    group = max((_group_size(evidence.components) for evidence in found.values()), default=2.0)
    rows: list[Measure] = []
    for subject, evidence in found.items():
        control = found.get(CONTROL) if subject != CONTROL else None
        both = weakest_provenance([provenances[subject], provenances.get(CONTROL, provenances[subject])])
        for trace in evidence.traces.values():
            rows += _trace_rows(subject, evidence, trace, provenances[subject], report)
            if control is not None:
                rows += _difference_rows(subject, evidence, control, trace.name, both, report)
        rows += _network_rows(subject, evidence, control, group, provenances[subject], both, report)
    return rows


def _trace_rows(
    subject: str, evidence: Evidence, trace: Trace, provenance: str, report: Report
) -> Iterator[Measure]:
    settings = report.settings(evidence)
    estimate, is_timed = evidence.synchrony[trace.name], trace.name in timed_traces()
    if estimate is not None and not is_timed:
        yield _row.described(
            f"{trace.name}_synchrony",
            *(subject, _tested(estimate, subject, trace, report), provenance),
            like="synchrony",
            parameters={name: (settings[name], "s") for name in ("window", "near")},
            drawn=""
            if trace.drawn_share == 1
            else f", {len(trace.drawn['day'])} pair-days of {trace.drawn_share:.1%} of accounts",
            **settings,
        )
    dealt = excess_ratio(trace.dealt["day"], trace.dealt["observed"], trace.dealt["expected"])
    if dealt is not None and _has_objects(trace):
        yield _row.described(f"{trace.name}_excess", subject, dealt, provenance, like="excess", **settings)
    if not is_timed:
        edges = Estimate(evidence.edges[trace.name], n=evidence.tested[trace.name])
        settings["chance"] = evidence.chance[trace.name]
        yield _row.described(
            f"{trace.name}_edges", subject, edges, provenance, like="trace_edges", **settings
        )


def _difference_rows(
    subject: str, evidence: Evidence, control: Evidence, name: str, provenance: str, report: Report
) -> Iterator[Measure]:
    one, other = evidence.synchrony[name], control.synchrony.get(name)
    if one is None or other is None or name in timed_traces():
        return
    words = {"population": subject, "one": one.value, "other": other.value} | report.settings(evidence)
    place = (f"{name}_synchrony_difference", subject, synchrony_difference(one, other), provenance)
    yield _row.described(*place, like="synchrony_difference", **words)


def _network_rows(
    subject: str,
    evidence: Evidence,
    control: Evidence | None,
    group: float,
    provenance: str,
    both: str,
    report: Report,
) -> Iterator[Measure]:
    words = report.settings(evidence) | {"population": subject, "group": group}
    edges = Estimate(evidence.all_edges, n=evidence.all_tested)
    crowd = {"must_exceed_control": (report.has_crowd, "true or false")}
    yield _row.described("edges", subject, edges, provenance, parameters=crowd, **words)
    share = member_share(evidence.components, evidence.accounts, group)
    if share is None:
        return
    yield _row.described("edge_accounts_share", subject, share, provenance, **words)
    other = None if control is None else member_share(control.components, control.accounts, group)
    if other is not None:
        words |= {"one": share.value, "other": other.value}
        difference = synchrony_difference(share, other)
        yield _row.described("edge_accounts_share_difference", subject, difference, both, **words)


def _has_objects(trace: Trace) -> bool:
    return bool(trace.dealt["objects"].max(initial=0) >= FEWEST_OBJECTS)


def _group_size(components: np.ndarray) -> float:
    """Return the mean size of the component of an account with an edge, 2 without one."""
    return float((components**2).sum() / components.sum()) if len(components) else 2.0


def _tested(estimate: Estimate, subject: str, trace: Trace, report: Report) -> Estimate:
    """Return the synchrony with the p-value of the drawn pair-days; without an interval it has none."""
    drawn, choices = trace.drawn, report.choices
    if estimate.low is None or not len(drawn["day"]):
        return estimate
    days = int(drawn["day"].max()) + 1
    ends = [drawn[side].astype(np.int64) * days + drawn["day"] for side in ("account_a", "account_b")]
    one, other = np.unique(ends, return_inverse=True)[1].reshape(2, -1)
    draws = shifted_days(
        *(one, other, drawn["difference"]),
        window=choices.window_seconds,
        near=choices.near_seconds,
        resolution=trace.resolution,
        shifts=report.shifts,
        rng=generator(report.seed, f"coordination.{trace.name}_synchrony", subject),
    )
    observed = np.count_nonzero(np.abs(drawn["difference"]) <= choices.window_seconds)
    p_value = (1 + int(np.count_nonzero(draws >= observed))) / (1 + report.shifts)
    return replace(estimate, p_value=p_value)


def trace_table(found: Mapping[str, Evidence], provenances: Mapping[str, str]) -> Iterable[tuple]:
    """Return the rows of the table of traces, columns `TABLE_COLUMNS`, by population and trace.

    Synchrony is None for `timed_traces`, and counts of dealt objects are None for traces with hardly any object.
    """
    for subject, evidence in found.items():
        for name, trace in evidence.traces.items():
            share = (None if name in timed_traces() else evidence.synchrony[name]) or Estimate(None)
            dealt = [trace.dealt[column].sum().item() for column in ("observed", "expected")]
            yield (
                *(subject, name, trace.resolution, *(trace.counts[column] for column in TABLE_COLUMNS[3:10])),
                *(int(trace.cells.near.sum()), int(trace.cells.within.sum())),
                *(share.value, share.low, share.high, evidence.chance[name]),
                *(dealt if _has_objects(trace) else (None, None)),
                *(trace.counts["pairs_near"], evidence.tested[name]),
                *(evidence.edges[name], evidence.members[name], provenances[subject]),
            )
