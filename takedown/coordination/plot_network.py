"""Figure: the networks of coordinated accounts, when their communities were active, and how far traces overlap."""

from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from takedown.coordination.limits import CANNOT_TELL, CLUSTER, LEAST_SENSITIVITY
from takedown.figures import style as look
from takedown.figures.captions import describe

#: Colours of communities in turn (the dark ones of Okabe and Ito 2008); numbers in the figure also distinguish them.
INKS = ("#009E73", "#CC79A7", "#56B4E9", "#000000")
SHADES = LinearSegmentedColormap.from_list("overlap", ["#FFFFFF", look.OPERATION]).with_extremes(bad="white")
#: Limits on drawn edges and communities; the figure gives the number that is not drawn.
MOST_EDGES, MOST_COMMUNITIES = 20_000, 60
#: Widths in mm of the panels of the networks if both have edges; of one with edges beside one without; their distance.
WIDTHS, (WIDE, NARROW), BETWEEN = {"operation": 118, "control": 54}, (142, 30), 5
#: Largest number of communities of each network with a row in panel c.
ROWS = {"operation": 14, "control": 3}
#: Weeks with less than this share of the posts of the largest dot are left out; they would be specks and stretch the axis.
SMALLEST_DOT = 0.01
#: Space between discs, in radii of a disc of one account.
GAP = 0.8
#: Number of places that are tried for the middle of a disc.
MIDDLES = 4000


@dataclass(frozen=True, eq=False)
class DrawnNetwork:
    """Nodes (`community` from 1, shape [nodes]), and edges (shape [edges]): positions of both nodes, and days.

    `sensitivity` is the factor by which the odds of being together by chance may rise before ten accounts are not connected.
    """

    community: np.ndarray
    first: np.ndarray
    second: np.ndarray
    days: np.ndarray
    sensitivity: float

    @property
    def degree(self) -> np.ndarray:
        """Number of edges of each node (shape [nodes])."""
        return np.bincount(np.concatenate([self.first, self.second]), minlength=len(self.community))


@dataclass(frozen=True, eq=False)
class Activity:
    """Coordinated posts of one population (shape [cells]) by community and week (its Monday, datetime64[D])."""

    community: np.ndarray
    week: np.ndarray
    posts: np.ndarray


@dataclass(frozen=True, eq=False)
class Overlap:
    """Pairs of traces of one population (shape [pairs]), also of a trace with itself: names, edges of the first, Jaccard index."""

    trace_a: np.ndarray
    trace_b: np.ndarray
    edges_a: np.ndarray
    jaccard: np.ndarray


def plot_coordination_network(
    networks: Mapping[str, DrawnNetwork],
    accounts: Mapping[str, int],
    activity: Mapping[str, Activity],
    overlap: Overlap | None,
) -> Figure:
    """Return a figure of the networks by subject, the weeks of their communities and the overlap of the operation's traces.

    `accounts` are the numbers of accounts with a post in the period, only of subjects with such a post, which alone have a
    panel; `networks` has only subjects with an edge. `overlap` is None without an edge.
    """
    rows = _rows_of(networks)
    letters = iter("abcd")
    with look.figure_style():
        if not networks:
            return look.empty_figure("no edge between accounts")
        figure = look.new_figure(look.DOUBLE_WIDTH, 152)
        panels, left = {}, 3
        for subject, width in _widths(networks, accounts).items():
            axes = panels[subject] = look.add_axes(figure, left, 76, width, 70)
            axes.set_title(subject, loc="left", x=5 / width)
            look.label_panel(axes, next(letters), 0, 1, f"network of the {subject}")
            left += width + BETWEEN
            if subject not in networks:
                look.say(axes, f"no edge among\n{accounts[subject]:,} accounts")
        _draw_networks(panels, networks, accounts)
        axes = look.add_axes(figure, 20, 9, 76 if overlap else 160, 52)
        axes.set_title("coordinated posts by week", loc="left")
        words = "coordinated posts by week and community, the area of a dot proportional to their number"
        look.label_panel(axes, next(letters), 17, 1, words)
        _draw_activity(axes, activity, rows)
        if overlap:
            axes = look.add_axes(figure, 137, 22, 43, 39)
            axes.set_title("edges by trace and their overlap (Jaccard), operation", loc="left", x=-0.68)
            words = "number of edges of each trace of the operation, in brackets, and overlap of each two (Jaccard index)"
            look.label_panel(axes, next(letters), 34, 1, words)
            _draw_overlap(axes, overlap)
        describe(
            figure,
            "Accounts that are joined by an edge of any trace",
            "A disc is a community (Leiden) with its best-connected accounts in the middle; a dot is larger for an account with more "
            "edges; the position of a disc has no meaning. Weeks of a community with fewer than five posts, or fewer than a "
            f"hundredth of the largest dot, are left out. Γ is the factor by which the odds of chance may rise before {CLUSTER} accounts are "
            f"not connected; up to {LEAST_SENSITIVITY} no network is established. {CANNOT_TELL[0].upper()}{CANNOT_TELL[1:]}.",
        )
    return figure


