"""Figures: posts by local day and hour, with the working day marked, and posting rates by hour."""

from collections.abc import Mapping
from dataclasses import replace
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
from takedown.figures.captions import describe, in_words
from takedown.posting.hours import HOURS, HourMatrix, hour_rates
from takedown.statistics.calendar import WEEK_DAYS, WORKING_DAYS, working_days, written_date

WEEKEND_DASHES = (0, (2, 1))

NO_DAYS = np.array([], "datetime64[D]")

#: Days for which the raster has room.
MOST_DAYS = 200
#: Posts that an hour profile needs.
FEWEST_POSTS = 20
#: Hour profiles for which there is room beside the raster; more stand below it.
MOST_BESIDE = 2
#: Width of everything below the raster, and height of the profiles there with their titles and the key, in mm.
WIDE, BELOW = 168, 50


def plot_posting_hours(
    series: Mapping[str, HourMatrix],
    *,
    languages: Mapping[str, str],
    whose: str,
    office_hours: tuple[float, float],
    clock_name: str,
    protest_days: np.ndarray = NO_DAYS,
    note: str = "",
) -> Figure:
    """Draw posts by day and hour, daily totals, and an hour profile of each language of `languages` (code → name) with enough posts.

    `series` are the posts by language, and under `all` those of every language; `whose` says of them whose posts they are.
    `office_hours` are the working day's first hour and the first hour after it; `clock_name` names the local time, as in
    "UTC+8"; `protest_days` (datetime64[D]) are marked above the totals; `note` ends the caption. Of a longer series the
    `MOST_DAYS` days with most posts are shown, and the figure says so.
    """
    with look.figure_style():
        if "all" not in series:
            return look.empty_figure("no posts in this archive")
        days = _fullest_days(series["all"])
        within = {name: _within(matrix, *days) for name, matrix in series.items()}
        shown = {name: matrix for name, matrix in within.items() if matrix}
        posts = shown["all"]
        known = {code: int(matrix.posts.sum()) for code, matrix in shown.items()}
        names = {code: name for code, name in languages.items() if known.get(code, 0) >= FEWEST_POSTS}
        names = names or {"all": "all posts"}
        beside = len(names) <= MOST_BESIDE
        width, up = (112, 0) if beside else (WIDE, BELOW)
        figure = look.new_figure(look.DOUBLE_WIDTH, 88 + up)
        totals = look.add_axes(figure, 12, 66 + up, width, 15)
        raster = look.add_axes(figure, 12, 15 + up, width, 48)
        bar = look.add_axes(figure, 129, 77.5 if beside else up + 7.5, 51, 2.2)
        profiles = [
            look.add_axes(figure, 129 + 27 * place, 15, 24, 48)
            if beside
            else look.add_axes(figure, 12 + WIDE * place / len(names), 15, WIDE / len(names) - 7, 22)
            for place in range(len(names))
        ]
        _draw_raster(raster, bar, posts, office_hours)
        raster.set_ylabel(f"local hour ({clock_name})")
        _draw_totals(totals, posts, protest_days)
        left_out = int(series["all"].posts.sum() - posts.posts.sum())
        if left_out:
            words = f"{left_out:,} posts of other days are not shown"
            totals.text(1, 1.02, words, transform=totals.transAxes, ha="right", fontsize=look.SMALL)
        for axes, (language, name) in zip(profiles, names.items(), strict=True):
            _draw_profile(axes, name, shown[language], office_hours, upright=beside)
        _join_scales(profiles, clock_name, upright=beside)
        _explain(raster, posts, office_hours)
        _add_profile_key(profiles[0], office_hours, posts.weekend, -0.16 if beside else -0.36)
        protests = ", days of protest marked" if len(protest_days) else ""
        languages_told = f", by language: {in_words(list(names.values()))}" if "all" not in names else ""
        for axes, letter, left, words in (
            (totals, "a", 11, f"by day{protests}"),
            (raster, "b", 11, "by day and hour, working hours outlined"),
            (
                profiles[0],
                "c",
                3 if beside else 11,
                f"by hour, relative to the mean hour{languages_told}",
            ),
        ):
            look.label_panel(axes, letter, left, -2 if letter == "b" else 2, words)
        describe(figure, f"{whose[:1].upper()}{whose[1:]} in local time ({clock_name})", note)
    return figure


def plot_posting_demonstration(
    subjects: Mapping[str, HourMatrix | None], *, office_hours: tuple[float, float], clock_name: str
) -> Figure:
    """Draw the posting rate by local hour, working days and weekends, of each subject with a post, on one scale.

    `subjects` are the posts of one or two populations by name, None without a post; `office_hours` and `clock_name` are
    those of `plot_posting_hours`.
    """
    drawn = {name: matrix for name, matrix in subjects.items() if matrix}
    with look.figure_style():
        if not drawn:
            return look.empty_figure("no posts")
        figure = look.new_figure(look.SINGLE_WIDTH, 54)
        places = ((11, 33), (53, 33)) if len(drawn) > 1 else ((11, 75),)
        panels = [look.add_axes(figure, left, 15.5, width, 28) for left, width in places]
        for axes, letter, (name, matrix) in zip(panels, "ab", drawn.items(), strict=False):
            _draw_profile(axes, name, matrix, office_hours, colour=look.POPULATIONS.get(name, "black"))
            if len(drawn) > 1:
                look.label_panel(axes, letter, 10 if letter == "a" else 5, 6, name)
        _join_scales(panels, clock_name, upright=False)
        first = next(iter(drawn.values()))
        _add_profile_key(panels[0], office_hours, first.weekend, -0.28)
        who = in_words(list(drawn), "of the ")
        describe(
            figure, f"Posts by local hour, relative to the mean hour, {who}, on working days and at weekends"
        )
    return figure


