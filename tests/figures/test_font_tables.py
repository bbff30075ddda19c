"""Fonts of PDFs lose the tables that place letters while a figure is written, and at no other time."""

from pathlib import Path

import matplotlib
import pytest
from fontTools import subset

from takedown.figures.font_tables import LAYOUT_TABLES, without_layout_tables

FONT = Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf")


def tables() -> set[str]:
    with subset.load_font(FONT, subset.Options()) as font:
        return {*font.keys()}


def test_fonts_do_without_the_layout_tables_in_the_context_alone():
    before = tables()
    assert set(LAYOUT_TABLES) <= before
    with pytest.raises(ZeroDivisionError), without_layout_tables():
        assert tables() == before - set(LAYOUT_TABLES)
        raise ZeroDivisionError
    assert tables() == before
