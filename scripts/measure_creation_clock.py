"""Measure at which time of day the accounts were created, session by session."""

from takedown.core.database import open_records, read_sql
from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance, write_measures
from takedown.core.tables import write_csv
from takedown.creation.sessions import SESSION_COLUMNS, clock_measures, session_table
from takedown.statistics.sessions import find_sessions

SUBJECT = "operation"

log = start_log(snakemake.log[0])
params = snakemake.params
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
rows = connection.execute(
    read_sql("creation/creation_instants.sql"), {"archives": list(params.subjects.get(SUBJECT, []))}
).fetchnumpy()
measures, table = [], []
if len(rows["created_ms"]):
    provenance = weakest_provenance(rows["provenance"])
    sessions = find_sessions(rows["created_ms"], rows["accounts"], params.session_gap_minutes)
    measures = clock_measures(
        SUBJECT,
        sessions,
        gap_minutes=params.session_gap_minutes,
        large_batch_accounts=params.large_batch_accounts,
        utc_offset_hours=params.utc_offset_hours,
        provenance=provenance,
    )
    table = session_table(sessions, params.utc_offset_hours, params.large_batch_accounts, provenance)
else:
    log.info("the operation has no account with a decoded creation instant; nothing is measured")
write_measures(measures, snakemake.output.measures)
write_csv(snakemake.output.table, SESSION_COLUMNS, table)
log.info("%d measures of the creation clock", len(measures))
