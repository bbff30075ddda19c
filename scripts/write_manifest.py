"""List the published outputs with their digests."""

from pathlib import Path

from takedown.core.log import start_log
from takedown.core.manifest import write_manifest

start_log(snakemake.log[0])
manifest = snakemake.output.manifest
write_manifest(snakemake.input.published, Path(manifest).parent, manifest)
