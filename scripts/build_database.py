"""Build the database from the records and the measures."""

import os

from takedown.database import build_database
from takedown.log import start_log

start_log(snakemake.log[0])
partial = f"{snakemake.output.database}.partial"
if os.path.exists(partial):
    os.remove(partial)
build_database(
    partial,
    snakemake.input.records,
    snakemake.input.measures,
    utc_offset_hours=snakemake.params.utc_offset_hours,
    threads=snakemake.threads,
    memory_mb=snakemake.params.memory_mb,
)
os.replace(partial, snakemake.output.database)
