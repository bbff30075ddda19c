"""Find the days on which two accounts of a population acted on the same object near each other, by trace."""

import duckdb

from takedown.coordination.acts import Choices
from takedown.coordination.pair_days import write_pair_days
from takedown.coordination.stretch import FACTORS
from takedown.coordination.trace_file import common_resolution
from takedown.core.database import enough_memory
from takedown.core.log import start_log
from takedown.core.measures import CONTROL

start_log(snakemake.log[0])
params = snakemake.params
with duckdb.connect() as connection:
    resolution = common_resolution(connection, (snakemake.input[subject] for subject in params.subjects))
events = snakemake.input[params.subject]
write_pair_days(
    events,
    params.traces,
    dict(snakemake.output.items()),
    Choices(params.window_seconds, params.near_seconds, params.cap, params.utc_offset_hours),
    resolution=resolution,
    # Only the control is seen through stretched windows.
    factors=FACTORS if params.subject == CONTROL else FACTORS[:1],
    scratch=params.scratch_folder,
    memory_mb=enough_memory(events, params.memory_mb),
    threads=snakemake.threads,
)