def _fullest_days(matrix: HourMatrix) -> tuple[np.datetime64, np.datetime64]:
    """Return the first and the last of the `MOST_DAYS` successive days with most posts, the latest of several."""
    reached = np.concatenate([[0], np.cumsum(matrix.posts.sum(axis=1))])
    if len(matrix.posts) <= MOST_DAYS:
        return matrix.first_day, matrix.last_day
    within = (reached[MOST_DAYS:] - reached[:-MOST_DAYS])[::-1]
    first = matrix.first_day + (len(within) - 1 - int(np.argmax(within)))
    return first, first + MOST_DAYS - 1


def _within(matrix: HourMatrix, first: np.datetime64, last: np.datetime64) -> HourMatrix | None:
    """Return the posts from the first to the last day with a post of a span; None without such a day."""
    days = np.flatnonzero((matrix.days >= first) & (matrix.days <= last) & matrix.posts.any(axis=1))
    if not len(days):
        return None
    return replace(matrix, first_day=matrix.days[days[0]], posts=matrix.posts[days[0] : days[-1] + 1])


def _draw_profile(
    axes: Axes,
    name: str,
    matrix: HourMatrix,
    office_hours: tuple[float, float],
    *,
    upright: bool = False,
    colour: str = "black",
) -> None:
    """Draw the posting rate by hour, working days solid and weekends dashed; 1 is the mean hour.

    With `upright` the hours run up the y axis.
    """
    axes.set_title(f"{name}\n{int(matrix.posts.sum()):,} posts", loc="left")
    band, line = (axes.axhspan, axes.axvline) if upright else (axes.axvspan, axes.axhline)
    band(*office_hours, color=look.PALE, linewidth=0, zorder=0)
    line(1, color=look.GREY, linewidth=0.4, zorder=1)
    edges = np.arange(HOURS + 1)
    for rates, dashes, width in zip(hour_rates(matrix), ("solid", WEEKEND_DASHES), (1.0, 0.8), strict=True):
        if not np.isnan(rates).all():
            axes.stairs(
                rates,
                edges,
                baseline=None,
                orientation="horizontal" if upright else "vertical",
                color=colour,
                linestyle=dashes,
                linewidth=width,
            )
    ticks = range(0, HOURS + 1, 3 if upright else 6)
    if upright:
        axes.set(ylim=(0, HOURS), yticks=ticks)
        axes.set_xlim(0, None)
    else:
        axes.set(xlim=(0, HOURS), xticks=ticks)
        axes.set_ylim(0, None)


def _draw_raster(axes: Axes, bar_axes: Axes, matrix: HourMatrix, office_hours: tuple[float, float]) -> None:
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
    first_week = calendar[0] - matrix.weekday[0]
    weeks = first_week + np.arange(0, len(calendar) + WEEK_DAYS, WEEK_DAYS)
    for week in weeks[weeks <= calendar[-1]]:
        left = max(date2num(week), edges[0])
        right = min(date2num(week + WORKING_DAYS), edges[-1])
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
    bar = axes.figure.figure.colorbar(image, cax=bar_axes, orientation="horizontal")
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
    weekend = matrix.weekday >= WORKING_DAYS
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
        working_days(matrix.weekend): Patch(color="#404040", linewidth=0),
        "weekend": Patch(facecolor="white", edgecolor="#404040", linewidth=0.4),
    }
    if len(protest_days):
        entries["protest day"] = Line2D([], [], marker="v", color=look.MARK, markersize=3, linewidth=0)
    axes.legend(
        entries.values(), entries, **_below(0.98, "lower left"), ncols=3, handlelength=1, columnspacing=1.2
    )


def _join_scales(profiles: list[Axes], clock_name: str, *, upright: bool) -> None:
    highest = max((axes.get_xlim if upright else axes.get_ylim)()[1] for axes in profiles)
    if not upright:
        highest = max(2, highest)
        profiles[0].set_ylabel("relative rate")
    for axes in profiles:
        (axes.set_xlim if upright else axes.set_ylim)(0, highest)
        look.whole_ticks(axes.xaxis if upright else axes.yaxis, 4)
        axes.set_xlabel("relative rate" if upright else f"local hour ({clock_name})")
        axes.tick_params(labelleft=not upright)


def _explain(raster: Axes, posts: HourMatrix, office_hours: tuple[float, float]) -> None:
    first, last = office_hours
    entries = {
        f"{working_days(posts.weekend)}, {first:g} to {last:g} h": Patch(
            facecolor="none", edgecolor="black", linewidth=0.6
        )
    }
    if (posts.posts.sum(axis=1) == 0).any():
        hatched = Patch(fill=False, color=look.GREY, hatch="//////", linewidth=0)
        entries["day without a post in the data"] = hatched
    raster.legend(entries.values(), entries, **_below(-0.13), ncols=2, handlelength=1.6)


def _add_profile_key(axes: Axes, office_hours: tuple[float, float], weekend: int, height: float) -> None:
    """Explain below the axes the lines that `_draw_profile` draws."""
    first, last = office_hours
    entries: dict[str, Artist] = {
        working_days(weekend): Line2D([], [], color="black", linewidth=1),
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
