"""Write the published aggregates as typed tables."""

from pathlib import Path

from takedown.core.log import start_log
from takedown.core.records import write_published_table

start_log(snakemake.log[0])
for path in snakemake.output:
    write_published_table(Path(path).stem, Path(snakemake.input.published[0]).parent, path)
