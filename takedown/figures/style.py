"""The style of all figures, and how they are saved: journal widths, a line of provenance, the same bytes each time."""

import logging
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cache, partial
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from pylopdf_fonts_th import sans_path as thai_path
from pylopdf_fonts_zh_cn import sans_path as chinese_path

from takedown.core.measures import PROVENANCE_WORDS, weakest_provenance
from takedown.core.working_folder import whole_file
from takedown.figures.captions import Caption, caption_of
from takedown.figures.font_tables import without_layout_tables

MM_PER_INCH = 25.4
#: Widths of one and of two columns of a journal, in mm.
SINGLE_WIDTH = 89
DOUBLE_WIDTH = 183

#: Sizes of text in points: labels; ticks and notes; the smallest allowed.
TEXT = 7
SMALL = 6
SMALLEST = 6

#: Colours of Okabe and Ito (2008), distinct with any colour vision; in grey their lightness L* differs by 24.
OPERATION = "#0072B2"
CONTROL = "#E69F00"
MARK = "#D55E00"
#: Colours of leader lines, reference lines and bands.
GREY = "#767676"
PALE = "#EDEDED"

#: Colours of populations, by subject.
POPULATIONS = {"operation": OPERATION, "control": CONTROL}
#: Colours of their text, dark enough to be read on white (contrast above 4.5 : 1).
POPULATIONS_IN_TEXT = {"operation": OPERATION, "control": "#8F6200"}

#: Characters without a form of their own: controls, formats, surrogates, private and unassigned ones.
UNPRINTABLE = re.compile(
    "[\0-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufeff\ufff0-\uffff"
    "\U000e0000-\U0010ffff]"
)

#: Suffixes of files with the caption of a figure.
CAPTION_KINDS = {"json": Caption.as_json, "rst": Caption.as_rst}

#: Bold text; the Chinese font has only one weight.
BOLD: dict[str, Any] = {"fontweight": "bold", "fontfamily": "DejaVu Sans"}

#: Yellow of Okabe and Ito, light enough for black text.
_STRIP_COLOUR = "#F0E442"
_FOOTER_LINE = 2.6
_STRIP = 5.5
_MARGIN = 2.0

#: Fonts in the order in which they are tried for each letter.
FONTS = ["DejaVu Sans", "Noto Sans SC", "Noto Sans Thai"]

_CHANGES = {
    "font.family": FONTS,
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
    # Text as outlines needs no fonts on the reader's machine.
    "svg.fonttype": "path",
    "svg.hashsalt": "takedown",
    "timezone": "UTC",
    # A name with two dollar signs is a name.
    "text.parse_math": False,
}


# fontTools logs every step of a subset, which would fill the log of each figure.
logging.getLogger("fontTools").setLevel(logging.WARNING)


@cache
def style() -> dict:
    """Return the settings of every figure: the study's own and Matplotlib's defaults, none of the user's."""
    # Another version of a font on the machine would change the bytes of figures. Matplotlib takes the first of fonts that
    # fit equally well, so the bundled ones come first; its cache may list only the machine's.
    fonts = font_manager.fontManager
    bundled = sorted(Path(matplotlib.get_data_path(), "fonts/ttf").glob("DejaVuSans*.ttf"))
    for path in (*bundled, chinese_path(), thai_path()):
        fonts.addfont(path)
    fonts.ttflist.sort(key=lambda font: Path(font.fname) not in bundled)
    # Setting the backend would close the figures of a notebook.
    defaults = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    return {**defaults, **_CHANGES}


@cache
def _letters() -> frozenset[int]:
    style()
    paths = (font_manager.findfont(name, fallback_to_default=False) for name in FONTS)
    return frozenset(code for path in paths for code in font_manager.get_font(path).get_charmap())


def can_write(words: str) -> bool:
    """Return whether the fonts of the figures have every letter of some words.

    >>> can_write("香港 กองทัพบก"), can_write("বাংলা")
    (True, False)
    """
    return _letters().issuperset(map(ord, words))


def figure_style() -> AbstractContextManager:
    """Return a context in which figures have the study's style."""
    return matplotlib.rc_context(style())


def new_figure(width_mm: float, height_mm: float) -> Figure:
    """Return an empty figure; `save_figure` adds space for the provenance to its height."""
    figure = Figure(figsize=(width_mm / MM_PER_INCH, height_mm / MM_PER_INCH))
    FigureCanvasAgg(figure)
    return figure


