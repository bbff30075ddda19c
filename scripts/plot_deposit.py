"""Draw the creation days and the hours of posting of a deposit."""

import csv
from pathlib import Path

from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.reported.plot_deposit import plot_deposit

start_log(snakemake.log[0])


def rows_of(path):
    with Path(path).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


params = snakemake.params
figure = plot_deposit(
    params.name, rows_of(snakemake.input.days), rows_of(snakemake.input.hours), params.office_hours
)
save_figure(figure, snakemake.output, {params.name: "aggregate"})
