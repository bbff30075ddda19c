"""Test pairs of accounts for coordination, in the operation and in the control."""

from takedown.coordination.catalogue import PIECES
from takedown.coordination.edges import write_edges
from takedown.coordination.evidence_measures import (
    TABLE_COLUMNS,
    Report,
    coordination_measures,
    real_crowd,
    trace_table,
)
from takedown.coordination.pair_days import Choices
from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.posting.rows import post_provenances

log = start_log(snakemake.log[0])
params = snakemake.params
choices = Choices(params.window_seconds, params.near_seconds, params.cap, params.utc_offset_hours)
with open_records([snakemake.input.archive], utc_offset_hours=params.utc_offset_hours) as connection:
    provenances = post_provenances(connection, params.subjects)
crowd = real_crowd(provenances)
files = snakemake.input
found = write_edges(
    {subject: files[f"{subject}_events"] for subject in params.subjects},
    {subject: {piece: files[f"{subject}_{piece}"] for piece in PIECES} for subject in params.subjects},
    {subject: snakemake.output[subject] for subject in params.subjects},
    choices,
    crowd=crowd,
    alpha=params.alpha,
    scratch=params.scratch_folder,
    memory_mb=params.memory_mb,
    threads=snakemake.threads,
)
known = {subject: evidence for subject, evidence in found.items() if evidence.accounts}
for subject in params.subjects:
    if subject not in known:
        log.info("%s has no post in the period, so no measure", subject)
    log.info("%s: %d edges of %d tests", subject, found[subject].all_edges, found[subject].all_tested)
report = Report(
    choices, params.since, params.until, params.alpha, params.shifts, params.seed, crowd is not None
)
write_measures(coordination_measures(known, provenances, report), snakemake.output.measures)
write_csv(snakemake.output.traces, TABLE_COLUMNS, trace_table(known, provenances))
