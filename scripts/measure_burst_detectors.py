"""Measure which days each burst detector flags, and how often it flags calendars without a burst."""

import numpy as np

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.creation.detectors import detected_days, detector_measures, detector_table, try_detectors
from takedown.creation.measures import find_subject_bursts
from takedown.creation.rows import read_populations

log = start_log(snakemake.log[0])
params = snakemake.params
control_cut = np.datetime64(str(params.control_cut), "D")
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
populations = read_populations(connection, params.subjects, control_cut)
for subject in params.subjects.keys() - populations.keys():
    log.info("%s has no account with a creation day; it is left out", subject)
results = try_detectors(
    populations,
    find_subject_bursts(populations, control_cut, params.burst_baseline_days, params.burst_alpha),
    control_cut=control_cut,
    baseline_days=params.burst_baseline_days,
    alpha=params.burst_alpha,
    seed=params.seed,
    repetitions=params.repetitions,
    calendars=params.burst_free_calendars,
)
write_measures(detector_measures(results), snakemake.output.measures)
write_csv(snakemake.output.table, *detector_table(results))
write_csv(snakemake.output.days, *detected_days(results))
log.info("%d detectors on %d populations", len(results), len(populations))
