"""How every figure looks and how it is saved: journal widths, one style, its provenance, the same bytes."""

import logging
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from pylopdf_fonts_zh_cn import sans_path

from takedown.core.measures import weakest_provenance
from takedown.core.working_folder import whole_file
from takedown.figures.font_tables import without_layout_tables

MM_PER_INCH = 25.4
#: Widths of one and of two columns of a journal, in mm.
SINGLE_WIDTH = 89
DOUBLE_WIDTH = 183

#: Sizes of text in points: labels; ticks and notes; the least that is allowed.
TEXT = 7
SMALL = 6
SMALLEST = 6

#: Okabe and Ito (2008), told apart with any colour vision; in grey by 24 in lightness L*.
OPERATION = "#0072B2"
CONTROL = "#E69F00"
MARK = "#D55E00"
#: Ink of what is no data: leader lines, reference lines, bands.
GREY = "#767676"
PALE = "#EDEDED"

#: Inks of populations, by the subject's name.
POPULATIONS = {"operation": OPERATION, "control": CONTROL}
#: The same for text, dark enough to be read on white (contrast above 4.5 : 1).
POPULATIONS_IN_TEXT = {"operation": OPERATION, "control": "#8F6200"}

PROVENANCE_WORDS = {
    "release": "release",
    "aggregate": "published aggregate",
    "reported": "reported by others",
    "replica": "replica (simulated records)",
}

#: Bold text; the Chinese font has one weight only.
BOLD: dict[str, Any] = {"fontweight": "bold", "fontfamily": "DejaVu Sans"}

#: Yellow of Okabe and Ito, light enough for black text.
_STRIP_COLOUR = "#F0E442"
_FOOTER_LINE = 2.6
_STRIP = 5.5
_MARGIN = 2.0

_CHANGES = {
    "font.family": ["DejaVu Sans", "Noto Sans SC"],
    "font.size": TEXT,
    "axes.titlesize": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": SMALL,
    "axes.linewidth": 0.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.labelpad": 2,
    "axes.titlepad": 3,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.size": 2,
    "ytick.major.size": 2,
    "xtick.minor.width": 0.4,
    "xtick.minor.size": 1.2,
    "xtick.major.pad": 2,
    "ytick.major.pad": 2,
    "lines.linewidth": 0.8,
    "patch.linewidth": 0.5,
    "hatch.linewidth": 0.4,
    "legend.frameon": False,
    "figure.dpi": 300,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    # Outlines look the same everywhere; text would need both fonts on the reader's machine.
    "svg.fonttype": "path",
    "svg.hashsalt": "takedown",
    "timezone": "UTC",
}


# Fonttools tells every step of a subset, which would fill the log of each figure.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@cache
def style() -> dict:
    """Return the settings of every figure: ours on top of Matplotlib's defaults, nothing of the user's."""
    # A font of the same family that the machine has is another version, which would change the bytes of figures: of fonts
    # that fit as well the first is taken. Matplotlib's cache of fonts may know the machine's alone.
    fonts = font_manager.fontManager
    bundled = sorted(Path(matplotlib.get_data_path(), "fonts/ttf").glob("DejaVuSans*.ttf"))
    for path in (*bundled, sans_path()):
        fonts.addfont(path)
    fonts.ttflist.sort(key=lambda font: Path(font.fname) not in bundled)
    # The backend is no matter of style, and setting it would close figures of a notebook.
    defaults = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    return {**defaults, **_CHANGES}


def figure_style() -> AbstractContextManager:
    """Return a context in which figures are drawn and saved in the study's style."""
    return matplotlib.rc_context(style())


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure; `save_figure` adds the room of the provenance line to its height."""
    figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH))
    FigureCanvasAgg(figure)
    return figure


def size_mm(figure: Figure) -> tuple[float, float]:
    """Return width and height of a figure in mm."""
    width, height = figure.get_size_inches() * MM_PER_INCH
    return float(width), float(height)


def add_axes(
    figure: Figure, left_mm: float, bottom_mm: float, width_mm: float, height_mm: float, **options: Any
) -> Axes:
    """Add axes at a place given in mm from the lower left corner; `options` are those of Figure.add_axes."""
    width, height = size_mm(figure)
    place = (left_mm / width, bottom_mm / height, width_mm / width, height_mm / height)
    return figure.add_axes(place, **options)


def label_panel(axes: Axes, letter: str, left_mm: float, up_mm: float = 1.5) -> Text:
    """Write a bold panel letter `left_mm` to the left of the axes and `up_mm` above them."""
    points = 72 / MM_PER_INCH
    return axes.annotate(
        letter,
        (0, 1),
        (-left_mm * points, up_mm * points),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=8,
        **BOLD,
        annotation_clip=False,
    )


def say(axes: Axes, sentence: str) -> Text:
    """Write a sentence in the middle of empty axes and take their ticks away."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return axes.text(
        0.5, 0.5, sentence, transform=axes.transAxes, ha="center", va="center", color=GREY, fontsize=SMALL
    )


