"""Simulate the error, the power and the coverage of one method."""

from takedown.core.log import start_log
from takedown.validation.calibration.registry import studies_of
from takedown.validation.calibration.study import run_study, table_rows, write_calibration

log = start_log(snakemake.log[0])
params = snakemake.params
outcomes = []
for study in studies_of(snakemake.wildcards.method):
    outcome = run_study(study, params.repetitions, params.seed, params.draws)
    log.info("%s, %s: %s %.3f", study.method, study.scenario, study.quantity, outcome.rate)
    outcomes.append(outcome)
write_calibration(snakemake.output.table, table_rows(outcomes))
