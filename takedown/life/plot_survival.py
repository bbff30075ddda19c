"""Figure: survival curves of accounts to the first post, to the first post on the topic, and to the end of a dormancy."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from takedown.figures import style as look

#: Curve → title and name of the x axis of its panel.
PANELS = {
    "first_post": ("first post", "days since creation"),
    "first_topic_post": ("first post on the topic", "days since creation"),
    "reactivation": ("end of a dormancy", "days since the dormancy began"),
}
#: Left edges, width, bottom and height of the panels in mm.
LEFT, WIDTH, BOTTOM, HEIGHT = (16, 76.5, 137), 42, 18, 38


@dataclass(frozen=True)
class SurvivalCurve:
    """A survival curve of one population: arrays (days,) with the values on each of the increasing `days`."""

    days: np.ndarray
    at_risk: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray


def plot_account_life(curves: Mapping[tuple[str, str, str], SurvivalCurve]) -> Figure:
    """Draw survival curves by (curve, subject, since), where curve is a key of PANELS.

    `since` is the first day of posts that count (YYYY-MM-DD). Curves of the latest such day are drawn whole and with their
    intervals; a curve of an earlier day is dashed and ends with them.
    """
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, 68)
        for letter, left, (name, words) in zip("abc", LEFT, PANELS.items(), strict=True):
            axes = look.add_axes(figure, left, BOTTOM, WIDTH, HEIGHT)
            axes.set_title(words[0], loc="left")
            look.label_panel(axes, letter, 10 if letter == "a" else 8, 1.5)
            shown = {key[1:]: curve for key, curve in curves.items() if key[0] == name}
            if shown:
                _draw(axes, shown, words[1])
            else:
                look.say(axes, "no accounts to show")
        drawn = [axes for axes in figure.axes if axes.lines]
        if drawn:
            drawn[0].set_ylabel("share without the event")
            # One legend serves all panels; the panel with most curves has all entries.
            fullest = max(drawn, key=lambda axes: len(axes.lines))
            handles, labels = fullest.get_legend_handles_labels()
            figure.axes[0].legend(
                handles,
                labels,
                ncols=len(labels),
                loc="lower left",
                bbox_to_anchor=(0, 1.12),
                borderaxespad=0,
            )
    return figure


def _draw(axes: Axes, curves: Mapping[tuple[str, str], SurvivalCurve], label: str) -> None:
    latest = max(since for _, since in curves)
    end = max(1, *(curve.days[-1] for (_, since), curve in curves.items() if since == latest))
    for (subject, since), curve in curves.items():
        colour = look.POPULATIONS.get(subject, "black")
        axes.plot(
            curve.days,
            curve.survival,
            drawstyle="steps-post",
            label=f"{subject}, posts from {since} on",
            color=colour,
            linestyle="-" if since == latest else (0, (3, 2)),
        )
        if since == latest:
            axes.fill_between(
                curve.days, curve.low, curve.high, step="post", color=colour, alpha=0.2, linewidth=0
            )
    axes.set(xlim=(0, end), ylim=(0, 1.02), yticks=(0, 0.5, 1))
    axes.set_xlabel(label)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    shown = {subject: curve for (subject, since), curve in curves.items() if since == latest}
    ticks = axes.get_xticks()
    ticks = ticks[(ticks >= 0) & (ticks <= end)]
    _write(axes, "at risk", -0.2 * end, 0, look.GREY)
    for row, (subject, curve) in enumerate(shown.items(), start=1):
        _write(axes, subject, -0.2 * end, row, "black")
        # The table is thinned and ends when few accounts are left; counts are known only for its own days.
        exact = ticks[np.isin(ticks, curve.days)]
        counts = curve.at_risk[np.searchsorted(curve.days, exact)]
        for tick, count in zip(exact, counts, strict=True):
            _write(axes, f"{count:,}", tick, row, "black")


def _write(axes: Axes, words: str, day: float, row: int, colour: str) -> None:
    axes.annotate(
        words,
        (day, 0),
        (0, -26 - 7.5 * row),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=look.SMALLEST,
        color=colour,
    )
