"""Figure: published numbers that a study computed from records, how many agree, and those that differ."""

from collections import Counter
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from takedown.figures import style
from takedown.figures.captions import describe

#: Answers of reproduced_numbers.csv, in words and with their colours.
ANSWERS = {
    "exactly": ("equal to the last digit", style.OPERATION),
    "within rounding": ("within rounding or the range stated", "#9CC9E6"),
    "no": ("differ", style.MARK),
}
#: Height of a bar and of a label of two lines, space above and below the panels, and left edges and widths of both, in mm.
LINE, LABEL = 3.6, 5.6
ABOVE, BELOW = 10.0, 9.0
LEFT = (24, 138)
WIDTH = (34, 40)


def plot_reproduction(rows: Sequence[Mapping[str, str]]) -> Figure:
    """Draw the numbers computed, by source and agreement, and the relative difference of each that differs.

    `rows` are those of results/tables/reproduced_numbers.csv. Numbers that were not computed are left out; one that several sources
    print alike is drawn once among those that differ.
    """
    computed = [row for row in rows if row["observed"]]
    sources = [source for source, _ in Counter(row["source"] for row in computed).most_common()]
    differ = list(
        dict.fromkeys(
            (row["definition"], row["reported"], row["observed"]) for row in computed if row["agrees"] == "no"
        )
    )
    height = max(LINE * len(sources), LABEL * len(differ), 3 * LABEL)
    with style.figure_style():
        figure = style.new_figure(style.DOUBLE_WIDTH, height + ABOVE + BELOW)
        if not computed:
            return figure
        describe(figure, "Numbers that others published and that were computed here")
        axes = style.add_axes(figure, LEFT[0], BELOW, WIDTH[0], height)
        style.label_panel(
            axes, "a", 22, shows="how many of each source agree, by its key in paper/reported.bib"
        )
        _draw_counts(axes, sources, Counter((row["source"], row["agrees"]) for row in computed))
        if differ:
            axes = style.add_axes(figure, LEFT[1], BELOW, WIDTH[1], height)
            style.label_panel(
                axes, "b", 70, shows="those that differ: number counted here over number published"
            )
            _draw_differences(axes, differ)
    return figure


def _draw_counts(axes: Axes, sources: Sequence[str], counts: Mapping[tuple[str, str], int]) -> None:
    for place, source in enumerate(sources):
        left = 0
        for answer, (_, colour) in ANSWERS.items():
            axes.barh(place, counts[source, answer], left=left, color=colour, height=0.55)
            left += counts[source, answer]
        axes.text(left, place, f" {left}", va="center", fontsize=style.SMALLEST)
    for words, colour in ANSWERS.values():
        axes.barh(0, 0, color=colour, label=words)
    axes.set_yticks(range(len(sources)), sources)
    axes.set_ylim(len(sources) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("published numbers computed here")
    style.whole_ticks(axes.xaxis)
    axes.figure.legend(*axes.get_legend_handles_labels(), loc="upper left", bbox_to_anchor=(0.1, 1), ncols=3)


def _draw_differences(axes: Axes, differ: Sequence[tuple[str, str, str]]) -> None:
    labels = [
        f"{words}\n{reported} published, {_short(observed)} here" for words, reported, observed in differ
    ]
    for place, (_, reported, observed) in enumerate(differ):
        try:
            ratio = float(observed) / float(reported)
        except (ValueError, ZeroDivisionError):
            continue
        axes.plot(ratio, place, "o", color=style.MARK, markersize=3)
    axes.axvline(1, color=style.GREY, linewidth=0.6, zorder=0)
    axes.set_yticks(range(len(labels)), labels, fontsize=style.SMALLEST)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("counted here / published")


def _short(number: str) -> str:
    return f"{float(number):.6g}" if number.replace(".", "", 1).isdigit() else number
