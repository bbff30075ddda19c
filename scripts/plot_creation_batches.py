"""Draw the operation's large creation batches, account by account."""

from takedown.core.database import open_database, read_sql
from takedown.core.log import start_log
from takedown.creation.plot_batches import Instants, plot_creation_batches
from takedown.figures.style import save_figure, weakest_by_subject

SUBJECT = "operation"

log = start_log(snakemake.log[0])
params = snakemake.params
with open_database(snakemake.input.database) as connection:
    rows = connection.execute(
        read_sql("creation/creation_batches.sql"), {"archives": list(params.subjects[SUBJECT])}
    ).fetchnumpy()
figure = plot_creation_batches(
    Instants(rows["at_ms"], rows["resolution_ms"], rows["accounts"]),
    session_gap_minutes=params.session_gap_minutes,
    large_batch_accounts=params.large_batch_accounts,
    utc_offset_hours=params.utc_offset_hours,
)
save_figure(figure, snakemake.output, weakest_by_subject({SUBJECT: rows["provenance"]}), params.names)
log.info("drew %d accounts with a decoded creation instant", rows["accounts"].sum())
