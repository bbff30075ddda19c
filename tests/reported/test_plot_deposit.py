"""The figure of a campaign whose anonymous results are deposited."""

import numpy as np
import pytest

from takedown.figures.captions import caption_of
from takedown.reported.plot_deposit import plot_deposit

DAYS = [
    {"date": "2019-12-06", "until": "2019-12-06", "accounts": "50", "burst": "true"},
    {"date": "2019-12-07", "until": "2019-12-10", "accounts": "8", "burst": "false"},
]
HOURS = [
    {"hour": "9", "until": "9", "weekday": "1", "posts": "30"},
    {"hour": "22", "until": "23", "weekday": "7", "posts": "6"},
]


@pytest.fixture(scope="module")
def figure():
    return plot_deposit("Somewhere", DAYS, HOURS, (9, 18))


def test_days_that_were_added_up_are_drawn_as_their_mean(figure):
    bars = figure.axes[0].patches
    assert [(bar.get_width(), bar.get_height()) for bar in bars] == [(1, 50), (4, 2)]
    assert [text.get_text() for text in figure.axes[0].texts if text.get_text() != "a"] == ["50"]


def test_each_hour_of_the_week_has_its_posts(figure):
    posts = figure.axes[1].collections[0].get_array()
    found = {(int(day), int(hour)): float(posts[day, hour]) for day, hour in np.argwhere(posts)}
    assert found == {(0, 9): 30, (6, 22): 3, (6, 23): 3}


def test_the_caption_names_the_campaign(figure):
    assert caption_of(figure).shows.startswith("Somewhere")


def test_a_calendar_without_bursts_is_shown_from_its_first_day_on():
    axes = plot_deposit("Somewhere", [DAYS[0] | {"burst": "false"}], HOURS, (9, 18)).axes[0]
    assert len(axes.patches) == 1
