"""The figure of the topic by week: what it shows, and that it stands without data."""

import numpy as np
import pytest

from takedown.content.plot_over_time import Weeks, plot_content_over_time
from takedown.figures.captions import caption_of
from tests.drawn_figures import words_of

MONDAYS = np.array(["2019-06-03", "2019-06-10", "2019-06-17"], "datetime64[D]")
WEEKS = Weeks(MONDAYS, np.array([0.1, 0.5, 0.9]), np.array([0, np.nan, 0.8]), np.array([0.2, np.nan, 1]))
TITLES = {"hong_kong": "Posts on Hong Kong", "protest": "Posts on protests"}
PROTESTS = np.array(["2019-06-09", "2019-06-12", "2019-10-01"], "datetime64[D]")


def test_each_population_has_a_curve_in_each_panel_and_protests_inside_the_weeks_are_marked():
    curves = {(topic, who): WEEKS for topic in ("hong_kong", "protest") for who in ("operation", "control")}
    figure = plot_content_over_time(curves, titles=TITLES, protest_days=PROTESTS)
    for axes in figure.axes:
        *lines, marks = axes.get_lines()
        assert [line.get_ydata().tolist() for line in lines] == [[0.1, 0.5, 0.9]] * 2
        assert len(marks.get_xdata()) == 2
    words = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert words == ["operation (shaded: 95 % interval)", "control (shaded: 95 % interval)", "day of protest"]


def test_a_week_stands_at_its_thursday():
    figure = plot_content_over_time({("protest", "operation"): WEEKS}, titles=TITLES, protest_days=PROTESTS)
    assert figure.axes[0].get_lines()[0].get_xdata()[0] == np.datetime64("2019-06-06")


def test_each_list_with_posts_has_a_panel_of_its_own_and_they_share_the_width():
    titles = dict.fromkeys(["one", "two", "three"], "Posts")
    curves = {(topic, "operation"): WEEKS for topic in ("one", "three")}
    figure = plot_content_over_time(curves, titles=titles, protest_days=PROTESTS[:0])
    widths = {round(axes.get_position().width, 6) for axes in figure.axes}
    assert len(figure.axes) == 2 and len(widths) == 1
    assert figure.axes[-1].get_position().x1 <= 1


@pytest.mark.parametrize("titles", [{}, TITLES])
def test_without_posts_or_lists_the_figure_says_so_and_has_no_caption(titles):
    figure = plot_content_over_time({}, titles=titles, protest_days=PROTESTS)
    assert "no archive has posts" in words_of(figure)
    assert caption_of(figure).shows == ""
