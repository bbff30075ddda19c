"""The edges of the coordination network: pairs of accounts that were together on more days than a crowd would be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path

import duckdb
import numpy as np

from takedown.coordination.catalogue import PIECES, timed_traces, trace_names
from takedown.coordination.evidence import chance_within, edge_p_values, find_edges
from takedown.coordination.graph import build_network, find_components
from takedown.coordination.pair_days import Choices, Trace, load_traces, open_events, write_pair_days
from takedown.coordination.synchrony import synchrony
from takedown.coordination.trace_file import common_resolution
from takedown.core.database import literal, read_sql
from takedown.core.failures import too_large
from takedown.core.working_folder import whole_file, working_folder
from takedown.statistics.estimate import Estimate

#: A control with fewer pair-days of a trace does not show how a crowd behaves in that trace.
CROWD_PAIR_DAYS = 100


@dataclass(frozen=True, eq=False)
class Evidence:
    """The tests of one population: `accounts` with an event of any trace, and by trace and over all traces the results.

    By trace: `traces`; `synchrony` (None without a pair-day); `chance`, the probability of a pair-day within the window that
    edges must exceed; `tested`, the number of pairs that could be edges; `edges`; `members`, the accounts with an edge.
    Over all traces: `all_tested`, the divisor of the family-wise error; `all_edges`, each pair counted once; `components`,
    the sizes of the connected components of the network, largest first.
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


def write_edges_from_events(
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
    """Find the pair-days of every population from its files of events, then its edges.

    `events` are files of `takedown.coordination.trace_file` by population. Times of all populations count at the coarsest
    resolution of one. For the other arguments, the result and the errors see `write_edges`.
    """
    with working_folder(f"{next(iter(edges.values()))}.pairs", scratch) as folder:
        with duckdb.connect() as connection:
            resolution = common_resolution(connection, events.values())
            query = "SELECT DISTINCT trace FROM read_parquet($files) ORDER BY trace"
            every = [str(path) for paths in events.values() for path in paths]
            names = [name for (name,) in connection.execute(query, {"files": every}).fetchall()]
        pieces = {}
        for subject, paths in events.items():
            files = {piece: folder / f"{subject}_{piece}.parquet" for piece in PIECES}
            # Without an event one trace still gives the files, with no rows.
            write_pair_days(
                *(paths, names or trace_names()[:1], files, choices),
                resolution=resolution,
                scratch=folder,
                memory_mb=memory_mb,
                threads=threads,
            )
            pieces[subject] = {piece: [path] for piece, path in files.items()}
        settings = {"memory_mb": memory_mb, "threads": threads}
        return write_edges(
            events, pieces, edges, choices, crowd=crowd, alpha=alpha, scratch=scratch, **settings
        )


def write_edges(
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
    """Test every pair of accounts of each population and write the pairs that were together at least once.

    By population: `events` are its files of `takedown.coordination.trace_file`; `pieces` are, for each of `PIECES`, its files
    of `write_pair_days`, in which its traces may be divided in any way; `edges` is the Parquet file to write, with the
    columns trace, account_a, account_b, days_near, days_within (days at different times of the day), event_pairs, objects
    (both within the window), expected_days, p_value, significant, in the order of the first three. Edges of all
    populations must exceed the level of the population `crowd` (`crowd_levels`), if there is one. `alpha` is the
    family-wise error over all pairs and traces of a population. A `working_folder` in `scratch` holds data beyond
    `memory_mb`. Returns the evidence by population.

    Raises InputError if the memory is too small even so.
    """
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
                place = folder / "overflow"
                with open_events(events[subject], place, memory_mb=memory_mb, threads=threads) as connection:
                    pairs, known = pieces[subject]["pair"], found[subject]
                    evidence[subject] = _write_edges(
                        connection, edges[subject], pairs, of_subject, known, chance, alpha
                    )
            return evidence
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, "The finding of pairs of accounts", "coordination.memory_mb") from None


def crowd_levels(control: Mapping[str, Estimate | None]) -> dict[str, float]:
    """Return the upper end of the control's synchrony by trace, if it has an interval and `CROWD_PAIR_DAYS`.

    >>> crowd_levels({"co_link": Estimate(0.1, 0.08, 0.13, n=900), "co_reply": Estimate(0.3, 0.1, 0.9, n=8)})
    {'co_link': 0.13}
    """
    return {
        name: estimate.high
        for name, estimate in control.items()
        if name not in timed_traces()
        and estimate is not None
        and estimate.high is not None
        and (estimate.n or 0) >= CROWD_PAIR_DAYS
    }


def _chance(trace: Trace, choices: Choices, levels: Mapping[str, float]) -> float:
    """Return the level that edges of a trace must exceed: the null or the crowd's, or else the largest of its other traces.

    It is 1, so that there are no edges, for `timed_traces`, in which near acts are together by definition.
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
    sizes = [len(trace.histogram["pairs"]) for trace in traces.values()]
    near, within, counts = (
        np.concatenate([np.empty(0), *(trace.histogram[column] for trace in traces.values())]).astype(
            np.int64
        )
        for column in ("days_near", "days_within", "pairs")
    )
    place = np.repeat(np.arange(len(names)), sizes)
    of_cell = np.repeat([chance[name] for name in names], sizes)
    tests = find_edges(near, within, of_cell, alpha, counts)
    could = edge_p_values(near, near, of_cell) <= tests.threshold
    # Pairs of a trace that were near and together on equally many days have the same test.
    connection.register("trace_name", {"place": np.arange(len(names)), "trace": np.array(names, str)})
    columns = {"trace": place, "days_near": near, "days_within": within, "expected_days": near * of_cell}
    columns |= {"p_value": tests.p_value, "significant": tests.significant}
    connection.register("pair_test", columns)
    files = ", ".join(literal(escape(str(path))) for path in pairs)
    connection.execute(f"CREATE TEMP VIEW found_pair AS FROM read_parquet([{files}])")
    connection.execute(f"CREATE TEMP TABLE edge AS {read_sql('coordination/evidence/edge.sql')}")
    with whole_file(path) as whole:
        connection.sql("FROM edge ORDER BY trace, account_a, account_b").write_parquet(str(whole))
    ((accounts,),) = connection.execute("SELECT count(DISTINCT account) FROM trace_event").fetchall()
    rows = connection.execute(read_sql("coordination/evidence/edge_counts.sql")).fetchall()
    by_trace = dict.fromkeys(names, (0, 0)) | {name: numbers for name, *numbers in rows}
    ends = connection.execute(read_sql("coordination/evidence/edge_ends.sql")).fetchnumpy()
    network = build_network(ends["one"], ends["other"], np.ones(len(ends["one"])))
    return Evidence(
        *(accounts, traces, found, chance),
        tested={name: int(counts[could & (place == number)].sum()) for number, name in enumerate(names)},
        edges={name: edges for name, (edges, _) in by_trace.items()},
        members={name: members for name, (_, members) in by_trace.items()},
        all_tested=tests.tested,
        all_edges=len(ends["one"]),
        components=np.bincount(find_components(network))[1:],
    )
