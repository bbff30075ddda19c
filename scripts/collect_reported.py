"""Write the numbers that others published as a typed table."""

from pathlib import Path

from takedown.core.log import start_log
from takedown.core.registry import read_registry
from takedown.reported.numbers import read_numbers, write_number_table

log = start_log(snakemake.log[0])
registry = read_registry(snakemake.input.registry)
numbers = read_numbers(registry, Path(snakemake.input.definitions).parent)
write_number_table(numbers, snakemake.output.numbers)
log.info("%d reported numbers", len(numbers))
