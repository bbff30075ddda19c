"""Files of figures: equal bytes anywhere, fonts and glyphs, colours that differ in grey."""

import io
import os
import re
import subprocess
import sys
import zlib

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.colors import to_rgb

from takedown.figures import style as look
from tests.drawn_figures import COMPARED, digests, real_demonstration, save_compared, saved

ELSEWHERE = """
import locale, sys
from pathlib import Path
sys.path[:0] = {path!r}
locale.setlocale(locale.LC_ALL, "")
from tests.drawn_figures import save_compared
save_compared(Path(sys.argv[1]))
"""


def test_files_are_equal_in_another_process_time_zone_and_locale(root, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    environment = {**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
    environment["SOURCE_DATE_EPOCH"] = "86400"
    code = ELSEWHERE.format(path=[str(root), *filter(None, sys.path)])
    with subprocess.Popen([sys.executable, "-c", code, str(there)], env=environment, cwd=tmp_path) as other:
        files = save_compared(here)
    assert other.returncode == 0
    assert len(files) == 3 * len(COMPARED)
    assert files == digests(there)


def test_a_users_settings_do_not_change_a_figure(tmp_path):
    import matplotlib

    folders = tmp_path / "plain", tmp_path / "changed"
    for folder, settings in zip(folders, ({}, {"font.size": 20, "axes.facecolor": "red"}), strict=True):
        folder.mkdir()
        with matplotlib.rc_context(settings):
            saved(real_demonstration(), folder, {"operation": "aggregate"})
    assert digests(folders[0]) == digests(folders[1])


def test_saving_leaves_whole_files_without_dates_and_with_truetype_text(tmp_path):
    figure = look.new_figure(89, 40)
    with look.figure_style():
        look.say(look.add_axes(figure, 5, 5, 79, 30), "posts")
    saved(figure, tmp_path, {"operation": "aggregate"}, ("pdf", "svg", "png"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figure.pdf", "figure.png", "figure.svg"]
    content = (tmp_path / "figure.pdf").read_bytes()
    assert b"CreationDate" not in content
    assert b"/Type3" not in content
    assert b"<dc:date>" not in (tmp_path / "figure.svg").read_bytes()


def test_fonts_of_a_pdf_hold_letters_and_not_how_they_are_laid_out(tmp_path):
    figure = look.new_figure(89, 40)
    with look.figure_style():
        look.say(look.add_axes(figure, 5, 5, 79, 30), "posts 香港")
    saved(figure, tmp_path, {"operation": "aggregate"}, ("pdf",))
    streams = re.findall(
        rb"stream\r?\n(.*?)\r?\nendstream", (tmp_path / "figure.pdf").read_bytes(), flags=re.S
    )
    contents = [zlib.decompress(stream) for stream in streams if stream[:1] == b"\x78"]
    fonts = [TTFont(io.BytesIO(content)) for content in contents if content[:4] == b"\0\1\0\0"]
    assert len(fonts) >= 2
    for font in fonts:
        assert "glyf" in font
        assert not {"GDEF", "GPOS", "GSUB"} & set(font.keys())


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_chinese_text_has_glyphs(kind, tmp_path):
    figure = look.new_figure(89, 40)
    with look.figure_style():
        look.say(look.add_axes(figure, 5, 5, 79, 30), "香港 新聞 時政 时政 暴徒 – posts")
    saved(figure, tmp_path, {"operation": "aggregate"}, (kind,))


def test_a_missing_glyph_is_an_error(tmp_path):
    figure = look.new_figure(89, 40)
    with look.figure_style():
        look.say(look.add_axes(figure, 5, 5, 79, 30), "\U0001f1ed\U0001f1f0")
    with pytest.raises(UserWarning, match="missing from"):
        saved(figure, tmp_path, {"operation": "aggregate"})


def lightness(colour: str) -> float:
    """Return CIE L* of a colour: how light it is in grey."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return 116 * np.cbrt(linear @ [0.2126, 0.7152, 0.0722]) - 16


def test_populations_differ_in_grey():
    assert abs(lightness(look.OPERATION) - lightness(look.CONTROL)) > 20
