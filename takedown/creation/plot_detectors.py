"""Figure: the days that each burst detector flags, beside its share of false alarms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from takedown.figures import style as look

NAMES = {
    "day_test": "day test, local",
    "scan": "scan, local",
    "kleinberg_local": "Kleinberg, local rate",
    "kleinberg_global": "Kleinberg, global rate",
    "bayesian_blocks": "Bayesian blocks",
    "moving_z": "moving z-score",
}
#: Height of a detector's line and of the gap between two panels, in mm.
LINE, GAP = 4.2, 11
LEFT, RIGHT, BOTTOM = 31, 59, 5
#: Columns to the right of the timeline: place in mm and heading.
COLUMNS = (
    (7, "days"),
    (19, "also in\nday test"),
    (34, "false alarms\nat own rate"),
    (50, "false alarms\nin growth"),
)


@dataclass(frozen=True)
class DetectorLine:
    """The `days` (datetime64[D]) that a detector flags in a population's calendar, and its shares of false alarms."""

    subject: str
    detector: str
    valid: bool
    first_day: np.datetime64
    last_day: np.datetime64
    days: np.ndarray
    false_alarms_local: float | None
    false_alarms_growth: float | None


def plot_burst_detectors(lines: Sequence[DetectorLine]) -> Figure:
    """Draw one panel for each population and in it one line for each detector, both in the order of `lines`.

    Days that the day test flags too have the population's colour; others are grey.
    """
    subjects = list(dict.fromkeys(line.subject for line in lines))
    height = BOTTOM + max(1, len(subjects)) * (len(NAMES) * LINE + GAP)
    with look.figure_style():
        figure = look.new_figure(look.DOUBLE_WIDTH, height)
        width = look.DOUBLE_WIDTH - LEFT - RIGHT
        if not subjects:
            look.say(look.add_axes(figure, LEFT, BOTTOM, width, LINE * 4), "no account in any population")
        for place, subject in enumerate(subjects):
            bottom = height - (place + 1) * (len(NAMES) * LINE + GAP)
            axes = look.add_axes(figure, LEFT, bottom, width, len(NAMES) * LINE)
            _draw_population(axes, [line for line in lines if line.subject == subject], width)
            first, last = min(line.first_day for line in lines), max(line.last_day for line in lines)
            axes.set_xlim(date2num(first) - 40, date2num(last) + 40)
            axes.set_xticks(*_ticks(first, last))
            look.label_panel(axes, "abcdefgh"[place], LEFT - 3, 3.5)
    return figure


def _ticks(first: np.datetime64, last: np.datetime64) -> tuple[np.ndarray, list[str]]:
    """Return places and names of the ticks: years, or first and last day where there are fewer than two years."""
    years = np.arange(first.astype("datetime64[Y]") + 1, last.astype("datetime64[Y]") + 1)
    ticks = years[:: max(1, len(years) // 10)] if len(years) > 1 else np.unique([first, last])
    return date2num(ticks), ticks.astype(str).tolist()


def _draw_population(axes: Axes, lines: Sequence[DetectorLine], width: float) -> None:
    subject = lines[0].subject
    tested = next((line.days for line in lines if line.detector == "day_test"), np.empty(0, "datetime64[D]"))
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_yticks(range(len(lines)), [NAMES.get(line.detector, line.detector) for line in lines])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_title(
        f"{subject}: days flagged, tall and in colour those of the day test", loc="left", fontsize=look.TEXT
    )
    for row, line in enumerate(lines):
        shared = np.isin(line.days, tested)
        for days, colour, half in (
            (line.days[~shared], look.GREY, 0.2),
            (line.days[shared], look.POPULATIONS.get(subject, look.MARK), 0.4),
        ):
            axes.vlines(date2num(days), row - half, row + half, color=colour, linewidth=0.7)
        if line.valid and row + 1 < len(lines) and not lines[row + 1].valid:
            axes.plot(
                [-LEFT / width * 0.9, 1 + RIGHT / width * 0.95],
                [row + 0.5] * 2,
                transform=axes.get_yaxis_transform(),
                color=look.GREY,
                linewidth=0.5,
                linestyle="--",
                clip_on=False,
            )
        cells = (
            len(line.days),
            int(shared.sum()),
            *map(_percent, (line.false_alarms_local, line.false_alarms_growth)),
        )
        for (place, _), words in zip(COLUMNS, cells, strict=True):
            centred: dict[str, Any] = {
                "transform": axes.get_yaxis_transform(),
                "ha": "center",
                "va": "center",
            }
            axes.text(1 + place / width, row, str(words), **centred, fontsize=look.SMALL)
    for place, words in COLUMNS:
        above: dict[str, Any] = {"transform": axes.transAxes, "ha": "center", "va": "bottom"}
        axes.text(1 + place / width, 1.02, words, **above, fontsize=look.SMALL)


def _percent(share: float | None) -> str:
    return "–" if share is None or np.isnan(share) else f"{100 * share:.0f} %"
