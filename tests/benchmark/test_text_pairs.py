"""Labelled text pairs against the trace of near-duplicate texts."""

import pytest

from takedown.benchmark.text_pairs import text_pair_table
from takedown.core.errors import InputError

TEXT = "The police arrived before noon and everybody went home"


def table(tmp_path, *rows, header="text_a,text_b,relation"):
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return {row[0]: row[1:] for row in text_pair_table(path)}


def test_a_copy_with_a_link_is_found_and_a_translation_is_not(tmp_path):
    found = table(
        tmp_path,
        (TEXT, f"{TEXT} https://example.org/1", "copy"),
        (TEXT, "Die Polizei kam vor Mittag und alle gingen nach Hause", "translation"),
        (TEXT, "Nothing of this sort was written by anybody today", "unrelated"),
    )
    assert found["copy"][:3] == (1, 1, 1.0)
    assert found["translation"][:3] == (1, 0, 0.0)
    assert found["copy"][-1] == 1.0
    assert "rewording" not in found


def test_texts_too_short_to_compare_are_not_found(tmp_path):
    assert table(tmp_path, ("hello", "hello", "copy"))["copy"][1] == 0


def test_an_unknown_relation_is_told(tmp_path):
    with pytest.raises(InputError, match="'quote'; write one of copy, rewording"):
        table(tmp_path, (TEXT, TEXT, "quote"))


def test_a_missing_column_is_told(tmp_path):
    with pytest.raises(InputError, match="text_a, text_b and relation"):
        table(tmp_path, (TEXT, TEXT), header="text_a,text_b")
