"""Compile the paper, or the report on other archives, with every number read from the results."""

from pathlib import Path

from takedown.core.log import start_log
from takedown.paper import compile_paper

start_log(snakemake.log[0])
results = [
    snakemake.input.measures,
    snakemake.input.parameters,
    snakemake.input.claims,
    *snakemake.input.proofs,
    *snakemake.input.tables,
    *snakemake.input.figures,
]
compile_paper(
    sources=Path(next(iter(snakemake.input.sources))).parent,
    inputs={Path(path).name: path for path in results},
    output=snakemake.output.paper,
    study=snakemake.params.study,
)
