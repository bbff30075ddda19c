"""Measure posts on holidays and protest days against the same weekdays in the weeks around."""

from takedown.core.database import open_records
from takedown.core.languages import shown_languages
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.posting.calendar_days import (
    TABLE_COLUMNS,
    calendar_measures,
    calendar_table,
    special_days_of,
    special_posts,
)
from takedown.posting.rows import ask_hours, asked_subjects

log = start_log(snakemake.log[0])
params = snakemake.params
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
measures, table = [], []
languages = shown_languages(connection, [params.posting_series], params.languages)
for subject, filters in asked_subjects(params.subjects, params.posting_series, languages).items():
    found = ask_hours(connection, "posting_hours", params.weekend, **filters)
    if not found:
        log.info("%s has no post; it is left out", subject)
        continue
    matrix, provenance = found
    first, last = matrix.first_day.item(), matrix.last_day.item()
    years = range(first.year, last.year + 1)
    special = special_posts(matrix, special_days_of(params.special_days, years, snakemake.input.protest_days))
    measures += calendar_measures(subject, special, provenance)
    table += calendar_table(subject, special, provenance)
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, TABLE_COLUMNS, sorted(table))
log.info("%d measures of the calendar", len(measures))
