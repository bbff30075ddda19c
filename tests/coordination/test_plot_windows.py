"""The figure of shares by window: legible, marked, and drawn whatever is missing."""

import numpy as np
import pytest

from takedown.coordination.catalogue import trace_names
from takedown.coordination.plot_windows import ShiftLine, WindowLine, plot_coordination_windows
from takedown.figures import style as look
from tests.drawn_figures import box, drawn_texts, marked, overlaps, words_of

WINDOWS = np.array([60, 180, 600, 1800, 3600, 10800, 28800, 86400])


def line(first: float, windows: np.ndarray = WINDOWS) -> WindowLine:
    share = np.linspace(first, 1, len(windows))
    return WindowLine(
        windows, share, share * 0.9, share * 0.8, share * 0.95, share * 0.5, share * 0.4, share * 0.6
    )


def shift(value: float, shifts: np.ndarray = 10 * WINDOWS) -> ShiftLine:
    excess = np.full(len(shifts), value)
    return ShiftLine(shifts, excess, excess - 0.1, excess * np.nan)


def both(traces: list[str], **choices) -> tuple[dict, dict]:
    subjects = {"operation": 0.2, "control": 0.21}
    lines = {(trace, name): line(first, **choices) for trace in traces for name, first in subjects.items()}
    return lines, {name: shift(value) for name, value in subjects.items()}


CASES = {
    "all": both(["co_tweet_or_co_retweet", *trace_names()]),
    "one trace": both(["co_tweet_or_co_retweet"]),
    "one window": both(["co_tweet_or_co_retweet", "co_link"], windows=np.array([120])),
    "windows of days": both(["co_tweet_or_co_retweet", "co_link"], windows=np.array([3600, 172800, 604800])),
    "one population": ({("co_tweet_or_co_retweet", "operation"): line(0.3)}, {"operation": shift(0)}),
    "nothing": ({}, {}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_text_is_large_enough_inside_the_figure_and_free_of_others(case: str) -> None:
    figure = marked(plot_coordination_windows(*CASES[case]), {"operation": "replica", "control": "replica"})
    texts, frame = drawn_texts(figure), figure.bbox
    assert min(text.get_fontsize() for text in texts) >= look.SMALLEST
    assert all(frame.x0 <= box(text).x0 and box(text).x1 <= frame.x1 for text in texts)
    assert all(frame.y0 <= box(text).y0 and box(text).y1 <= frame.y1 for text in texts)
    assert overlaps(figure) == []


def test_the_first_trace_is_large_and_the_others_small() -> None:
    figure = plot_coordination_windows(*CASES["all"])
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles[0] == "co-tweet or co-retweet"
    assert len(titles) == 2 + len(trace_names()) and "co-retweet" in titles[2:]
    widths = [axes.get_position().width for axes in figure.axes]
    assert widths[0] > 2 * widths[2]


def test_observed_and_shifted_shares_are_lines_of_their_own() -> None:
    figure = plot_coordination_windows(*CASES["one trace"])
    shown = CASES["one trace"][0]["co_tweet_or_co_retweet", "operation"]
    styles = {drawn.get_linestyle(): drawn.get_ydata().tolist() for drawn in figure.axes[0].lines[:3]}
    assert styles == {"-": shown.rarefied.tolist(), "--": shown.shifted.tolist(), ":": shown.full.tolist()}


def test_a_population_alone_has_no_line_of_a_common_size() -> None:
    figure = plot_coordination_windows(*CASES["one population"])
    assert [drawn.get_linestyle() for drawn in figure.axes[0].lines] == ["--", "-"]
    assert "same size" not in words_of(figure)
