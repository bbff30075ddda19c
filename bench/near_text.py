"""Time the grouping of near-duplicate texts, next to MinHashLSH of datasketch at a size that it can do.

Both run as whole processes, from a Parquet file of posts to a file of texts that have a near one. datasketch gets the same
bands and rows, and its candidates are compared by the Jaccard index of their sets, as here; its hash functions are others,
so that the texts found differ by chance. It is installed into a temporary folder. Of ten posts, one repeats another post and
two are near copies of it (`workflow/sql/bench/texts.sql`). Seconds are wall-clock time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from bench.timed_process import Figures, run
from takedown.coordination.near_text import BANDS, LENGTH, ROWS, THRESHOLD
from takedown.core.database import literal, read_sql

PEERS = ("datasketch==2.0.0", "duckdb==2.0.0")
WORDS = 50_000

OURS = """
import sys
from takedown.coordination.near_text import file_near_texts
from takedown.core.database import literal, open_duckdb, read_sql
posts, target, memory_mb = sys.argv[1:]
with open_duckdb(target, posts, f"{target}.scratch", int(memory_mb), 2, "--memory-mb") as (connection, _):
    connection.execute(read_sql("coordination/trace_macros.sql"))
    connection.execute(f"CREATE TEMP VIEW traced_post AS FROM read_parquet({literal(posts)})")
    file_near_texts(connection)
    connection.execute(f"COPY (FROM near_text ORDER BY words) TO {literal(target)} (FORMAT parquet)")
"""

THEIRS = f"""
import sys, duckdb
from datasketch import MinHash, MinHashLSH
lsh, sets = MinHashLSH(num_perm={BANDS * ROWS}, params=({BANDS}, {ROWS})), {{}}
posts, target, _ = sys.argv[1:]
query = "SELECT text FROM (SELECT DISTINCT text FROM read_parquet($posts)) ORDER BY md5(text)"
near = []
for (text,) in duckdb.execute(query, {{"posts": posts}}).fetchall():
    mine = {{text[i : i + {LENGTH}].encode() for i in range(len(text) - {LENGTH - 1})}}
    sketch = MinHash(num_perm={BANDS * ROWS})
    sketch.update_batch(mine)
    if any(len(mine & sets[other]) >= {THRESHOLD} * len(mine | sets[other]) for other in lsh.query(sketch)):
        near.append(text)
    lsh.insert(text, sketch)
    sets[text] = mine
duckdb.sql("SELECT unnest($near) AS digest", params={{"near": near}}).write_parquet(target)
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=9_000_000, help="posts for this study only; 0 skips it")
    parser.add_argument("--peer-posts", type=int, default=20_000, help="posts for both; 0 skips it")
    parser.add_argument("--memory-mb", type=int, default=700, help="memory limit of DuckDB")
    parser.add_argument("--scratch", default=None, help="folder for temporary files of several gigabytes")
    return parser.parse_args()


def write_posts(path: Path, posts: int) -> None:
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": f"{path}.overflow"}) as connection:
        # A uniform number from 0 to 1: 53 bits of a hash.
        connection.execute("CREATE MACRO share(i) AS (hash(i) >> 11) / 9007199254740992.0")
        query = read_sql("bench/texts.sql")
        connection.execute(
            f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)", {"posts": posts, "words": WORDS}
        )


def timed(tool: str, python: str, script: str, posts: Path, target: Path) -> Figures:
    figures = run([[python, "-c", script, str(posts), str(target), str(chosen.memory_mb)]])
    if figures is None:
        sys.exit(f"{tool} failed; its message is above.")
    found = duckdb.read_parquet(str(target)).aggregate("count(*)").fetchall()[0][0]
    shown = "{:8.1f} {:8.1f} {:8.0f}".format(*figures)
    print(f"{size:<10} {tool:<24} {shown}  {found} texts under another text", flush=True)
    return figures


chosen = arguments()
with tempfile.TemporaryDirectory(prefix="bench_", dir=chosen.scratch) as scratch:
    folder = Path(scratch).resolve()
    posts, target = folder / "posts.parquet", folder / "near.parquet"
    print(f"{'posts':<10} {'tool':<24} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}  {os.cpu_count()} cores")
    if size := chosen.peer_posts:
        write_posts(posts, size)
        mine = timed("file_near_texts", sys.executable, OURS, posts, target)
        subprocess.run([sys.executable, "-m", "venv", str(folder / "peers")], check=True)
        subprocess.run([str(folder / "peers/bin/pip"), "install", "--quiet", *PEERS], check=True)
        theirs = timed("datasketch MinHashLSH", str(folder / "peers/bin/python"), THEIRS, posts, target)
        times, cpu_times = theirs.seconds / mine.seconds, theirs.cpu_seconds / mine.cpu_seconds
        print(f"datasketch takes {times:.1f} times the time and {cpu_times:.1f} times the CPU time")
    if size := chosen.posts:
        write_posts(posts, size)
        timed("file_near_texts", sys.executable, OURS, posts, target)
