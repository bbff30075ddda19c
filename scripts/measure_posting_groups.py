"""Measure the posting clock of groups of posts, and compare languages and populations."""

from takedown.core.database import open_records, read_sql
from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance, write_measures
from takedown.core.tables import write_csv
from takedown.posting.measures import (
    GROUP_COLUMNS,
    POPULATIONS,
    group_clock,
    group_measures,
    group_row,
    groups_of,
    hour_measures,
    pairs_of,
    share_measures,
)
from takedown.posting.rows import ask_hours

log = start_log(snakemake.log[0])
params = snakemake.params
draws = {"seed": params.seed, "repetitions": params.repetitions}
office_hours = tuple(params.office_hours)
place = {"office_hours": office_hours, "utc_offset_hours": params.utc_offset_hours}
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
measures, table = [], []
for group in groups_of(params.subjects):
    found = ask_hours(connection, "post_group_hours", **group.filters)
    if not found:
        log.info("%s has no post; it is left out", group.name)
        continue
    matrix, provenance = found
    clock = group_clock(group.name, matrix, **place, **draws)
    table.append(group_row(group.name, matrix, clock, provenance))
    if not group.in_table_only:
        words = {"provenance": provenance, "repetitions": params.repetitions}
        measures += group_measures(group.name, clock, **place, **words)
for names, pair in pairs_of(params.subjects, params.posting_series).items():
    found = [ask_hours(connection, "posting_hours", **filters) for filters in pair]
    if None in found:
        log.info("%s or %s has no post; they are not compared", *names)
        continue
    matrices, sources = zip(*found, strict=True)
    source = {"provenance": weakest_provenance(sources)}
    measures += hour_measures(names, matrices, **source, **draws)
    if names == POPULATIONS:
        archives = {name: list(params.subjects[name]) for name in names}
        span = connection.execute(read_sql("posting/common_post_days.sql"), archives).fetchone()
        filters = {"first_archives": archives[names[0]], "second_archives": archives[names[1]]}
        filters |= {"first_day": span[0], "last_day": span[1]}
        filters |= {"office_start": office_hours[0], "office_end": office_hours[1]}
        cells = connection.execute(read_sql("posting/account_days.sql"), filters).fetchnumpy()
        measures += share_measures(names, cells, office_hours=office_hours, span=span, **source)
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, GROUP_COLUMNS, table)
log.info("%d measures of groups, %d groups in the table", len(measures), len(table))
