"""Measure the posting clock of groups of posts, and compare the populations."""

from takedown.core.database import open_records, read_sql
from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance, write_measures
from takedown.core.tables import write_csv
from takedown.posting.measures import (
    GROUP_COLUMNS,
    POPULATIONS,
    group_measures,
    group_row,
    groups_of,
    share_measures,
    weekly_clock,
)
from takedown.posting.rows import ask_hours, languages_of_groups, post_provenances

log = start_log(snakemake.log[0])
params = snakemake.params
office_hours = tuple(params.office_hours)
place = {"office_hours": office_hours, "utc_offset_hours": params.utc_offset_hours, "weekend": params.weekend}
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
measures, table = [], []
languages = languages_of_groups(connection, params.subjects, params.posting_series, params.languages)
counted = f"CREATE TEMP TABLE post_kind_hour AS {read_sql('posting/post_kind_hour.sql')}"
connection.execute(counted, {"languages": sorted(set().union(*languages.values()))})
for group in groups_of(params.subjects, languages):
    found = ask_hours(connection, "post_group_hours", params.weekend, **group.filters)
    if not found:
        log.info("%s has no post; it is left out", group.name)
        continue
    matrix, provenance = found
    clock = weekly_clock(matrix, office_hours)
    table.append(group_row(group.name, matrix, clock, provenance))
    if not group.in_table_only:
        measures += group_measures(group.name, clock, **place, provenance=provenance)
archives = {name: list(params.subjects[name]) for name in POPULATIONS}
sources = post_provenances(connection, archives)
if len(sources) == len(POPULATIONS):
    span = connection.execute(read_sql("posting/common_post_days.sql"), archives).fetchone()
    first, second = POPULATIONS
    filters = {"first_archives": archives[first], "second_archives": archives[second]}
    filters |= {"first_day": span[0], "last_day": span[1], "weekend": params.weekend}
    filters |= {"office_start": office_hours[0], "office_end": office_hours[1]}
    cells = connection.execute(read_sql("posting/account_days.sql"), filters).fetchnumpy()
    provenance = weakest_provenance(sources.values())
    measures += share_measures(
        POPULATIONS,
        cells,
        office_hours=office_hours,
        weekend=params.weekend,
        span=span,
        provenance=provenance,
    )
else:
    log.info("%s or %s has no post; they are not compared", *POPULATIONS)
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, GROUP_COLUMNS, table)
log.info("%d measures of groups, %d groups in the table", len(measures), len(table))
