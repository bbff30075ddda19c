"""Recovery of the planted groups, as pairs of accounts, accounts and groups, from all traces together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from takedown.coordination.acts import Choices, number_events
from takedown.coordination.catalogue import PIECES, timed_traces, trace_names
from takedown.coordination.edges import choices_by_grade, write_edges
from takedown.coordination.evidence import chance_within
from takedown.coordination.graph import build_network, find_communities
from takedown.coordination.pair_days import find_pair_days, load_traces, open_events
from takedown.coordination.synchrony import synchrony
from takedown.coordination.trace_file import common_resolution, write_traces
from takedown.core.database import read_sql
from takedown.core.measures import CONTROL
from takedown.statistics.estimate import Estimate
from takedown.validation.former_test import crowd_levels, find_former_edges
from takedown.validation.recovery.table import OFTEN, Recovered, compare

Pair = tuple[str, str]


def recover_groups(
    seed: int, records: Sequence[Path], folder: Path, planted: Sequence[Mapping], config: Mapping
) -> list[Recovered]:
    """Look for groups in simulated records as the study does, and compare them with the planted groups of the truth.

    Events and edges are written to `folder`. Of `config`, the configuration, subjects, utc_offset_hours, creation,
    coordination and inference are used.
    """
    settings = config["coordination"]
    memory: dict[str, Any] = {"scratch": folder, "memory_mb": settings["memory_mb"]}
    files = {subject: [folder / f"{subject}_events.parquet"] for subject in config["subjects"]}
    for subject, archives in config["subjects"].items():
        write_traces(
            records,
            archives,
            files[subject][0],
            since=settings["since"],
            until=config["creation"]["control_cut"],
            utc_offset_hours=config["utc_offset_hours"],
            **memory,
        )
    on_object, in_timeline = choices_by_grade(
        settings["window_seconds"],
        (settings["object_near_seconds"], settings["near_seconds"]),
        settings["cap"],
        config["utc_offset_hours"],
    )
    found = []
    with duckdb.connect() as connection:
        resolution = common_resolution(connection, files.values())
        for subject, events in files.items():
            path = folder / f"{subject}_edges.parquet"
            write_edges(
                events,
                path,
                folder / f"{subject}_tests.parquet",
                on_object=on_object,
                in_timeline=in_timeline,
                resolution=resolution,
                alpha=settings["alpha"],
                **memory,
            )
            query = read_sql("validation/recovery/edges.sql")
            found.append(connection.execute(query, {"edges": str(path)}).fetchnumpy())
    former = former_pairs(files, in_timeline, resolution, folder, settings)
    return compare_groups(seed, planted, found, former, config["inference"]["seed"])


def former_pairs(
    files: Mapping[str, Sequence[Path]],
    choices: Choices,
    resolution: int,
    folder: Path,
    settings: Mapping[str, Any],
) -> set[Pair]:
    """Return the pairs of all populations that the former test joins in some trace, each in order.

    `files` are those of events by population, `settings` those of the configuration for coordination.
    """
    columns: dict[str, dict[str, dict[str, np.ndarray]]] = {subject: {} for subject in files}
    control: dict[str, Estimate | None] = {}
    for subject, events in files.items():
        with open_events(events, folder / "overflow", memory_mb=settings["memory_mb"]) as connection:
            number_events(connection, resolution)
            for trace in sorted(set(trace_names()) - set(timed_traces())):
                find_pair_days(connection, trace, choices, folder, resolution)
                columns[subject][trace] = connection.execute(
                    read_sql("validation/recovery/former_pair.sql"),
                    {"window": choices.window_seconds, "near": choices.near_seconds},
                ).fetchnumpy()
                pieces = {piece: [folder / f"{piece}.parquet"] for piece in PIECES}
                known = load_traces(connection, pieces)
                if subject == CONTROL and trace in known:
                    control[trace] = synchrony(known[trace].sums[1])
    chance = chance_within(choices.window_seconds, choices.near_seconds, resolution)
    levels = crowd_levels(control)
    joined: set[Pair] = set()
    for of_traces in columns.values():
        level = [
            max(chance, levels.get(trace, max(levels.values(), default=0.0)))
            for trace, of in of_traces.items()
            for _ in of["days_near"]
        ]
        ends, near, together = (
            np.concatenate([np.stack([of[name] for name in names], axis=1) for of in of_traces.values()])
            for names in (("account_a", "account_b"), ("days_near",), ("days_together",))
        )
        edge = find_former_edges(near[:, 0], together[:, 0], np.array(level), settings["alpha"])
        joined |= set(map(tuple, ends[edge].tolist()))
    return joined


def compare_groups(
    seed: int,
    planted: Sequence[Mapping],
    edges: Iterable[Mapping[str, np.ndarray]],
    former: set[Pair],
    graph_seed: int,
) -> list[Recovered]:
    """Compare planted groups with the edges of all populations; one row for each quantity.

    `planted` are groups of the truth (accounts, events). `edges` are the columns account_a, account_b and days_together of
    each population, with one row for each pair and trace; edges of a population without a planted group are false. `former`
    are the pairs that the former test joins.
    """
    groups = [set(group["accounts"]) for group in planted]
    often = [set(group["accounts"]) for group in planted if group["events"] >= OFTEN]
    populations = [fuse_edges(**columns) for columns in edges]
    pairs = {pair for days in populations for pair in days}
    accounts, within = set().union(*pairs), pairs_within(groups)
    communities = [found for days in populations for found in find_groups(days, graph_seed)]
    rows = [
        compare(seed, "coordinated_pairs", within, pairs),
        compare(seed, "coordinated_pairs_often", pairs_within(often), pairs),
        compare(seed, "coordinated_accounts", set().union(*groups), accounts),
        compare(seed, "coordinated_accounts_often", set().union(*often), accounts),
        match_groups(seed, "coordinated_groups", groups, communities),
        match_groups(seed, "coordinated_groups_often", often, communities),
        compare(seed, "former_pairs", within, former),
        compare(seed, "former_pairs_kept", former & within, pairs),
        compare(seed, "former_accounts_kept", set().union(*(former & within)), accounts),
    ]
    # Only the recall is known: other findings may be groups that acted rarely, or that the former test missed.
    return [replace(row, found=None) if row.quantity.endswith(("_often", "_kept")) else row for row in rows]


def fuse_edges(account_a: np.ndarray, account_b: np.ndarray, days_together: np.ndarray) -> dict[Pair, int]:
    """Return each pair of accounts, in order, with its largest number of days on a trace."""
    days: dict[Pair, int] = {}
    for one, other, count in zip(account_a.tolist(), account_b.tolist(), days_together.tolist(), strict=True):
        pair = (min(one, other), max(one, other))
        days[pair] = max(days.get(pair, 0), count)
    return days


def find_groups(days: Mapping[Pair, int], graph_seed: int) -> list[set[str]]:
    """Return the communities of the network of these edges, as the study finds them."""
    if not days:
        return []
    names, place = np.unique(np.array(list(days)), return_inverse=True)
    first, second = place.reshape(-1, 2).T
    label = find_communities(build_network(first, second, np.array(list(days.values()))), graph_seed).label
    return [set(names[label == number].tolist()) for number in np.unique(label)]


def pairs_within(groups: Iterable[Collection[str]]) -> set[Pair]:
    """Return all pairs of members of one group, each in order.

    >>> sorted(pairs_within([["b", "a"], ["c", "d"]]))
    [('a', 'b'), ('c', 'd')]
    """
    return {pair for group in groups for pair in combinations(sorted(group), 2)}


def match_groups(
    seed: int, quantity: str, planted: Sequence[set[str]], found: Sequence[set[str]]
) -> Recovered:
    """Compare two sets of disjoint groups: two groups match if their Jaccard index is above one half.

    Then more accounts are in both groups than in only one, so no group has two matches (P. Jaccard, New Phytologist 11,
    1912).
    """
    matches = sum(2 * len(one & other) > len(one | other) for one in planted for other in found)
    return Recovered(seed, quantity, len(planted), len(found), matches)
