"""Fonts in PDFs without the tables that place letters: Matplotlib has no setting for it.

Letters in a PDF are placed already, and to read and shrink these tables takes half of the time of a PDF.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

#: Tables of a font that control the placing of letters.
LAYOUT_TABLES = ("GDEF", "GPOS", "GSUB", "kern")


@contextmanager
def without_layout_tables() -> Iterator[None]:
    """Leave `LAYOUT_TABLES` out of the fonts that fontTools loads to shrink them, in this context."""
    load_font = subset.load_font

    def load(*file: Any, **options: Any) -> TTFont:
        font = load_font(*file, **options)
        for table in LAYOUT_TABLES:
            if table in font:
                del font[table]
        return font

    subset.load_font = load
    try:
        yield
    finally:
        subset.load_font = load_font
