"""The private part of fontTools that this study uses: the list of tables that fonts in a PDF leave out.

Matplotlib passes such a list to fontTools, but has no setting to extend it. Tried with fontTools 4.68.0.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fontTools.subset import Options

from takedown.core.errors import missing_part

TRIED = "4.68.0"

#: Tables of a font that control the placing of letters. Letters in a PDF are already placed, and to shrink these tables takes
#: half of the time of a PDF.
LAYOUT_TABLES = ("GDEF", "GPOS", "GSUB")


@contextmanager
def without_layout_tables() -> Iterator[None]:
    """Leave `LAYOUT_TABLES` out of the fonts of PDFs that are written in this context.

    Raises InputError if this version of fontTools does not allow it.
    """
    before = getattr(Options, "_drop_tables_default", None)
    if before is None:
        raise missing_part("fonttools", "fontTools.subset.Options._drop_tables_default", TRIED)
    Options._drop_tables_default = [*before, *LAYOUT_TABLES]
    try:
        yield
    finally:
        Options._drop_tables_default = before
