"""Compile the paper and its supplement, with every number read from the results."""

from pathlib import Path

from takedown.core.log import start_log
from takedown.paper.typeset import compile_paper

start_log(snakemake.log[0])
results = [
    snakemake.input.measures,
    snakemake.input.parameters,
    snakemake.input.claims,
    *snakemake.input.proofs,
    snakemake.input.citation,
    *snakemake.input.tables,
    *snakemake.input.figures,
]
# Deposits have files of one name, each in the folder of its campaign.
deposits = {f"{Path(path).parent.name}.{Path(path).name}": path for path in snakemake.input.deposits}
# So have the sections that extensions add to the supplement.
sections = {f"{Path(path).parent.name}.section.typ": path for path in snakemake.input.sections}
compile_paper(
    sources=Path(next(iter(snakemake.input.sources))).parent,
    inputs={Path(path).name: path for path in results} | deposits | sections,
    paper=snakemake.output.paper,
    supplement=snakemake.output.supplement,
    study=snakemake.params.study,
    places=snakemake.output.places,
)
