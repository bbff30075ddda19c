"""Simulate the files of an archive that the user has not put in."""

from pathlib import Path

from takedown.core.log import start_log
from takedown.core.registry import known_counts
from takedown.validation.replica import generate_replica

log = start_log(snakemake.log[0])
entry = snakemake.params.entry
truth = generate_replica(
    snakemake.params.archive_id,
    role=entry["role"],
    layout=entry["layout"],
    files={kind: {"name": Path(snakemake.output[kind]).name} for kind in ("users", "tweets")},
    released_on=entry["released_on"],
    published_folder=Path(snakemake.input.published[0]).parent,
    output_folder=Path(snakemake.output.users).parent,
    truth_path=snakemake.output.truth,
    seed=snakemake.params.seed,
    scale=snakemake.params.scale,
    utc_offset_hours=snakemake.params.utc_offset_hours,
    counts=known_counts(entry),
)
log.info("%s: %d accounts, %d posts simulated", truth["archive_id"], truth["accounts"], truth["posts"])
