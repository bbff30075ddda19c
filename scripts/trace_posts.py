"""Find the events of the traces of coordination in the posts of one population."""

from takedown.coordination.trace_file import write_traces
from takedown.core.database import enough_memory
from takedown.core.log import start_log

log = start_log(snakemake.log[0])
params = snakemake.params
counts = write_traces(
    snakemake.input.records,
    params.archives,
    snakemake.output.events,
    params.traces,
    since=params.since,
    until=params.until,
    utc_offset_hours=params.utc_offset_hours,
    scratch=params.scratch_folder,
    memory_mb=enough_memory(snakemake.input.records, params.memory_mb),
    threads=snakemake.threads,
)
for trace, events in counts.items():
    log.info("%s: %d events", trace, events)
