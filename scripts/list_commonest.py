"""List the commonest hashtags, link domains, clients and languages of each month."""

from takedown.content.commonest import COLUMNS, commonest_rows
from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.tables import write_csv

log = start_log(snakemake.log[0])
params = snakemake.params
connection = open_records(
    snakemake.input.records, utc_offset_hours=params.utc_offset_hours, memory_mb=params.memory_mb
)
rows = list(commonest_rows(connection, params.subjects, params.commonest))
write_csv(snakemake.output.table, COLUMNS, rows)
log.info("%d rows", len(rows))
