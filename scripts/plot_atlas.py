"""Draw the atlas of campaigns."""

import csv
from pathlib import Path

from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.reported.plot_atlas import campaigns_of, plot_atlas, provenance_of, removals_of

log = start_log(snakemake.log[0])


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


rows = rows_of(snakemake.input.table)
campaigns = campaigns_of(rows, rows_of(snakemake.input.months), "+".join(snakemake.params.archives))
figure = plot_atlas(campaigns, removals_of(rows))
save_figure(figure, snakemake.output, provenance_of(rows, campaigns))
log.info("%d campaigns drawn", len(campaigns))
