"""Figure: every post of a series by local day and hour, with the working day marked."""

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
from takedown.posting.hour_profile import HOURS, hour_profile
from takedown.statistics.calendar import MONTHS, SATURDAY, WEEK_DAYS, monday_of, weekday

WEEKEND_DASHES = (0, (2, 1))

#: How the key of the hour profiles is set.
KEY_SPACING = {"ncols": 2, "handlelength": 1.6, "labelspacing": 0.3, "columnspacing": 1.2}

NO_DAYS = np.array([], "datetime64[D]")

#: Days that the raster has room for.
MOST_DAYS = 200

LANGUAGE_NAMES = {"zh": "Chinese", "en": "English"}


def plot_posting_hours(
    days: np.ndarray,
    hours: np.ndarray,
    posts: np.ndarray,
    languages: np.ndarray,
    *,
    office_hours: tuple[float, float],
    clock_name: str,
    protest_days: np.ndarray = NO_DAYS,
) -> Figure:
    """Draw posts by day and hour, daily totals, and the hour profile of Chinese and of English posts.

    `days` (datetime64[D], local), `hours` (0–23), `posts` and `languages` have one length; there may be
    several rows for one hour. `office_hours` are the working day's first hour in and first hour out;
    `clock_name` names the local time, as in "UTC+8"; `protest_days` are marked above the totals. A longer series is cut to its last `MOST_DAYS` days, and the
    figure says so.
    """
    days = days.astype("datetime64[D]")
    shown = days > days.max(initial=np.datetime64("0001-01-01")) - MOST_DAYS
    earlier = int(posts[~shown].sum())
    days, hours, posts, languages = days[shown], hours[shown], posts[shown], languages[shown]
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, 88)
        raster = look.add_axes(figure, 12, 15, 112, 48)
        totals = look.add_axes(figure, 12, 66, 112, 15)
        profiles = [look.add_axes(figure, left, 15, 24, 48) for left in (129, 156)]
        if np.sum(posts) == 0:
            look.say(raster, "no posts in this archive")
            for axes in (totals, *profiles):
                axes.set_axis_off()
            return figure
        calendar = np.arange(days.min(), days.max() + 1)
        _draw_raster(figure, raster, calendar, days, hours, posts, office_hours)
        raster.set_ylabel(f"local hour ({clock_name})")
        _draw_totals(totals, calendar, days, posts, protest_days)
        if earlier:
            words = f"{earlier:,} earlier posts are not shown"
            totals.text(1, 1.02, words, transform=totals.transAxes, ha="right", fontsize=look.SMALL)
        for axes, (language, name) in zip(profiles, LANGUAGE_NAMES.items(), strict=True):
            kept = languages == language
            draw_profile(axes, days[kept], hours[kept], posts[kept], office_hours, upright=True)
            axes.set_title(f"{name}\n{int(posts[kept].sum()):,} posts", loc="left")
            axes.tick_params(labelleft=False)
        _join_scales(profiles)
        _explain(raster, profiles, office_hours)
        for axes, letter, left in ((totals, "a", 11), (raster, "b", 11), (profiles[0], "c", 3)):
            look.label_panel(axes, letter, left, -2 if letter == "b" else 2)
    return figure


