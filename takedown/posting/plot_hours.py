"""Figures: posts of a series by local day and hour, with the working day marked, and posting rates by hour."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter

from takedown.figures import style as look
from takedown.posting.hours import HOURS, HourMatrix, hour_rates
from takedown.statistics.calendar import SATURDAY, WEEK_DAYS, monday_of, written_date

WEEKEND_DASHES = (0, (2, 1))

NO_DAYS = np.array([], "datetime64[D]")

#: Days for which the raster has room.
MOST_DAYS = 200

LANGUAGE_NAMES = {"zh": "Chinese", "en": "English"}


def plot_posting_hours(
    series: Mapping[str, HourMatrix],
    *,
    office_hours: tuple[float, float],
    clock_name: str,
    protest_days: np.ndarray = NO_DAYS,
) -> Figure:
    """Draw posts by day and hour, daily totals, and the hour profile of Chinese and of English posts.

    `series` are the posts by language, and under `all` those of every language; a key without posts is missing.
    `office_hours` are the working day's first hour and the first hour after it; `clock_name` names the local time, as in
    "UTC+8"; `protest_days` (datetime64[D]) are marked above the totals. A longer series is cut to its last `MOST_DAYS`
    days, and the figure says so.
    """
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, 88)
        raster = look.add_axes(figure, 12, 15, 112, 48)
        totals = look.add_axes(figure, 12, 66, 112, 15)
        profiles = [look.add_axes(figure, left, 15, 24, 48) for left in (129, 156)]
        if "all" not in series:
            look.say(raster, "no posts in this archive")
            for axes in (totals, *profiles):
                axes.set_axis_off()
            return figure
        first_shown = series["all"].last_day - MOST_DAYS + 1
        shown = {name: _since(matrix, first_shown) for name, matrix in series.items()}
        posts = shown["all"]
        assert posts is not None
        _draw_raster(figure, raster, posts, office_hours)
        raster.set_ylabel(f"local hour ({clock_name})")
        _draw_totals(totals, posts, protest_days)
        earlier = int(series["all"].posts.sum() - posts.posts.sum())
        if earlier:
            words = f"{earlier:,} earlier posts are not shown"
            totals.text(1, 1.02, words, transform=totals.transAxes, ha="right", fontsize=look.SMALL)
        for axes, (language, name) in zip(profiles, LANGUAGE_NAMES.items(), strict=True):
            _draw_profile(axes, name, shown.get(language), office_hours, upright=True)
            axes.tick_params(labelleft=False)
        _join_scales(profiles)
        _explain(raster, profiles, office_hours)
        for axes, letter, left in ((totals, "a", 11), (raster, "b", 11), (profiles[0], "c", 3)):
            look.label_panel(axes, letter, left, -2 if letter == "b" else 2)
    return figure


def plot_posting_demonstration(
    subjects: Mapping[str, HourMatrix | None], *, office_hours: tuple[float, float], clock_name: str
) -> Figure:
    """Draw each subject's posting rate by local hour, Monday to Friday and weekends, on one scale.

    `subjects` are the posts of one or two populations by name, None without a post; `office_hours` and `clock_name` are
    those of `plot_posting_hours`.
    """
    with look.figure_style():
        figure = look.new_figure(look.SINGLE_WIDTH, 54)
        panels = [look.add_axes(figure, left, 15.5, 33, 28) for left in (11, 53)[: len(subjects)]]
        drawn = []
        for axes, letter, (name, matrix) in zip(panels, "ab", subjects.items(), strict=False):
            _draw_profile(axes, name, matrix, office_hours, colour=look.POPULATIONS.get(name, "black"))
            look.label_panel(axes, letter, 10 if letter == "a" else 5, 6)
            if matrix:
                axes.set_xlabel(f"local hour ({clock_name})")
                drawn.append(axes)
        if drawn:
            highest = max(2, *(axes.get_ylim()[1] for axes in drawn))
            for axes in drawn:
                axes.set_ylim(0, highest)
                look.whole_ticks(axes.yaxis, 4)
            drawn[0].set_ylabel("relative rate")
            # The key is as wide as both panels, so it hangs below the left one even if that has no posts.
            _add_profile_key(panels[0], office_hours, -0.28)
    return figure


def _since(matrix: HourMatrix, first_shown: np.datetime64) -> HourMatrix | None:
    """Return the posts from the first day with a post that is shown; None without such a day."""
    days = np.flatnonzero((matrix.days >= first_shown) & matrix.posts.any(axis=1))
    return HourMatrix(matrix.days[days[0]], matrix.posts[days[0] :]) if len(days) else None


def _draw_profile(
    axes: Axes,
    name: str,
    matrix: HourMatrix | None,
    office_hours: tuple[float, float],
    *,
    upright: bool = False,
    colour: str = "black",
) -> None:
    """Draw the posting rate by hour, Monday to Friday solid and weekends dashed; 1 is the mean hour.

    With `upright` the hours run up the y axis. Without a post the axes say so.
    """
    axes.set_title(f"{name}\n{int(matrix.posts.sum()) if matrix else 0:,} posts", loc="left")
    band, line = (axes.axhspan, axes.axvline) if upright else (axes.axvspan, axes.axhline)
    if matrix is None:
        look.say(axes, "no posts")
        return
    band(*office_hours, color=look.PALE, linewidth=0, zorder=0)
    line(1, color=look.GREY, linewidth=0.4, zorder=1)
    edges = np.arange(HOURS + 1)
    working_days, weekend = hour_rates(matrix)
    for rates, label, dashes, width in (
        (working_days, "Monday to Friday", "solid", 1.0),
        (weekend, "weekend", WEEKEND_DASHES, 0.8),
    ):
        if not np.isnan(rates).all():
            axes.stairs(
                rates,
                edges,
                baseline=None,
                orientation="horizontal" if upright else "vertical",
                color=colour,
                linestyle=dashes,
                linewidth=width,
                label=label,
            )
    ticks = range(0, HOURS + 1, 3 if upright else 6)
    if upright:
        axes.set(ylim=(0, HOURS), yticks=ticks)
        axes.set_xlim(0, None)
    else:
        axes.set(xlim=(0, HOURS), xticks=ticks)
        axes.set_ylim(0, None)


def _draw_raster(
    figure: Figure,
    axes: Axes,
    matrix: HourMatrix,
    office_hours: tuple[float, float],
) -> None:
    # Imported here, since it takes two seconds and the figure of hour profiles does not need it.
    from seaborn import color_palette

    calendar, counts = matrix.days, matrix.posts.T.astype(float)
    edges = date2num(np.append(calendar, calendar[-1] + 1))
    image = axes.pcolormesh(
        edges,
        np.arange(HOURS + 1),
        np.ma.masked_equal(counts, 0),
        norm=LogNorm(1, max(counts.max(), 10)),
        cmap=color_palette("mako_r", as_cmap=True),
        rasterized=True,
    )
    # A day without a post may be a day without data; the two cannot be distinguished, so the day is hatched.
    for edge in edges[:-1][counts.sum(axis=0) == 0]:
        axes.add_patch(
            Rectangle((edge, 0), 1, HOURS, color=look.GREY, fill=False, hatch="//////", linewidth=0)
        )
    mondays = monday_of(calendar[0]) + np.arange(0, len(calendar) + WEEK_DAYS, WEEK_DAYS)
    for monday in mondays[mondays <= calendar[-1]]:
        left = max(date2num(monday), edges[0])
        right = min(date2num(monday + SATURDAY), edges[-1])
        if left < right:
            axes.add_patch(
                Rectangle(
                    (left, office_hours[0]),
                    right - left,
                    office_hours[1] - office_hours[0],
                    facecolor="none",
                    edgecolor="black",
                    linewidth=0.5,
                    path_effects=[withStroke(linewidth=1.3, foreground="white")],
                )
            )
    axes.set(xlim=(edges[0], edges[-1]), ylim=(0, HOURS), yticks=range(0, HOURS + 1, 3))
    _tick_days(axes, matrix)
    bar = figure.colorbar(image, cax=look.add_axes(figure, 129, 77.5, 51, 2.2), orientation="horizontal")
    bar.outline.set_linewidth(0.5)
    highest = counts.max()
    ticks = [tick for tick in (1, 3, 10, 30, 100, 300, 1000, 3000, 10000) if tick <= max(highest, 10)]
    bar.set_ticks(ticks, labels=[str(tick) for tick in ticks])
    bar.ax.minorticks_off()
    bar.set_label("posts per hour (logarithmic scale)", fontsize=look.SMALL)


def _tick_days(axes: Axes, matrix: HourMatrix) -> None:
    calendar = matrix.days
    months = calendar.astype("datetime64[M]")
    first_of_month = calendar == months.astype("datetime64[D]")
    shown = first_of_month if first_of_month.any() else np.arange(len(calendar)) == 0
    step = max(1, int(np.ceil(shown.sum() / 12)))
    ticks = calendar[shown][::step]
    axes.set_xticks(date2num(ticks), [written_date(day) for day in ticks])
    if len(calendar) <= 400:
        axes.set_xticks(date2num(calendar[matrix.weekday == 0]), minor=True)


def _draw_totals(axes: Axes, matrix: HourMatrix, protest_days: np.ndarray) -> None:
    calendar, totals = matrix.days, matrix.posts.sum(axis=1)
    weekend = matrix.weekday >= SATURDAY
    middles = date2num(calendar) + 0.5
    axes.bar(middles[~weekend], totals[~weekend], width=0.85, color="#404040", linewidth=0)
    axes.bar(
        middles[weekend],
        totals[weekend],
        width=0.85,
        facecolor="white",
        edgecolor="#404040",
        linewidth=0.4,
    )
    axes.set_xlim(date2num(calendar[0]), date2num(calendar[-1] + 1))
    axes.set_ylim(0, totals.max() * 1.22)
    axes.set_xticks([])
    look.whole_ticks(axes.yaxis, 3)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.set_ylabel("posts per day", fontsize=look.SMALL)
    protests = protest_days[(protest_days >= calendar[0]) & (protest_days <= calendar[-1])]
    axes.plot(
        date2num(protests) + 0.5,
        np.full(len(protests), totals.max() * 1.13),
        "v",
        color=look.MARK,
        markersize=3,
        markeredgewidth=0,
    )
    entries: dict[str, Artist] = {
        "Monday to Friday": Patch(color="#404040", linewidth=0),
        "weekend": Patch(facecolor="white", edgecolor="#404040", linewidth=0.4),
    }
    if len(protest_days):
        entries["protest day"] = Line2D([], [], marker="v", color=look.MARK, markersize=3, linewidth=0)
    axes.legend(
        entries.values(), entries, **_below(0.98, "lower left"), ncols=3, handlelength=1, columnspacing=1.2
    )


def _join_scales(profiles: list[Axes]) -> None:
    highest = max(axes.get_xlim()[1] for axes in profiles)
    for axes in profiles:
        if axes.lines or axes.patches:
            axes.set_xlim(0, highest)
            look.whole_ticks(axes.xaxis, 4)
            axes.set_xlabel("relative rate")


def _explain(raster: Axes, profiles: list[Axes], office_hours: tuple[float, float]) -> None:
    first, last = office_hours
    outlined = Patch(facecolor="none", edgecolor="black", linewidth=0.6)
    hatched = Patch(fill=False, color=look.GREY, hatch="//////", linewidth=0)
    raster.legend(
        [outlined, hatched],
        [f"Monday to Friday, {first:g} to {last:g} h", "day without a post in the data"],
        **_below(-0.13),
        ncols=2,
        handlelength=1.6,
    )
    _add_profile_key(profiles[0], office_hours, -0.16)


def _add_profile_key(axes: Axes, office_hours: tuple[float, float], height: float) -> None:
    """Explain below the axes the lines that `_draw_profile` draws."""
    first, last = office_hours
    entries: dict[str, Artist] = {
        "Monday to Friday": Line2D([], [], color="black", linewidth=1),
        "weekend": Line2D([], [], color="black", linestyle=WEEKEND_DASHES),
        "mean hour (= 1)": Line2D([], [], color=look.GREY, linewidth=0.4),
        f"{first:g} to {last:g} h": Patch(color=look.PALE, linewidth=0),
    }
    axes.legend(
        *(list(entries.values()), list(entries)),
        **_below(height),
        ncols=2,
        handlelength=1.6,
        labelspacing=0.3,
        columnspacing=1.2,
    )


def _below(height: float, corner: str = "upper left") -> dict[str, Any]:
    return {"loc": corner, "bbox_to_anchor": (0, height), "borderaxespad": 0}
