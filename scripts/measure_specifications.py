"""Estimate each headline number under every combination of defensible choices."""

from takedown.core.database import open_records, read_sql
from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance, write_measures
from takedown.core.tables import write_csv
from takedown.robustness.measures import (
    BURSTS,
    OFFICE_HOURS,
    curve_measures,
    curve_table,
    office_measures,
)
from takedown.robustness.specifications import (
    AccountDays,
    HourlyPosts,
    burst_curve,
    office_curve,
    own_first,
)

log = start_log(snakemake.log[0])
params = snakemake.params
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
query = read_sql("robustness/specification_days.sql")
operation, control = (
    AccountDays.of(connection.execute(query, {"archives": list(params.subjects[subject])}).fetchnumpy())
    for subject in ("operation", "control")
)
posts = connection.execute(
    read_sql("posting/plotted_hours.sql"), {"archives": [params.posting_series]}
).fetchnumpy()
columns = posts["posted_on"], posts["hour"], posts["language"].astype(str), posts["posts"]
hours = HourlyPosts(*columns, params.weekend)
choices = {finding: own_first(lists, params.own[finding]) for finding, lists in params.choices.items()}
curves = {
    BURSTS: burst_curve(operation, control, choices["bursts"], params.draws, params.seed),
    OFFICE_HOURS: office_curve(hours, choices["office_hours"], utc_offset_hours=params.utc_offset_hours),
}
accounts = {*operation.provenance, *control.provenance}
measures = []
for finding, curve in curves.items():
    sources = {*posts["provenance"]} if finding is OFFICE_HOURS else accounts
    provenance = weakest_provenance(sources) if sources else ""
    if finding is OFFICE_HOURS:
        rows = office_measures(curve, provenance)
    else:
        rows = curve_measures(finding, curve, provenance)
    log.info("%s: %d specifications, %d measures", finding.name, len(curve), len(rows))
    measures += rows
    header, table = curve_table(finding, choices[finding.name], curve if rows else [], provenance)
    write_csv(snakemake.output[finding.name], header, table)
write_measures(measures, snakemake.output.measures)
