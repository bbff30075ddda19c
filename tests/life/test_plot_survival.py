"""The figure of accounts' lives: legible, marked, and drawn whatever is missing."""

import numpy as np
import pytest

from takedown.figures import style as look
from takedown.life.plot_survival import PANELS, SurvivalCurve, plot_account_life
from tests.drawn_figures import box, drawn_texts, marked, overlaps


def curve(last: int, step: int = 100) -> SurvivalCurve:
    days = np.arange(0, last + 1, step)
    survival = np.exp(-days / 400)
    return SurvivalCurve(
        days, (5000 * survival).astype(int), survival, survival * 0.9, np.minimum(1, survival * 1.1)
    )


def curves(*keys: tuple[str, str, int], panels=PANELS) -> dict:
    return {(panel, subject, since): curve(last) for panel in panels for subject, since, last in keys}


CASES = {
    "all": curves(
        ("control", "2018-01-01", 594), ("operation", "2011-01-29", 3000), ("operation", "2018-01-01", 500)
    ),
    "one population": curves(("operation", "2011-01-29", 3122)),
    "one panel": curves(("control", "2018-01-01", 594), panels=["first_post"]),
    "one day": {("reactivation", "operation", "2018-01-01"): curve(0)},
    "nothing": {},
}


@pytest.mark.parametrize("case", CASES)
def test_every_text_is_large_enough_inside_the_figure_and_free_of_others(case: str) -> None:
    figure = marked(plot_account_life(CASES[case]), {"operation": "replica", "control": "replica"})
    texts, frame = drawn_texts(figure), figure.bbox
    assert min(text.get_fontsize() for text in texts) >= look.SMALLEST
    assert all(frame.x0 <= box(text).x0 and box(text).x1 <= frame.x1 for text in texts)
    assert overlaps(figure) == []


def test_numbers_at_risk_are_those_of_days_that_the_table_holds() -> None:
    thin = SurvivalCurve(*(column[[0, 2, 5]] for column in vars(curve(500)).values()))
    figure = plot_account_life({("first_post", "control", "2018-01-01"): thin})
    words = [text.get_text() for text in drawn_texts(figure)]
    assert f"{thin.at_risk[1]:,}" in words and f"{thin.at_risk[2]:,}" in words
    assert sum(word.replace(",", "").isdigit() and "," in word for word in words) == 3


def test_a_curve_that_begins_earlier_is_dashed_and_has_no_band() -> None:
    figure = plot_account_life(CASES["all"])
    lines = {line.get_label(): line for line in figure.axes[0].lines}
    styles = {
        label.split(", ")[1]: line.get_linestyle() for label, line in lines.items() if "operation" in label
    }
    assert styles == {"posts from 2011-01-29 on": "--", "posts from 2018-01-01 on": "-"}
    assert len(figure.axes[0].collections) == 2
