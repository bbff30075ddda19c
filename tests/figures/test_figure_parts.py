"""Parts of figures: hour profiles, axis ticks and labels that keep apart."""

import shutil
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import font_manager

from takedown.creation.plot_calendar import root_ticks
from takedown.figures import style as look
from takedown.posting.hour_profile import hour_profile


def test_an_hour_profile_worked_by_hand():
    # Friday to Sunday: 6 posts at 9 on Friday, 3 at 12 on Saturday, none on Sunday; 9 posts in 72 hours.
    days = np.array(["2019-08-16", "2019-08-17", "2019-08-18"], "datetime64[D]")
    profile = hour_profile(days, np.array([9, 12, 0]), np.array([6, 3, 0]))
    assert profile.posts == 9
    assert profile.working_days[9] == pytest.approx(6 / (9 / 72))
    assert profile.weekend[12] == pytest.approx(3 / 2 / (9 / 72))
    assert profile.working_days.sum() == profile.working_days[9]


def test_a_constant_rate_has_profile_one():
    days = np.repeat(np.arange("2019-08-05", "2019-08-19", dtype="datetime64[D]"), 24)
    profile = hour_profile(days, np.tile(np.arange(24), 14), np.full(14 * 24, 7))
    assert np.allclose(profile.working_days, 1)
    assert np.allclose(profile.weekend, 1)


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
