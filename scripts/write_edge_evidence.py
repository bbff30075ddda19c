"""Write the posts that tie two accounts, for an analyst to read."""

from takedown.coordination.edge_evidence import write_edge_evidence
from takedown.core.database import enough_memory
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
params = snakemake.params
rows = write_edge_evidence(
    snakemake.input.edges,
    snakemake.input.events,
    snakemake.input.records,
    snakemake.output.evidence,
    window_seconds=params.window_seconds,
    scratch=params.scratch_folder,
    memory_mb=enough_memory(snakemake.input.events, params.memory_mb),
    threads=snakemake.threads,
)
log.info("%d pairs of posts", rows)
