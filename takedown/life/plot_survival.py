"""Figure: survival curves of accounts to the first post, to the first on a topic, and to the end of a dormancy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from takedown.figures import style as look
from takedown.figures.captions import describe, in_words

#: Curve → title, name of the x axis and caption of its panel.
PANELS = {
    "first_post": ("first post", "days since creation", "accounts without a first post"),
    "first_topic_post": (
        *("first post on the topic", "days since creation"),
        "accounts without a first post on the topic",
    ),
    "reactivation": (
        *("end of a dormancy", "days since the dormancy began"),
        "dormancies that have not ended",
    ),
}
#: Left edge of the first panel, width of all together, space between two, bottom and height of the panels in mm.
LEFT, WIDTH, BETWEEN, BOTTOM, HEIGHT = 16, 163, 18.5, 18, 38


@dataclass(frozen=True)
class SurvivalCurve:
    """A survival curve of one population: arrays (days,) with the values on each of the increasing `days`."""

    days: np.ndarray
    at_risk: np.ndarray
    survival: np.ndarray
    low: np.ndarray
    high: np.ndarray


def plot_account_life(curves: Mapping[tuple[str, str, str], SurvivalCurve]) -> Figure:
    """Draw survival curves by (curve, subject, since), where curve is a key of PANELS; a panel without a curve is left out.

    `since` is the first day of posts that count (YYYY-MM-DD). Curves of the latest such day are drawn whole and with their
    intervals; a curve of an earlier day is dashed and ends with them.
    """
    panels = {name: words for name, words in PANELS.items() if any(key[0] == name for key in curves)}
    with look.figure_style():
        if not panels:
            return look.empty_figure("no accounts to show")
        figure = look.new_figure(look.DOUBLE_WIDTH, 68)
        width = (WIDTH - BETWEEN * (len(panels) - 1)) / len(panels)
        for place, (name, (title, label, words)) in enumerate(panels.items()):
            axes = look.add_axes(figure, LEFT + place * (width + BETWEEN), BOTTOM, width, HEIGHT)
            axes.set_title(title, loc="left")
            look.label_panel(axes, "abc"[place], 8 if place else 10, 1.5, words)
            _draw(axes, {key[1:]: curve for key, curve in curves.items() if key[0] == name}, label)
        figure.axes[0].set_ylabel("share without the event")
        # One legend serves all panels; the panel with most curves has all entries.
        fullest = max(figure.axes, key=lambda axes: len(axes.lines))
        handles, labels = fullest.get_legend_handles_labels()
        place_above: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1.12), "borderaxespad": 0}
        figure.axes[0].legend(handles, labels, ncols=len(labels), **place_above)
        _describe(figure, curves)
    return figure


def _describe(figure: Figure, curves: Mapping[tuple[str, str, str], SurvivalCurve]) -> None:
    subjects = sorted({subject for _, subject, _ in curves}, reverse=True)
    note = (
        "Shaded: 95 % intervals, bootstrap of whole creation days. A curve ends when fewer than five accounts or dormancies "
        "are observed."
    )
    if len(subjects) > 1:
        note += (
            " Solid: accounts and posts from the first day on which posts of both populations are known. Dashed: the operation "
            "from its own first post."
        )
    describe(
        figure,
        f"Share of cases without the event, by days since the beginning, {in_words(subjects, 'of the ')}",
        note,
    )


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
    # The names stand 8.4 mm left of the axis, however wide the panel is.
    left = -8.4 * end / look.axes_width_mm(axes)
    _write(axes, "at risk", left, 0, look.GREY)
    for row, (subject, curve) in enumerate(shown.items(), start=1):
        _write(axes, subject, left, row, "black")
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
