"""The posts behind the edges of the network, as data that results/audit/evidence.html shows on the machine that has them."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from takedown.core.database import open_duckdb, read_sql

#: Pairs of posts of an edge and trace that the page shows; the Parquet files have all.
MOST_SHOWN = 25


def write_evidence(
    evidence: Iterable[str | Path], folder: Path, *, scratch: str | Path, memory_mb: int, threads: int = 1
) -> int:
    """Write a script of the posts of each account's edges to a folder; return the number of scripts.

    `evidence` are the files of `write_edge_evidence`. A script is named by the digest of the account that is the smaller of an
    edge, since a page on a disk may run a script beside it but not read a file. The posts are records, never published.
    """
    setting = "coordination.memory_mb"
    with open_duckdb(folder, "The evidence of edges", scratch, memory_mb, threads, setting) as (
        found,
        working,
    ):
        files = [str(path) for path in evidence]
        rows = found.execute(read_sql("audit/evidence.sql"), {"evidence": files, "most": MOST_SHOWN})
        made, scripts = working / "made", 0
        made.mkdir()
        while row := rows.fetchone():
            account, posts = row
            (made / f"{account}.js").write_text(f'showPosts("{account}", {posts});\n', encoding="utf-8")
            scripts += 1
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(made, folder)
    return scripts
