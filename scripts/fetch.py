"""Download the missing files of the archives; report every failure."""

from takedown.core.errors import InputError
from takedown.core.log import start_log
from takedown.fetch.download import fetch_archives
from takedown.fetch.http import Limits

start_log(snakemake.log[0])
failures = fetch_archives(
    snakemake.params.archives,
    snakemake.params.raw_folder,
    Limits(
        attempts=snakemake.params.attempts,
        timeout_seconds=snakemake.params.timeout_seconds,
        wait_seconds=snakemake.params.wait_seconds,
        longest_wait_seconds=snakemake.params.longest_wait_seconds,
        longest_seconds=snakemake.params.longest_hours * 3600,
        total_seconds=snakemake.params.longest_total_hours * 3600,
        largest_bytes=snakemake.params.largest_file_gb * 1e9,
        total_bytes=snakemake.params.largest_total_gb * 1e9,
    ),
)
if failures:
    raise InputError("\n".join(failures))