def lay_out(network: DrawnNetwork, aspect: float) -> np.ndarray:
    """Return the places of the nodes (shape [nodes, 2]): a disc for each community, packed outwards by decreasing size.

    A disc is evenly filled, with the accounts of most edges in the middle; n accounts take the area n π. Nodes of
    communities after the first `MOST_COMMUNITIES` have nan. `aspect` is the width of the panel divided by its height.
    """
    places = np.full((len(network.community), 2), np.nan)
    radii = np.sqrt(np.bincount(network.community)[1:][:MOST_COMMUNITIES])
    stretch = np.sqrt([aspect, 1 / aspect])
    middles = sunflower(MIDDLES) * stretch * 2 * np.sqrt(((radii + GAP) ** 2).sum() / MIDDLES)
    centres = np.empty((0, 2))
    for label, radius in enumerate(radii, start=1):
        member = np.flatnonzero(network.community == label)
        member = member[np.argsort(-network.degree[member], kind="stable")]
        apart = np.hypot(*(middles[:, None] - centres[None]).transpose(2, 0, 1))
        free = (apart >= radii[: label - 1] + radius + GAP).all(1)
        centres = np.vstack([centres, middles[np.argmax(free)]])
        places[member] = centres[-1] + sunflower(len(member))
    return places


def sunflower(count: int) -> np.ndarray:
    """Return places (shape [count, 2]) evenly spread over a disc of area count π, from the middle outwards.

    Source: H. Vogel, Mathematical Biosciences 44 (1979), on the seeds of a sunflower.
    """
    turn = np.arange(count)
    angle = turn * np.pi * (3 - np.sqrt(5))
    return (np.sqrt(turn + 0.5) * np.array([np.cos(angle), np.sin(angle)])).T


def _widths(networks: Mapping[str, DrawnNetwork], accounts: Mapping[str, int]) -> dict[str, int]:
    if len(accounts) == 1:
        return dict.fromkeys(accounts, WIDE + BETWEEN + NARROW)
    if len(networks) != 1:
        return WIDTHS
    return {subject: WIDE if subject in networks else NARROW for subject in WIDTHS}


def _draw_networks(
    axes_of: Mapping[str, Axes], networks: Mapping[str, DrawnNetwork], accounts: Mapping[str, int]
) -> None:
    """Draw the networks at the same scale, so that their sizes can be compared."""
    rooms = {
        subject: look.MM_PER_INCH * np.array(axes.get_position().size) * axes.figure.figure.get_size_inches()
        for subject, axes in axes_of.items()
    }
    places = {
        subject: lay_out(network, rooms[subject][0] / rooms[subject][1])
        for subject, network in networks.items()
    }
    middles = {subject: (np.nanmax(drawn, 0) + np.nanmin(drawn, 0)) / 2 for subject, drawn in places.items()}
    per_mm = max(
        ((np.ptp(drawn[~np.isnan(drawn[:, 0])], axis=0) + 1.5) / rooms[subject]).max()
        for subject, drawn in places.items()
    )
    for subject, network in networks.items():
        axes, half = axes_of[subject], per_mm * rooms[subject] / 2
        _draw_network(axes, network, places[subject], accounts[subject])
        axes.set_xlim(middles[subject][0] - half[0], middles[subject][0] + half[0])
        axes.set_ylim(middles[subject][1] - half[1], middles[subject][1] + half[1])


