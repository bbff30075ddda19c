"""Time the search for pairs of accounts against two other tools and compare every pair.

Each tool runs as whole processes, from the same CSV of events to a file of pairs: the function behind `snakemake pairs`;
coordination-network-toolkit (preprocess, then co_retweet); and a self-merge in pandas, reduced to the window afterwards.
The two other tools are installed into a temporary folder and limited to `--peer-memory-gb`. Seconds are wall-clock time.
CPU seconds (user and system, of all processes of a tool) depend less on other work of the machine. Peak memory is that of
the largest process of a tool.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from glob import escape
from pathlib import Path

import duckdb

from bench.timed_process import Figures, run
from takedown.core.database import literal, read_sql

WINDOW = 60
PEERS = ("coordination-network-toolkit==1.5.2", "pandas")

OURS = f"""
import sys
from takedown.pairs.report import write_pairs
write_pairs(
    sys.argv[1], {{name: f"{{sys.argv[2]}}/{{name}}.csv" for name in ("pairs", "bursts", "summary")}},
    scratch=sys.argv[2], window={WINDOW}, cap=1000, min_objects=1, memory_mb=int(sys.argv[3]), threads=2,
    largest_bytes=1e12, largest_ratio=200,
)
"""

MERGE = f"""
import sys, pandas
events = pandas.read_csv(sys.argv[1])
events["event"] = range(len(events))
both = events.merge(events, on="object", suffixes=("_a", "_b"))
both = both[(both.account_a < both.account_b) & ((both.time_a - both.time_b).abs() <= {WINDOW})]
pairs = both.groupby(["account_a", "account_b"]).agg(
    event_pairs=("object", "size"), objects=("object", "nunique"),
    events_a=("event_a", "nunique"), events_b=("event_b", "nunique"),
)
pairs.to_csv(sys.argv[2])
"""

EXPORT = """
import csv, sqlite3, sys
with open(sys.argv[2], "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["user_1", "user_2", "weight"])
    writer.writerows(sqlite3.connect(sys.argv[1]).execute("SELECT user_1, user_2, weight FROM co_retweet_network"))
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, nargs="*", default=[40_000, 1_000_000, 4_000_000])
    parser.add_argument(
        "--large", type=int, default=16_000_000, help="events for this study only; 0 skips it"
    )
    parser.add_argument(
        "--viral", type=int, default=100_000, help="accounts that share one object; 0 skips it"
    )
    parser.add_argument("--days", type=float, default=10, help="days that the events cover")
    parser.add_argument("--large-days", type=float, default=4.8, help="days that the events of --large cover")
    parser.add_argument("--memory-mb", type=int, default=2000, help="memory limit of DuckDB")
    parser.add_argument("--peer-memory-gb", type=float, default=8)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--scratch", default=None, help="folder for temporary files of several gigabytes")
    return parser.parse_args()


def write_events(path: Path, query: str, **parameters: float) -> None:
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": f"{path}.overflow"}) as connection:
        # A uniform number from 0 to 1: 53 bits of a hash.
        connection.execute("CREATE MACRO share(i) AS (hash(i) >> 11) / 9007199254740992.0")
        connection.execute(
            f"COPY ({read_sql(f'bench/{query}.sql')}) TO {literal(str(path))} (HEADER)", parameters
        )


def show(name: str, tool: str, figures: Figures | None, note: str = "") -> None:
    shown = "{:8.2f} {:8.2f} {:8.0f}".format(*figures) if figures else "  failed        –        –"
    print(f"{name:<12} {tool:<30} {shown}  {note}", flush=True)


def repeated(size: int, command: Callable[[], Figures | None]) -> Figures | None:
    """Run a command three times if `size` is small, else once; return median seconds and the largest peak memory."""
    runs = []
    for _ in range(3 if size <= 100_000 else 1):
        if (figures := command()) is None:
            return None
        runs.append(figures)
    seconds, cpu_seconds, peaks = zip(*runs, strict=True)
    return Figures(statistics.median(seconds), statistics.median(cpu_seconds), max(peaks))


