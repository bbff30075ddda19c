"""What the workflow knows of traces before any job runs; it is read with every start of Snakemake, so it loads no library."""

from takedown.core.paths import SQL_FOLDER

TRACES_FOLDER = SQL_FOLDER / "coordination/traces"

#: What is written of the pair-days of traces: the pairs, and the parts of `takedown.coordination.pair_days.Trace`.
PIECES = ("pair", "counts", "cells", "histogram", "dealt", "drawn")


def trace_names() -> list[str]:
    """Return the names of all traces: a query file that is put into the folder is one."""
    return sorted(path.stem for path in TRACES_FOLDER.glob("*.sql"))
