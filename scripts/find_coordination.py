"""Measure how coordinated the operation and the control are, by their pair-days and edges."""

import duckdb

from takedown.coordination.catalogue import PIECES
from takedown.coordination.edges import choices_by_grade
from takedown.coordination.evidence_measures import (
    TABLE_COLUMNS,
    Evidence,
    Report,
    coordination_measures,
    trace_table,
)
from takedown.coordination.found_edges import load_edges
from takedown.coordination.pair_days import load_traces
from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.posting.rows import post_provenances

log = start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
with open_records([files.archive], utc_offset_hours=params.utc_offset_hours) as connection:
    provenances = post_provenances(connection, params.subjects)
on_object, in_timeline = choices_by_grade(**params.choices)
known = {}
for subject in params.subjects:
    with duckdb.connect() as connection:
        traces = load_traces(connection, {piece: files[f"{subject}_{piece}"] for piece in PIECES})
    found = load_edges(files[f"{subject}_edges"], files[f"{subject}_tests"])
    log.info("%s: %d edges, %d tests", subject, found.ends.shape[1], found.tests)
    if found.accounts:
        known[subject] = Evidence(traces, found)
    else:
        log.info("%s has no post in the period, so no measure", subject)
report = Report(in_timeline, on_object, params.since, params.until, params.alpha)
write_measures(coordination_measures(known, provenances, report), snakemake.output.measures)
write_csv(snakemake.output.traces, TABLE_COLUMNS, trace_table(known, provenances))
