"""Figure: share of accounts with an act close to the same act of another account, by window, against shifted timelines."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from takedown.figures import style as look
from takedown.figures.captions import describe, in_words

#: Marks of an axis of time in seconds and their words.
MARKS = {60: "1 min", 600: "10 min", 3600: "1 h", 21600: "6 h", 86400: "1 day", 604800: "1 week"}
FEW_MARKS = (60, 3600, 86400)
#: Sizes in mm: the two large panels, the space for the labels beside them, a small panel and its distance to the next.
LARGE, HEIGHT, LABELS = (62, 46), 52, 32
SMALL, SMALL_HEIGHT, STEP, ROW = 27, 19, 34, 31
LEFT, COLUMNS = 13, 5
#: Space below a share of 0, so that its line does not lie on the axis.
BELOW = 0.04


@dataclass(frozen=True)
class WindowLine:
    """Shares of one population (shape [windows] each) by increasing `windows` in seconds."""

    windows: np.ndarray
    full: np.ndarray
    rarefied: np.ndarray
    rarefied_low: np.ndarray
    rarefied_high: np.ndarray
    shifted: np.ndarray
    shifted_low: np.ndarray
    shifted_high: np.ndarray


@dataclass(frozen=True)
class ShiftLine:
    """Excess over shifted timelines (shape [shifts]) by increasing largest `shifts` in seconds; NaN without an interval."""

    shifts: np.ndarray
    excess: np.ndarray
    low: np.ndarray
    high: np.ndarray


def plot_coordination_windows(
    lines: Mapping[tuple[str, str], WindowLine], shifts: Mapping[str, ShiftLine]
) -> Figure:
    """Return a figure of the shares by (trace, subject), the first trace large, and its excess by subject and largest shift."""
    if not lines:
        with look.figure_style():
            return look.empty_figure("no act that two accounts share")
    first, *others = list(dict.fromkeys(trace for trace, _ in lines))
    rows = -(-len(others) // COLUMNS)
    top = ROW * rows + 9
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, top + HEIGHT + 8)
        axes = look.add_axes(figure, LEFT, top, LARGE[0], HEIGHT)
        axes.set_title(look.words_of_trace(first), loc="left")
        look.label_panel(axes, "a", 10, 1.5, look.words_of_trace(first))
        _draw_large(axes, {subject: line for (trace, subject), line in lines.items() if trace == first})
        beside = look.add_axes(figure, LEFT + LARGE[0] + LABELS + 14, top, LARGE[1], HEIGHT)
        beside.set_title("excess by largest shift, shortest window", loc="left")
        words = "observed share minus share after shifts, at the shortest window, by the largest shift; bands are 95 % intervals"
        look.label_panel(beside, "b", 10, 1.5, f"{words} from blocks of 28 days")
        _draw_shifts(beside, shifts)
        for place, trace in enumerate(others):
            row, column = divmod(place, COLUMNS)
            small = look.add_axes(
                figure, LEFT + STEP * column, top - 14 - ROW * row - SMALL_HEIGHT, SMALL, SMALL_HEIGHT
            )
            small.set_title(look.words_of_trace(trace), loc="left")
            if place == 0:
                look.label_panel(small, "c", 10, 1.5, "each trace")
            _draw_small(small, {subject: line for (name, subject), line in lines.items() if name == trace})
            small.tick_params(labelleft=column == 0)
            if column == 0:
                small.set_ylabel("share")
        _describe(figure, sorted({subject for _, subject in lines}, reverse=True))
    return figure


def _describe(figure: Figure, subjects: list[str]) -> None:
    colours = {"operation": "blue", "control": "orange"}
    who = in_words([f"{name} ({colours[name]})" if name in colours else name for name in subjects], "of the ")
    both = len(subjects) > 1
    describe(
        figure,
        "Share of accounts that did the same as another account of their population within a time window, on a logarithmic "
        f"axis, {who if both else f'of the {subjects[0]}'}",
        f"Solid: {'equal numbers of accounts and events, with the central 95 % of random draws' if both else 'the share'}. "
        "Dashed: the same with each account's timeline shifted at random by up to ten windows in either direction, with the "
        "central 95 % of draws as a band. "
        f"{'Dotted (panel a): all accounts and events, which cannot be compared between populations. ' * both}"
        "A crowd with a common occasion also exceeds shifts that are longer than the occasion.",
    )


def _draw_large(axes: Axes, lines: Mapping[str, WindowLine]) -> None:
    labels = []
    for subject, line in lines.items():
        colour = look.POPULATIONS.get(subject, "black")
        _draw_line(axes, line, colour)
        labels.append((line.shifted[-1], f"{subject}, shifted (dashed)", subject))
        # A population alone is not reduced to the size of another.
        if len(lines) == 1:
            labels.append((line.full[-1], subject, subject))
            continue
        axes.plot(line.windows, line.full, color=colour, linestyle=":", marker="o", markersize=1.5)
        labels.append((line.full[-1], f"{subject}, all (dotted)", subject))
        labels.append((line.rarefied[-1], f"{subject}, same size", subject))
    axes.set(ylim=(-BELOW / 2, 1.02), yticks=(0, 0.25, 0.5, 0.75, 1), ylabel="share of accounts in a pair")
    axes.set_xlabel("window")
    _mark_times(axes, [line.windows for line in lines.values()], tuple(MARKS))
    _label_ends(axes, labels)


def _draw_small(axes: Axes, lines: Mapping[str, WindowLine]) -> None:
    for subject, line in lines.items():
        _draw_line(axes, line, look.POPULATIONS.get(subject, "black"))
    axes.set(ylim=(-BELOW, 1 + BELOW), yticks=(0, 0.5, 1))
    _mark_times(axes, [line.windows for line in lines.values()], FEW_MARKS)


def _draw_line(axes: Axes, line: WindowLine, colour: str) -> None:
    marker = "o" if len(line.windows) == 1 else None
    style: dict[str, Any] = {"color": colour, "marker": marker, "markersize": 2}
    band: dict[str, Any] = {"color": colour, "linewidth": 0}
    axes.fill_between(line.windows, line.shifted_low, line.shifted_high, alpha=0.22, **band)
    axes.plot(line.windows, line.shifted, linestyle=(0, (3, 2)), **style)
    axes.fill_between(line.windows, line.rarefied_low, line.rarefied_high, alpha=0.4, **band)
    axes.plot(line.windows, line.rarefied, **style)


def _draw_shifts(axes: Axes, shifts: Mapping[str, ShiftLine]) -> None:
    if not shifts:
        look.say(axes, "no event to show")
        return
    axes.axhline(0, color=look.GREY, linewidth=0.5)
    labels = []
    for subject, line in shifts.items():
        colour = look.POPULATIONS.get(subject, "black")
        axes.fill_between(line.shifts, line.low, line.high, color=colour, alpha=0.2, linewidth=0)
        axes.plot(line.shifts, line.excess, color=colour, marker="o", markersize=1.5)
        labels.append((line.excess[-1], subject, subject))
    axes.set_ylabel("observed less shifted share")
    axes.set_xlabel("largest shift either way")
    _mark_times(axes, [line.shifts for line in shifts.values()], tuple(MARKS))
    _label_ends(axes, labels)


def _mark_times(axes: Axes, times: list[np.ndarray], marks: tuple[int, ...]) -> None:
    """Make the horizontal axis logarithmic, with the marks within the times or, without any, at the smallest time."""
    low, high = min(of[0] for of in times), max(of[-1] for of in times)
    axes.set_xscale("log")
    axes.set_xlim(low / 1.2, high * 1.2)
    shown = [mark for mark in marks if low <= mark <= high] or [low]
    axes.set_xticks(shown, [MARKS.get(int(mark), f"{mark:,} s") for mark in shown])
    axes.xaxis.set_minor_locator(NullLocator())


def _label_ends(axes: Axes, labels: list[tuple[float, str, str]]) -> None:
    """Write labels (height, words, subject) to the right of the axes, as close to their heights as space allows."""
    labels = sorted(labels)
    low, high = axes.get_ylim()
    height = (high - low) * 3 / HEIGHT
    middles = look.spread_labels(np.array([label[0] for label in labels]), height, low, high)
    for middle, (_, words, subject) in zip(middles, labels, strict=True):
        axes.annotate(
            words,
            (1, middle),
            (3, 0),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            va="center",
            fontsize=look.SMALL,
            color=look.POPULATIONS_IN_TEXT.get(subject, "black"),
        )
