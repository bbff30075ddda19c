"""Figure: share of posts on each topic by week, by population."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure

from takedown.figures import style as look
from takedown.figures.captions import describe, in_words

#: Left edge and bottom of the first panel, height, width of all panels together, and space between two, in mm.
LEFT, BOTTOM, HEIGHT, WIDTH, BETWEEN = 12, 13, 38, 168, 16


@dataclass(frozen=True)
class Weeks:
    """Share of posts by week: arrays (weeks,) of the Mondays (datetime64[D]), the shares and the ends of their intervals.

    `low` and `high` are NaN for a week without an interval.
    """

    monday: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray


def plot_content_over_time(
    curves: Mapping[tuple[str, str], Weeks], *, titles: Mapping[str, str], protest_days: np.ndarray
) -> Figure:
    """Draw one panel for each topic, a key of `titles`, that has posts, with the curve of each population and its interval.

    `curves` maps (topic, population) to its weeks, each of which is drawn at its Thursday. `protest_days`
    (datetime64[D]) are marked above the panels.
    """
    titles = {topic: title for topic, title in titles.items() if any(of == topic for of, _ in curves)}
    with look.figure_style():
        if not titles:
            return look.empty_figure("no archive has posts, or no list of terms defines the topic")
        figure = look.new_figure(look.DOUBLE_WIDTH, 60)
        width = (WIDTH - BETWEEN * (len(titles) - 1)) / len(titles)
        for number, (topic, title) in enumerate(titles.items()):
            axes = look.add_axes(figure, LEFT + number * (width + BETWEEN), BOTTOM, width, HEIGHT)
            if len(titles) > 1:
                look.label_panel(axes, "abcdefghij"[number], 9, 3.5, title)
            axes.set_title(title, loc="left", pad=8)
            shown = {subject: weeks for (of, subject), weeks in curves.items() if of == topic}
            for subject, weeks in shown.items():
                _draw(axes, subject, weeks)
            if len(protest_days):
                _mark_protests(axes, protest_days)
            axes.set(ylim=(0, 1), ylabel=None if number else "share of the posts of a week")
            locator = AutoDateLocator(minticks=4, maxticks=8)
            axes.xaxis.set_major_locator(locator)
            axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
            if not number:
                axes.legend(
                    loc="upper left",
                    bbox_to_anchor=(0, -0.16),
                    borderaxespad=0,
                    ncols=4,
                    handlelength=1.6,
                    columnspacing=1.2,
                )
        subjects = list(dict.fromkeys(subject for _, subject in curves))
        note = "Shaded: 95 % intervals with accounts and, within the week, days as clusters."
        if len(protest_days):
            note += " Triangles mark days of protest."
        if "control" in subjects:
            note += (
                " A control that was selected by terms of the topic does not show how common the topic is."
            )
        what = "a list" if len(titles) > 1 else "the list of the topic"
        describe(
            figure, f"Share of each week's posts with a term of {what}, {in_words(subjects, 'of the ')}", note
        )
    return figure


def _draw(axes: Axes, subject: str, weeks: Weeks) -> None:
    colour = look.POPULATIONS.get(subject, "black")
    thursday = weeks.monday + np.timedelta64(3, "D")
    axes.fill_between(thursday, weeks.low, weeks.high, color=colour, alpha=0.25, linewidth=0)
    label = f"{subject} (shaded: 95 % interval)"
    axes.plot(thursday, weeks.share, color=colour, marker=".", markersize=2, label=label)


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
