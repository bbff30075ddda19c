"""The private part of fontTools is in one module, which says so where it is gone."""

import pytest
from fontTools.subset import Options

from takedown.core.errors import InputError
from takedown.figures.font_tables import LAYOUT_TABLES, without_layout_tables


def test_fonts_do_without_the_layout_tables_in_the_context_alone():
    before = Options().drop_tables
    assert not set(LAYOUT_TABLES) & set(before)
    with pytest.raises(ZeroDivisionError), without_layout_tables():
        assert set(Options().drop_tables) == {*before, *LAYOUT_TABLES}
        raise ZeroDivisionError
    assert Options().drop_tables == before


def test_a_fonttools_without_the_list_of_tables_is_told_in_a_sentence(monkeypatch):
    monkeypatch.delattr(Options, "_drop_tables_default")
    with (
        pytest.raises(InputError, match=r"^fonttools [\d.]+ has no .*_drop_tables_default, .*txt\.$"),
        without_layout_tables(),
    ):
        pass
