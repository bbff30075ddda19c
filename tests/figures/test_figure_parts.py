"""Parts of figures: hour profiles, axis ticks and labels that keep apart."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager

from takedown.creation.plot_calendar import root_ticks
from takedown.figures import style as look


def test_root_ticks_of_a_peak_of_119():
    assert root_ticks(119, 2).tolist() == [0, 5, 20, 50, 100]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_spread_labels_keep_order_distance_and_bounds(targets):
    targets = np.sort(targets)
    centres = look.spread_labels(targets, 0.1, 0, 1)
    assert (np.diff(centres) >= 0.1 - 1e-9).all()
    assert centres.min() >= 0.05 - 1e-9
    assert centres.max() <= 0.95 + 1e-9


def test_labels_with_room_stay_where_they_are():
    assert look.spread_labels(np.array([0.2, 0.5]), 0.1, 0, 1).tolist() == pytest.approx([0.2, 0.5])


def test_labels_without_room_are_refused():
    with pytest.raises(ValueError):
        look.spread_labels(np.array([0.2, 0.3, 0.4]), 0.4, 0, 1)


def test_a_font_of_the_machine_does_not_take_the_place_of_the_bundled_one(tmp_path, monkeypatch):
    bundled = Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")
    copy = shutil.copy(bundled, tmp_path)
    fonts = font_manager.FontManager()
    fonts.ttflist = [font_manager.ttfFontProperty(font_manager.get_font(copy))]
    monkeypatch.setattr(font_manager, "fontManager", fonts)
    assert fonts.findfont("DejaVu Sans") == copy
    look.style.cache_clear()
    look.style()
    assert Path(fonts.findfont("DejaVu Sans")) == bundled


@pytest.mark.filterwarnings("ignore:Glyph")
@pytest.mark.parametrize(
    "name",
    ["a $x^ b$", "$\\frac{$", "$$", "$", "\\$_$", "<b>&amp;</b>]]>", "\x01\x1b[2J", "\u202eabc", "a\nb\n"],
)
def test_no_name_in_a_figure_is_markup(tmp_path, name):
    with look.figure_style():
        figure = look.new_figure(89, 40)
        axes = look.add_axes(figure, 10, 10, 70, 25)
        axes.plot([0, 1], [0, 1], label=name)
        axes.set(title=name, xlabel=name, ylabel=name)
        axes.set_xticks([0, 1], [name, name])
        axes.text(0, 0, name)
        axes.legend()
    paths = [tmp_path / f"figure.{kind}" for kind in ("pdf", "svg", "png")]
    look.save_figure(figure, paths, {"operation": "release"}, {"operation": name})
    ElementTree.parse(tmp_path / "figure.svg")
