"""Simulate one replica, look for its planted structures, and write the comparison."""

from pathlib import Path

import yaml

from takedown.core.log import start_log
from takedown.core.working_folder import working_folder
from takedown.validation.recovery.recover import recover, simulate_replica
from takedown.validation.recovery.table import write_seed

log = start_log(snakemake.log[0])
params = snakemake.params
seed = int(snakemake.wildcards.seed)
registry = yaml.safe_load(Path(snakemake.input.registry).read_text(encoding="utf-8"))
with working_folder(snakemake.output.seed) as folder:
    published = Path(snakemake.input.published[0]).parent
    replica = simulate_replica(seed, params.scale, registry, params.study, published, folder)
    rows = recover(seed, replica, params.study)
write_seed(rows, snakemake.output.seed)
for row in rows:
    log.info("%s", row)