def ours(name: str, events: Path, folder: Path, memory_mb: int, size: int) -> Figures:
    figures = repeated(
        size, lambda: run([[sys.executable, "-c", OURS, str(events), str(folder), str(memory_mb)]])
    )
    if figures is None:
        sys.exit("The search of this study failed; its message is above.")
    with duckdb.connect() as connection:
        ((pairs, event_pairs, bursts),) = connection.execute(
            read_sql("bench/counts.sql"),
            {"pairs": f"{folder}/pairs.csv", "bursts": f"{folder}/bursts.csv"},
        ).fetchall()
    note = f"{pairs} pairs of accounts, {event_pairs} of events, {bursts} objects in bursts.csv"
    show(name, "find_pairs", figures, note)
    return figures


def differences(query: str, folder: Path) -> int:
    with duckdb.connect(config={"memory_limit": "4GB", "temp_directory": f"{folder}/overflow"}) as connection:
        files = {"ours": escape(f"{folder}/pairs.csv"), "theirs": escape(f"{folder}/theirs.csv")}
        ((different,),) = connection.execute(read_sql(f"bench/{query}.sql"), files).fetchall()
        return different


def compare(
    name: str,
    tool: str,
    mine: Figures,
    theirs: Figures | None,
    query: str,
    folder: Path,
    export: Sequence[str] = (),
) -> int:
    """Print the figures of another tool and its ratio to ours; return the number of pairs that differ."""
    if theirs is None:
        show(name, tool, None, "failed, or needed more than --peer-memory-gb")
        return 0
    if export:
        subprocess.run([*export], check=True)
    different = differences(query, folder)
    equal = "all pairs and counts equal" if not different else f"{different} PAIRS DIFFER"
    times, cpu_times = theirs.seconds / mine.seconds, theirs.cpu_seconds / mine.cpu_seconds
    show(name, tool, theirs, f"{times:.1f} times the time, {cpu_times:.1f} times the CPU time; {equal}")
    return different


def against_peers(
    name: str, events: Path, folder: Path, mine: Figures, peers: Path, size: int, limit_gb: float
) -> int:
    python, database = str(peers / "bin" / "python"), folder / "toolkit.db"
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        query = read_sql("bench/toolkit_input.sql")
        target = literal(f"{folder}/toolkit.csv")
        connection.execute(f"COPY ({query}) TO {target} (HEADER)", {"file": escape(str(events))})

    def toolkit() -> Figures | None:
        for file in folder.glob("toolkit.db*"):
            file.unlink()
        tool = [str(peers / "bin" / "compute_networks"), str(database)]
        choices = ["--time_window", str(WINDOW), "--min_edge_weight", "1"]
        return run(
            [[*tool, "preprocess", f"{folder}/toolkit.csv"], [*tool, "compute", "co_retweet", *choices]],
            limit_gb,
        )

    export = [python, "-c", EXPORT, str(database), f"{folder}/theirs.csv"]
    figures = repeated(size, toolkit)
    different = compare(
        name, "coordination-network-toolkit", mine, figures, "toolkit_differences", folder, export
    )
    merge = [python, "-c", MERGE, str(events), f"{folder}/theirs.csv"]
    figures = repeated(size, lambda: run([merge], limit_gb))
    return different + compare(name, "pandas self-merge", mine, figures, "pandas_differences", folder)


chosen = arguments()
different = 0
with tempfile.TemporaryDirectory(prefix="bench_", dir=chosen.scratch) as scratch:
    folder = Path(scratch).resolve()
    peers = folder / "peers"
    if not chosen.no_peers and chosen.events:
        subprocess.run([sys.executable, "-m", "venv", str(peers)], check=True)
        subprocess.run([str(peers / "bin" / "pip"), "install", "--quiet", *PEERS], check=True)
    print(
        f"{'events':<12} {'tool':<30} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}  {os.cpu_count()} cores, "
        f"window {WINDOW} s"
    )
    events = folder / "events.csv"
    for size in [*chosen.events, chosen.large]:
        if not size:
            continue
        write_events(
            events,
            "events",
            events=size,
            accounts=max(size // 40, 2),
            objects=max(size // 10, 2),
            seconds=(chosen.large_days if size == chosen.large else chosen.days) * 86400,
        )
        mine = ours(f"{size}", events, folder, chosen.memory_mb, size)
        if size in chosen.events and not chosen.no_peers:
            different += against_peers(f"{size}", events, folder, mine, peers, size, chosen.peer_memory_gb)
    if chosen.viral:
        write_events(events, "viral", events=chosen.viral)
        ours(f"{chosen.viral} viral", events, folder, chosen.memory_mb, chosen.viral)
sys.exit(1 if different else 0)
