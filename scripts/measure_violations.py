"""Measure indicators of the platform's rules that the accounts are said to have broken."""

from takedown.content.violations import violation_measures
from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.working_folder import working_folder

log = start_log(snakemake.log[0])
params = snakemake.params
settings = {"utc_offset_hours": params.utc_offset_hours, "memory_mb": params.memory_mb}
subjects = {subject: list(archives) for subject, archives in params.subjects.items()}
with (
    working_folder(snakemake.output.measures) as folder,
    open_records(snakemake.input.records, **settings, overflow=folder) as connection,
):
    measures = list(violation_measures(connection, subjects))
if not measures:
    log.info("no post of any population is known, so nothing is measured")
write_measures(measures, snakemake.output.measures)
log.info("%d measures of indicators of broken rules", len(measures))
