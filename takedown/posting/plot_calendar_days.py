"""Figure: posts on holidays and protest days against the same weekdays around them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from takedown.figures import style as look
from takedown.statistics.calendar import WEEKDAYS, weekday, written_date

#: Days for which the figure has room; the latest are shown.
MOST_DAYS = 24
ROW_MM = 3.6
#: Ticks of a wide and of a narrow axis of ratios.
DECADES = tuple(10.0**power for power in range(-6, 7))
STEPS = tuple(step * decade for decade in DECADES for step in (1, 2, 5))
MARKERS = {"protest": "v", "holiday": "s", "protest and holiday": "D"}
KEY = {"protest": "protest day", "holiday": "public holiday", "protest and holiday": "both on one day"}
MEAN = "protest days, mean of weeks with 95 % interval"


@dataclass(frozen=True)
class DayRatio:
    """Posts of a special day over its local baseline; `name`, `kind` and `place` as in the published table."""

    day: np.datetime64
    name: str
    kind: str
    place: str
    ratio: float


@dataclass(frozen=True)
class SeriesRatios:
    """Special days of one series, the range of ordinary days and the mean of protest days, None where not known.

    `ordinary` is (low, high) of the middle 95 % of ordinary days, `protest_mean` is (value, low, high).
    """

    days: Sequence[DayRatio]
    ordinary: tuple[float, float] | None
    protest_mean: tuple[float, float | None, float | None] | None


def plot_posting_calendar_days(series: Mapping[str, SeriesRatios]) -> Figure:
    """Draw the ratio of each special day, one panel for each series (title → days), two at most."""
    shown = sorted({(day.day, _words(day), day.kind) for one in series.values() for day in one.days})
    left_out = max(len(shown) - MOST_DAYS, 0)
    shown = shown[left_out:]
    with look.figure_style():
        height = ROW_MM * (len(shown) + 1.5) if shown else 20
        figure = look.new_figure(look.DOUBLE_WIDTH, height + 24)
        if not shown:
            axes = look.add_axes(figure, 4, 10, look.DOUBLE_WIDTH - 8, height)
            look.say(axes, "no holiday or protest day with ordinary days around it")
            return figure
        panels = [
            look.add_axes(figure, left, 16, 48, height) for left, _ in zip((81, 133), series, strict=False)
        ]
        limits = _limits(series.values())
        for axes, letter, (title, one) in zip(panels, "ab", series.items(), strict=False):
            _draw(axes, shown, one, limits)
            axes.set_title(title, loc="left")
            look.label_panel(axes, letter, 3, 2)
        panels[0].set_yticks(
            [*range(len(shown)), len(shown) + 0.5], [*(words for _, words, _ in shown), MEAN]
        )
        for axes in panels[1:]:
            axes.set_yticks([])
        if left_out:
            words = f"{left_out} earlier days are in the table"
            look.note(panels[0], words, (0, 1), (-14, 3), ha="right")
        _explain(panels[0])
    return figure


def _words(day: DayRatio) -> str:
    name = day.name.split("; ")[0].removeprefix("The ")
    where = {"both": "both places"}.get(day.place, day.place)
    name += f" ({where})" if where and day.kind == "holiday" else f" (holiday in {where})" if where else ""
    return f"{name}, {WEEKDAYS[weekday(day.day)]} {written_date(day.day)}"


def _limits(series: Collection[SeriesRatios]) -> tuple[float, float]:
    numbers = [day.ratio for one in series for day in one.days]
    numbers += [number for one in series for number in (*(one.ordinary or ()), *(one.protest_mean or ()))]
    numbers = [number for number in numbers if number]
    return min(numbers) / 1.5, max(numbers) * 1.5


def _draw(axes: Axes, shown: list[tuple], one: SeriesRatios, limits: tuple[float, float]) -> None:
    rows = {row: place for place, row in enumerate(shown)}
    if one.ordinary:
        axes.axvspan(*one.ordinary, color=look.PALE, linewidth=0, zorder=0)
    axes.axvline(1, color=look.GREY, linewidth=0.5, zorder=1)
    for day in one.days:
        place = rows.get((day.day, _words(day), day.kind))
        if place is not None:
            axes.plot(
                day.ratio,
                place,
                MARKERS[day.kind],
                color=look.MARK if day.kind == "protest" else "black",
                markersize=3.2,
                markeredgewidth=0,
            )
    if one.protest_mean:
        value, low, high = one.protest_mean
        below = len(shown) + 0.5
        if low is not None and high is not None:
            axes.plot([low, high], [below, below], color=look.MARK, linewidth=1)
        axes.plot(value, below, "o", color=look.MARK, markersize=3.6, markeredgewidth=0)
    axes.set(xscale="log", xlim=limits, ylim=(len(shown) + 1, -0.5))
    axes.axhline(len(shown) - 0.25, color=look.GREY, linewidth=0.4)
    steps = DECADES if limits[1] / limits[0] > 100 else STEPS
    ticks = [tick for tick in steps if limits[0] <= tick <= limits[1]]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("posts over local baseline")


def _explain(axes: Axes) -> None:
    entries: dict[str, Artist] = {
        words: Line2D(
            [],
            [],
            marker=MARKERS[kind],
            color=look.MARK if kind == "protest" else "black",
            markersize=3.2,
            linewidth=0,
            markeredgewidth=0,
        )
        for kind, words in KEY.items()
    }
    entries["middle 95 % of ordinary days"] = Patch(color=look.PALE, linewidth=0)
    axes.legend(
        entries.values(),
        entries,
        loc="upper left",
        bbox_to_anchor=(-0.15, -28 / axes.get_window_extent().height * axes.figure.dpi / 72),
        borderaxespad=0,
        ncols=4,
        handlelength=1.2,
        columnspacing=1.2,
    )
