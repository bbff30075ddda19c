"""Describe the published results and the run that made them as a Workflow Run RO-Crate."""

import shutil
from pathlib import Path

import yaml

from takedown.core.digests import sha256_of
from takedown.core.log import start_log
from takedown.core.working_folder import whole_file
from takedown.crate import describe_run, write_crate

start_log(snakemake.log[0])
source, target = snakemake.input, snakemake.output
shutil.copyfile(source.snakefile, target.workflow)
shutil.copyfile(source.requirements, target.requirements)
with whole_file(target.configuration) as whole:
    text = yaml.safe_dump(snakemake.params.configuration, allow_unicode=True, sort_keys=True)
    whole.write_text(text, encoding="utf-8")
readme = Path(target.crate).with_name("README.md")
if source.readme and not readme.exists():
    # The study runs in another folder than that of the repository.
    shutil.copyfile(source.readme[0], readme)
inputs = {
    Path(path).name: {
        "description": description,
        "contentSize": str(Path(path).stat().st_size),
        "sha256": sha256_of(path),
    }
    for path, description in zip(source.read, snakemake.params.descriptions, strict=True)
}
metadata = describe_run(
    Path(target.crate).parent,
    workflow=target.workflow,
    configuration=target.configuration,
    requirements=target.requirements,
    outputs=source.published,
    inputs=inputs,
    citation=source.citation,
)
write_crate(metadata, target.crate)
