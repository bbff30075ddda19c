"""Measure the quality of the records."""

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.ingest.measures import record_measures

log = start_log(snakemake.log[0])
params = snakemake.params
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
subjects = {subject: list(archives) for subject, archives in params.subjects.items()}
measures = list(record_measures(connection, subjects))
write_measures(measures, snakemake.output.measures)
log.info("%d measures of the records", len(measures))
