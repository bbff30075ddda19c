"""Measures and tables of the share of accounts in at least one coordinated pair, by window."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from takedown.coordination.catalogue import timed_traces, trace_names
from takedown.coordination.trace_file import common_resolution
from takedown.coordination.windows import Events, WindowCurve, compare_windows, excess_difference
from takedown.core.database import read_sql
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate, RowBuilder, generator

#: The union of traces that D. Schoch, F. Keller, S. Stier and J. Yang (Scientific Reports 12 (2022) 4572) count, and its parts.
UNION = "co_tweet_or_co_retweet"
PARTS = ("co_tweet", "co_retweet")
#: Traces with measures, in words; the tables have all traces.
MEASURED = {
    UNION: "the same text or the same reposted post",
    "co_tweet": "the same text",
    "co_retweet": "the same reposted post",
}
#: Fewest draws whose central 95 % are meaningful, and the limit on the events of all draws of a trace if there are more.
FEWEST_DRAWS = 20
MOST_DRAWN_EVENTS = 10**7

WINDOW_COLUMNS = (
    *("trace", "subject", "window_seconds", "accounts", "events", "share"),
    *("rarefied_accounts", "rarefied_events", "draws", "rarefied", "rarefied_low", "rarefied_high"),
    *("shift_seconds", "shifted", "shifted_low", "shifted_high", "provenance"),
)
SHIFT_COLUMNS = (
    *("trace", "subject", "window_seconds", "shift_seconds", "rarefied", "shifted"),
    *("excess", "excess_low", "excess_high", "provenance"),
)

# Parts of the descriptions of methods.
_PAIRED = (
    "accounts with {same} within {window} s of another account of the population (Schoch et al. 2022), as a share of the accounts "
    "with any such text or repost {period}"
)
_RAREFIED = (
    f"{_PAIRED}, at equal sizes: an equal number of accounts of each population is drawn without replacement, and an equal number of "
    "events by rank of activity; mean of {draws} draws"
)
_SHIFTED = f"{_RAREFIED}, minus the share after the timeline of each account was shifted as a whole by a random time within ± {{shift}} s"
_INTERVAL = (
    f"95 % interval: variance of a jackknife of blocks of {DRIFT_BLOCK_DAYS} days plus the variance of independent accounts, Student's t "
    "with the effective number of blocks minus 1"
)
_ENDS = "low and high: central 95 % of the draws, not a confidence interval"
#: Measure of a trace → unit, method, and what n counts.
METHODS = {
    "paired_share": (
        "share",
        f"{_PAIRED}; the share grows with the number of accounts and events",
        "accounts",
    ),
    "paired_share_rarefied": ("share", f"{_RAREFIED}; {_ENDS}", "accounts of a draw"),
    "paired_share_excess": ("difference of shares", f"{_SHIFTED}; {_INTERVAL}", "blocks with events"),
    "paired_share_excess_difference": (
        "difference of shares",
        f"{_SHIFTED}: operation minus control; {_INTERVAL}",
        "blocks with events",
    ),
}
_row = RowBuilder(
    *("coordination", "measure_coordination_windows"),
    methods=METHODS,
    # Draws at equal sizes depend on each population's posts.
    also={population: ["*_rarefied", "*_excess*"] for population in ("operation", "control")},
)

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class WindowChoices:
    """Windows in seconds, increasing; largest shifts in windows, that of all windows first; number of draws; seed."""

    windows_seconds: Sequence[int]
    largest_shifts: Sequence[int]
    rarefactions: int
    seed: int


@dataclass(frozen=True)
class TraceWindows:
    """Events and curves of one trace by population."""

    trace: str
    events: Mapping[str, Events]
    curves: Mapping[str, WindowCurve]


def find_windows(
    connection: duckdb.DuckDBPyConnection,
    files: Mapping[str, Sequence[str | Path]],
    choices: WindowChoices,
    *,
    since: str,
    utc_offset_hours: float,
) -> Iterator[TraceWindows]:
    """Yield the curves of the union and of every trace with events, without `timed_traces`.

    `files` are the files of `takedown.coordination.trace_file.write_traces` by population; blocks of days count from the
    local day `since`. Times count at the coarsest resolution of a population. Only traces of `MEASURED` have every
    largest shift.
    """
    resolution = common_resolution(connection, files.values())
    single = {trace: (trace,) for trace in trace_names() if trace not in timed_traces()}
    for trace, parts in ({UNION: PARTS} | single).items():
        wanted = {
            **{"traces": list(parts), "resolution": resolution, "block_days": DRIFT_BLOCK_DAYS},
            **{"since": str(since), "utc_offset_hours": utc_offset_hours},
        }
        events = {}
        for subject, paths in files.items():
            wanted["files"] = [str(path) for path in paths]
            columns = connection.execute(read_sql("coordination/windows/events.sql"), wanted).fetchnumpy()
            if len(columns["time"]):
                arrays = (columns[name] for name in ("account", "object", "time", "block"))
                events[subject] = Events(*(np.asarray(column, np.int64) for column in arrays))
            else:
                log.info("%s: %s has no event", trace, subject)
        if events:
            yield TraceWindows(trace, events, _curves(trace, events, choices, resolution))


def window_measures(
    found: TraceWindows, choices: WindowChoices, provenance: Mapping[str, str], period: str
) -> Iterator[Measure]:
    """Yield the measures at the first window: shares, rarefied shares, excess, and operation less control.

    `provenance` is that of each population's posts; `period` describes the days that count.
    """
    if found.trace not in MEASURED:
        return
    window = choices.windows_seconds[0]
    words: dict[str, Any] = {
        **{"same": MEASURED[found.trace], "window": window, "period": period},
        **{"draws": _draws(found), "shift": choices.largest_shifts[0] * window},
    }

    def row(end: str, subject: str, estimate: Estimate, weakest: str) -> Measure:
        name, parameters = f"paired_share_{found.trace}{end}", {"window": (window, "s")}
        return _row.described(
            name, subject, estimate, weakest, like=f"paired_share{end}", parameters=parameters, **words
        )

    both = _weakest(found, provenance)
    for subject, curve in found.curves.items():
        drawn, accounts = curve.rarefied[:, 0], found.events[subject].accounts
        yield row("", subject, Estimate(float(curve.full[0]), n=accounts), provenance[subject])
        value, low, high = _middle(drawn)
        yield row("_rarefied", subject, Estimate(value, low, high, n=curve.accounts), both)
        yield row("_excess", subject, curve.excess_share(), both)
    if {"operation", "control"} <= set(found.curves):
        difference = excess_difference(found.curves["operation"], found.curves["control"])
        yield row("_excess_difference", "operation", difference, both)


def window_rows(
    found: TraceWindows, choices: WindowChoices, provenance: Mapping[str, str]
) -> Iterator[tuple]:
    """Yield rows (`WINDOW_COLUMNS`) of all windows; low and high are the central 95 % of draws."""
    both = _weakest(found, provenance)
    for subject, curve in found.curves.items():
        events = found.events[subject]
        for place, window in enumerate(curve.windows.tolist()):
            yield (
                *(found.trace, subject, window, events.accounts, len(events.time), float(curve.full[place])),
                *(curve.accounts, curve.events, _draws(found), *_middle(curve.rarefied[:, place])),
                *(choices.largest_shifts[0] * window, *_middle(curve.shifted[:, place]), both),
            )


def shift_rows(found: TraceWindows, provenance: Mapping[str, str]) -> Iterator[tuple]:
    """Yield rows (`SHIFT_COLUMNS`) of the excess at the first window by largest shift, with its interval."""
    both = _weakest(found, provenance)
    for subject, curve in found.curves.items():
        for place, shift in sorted(enumerate(curve.shifts), key=lambda of: of[1]):
            window, excess = int(curve.windows[0]), curve.excess_share(place)
            yield (
                *(found.trace, subject, window, shift * window),
                *(float(curve.rarefied[:, 0].mean()), float(curve.by_shift[:, place].mean())),
                *(excess.value, excess.low, excess.high, both),
            )


def _curves(
    trace: str, events: Mapping[str, Events], choices: WindowChoices, resolution: int
) -> dict[str, WindowCurve]:
    draws = MOST_DRAWN_EVENTS // sum(len(of.time) for of in events.values())
    draws = min(choices.rarefactions, max(FEWEST_DRAWS, draws))
    shifts = choices.largest_shifts if trace in MEASURED else choices.largest_shifts[:1]
    measure = f"coordination.paired_share_{trace}"
    rng = {subject: generator(choices.seed, measure, subject) for subject in events}
    return compare_windows(events, choices.windows_seconds, draws, rng, shifts, resolution)


def _draws(found: TraceWindows) -> int:
    return len(next(iter(found.curves.values())).rarefied)


def _weakest(found: TraceWindows, provenance: Mapping[str, str]) -> str:
    """Return the weakest provenance of all populations, since draws at equal sizes depend on the posts of each."""
    return weakest_provenance(provenance[subject] for subject in found.curves)


def _middle(draws: np.ndarray) -> tuple[float, float, float]:
    """Return the mean and the central 95 % of draws."""
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(draws.mean()), float(low), float(high)
