"""Draw the weekdays on which accounts were created."""

import csv
from collections import defaultdict

import numpy as np

from takedown.core.log import start_log
from takedown.figures import style as look
from takedown.figures.captions import describe, in_words
from takedown.statistics.calendar import WEEKDAYS

start_log(snakemake.log[0])
days, provenance = defaultdict(list), {}
with open(snakemake.input.table, encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        days[row["subject"]].append(int(row["days"]))
        provenance[row["subject"]] = row["provenance"]
with look.figure_style():
    figure = look.new_figure(look.SINGLE_WIDTH, 50)
    axes = look.add_axes(figure, 12, 9, look.SINGLE_WIDTH - 15, 36)
    place, width = np.arange(len(WEEKDAYS)), 0.8 / max(1, len(days))
    for number, (subject, counts) in enumerate(days.items()):
        share = np.array(counts) / sum(counts)
        axes.bar(
            place + width * number, share, width=0.95 * width, color=look.POPULATIONS[subject], label=subject
        )
    axes.axhline(1 / 7, color="black", linewidth=0.5, linestyle=":", label="one in seven")
    axes.set_xticks(place + width * (len(days) - 1) / 2, WEEKDAYS)
    axes.set_ylabel("Share of creation days")
    axes.set_ylim(0, 0.24)
    axes.legend(ncols=3, loc="upper right", frameon=False)
    describe(figure, f"Days on which accounts were created, by weekday, {in_words(list(days), 'of the ')}")
look.save_figure(figure, snakemake.output, provenance, snakemake.params.names)
