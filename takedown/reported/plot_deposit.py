"""Figure: the creation days and the hours of posting of a campaign whose anonymous results are deposited."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from takedown.figures import style
from takedown.figures.captions import describe

HEIGHT = 52.0
#: Days before the first burst day from which the calendar is shown.
BEFORE = 45
HOURS, WEEK = 24, ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: Burst days whose accounts are written above their bars.
LABELLED = 3
Rows = Sequence[Mapping[str, str]]


def plot_deposit(name: str, days: Rows, hours: Rows, office_hours: tuple[int, int]) -> Figure:
    """Draw accounts by creation day and posts by local hour of the week.

    `name` is the campaign's, `days` and `hours` are the rows of creation_days.csv and posting_hours.csv of its deposit, in which days
    and hours of few are added up; they are drawn as their mean. `office_hours` are the first hour at work and the first after work.
    """
    with style.figure_style():
        figure = style.new_figure(style.DOUBLE_WIDTH, HEIGHT)
        describe(figure, f"{name}, from deposited results")
        calendar = style.add_axes(figure, 13, 12, 84, 32)
        _draw_days(calendar, days)
        style.label_panel(calendar, "a", 12, shows="accounts by creation day (UTC), burst days in dark")
        week = style.add_axes(figure, 114, 12, 52, 32)
        _draw_week(week, hours, office_hours)
        words = "posts by local hour and day of the week, hours of an office outlined"
        style.label_panel(week, "b", 9, shows=words)
    return figure


def _draw_days(axes: Axes, rows: Rows) -> None:
    bursts = [row for row in rows if row["burst"] == "true" and row["date"] == row["until"]]
    first = min(np.datetime64(row["date"]) for row in bursts or rows)
    shown = [row for row in rows if np.datetime64(row["until"]) >= first - BEFORE]
    starts = np.array([row["date"] for row in shown], "datetime64[D]")
    ends = np.array([row["until"] for row in shown], "datetime64[D]") + 1
    lengths = (ends - starts).astype(int)
    accounts = np.array([int(row["accounts"]) for row in shown]) / lengths
    colours = [style.OPERATION if row in bursts else "#9CC9E6" for row in shown]
    axes.bar(list(starts.astype(object)), accounts, lengths, align="edge", color=colours)
    for row in sorted(bursts, key=lambda row: -int(row["accounts"]))[:LABELLED]:
        place = np.datetime64(row["date"]) + np.timedelta64(12, "h")
        axes.annotate(
            row["accounts"],
            (place.astype(object), int(row["accounts"])),
            (0, 1.5),
            textcoords="offset points",
            ha="center",
            fontsize=style.SMALLEST,
        )
    # Days that were added up at the end may reach far.
    last = max(starts[lengths == 1], default=starts[-1])
    axes.set_xlim((first - BEFORE).astype(object), (last + 14).astype(object))
    axes.set_ylabel("accounts per day")
    axes.xaxis.set_major_locator(MonthLocator())
    axes.xaxis.set_major_formatter(DateFormatter("%b %Y"))


def _draw_week(axes: Axes, rows: Rows, office_hours: tuple[int, int]) -> None:
    posts = np.zeros((len(WEEK), HOURS))
    for row in rows:
        first, until = int(row["hour"]), int(row["until"])
        posts[int(row["weekday"]) - 1, first : until + 1] += int(row["posts"]) / (until - first + 1)
    drawn = axes.pcolormesh(np.arange(HOURS + 1), np.arange(len(WEEK) + 1), posts, cmap="Blues")
    opens, closes = office_hours
    axes.add_patch(Rectangle((opens, 0), closes - opens, 5, fill=False, linewidth=0.9))
    axes.set_ylim(len(WEEK), 0)
    axes.set_yticks(np.arange(len(WEEK)) + 0.5, WEEK)
    axes.set_xticks(range(0, HOURS + 1, 3))
    axes.set_xlabel("local hour")
    axes.tick_params(axis="y", length=0)
    bar = axes.figure.colorbar(drawn, ax=axes, cax=style.add_axes(axes.figure.figure, 169, 12, 2.5, 32))
    bar.set_label("posts per hour of the week")
