"""Write the posts that tie two accounts as data of a page, for an analyst to read."""

from pathlib import Path

from takedown.audit.evidence import write_evidence
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
params = snakemake.params
scripts = write_evidence(
    snakemake.input.evidence,
    Path(snakemake.output.posts),
    scratch=params.scratch_folder,
    memory_mb=params.memory_mb,
    threads=snakemake.threads,
)
log.info("posts of %d accounts", scripts)
