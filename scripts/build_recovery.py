"""Join and summarise the recovery in all replicas."""

from takedown.core.log import start_log
from takedown.core.tables import write_csv
from takedown.validation.recovery.table import read_seeds, summarise, write_seed

log = start_log(snakemake.log[0])
rows = read_seeds(snakemake.input.seeds)
write_seed(rows, snakemake.output.seeds)
header, table = summarise(rows)
write_csv(snakemake.output.recovery, header, table)
log.info("%d quantities of %d replicas", len(table), len(snakemake.input.seeds))
