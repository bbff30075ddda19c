"""Figures: sizes, legible text, provenance, glyphs, equal bytes, and data that are not there."""

import csv
import hashlib
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from takedown import figure_style as look
from takedown.plots.creation_batches import Instants, plot_creation_batches
from takedown.plots.creation_calendar import Calendar, plot_creation_calendar, root_ticks
from takedown.plots.hour_profile import hour_profile, weekdays
from takedown.plots.posting_demonstration import PostHours, plot_posting_demonstration
from takedown.plots.posting_hours import plot_posting_hours

PUBLISHED = Path(__file__).resolve().parent.parent / "workflow/resources/published"
CUT = np.datetime64("2019-08-19")
CLOCK = {"office_hours": (9, 18), "clock_name": "UTC+8"}
BATCHES = {"session_gap_minutes": 60, "large_batch_accounts": 20, "utc_offset_hours": 8}
NO_DAYS, NO_COUNTS = np.empty(0, "datetime64[D]"), np.empty(0, np.int64)
NOBODY = Calendar(NO_DAYS, NO_COUNTS)
NO_POSTS = PostHours(NO_DAYS, NO_COUNTS, NO_COUNTS)


def published(name: str) -> dict[str, np.ndarray]:
    with (PUBLISHED / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {column: np.array([row[column] for row in rows]) for column in rows[0]}


def calendar(name: str) -> Calendar:
    columns = published(name)
    days, place = np.unique(columns["account_creation_date"].astype("datetime64[D]"), return_inverse=True)
    return Calendar(days, np.bincount(place, weights=columns["accounts"].astype(float)).astype(int))


def real_calendar(smallest_burst: int = 8):
    operation = calendar("account_creation.csv")
    bursts = operation.days[operation.accounts >= smallest_burst]
    return plot_creation_calendar(operation, calendar("control_account_creation.csv"), bursts, CUT)


def real_instants() -> Instants:
    columns = published("account_creation_clock.csv")
    stamps = np.char.rstrip(columns["five_minutes_from_utc"], "Z").astype("datetime64[ms]").astype(np.int64)
    instants, place = np.unique(stamps, return_inverse=True)
    accounts = np.bincount(place, weights=columns["accounts"].astype(float)).astype(int)
    return Instants(instants, np.full(len(instants), 300_000.0), accounts)


def real_batches(large_batch_accounts: int = 20):
    return plot_creation_batches(real_instants(), **{**BATCHES, "large_batch_accounts": large_batch_accounts})


def real_series() -> dict[str, np.ndarray]:
    columns = published("posting_by_hour.csv")
    return {
        "days": columns["date_hkt"].astype("datetime64[D]"),
        "hours": columns["hour_hkt"].astype(int),
        "posts": columns["tweets"].astype(int),
        "languages": columns["tweet_language"],
    }


def real_hours():
    return plot_posting_hours(**real_series(), **CLOCK)


def real_demonstration():
    series = real_series()
    posts = PostHours(series["days"], series["hours"], series["posts"])
    return plot_posting_demonstration({"operation": posts, "control": posts}, **CLOCK)


def one_day(hours=(10, 11)):
    hours = np.array(hours)
    return {
        "days": np.full(len(hours), np.datetime64("2019-07-17")),
        "hours": hours,
        "posts": np.full(len(hours), 3),
        "languages": np.full(len(hours), "zh"),
    }


ONE_DAY = {key: value for key, value in one_day().items() if key != "languages"}
ONE_ACCOUNT = Calendar(np.array(["2017-08-30"], "datetime64[D]"), np.array([1]))
EXACT = Instants(
    np.datetime64("2017-08-30T06:20:21.428").astype(np.int64) + 20_000 * np.arange(25),
    np.ones(25),
    np.ones(25, int),
)

REAL = {
    "creation_calendar": real_calendar,
    "creation_batches": real_batches,
    "posting_hours": real_hours,
    "posting_demonstration": real_demonstration,
}
EDGES = {
    "calendar_of_many_bursts": lambda: real_calendar(4),
    "calendar_without_bursts": lambda: real_calendar(1000),
    "calendar_without_operation": lambda: plot_creation_calendar(
        NOBODY, calendar("control_account_creation.csv"), NO_DAYS, CUT
    ),
    "calendar_without_control": lambda: plot_creation_calendar(ONE_ACCOUNT, NOBODY, ONE_ACCOUNT.days, CUT),
    "calendar_of_nobody": lambda: plot_creation_calendar(NOBODY, NOBODY, NO_DAYS, CUT),
    "one_batch": lambda: real_batches(50),
    "many_batches": lambda: real_batches(5),
    "no_batch": lambda: real_batches(500),
    "no_instant": lambda: plot_creation_batches(
        Instants(NO_COUNTS, NO_COUNTS.astype(float), NO_COUNTS), **BATCHES
    ),
    "batch_to_the_second": lambda: plot_creation_batches(EXACT, **BATCHES),
    "hours_of_one_day": lambda: plot_posting_hours(**one_day(), **CLOCK),
    "hours_of_one_weekend_day": lambda: plot_posting_hours(
        **{**one_day(), "days": np.full(2, np.datetime64("2019-07-20"))}, **CLOCK
    ),
    "hours_without_posts": lambda: plot_posting_hours(
        NO_DAYS, NO_COUNTS, NO_COUNTS, NO_DAYS.astype(str), **CLOCK
    ),
    "hours_of_ten_years": lambda: plot_posting_hours(
        np.arange("2009-01-01", "2019-01-01", dtype="datetime64[D]"),
        np.arange(3652) % 24,
        np.arange(3652),
        np.full(3652, "en"),
        **CLOCK,
    ),
    "demonstration_without_control": lambda: plot_posting_demonstration(
        {"operation": PostHours(**ONE_DAY), "control": NO_POSTS}, **CLOCK
    ),
    "demonstration_without_posts": lambda: plot_posting_demonstration(
        {"operation": NO_POSTS, "control": NO_POSTS}, **CLOCK
    ),
}
WIDTHS = {
    "creation_calendar": 183,
    "creation_batches": 183,
    "posting_hours": 183,
    "posting_demonstration": 89,
}


def drawn_texts(figure) -> list[Text]:
    """Return the texts that a figure really draws: ticks outside the view have texts too, but draw none."""
    drawn = []
    draw = Text.draw

    def note(text, *arguments, **options):
        if text.get_visible() and text.get_text().strip():
            drawn.append(text)
        return draw(text, *arguments, **options)

    with look.figure_style(), patch.object(Text, "draw", note):
        figure.draw_without_rendering()
    return drawn


def box(text: Text):
    # An annotation's own extent counts its leader line too.
    return Text.get_window_extent(text)


def words_of(figure) -> str:
    return "\n".join(text.get_text() for text in drawn_texts(figure))


def overlaps(figure) -> list[tuple[str, str]]:
    texts = drawn_texts(figure)
    edges = np.array([box(text).extents for text in texts])
    apart_x = np.minimum(edges[:, None, 2], edges[None, :, 2]) - np.maximum(
        edges[:, None, 0], edges[None, :, 0]
    )
    apart_y = np.minimum(edges[:, None, 3], edges[None, :, 3]) - np.maximum(
        edges[:, None, 1], edges[None, :, 1]
    )
    first, second = np.nonzero(np.triu((apart_x > 0) & (apart_y > 0), 1))
    return [(texts[a].get_text(), texts[b].get_text()) for a, b in zip(first, second, strict=True)]


def saved(figure, folder, provenance, kinds=("png",)):
    look.save_figure(figure, [folder / f"figure.{kind}" for kind in kinds], provenance)
    return figure


def marked(figure, provenance):
    """Return the figure as it would be saved, without writing a file."""
    look.save_figure(figure, [], provenance)
    return figure


@cache
def simulated(name: str):
    """Return a figure marked as a replica, drawn once for all tests that only look at it."""
    return marked({**REAL, **EDGES}[name](), {"operation": "replica", "control": "replica"})


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
    assert f"Data: {look.PROVENANCE_WORDS[source]} – operation" in words
    assert "REPLICA" not in words


def test_a_partly_simulated_figure_names_the_simulated_subject():
    provenance = {"operation": "release", "control": "replica"}
    assert look.replica_mark(provenance) == "REPLICA (control) – simulated records, not a finding"
    assert (
        look.provenance_line(provenance) == "Data: release – operation; replica (simulated records) – control"
    )


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


def save_all(folder: Path) -> dict[str, str]:
    for name, draw in REAL.items():
        paths = [folder / f"{name}.{kind}" for kind in ("pdf", "svg", "png")]
        look.save_figure(draw(), paths, {"operation": "aggregate", "control": "replica"})
    return digests(folder)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


ELSEWHERE = """
import locale, sys
from pathlib import Path
sys.path[:0] = {path!r}
locale.setlocale(locale.LC_ALL, "")
from tests.test_plots import save_all
save_all(Path(sys.argv[1]))
"""


def test_files_are_equal_in_another_process_time_zone_and_locale(root, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    environment = {**os.environ, "TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}
    environment["SOURCE_DATE_EPOCH"] = "86400"
    code = ELSEWHERE.format(path=[str(root), *filter(None, sys.path)])
    with subprocess.Popen([sys.executable, "-c", code, str(there)], env=environment, cwd=tmp_path) as other:
        files = save_all(here)
    assert other.returncode == 0
    assert len(files) == 12
    assert files == digests(there)


def test_a_users_settings_do_not_change_a_figure(tmp_path):
    import matplotlib

    folders = tmp_path / "plain", tmp_path / "changed"
    for folder, settings in zip(folders, ({}, {"font.size": 20, "axes.facecolor": "red"}), strict=True):
        folder.mkdir()
        with matplotlib.rc_context(settings):
            saved(real_demonstration(), folder, {"operation": "aggregate"})
    assert digests(folders[0]) == digests(folders[1])


def test_saving_leaves_whole_files_without_dates_and_with_truetype_text(tmp_path):
    figure = look.new_figure(89, 40)
    with look.figure_style():
        look.say(look.add_axes(figure, 5, 5, 79, 30), "posts")
    saved(figure, tmp_path, {"operation": "aggregate"}, ("pdf", "svg", "png"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["figure.pdf", "figure.png", "figure.svg"]
    content = (tmp_path / "figure.pdf").read_bytes()
    assert b"CreationDate" not in content
    assert b"/Type3" not in content
    assert b"<dc:date>" not in (tmp_path / "figure.svg").read_bytes()


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_chinese_text_has_glyphs(kind, tmp_path):
    figure = look.new_figure(89, 40)
    with look.figure_style():
        look.say(look.add_axes(figure, 5, 5, 79, 30), "香港 新聞 時政 时政 暴徒 – posts")
    saved(figure, tmp_path, {"operation": "aggregate"}, (kind,))


def test_a_missing_glyph_is_an_error(tmp_path):
    figure = look.new_figure(89, 40)
    with look.figure_style():
        look.say(look.add_axes(figure, 5, 5, 79, 30), "\U0001f1ed\U0001f1f0")
    with pytest.raises(UserWarning, match="missing from"):
        saved(figure, tmp_path, {"operation": "aggregate"})


def lightness(colour: str) -> float:
    """Return CIE L* of a colour: how light it is in grey."""
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return 116 * np.cbrt(linear @ [0.2126, 0.7152, 0.0722]) - 16


def test_populations_differ_in_grey():
    assert abs(lightness(look.OPERATION) - lightness(look.CONTROL)) > 20


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
        ("calendar_of_nobody", "no account in either population"),
        ("calendar_without_operation", "operation: no account"),
        ("calendar_without_control", "control: no account"),
        ("no_instant", "no session of 20 or more accounts"),
        ("many_batches", "Days with such sessions that are not shown"),
        ("hours_without_posts", "no posts in this archive"),
        ("hours_of_one_day", "English\n0 posts"),
        ("hours_of_ten_years", "earlier posts are not shown"),
        ("demonstration_without_control", "no posts"),
    ],
)
def test_a_figure_says_what_is_missing(name, sentence):
    assert sentence in words_of(simulated(name))


def test_weekdays_start_on_monday():
    days = np.array(["2019-08-19", "2019-08-24", "2019-08-25", "1969-12-28"], "datetime64[D]")
    assert weekdays(days).tolist() == [0, 5, 6, 6]


def test_an_hour_profile_worked_by_hand():
    # Friday to Sunday: 6 posts at 9 on Friday, 3 at 12 on Saturday, none on Sunday; 9 posts in 72 hours.
    days = np.array(["2019-08-16", "2019-08-17", "2019-08-18"], "datetime64[D]")
    profile = hour_profile(days, np.array([9, 12, 0]), np.array([6, 3, 0]))
    assert profile.posts == 9
    assert profile.working_days[9] == pytest.approx(6 / (9 / 72))
    assert profile.weekend[12] == pytest.approx(3 / 2 / (9 / 72))
    assert profile.working_days.sum() == profile.working_days[9]


def test_a_constant_rate_has_profile_one():
    days = np.repeat(np.arange("2019-08-05", "2019-08-19", dtype="datetime64[D]"), 24)
    profile = hour_profile(days, np.tile(np.arange(24), 14), np.full(14 * 24, 7))
    assert np.allclose(profile.working_days, 1)
    assert np.allclose(profile.weekend, 1)


def test_root_ticks_of_a_peak_of_119():
    assert root_ticks(119, 2).tolist() == [0, 5, 20, 50, 100]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_spread_labels_keep_order_distance_and_bounds(targets):
    targets = np.sort(targets)
    centres = look.spread_labels(targets, 0.1, 0, 1)
    assert (np.diff(centres) >= 0.1 - 1e-9).all()
    assert centres.min() >= 0.05 - 1e-9
    assert centres.max() <= 0.95 + 1e-9


def test_labels_with_room_stay_where_they_are():
    assert look.spread_labels(np.array([0.2, 0.5]), 0.1, 0, 1).tolist() == pytest.approx([0.2, 0.5])


def test_labels_without_room_are_refused():
    with pytest.raises(ValueError):
        look.spread_labels(np.array([0.2, 0.3, 0.4]), 0.4, 0, 1)
