"""Draw the error rates, the coverage and the power of all methods."""

from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.validation.calibration.study import read_calibration
from takedown.validation.plot_calibration import plot_calibration

log = start_log(snakemake.log[0])
rates = read_calibration(snakemake.input.table)
save_figure(
    plot_calibration(rates),
    snakemake.output,
    "Data: sets simulated to test the methods; no records of a study",
)
log.info("%d rates", len(rates))
