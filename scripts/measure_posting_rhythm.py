"""Measure how evenly accounts post, and compare the populations."""

from takedown.core.database import open_records, read_sql
from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance, write_measures
from takedown.core.tables import write_csv
from takedown.posting.rhythm import (
    TABLE_COLUMNS,
    rhythm_comparison,
    rhythm_measures,
    rhythm_table,
    rhythms,
)
from takedown.posting.rows import post_provenances

log = start_log(snakemake.log[0])
params = snakemake.params
draws = {"seed": params.seed, "repetitions": params.repetitions}
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
subjects = {name: list(archives) for name, archives in params.subjects.items()}
span = connection.execute(read_sql("posting/common_post_days.sql"), subjects).fetchone()
populations, provenance = {}, post_provenances(connection, subjects)
for subject, archives in subjects.items():
    filters = {"archives": archives, "first_day": span[0], "last_day": span[1]}
    found = rhythms(connection.execute(read_sql("posting/post_intervals.sql"), filters).fetchnumpy())
    if not found.intervals:
        log.info("%s has no account with two posts from %s to %s; it is left out", subject, *span)
        continue
    populations[subject] = found
    log.info("%s: %d accounts with enough intervals", subject, len(found.batch))
measures = rhythm_measures(populations, provenance, span, **draws)
if len(populations) == 2:
    weakest = weakest_provenance(provenance[subject] for subject in populations)
    measures += rhythm_comparison(("operation", "control"), populations, weakest, span, **draws)
write_measures(measures, snakemake.output.measures)
table = [row for name, found in populations.items() for row in rhythm_table(name, found, provenance[name])]
write_csv(snakemake.output.table, TABLE_COLUMNS, table)
log.info("%d measures of rhythm", len(measures))
