"""Figure: posts on special days, such as holidays, against the same weekdays around them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from takedown.figures import style as look
from takedown.figures.captions import describe, in_words
from takedown.statistics.calendar import WEEKDAYS, weekday, written_date

#: Days for which the figure has room; the latest are shown.
MOST_DAYS = 24
ROW_MM = 3.6
#: Ticks of a wide and of a narrow axis of ratios.
DECADES = tuple(10.0**power for power in range(-6, 7))
STEPS = tuple(step * decade for decade in DECADES for step in (1, 2, 5))
MARKERS = {"protest": "v", "holiday": "s", "protest and holiday": "D"}
KEY = {"protest": "protest day", "holiday": "public holiday", "protest and holiday": "both on one day"}
DAYS = {"protest": "protest days", "holiday": "public holidays"}
#: Kinds of days of which a mean can be drawn, in words; the first that a study has is drawn.
MEANS = {"protest": "protest days", "holiday": "weekdays that are a holiday"}
#: Left edges and width of two panels, and of one.
PLACES = {2: ((81, 133), 48), 1: ((81,), 99)}


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
    """Special days of one series, the range of ordinary days and the mean of the days of a key of MEANS, None where not known.

    `ordinary` is (low, high) of the middle 95 % of ordinary days, `mean` is (value, low, high).
    """

    days: Sequence[DayRatio]
    ordinary: tuple[float, float] | None
    mean: tuple[float, float | None, float | None] | None


def plot_posting_calendar_days(
    series: Mapping[str, SeriesRatios], mean_of: str = "protest", note: str = ""
) -> Figure:
    """Draw the ratio of each special day, one panel for each series (title → days) that has one, two at most.

    `mean_of` is the kind of days, a key of MEANS, whose mean the series have; `note` ends the caption.
    """
    series = {title: one for title, one in series.items() if one.days}
    shown = sorted({(day.day, _words(day), day.kind) for one in series.values() for day in one.days})
    left_out = max(len(shown) - MOST_DAYS, 0)
    shown = shown[left_out:]
    has_mean = any(one.mean for one in series.values())
    with look.figure_style():
        if not shown:
            return look.empty_figure("no special day with ordinary days around it")
        height = ROW_MM * (len(shown) + 1.5 * has_mean)
        figure = look.new_figure(look.DOUBLE_WIDTH, height + 24)
        places, width = PLACES[min(len(series), 2)]
        panels = [look.add_axes(figure, left, 16, width, height) for left in places]
        limits = _limits(series.values())
        lowest = len(shown) + (1 if has_mean else -0.5)
        for axes, letter, (title, one) in zip(panels, "ab", series.items(), strict=False):
            _draw(axes, shown, one, limits, lowest)
            axes.set_title(title, loc="left")
            if len(panels) > 1:
                look.label_panel(axes, letter, 3, 2, title)
        names = [words for _, words, _ in shown]
        if has_mean:
            names.append(f"{MEANS[mean_of]}, mean of weeks with 95 % interval")
            for axes in panels:
                axes.axhline(len(shown) - 0.25, color=look.GREY, linewidth=0.4)
        panels[0].set_yticks([*range(len(shown)), len(shown) + 0.5][: len(names)], names)
        for axes in panels[1:]:
            axes.set_yticks([])
        if left_out:
            words = f"{left_out} earlier days are in the table"
            look.note(panels[0], words, (0, 1), (-14, 3), ha="right")
        kinds = {kind for _, _, kind in shown}
        _explain(panels[0], kinds)
        days = in_words([words for kind, words in DAYS.items() if kinds & {kind, "protest and holiday"}])
        describe(
            figure,
            f"{'Posts' if len(panels) > 1 else next(iter(series))} on {days}, divided by their local baseline: the nearest same "
            "weekdays on either side, within four weeks, that are not special days themselves",
            "The band contains the middle 95 % of ordinary days relative to their own baseline. A single day is a "
            f"description, not a test. {note}".strip(),
        )
    return figure


def _words(day: DayRatio) -> str:
    name = day.name.split("; ")[0].removeprefix("The ")
    where = {"both": "both places"}.get(day.place, day.place)
    name += f" ({where})" if where and day.kind == "holiday" else f" (holiday in {where})" if where else ""
    return f"{name}, {WEEKDAYS[weekday(day.day)]} {written_date(day.day)}"


def _limits(series: Collection[SeriesRatios]) -> tuple[float, float]:
    numbers = [day.ratio for one in series for day in one.days]
    numbers += [number for one in series for number in (*(one.ordinary or ()), *(one.mean or ()))]
    numbers = [number for number in numbers if number]
    return min(numbers) / 1.5, max(numbers) * 1.5


def _draw(
    axes: Axes, shown: list[tuple], one: SeriesRatios, limits: tuple[float, float], lowest: float
) -> None:
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
    if one.mean:
        value, low, high = one.mean
        below = len(shown) + 0.5
        if low is not None and high is not None:
            axes.plot([low, high], [below, below], color=look.MARK, linewidth=1)
        axes.plot(value, below, "o", color=look.MARK, markersize=3.6, markeredgewidth=0)
    axes.set(xscale="log", xlim=limits, ylim=(lowest, -0.5))
    steps = DECADES if limits[1] / limits[0] > 100 else STEPS
    ticks = [tick for tick in steps if limits[0] <= tick <= limits[1]]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("posts over local baseline")


def _explain(axes: Axes, kinds: Collection[str]) -> None:
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
        if kind in kinds
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
