"""Simulate one replica, analyse it, and write how much of the planted behaviour was found."""

from pathlib import Path

import yaml

from takedown.core.log import start_log
from takedown.core.working_folder import working_folder
from takedown.validation.recovery.recover import recover, simulate
from takedown.validation.recovery.table import write_seed

log = start_log(snakemake.log[0])
params = snakemake.params
seed = int(snakemake.wildcards.seed)
registry = yaml.safe_load(Path(snakemake.input.registry).read_text(encoding="utf-8"))
with working_folder(snakemake.output.seed) as folder:
    replica = simulate(
        seed, params.scale, registry, params.study, Path(snakemake.input.published[0]).parent, folder
    )
    rows = recover(seed, replica, params.study)
write_seed(rows, snakemake.output.seed)
for row in rows:
    log.info("%s", row)
