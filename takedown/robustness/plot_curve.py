"""Figure: each headline number under every combination of choices, from smallest to largest, with the choices below."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator

from takedown.figures import style as look
from takedown.figures.captions import describe
from takedown.robustness.measures import BURSTS, OFFICE_HOURS, Finding

CURVE_MM = 27
ROW_MM = 2.5
#: Space above a curve for its title, below a matrix of choices, between the two, and left of both for the choices' names.
TITLE_MM, BELOW_MM, GAP_MM, LABELS_MM = 7, 3.5, 2, 38
MARGIN_MM = 3
#: Specifications whose intervals can still be told apart as lines.
MANY = 100
KEY_MM = 1.5

#: Choices in words; others are written as in the configuration.
NAMES = {
    "last_day": "last creation day",
    "day_cut": "calendar days in",
    "largest_month": "fullest month",
    "baseline_days": "baseline, days",
    "hours": "office hours",
    "utc_offset_hours": "UTC offset",
}
ALTERNATIVES = {
    "utc": "UTC",
}


@dataclass(frozen=True)
class SpecificationCurve:
    """The specifications of one finding: arrays with one entry for each, the study's own first.

    `choices` maps each choice to the alternatives taken (texts); `values`, `low` and `high` are floats, nan if unknown.
    """

    choices: dict[str, np.ndarray]
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray

    @classmethod
    def of_table(cls, columns: Mapping[str, np.ndarray]) -> "SpecificationCurve":
        """Return the curve of a published table; its columns, all texts, between specification and value are the choices."""
        names = list(columns)
        choices = names[names.index("specification") + 1 : names.index("value")]
        numbers = (
            np.array([float(text) if text else np.nan for text in columns[name]], float)
            for name in ("value", "low", "high")
        )
        return cls({name: np.asarray(columns[name], str) for name in choices}, *numbers)

    @property
    def rows(self) -> list[tuple[str, str]]:
        """Choice and alternative of each row of the matrix, in the order of the configuration."""
        return [
            (name, text) for name, texts in self.choices.items() for text in dict.fromkeys(texts.tolist())
        ]


def plot_specifications(curves: Mapping[str, SpecificationCurve]) -> Figure:
    """Draw the findings that have a value: bursts above office hours.

    The height of the figure grows with the number of alternatives.
    """
    drawn = [one for one in (BURSTS, OFFICE_HOURS) if np.isfinite(curves[one.name].values).any()]
    heights = [_height(len(curves[one.name].rows)) for one in drawn]
    with look.figure_style():
        if not drawn:
            return look.empty_figure("no specification has a value")
        figure = look.new_figure(look.DOUBLE_WIDTH, sum(heights) + KEY_MM)
        for place, one in enumerate(drawn):
            letter = "ab"[place] if len(drawn) > 1 else ""
            _draw_curve(figure, curves[one.name], one, letter, sum(heights[place:]) + KEY_MM)
        _draw_key(figure.axes[-1])
        describe(
            figure,
            "Headline numbers under every combination of defensible choices, from the smallest estimate to the largest, with the "
            "choices of each below",
            "All specifications of a number use the same records: they show on which choices the number depends, and do not add "
            "up to more evidence.",
        )
    return figure


def _height(rows: int) -> float:
    return TITLE_MM + CURVE_MM + GAP_MM + rows * ROW_MM + BELOW_MM


def _draw_curve(
    figure: Figure,
    curve: SpecificationCurve,
    finding: Finding,
    letter: str,
    top: float,
) -> None:
    rows = curve.rows
    left, width = LABELS_MM, look.DOUBLE_WIDTH - LABELS_MM - MARGIN_MM
    bottom = top - TITLE_MM - CURVE_MM
    axes = look.add_axes(figure, left, bottom, width, CURVE_MM)
    letter_at = look.label_panel(axes, letter, LABELS_MM - 2, 1.5, finding.title)
    words = f"{finding.title}, {len(curve.values)} specification{'s' * (len(curve.values) != 1)}"
    axes.annotate(
        words, (1, 0), (4, 0), xycoords=letter_at, textcoords="offset points", annotation_clip=False
    )
    order = np.argsort(curve.values, kind="stable")[: np.count_nonzero(np.isfinite(curve.values))]
    _draw_estimates(axes, curve, order, finding, width)
    matrix = look.add_axes(figure, left, bottom - GAP_MM - len(rows) * ROW_MM, width, len(rows) * ROW_MM)
    _draw_choices(matrix, curve, rows, order, width)
    own = np.flatnonzero(order == 0).tolist()
    for part in (axes, matrix):
        part.set_xlim(-1, len(order))
        for place in own:
            part.axvline(place, color=look.MARK, linewidth=0.6, zorder=1)


def _draw_estimates(
    axes: Axes, curve: SpecificationCurve, order: np.ndarray, finding: Finding, width_mm: float
) -> None:
    place = np.arange(len(order))
    values, low, high = curve.values[order], curve.low[order], curve.high[order]
    thin = min(0.8, 0.8 * width_mm * 72 / look.MM_PER_INCH / len(order))
    clear = low > finding.no_effect
    # Many lines lie side by side and would be a black area.
    alpha, size = (0.45, 1.6) if len(order) > MANY else (1, 2.4)
    # Where only the lower end of an interval is known, the line ends at the estimate.
    high = np.where(np.isnan(high), values, high)
    for kept, colour in ((clear, "black"), (~clear, "#A0A0A0")):
        # One path with gaps for all specifications keeps the vector files small.
        ends = np.column_stack([low, high, np.full(len(order), np.nan)])[kept].ravel()
        axes.plot(
            np.repeat(place[kept], 3), ends, color=colour, linewidth=thin, alpha=alpha, solid_capstyle="butt"
        )
        axes.plot(place[kept], values[kept], ".", color=colour, markersize=size, markeredgewidth=0)
    for own in np.flatnonzero(order == 0):
        axes.plot([own, own], [low[own], high[own]], color=look.MARK, linewidth=1.2)
        axes.plot(own, values[own], "D", color=look.MARK, markersize=3, markeredgewidth=0, zorder=4)
    axes.axhline(finding.no_effect, color="black", linewidth=0.5, linestyle="--", zorder=1)
    axes.set_ylabel(finding.axis)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    if finding.unit == "ratio" and (values > 0).any():
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(10, (1,) if np.nanmax(high) > 300 else (1, 2)))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.minorticks_off()
    else:
        axes.set_ylim(min(finding.no_effect, values.min()), None)


def _draw_choices(
    axes: Axes, curve: SpecificationCurve, rows: list[tuple[str, str]], order: np.ndarray, width_mm: float
) -> None:
    thick = min(2.0, 0.85 * width_mm * 72 / look.MM_PER_INCH / len(order))
    points = 72 / look.MM_PER_INCH
    before = None
    for row, (name, text) in enumerate(rows):
        taken = curve.choices[name][order] == text
        own = curve.choices[name][0] == text
        segment = row + np.array([-0.36, 0.36, np.nan])
        axes.plot(
            np.repeat(np.flatnonzero(taken), 3),
            np.tile(segment, np.count_nonzero(taken)),
            color="#404040",
            linewidth=thick,
            solid_capstyle="butt",
            zorder=2,
        )
        font: dict[str, Any] = {
            "fontsize": look.SMALLEST,
            "va": "center",
            "annotation_clip": False,
            "textcoords": "offset points",
            "xycoords": ("axes fraction", "data"),
        }
        if name != before:
            words = NAMES.get(name, name.replace("_", " "))
            axes.annotate(words, (0, row), (-(LABELS_MM - 1) * points, 0), ha="left", **font)
            if before is not None:
                axes.axhline(row - 0.5, color=look.GREY, linewidth=0.3, zorder=0)
        bold = look.BOLD if own and len(np.unique(curve.choices[name])) > 1 else {}
        axes.annotate(_in_words(name, text), (0, row), (-1.2 * points, 0), ha="right", **font, **bold)
        before = name
    axes.set(ylim=(len(rows) - 0.5, -0.5), xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_facecolor(look.PALE)


def _in_words(name: str, alternative: str) -> str:
    if name == "hours":
        return alternative.replace("-", " to ")
    if name == "utc_offset_hours":
        return f"{float(alternative):+g}"
    return ALTERNATIVES.get(alternative, alternative)


def _draw_key(axes: Axes) -> None:
    point: dict[str, Any] = {"marker": ".", "markersize": 4, "linewidth": 0.8}
    own: dict[str, Any] = {"marker": "D", "markersize": 3, "linewidth": 1.2}
    entries = {
        "estimate and 95 % interval, no effect excluded": Line2D([], [], color="black", **point),
        "interval includes no effect, or is not known": Line2D([], [], color="#A0A0A0", **point),
        "specification of the study (choices in bold)": Line2D([], [], color=look.MARK, **own),
        "no effect": Line2D([], [], color="black", linestyle="--", linewidth=0.5),
    }
    axes.legend(
        entries.values(),
        entries,
        loc="upper right",
        bbox_to_anchor=(1, -0.01),
        ncols=len(entries),
        columnspacing=1.0,
        handlelength=1.4,
        borderaxespad=0.3,
    )
