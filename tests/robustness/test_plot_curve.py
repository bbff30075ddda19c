"""The figure of the specification curves: what it shows, that nothing overlaps, and that it grows with the choices."""

import itertools

import numpy as np

from takedown.figures import style as look
from takedown.robustness.plot_curve import SpecificationCurve, plot_specifications
from tests.drawn_figures import marked, overlaps, words_of

CHOICES = {
    "last_day": ["2019-08-19", "2019-05-31", "2018-12-31"],
    "language": ["all", "zh", "en"],
    "utc_offset_hours": ["8", "7", "9"],
    "hours": ["9-18", "8-18"],
    "largest_month": ["kept", "left out"],
    "window": ["day", "week"],
}


def curve(**lists) -> SpecificationCurve:
    """Return a curve over the choices given, with estimates around 10 of which the smallest hold no effect."""
    combined = list(itertools.product(*lists.values()))
    choices = {name: np.array([row[place] for row in combined]) for place, name in enumerate(lists)}
    values = np.geomspace(1.5, 60, len(combined))[::-1]
    return SpecificationCurve(choices, values, values / 3, values * 3)


def figure(bursts: SpecificationCurve, office_hours: SpecificationCurve):
    curves = {"bursts": bursts, "office_hours": office_hours}
    return marked(plot_specifications(curves), {"operation": "aggregate"})


FULL = curve(**CHOICES)
ONE = curve(window=["day"])
NOTHING = SpecificationCurve({"window": np.array([], str)}, *np.empty((3, 0)))


def test_no_two_texts_overlap_and_none_leaves_the_figure():
    drawn = figure(FULL, FULL)
    assert overlaps(drawn) == []
    width = drawn.bbox.width
    texts = [text for axes in drawn.axes for text in axes.texts]
    edges = np.array([text.get_window_extent().extents for text in texts])
    assert edges[:, 0].min() >= 0
    assert edges[:, 2].max() <= width
    assert look.size_mm(drawn)[0] == 183


def test_every_alternative_is_named_and_the_specifications_counted():
    words = words_of(figure(FULL, FULL))
    assert "216 specifications" in words
    for name in ("last creation day", "2018-12-31", "+7", "9 to 18", "left out", "fullest month"):
        assert name in words


def test_a_new_alternative_makes_the_figure_higher_by_a_row():
    more = curve(**CHOICES | {"language": ["all", "zh", "en", "ru"]})
    assert look.size_mm(figure(FULL, more))[1] > look.size_mm(figure(FULL, FULL))[1]


def test_one_specification_and_none_can_be_drawn():
    alone = figure(ONE, NOTHING)
    assert len(alone.axes) == 2 and "office" not in words_of(alone)
    assert "no specification has a value" in words_of(figure(NOTHING, NOTHING))


def test_ratios_of_zero_are_drawn():
    zero = SpecificationCurve(
        {"window": np.array(["day"])}, np.zeros(1), np.full(1, np.nan), np.full(1, np.nan)
    )
    assert "1 specification" in words_of(figure(zero, zero))


def test_a_specification_without_a_value_is_left_out_and_the_others_are_sorted():
    values = np.array([5.0, np.nan, 3.0])
    some = SpecificationCurve({"window": np.array(["day", "week", "month"])}, values, values / 2, values * 2)
    axes = figure(some, NOTHING).axes[0]
    points = [line.get_ydata() for line in axes.lines if line.get_marker() == "."]
    assert np.concatenate(points).tolist() == [3, 5]


def test_a_table_is_read_with_its_choices_between_number_and_value():
    columns = {
        "specification": ["1", "2"],
        "window": ["day", "week"],
        "value": ["2.5", ""],
        "low": ["1", ""],
        "high": ["6", ""],
        "n": ["4", ""],
    }
    read = SpecificationCurve.of_table(columns)
    assert list(read.choices) == ["window"]
    assert read.rows == [("window", "day"), ("window", "week")]
    assert read.values[0] == 2.5
    assert np.isnan(read.values[1])
