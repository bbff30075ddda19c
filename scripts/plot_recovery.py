"""Draw the share of the planted behaviour that was found in the replicas."""

from takedown.core.log import start_log
from takedown.figures.style import save_figure
from takedown.validation.plot_recovery import plot_recovery
from takedown.validation.recovery.table import SEED_COLUMNS, read_seeds, summarise

log = start_log(snakemake.log[0])
rows = read_seeds([snakemake.input.seeds])
header, table = summarise(rows)
figure = plot_recovery(
    [dict(zip(header, row, strict=True)) for row in table],
    [{name: getattr(row, name) for name in SEED_COLUMNS} for row in rows],
)
save_figure(figure, snakemake.output, {"all replicas": "replica"})
log.info("%d rows of replicas", len(rows))
