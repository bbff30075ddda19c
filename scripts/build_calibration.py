"""Join the error rates of all methods in one table."""

from takedown.core.log import start_log
from takedown.validation.calibration.study import read_calibration, write_calibration

log = start_log(snakemake.log[0])
rates = [rate for path in snakemake.input.tables for rate in read_calibration(path)]
write_calibration(snakemake.output.table, rates)
unused = sorted({rate.method for rate in rates if not rate.used})
log.info("%d rates; no claim may rest on %s", len(rates), ", ".join(unused))
