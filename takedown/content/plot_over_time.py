"""Figure: share of posts on each topic by week, of the operation and of the control."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from takedown.figures import style as look

#: Width of all panels together and between two of them, in mm.
PANELS, BETWEEN = 168, 16


@dataclass(frozen=True)
class Weeks:
    """Share of posts by week: `first_day` (datetime64[D], Mondays), `share`, `low` and `high`, arrays of one length.

    NaN in `low` and `high` where a week has no interval.
    """

    first_day: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray


def plot_content_over_time(
    curves: Mapping[tuple[str, str], Weeks], *, titles: Mapping[str, str], protest_days: np.ndarray
) -> Figure:
    """Draw one panel for each topic, a key of `titles`, with the curve of each population and its interval.

    `curves` maps (topic, population) to its weeks; `protest_days` (datetime64[D]) are marked above the panels. A week
    stands at its Thursday.
    """
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, 60)
        subjects = list(dict.fromkeys(subject for _, subject in curves))
        if not titles:
            look.say(look.add_axes(figure, 12, 13, PANELS, 38), "no list of terms is named for the topic")
        width = (PANELS - BETWEEN * (len(titles) - 1)) / max(1, len(titles))
        for number, (topic, title) in enumerate(titles.items()):
            letter = "abcdefghij"[number]
            axes = look.add_axes(figure, 12 + number * (width + BETWEEN), 13, width, 38)
            look.label_panel(axes, letter, 9, 3.5)
            axes.set_title(title, loc="left", pad=8)
            shown = {subject: curves[topic, subject] for subject in subjects if (topic, subject) in curves}
            if not shown:
                look.say(axes, "no posts in any archive")
                continue
            for subject, weeks in shown.items():
                _draw(axes, subject, weeks)
            if len(protest_days):
                _mark_protests(axes, protest_days)
            axes.set(ylim=(0, 1), ylabel="share of the week's posts" if letter == "a" else None)
            locator = AutoDateLocator(minticks=4, maxticks=8)
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
            if letter == "a":
                handles, labels = axes.get_legend_handles_labels()
                place = {"loc": "upper left", "bbox_to_anchor": (0, -0.16), "borderaxespad": 0}
                axes.legend(handles, labels, ncols=4, handlelength=1.6, columnspacing=1.2, **place)
    return figure


def _draw(axes: Axes, subject: str, weeks: Weeks) -> None:
    colour = look.POPULATIONS.get(subject, "black")
    day = weeks.first_day + np.timedelta64(3, "D")
    axes.fill_between(day, weeks.low, weeks.high, color=colour, alpha=0.25, linewidth=0)
    axes.plot(
        day, weeks.share, color=colour, marker=".", markersize=2, label=f"{subject}, 95 % interval shaded"
    )


def _mark_protests(axes: Axes, days: np.ndarray) -> None:
    low, high = axes.get_xlim()
    inside = days[(days.astype(float) >= low) & (days.astype(float) <= high)]
    axes.plot(
        inside,
        np.full(len(inside), 1.03),
        linestyle="none",
        marker="v",
        markersize=2.6,
        color=look.MARK,
        transform=axes.get_xaxis_transform(),
        clip_on=False,
        label="day of protest",
    )
    axes.set_xlim(low, high)
