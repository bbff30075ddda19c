"""Figure: accounts by creation day, the operation upward and a control downward, bursts named."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter

from takedown.figures import style as look
from takedown.figures.captions import describe
from takedown.statistics.calendar import LONG_MONTHS, MONTHS, written_date

#: Days before the control's cut in the last panel.
EVENT_DAYS = 94

#: Least distance of two ticks as a share of the first panel's height.
TICK_ROOM = 0.105

#: Direction in which the bars of a population go.
SIGNS = {"operation": 1, "control": -1}

#: Height at which the leaders of the burst labels start, the axes being 1.
FAN_TOP = 1.24


@dataclass(frozen=True)
class Calendar:
    """Accounts by creation day: increasing `days` (datetime64[D]) and `accounts`, arrays of one length."""

    days: np.ndarray
    accounts: np.ndarray

    def within(self, first: np.datetime64, last: np.datetime64) -> "Calendar":
        """Return the part from `first` to `last`, both included."""
        kept = (self.days >= first) & (self.days <= last)
        return Calendar(self.days[kept], self.accounts[kept])

    @property
    def total(self) -> int:
        """Number of accounts of all days."""
        return int(self.accounts.sum())

    @property
    def highest(self) -> int:
        """Largest number of accounts of a day, 0 without a day."""
        return int(self.accounts.max(initial=0))


NOBODY = Calendar(np.empty(0, "datetime64[D]"), np.empty(0, np.int64))


def plot_creation_calendar(
    operation: Calendar,
    control: Calendar,
    bursts: np.ndarray,
    control_cut: np.datetime64,
    events: Mapping[str, np.datetime64],
) -> Figure:
    """Draw the creation calendars of both populations; the control is cut after `control_cut`.

    `bursts` are days of the operation (datetime64[D]) that the burst test flagged; as many of the largest are named
    as fit. `events` names at most two days that the reader knows. A population without an account is not spoken of; the
    panel of the last weeks is left out if nobody was created in them.
    """
    control = control.within(np.datetime64("0001-01-01"), control_cut)
    shown = {name: one for name, one in (("operation", operation), ("control", control)) if len(one.accounts)}
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, 105)
        whole = look.add_axes(figure, 13, 52, 167, 34)
        if not shown:
            look.say(whole, "no account with a day of creation")
            return figure
        bursts = operation.days[np.isin(operation.days, bursts)]
        _draw_whole(whole, shown, bursts, control_cut, events)
        look.label_panel(whole, "a", 11, 14, "all years, on a square-root scale")
        first, last = _fullest_month(operation if "operation" in shown else control, bursts)
        spans = {f"the month of the {'largest bursts' if len(bursts) else 'most accounts'}": (first, last)}
        lately = control_cut - EVENT_DAYS, control_cut
        if any(len(one.within(*lately).accounts) for one in shown.values()):
            spans[f"the weeks up to {control_cut}"] = lately
        widths = ((13, 75), (104, 76)) if len(spans) > 1 else ((13, 167),)
        for letter, (words, span), (left, width) in zip("bc", spans.items(), widths, strict=False):
            axes = look.add_axes(figure, left, 8, width, 30)
            _draw_zoom(axes, shown, *span, bursts)
            look.label_panel(axes, letter, 11, 2.5, words)
        if len(spans) > 1:
            _mark_events(axes, events)
        _describe(figure, shown)
    return figure


def _describe(figure: Figure, shown: Mapping[str, Calendar]) -> None:
    both = len(shown) > 1
    ways = ", the operation upwards and the control, up to its cut, downwards" if both else ""
    who = "Accounts" if both else f"Accounts of the {', '.join(shown)}"
    note = (
        "A burst is a day with more accounts than the surrounding weeks explain. It shows that accounts were created "
        "together, not that they are inauthentic"
    )
    describe(figure, f"{who} by UTC creation day{ways}", f"{note}{'; the control has bursts too' * both}.")


def root_ticks(highest: int, room: float) -> np.ndarray:
    """Return round numbers from 0 to `highest` whose square roots lie `room` or more apart."""
    candidates = np.array([base * 10**power for power in range(7) for base in (1, 2, 5)], np.int64)
    ticks: list[int] = []
    for candidate in candidates[candidates <= highest][::-1]:
        if np.sqrt(candidate) >= room and (not ticks or np.sqrt(ticks[-1]) - np.sqrt(candidate) >= room):
            ticks.append(int(candidate))
    return np.array([0, *ticks[::-1]])


def _draw_whole(
    axes: Axes,
    shown: Mapping[str, Calendar],
    bursts: np.ndarray,
    control_cut: np.datetime64,
    events: Mapping[str, np.datetime64],
) -> None:
    start = min(one.days.min() for one in shown.values()).astype("datetime64[Y]").astype("datetime64[D]")
    last = max([control_cut, *(one.days.max() for one in shown.values())])
    axes.set_xlim(date2num(start) - 20, date2num(last + 560))
    for name, one in shown.items():
        # One path with gaps in place of one for each day makes the vector files ten times smaller.
        days = np.repeat(date2num(one.days), 3)
        heights = np.outer(SIGNS[name] * one.accounts, [0, 1, np.nan]).ravel()
        axes.plot(days, heights, color=look.POPULATIONS[name], linewidth=0.45, solid_capstyle="butt")
    axes.set_yscale("function", functions=(_signed_root, _signed_square))
    top, bottom = (max(shown[name].highest, 4) if name in shown else 0 for name in SIGNS)
    axes.set_ylim(-bottom * 1.15, top * 1.15)
    room = TICK_ROOM * (np.sqrt(top) + np.sqrt(bottom))
    ticks = np.concatenate([-root_ticks(bottom, room)[:0:-1], root_ticks(top, room)])
    axes.yaxis.set_major_locator(FixedLocator(ticks.tolist()))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):.0f}"))
    axes.set_ylabel("accounts per day\n(square-root scale)")
    years = np.arange(start.astype("datetime64[Y]"), last.astype("datetime64[Y]") + 1)
    step = max(1, len(years) // 14)
    axes.set_xticks(date2num(years[::step]), [str(year) for year in years[::step]])
    axes.axhline(0, color="black", linewidth=0.5)
    for name, height, note in (("operation", 0.88, ""), ("control", 0.08, f", created to {control_cut}")):
        if name in shown:
            total = shown[name].total
            words = f"{name}: {'1 account' if total == 1 else f'{total:,} accounts'}{note}"
            axes.plot(
                0.012, height, "s", color=look.POPULATIONS[name], markersize=4, transform=axes.transAxes
            )
            axes.text(0.022, height, words, transform=axes.transAxes, va="center_baseline")
    # Where no control hangs below the days, the bars would be in the way of the names of events.
    _mark_events(axes, events, 0 if "control" in shown else 0.45)
    if "operation" in shown:
        _name_bursts(axes, shown["operation"], bursts)


def _signed_root(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.sqrt(np.abs(values))


def _signed_square(values: np.ndarray) -> np.ndarray:
    return np.sign(values) * np.square(values)


def _mark_events(axes: Axes, events: Mapping[str, np.datetime64], height: float = 0) -> None:
    low, high = axes.get_xlim()
    # The earlier of two events is written to the left of its line, so that their names do not overlap.
    sides = ("right", "left")[2 - len(events) :]
    for (name, day), side in zip(sorted(events.items(), key=lambda event: event[1]), sides, strict=True):
        place = (date2num(day) - low) / (high - low)
        if not 0 <= place <= 1:
            continue
        words = f"{written_date(day, LONG_MONTHS)}\n{name}"
        axes.axvline(date2num(day), color=look.GREY, linewidth=0.6, linestyle="--", zorder=0)
        at_edge = place > 0.97
        offset = (0 if at_edge else -2 if side == "right" else 2, 2)
        align = "right" if at_edge else side
        look.note(axes, words, (place, 1 if at_edge else height), offset, ha=align, va="bottom")


def _name_bursts(axes: Axes, operation: Calendar, bursts: np.ndarray) -> None:
    if len(bursts) == 0:
        axes.text(0, 1.06, "no burst day found", transform=axes.transAxes, fontsize=look.SMALL)
        return
    width_mm = look.axes_width_mm(axes)
    label_mm = look.text_width_mm(axes.figure.figure, "30 Aug", look.SMALL) + 1
    accounts = operation.accounts[np.isin(operation.days, bursts)]
    largest = np.sort(np.argsort(-accounts, kind="stable")[: int(width_mm // label_mm)])
    low, high = axes.get_xlim()
    targets = (date2num(bursts[largest]) - low) / (high - low)
    centres = look.spread_labels(targets, label_mm / width_mm, 0, 1)

    def write(words: str, place: float, up: float, align: str = "center", **font: Any) -> None:
        font |= {"ha": align, "va": "baseline", "linespacing": 1.1, "annotation_clip": False}
        look.note(axes, words, (place, FAN_TOP), (0, up), **font)

    write("accounts", -0.006, 2, "right", **look.BOLD)
    for day, count, target, centre in zip(bursts[largest], accounts[largest], targets, centres, strict=True):
        day_and_month, year = written_date(day).rsplit(" ", 1)
        write(str(count), centre, 2, **look.BOLD)
        write(day_and_month, centre, 17)
        write(year, centre, 9.5)
        axes.plot(date2num(day), count, "o", color=look.OPERATION, markersize=1.8, markeredgewidth=0)
        # Leaders fan out above the axes and drop straight onto the burst, so that no two of them cross.
        tip = axes.transAxes.inverted().transform(axes.transData.transform((date2num(day), count)))[1]
        axes.plot(
            [centre, target, target],
            [FAN_TOP, 1.01, tip],
            transform=axes.transAxes,
            color=look.GREY,
            linewidth=0.4,
            clip_on=False,
            zorder=0,
        )
    if len(largest) < len(bursts):
        words = f"the {len(largest)} largest of {len(bursts)} burst days are named"
        axes.text(0.022, 0.74, words, transform=axes.transAxes, fontsize=look.SMALL)


def _fullest_month(calendar: Calendar, bursts: np.ndarray) -> tuple[np.datetime64, np.datetime64]:
    named = calendar.accounts * np.isin(calendar.days, bursts) if len(bursts) else calendar.accounts
    months, place = np.unique(calendar.days.astype("datetime64[M]"), return_inverse=True)
    month = months[np.argmax(np.bincount(place, weights=named))]
    return month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]") - 1


def _draw_zoom(
    axes: Axes,
    shown: Mapping[str, Calendar],
    first: np.datetime64,
    last: np.datetime64,
    bursts: np.ndarray,
) -> None:
    parts = {name: one.within(first, last) for name, one in shown.items()}
    for name, part in parts.items():
        heights = SIGNS[name] * part.accounts
        axes.bar(date2num(part.days), heights, width=0.8, color=look.POPULATIONS[name], linewidth=0)
    up, down = (parts[name].highest if name in parts else None for name in SIGNS)
    axes.set_xlim(date2num(first) - 0.8, date2num(last) + 0.8)
    axes.set_ylim(
        0 if down is None else -1.2 * max(down, (up or 0) / 6, 3),
        0 if up is None else 1.2 * max(up, (down or 0) / 6, 3),
    )
    axes.axhline(0, color="black", linewidth=0.5)
    look.whole_ticks(axes.yaxis, 6)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):.0f}"))
    axes.set_ylabel("accounts per day")
    ticks = np.arange(first, last + 1)
    monthly = ticks.astype("datetime64[M]")
    numbers = (ticks - monthly.astype("datetime64[D]")).astype(int) + 1
    written = np.isin(numbers, (1, 8, 15, 22, 29) if last - first < np.timedelta64(45, "D") else (1, 15))
    names = [
        f"{number} {MONTHS[month]}"
        for number, month in zip(numbers[written], monthly[written].astype(int) % 12, strict=True)
    ]
    axes.set_xticks(date2num(ticks[written]), names)
    axes.set_xlabel(f"{first} to {last}", fontsize=look.SMALL)
    operation = parts.get("operation", NOBODY)
    for day, count in zip(operation.days, operation.accounts, strict=True):
        if day in bursts:
            place = (date2num(day), count)
            look.note(axes, str(count), place, (0, 1), xycoords="data", ha="center", va="bottom")
    totals = ", ".join(f"{name} {part.total:,}" for name, part in parts.items())
    axes.set_title(f"{totals} accounts", fontsize=look.TEXT, loc="left")
