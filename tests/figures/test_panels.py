"""A study without a control, a topic, protests or a second language: no figure and no caption speaks of one."""

import json

import numpy as np
import pytest

from takedown.content.plot_commonest import plot_commonest
from takedown.coordination.plot_network import Activity, DrawnNetwork, Overlap, plot_coordination_network
from takedown.coordination.plot_windows import ShiftLine, WindowLine, plot_coordination_windows
from takedown.creation.plot_batches import plot_creation_batches
from takedown.creation.plot_calendar import Calendar, plot_creation_calendar
from takedown.figures import style as look
from takedown.figures.captions import Caption, caption_of, describe
from takedown.life.plot_survival import SurvivalCurve, plot_account_life
from takedown.posting.plot_calendar_days import DayRatio, SeriesRatios, plot_posting_calendar_days
from takedown.posting.plot_hours import plot_posting_demonstration, plot_posting_hours
from takedown.robustness.plot_curve import SpecificationCurve, plot_specifications
from tests.drawn_figures import (
    BATCHES,
    CUT,
    EXACT,
    HOURS,
    NOBODY,
    box,
    drawn_texts,
    matrices,
    overlaps,
    rhythms,
    saved,
    words_of,
)

DAYS = np.arange("2019-01-01", "2019-06-01", dtype="datetime64[D]")
#: What this study does not have.
ABSENT = (
    "control",
    "hong kong",
    "protest",
    "topic",
    "march",
    "english",
    "chinese",
    "series",
    "both populations",
)
MONTHS = [f"2019-0{month}" for month in range(1, 6)]
VALUES = {
    "hashtag": ["กองทัพบก", "อนาคตใหม่", "বাংলা"],
    "domain": ["thaipost.example"],
    "client": ["Twitter Web App"],
    "language": ["th", "und"],
}
TITLES = {"hashtag": "hashtags", "domain": "link domains", "client": "clients", "language": "languages"}


def hours():
    posts = matrices(DAYS, np.arange(len(DAYS)) % 24, np.arange(len(DAYS)), np.full(len(DAYS), "th"))
    return plot_posting_hours(posts, **HOURS | {"languages": {"th": "Thai"}})


def calendar_days():
    days = [DayRatio(day, "Coronation Day", "holiday", "", 1.5) for day in DAYS[::40]]
    return plot_posting_calendar_days({"All posts": SeriesRatios(days, (0.2, 5), (1.4, 0.9, 2.2))}, "holiday")


def life():
    survival = np.linspace(1, 0.5, 5)
    curve = SurvivalCurve(100 * np.arange(5), 50 - np.arange(5), survival, survival * 0.9, survival * 1.1)
    return plot_account_life(
        {(name, "operation", "2018-01-01"): curve for name in ("first_post", "reactivation")}
    )


def network():
    pair = DrawnNetwork(np.array([1, 1]), np.array([0]), np.array([1]), np.array([9]), 2.5)
    active = Activity(np.array([1]), DAYS[:1], np.array([9]))
    overlap = Overlap(*(np.array([value]) for value in ("co_link", "co_link", 1, 1.0)))
    return plot_coordination_network({"operation": pair}, {"operation": 40}, {"operation": active}, overlap)


def windows():
    lines = [
        np.array([60, 600, 3600]),
        *(np.linspace(0.1, 0.5, 3) * factor for factor in (1, 1, 1, 1, 0.5, 0.4, 0.6)),
    ]
    shifts = ShiftLine(lines[0], lines[1], lines[1] - 0.1, lines[1] + 0.1)
    traces = ("co_tweet_or_co_retweet", "co_link")
    return plot_coordination_windows(
        {(trace, "operation"): WindowLine(*lines) for trace in traces}, {"operation": shifts}
    )


def specifications():
    nothing = SpecificationCurve({"language": np.array([], str)}, *(np.array([]),) * 3)
    two = SpecificationCurve(
        {"language": np.array(["all", "th"])}, *(np.array([1.5, 2]) * part for part in (1, 0.9, 1.1))
    )
    return plot_specifications({"concentration": nothing, "bursts": nothing, "office_hours": two})