def _draw_network(axes: Axes, network: DrawnNetwork, places: np.ndarray, accounts: int) -> None:
    shown = ~np.isnan(places[:, 0])
    order = np.lexsort([np.arange(len(network.days)), -network.days])
    order = order[shown[network.first[order]] & shown[network.second[order]]][:MOST_EDGES]
    lines = list(np.stack([places[network.first[order]], places[network.second[order]]], axis=1))
    within = network.community[network.first[order]] == network.community[network.second[order]]
    # Many lines make vector files slow to open, so they are drawn as pixels.
    alpha = np.where(within, np.clip(8 / np.sqrt(len(network.days)), 0.09, 0.45), 0.45)
    axes.add_collection(
        LineCollection(lines, colors="black", alpha=alpha, linewidths=0.3, zorder=1, rasterized=True)
    )
    inks = np.array(INKS)[(network.community - 1) % len(INKS)]
    size = 2 + 10 * network.degree / network.degree.max()
    x, y = places[shown].T
    axes.scatter(x, y, s=size[shown], c=inks[shown], linewidths=0.2, edgecolors="white", zorder=2)
    for label in range(1, network.community.max() + 1):
        member = shown & (network.community == label)
        if member.sum() >= 5:
            _number(axes, label, np.mean(places[member], axis=0))
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    words = f"{len(shown):,} of {accounts:,} accounts, {len(network.days):,} edges"
    if not shown.all():
        words += f"; {np.count_nonzero(~shown):,} accounts of the smallest communities are not drawn"
    if len(network.days) > MOST_EDGES:
        words += f"; the {MOST_EDGES:,} edges of most days are"
    if network.sensitivity > LEAST_SENSITIVITY:
        words += f"\n{CLUSTER} accounts connected up to Γ = {network.sensitivity:.3g}"
    else:
        words += "\nno network is established"
    axes.set_xlabel(words, loc="left", fontsize=look.SMALL, color=look.GREY)


def _number(axes: Axes, label: int, place: np.ndarray) -> None:
    box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
    axes.text(
        place[0], place[1], str(label), fontsize=look.SMALL, ha="center", va="center", bbox=box, zorder=3
    )


def _rows_of(networks: Mapping[str, DrawnNetwork]) -> list[tuple[str, int]]:
    """Return the communities with a row in panel c, the largest of each population first."""
    return [
        (subject, label)
        for subject, most in ROWS.items()
        if subject in networks
        for label in range(1, min(networks[subject].community.max(), most) + 1)
    ]


def _draw_activity(axes: Axes, activity: Mapping[str, Activity], rows: list[tuple[str, int]]) -> None:
    largest = max((int(one.posts.max()) for one in activity.values() if len(one.posts)), default=0)
    if not largest or not rows:
        look.say(axes, "no coordinated post")
        return
    for row, (subject, label) in enumerate(rows):
        one = activity[subject]
        here = (one.community == label) & (one.posts >= SMALLEST_DOT * largest)
        axes.axhline(row, color=look.PALE, linewidth=0.5, zorder=0)
        axes.scatter(
            one.week[here],
            np.full(here.sum(), row),
            s=50 * one.posts[here] / largest,
            color=INKS[(label - 1) % len(INKS)],
            linewidths=0,
            alpha=0.8,
        )
    names = [str(label) if subject == "operation" else f"{subject} {label}" for subject, label in rows]
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.3, -0.9)
    axes.set_ylabel("community")
    locator = mdates.AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis.set_major_locator(locator)
    # The year, and within a month the month too, stands below the axis if no mark has it.
    weeks = np.concatenate([one.week for one in activity.values()])
    of_days = "%b %Y" if np.ptp(weeks) < np.timedelta64(4, "W") else "%Y"
    years = ["", "%Y", *[of_days] * 4]
    axes.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator, offset_formats=years))
    axes.margins(x=0.03)
    axes.text(
        1,
        1.03,
        f"largest dot: {largest:,} posts",
        transform=axes.transAxes,
        ha="right",
        fontsize=look.SMALL,
        color=look.GREY,
    )


def _draw_overlap(axes: Axes, overlap: Overlap) -> None:
    names = np.unique(overlap.trace_a)
    across, down = np.searchsorted(names, overlap.trace_a), np.searchsorted(names, overlap.trace_b)
    same = across == down
    grid = np.full((len(names), len(names)), np.nan)
    grid[down[~same], across[~same]] = overlap.jaccard[~same]
    axes.imshow(grid, cmap=SHADES, vmin=0, vmax=1, aspect="auto")
    for x, y, jaccard in zip(across[~same], down[~same], overlap.jaccard[~same], strict=True):
        # Without the leading 0 the numbers of ten traces fit.
        words = f"{jaccard:.2f}".removeprefix("0")
        ink = "white" if jaccard > 0.93 else "black"
        axes.text(x, y, words, ha="center", va="center", fontsize=look.SMALLEST, color=ink)
    labels = [look.words_of_trace(name) for name in names]
    edges = overlap.edges_a[same].tolist()
    axes.set_yticks(
        range(len(names)), [f"{name} ({count:,})" for name, count in zip(labels, edges, strict=True)]
    )
    # The lower triangle has no column for the last trace.
    columns = max(len(names) - 1, 1)
    axes.set_xticks(range(columns), labels[:columns], rotation=90)
    axes.set_xlim(-0.5, columns - 0.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
