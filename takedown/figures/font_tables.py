"""The private part of fontTools that this study uses: which tables a font in a PDF does without.

Matplotlib names tables to fontTools in the same way, but has no setting for further ones. Tried with fontTools 4.68.0.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fontTools.subset import Options

from takedown.core.errors import missing_part

TRIED = "4.68.0"

#: Tables of a font that say how letters follow one another. A PDF holds them placed already, and to make these tables smaller
#: takes half of its time.
LAYOUT_TABLES = ("GDEF", "GPOS", "GSUB")


@contextmanager
def without_layout_tables() -> Iterator[None]:
    """Leave `LAYOUT_TABLES` out of the fonts of PDFs that are written in this context; raise InputError if that cannot be done."""
    before = getattr(Options, "_drop_tables_default", None)
    if before is None:
        raise missing_part("fonttools", "fontTools.subset.Options._drop_tables_default", TRIED)
    Options._drop_tables_default = [*before, *LAYOUT_TABLES]
    try:
        yield
    finally:
        Options._drop_tables_default = before
