"""Measure how concentrated account creation is and on which days it has bursts."""

import numpy as np

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.creation.measures import (
    CreationSettings,
    creation_day_table,
    creation_measures,
    find_subject_bursts,
)
from takedown.creation.rows import read_populations

log = start_log(snakemake.log[0])
params = snakemake.params
control_cut = np.datetime64(str(params.control_cut), "D")
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
populations = read_populations(connection, params.subjects, control_cut)
for subject in params.subjects.keys() - populations.keys():
    log.info("%s has no account with a creation day; it is left out", subject)
found = find_subject_bursts(populations, control_cut, params.burst_baseline_days, params.burst_alpha)
settings = CreationSettings(
    control_cut=control_cut,
    earlier_cut=np.datetime64(str(params.earlier_cut), "D"),
    baseline_days=params.burst_baseline_days,
    alpha=params.burst_alpha,
    seed=params.seed,
    repetitions=params.repetitions,
)
measures = creation_measures(populations, found, settings)
write_measures(measures, snakemake.output.measures)
if "operation" in populations:
    operation = populations["operation"]
    header, table = creation_day_table(operation, found.of["operation"], found.provenance(operation))
else:
    header, table = ["date", "accounts", "baseline", "burst", "p_adjusted", "provenance"], []
write_csv(snakemake.output.table, header, table)
log.info("%d measures of creation", len(measures))
