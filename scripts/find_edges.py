"""Test the pairs of accounts of a population for coordination."""

import duckdb

from takedown.coordination.edges import choices_by_grade, write_edges
from takedown.coordination.trace_file import common_resolution
from takedown.core.database import enough_memory
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
params = snakemake.params
with duckdb.connect() as connection:
    resolution = common_resolution(connection, (snakemake.input[subject] for subject in params.subjects))
events = snakemake.input[params.subject]
on_object, in_timeline = choices_by_grade(**params.choices)
found = write_edges(
    events,
    snakemake.output.edges,
    snakemake.output.tests,
    on_object=on_object,
    in_timeline=in_timeline,
    resolution=resolution,
    alpha=params.alpha,
    scratch=params.scratch_folder,
    memory_mb=enough_memory(events, params.memory_mb),
    threads=snakemake.threads,
)
log.info("%s: %d accounts, %d keep a clock", params.subject, len(found.accounts), found.clocks)
