"""The figure of the topic by week: what it shows, and that it stands without data."""

import numpy as np

from takedown.content.plot_over_time import Weeks, plot_content_over_time

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
    assert figure.axes[1].get_lines()[0].get_xdata()[0] == np.datetime64("2019-06-06")


def test_without_a_list_for_the_topic_the_figure_says_so():
    figure = plot_content_over_time({}, titles={}, protest_days=PROTESTS)
    assert [axes.texts[-1].get_text() for axes in figure.axes] == [
        "no list of terms is configured for the topic"
    ]


def test_each_list_has_a_panel_of_its_own_and_they_share_the_width():
    titles = dict.fromkeys(["one", "two", "three"], "Posts")
    figure = plot_content_over_time({("one", "operation"): WEEKS}, titles=titles, protest_days=PROTESTS[:0])
    widths = {round(axes.get_position().width, 6) for axes in figure.axes}
    assert len(figure.axes) == 3 and len(widths) == 1
    assert figure.axes[-1].get_position().x1 <= 1


def test_without_posts_the_figure_says_so():
    figure = plot_content_over_time({}, titles=TITLES, protest_days=PROTESTS)
    assert [axes.texts[-1].get_text() for axes in figure.axes] == ["no archive has posts"] * 2
