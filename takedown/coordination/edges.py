"""The edges of the coordination network: pairs of accounts that were together on more days than a crowd would be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb
import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from takedown.coordination.catalogue import PIECES, timed_traces, trace_names
from takedown.coordination.evidence import Edges, chance_within, edge_p_values, find_edges
from takedown.coordination.pair_days import Choices, Trace, load_traces, open_events, write_pair_days
from takedown.coordination.synchrony import synchrony
from takedown.coordination.trace_file import common_resolution
from takedown.core.database import literal, read_sql
from takedown.core.failures import too_large
from takedown.core.working_folder import whole_file, working_folder
from takedown.statistics.estimate import Estimate

#: With fewer pair-days than this, the control does not tell how a crowd of that trace behaves.
CROWD_PAIR_DAYS = 100


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the traces of a population show.

    `accounts` with an event of any trace. By trace: `traces`; `synchrony` (None without a pair-day); `chance`, the
    probability of a pair-day to be within the window that edges must beat; `tested`, the pairs that could be edges;
    `edges`; `members`, the accounts in them. Over all traces, each once: `all_edges`, and `components`, the sizes of the
    connected components of the network. `all_tested` is what the family-wise error is divided by.
    """

    accounts: int
    traces: dict[str, Trace]
    synchrony: dict[str, Estimate | None]
    chance: dict[str, float]
    tested: dict[str, int]
    edges: dict[str, int]
    members: dict[str, int]
    all_tested: int
    all_edges: int
    components: np.ndarray


def find_coordination(
    events: Mapping[str, Sequence[str | Path]],
    edges: Mapping[str, str | Path],
    choices: Choices,
    *,
    crowd: str | None,
    alpha: float,
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> dict[str, Evidence]:
    """Find the pairs of each population from the events of its traces and test them, in one go.

    `events`: by population, files of `takedown.coordination.trace_file`. Times of all populations count at the coarsest
    resolution of one. All else as in `write_pair_days` and `judge_pairs`.
    """
    settings = {"memory_mb": memory_mb, "threads": threads}
    every = [path for paths in events.values() for path in paths]
    with working_folder(f"{next(iter(edges.values()))}.pairs", scratch) as folder:
        with duckdb.connect() as connection:
            resolution = common_resolution(connection, events.values())
            query = "SELECT DISTINCT trace FROM read_parquet($files) ORDER BY trace"
            names = connection.execute(query, {"files": [str(path) for path in every]}).fetchall()
        pieces = {}
        for subject, paths in events.items():
            files = {piece: folder / f"{subject}_{piece}.parquet" for piece in PIECES}
            # Without an event there are files without rows.
            traces = [name for (name,) in names] or trace_names()[:1]
            write_pair_days(paths, traces, files, choices, resolution=resolution, scratch=folder, **settings)
            pieces[subject] = {piece: [path] for piece, path in files.items()}
        return judge_pairs(
            events, pieces, edges, choices, crowd=crowd, alpha=alpha, scratch=scratch, **settings
        )


def judge_pairs(
    events: Mapping[str, Sequence[str | Path]],
    pieces: Mapping[str, Mapping[str, Sequence[str | Path]]],
    edges: Mapping[str, str | Path],
    choices: Choices,
    *,
    crowd: str | None,
    alpha: float,
    scratch: str | Path,
    memory_mb: int,
    threads: int = 1,
) -> dict[str, Evidence]:
    """Test every pair of accounts of each population and write those that were together once; return what they show.

    `events`: by population, its files of `takedown.coordination.trace_file`; `pieces`: by population, for each of `PIECES`,
    the files of `write_pair_days`, however its traces are divided among them. `edges`: by population, the Parquet file to write,
    with the columns trace, account_a, account_b, days_near, days_within (days at different times of the day), event_pairs,
    objects (both within the window), expected_days, p_value, significant, in the order of the first three. Every edge, of any
    population, must beat the population `crowd` (`crowd_levels`), if there is one. `alpha` is the family-wise error over all pairs and traces of a population.
    What is larger than `memory_mb` goes to a `working_folder` in `scratch`.

    Raises InputError if the memory does not do even so.
    """
    settings = {"memory_mb": memory_mb, "threads": threads}
    try:
        with working_folder(next(iter(edges.values())), scratch) as folder:
            with duckdb.connect() as connection:
                traces = {subject: load_traces(connection, files) for subject, files in pieces.items()}
            found = {
                subject: {name: synchrony(trace.cells) for name, trace in of_subject.items()}
                for subject, of_subject in traces.items()
            }
            levels = crowd_levels(found.get(crowd, {}) if crowd else {})
            evidence = {}
            for subject, of_subject in traces.items():
                chance = {name: _chance(trace, choices, levels) for name, trace in of_subject.items()}
                with open_events(events[subject], folder / "overflow", **settings) as connection:
                    evidence[subject] = _write_edges(
                        connection,
                        edges[subject],
                        pieces[subject]["pair"],
                        of_subject,
                        found[subject],
                        chance,
                        alpha,
                    )
            return evidence
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, "The finding of pairs of accounts", "coordination.memory_mb") from None