def commonest():
    rows = [
        {"kind": kind, "value": value, "month": month, "posts": str(5 + place)}
        for kind, values in VALUES.items()
        for value in values
        for place, month in enumerate(MONTHS)
    ]
    return plot_commonest(rows, TITLES, {"th": "Thai", "en": "English"}, "operation")


FIGURES = {
    "creation_calendar": lambda: plot_creation_calendar(
        Calendar(DAYS, np.arange(len(DAYS)) % 9 + 1), NOBODY, DAYS[8:9], CUT, {"disclosure": CUT}
    ),
    "creation_batches": lambda: plot_creation_batches(EXACT, **BATCHES),
    "posting_hours": hours,
    "posting_demonstration": lambda: plot_posting_demonstration(
        {
            "operation": matrices(DAYS[:1], np.array([9]), np.array([3]), np.array(["th"]))["all"],
            "control": None,
        },
        office_hours=(9, 18),
        clock_name="UTC+7",
    ),
    "posting_calendar_days": calendar_days,
    "posting_rhythm": lambda: rhythms(operation=1),
    "commonest": commonest,
    "account_life": life,
    "coordination_network": network,
    "coordination_windows": windows,
    "specifications": specifications,
}


@pytest.fixture(scope="module", params=FIGURES)
def figure(request):
    drawn = FIGURES[request.param]()
    look.save_figure(drawn, [], {"operation": "release"})
    return drawn


def test_nothing_is_said_of_what_the_study_does_not_have(figure):
    told = (words_of(figure) + caption_of(figure).as_json()).lower()
    assert [word for word in ABSENT if word in told] == []


def test_every_panel_shows_data_and_has_its_letter_and_caption(figure):
    assert "no " not in "".join(text.get_text()[:3] for axes in figure.axes for text in axes.texts)
    letters = [
        text.get_text()
        for axes in figure.axes
        for text in axes.texts
        if text.get_text() in ("a", "b", "c", "d")
    ]
    told = caption_of(figure)
    assert told.shows and [letter for letter in told.panels if letter] == sorted(letters)


def test_texts_are_legible_inside_the_figure_and_free_of_others(figure):
    texts, frame = drawn_texts(figure), figure.bbox
    assert min(text.get_fontsize() for text in texts) >= look.SMALLEST
    assert all(frame.x0 <= box(text).x0 and box(text).x1 <= frame.x1 for text in texts)
    assert all(frame.y0 <= box(text).y0 and box(text).y1 <= frame.y1 for text in texts)
    assert overlaps(figure) == []
    assert all(look.can_write(text.get_text().replace("\n", "")) for text in texts)


def test_letters_that_no_font_has_are_not_drawn():
    words = words_of(commonest())
    assert "กองทัพบก" in words and "বাংলা" not in words and "(hashtag in another script)" in words


def test_the_fullest_days_are_shown_of_a_series_that_is_too_long():
    days = np.array(["2015-01-01", "2019-01-01", "2019-01-02", "2020-06-01"], "datetime64[D]")
    posts = matrices(days, np.full(4, 9), np.array([5, 90, 90, 1]), np.full(4, "th"))
    words = words_of(plot_posting_hours(posts, **HOURS | {"languages": {"th": "Thai"}}))
    assert "6 posts of other days are not shown" in words and "180 posts" in words


def test_the_caption_is_saved_for_the_paper_and_for_the_report(tmp_path):
    drawn = look.new_figure(look.SINGLE_WIDTH, 40)
    look.label_panel(look.add_axes(drawn, 9, 9, 60, 20), "a", 5, shows="posts by day_of_week")
    describe(drawn, "Posts of {x}", "Read *this*.")
    saved(drawn, tmp_path, {"operation": "release", "control": "replica"}, ("json", "rst"))
    told = json.loads((tmp_path / "figure.json").read_text(encoding="utf-8"))
    assert told == {
        "shows": "Posts of {x}",
        "panels": [{"panel": "a", "shows": "posts by day_of_week"}],
        "note": "Read *this*.",
        "provenance": "replica",
        "is_wide": False,
    }
    words = (tmp_path / "figure.rst").read_text(encoding="utf-8")
    assert words == "Posts of &#123;x}: (a) posts by day\\_of\\_week. Read \\*this\\*.\n"


def test_a_figure_with_nothing_to_show_has_an_empty_caption():
    assert caption_of(look.empty_figure("no posts")) == Caption()