def words_of_trace(trace: str) -> str:
    """Return the name of a trace of coordination, which is that of its query, in words."""
    return re.sub("(?<![a-z])co_", "co-", trace).replace("_", " ")


def spread_labels(targets: np.ndarray, width: float, low: float, high: float) -> np.ndarray:
    """Move label centres as little as possible (least squares) so that labels of `width` do not overlap.

    `targets` are increasing; the results keep their order, lie `width` or more apart and between
    `low + width / 2` and `high − width / 2`. Raises ValueError if that many labels do not fit.
    """
    count = len(targets)
    if count == 0:
        return np.empty(0)
    if count * width > high - low + 1e-9:
        raise ValueError(f"{count} labels of width {width} do not fit between {low} and {high}")
    # Here, because most figures spread no labels and the import takes half a second.
    from scipy.optimize import isotonic_regression

    steps = width * np.arange(count)
    levels = isotonic_regression(np.asarray(targets, float) - steps).x
    return np.clip(levels, low + width / 2, high - width / 2 - steps[-1]) + steps


def provenance_line(provenance: Mapping[str, str]) -> str:
    """Say where the data of each subject come from: subject → release, aggregate, reported or replica."""
    subjects_by_source: dict[str, list[str]] = {}
    for subject, source in provenance.items():
        subjects_by_source.setdefault(PROVENANCE_WORDS[source], []).append(subject)
    parts = [f"{source} – {', '.join(subjects)}" for source, subjects in subjects_by_source.items()]
    return f"Data: {'; '.join(parts) or 'none'}"


def replica_mark(provenance: Mapping[str, str]) -> str | None:
    """Return the words that a figure with simulated data must bear, None for a figure without."""
    simulated = [subject for subject, source in provenance.items() if source == "replica"]
    if not simulated:
        return None
    which = "" if len(simulated) == len(provenance) else f" ({', '.join(simulated)})"
    return f"REPLICA{which} – simulated records, not a finding"


def weakest_by_subject(provenances: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return the weakest provenance of each subject's rows; a subject without a row is left out."""
    return {subject: weakest_provenance(rows) for subject, rows in provenances.items() if len(rows)}


def save_figure(
    figure: Figure,
    paths: Iterable[str | Path],
    provenance: Mapping[str, str],
    names: Mapping[str, str] | None = None,
) -> None:
    """Draw the provenance on a figure and write it to each path, in the format of the path's suffix.

    `provenance` gives release, aggregate, reported or replica for each subject shown, `names` what a subject is where it is not
    that of the study that comes with the workflow. The figure grows by a line below
    the axes and, where a subject is simulated, by a strip above them, so save it once. Equal figures give
    equal bytes at any time, in any time zone and locale. Raises ValueError for an unknown provenance.
    """
    if provenance:
        weakest_provenance(provenance.values())
    with figure_style():
        _draw_provenance(figure, _with_names(provenance, names or {}))
        for path in paths:
            kind = Path(path).suffix.removeprefix(".")
            metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
            with whole_file(path) as whole, without_layout_tables():
                figure.savefig(whole, format=kind, metadata=metadata)


def _with_names(provenance: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {
        f"{subject} ({names[subject]})" if subject in names else subject: source
        for subject, source in provenance.items()
    }


def _draw_provenance(figure: Figure, provenance: Mapping[str, str]) -> None:
    width, height = size_mm(figure)
    lines = _wrap(provenance_line(provenance), figure, width - 2 * _MARGIN)
    mark = replica_mark(provenance)
    below = _FOOTER_LINE * len(lines) + 1.4
    above = _STRIP if mark else 0
    total = height + below + above
    for axes in figure.axes:
        place = axes.get_position(original=True)
        axes.set_position(
            (place.x0, (place.y0 * height + below) / total, place.width, place.height * height / total)
        )
    figure.set_size_inches(width / MM_PER_INCH, total / MM_PER_INCH)
    figure.text(
        _MARGIN / width,
        1.0 / total,
        "\n".join(lines),
        fontsize=SMALLEST,
        color="#404040",
        va="bottom",
        linespacing=1.15,
        gid="provenance",
    )
    if mark:
        bottom = (total - _STRIP) / total
        figure.add_artist(
            Rectangle(
                (0, bottom), 1, 1 - bottom, transform=figure.transFigure, color=_STRIP_COLOUR, linewidth=0
            )
        )
        figure.text(
            0.5,
            (1 + bottom) / 2,
            mark,
            **BOLD,
            ha="center",
            va="center_baseline",
            gid="replica",
        )


def text_width_mm(figure: Figure, words: str, size: float) -> float:
    """Return the width of a line of text in mm."""
    artist = figure.text(0, 0, words, fontsize=size)
    width = artist.get_window_extent().width / figure.dpi * MM_PER_INCH
    artist.remove()
    return float(width)


def _wrap(words: str, figure: Figure, width_mm: float) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width_mm(figure, longer, SMALLEST) > width_mm:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
