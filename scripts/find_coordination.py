"""Test pairs of accounts for coordination, in the operation and in the control."""

import duckdb

from takedown.coordination.catalogue import PIECES
from takedown.coordination.edges import choices_by_grade, write_edges
from takedown.coordination.evidence_measures import (
    TABLE_COLUMNS,
    Evidence,
    Report,
    coordination_measures,
    trace_table,
)
from takedown.coordination.pair_days import load_traces
from takedown.coordination.trace_file import common_resolution
from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures
from takedown.core.tables import write_csv
from takedown.posting.rows import post_provenances

log = start_log(snakemake.log[0])
params, files = snakemake.params, snakemake.input
with open_records([files.archive], utc_offset_hours=params.utc_offset_hours) as connection:
    provenances = post_provenances(connection, params.subjects)
on_object, in_timeline = choices_by_grade(
    params.window_seconds,
    (params.object_near_seconds, params.near_seconds),
    params.cap,
    params.utc_offset_hours,
)
known = {}
for subject in params.subjects:
    events = files[f"{subject}_events"]
    with duckdb.connect() as connection:
        traces = load_traces(connection, {piece: files[f"{subject}_{piece}"] for piece in PIECES})
        resolution = common_resolution(connection, [events])
    exchange = write_edges(
        events,
        snakemake.output[subject],
        on_object=on_object,
        in_timeline=in_timeline,
        resolution=resolution,
        alpha=params.alpha,
        scratch=params.scratch_folder,
        memory_mb=params.memory_mb,
        threads=snakemake.threads,
    )
    log.info("%s: %d edges, %d tests", subject, exchange.all_ends.shape[1], exchange.tested)
    if len(exchange.accounts):
        known[subject] = Evidence(traces, exchange)
    else:
        log.info("%s has no post in the period, so no measure", subject)
report = Report(in_timeline, on_object, params.since, params.until, params.alpha)
write_measures(coordination_measures(known, provenances, report), snakemake.output.measures)
write_csv(snakemake.output.traces, TABLE_COLUMNS, trace_table(known, provenances))
