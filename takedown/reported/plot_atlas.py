"""Figure: every campaign at hand, when it posted, how large it was, in whose language, and what a study measured of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from takedown.figures import style as look
from takedown.figures.captions import describe

ROW_MM = 3.7
LABELS_MM = 62
#: Places of the panels of all campaigns, from the left, with their widths: months, size, own language, months that carry the posts.
PANELS_MM = ((64, 47), (115, 26), (145, 15), (164, 16))
#: What these panels show.
SHOWS = (
    "posts by month, each row by its own fullest month, with the day of the disclosure",
    "accounts and posts",
    "share of the posts with a known language that are in a language of the country to which the platform attributed the campaign",
    "effective number of months: the number of equally full months that would be as concentrated",
)
#: Largest width of a panel of what was measured.
WIDEST_MM = 24
#: First year that the figure shows; earlier posts are few.
FIRST_YEAR = 2008
DARK = LinearSegmentedColormap.from_list("posts", ["#E3EEF5", look.OPERATION, "#00324F"])

ACCOUNTS: dict[str, Any] = {
    "color": "white",
    "markersize": 2.6,
    "markeredgecolor": "black",
    "markeredgewidth": 0.6,
}
DOT: dict[str, Any] = {"color": look.OPERATION, "markersize": 2.8, "markeredgewidth": 0}

#: Measured columns, with the title and the range of their axes; None: from the numbers.
MEASURED = {
    "burst_account_share": ("made on\nburst days", (0, 1)),
    "coincidence_ratio": ("ratio to\ncontrol", None),
    "days_to_first_post": ("days to\nfirst post", None),
    "dormant_share": ("ever\ndormant", (0, 1)),
    "office_hours_share": ("in working\nhours", (0, 1)),
    "repost_share": ("reposts", (0, 1)),
    "co_posting_share": ("accounts that\nco-post", (0, 1)),
}


@dataclass(frozen=True)
class Campaign:
    """One row of the figure; what is not known is None. `months` holds the first days of months and `posts` their posts.

    `measured` gives value, low and high for names of `MEASURED`; `is_own` marks the campaign of the study.
    """

    name: str
    disclosed_on: np.datetime64
    accounts: float | None
    posts: float | None
    own_language_share: float | None
    effective_months: float | None
    months: np.ndarray
    month_posts: np.ndarray
    measured: Mapping[str, tuple[float, float | None, float | None]]
    is_own: bool = False


@dataclass(frozen=True)
class Removals:
    """Removals by Facebook: the day of each announcement and the accounts that it names, 0 where it names none."""

    days: np.ndarray
    accounts: np.ndarray


def campaigns_of(
    rows: Sequence[Mapping[str, str]], months: Sequence[Mapping[str, str]], own: str
) -> list[Campaign]:
    """Return the campaigns of the published tables of which posts by month are known; `own` is the campaign of the study.

    `rows` and `months` are those of results/tables/atlas.csv and atlas_months.csv. An archive that is part of a union in the table
    is left out, or its posts would be shown twice.
    """
    parts = {part for row in rows for part in row["campaign"].split("+") if part != row["campaign"]}
    by_campaign = defaultdict(list)
    for row in months:
        by_campaign[row["campaign"]].append((f"{row['month']}-01", int(row["posts"])))
    campaigns = []
    for row in rows:
        if row["campaign"] in parts or row["campaign"] not in by_campaign:
            continue
        days, posts = zip(*by_campaign[row["campaign"]], strict=True)
        campaigns.append(
            Campaign(
                row["name"].lstrip("'"),
                np.datetime64(row["disclosed_on"]),
                _number(row["accounts"]),
                _number(row["posts"]),
                _number(row["own_language_share"]),
                _number(row["effective_months"]),
                np.array(days, "datetime64[D]"),
                np.array(posts),
                {
                    name: (float(row[name]), _number(row[f"{name}_low"]), _number(row[f"{name}_high"]))
                    for name in MEASURED
                    if row[name]
                },
                is_own=row["campaign"] == own,
            )
        )
    return campaigns


def provenance_of(rows: Sequence[Mapping[str, str]], campaigns: Sequence[Campaign]) -> dict[str, str]:
    """Return where the data of the figure come from: what was counted, and what was measured of single campaigns."""
    shown = {one.name for one in campaigns}
    found = {"counts of campaigns": "reported"}
    for row in rows:
        name = row["name"].lstrip("'")
        if name in shown and row["counts_from"] not in ("", "reported"):
            found[f"counts of {name}"] = row["counts_from"]
        if name in shown and row["measures_from"]:
            found[f"what was measured of {name}"] = row["measures_from"]
    return found


def removals_of(rows: Sequence[Mapping[str, str]]) -> Removals:
    """Return Facebook's removals of the published table."""
    facebook = [row for row in rows if row["platform"] == "facebook"]
    return Removals(
        np.array([row["disclosed_on"] for row in facebook], "datetime64[D]"),
        np.array([int(row["accounts"] or 0) for row in facebook], np.int64),
    )


