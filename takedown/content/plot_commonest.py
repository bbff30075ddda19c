"""Figure: the commonest hashtags, link domains, clients and languages of a population's posts, by month."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm
from matplotlib.figure import Figure

from takedown.figures import style as look
from takedown.figures.captions import describe

#: Values of a kind for which there is room, those with most posts, and letters of a name that are written.
MOST_VALUES, LETTERS = 8, 26
#: Months for which there is room, the latest.
MOST_MONTHS = 60
ROW_MM, ABOVE_MM, BELOW_MM, LABELS_MM, TOTALS_MM = 3.4, 7, 9, 38, 10
SHADES = LinearSegmentedColormap.from_list("posts", ["#DCEAF3", look.OPERATION, "#00263D"])


def plot_commonest(
    rows: Iterable[Mapping[str, str]], titles: Mapping[str, str], names: Mapping[str, str], subject: str
) -> Figure:
    """Draw the posts of the commonest values by month, one panel for each kind (a key of `titles`) that has a value.

    `rows` are those of results/tables/commonest.csv of one `subject`; `names` gives the names of languages by code.
    """
    posts: defaultdict[str, defaultdict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        value = (
            names.get(row["value"], f"unknown ({row['value']})")
            if row["kind"] == "language"
            else row["value"]
        )
        posts[row["kind"]][value][row["month"]] = int(row["posts"])
    shown = {kind: title for kind, title in titles.items() if posts[kind]}
    with look.figure_style():
        if not shown:
            return look.empty_figure("no hashtag, domain, client or language with enough posts in a month")
        months = [month for values in posts.values() for found in values.values() for month in found]
        last = np.datetime64(max(months), "M")
        first = max(np.datetime64(min(months), "M"), last - MOST_MONTHS + 1)
        most = {
            kind: sorted(posts[kind], key=lambda one: (-sum(posts[kind][one].values()), one))
            for kind in shown
        }
        lines = {kind: values[:MOST_VALUES] for kind, values in most.items()}
        beside = [[*shown][start : start + 2] for start in range(0, len(shown), 2)]
        heights = [ROW_MM * max(len(lines[kind]) for kind in kinds) + ABOVE_MM + BELOW_MM for kinds in beside]
        figure = look.new_figure(look.DOUBLE_WIDTH, sum(heights))
        for number, kind in enumerate(shown):
            line, column = divmod(number, 2)
            height = ROW_MM * len(lines[kind])
            left, width = (
                LABELS_MM + column * look.DOUBLE_WIDTH / 2,
                look.DOUBLE_WIDTH / 2 - LABELS_MM - TOTALS_MM,
            )
            top = sum(heights) - sum(heights[:line]) - ABOVE_MM
            axes = look.add_axes(figure, left, top - height, width, height)
            _draw(axes, {value: posts[kind][value] for value in lines[kind]}, first, last, kind)
            axes.set_title(shown[kind], loc="left")
            look.label_panel(axes, "abcd"[number], LABELS_MM - 2, 1.5, shown[kind])
        describe(
            figure,
            f"Posts of the {subject} by month with the commonest values",
            "Dark: many posts, on a logarithmic scale of its own in each panel; at the right, their number in all months "
            "shown in which the value was among the commonest. Handles of accounts and values of fewer than five posts in a month are left "
            "out.",
        )
    return figure


def _draw(
    axes: Axes,
    values: Mapping[str, Mapping[str, int]],
    first: np.datetime64,
    last: np.datetime64,
    kind: str,
) -> None:
    months = np.arange(first, last + 1)
    cells = np.array([[found.get(str(month), 0) for month in months] for found in values.values()])
    axes.imshow(
        np.ma.masked_equal(cells, 0),
        cmap=SHADES,
        norm=LogNorm(1, max(10, cells.max())),
        aspect="auto",
        interpolation="nearest",
        extent=(0, len(months), len(values) - 0.5, -0.5),
    )
    axes.hlines(np.arange(len(values) + 1) - 0.5, 0, len(months), color="white", linewidth=1.2)
    axes.set_yticks(range(len(values)), [_written(value, kind) for value in values], fontsize=look.SMALL)
    for line, posts in enumerate(cells.sum(axis=1).tolist()):
        look.note(axes, f"{posts:,}", (1, line), (3, 0), xycoords=("axes fraction", "data"), va="center")
    step = -(-len(months) // 4)
    axes.set_xticks(np.arange(0, len(months), step) + 0.5, [str(month) for month in months[::step]])
    axes.set_xlim(0, len(months))
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)


def _written(value: str, kind: str) -> str:
    """Return a value that fits beside the panel; in place of letters that no font has, that it is in another script."""
    if not look.can_write(value):
        return f"({kind} in another script)"
    return value if len(value) <= LETTERS else f"{value[: LETTERS - 1]}…"
