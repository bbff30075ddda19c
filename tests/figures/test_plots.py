"""Figures: legible text, journal widths, provenance, what they name, and data that are not there."""

import csv
import re

import numpy as np
import pytest

from takedown.core.measures import PROVENANCE_WORDS
from takedown.creation.plot_batches import Instants, plot_creation_batches
from takedown.figures import style as look
from tests.drawn_figures import (
    BATCHES,
    EDGES,
    REAL,
    WIDTHS,
    box,
    drawn_texts,
    marked,
    overlaps,
    real_demonstration,
    simulated,
    words_of,
)


@pytest.mark.parametrize("name", [*REAL, *EDGES])
def test_every_text_is_large_enough_inside_the_figure_and_free_of_others(name):
    figure = simulated(name)
    texts = drawn_texts(figure)
    frame = figure.bbox
    assert min(text.get_fontsize() for text in texts) >= look.SMALLEST
    outside = [
        text.get_text()
        for text in texts
        if box(text).x0 < 0 or box(text).y0 < 0 or box(text).x1 > frame.x1 or box(text).y1 > frame.y1
    ]
    assert outside == []
    assert overlaps(figure) == []


@pytest.mark.parametrize("name", REAL)
def test_figures_have_journal_widths(name):
    width, height = look.size_mm(simulated(name))
    assert width == pytest.approx(WIDTHS[name])
    assert height < 120


@pytest.mark.parametrize("name", REAL)
def test_every_figure_of_simulated_records_is_marked(name):
    words = words_of(simulated(name))
    assert "Data: replica (simulated records) – operation, control" in words
    assert "REPLICA – simulated records, not a finding" in words


@pytest.mark.parametrize("source", ["release", "aggregate"])
def test_a_figure_of_real_records_bears_its_source_and_no_mark(source):
    words = words_of(marked(real_demonstration(), {"operation": source}))
    assert f"Data: {PROVENANCE_WORDS[source]} – operation" in words
    assert "REPLICA" not in words


def test_a_partly_simulated_figure_names_the_simulated_subject():
    provenance = {"operation": "release", "control": "replica"}
    assert look.replica_mark(provenance) == "REPLICA (control) – simulated records, not a finding"
    assert (
        look.provenance_line(provenance) == "Data: release – operation; replica (simulated records) – control"
    )


def test_a_figure_of_other_populations_says_which_they_are(tmp_path):
    figure = real_demonstration()
    sources = {"operation": "replica", "control": "release"}
    look.save_figure(figure, [tmp_path / "figure.svg"], sources, {"operation": "Mexico, December 2021"})
    words = words_of(figure).replace("\n", " ")
    assert "replica (simulated records) – operation (Mexico, December 2021); release – control" in words
    assert "REPLICA (operation (Mexico, December 2021)) – simulated records" in words


def test_a_long_provenance_line_is_wrapped():
    provenance = {f"population of accounts number {number}": "aggregate" for number in range(8)}
    figure = marked(real_demonstration(), provenance)
    assert (
        box(next(text for text in drawn_texts(figure) if text.get_gid() == "provenance")).x1 < figure.bbox.x1
    )


def test_an_unknown_provenance_is_refused(tmp_path):
    with pytest.raises(ValueError):
        look.save_figure(look.new_figure(89, 40), [tmp_path / "figure.png"], {"operation": "rumour"})


def test_the_axes_keep_their_size_when_the_provenance_is_added():
    figure = look.new_figure(89, 40)
    axes = look.add_axes(figure, 10, 10, 70, 25)
    marked(figure, {"operation": "replica"})
    width, height = look.size_mm(figure)
    place = axes.get_position()
    assert (place.width * width, place.height * height) == pytest.approx((70, 25))
    assert height > 45


def test_the_calendar_names_bursts_and_both_populations():
    words = words_of(simulated("creation_calendar"))
    for label in ("97\n18 Aug\n2017", "13\n19 Aug\n2017", "119\n30 Aug\n2017", "9 June", "19 August 2019"):
        assert label in words
    assert "operation: 940 accounts" in words
    assert re.search(r"control: 3,752 accounts, created to 2019-08-19", words)


def test_the_calendar_counts_bursts_that_it_has_no_room_for():
    assert re.search(
        r"the \d+ largest of \d+ burst days are named", words_of(simulated("calendar_of_many_bursts"))
    )


def test_the_calendar_names_the_events_that_it_is_told_and_no_others():
    assert "9 June 2019\nmass march" in words_of(simulated("creation_calendar"))
    assert "19 August 2019\ndisclosure" in words_of(simulated("calendar_without_operation"))
    assert "march" not in words_of(simulated("calendar_without_operation"))


def test_the_calendar_says_when_there_is_no_burst():
    assert "no burst day found" in words_of(simulated("calendar_without_bursts"))


def test_the_batches_are_those_of_the_study_and_say_their_resolution():
    words = words_of(simulated("creation_batches"))
    assert "2016-06-27, 11:45–17:10\n30 accounts" in words
    assert "2017-08-18, 19:40–00:45\n66 accounts" in words
    assert "2017-08-30, 14:20–19:30\n60 accounts" in words
    assert "to 5 minutes" in words


def test_the_real_release_gives_the_batches_of_the_study(real_records):
    instants = []
    for path in sorted(real_records.glob("china_082019_*_users_csv_hashed.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            ids = [row["userid"] for row in csv.DictReader(file)]
        open_ids = [int(account) for account in ids if account.isascii() and account.isdigit()]
        instants += [(account >> 22) + 1288834974657 for account in open_ids if account >= 2**42]
    exact = Instants(np.sort(instants), np.ones(len(instants)), np.ones(len(instants), int))
    words = words_of(plot_creation_batches(exact, **BATCHES))
    assert "2016-06-27, 11:45–17:09\n30 accounts" in words
    assert "2017-08-18, 19:43–00:41\n66 accounts" in words
    assert "2017-08-30, 14:20–19:26\n60 accounts" in words


def test_released_instants_are_drawn_to_the_second():
    words = words_of(simulated("batch_to_the_second"))
    assert "2017-08-30, 14:20–14:28\n25 accounts" in words
    assert "to the second" in words


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("calendar_of_nobody", "no account with a day of creation"),
        ("no_instant", "no session of 20 or more accounts"),
        ("many_batches", "Days with such sessions that are not shown"),
        ("hours_without_posts", "no posts in this archive"),
        ("hours_of_ten_years", "posts of other days are not shown"),
        ("demonstration_without_posts", "no posts"),
        ("special_days_of_three_years", "earlier days are in the table"),
        ("no_special_day", "no special day with ordinary days around it"),
        ("rhythm_of_nobody", "no account with enough posts"),
    ],
)
def test_a_figure_says_what_is_missing(name, sentence):
    assert sentence in words_of(simulated(name))
