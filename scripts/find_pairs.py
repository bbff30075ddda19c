"""Find the pairs of accounts in a file of events."""

from takedown.core.log import start_log
from takedown.pairs.report import write_pairs

start_log(snakemake.log[0])
params = snakemake.params
write_pairs(
    snakemake.input.events,
    dict(snakemake.output.items()),
    scratch=params.scratch_folder,
    window=params.window_seconds,
    cap=params.cap,
    min_objects=params.min_objects,
    missing=params.missing,
    memory_mb=params.memory_mb,
    threads=snakemake.threads,
    largest_bytes=params.largest_file_gb * 1e9,
    largest_ratio=params.largest_compression_ratio,
)
