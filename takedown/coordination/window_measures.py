"""Measures and tables of the share of accounts in at least one coordinated pair, by window."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from takedown.coordination.catalogue import timed_traces, trace_names
from takedown.coordination.trace_file import common_resolution
from takedown.coordination.windows import Events, WindowCurve, compare_windows, excess_difference
from takedown.core.database import read_sql
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.estimate import DRIFT_BLOCK_DAYS, Estimate, RowBuilder, generator

_row = RowBuilder("coordination", "measure_coordination_windows")
#: The union that D. Schoch, F. Keller, S. Stier and J. Yang (Scientific Reports 12 (2022) 4572) count, and its parts.
UNION = "co_tweet_or_co_retweet"
PARTS = ("co_tweet", "co_retweet")
#: Traces that are reported as measures; the tables have all.
MEASURED = {
    UNION: "the same text or the same reposted post",
    "co_tweet": "the same text",
    "co_retweet": "the same reposted post",
}
#: Fewest draws whose central 95 % are worth giving, and how many events the draws of a trace may come to beyond them.
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

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class WindowChoices:
    """What is measured: windows in seconds, increasing; largest shifts in windows, the study's own first; draws; seed."""

    windows_seconds: Sequence[int]
    largest_shifts: Sequence[int]
    rarefactions: int
    seed: int


@dataclass(frozen=True)
class TraceWindows:
    """One trace: events and curves by population."""

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
    """Yield the curves of every trace of which some population has events; of the union also by every largest shift.

    Not of `timed_traces`.

    `files` are those of the events of each population, which `takedown.coordination.trace_file.write_traces` writes;
    `since` is the local day from which blocks of days count. Times count by the coarsest resolution of a population.
    """
    resolution = common_resolution(connection, files.values())
    calendar = {"since": str(since), "utc_offset_hours": utc_offset_hours, "block_days": DRIFT_BLOCK_DAYS}
    single = {trace: (trace,) for trace in trace_names() if trace not in timed_traces()}
    for trace, parts in ({UNION: PARTS} | single).items():
        events = {}
        for subject, paths in files.items():
            wanted = {
                "files": [str(path) for path in paths],
                "traces": list(parts),
                "resolution": resolution,
                **calendar,
            }
            columns = connection.execute(read_sql("coordination/windows/events.sql"), wanted).fetchnumpy()
            if len(columns["time"]):
                arrays = (columns[name] for name in ("account", "object", "time", "block"))
                events[subject] = Events(*(np.asarray(column, np.int64) for column in arrays))
            else:
                log.info("%s: the %s has no event", trace, subject)
        if events:
            yield TraceWindows(trace, events, _curves(trace, events, choices, resolution))


def window_measures(
    found: TraceWindows, choices: WindowChoices, provenance: Mapping[str, str], period: str
) -> Iterator[Measure]:
    """Yield the measures at the first window: share, rarefied share, excess, and the operation's excess less the control's.

    `provenance` is that of each population's posts, `period` the days that count, in words.
    """
    if found.trace not in MEASURED:
        return
    window = choices.windows_seconds[0]
    words = (
        f"accounts with {MEASURED[found.trace]} within {window} s of another account of the population (Schoch et al. "
        f"2022), share of accounts with such a text or repost {period}"
    )
    draws = len(next(iter(found.curves.values())).rarefied)
    sizes = (
        f"at equal sizes: as many accounts of each population drawn without replacement, and as many events by rank of "
        f"activity, mean of {draws} draws"
    )
    shifted = (
        f"{words}, {sizes}, less the share with each account's timeline shifted as a whole, uniformly within "
        f"± {choices.largest_shifts[0] * window} s"
    )
    interval = (
        f"95 % interval: variance of a jackknife of blocks of {DRIFT_BLOCK_DAYS} days plus that of independent accounts, Student's t "
        "on the effective number of blocks less 1; n = blocks with events"
    )

    name = f"paired_share_{found.trace}"
    row = partial(_row, parameters={"window": (window, "s")})
    # What is drawn at equal sizes depends on the posts of every population.
    both = weakest_provenance(provenance[subject] for subject in found.curves)
    for subject, curve in found.curves.items():
        drawn = curve.rarefied[:, 0]
        full = Estimate(float(curve.full[0]), n=found.events[subject].accounts)
        method = f"{words}; it grows with accounts and events; n = accounts"
        yield row(name, subject, full, "share", method, provenance[subject])
        rarefied = Estimate(float(drawn.mean()), *_middle(drawn), n=curve.accounts)
        ends = (
            "low and high: central 95 % of the draws, which is no sampling interval; n = accounts of a draw"
        )
        yield row(f"{name}_rarefied", subject, rarefied, "share", f"{words}, {sizes}; {ends}", both)
        yield row(
            f"{name}_excess",
            subject,
            curve.excess_share(),
            "difference of shares",
            f"{shifted}; {interval}",
            both,
        )
    if {"operation", "control"} <= set(found.curves):
        difference = excess_difference(found.curves["operation"], found.curves["control"])
        method = f"{shifted}: operation less control; {interval}"
        yield row(f"{name}_excess_difference", "operation", difference, "difference of shares", method, both)


def window_rows(
    found: TraceWindows, choices: WindowChoices, provenance: Mapping[str, str]
) -> Iterator[tuple]:
    """Yield rows (WINDOW_COLUMNS) of all windows; low and high are the central 95 % of draws."""
    both = weakest_provenance(provenance[subject] for subject in found.curves)
    for subject, curve in found.curves.items():
        events = found.events[subject]
        for place, window in enumerate(curve.windows.tolist()):
            yield (
                *(found.trace, subject, window, events.accounts, len(events.time), float(curve.full[place])),
                *(curve.accounts, curve.events, len(curve.rarefied)),
                *(float(curve.rarefied[:, place].mean()), *_middle(curve.rarefied[:, place])),
                choices.largest_shifts[0] * window,
                *(float(curve.shifted[:, place].mean()), *_middle(curve.shifted[:, place])),
                both,
            )


def shift_rows(found: TraceWindows, provenance: Mapping[str, str]) -> Iterator[tuple]:
    """Yield rows (SHIFT_COLUMNS) of the excess at the first window by largest shift, with its interval."""
    both = weakest_provenance(provenance[subject] for subject in found.curves)
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
    rng = {
        subject: generator(choices.seed, f"coordination.paired_share_{trace}", subject) for subject in events
    }
    return compare_windows(events, choices.windows_seconds, draws, rng, shifts, resolution)


def _middle(draws: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(draws, (0.025, 0.975))
    return float(low), float(high)
