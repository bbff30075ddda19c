"""Compare the numbers that others published of the archives with those that the records give."""

from pathlib import Path

from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.registry import read_registry
from takedown.core.tables import write_csv
from takedown.reported.numbers import read_numbers
from takedown.reported.reproduce import (
    COUNT_COLUMNS,
    count_agreement,
    read_reproduced,
    reproduce,
    write_reproduced,
)

log = start_log(snakemake.log[0])
params = snakemake.params
registry = read_registry(snakemake.input.registry)
numbers = read_numbers(registry, Path(snakemake.input.definitions).parent)
connection = open_records(snakemake.input.records, utc_offset_hours=params.utc_offset_hours)
rows = reproduce(connection, numbers, params.archives)
for path in snakemake.input.deposited:
    rows += read_reproduced(path)
write_reproduced(rows, snakemake.output.table)
write_csv(snakemake.output.counts, COUNT_COLUMNS, count_agreement(rows))
log.info(
    "%d reported numbers, %d of them compared, of %d in all",
    len(rows),
    sum(bool(row.agrees) for row in rows),
    len(numbers),
)