def empty_figure(sentence: str) -> Figure:
    """Return a figure that has nothing to show in a study, with a sentence that says why; its caption stays empty."""
    figure = new_figure(SINGLE_WIDTH, 20)
    say(add_axes(figure, 4, 2, SINGLE_WIDTH - 8, 16), sentence)
    return figure


def size_mm(figure: Figure) -> tuple[float, float]:
    """Return width and height of a figure in mm."""
    width, height = figure.get_size_inches() * MM_PER_INCH
    return float(width), float(height)


def add_axes(
    figure: Figure, left_mm: float, bottom_mm: float, width_mm: float, height_mm: float, **options: Any
) -> Axes:
    """Add axes at a position in mm from the lower left corner; `options` are those of Figure.add_axes."""
    width, height = size_mm(figure)
    place = (left_mm / width, bottom_mm / height, width_mm / width, height_mm / height)
    return figure.add_axes(place, **options)


def label_panel(axes: Axes, letter: str, left_mm: float, up_mm: float = 1.5, shows: str = "") -> Text:
    """Write a bold panel letter `left_mm` to the left of the axes and `up_mm` above them; the caption says what it `shows`."""
    points = 72 / MM_PER_INCH
    if shows:
        caption_of(axes.figure.figure).panels[letter] = shows
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


def note(
    axes: Axes, words: str, place: tuple[float, float], offset: tuple[float, float], **options: Any
) -> Text:
    """Write a small note `offset` points from a place, in shares of the axes unless `options` (of annotate) say otherwise."""
    options = {"xycoords": "axes fraction", "fontsize": SMALL, **options}
    return axes.annotate(words, place, offset, textcoords="offset points", **options)


def axes_width_mm(axes: Axes) -> float:
    """Return the width of axes in mm."""
    return axes.get_position().width * size_mm(axes.figure.figure)[0]


def whole_ticks(axis: Axis, most: int | None = None) -> None:
    """Set the ticks of a linear axis at whole numbers, with at most so many steps between them."""
    axis.set_major_locator(MaxNLocator(most or "auto", steps=[1, 2, 2.5, 5, 10], integer=True))


def say(axes: Axes, sentence: str) -> Text:
    """Write a sentence in the middle of axes without data, and remove their ticks."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    return axes.text(
        0.5, 0.5, sentence, transform=axes.transAxes, ha="center", va="center", color=GREY, fontsize=SMALL
    )


def words_of_trace(trace: str) -> str:
    """Return the name of a trace of coordination in words; it is named as its query.

    >>> words_of_trace("co_retweet"), words_of_trace("hashtag_sequence")
    ('co-retweet', 'hashtag sequence')
    """
    return re.sub("(?<![a-z])co_", "co-", trace).replace("_", " ")


def spread_labels(targets: np.ndarray, width: float, low: float, high: float) -> np.ndarray:
    """Move label centres as little as possible (least squares) so that labels of `width` do not overlap.

    `targets` (labels,) are increasing. The centres that are returned keep their order, are at least `width` apart, and
    lie between `low + width / 2` and `high − width / 2`. Raises ValueError if the labels do not fit.

    >>> spread_labels(np.array([0.5, 0.5]), width=0.25, low=0, high=1).tolist()
    [0.375, 0.625]
    """
    count = len(targets)
    if count == 0:
        return np.empty(0)
    if count * width > high - low + 1e-9:
        raise ValueError(f"{count} labels of width {width} do not fit between {low} and {high}")
    # The import takes half a second, and most figures spread no labels.
    from scipy.optimize import isotonic_regression

    steps = width * np.arange(count)
    levels = isotonic_regression(np.asarray(targets, float) - steps).x
    return np.clip(levels, low + width / 2, high - width / 2 - steps[-1]) + steps


def provenance_line(provenance: Mapping[str, str]) -> str:
    """Return a line that names the provenance of the data, given that of each subject.

    >>> provenance_line({"operation": "release", "control": "aggregate"})
    'Data: release – operation; published aggregate – control'
    """
    subjects_by_source: dict[str, list[str]] = {}
    for subject, source in provenance.items():
        subjects_by_source.setdefault(PROVENANCE_WORDS[source], []).append(subject)
    parts = [f"{source} – {', '.join(subjects)}" for source, subjects in subjects_by_source.items()]
    return f"Data: {'; '.join(parts) or 'none'}"


def replica_mark(provenance: Mapping[str, str]) -> str | None:
    """Return the warning that a figure of simulated data must show, given the provenance of each subject; None for others."""
    simulated = [subject for subject, source in provenance.items() if source == "replica"]
    if not simulated:
        return None
    which = "" if len(simulated) == len(provenance) else f" ({', '.join(simulated)})"
    return f"REPLICA{which} – simulated records, not a finding"


def weakest_by_subject(provenances: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return the weakest provenance of each subject's rows; a subject without rows is left out."""
    return {subject: weakest_provenance(rows) for subject, rows in provenances.items() if len(rows)}


