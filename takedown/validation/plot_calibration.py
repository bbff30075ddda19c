"""Figure: how often each method errs, covers the truth, and finds what was planted."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from takedown.figures import style as look
from takedown.validation.calibration.study import COVERAGE, ERRORS, LARGEST_ERROR, LIMIT, POWER, Rate

NOMINAL_ERROR = 0.05
#: Height of a line of a panel, room above and below a panel, left edges of both columns and width of axes, in mm.
LINE = 3.3
ABOVE, BELOW = 7.0, 8.5
COLUMNS = (40, 145)
WIDTH = 34
#: Height within which the scenarios of one method are spread, in lines.
SPREAD = 0.5


def plot_calibration(rates: Sequence[Rate]) -> Figure:
    """Draw the rates of a calibration table as points with exact intervals, one line for each method.

    Left: errors of the methods in use, and of the others; right: coverage of intervals, and power by planted effect.
    Filled points are of methods in use, hollow ones of methods that no claim may rest on. What a method cannot tell by its
    nature is no error and is not drawn.
    """
    rates = [rate for rate in rates if rate.role != LIMIT]
    errors = [rate for rate in rates if rate.quantity in ERRORS]
    panels = [
        [rate for rate in errors if rate.used],
        [rate for rate in errors if not rate.used],
        [rate for rate in rates if rate.quantity == COVERAGE],
        [rate for rate in rates if rate.quantity == POWER],
    ]
    names = [
        *(list(dict.fromkeys(map(_method, panel))) for panel in panels[:3]),
        [_effect(rate) for rate in panels[3]],
    ]
    heights = [LINE * max(1, len(lines)) for lines in names]
    height = max(heights[0] + heights[1], heights[2] + heights[3]) + 2 * (ABOVE + BELOW)
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, height)
        top = height - ABOVE
        places = [
            (COLUMNS[0], top - heights[0]),
            (COLUMNS[0], top - heights[0] - BELOW - ABOVE - heights[1]),
            (COLUMNS[1], top - heights[2]),
            (COLUMNS[1], top - heights[2] - BELOW - ABOVE - heights[3]),
        ]
        titles = (
            "Errors of the methods in use",
            "Errors of methods that no claim rests on",
            "Coverage of intervals",
            "Power against planted effects",
        )
        for index, (panel, lines, place) in enumerate(zip(panels, names, places, strict=True)):
            axes = look.add_axes(figure, *place, WIDTH, heights[index])
            axes.set_title(titles[index], loc="left")
            look.label_panel(axes, "abcd"[index], 5)
            if not panel:
                look.say(axes, "none")
                continue
            label = _effect if index == 3 else _method
            _draw(axes, [label(rate) for rate in panel], lines, panel)
            axes.set_xlabel("simulated data sets (%)")
            if index == 0:
                axes.set_xlim(0, 100 * max(0.1, *(rate.high for rate in panel)))
            elif index == 2:
                axes.set_xlim(100 * min(0.8, *(rate.low for rate in panel)) - 2, 101)
            else:
                axes.set_xlim(-2, 102)
            if index < 2:
                axes.axvline(100 * NOMINAL_ERROR, color=look.GREY, linewidth=0.6, zorder=0)
                axes.axvline(100 * LARGEST_ERROR, color=look.MARK, linewidth=0.6, linestyle="--", zorder=0)
            elif index == 2:
                axes.axvline(95, color=look.GREY, linewidth=0.6, zorder=0)
    return figure


def _method(rate: Rate) -> str:
    return rate.method.replace("_", " ")


def _effect(rate: Rate) -> str:
    return f"{_method(rate)}: {rate.scenario}"


def _draw(axes: Axes, labels: Sequence[str], lines: Sequence[str], rates: Sequence[Rate]) -> None:
    heights = np.empty(len(rates))
    for line, name in enumerate(lines):
        own = [place for place, label in enumerate(labels) if label == name]
        heights[own] = line + SPREAD * (np.arange(len(own)) - (len(own) - 1) / 2) / max(1, len(own) - 1)
    for height, rate in zip(heights, rates, strict=True):
        ink = "black" if rate.used else look.MARK
        axes.plot([100 * rate.low, 100 * rate.high], [height, height], color=ink, linewidth=0.7)
        axes.plot(
            100 * rate.rate,
            height,
            "o",
            markersize=2.4,
            markeredgewidth=0.6,
            markeredgecolor=ink,
            markerfacecolor=ink if rate.used else "white",
            clip_on=False,
        )
    axes.set_yticks(range(len(lines)), lines, fontsize=look.SMALLEST)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
