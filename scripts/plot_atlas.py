"""Draw the atlas of campaigns."""

import csv
from pathlib import Path

from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.reported.plot_atlas import campaigns_of, plot_atlas, removals_of

log = start_log(snakemake.log[0])


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


rows = rows_of(snakemake.input.table)
campaigns = campaigns_of(rows, rows_of(snakemake.input.months), "+".join(snakemake.params.archives))
shown = {one.name for one in campaigns}
provenance = {"other campaigns": "reported"} | {
    row["name"]: row["counts_from"]
    for row in rows
    if row["name"] in shown and row["counts_from"] not in ("", "reported")
}
save_figure(plot_atlas(campaigns, removals_of(rows)), snakemake.output, provenance)
log.info("%d campaigns drawn", len(campaigns))
