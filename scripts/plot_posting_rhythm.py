"""Draw the distributions of burstiness and of the time between posts over accounts."""

import csv
from pathlib import Path

import numpy as np

from takedown.core.log import start_log
from takedown.core.measures import read_measures
from takedown.figures.style import save_figure
from takedown.posting.plot_rhythm import RhythmCurve, plot_posting_rhythm

log = start_log(snakemake.log[0])
with Path(snakemake.input.table).open(newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
measures = {(row.measure, row.subject): row for row in read_measures(snakemake.input.measures)}


def median(name, subject):
    row = measures.get((f"posting.{name}", subject))
    return row and (row.value, row.low, row.high)


curves = {}
for subject in dict.fromkeys(row["subject"] for row in rows):
    columns = [
        np.array([float(row[name]) for row in rows if row["subject"] == subject])
        for name in ("percentile", "burstiness", "interval_minutes")
    ]
    curves[subject] = RhythmCurve(
        *columns, median("burstiness", subject), median("interval_minutes", subject)
    )
provenance = {row["subject"]: row["provenance"] for row in rows}
save_figure(plot_posting_rhythm(curves), snakemake.output, provenance, snakemake.params.names)
log.info("drew the rhythms of %d populations", len(curves))
