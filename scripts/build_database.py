"""Build the database from the records and the measures."""

from takedown.core.database import build_database
from takedown.core.log import start_log

start_log(snakemake.log[0])
build_database(
    snakemake.output.database,
    snakemake.input.records,
    snakemake.input.measures,
    utc_offset_hours=snakemake.params.utc_offset_hours,
    reproduced=snakemake.input.reproduced,
    threads=snakemake.threads,
    memory_mb=snakemake.params.memory_mb,
)