def crowd_levels(control: Mapping[str, Estimate | None]) -> dict[str, float]:
    """Return the upper end of the control's synchrony by trace, where it has an interval and pair-days enough."""
    return {
        name: estimate.high
        for name, estimate in control.items()
        if name not in timed_traces()
        and estimate is not None
        and estimate.high is not None
        and estimate.n >= CROWD_PAIR_DAYS
    }


def _chance(trace: Trace, choices: Choices, levels: Mapping[str, float]) -> float:
    """Return what edges of a trace must beat: the null or the crowd, if need be that of the trace where it is largest.

    It is 1, so that there are no edges, where two that are near are together by what the trace is.
    """
    if trace.name in timed_traces():
        return 1.0
    null = chance_within(choices.window_seconds, choices.near_seconds, trace.resolution)
    return max(null, levels.get(trace.name, max(levels.values(), default=0.0)))


def _write_edges(
    connection: duckdb.DuckDBPyConnection,
    path: str | Path,
    pairs: Sequence[str | Path],
    traces: dict[str, Trace],
    found: dict[str, Estimate | None],
    chance: dict[str, float],
    alpha: float,
) -> Evidence:
    names = list(traces)
    sizes = [len(traces[name].histogram["pairs"]) for name in names]
    cells = {
        column: np.concatenate(
            [np.empty(0, np.int64), *(traces[name].histogram[column] for name in names)]
        ).astype(np.int64)
        for column in ("days_near", "days_within", "pairs")
    }
    cells["trace"] = np.repeat(np.arange(len(names)), sizes)
    of_cell = np.repeat([chance[name] for name in names], sizes)
    tests = find_edges(cells["days_near"], cells["days_within"], of_cell, alpha, cells["pairs"])
    could = edge_p_values(cells["days_near"], cells["days_near"], of_cell) <= tests.threshold
    ((accounts,),) = connection.execute("SELECT count(DISTINCT account) FROM trace_event").fetchall()
    _test_pairs(connection, pairs, names, cells, cells["days_near"] * of_cell, tests)
    with whole_file(path) as whole:
        connection.sql("FROM edge ORDER BY trace, account_a, account_b").write_parquet(str(whole))
    by_trace = dict.fromkeys(names, (0, 0)) | {
        name: (edges, members)
        for name, edges, members in connection.execute(
            read_sql("coordination/evidence/edge_counts.sql")
        ).fetchall()
    }
    ends = connection.execute(read_sql("coordination/evidence/edge_ends.sql")).fetchnumpy()
    return Evidence(
        accounts,
        traces,
        found,
        chance,
        {
            name: int(cells["pairs"][could & (cells["trace"] == place)].sum())
            for place, name in enumerate(names)
        },
        {name: edges for name, (edges, _) in by_trace.items()},
        {name: members for name, (_, members) in by_trace.items()},
        tests.tested,
        len(ends["one"]),
        _component_sizes(ends["one"], ends["other"]),
    )


def _test_pairs(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[str | Path],
    names: list[str],
    cells: dict[str, np.ndarray],
    expected: np.ndarray,
    tests: Edges,
) -> None:
    """Make the table `edge` of the pairs that were together once: pairs near and together on as many days are alike."""
    connection.register("trace_name", {"place": np.arange(len(names)), "trace": np.array(names, str)})
    connection.register(
        "pair_test",
        {
            **{column: cells[column] for column in ("trace", "days_near", "days_within")},
            "expected_days": expected,
            "p_value": tests.p_value,
            "significant": tests.significant,
        },
    )
    connection.execute(
        "CREATE TEMP VIEW found_pair AS FROM read_parquet("
        f"[{', '.join(literal(escape(str(path))) for path in pairs)}])"
    )
    connection.execute(f"CREATE TEMP TABLE edge AS {read_sql('coordination/evidence/edge.sql')}")


def _component_sizes(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the numbers of nodes of the connected components of a network of edges, largest first."""
    nodes, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    if not len(nodes):
        return np.empty(0, np.int64)
    edges = coo_array((np.ones(len(one)), (places[: len(one)], places[len(one) :])), (len(nodes),) * 2)
    return np.sort(np.bincount(connected_components(edges, directed=False)[1]))[::-1]
