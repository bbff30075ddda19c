"""Draw the published numbers that were computed from records."""

import csv
from pathlib import Path

from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance
from takedown.figures.style import save_figure
from takedown.reported.plot_reproduction import plot_reproduction

log = start_log(snakemake.log[0])
with Path(snakemake.input.table).open(newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
found = [row["observed_provenance"] for row in rows if row["observed"]]
provenance = {"numbers computed here": weakest_provenance(found)} if found else {}
save_figure(plot_reproduction(rows), snakemake.output, {"numbers published": "reported", **provenance})
log.info("%d of %d numbers computed", len(found), len(rows))
