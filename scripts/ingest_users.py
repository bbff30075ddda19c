"""Read the accounts of an archive."""

from pathlib import Path

from takedown.core.digests import check_known_csv
from takedown.core.log import start_log
from takedown.ingest.mapping import find_layout
from takedown.ingest.read import ingest

log = start_log(snakemake.log[0])
ingest(
    "users",
    snakemake.input.files,
    snakemake.params.archive_id,
    find_layout(snakemake.params.archive_id, snakemake.params.layout, "users"),
    dict(snakemake.output.items()),
    # Beside the outputs, since the system's temporary folder is often in memory and too small.
    scratch=Path(snakemake.output[0]).parent,
    memory_mb=snakemake.params.memory_mb,
    threads=snakemake.threads,
    largest_bytes=snakemake.params.largest_file_gb * 1e9,
    largest_ratio=snakemake.params.largest_compression_ratio,
    only_accounts=next(iter(snakemake.input.only_accounts), None),
    simulated=snakemake.params.simulated,
)
# Last, since only a file that can be read is worth comparing.
if check_known_csv(snakemake.params.archive_id, snakemake.input.files, snakemake.params.known):
    log.info("%s: the same file as in the registry", snakemake.input.files[0])