def plot_atlas(campaigns: Sequence[Campaign], removals: Removals) -> Figure:
    """Draw the campaigns, those that wrote most in the language of the attributed country on top, and Facebook's removals below.

    Campaigns of which a study measured something are shown again in a lower row of panels, with intervals where there are any.
    """
    shown = sorted(
        campaigns,
        key=lambda one: (-1 if one.own_language_share is None else one.own_language_share, one.name),
        reverse=True,
    )
    measured = [one for one in shown if one.measured]
    rows = len(shown) + (1.5 if len(removals.days) else 0)
    height = ROW_MM * rows
    below = ROW_MM * len(measured) + 19 if measured else 0
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, height + below + 22)
        panels = [look.add_axes(figure, left, below + 10, width, height) for left, width in PANELS_MM]
        for axes, letter, words in zip(panels, "abcd", SHOWS, strict=True):
            axes.set_ylim(rows - 0.5, -0.5)
            axes.set_yticks([])
            axes.spines["left"].set_visible(False)
            look.label_panel(axes, letter, 0, 7.4, words)
        _name_rows(panels[0], shown)
        _draw_months(panels[0], shown)
        panels[0].set_ylim(rows - 0.5, -0.5)
        _draw_sizes(panels[1], shown)
        _draw_language(panels[2], shown)
        _draw_effective(panels[3], shown)
        _explain(panels[0])
        if len(removals.days):
            _draw_removals(panels, removals, len(shown) + 0.5)
        if measured:
            _draw_measured(figure, measured, ROW_MM * len(measured))
        intervals = ", with 95 % intervals where there are any" if measured else ""
        describe(
            figure,
            f"Campaigns that platforms disclosed{intervals}",
            "Campaigns whose records are not at hand are shown by numbers that others published, without intervals. Of Facebook's "
            "removals the days of the announcements and the accounts are shown. The table results/tables/atlas.csv has all of "
            "them, and releases of which only accounts and posts are known.",
        )
    return figure


def _number(text: str) -> float | None:
    return float(text) if text else None


def _name_rows(axes: Axes, shown: Sequence[Campaign]) -> None:
    axes.set_yticks(range(len(shown)), [one.name for one in shown], fontsize=look.SMALL)
    axes.tick_params(axis="y", length=0, pad=2)
    for label, one in zip(axes.get_yticklabels(), shown, strict=True):
        if one.is_own:
            label.set_color(look.OPERATION)


