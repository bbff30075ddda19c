"""Figures for the tests, drawn from the real aggregates and from missing data, and functions that find their texts."""

import csv
import hashlib
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
from matplotlib.text import Text

from takedown.creation.plot_batches import Instants, plot_creation_batches
from takedown.creation.plot_calendar import Calendar, plot_creation_calendar
from takedown.figures import style as look
from takedown.posting.calendar_days import read_protest_days, special_days
from takedown.posting.hours import HourMatrix, hour_matrix
from takedown.posting.plot_calendar_days import DayRatio, SeriesRatios, plot_posting_calendar_days
from takedown.posting.plot_hours import plot_posting_demonstration, plot_posting_hours
from takedown.posting.plot_rhythm import RhythmCurve, plot_posting_rhythm

PUBLISHED = Path(__file__).resolve().parent.parent / "workflow/resources/published"
CUT = np.datetime64("2019-08-19")
EVENTS = {"disclosure": CUT, "mass march": np.datetime64("2019-06-09")}
CLOCK = {"office_hours": (9, 18), "clock_name": "UTC+8"}
HOURS = CLOCK | {"languages": {"zh": "Chinese", "en": "English"}, "whose": "posts of the archive A"}
BATCHES = {"session_gap_minutes": 60, "large_batch_accounts": 20, "utc_offset_hours": 8}
NO_DAYS, NO_COUNTS = np.empty(0, "datetime64[D]"), np.empty(0, np.int64)
NOBODY = Calendar(NO_DAYS, NO_COUNTS)


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
    return plot_creation_calendar(operation, calendar("control_account_creation.csv"), bursts, CUT, EVENTS)


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


def matrices(
    days: np.ndarray, hours: np.ndarray, posts: np.ndarray, languages: np.ndarray
) -> dict[str, HourMatrix]:
    """Return the posts of all languages and of each."""
    parts = {"all": languages != ""} | {name: languages == name for name in set(languages.tolist())}
    return {name: hour_matrix(days[part], hours[part], posts[part]) for name, part in parts.items()}


def real_hours():
    return plot_posting_hours(matrices(**real_series()), **HOURS)


def real_demonstration():
    posts = matrices(**real_series())["all"]
    return plot_posting_demonstration({"operation": posts, "control": posts}, **CLOCK)


def special_ratios(years: range):
    protests = read_protest_days(PUBLISHED.parent / "protest_days.csv")
    days = [
        DayRatio(day.day, day.name, day.kind, day.place, 1.3 ** (number % 9 - 4))
        for number, day in enumerate(special_days(years, protests))
        if day.kind != "working day at a weekend" and str(day.day) > "2019-05-12"
    ]
    one = SeriesRatios(days[:14], (0.2, 5), (1.4, 0.9, 2.2))
    return plot_posting_calendar_days({"Chinese posts": one, "English posts": SeriesRatios(days, None, None)})


def rhythms(**accounts: int):
    share = np.arange(1, 100)
    return plot_posting_rhythm(
        {
            name: RhythmCurve(
                share, share / 100 - 0.3, share**2.0 * factor, (0.2, 0.1, 0.3), (2500, None, None)
            )
            for name, factor in accounts.items()
        }
    )


def one_day(day: str = "2019-07-17") -> dict[str, HourMatrix]:
    return matrices(np.full(2, np.datetime64(day)), np.array([10, 11]), np.full(2, 3), np.full(2, "zh"))


FIVE = {"th": "Thai", "in": "Indonesian", "en": "English", "es": "Spanish", "rest": "other or unknown"}
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
    "posting_calendar_days": lambda: special_ratios(range(2019, 2020)),
    "posting_rhythm": lambda: rhythms(operation=1, control=3),
}
#: Figures that two processes save and a test compares; `make verify` compares all figures.
COMPARED = ("posting_hours", "creation_batches")
EDGES = {
    "calendar_of_many_bursts": lambda: real_calendar(4),
    "calendar_without_bursts": lambda: real_calendar(1000),
    "calendar_without_operation": lambda: plot_creation_calendar(
        NOBODY, calendar("control_account_creation.csv"), NO_DAYS, CUT, {"disclosure": CUT}
    ),
    "calendar_without_control": lambda: plot_creation_calendar(
        ONE_ACCOUNT, NOBODY, ONE_ACCOUNT.days, CUT, EVENTS
    ),
    "calendar_of_nobody": lambda: plot_creation_calendar(NOBODY, NOBODY, NO_DAYS, CUT, {}),
    "one_batch": lambda: real_batches(50),
    "many_batches": lambda: real_batches(5),
    "no_batch": lambda: real_batches(500),
    "no_instant": lambda: plot_creation_batches(
        Instants(NO_COUNTS, NO_COUNTS.astype(float), NO_COUNTS), **BATCHES
    ),
    "batch_to_the_second": lambda: plot_creation_batches(EXACT, **BATCHES),
    "hours_of_one_day": lambda: plot_posting_hours(one_day(), **HOURS),
    "hours_of_one_weekend_day": lambda: plot_posting_hours(one_day("2019-07-20"), **HOURS),
    "hours_without_posts": lambda: plot_posting_hours({}, **HOURS),
    "hours_of_ten_years": lambda: plot_posting_hours(
        matrices(
            np.arange("2009-01-01", "2019-01-01", dtype="datetime64[D]"),
            np.arange(3652) % 24,
            np.arange(3652),
            np.full(3652, "en"),
        ),
        **HOURS,
    ),
    "hours_of_five_languages": lambda: plot_posting_hours(
        dict.fromkeys(["all", *FIVE], one_day()["all"]), **HOURS | {"languages": FIVE}
    ),
    "demonstration_without_control": lambda: plot_posting_demonstration(
        {"operation": one_day()["all"], "control": None}, **CLOCK
    ),
    "demonstration_without_operation": lambda: plot_posting_demonstration(
        {"operation": None, "control": one_day()["all"]}, **CLOCK
    ),
    "demonstration_without_posts": lambda: plot_posting_demonstration(
        {"operation": None, "control": None}, **CLOCK
    ),
    "special_days_of_three_years": lambda: special_ratios(range(2019, 2022)),
    "no_special_day": lambda: plot_posting_calendar_days({"Chinese posts": SeriesRatios([], None, None)}),
    "rhythm_of_years": lambda: rhythms(control=200),
    "rhythm_of_nobody": rhythms,
}
WIDTHS = {
    "creation_calendar": 183,
    "creation_batches": 183,
    "posting_hours": 183,
    "posting_demonstration": 89,
    "posting_calendar_days": 183,
    "posting_rhythm": 183,
}


def drawn_texts(figure) -> list[Text]:
    """Return the texts that a figure draws; ticks outside the view have texts that are not drawn."""
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
    # The extent of an annotation would include its leader line.
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
    """Mark the figure with its provenance as for saving, without writing a file; return the figure."""
    look.save_figure(figure, [], provenance)
    return figure


@cache
def simulated(name: str):
    """Return a figure marked as replica, drawn once for all tests that do not change it."""
    return marked({**REAL, **EDGES}[name](), {"operation": "replica", "control": "replica"})


def save_compared(folder: Path) -> dict[str, str]:
    for name in COMPARED:
        paths = [folder / f"{name}.{kind}" for kind in ("pdf", "svg", "png")]
        look.save_figure(REAL[name](), paths, {"operation": "aggregate", "control": "replica"})
    return digests(folder)


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
