"""Measure the posting clock of groups of posts, and compare languages and populations."""

from takedown import posting_group_measures as groups
from takedown.database import open_records, read_sql
from takedown.log import start_log
from takedown.measures import weakest_provenance, write_measures
from takedown.posting import hour_matrix
from takedown.tables import write_csv

log = start_log(snakemake.log[0])
params = snakemake.params
draws = {"seed": params.seed, "repetitions": params.repetitions}
office_hours = tuple(params.office_hours)
place = {"office_hours": office_hours, "utc_offset_hours": params.utc_offset_hours}
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)


def ask(query, **parameters):
    rows = connection.execute(read_sql(f"measures/{query}.sql"), parameters).fetchnumpy()
    if not len(rows["posts"]):
        log.info("no post is known of %s", parameters)
        return None, None
    return hour_matrix(rows["posted_on"], rows["hour"], rows["posts"]), weakest_provenance(
        rows["provenance"].tolist()
    )


measures, table = [], []
for group in groups.groups_of(params.subjects):
    matrix, provenance = ask("post_group_hours", **group.filters)
    if matrix:
        clock = groups.group_clock(group.name, matrix, **place, **draws)
        table.append(groups.group_row(group.name, matrix, clock, provenance))
        if not group.in_table_only:
            words = {"provenance": provenance, "repetitions": params.repetitions}
            measures += groups.group_measures(group.name, clock, **place, **words)

series, archives = params.posting_series, {name: list(ids) for name, ids in params.subjects.items()}
pairs = {
    ("zh", "en"): [{"archives": [series], "languages": [language]} for language in ("zh", "en")],
    ("operation", "control"): [
        {"archives": archives[name], "languages": []} for name in ("operation", "control")
    ],
}
for names, pair in pairs.items():
    (first, first_source), (second, second_source) = (ask("posting_hours", **group) for group in pair)
    if first and second:
        source = weakest_provenance([first_source, second_source])
        measures += groups.hour_measures(names, (first, second), provenance=source, **draws)
        if names == ("operation", "control"):
            span = connection.execute(read_sql("measures/common_post_days.sql"), archives).fetchone()
            cells = connection.execute(
                read_sql("measures/account_days.sql"),
                groups.cell_filters(archives["operation"], archives["control"], span, office_hours),
            ).fetchnumpy()
            measures += groups.share_measures(
                names, cells, office_hours=office_hours, span=span, provenance=source
            )
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, groups.TABLE_COLUMNS, table)
log.info("%d measures of groups, %d groups in the table", len(measures), len(table))
