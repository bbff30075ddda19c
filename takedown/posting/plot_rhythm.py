"""Figure: how evenly the accounts of each population post."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from takedown.figures import style as look
from takedown.figures.captions import describe, in_words

#: Ticks of the axis of intervals, in minutes, with their names.
DURATIONS = {
    1: "1 min",
    10: "10 min",
    60: "1 h",
    360: "6 h",
    1440: "1 d",
    10080: "1 wk",
    43200: "30 d",
    525600: "1 yr",
}


@dataclass(frozen=True)
class RhythmCurve:
    """Percentiles over accounts of a population, arrays of one length, and (value, low, high) of the medians."""

    percentile: np.ndarray
    burstiness: np.ndarray
    minutes: np.ndarray
    median_burstiness: tuple[float, float | None, float | None] | None
    median_minutes: tuple[float, float | None, float | None] | None


def plot_posting_rhythm(populations: Mapping[str, RhythmCurve]) -> Figure:
    """Draw the share of accounts below each burstiness and below each median interval, by population name."""
    with look.figure_style():
        if not populations:
            return look.empty_figure("no account with enough posts")
        figure = look.new_figure(look.DOUBLE_WIDTH, 66)
        panels = [look.add_axes(figure, left, 16, 76, 44) for left in (12, 102)]
        for name, curve in populations.items():
            colour = look.POPULATIONS.get(name, "black")
            _draw(panels[0], curve.burstiness, curve.percentile, curve.median_burstiness, colour, name)
            # Medians of 0 minutes are drawn at half a minute, since a logarithmic scale has no 0.
            minutes = np.maximum(curve.minutes, 0.5)
            _draw(panels[1], minutes, curve.percentile, curve.median_minutes, colour, name)
        panels[0].axvline(0, color=look.GREY, linewidth=0.5, zorder=0)
        panels[0].set(xlim=(-1, 1), xticks=[-1, -0.5, 0, 0.5, 1])
        panels[0].set_xlabel("burstiness of an account (−1 even, 0 random, 1 bursts)")
        panels[0].set_ylabel("accounts below (%)")
        panels[1].set_xscale("log")
        panels[1].set_xticks(list(DURATIONS), list(DURATIONS.values()))
        panels[1].minorticks_off()
        numbers = np.concatenate([np.maximum(curve.minutes, 0.5) for curve in populations.values()])
        panels[1].set_xlim(numbers.min() / 1.5, numbers.max() * 1.5)
        panels[1].set_xlabel("median time between an account's posts (logarithmic scale)")
        shows = (
            "burstiness, from −1 (even) over 0 (random) to 1 (bursts)",
            "median time between successive posts",
        )
        for axes, letter, words in zip(panels, "ab", shows, strict=True):
            axes.set(ylim=(0, 100), yticks=range(0, 101, 25))
            look.label_panel(axes, letter, 10, 2.5, words)
        days = ", on the days that both populations cover" if len(populations) > 1 else ""
        describe(
            figure,
            f"Share of the accounts {in_words(list(populations), 'of the ')} below a value, for accounts with ten intervals or "
            f"more{days}",
            "Intervals of the medians are from bootstrap draws of whole creation days.",
        )
        panels[0].legend(
            loc="upper left", bbox_to_anchor=(0, -0.2), borderaxespad=0, ncols=2, handlelength=1.6
        )
    return figure


def _draw(
    axes: Axes,
    values: np.ndarray,
    percentile: np.ndarray,
    median: tuple[float, float | None, float | None] | None,
    colour: str,
    name: str,
) -> None:
    axes.plot(values, percentile, color=colour, linewidth=1, drawstyle="steps-post", label=name)
    if median:
        value, low, high = median
        label = f"{name}: median, 95 % interval"
        if low is not None and high is not None:
            axes.plot([low, high], [50, 50], color=colour, linewidth=2.4, solid_capstyle="butt")
        axes.plot(value, 50, "o", color=colour, markersize=3.6, markeredgewidth=0, label=label)
