"""Figure: error rates of all methods, coverage of their intervals, and power against planted effects."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from takedown.figures import style
from takedown.figures.captions import describe
from takedown.validation.calibration.study import COVERAGE, ERRORS, LARGEST_ERROR, LIMIT, POWER, Rate

NOMINAL_ERROR = 0.05
#: Height of a line of a panel, space above and below a panel, left edges of both columns, and width of the axes, in mm.
LINE = 3.3
ABOVE, BELOW = 7.0, 8.5
COLUMNS = (40, 145)
WIDTH = 34
#: Height within which the scenarios of one method are spread, in lines.
SPREAD = 0.5


def plot_calibration(rates: Sequence[Rate]) -> Figure:
    """Draw the rates of a calibration table as points with exact intervals, one line for each method.

    Left: errors of the methods in use, and of the others. Right: coverage of intervals, and power for each planted
    effect. Filled points belong to methods in use, hollow points to methods on which no claim may rest. Rows that a method
    cannot tell by its nature are no errors and are not drawn.
    """
    rates = [rate for rate in rates if rate.role != LIMIT]
    errors = [rate for rate in rates if rate.quantity in ERRORS]
    panels = {
        "Errors of the methods in use": [rate for rate in errors if rate.used],
        "Errors of methods that no claim rests on": [rate for rate in errors if not rate.used],
        "Coverage of intervals": [rate for rate in rates if rate.quantity == COVERAGE],
        "Power against planted effects": [rate for rate in rates if rate.quantity == POWER],
    }
    labels = [
        [_effect(rate) if rate.quantity == POWER else _method(rate) for rate in panel]
        for panel in panels.values()
    ]
    heights = [LINE * max(1, len(set(names))) for names in labels]
    height = max(heights[0] + heights[1], heights[2] + heights[3]) + 2 * (ABOVE + BELOW)
    with style.figure_style():
        figure = style.new_figure(style.DOUBLE_WIDTH, height)
        for index, (title, panel) in enumerate(panels.items()):
            bottom = height - ABOVE - heights[index]
            if index % 2:
                bottom -= heights[index - 1] + BELOW + ABOVE
            axes = style.add_axes(figure, COLUMNS[index // 2], bottom, WIDTH, heights[index])
            axes.set_title(title, loc="left")
            style.label_panel(axes, "abcd"[index], 5, 1.5, title.lower())
            if not panel:
                style.say(axes, "none")
                continue
            _draw(axes, labels[index], panel)
            axes.set_xlabel("simulated data sets (%)")
            if index == 0:
                axes.set_xlim(0, 100 * max(0.1, *(rate.high for rate in panel)))
            elif index == 2:
                axes.set_xlim(100 * min(0.8, *(rate.low for rate in panel)) - 2, 101)
            else:
                axes.set_xlim(-2, 102)
            if index < 2:
                axes.axvline(100 * NOMINAL_ERROR, color=style.GREY, linewidth=0.6, zorder=0)
                axes.axvline(100 * LARGEST_ERROR, color=style.MARK, linewidth=0.6, linestyle="--", zorder=0)
            elif index == 2:
                axes.axvline(95, color=style.GREY, linewidth=0.6, zorder=0)
        describe(
            figure,
            "How the methods err in data sets that are simulated with the clustering of real data",
            "Each point is a scenario, with the exact 95 % interval of its rate. The grey line is the nominal rate. A method beyond "
            "the dashed line (8 %) is used for no claim; for intervals wholly above the true value the nominal rate is 2.5 % and "
            "the limit 4 %. Hollow points are methods on which no claim rests.",
        )
    return figure


def _method(rate: Rate) -> str:
    return rate.method.replace("_", " ")


def _effect(rate: Rate) -> str:
    return f"{_method(rate)}: {rate.scenario}"


def _draw(axes: Axes, labels: Sequence[str], rates: Sequence[Rate]) -> None:
    """Draw rates on the lines of their labels."""
    lines = list(dict.fromkeys(labels))
    heights = np.empty(len(rates))
    for line, name in enumerate(lines):
        own = [place for place, label in enumerate(labels) if label == name]
        heights[own] = line + SPREAD * (np.arange(len(own)) - (len(own) - 1) / 2) / max(1, len(own) - 1)
    for height, rate in zip(heights, rates, strict=True):
        ink = "black" if rate.used else style.MARK
        face = ink if rate.used else "white"
        axes.plot([100 * rate.low, 100 * rate.high], [height, height], color=ink, linewidth=0.7)
        axes.plot(100 * rate.rate, height, "o", markersize=2.4, mew=0.6, mec=ink, mfc=face, clip_on=False)
    axes.set_yticks(range(len(lines)), lines, fontsize=style.SMALLEST)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
