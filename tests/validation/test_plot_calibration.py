"""The figure of the calibration shows every rate and distinguishes the methods in use."""

from takedown.validation.calibration.study import Rate
from takedown.validation.plot_calibration import plot_calibration

ROW = Rate(
    "office_day", "awake 8–24", "type I error", 0.05, 2000, 100, 0.05, 0.04, 0.06, True, "study", "", 2, 10
)


def row(**changes):
    return Rate(**{**ROW.__dict__, **changes})


def points(axes):
    return [line for line in axes.lines if line.get_marker() == "o"]


def test_every_rate_is_a_point_in_the_panel_of_its_quantity():
    rates = [
        ROW,
        row(scenario="another"),
        row(method="rayleigh_by_post", rate=0.99, low=0.98, high=1.0, used=False),
        row(quantity="coverage", rate=0.9, low=0.88, high=0.92),
        row(quantity="power", rate=0.5, low=0.4, high=0.6),
    ]
    figure = plot_calibration(rates)
    assert [len(points(axes)) for axes in figure.axes] == [2, 1, 1, 1]
    assert [tick.get_text() for tick in figure.axes[0].get_yticklabels()] == ["office day"]


def test_what_a_method_cannot_tell_is_no_error_of_it():
    figure = plot_calibration(
        [ROW, row(scenario="another zone", role="limit", rate=0.9, low=0.88, high=0.92)]
    )
    assert len(points(figure.axes[0])) == 1


def test_methods_that_no_claim_rests_on_are_hollow():
    used, naive = plot_calibration([ROW, row(method="naive", used=False)]).axes[:2]
    assert points(used)[0].get_markerfacecolor() != "white"
    assert points(naive)[0].get_markerfacecolor() == "white"


def test_a_table_without_rates_gives_a_figure():
    figure = plot_calibration([])
    assert [axes.texts[-1].get_text() for axes in figure.axes] == ["none"] * 4
