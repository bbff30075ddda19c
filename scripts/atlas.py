"""Describe every campaign whose files are at hand beside all others, and judge what studies say across campaigns."""

import csv
from pathlib import Path

from takedown.claims.judge import judge_claims, write_claims
from takedown.claims.ledger import load_claims
from takedown.core.database import build_database, open_database
from takedown.core.log import start_log
from takedown.core.measures import publish_measures, read_measures, write_measures
from takedown.core.paths import SQL_FOLDER
from takedown.core.tables import write_csv
from takedown.core.working_folder import working_folder
from takedown.figures.style import save_figure
from takedown.reported import atlas, campaign_counts
from takedown.reported.atlas_measures import atlas_measures
from takedown.reported.plot_atlas import campaigns_of, plot_atlas, provenance_of, removals_of
from takedown.validation.calibration.study import read_calibration

log = start_log(snakemake.log[0])
given, out = snakemake.input, snakemake.output


def rows_of(*paths):
    rows = []
    for path in paths:
        with Path(path).open(newline="", encoding="utf-8") as file:
            rows += csv.DictReader(file)
    return rows


own = "+".join(snakemake.params.archives)
studied = rows_of(*given.rows)
rows = atlas.join_rows(rows_of(given.table), studied)
known_months, months = rows_of(given.months), rows_of(*given.row_months)
months = campaign_counts.join_months(
    *([tuple(row.values()) for row in several] for several in (known_months, months))
)
atlas.write_atlas(rows, out.table)
write_csv(out.months, campaign_counts.MONTH_COLUMNS, months)
subjects = {
    **{row["campaign"]: row["campaign"] for row in rows if row["counts_from"] != atlas.REPORTED},
    **dict.fromkeys(snakemake.params.series, "posting_series"),
    own: "operation",
}
after_bursts = {
    Path(path).parts[1]: campaign_counts.posts_after_bursts(
        rows_of(path), [row for row in months if row[0] == Path(path).parts[1]]
    )
    for path in given.calendars
}
measures = atlas_measures(rows, subjects, after_bursts)
write_measures(measures, out.measures)

campaigns = campaigns_of(rows_of(out.table), rows_of(out.months), own)
figure = plot_atlas(campaigns, removals_of(rows))
save_figure(figure, [out.pdf, out.svg, out.png], provenance_of(rows_of(out.table), campaigns))

replaced = {(row.measure, row.subject) for row in measures}
kept = [row for row in read_measures(given.measures) if (row.measure, row.subject) not in replaced]
ledger = load_claims(given.claims, given.claims_schema)
ledger["claims"] = [
    claim
    for claim in ledger["claims"]
    if any((check.measure or "").startswith("atlas.") for check in claim["checks"])
]
with working_folder(out.claims) as folder:
    publish_measures([*kept, *measures], folder / "measures.csv", folder / "parameters.csv")
    database = folder / "results/atlas.duckdb"
    database.parent.mkdir()
    build_database(database, [], folder / "measures.csv", utc_offset_hours=snakemake.params.utc_offset_hours)
    with open_database(database) as connection:
        judged = judge_claims(connection, ledger, SQL_FOLDER / "claims", read_calibration(given.calibration))
write_claims(judged, out.claims)
log.info("%d campaigns, %d of them studied", len(rows), len(studied))
