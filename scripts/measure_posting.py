"""Measure at which hours and on which days of the week the accounts posted."""

from takedown.core.database import open_records
from takedown.core.languages import shown_languages
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.posting.hours import offset_shares
from takedown.posting.measures import offset_table, posting_measures
from takedown.posting.rows import ask_hours, asked_subjects

log = start_log(snakemake.log[0])
params = snakemake.params
office_hours = tuple(params.office_hours)
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
measures, table = [], []
languages = shown_languages(connection, [params.posting_series], params.languages)
for subject, filters in asked_subjects(params.subjects, params.posting_series, languages).items():
    found = ask_hours(connection, "posting_hours", params.weekend, **filters)
    if not found:
        log.info("%s has no post; it is left out", subject)
        continue
    matrix, provenance = found
    offsets = offset_shares(matrix, office_hours, params.utc_offset_hours)
    measures += posting_measures(
        subject,
        matrix,
        offsets,
        office_hours=office_hours,
        utc_offset_hours=params.utc_offset_hours,
        provenance=provenance,
    )
    table += offset_table(subject, offsets, provenance)
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, ("subject", "utc_offset_hours", "office_share", "provenance"), table)
log.info("%d measures of posting", len(measures))