def save_figure(
    figure: Figure,
    paths: Iterable[str | Path],
    provenance: Mapping[str, str] | str,
    names: Mapping[str, str] | None = None,
) -> None:
    """Draw the provenance on a figure and write it to each path, in the format of the path's suffix; the caption to json and rst.

    `provenance` gives release, aggregate, reported or replica for each subject shown, or is a line in place of these, for a
    figure of methods, which shows no records; `names` says which archives a subject
    is, in a study of others than the default. The figure becomes higher by a line at the bottom and, if a subject is simulated,
    by a warning at the top, so save it only once. Equal figures give equal bytes at any time, in any time zone and locale.
    Raises ValueError for an unknown provenance.
    """
    caption = caption_of(figure)
    caption.is_wide = size_mm(figure)[0] > SINGLE_WIDTH + 1
    if isinstance(provenance, str):
        line, mark = provenance, None
    else:
        if provenance:
            caption.provenance = weakest_provenance(provenance.values())
        named = {
            f"{subject} ({names[subject]})" if names and subject in names else subject: source
            for subject, source in provenance.items()
        }
        line, mark = provenance_line(named), replica_mark(named)
    with figure_style():
        _draw_provenance(figure, line, mark)
        _replace_unprintable(figure)
        for path in paths:
            kind = Path(path).suffix.removeprefix(".")
            if kind in CAPTION_KINDS:
                with whole_file(path) as whole:
                    whole.write_text(CAPTION_KINDS[kind](caption), encoding="utf-8")
                continue
            metadata = {"pdf": {"CreationDate": None}, "svg": {"Date": None}}.get(kind)
            with whole_file(path) as whole, without_layout_tables():
                figure.savefig(whole, format=kind, metadata=metadata)


def _replace_unprintable(figure: Figure) -> None:
    """Replace controls, directions and joiners in texts, which end the writing of a PDF or make an SVG unsound."""
    for text in figure.findobj(Text):
        if isinstance(text, Text):
            text.set_text(UNPRINTABLE.sub("\ufffd", text.get_text()))
    for axes in figure.axes:
        for formatter in (axes.xaxis.get_major_formatter(), axes.yaxis.get_major_formatter()):
            # Labels that were given one by one; they become texts only when the figure is drawn.
            if isinstance(formatter, FuncFormatter):
                formatter.func = partial(_printable, formatter.func)


def _printable(label_of: Callable[..., str], *place: Any) -> str:
    return UNPRINTABLE.sub("\ufffd", label_of(*place))


def _draw_provenance(figure: Figure, line: str, mark: str | None) -> None:
    width, height = size_mm(figure)
    lines = _wrap(line, figure, width - 2 * _MARGIN)
    below = _FOOTER_LINE * len(lines) + 1.4
    above = _STRIP if mark else 0
    total = height + below + above
    for axes in figure.axes:
        place = axes.get_position(original=True)
        axes.set_position(
            (place.x0, (place.y0 * height + below) / total, place.width, place.height * height / total)
        )
    figure.set_size_inches(width / MM_PER_INCH, total / MM_PER_INCH)
    footer: dict[str, Any] = {"fontsize": SMALLEST, "color": "#404040", "va": "bottom", "linespacing": 1.15}
    figure.text(_MARGIN / width, 1.0 / total, "\n".join(lines), **footer, gid="provenance")
    if mark:
        bottom = (total - _STRIP) / total
        strip = Rectangle((0, bottom), 1, 1 - bottom, transform=figure.transFigure)
        strip.set(color=_STRIP_COLOUR, linewidth=0)
        figure.add_artist(strip)
        centre: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
        figure.text(0.5, (1 + bottom) / 2, mark, **BOLD, **centre, gid="replica")


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
