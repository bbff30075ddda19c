"""Figure: how much of what was planted in replicas the study finds, and how often its intervals hold."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from takedown.figures import style as look

#: Names of the quantities on the axes.
NAMES = {
    "burst_days": "days of creation bursts",
    "burst_days_large": "… of 10 accounts or more",
    "office_share": "office share",
    "repurposed": "re-purposed accounts",
    "turned": "… or made for the campaign",
    "sold": "sold accounts",
    "dormancy": "planted silences",
    "dormancy_busy": "… of busy accounts",
    "dormancy_dated": "… with both ends to a month",
    "topic_posts": "posts on the topic",
    "slur_posts": "number of slurs",
    "coordinated_pairs": "coordinated pairs",
    "coordinated_pairs_often": "… of groups that met often",
    "coordinated_accounts": "coordinated accounts",
    "coordinated_groups": "coordinated groups",
    "coordinated_groups_often": "… that met often",
}
#: Height of a row and of what is below the axes, in mm.
ROW = 5.0
BOTTOM = 16.0
#: How far the marks of precision and recall stand from the middle of their row, in rows.
APART = 0.17


def plot_recovery(summary: Sequence[Mapping], seeds: Sequence[Mapping]) -> Figure:
    """Draw precision and recall, coverage, and the office share of every replica against the planted one.

    `summary` are the rows of results/recovery.csv and `seeds` those of results/recovery_seeds.csv, as mappings with
    numbers, None where there is none. Panels without a row say so.
    """
    counted = [row for row in summary if row["precision"] is not None or row["recall"] is not None]
    covered = [row for row in summary if row["coverage"] is not None]
    height = ROW * max(len(counted), len(covered), 7)
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, height + BOTTOM + 6)
        found = look.add_axes(figure, 38, BOTTOM, 33, height)
        held = look.add_axes(figure, 105, BOTTOM, 24, height)
        office = look.add_axes(figure, 145, BOTTOM, 34, height)
        _draw_found(found, counted)
        _draw_held(held, covered)
        _draw_office(office, [row for row in seeds if row["quantity"] == "office_share"])
        for axes, letter, left in ((found, "a", 37), (held, "b", 29), (office, "c", 11)):
            look.label_panel(axes, letter, left)
    return figure


def _draw_found(axes: Axes, rows: Sequence[Mapping]) -> None:
    for place, row in enumerate(rows):
        for name, marker, shift in (("precision", "o", -APART), ("recall", "D", APART)):
            if row[name] is not None:
                _draw_share(axes, row, name, place + shift, marker)
    _label_rows(axes, rows)
    if rows:
        axes.set_xlabel("mean over the replicas")
        marks = [
            Line2D(
                [],
                [],
                color=look.OPERATION,
                marker=marker,
                markersize=3.5,
                linewidth=0,
                markerfacecolor=look.OPERATION if marker == "o" else "white",
            )
            for marker in "oD"
        ]
        axes.legend(
            marks,
            ["precision", "recall"],
            loc="upper left",
            bbox_to_anchor=(-0.1, -9 / _height(axes)),
            ncols=2,
        )


def _draw_held(axes: Axes, rows: Sequence[Mapping]) -> None:
    for place, row in enumerate(rows):
        _draw_share(axes, row, "coverage", place, "o")
    _label_rows(axes, rows)
    if rows:
        axes.axvline(0.95, color=look.GREY, linewidth=0.5, zorder=0)
        axes.set_xlabel("share of replicas in which\nwhat is asserted holds\n(line: 0.95)")


def _draw_share(axes: Axes, row: Mapping, name: str, place: float, marker: str) -> None:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    if low is not None:
        axes.plot([low, high], [place, place], color=look.OPERATION, linewidth=1)
    axes.plot(
        row[name],
        place,
        marker,
        color=look.OPERATION,
        markersize=3.5,
        markerfacecolor=look.OPERATION if marker == "o" else "white",
        clip_on=False,
    )


def _label_rows(axes: Axes, rows: Sequence[Mapping]) -> None:
    if not rows:
        look.say(axes, "nothing to compare")
        return
    axes.set(xlim=(0, 1.02), ylim=(len(rows) - 0.5, -0.5), xticks=(0, 0.5, 1))
    axes.set_yticks(range(len(rows)), [NAMES.get(row["quantity"], row["quantity"]) for row in rows])


def _draw_office(axes: Axes, rows: Sequence[Mapping]) -> None:
    rows = sorted((row for row in rows if row["low"] is not None), key=lambda row: row["truth"])
    if not rows:
        look.say(axes, "no office share")
        return
    for row in rows:
        axes.plot([row["truth"]] * 2, [row["low"], row["high"]], color=look.OPERATION, linewidth=0.6)
        axes.plot(row["truth"], row["value"], "o", color=look.OPERATION, markersize=2.5, markeredgewidth=0)
    ends = [row["truth"] for row in rows]
    axes.plot(
        [min(ends), max(ends)], [min(ends), max(ends)], color="black", linewidth=0.8, linestyle=(0, (3, 2))
    )
    axes.set(xlabel="planted office share\n(dashes: equal)", ylabel="estimate, 95 % interval")
    axes.locator_params(nbins=4)


def _height(axes: Axes) -> float:
    """Return the height of the axes in mm."""
    return axes.get_position().height * look.size_mm(axes.figure)[1]