def _draw_months(axes: Axes, shown: Sequence[Campaign]) -> None:
    last = max(int(_month(one.disclosed_on)) for one in shown) + 2
    cells = np.full((len(shown), last), np.nan)
    for row, one in enumerate(shown):
        place = _month(one.months).astype(int)
        kept = (place >= 0) & (place < last)
        cells[row, place[kept]] = (one.month_posts / one.month_posts.max())[kept]
    # One image, whose cells stay sharp at any size, where single bars would be thousands of shapes.
    axes.imshow(
        cells,
        cmap=DARK,
        vmin=0,
        vmax=1,
        aspect="auto",
        interpolation="nearest",
        extent=(0, last, len(shown) - 0.5, -0.5),
    )
    axes.hlines(np.arange(len(shown) + 1) - 0.5, 0, last, color="white", linewidth=1.6)
    disclosed = [_month(one.disclosed_on) for one in shown]
    rows = np.arange(len(shown))
    axes.vlines(disclosed, rows - 0.45, rows + 0.45, color=look.MARK, linewidth=1.1)
    axes.set_xlim(0, last)
    years = np.arange(0, last, 24)
    axes.set_xticks(years, [str(FIRST_YEAR + place // 12) for place in years])
    axes.set_title("posts by month\n(dark: most)", loc="left", pad=2)


def _month(days: np.datetime64 | np.ndarray) -> np.ndarray:
    """Return months since the first year of the figure; a day counts as the part of its month that has passed."""
    months = np.asarray(days, "datetime64[M]")
    passed = (np.asarray(days, "datetime64[D]") - months.astype("datetime64[D]")).astype(float) / 31
    return months.astype(int) - 12 * (FIRST_YEAR - 1970) + passed


def _draw_sizes(axes: Axes, shown: Sequence[Campaign]) -> None:
    for row, one in enumerate(shown):
        if one.accounts:
            axes.plot(one.accounts, row, "o", **ACCOUNTS)
        if one.posts:
            axes.plot(one.posts, row, "o", **DOT)
    axes.set(xscale="log", xlim=(1, 2e8))
    axes.set_xticks([1, 1e2, 1e4, 1e6, 1e8], ["1", "100", "10⁴", "10⁶", "10⁸"])
    axes.minorticks_off()
    _grid(axes, len(shown))
    axes.set_title("accounts\nand posts", loc="left", pad=2)


def _draw_language(axes: Axes, shown: Sequence[Campaign]) -> None:
    for row, one in enumerate(shown):
        if one.own_language_share is not None:
            axes.plot(one.own_language_share, row, "o", **DOT, clip_on=False)
    axes.set(xlim=(0, 1))
    axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    _grid(axes, len(shown))
    axes.set_title("own\nlanguage", loc="left", pad=2)


def _draw_effective(axes: Axes, shown: Sequence[Campaign]) -> None:
    for row, one in enumerate(shown):
        if one.effective_months is not None:
            axes.plot(one.effective_months, row, "o", **DOT)
    axes.set(xscale="log", xlim=(1, 150))
    axes.set_xticks([1, 10, 100], ["1", "10", "100"])
    axes.minorticks_off()
    _grid(axes, len(shown))
    axes.set_title("effective\nmonths", loc="left", pad=2)


def _grid(axes: Axes, rows: int) -> None:
    axes.hlines(range(rows), *axes.get_xlim(), color=look.PALE, linewidth=0.5, zorder=0)


def _draw_removals(panels: Sequence[Axes], removals: Removals, row: float) -> None:
    months, sizes = panels[:2]
    places = _month(removals.days)
    months.vlines(places, row - 0.4, row + 0.4, color=look.MARK, linewidth=0.4)
    months.set_xlim(right=max(months.get_xlim()[1], places.max() + 2))
    known = removals.accounts[removals.accounts > 0]
    sizes.vlines(known, row - 0.4, row + 0.4, color="black", linewidth=0.4)
    months.set_yticks(
        [*months.get_yticks(), row],
        [*(label.get_text() for label in months.get_yticklabels()), f"{len(places)} removals by Facebook"],
        fontsize=look.SMALL,
    )
    for axes in panels:
        axes.axhline(row - 0.75, color=look.GREY, linewidth=0.4)


def _draw_measured(figure: Figure, measured: Sequence[Campaign], height: float) -> None:
    names = [name for name in MEASURED if any(name in one.measured for one in measured)]
    width = min((look.DOUBLE_WIDTH - LABELS_MM - 4) / len(names), WIDEST_MM)
    for place, (name, letter) in enumerate(zip(names, "efghijk", strict=False)):
        title, limits = MEASURED[name]
        axes = look.add_axes(figure, LABELS_MM + 3 + place * width, 7, width - 4, height)
        axes.set_ylim(len(measured) - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        if limits:
            axes.set(xlim=limits)
            axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        else:
            _log_axis(axes, [one.measured[name] for one in measured if name in one.measured])
        for row, one in enumerate(measured):
            if name in one.measured:
                value, low, high = one.measured[name]
                if low is not None:
                    # An interval without an upper end, as of a median that too few accounts reached, runs to the edge.
                    end = axes.get_xlim()[1] if high is None else high
                    axes.plot([low, end], [row, row], color=look.OPERATION, linewidth=0.9)
                axes.plot(value, row, "o", **DOT, clip_on=False)
        _grid(axes, len(measured))
        axes.set_title(title, loc="left", pad=2)
        look.label_panel(axes, letter, 0, 7.4, title.replace("\n", " "))
        if place == 0:
            axes.set_yticks(range(len(measured)), [one.name for one in measured], fontsize=look.SMALL)
            axes.tick_params(axis="y", length=0, pad=4)


def _log_axis(axes: Axes, numbers: Sequence[tuple[float, float | None, float | None]]) -> None:
    known = [number for three in numbers for number in three if number]
    low, high = min(known) / 3, max(known) * 3
    axes.set(xscale="log", xlim=(low, high))
    decades = [10.0**power for power in range(-6, 8)]
    ticks = [one for one in decades if low <= one <= high]
    if len(ticks) < 2:
        ticks = [step * one for one in decades for step in (1, 2, 5) if low <= step * one <= high]
    elif len(ticks) > 2:
        # Labels of neighbouring decades would touch.
        ticks = [ticks[0], ticks[-1]]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()


def _explain(axes: Axes) -> None:
    dot: dict[str, Any] = {"marker": "o", "linewidth": 0}
    entries = {
        "disclosure": Line2D([], [], color=look.MARK, linewidth=1.1),
        "accounts": Line2D([], [], **dot, **ACCOUNTS),
        "posts": Line2D([], [], **dot, **DOT),
    }
    below = -19 / axes.get_window_extent().height * axes.figure.dpi / 72
    axes.legend(
        entries.values(),
        entries,
        loc="upper left",
        bbox_to_anchor=(-0.02, below),
        borderaxespad=0,
        ncols=3,
        handlelength=1.2,
        columnspacing=1.2,
    )
