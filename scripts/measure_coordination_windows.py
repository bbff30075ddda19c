"""Measure the share of accounts in at least one coordinated pair, by window, at equal sizes and against shifted timelines."""

from takedown.coordination.window_measures import (
    SHIFT_COLUMNS,
    WINDOW_COLUMNS,
    WindowChoices,
    find_windows,
    shift_rows,
    window_measures,
    window_rows,
)
from takedown.core.database import enough_memory, open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.core.working_folder import working_folder
from takedown.posting.rows import post_provenances

log = start_log(snakemake.log[0])
params = snakemake.params
choices = WindowChoices(params.windows_seconds, params.largest_shifts, params.rarefactions, params.seed)
files = {subject: snakemake.input[subject] for subject in params.subjects}
period = f"from {params.since} to {params.until}, local days"
memory_mb = max(enough_memory(events, params.memory_mb) for events in files.values())
calendar = {"utc_offset_hours": params.utc_offset_hours}
measures, windows, shifts = [], [], []
with (
    working_folder(snakemake.output.measures, params.scratch_folder) as folder,
    open_records([snakemake.input.archive], **calendar, memory_mb=memory_mb, overflow=folder) as connection,
):
    provenance = post_provenances(connection, params.subjects)
    for found in find_windows(connection, files, choices, since=params.since, **calendar):
        measures += window_measures(found, choices, provenance, period)
        windows += window_rows(found, choices, provenance)
        shifts += shift_rows(found, provenance)
        log.info("%s: %d draws", found.trace, len(next(iter(found.curves.values())).rarefied))
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.windows, WINDOW_COLUMNS, windows)
write_csv(snakemake.output.shifts, SHIFT_COLUMNS, shifts)
