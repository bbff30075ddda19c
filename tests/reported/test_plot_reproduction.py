"""The figure of published numbers that were computed here."""

from takedown.figures.captions import caption_of
from takedown.reported.plot_reproduction import plot_reproduction


def number(source, agrees, reported="10", observed="10", definition="accounts"):
    return {
        "source": source,
        "agrees": agrees,
        "reported": reported,
        "observed": observed,
        "definition": definition,
    }


def test_bars_have_the_numbers_of_each_source_by_agreement():
    rows = [
        number("a", "exactly"),
        number("a", "no", observed="11"),
        number("a", "exactly"),
        number("b", "exactly"),
    ]
    figure = plot_reproduction([*rows, number("c", "", observed="")])
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    widths = [bar.get_width() for bar in axes.patches if bar.get_width()]
    assert widths == [2, 1, 1]


def test_a_number_that_several_print_alike_is_drawn_once_among_those_that_differ_and_a_month_without_a_point():
    differ = [number(source, "no", observed="11") for source in "ab"]
    months = number("a", "no", "2020-03", "2020-05", "last month")
    axes = plot_reproduction([*differ, months]).axes[1]
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "accounts\n10 published, 11 here",
        "last month\n2020-03 published, 2020-05 here",
    ]
    assert [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"] == [1.1]


def test_the_caption_tells_of_differences_only_where_there_are_some():
    assert list(caption_of(plot_reproduction([number("a", "exactly")])).panels) == ["a"]
    assert list(caption_of(plot_reproduction([number("a", "no", observed="9")])).panels) == ["a", "b"]
    assert caption_of(plot_reproduction([number("a", "", observed="")])).shows == ""
