"""Figure: the hour profile of the operation's and of the control's own posts."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from takedown.figures import style as look
from takedown.posting.plot_hours import KEY_SPACING, draw_profile, profile_key


@dataclass(frozen=True)
class PostHours:
    """Posts by local hour: `days` (datetime64[D]), `hours` (0–23) and `posts`, arrays of one length."""

    days: np.ndarray
    hours: np.ndarray
    posts: np.ndarray


def plot_posting_demonstration(
    subjects: Mapping[str, PostHours], *, office_hours: tuple[float, float], clock_name: str
) -> Figure:
    """Draw each subject's posting rate by local hour, Monday to Friday and weekends, on one scale.

    `subjects` are one or two populations by name, either of which may be without posts. `office_hours` are the
    working day's first hour in and first hour out; `clock_name` names the local time.
    """
    with look.figure_style():
        figure = look.new_figure(look.SINGLE_WIDTH, 54)
        panels = [look.add_axes(figure, left, 15.5, 33, 28) for left in (11, 53)[: len(subjects)]]
        drawn = []
        for axes, letter, (name, series) in zip(panels, "ab", subjects.items(), strict=False):
            draw_profile(
                axes,
                series.days,
                series.hours,
                series.posts,
                office_hours,
                colour=look.POPULATIONS.get(name, "black"),
            )
            total = int(np.sum(series.posts))
            axes.set_title(f"{name}\n{total:,} posts", loc="left")
            look.label_panel(axes, letter, 10 if letter == "a" else 5, 6)
            if total:
                axes.set_xlabel(f"local hour ({clock_name})")
                drawn.append(axes)
        if drawn:
            highest = max(2, *(axes.get_ylim()[1] for axes in drawn))
            for axes in drawn:
                axes.set_ylim(0, highest)
                axes.yaxis.get_major_locator().set_params(integer=True, nbins=4)
            drawn[0].set_ylabel("relative rate")
            # The key is as wide as both panels: it hangs below the left one, whether that has posts or not.
            place = {"loc": "upper left", "bbox_to_anchor": (0, -0.28), "borderaxespad": 0}
            panels[0].legend(*profile_key(office_hours), **place, **KEY_SPACING)
    return figure
