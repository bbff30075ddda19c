"""Describe every campaign at hand in one row: from the records, from what others published, from other studies."""

import csv
from pathlib import Path

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import read_measures, write_measures
from takedown.core.registry import read_registry
from takedown.core.tables import write_csv
from takedown.reported import atlas, campaign_counts
from takedown.reported.atlas_measures import atlas_measures
from takedown.reported.numbers import read_numbers

log = start_log(snakemake.log[0])
params = snakemake.params


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


folder = Path(snakemake.input.definitions).parent
registry = read_registry(snakemake.input.registry)
countries = atlas.read_countries(folder)
reports = campaign_counts.counts_of_reports(read_numbers(registry, folder))
measures = [measure for path in snakemake.input.measures for measure in read_measures(path)]
own, own_months = atlas.study_row(
    open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours),
    list(params.archives),
    registry,
    countries,
    reports,
    measures,
    rows_of(snakemake.input.calendar),
    has_posts=params.has_posts,
    utc_offset_hours=params.utc_offset_hours,
    created_until=params.created_until,
)
series = [
    atlas.series_row(
        archive, registry, countries, reports, measures, utc_offset_hours=params.utc_offset_hours
    )
    for archive in params.series
]
known = [
    *atlas.announced_rows(registry, countries),
    *atlas.release_rows(reports, registry, countries),
    *atlas.removal_rows(folder),
]
# A study replaces the deposit of its own campaign.
others, other_months = (
    [row for path in paths for row in rows_of(path) if row["campaign"] != own["campaign"]]
    for paths in (snakemake.input.others, snakemake.input.other_months)
)
rows = atlas.join_rows(known, [*others, *series, own])
months = campaign_counts.join_months(
    [
        row
        for archive, counts in reports.items()
        for row in campaign_counts.month_rows(archive, counts, atlas.REPORTED)
    ],
    [*(tuple(row.values()) for row in other_months), *own_months],
)
atlas.write_atlas(rows, snakemake.output.table)
subjects = {
    **{row["campaign"]: row["campaign"] for row in others},
    **dict.fromkeys(params.series, "posting_series"),
    own["campaign"]: "operation",
}
calendars = {Path(path).parent.name: rows_of(path) for path in snakemake.input.other_calendars}
calendars[own["campaign"]] = [
    row for row in rows_of(snakemake.input.calendar) if row["provenance"] != "replica"
]
after_bursts = {
    campaign: campaign_counts.posts_after_bursts(calendar, [row for row in months if row[0] == campaign])
    for campaign, calendar in calendars.items()
}
write_measures(atlas_measures(rows, subjects, after_bursts), snakemake.output.measures)
write_csv(snakemake.output.months, campaign_counts.MONTH_COLUMNS, months)
log.info(
    "%d campaigns, %d of them with records", len(rows), sum(row["counts_from"] == "release" for row in rows)
)
