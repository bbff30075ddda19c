"""Figure: the large creation batches, account by account."""

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from takedown.figures import style as look
from takedown.figures.captions import describe
from takedown.statistics.sessions import Sessions, find_sessions

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

#: Number of panels that fit side by side.
MOST_BATCHES = 4

#: Width of the tick label of an hour.
TICK_MM = 9


@dataclass(frozen=True)
class Instants:
    """Accounts by creation instant, arrays of one length.

    `at_ms` are increasing UTC milliseconds since 1970, `resolution_ms` is the length of the interval that starts
    there, and `accounts` counts the accounts created in it.
    """

    at_ms: np.ndarray
    resolution_ms: np.ndarray
    accounts: np.ndarray

    def between(self, first_ms: int, end_ms: int) -> "Instants":
        """Return the part from `first_ms` to just before `end_ms`."""
        kept = (self.at_ms >= first_ms) & (self.at_ms < end_ms)
        return Instants(self.at_ms[kept], self.resolution_ms[kept], self.accounts[kept])


def plot_creation_batches(
    instants: Instants,
    *,
    session_gap_minutes: float,
    large_batch_accounts: int,
    utc_offset_hours: float,
) -> Figure:
    """Draw every UTC creation day that holds a session of at least `large_batch_accounts`, the four largest.

    Accounts created within `session_gap_minutes` of each other are one session; large sessions are shaded. An account
    whose second is known is a dot; one whose interval is known is a box of its width.
    """
    with look.figure_style():
        sessions, days = _large_sessions(instants, session_gap_minutes, large_batch_accounts)
        shown = _largest_days(instants, days)
        width = look.DOUBLE_WIDTH if len(shown) > 1 else look.SINGLE_WIDTH
        figure = look.new_figure(width, 62)
        if len(shown) == 0:
            axes = look.add_axes(figure, 4, 4, width - 8, 54)
            look.say(axes, f"no session of {large_batch_accounts} or more accounts with a decodable id")
            return figure
        room = (width - 12) / len(shown)
        highest = max(int(instants.between(day, day + DAY_MS).accounts.sum()) for day in shown)
        for place, day in enumerate(shown):
            axes = look.add_axes(figure, 12 + place * room, 15, room - 9, 36)
            part = instants.between(day, day + DAY_MS)
            _draw_batch(axes, part, sessions[days == day], utc_offset_hours, highest)
            if place == 0:
                axes.set_ylabel("accounts with a decodable id\n(cumulative)")
            else:
                axes.set_yticklabels([])
            if len(shown) > 1:
                look.label_panel(
                    axes, "abcd"[place], 11 if place == 0 else 4, 3, str(day.astype("datetime64[ms]"))[:10]
                )
        describe(
            figure,
            "Cumulative number of accounts of the operation on each UTC creation day with a large session, for accounts whose id "
            "contains the creation instant",
            "A dot is one account, known to the second; a box holds the accounts of an interval. Shaded: sessions of "
            f"{large_batch_accounts} accounts or more, in which no two successive accounts are more than {session_gap_minutes:g} "
            "minutes apart. Hashed and sequential ids contain no instant; their accounts are missing.",
        )
        first = figure.axes[0]
        for line, words in enumerate(_notes(len(np.unique(days)) - len(shown), large_batch_accounts)):
            look.note(first, words, (0, 0), (0, -25 - 8 * line), va="top", annotation_clip=False)
    return figure


def _notes(days_left_out: int, large_batch_accounts: int) -> list[str]:
    notes = [f"Shaded: sessions of {large_batch_accounts} or more accounts. Hashed ids give no instant."]
    if days_left_out:
        notes.append(f"Days with such sessions that are not shown, all smaller: {days_left_out}.")
    return notes


def _large_sessions(
    instants: Instants, gap_minutes: float, large_batch_accounts: int
) -> tuple[np.ndarray, np.ndarray]:
    if len(instants.at_ms) == 0:
        return np.empty((0, 3), np.int64), np.empty(0, np.int64)
    found: Sessions = find_sessions(instants.at_ms, instants.accounts, gap_minutes)
    table = np.column_stack([found.start_ms, found.end_ms, found.accounts])[
        found.accounts >= large_batch_accounts
    ]
    return table, table[:, 0] // DAY_MS * DAY_MS


def _largest_days(instants: Instants, days: np.ndarray) -> np.ndarray:
    unique = np.unique(days)
    totals = [-instants.between(day, day + DAY_MS).accounts.sum() for day in unique]
    return np.sort(unique[np.argsort(totals, kind="stable")[:MOST_BATCHES]])


def _draw_batch(
    axes: Axes, part: Instants, sessions: np.ndarray, utc_offset_hours: float, highest: int
) -> None:
    offset = utc_offset_hours * HOUR_MS
    midnight = (part.at_ms[0] + offset) // DAY_MS * DAY_MS - offset
    hours = (part.at_ms - midnight) / HOUR_MS
    lengths = part.resolution_ms / HOUR_MS
    after = np.cumsum(part.accounts)
    exact = part.resolution_ms < 1000
    axes.plot(hours[exact], after[exact], "o", color=look.OPERATION, markersize=1.6, markeredgewidth=0)
    boxes = [
        Rectangle((left, top - height), length, height)
        for left, top, height, length in zip(
            hours[~exact], after[~exact], part.accounts[~exact], lengths[~exact], strict=True
        )
    ]
    axes.add_collection(PatchCollection(boxes, facecolor=look.OPERATION, edgecolor="none"))
    for start, end, accounts in sessions:
        left, right = (start - midnight) / HOUR_MS, (end - midnight) / HOUR_MS + lengths.max()
        axes.axvspan(left, right, color=look.PALE, linewidth=0, zorder=0)
        top = {"xycoords": axes.get_xaxis_transform(), "ha": "center", "va": "top"}
        look.note(axes, str(accounts), ((left + right) / 2, 1), (0, -2), **top)
    first_hour, last_hour = np.floor(hours[0]), np.ceil(hours[-1] + lengths[-1])
    axes.set(xlim=(first_hour - 0.1, last_hour + 0.1), ylim=(0, highest * 1.12))
    step = max(1, int(np.ceil((last_hour - first_hour) * TICK_MM / look.axes_width_mm(axes))))
    ticks = np.arange(first_hour, last_hour + 1, step)
    axes.set_xticks(ticks, [f"{int(tick) % 24:02d}:00" for tick in ticks])
    look.whole_ticks(axes.yaxis)
    date = np.datetime64(int(midnight + offset), "ms").astype("datetime64[D]")
    known = "to the second" if exact.all() else f"to {part.resolution_ms.max() / 60_000:g} minutes"
    axes.set_xlabel(f"local time (UTC{utc_offset_hours:+g}), {known}")
    span = f"{_clock(part.at_ms[0] + offset)}–{_clock(part.at_ms[-1] + part.resolution_ms[-1] + offset)}"
    axes.set_title(f"{date}, {span}\n{after[-1]} accounts", loc="left")


def _clock(local_ms: float) -> str:
    minutes = int(local_ms // 60_000) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
