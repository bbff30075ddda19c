"""Recovery of the planted groups, as pairs of accounts, accounts and groups, from all traces together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np

from takedown.coordination.edges import write_edges_from_events
from takedown.coordination.graph import build_network, find_communities
from takedown.coordination.pair_days import Choices
from takedown.coordination.trace_file import write_traces
from takedown.core.database import read_sql
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
    memory = {"scratch": folder, "memory_mb": settings["memory_mb"]}
    events = {subject: folder / f"{subject}_events.parquet" for subject in config["subjects"]}
    edges = {subject: folder / f"{subject}_edges.parquet" for subject in config["subjects"]}
    for subject, archives in config["subjects"].items():
        write_traces(
            records,
            archives,
            events[subject],
            since=settings["since"],
            until=config["creation"]["control_cut"],
            utc_offset_hours=config["utc_offset_hours"],
            **memory,
        )
    seconds = settings["window_seconds"], settings["near_seconds"]
    choices = Choices(*seconds, settings["cap"], config["utc_offset_hours"])
    paths = {subject: [path] for subject, path in events.items()}
    write_edges_from_events(paths, edges, choices, crowd="control", alpha=settings["alpha"], **memory)
    with duckdb.connect() as connection:
        query = read_sql("validation/recovery/edges.sql")
        found = [connection.execute(query, {"edges": str(path)}).fetchnumpy() for path in edges.values()]
    return compare_groups(seed, planted, found, config["inference"]["seed"])


def compare_groups(
    seed: int, planted: Sequence[Mapping], edges: Iterable[Mapping[str, np.ndarray]], graph_seed: int
) -> list[Recovered]:
    """Compare planted groups with the significant edges of all populations; one row for each quantity.

    `planted` are groups of the truth (accounts, events). `edges` are the columns account_a, account_b and days_within of
    each population, with one row for each pair and trace; edges of a population without a planted group are false.
    """
    groups = [set(group["accounts"]) for group in planted]
    often = [set(group["accounts"]) for group in planted if group["events"] >= OFTEN]
    populations = [fuse_edges(**columns) for columns in edges]
    pairs = {pair for days in populations for pair in days}
    communities = [found for days in populations for found in find_groups(days, graph_seed)]
    rows = [
        compare(seed, "coordinated_pairs", pairs_within(groups), pairs),
        compare(seed, "coordinated_pairs_often", pairs_within(often), pairs),
        compare(seed, "coordinated_accounts", set().union(*groups), set().union(*pairs)),
        match_groups(seed, "coordinated_groups", groups, communities),
        match_groups(seed, "coordinated_groups_often", often, communities),
    ]
    # For groups that often acted together only the recall is known: other findings may be groups that acted rarely.
    return [replace(row, found=None) if row.quantity.endswith("_often") else row for row in rows]


def fuse_edges(account_a: np.ndarray, account_b: np.ndarray, days_within: np.ndarray) -> dict[Pair, int]:
    """Return each pair of accounts, in order, with its largest number of days on a trace."""
    days: dict[Pair, int] = {}
    for one, other, count in zip(account_a.tolist(), account_b.tolist(), days_within.tolist(), strict=True):
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
