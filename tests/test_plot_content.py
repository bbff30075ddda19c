"""The figure of the topic by week: what it shows, and that it stands without data."""

import numpy as np

from takedown.plots.content_over_time import Weeks, plot_content_over_time

MONDAYS = np.array(["2019-06-03", "2019-06-10", "2019-06-17"], "datetime64[D]")
WEEKS = Weeks(MONDAYS, np.array([0.1, 0.5, 0.9]), np.array([0, np.nan, 0.8]), np.array([0.2, np.nan, 1]))
PROTESTS = np.array(["2019-06-09", "2019-06-12", "2019-10-01"], "datetime64[D]")


def test_each_population_has_a_curve_in_each_panel_and_protests_inside_the_weeks_are_marked():
    curves = {(topic, who): WEEKS for topic in ("hong_kong", "protest") for who in ("operation", "control")}
    figure = plot_content_over_time(curves, protest_days=PROTESTS)
    for axes in figure.axes:
        *lines, marks = axes.get_lines()
        assert [line.get_ydata().tolist() for line in lines] == [[0.1, 0.5, 0.9]] * 2
        assert len(marks.get_xdata()) == 2
    words = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert words == ["operation, 95 % interval shaded", "control, 95 % interval shaded", "day of protest"]


def test_a_week_stands_at_its_thursday():
    figure = plot_content_over_time({("protest", "operation"): WEEKS}, protest_days=PROTESTS)
    assert figure.axes[1].get_lines()[0].get_xdata()[0] == np.datetime64("2019-06-06")


def test_without_posts_the_figure_says_so():
    figure = plot_content_over_time({}, protest_days=PROTESTS)
    assert [axes.texts[-1].get_text() for axes in figure.axes] == ["no posts in any archive"] * 2