def draw_profile(
    axes: Axes,
    days: np.ndarray,
    hours: np.ndarray,
    posts: np.ndarray,
    office_hours: tuple[float, float],
    *,
    upright: bool = False,
    colour: str = "black",
) -> None:
    """Draw the posting rate by hour, Monday to Friday solid and weekends dashed; 1 is the mean hour.

    With `upright` the hours run up the y axis. Without a post the axes say so.
    """
    profile = hour_profile(days, hours, posts)
    band, line = (axes.axhspan, axes.axvline) if upright else (axes.axvspan, axes.axhline)
    if profile is None:
        look.say(axes, "no posts")
        return
    band(*office_hours, color=look.PALE, linewidth=0, zorder=0)
    line(1, color=look.GREY, linewidth=0.4, zorder=1)
    edges = np.arange(HOURS + 1)
    for rates, name, dashes, width in (
        (profile.working_days, "Monday to Friday", "solid", 1.0),
        (profile.weekend, "weekend", WEEKEND_DASHES, 0.8),
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
                label=name,
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
    calendar: np.ndarray,
    days: np.ndarray,
    hours: np.ndarray,
    posts: np.ndarray,
    office_hours: tuple[float, float],
) -> None:
    # Here, because the hour profiles, which another figure draws too, do without its import of two seconds.
    from seaborn import color_palette

    counts = np.zeros((HOURS, len(calendar)))
    np.add.at(counts, (hours, (days - calendar[0]).astype(int)), posts)
    edges = date2num(np.append(calendar, calendar[-1] + 1))
    image = axes.pcolormesh(
        edges,
        np.arange(HOURS + 1),
        np.ma.masked_equal(counts, 0),
        norm=LogNorm(1, max(counts.max(), 10)),
        cmap=color_palette("mako_r", as_cmap=True),
        rasterized=True,
    )
    # A day without any post may be a day without data: the two cannot be told apart, so it is not left white.
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
    _tick_days(axes, calendar)
    bar = figure.colorbar(image, cax=look.add_axes(figure, 129, 77.5, 51, 2.2), orientation="horizontal")
    bar.outline.set_linewidth(0.5)
    highest = counts.max()
    ticks = [tick for tick in (1, 3, 10, 30, 100, 300, 1000, 3000, 10000) if tick <= max(highest, 10)]
    bar.set_ticks(ticks, labels=[str(tick) for tick in ticks])
    bar.ax.minorticks_off()
    bar.set_label("posts per hour (logarithmic scale)", fontsize=look.SMALL)


def _tick_days(axes: Axes, calendar: np.ndarray) -> None:
    months = calendar.astype("datetime64[M]")
    first_of_month = calendar == months.astype("datetime64[D]")
    shown = first_of_month if first_of_month.any() else np.arange(len(calendar)) == 0
    step = max(1, int(np.ceil(shown.sum() / 12)))
    ticks = calendar[shown][::step]
    dates = [day.item() for day in ticks]
    axes.set_xticks(date2num(ticks), [f"{day.day} {MONTHS[day.month - 1]} {day.year}" for day in dates])
    if len(calendar) <= 400:
        axes.set_xticks(date2num(calendar[weekday(calendar) == 0]), minor=True)


def _draw_totals(
    axes: Axes, calendar: np.ndarray, days: np.ndarray, posts: np.ndarray, protest_days: np.ndarray
) -> None:
    totals = np.bincount((days - calendar[0]).astype(int), weights=posts, minlength=len(calendar))
    weekend = weekday(calendar) >= SATURDAY
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
    axes.yaxis.get_major_locator().set_params(integer=True, nbins=3)
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
    place = {"loc": "lower left", "bbox_to_anchor": (0, 0.98), "borderaxespad": 0}
    entries = {
        "Monday to Friday": Patch(color="#404040", linewidth=0),
        "weekend": Patch(facecolor="white", edgecolor="#404040", linewidth=0.4),
    }
    if len(protest_days):
        entries["protest day"] = Line2D([], [], marker="v", color=look.MARK, markersize=3, linewidth=0)
    axes.legend(entries.values(), entries, **place, ncols=3, handlelength=1, columnspacing=1.2)


def _join_scales(profiles: list[Axes]) -> None:
    highest = max(axes.get_xlim()[1] for axes in profiles)
    for axes in profiles:
        if axes.lines or axes.patches:
            axes.set_xlim(0, highest)
            axes.xaxis.get_major_locator().set_params(integer=True, nbins=4)
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
    profiles[0].legend(*profile_key(office_hours), **_below(-0.16), **KEY_SPACING)


def profile_key(office_hours: tuple[float, float]) -> tuple[list[Artist], list[str]]:
    """Return the handles and labels of what `draw_profile` draws."""
    first, last = office_hours
    entries = {
        "Monday to Friday": Line2D([], [], color="black", linewidth=1),
        "weekend": Line2D([], [], color="black", linestyle=WEEKEND_DASHES),
        "mean hour (= 1)": Line2D([], [], color=look.GREY, linewidth=0.4),
        f"{first:g} to {last:g} h": Patch(color=look.PALE, linewidth=0),
    }
    return list(entries.values()), list(entries)


def _below(height: float) -> dict:
    return {"loc": "upper left", "bbox_to_anchor": (0, height), "borderaxespad": 0}
