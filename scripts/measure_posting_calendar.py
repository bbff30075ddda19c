"""Measure how much was posted on holidays and protest days, against the same weekdays around them."""

from takedown.calendar_days import read_protest_days, special_days
from takedown.database import open_records, read_sql
from takedown.log import start_log
from takedown.measures import weakest_provenance, write_measures
from takedown.posting import hour_matrix
from takedown.posting_calendar_measures import (
    TABLE_COLUMNS,
    calendar_measures,
    calendar_table,
    special_posts,
)
from takedown.tables import write_csv

log = start_log(snakemake.log[0])
params = snakemake.params
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
questions = {subject: (list(archives), []) for subject, archives in params.subjects.items()}
questions |= {language: ([params.posting_series], [language]) for language in ("zh", "en")}
questions["all"] = ([params.posting_series], [])
protest_days = read_protest_days(snakemake.input.protest_days)
measures, table = [], []
for subject, (archives, languages) in questions.items():
    rows = connection.execute(
        read_sql("measures/posting_hours.sql"), {"archives": archives, "languages": languages}
    ).fetchnumpy()
    if not len(rows["posts"]):
        log.info("no post of %s is known: nothing is measured", subject)
        continue
    provenance = weakest_provenance(rows["provenance"].tolist())
    matrix = hour_matrix(rows["posted_on"], rows["hour"], rows["posts"])
    first, last = matrix.first_day.item(), matrix.last_day.item()
    found = special_posts(matrix, special_days(range(first.year, last.year + 1), protest_days))
    measures += calendar_measures(subject, found, provenance)
    table += calendar_table(subject, found, provenance)
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, TABLE_COLUMNS, sorted(table))
log.info("%d measures of the calendar", len(measures))
