"""Read the posts of a tweets file of an archive."""

from pathlib import Path

from takedown.core.digests import check_known_csv
from takedown.core.log import start_log
from takedown.ingest.mapping import find_layout
from takedown.ingest.read import read_rows

log = start_log(snakemake.log[0])
params = snakemake.params
read_rows(
    "tweets",
    snakemake.input.files,
    params.archive_id,
    find_layout(params.archive_id, params.layout, "tweets"),
    dict(snakemake.output.items()),
    part=int(params.part),
    # Beside the outputs, since the system's temporary folder is often in memory and too small.
    scratch=Path(snakemake.output[0]).parent,
    memory_mb=params.memory_mb,
    threads=snakemake.threads,
    largest_bytes=params.largest_file_gb * 1e9,
    largest_ratio=params.largest_compression_ratio,
    only_accounts=next(iter(snakemake.input.only_accounts), None),
    simulated=params.simulated,
)
# Last, since only a file that can be read is worth comparing.
if check_known_csv(params.archive_id, [snakemake.input.files], params.known):
    log.info("%s: the same file as in the registry", snakemake.input.files)
