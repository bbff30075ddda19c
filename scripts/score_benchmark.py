"""Score how each trace and method ranks the labelled accounts of two populations, and the trace of near texts on pairs."""

import duckdb

from takedown.benchmark.report import COLUMNS, benchmark_rows, literature_rows
from takedown.benchmark.text_pairs import COLUMNS as PAIR_COLUMNS
from takedown.benchmark.text_pairs import text_pair_table
from takedown.coordination.edges import choices_by_grade, write_edges
from takedown.coordination.trace_file import common_resolution
from takedown.core.database import open_records
from takedown.core.log import start_log
from takedown.core.measures import weakest_provenance
from takedown.core.tables import write_csv
from takedown.posting.rows import post_provenances

log = start_log(snakemake.log[0])
params = snakemake.params
files = snakemake.input
with open_records([files.archive], utc_offset_hours=params.utc_offset_hours) as connection:
    provenances = post_provenances(connection, params.subjects)
events = [path for subject in params.subjects for path in files[subject]]
on_object, in_timeline = choices_by_grade(**params.choices)
with duckdb.connect() as connection:
    resolution = common_resolution(connection, [events])
exchange = write_edges(
    events,
    snakemake.output.edges,
    snakemake.output.tests,
    on_object=on_object,
    in_timeline=in_timeline,
    resolution=resolution,
    alpha=params.alpha,
    scratch=params.scratch_folder,
    memory_mb=params.memory_mb,
    threads=snakemake.threads,
)
rows = benchmark_rows(
    {subject: files[subject] for subject in params.subjects},
    snakemake.output.scores,
    exchange,
    provenance=weakest_provenance(provenances.values()),
    windows=params.windows_seconds,
    places=params.precision_at,
    cap=params.cap,
    seed=params.seed,
    scratch=params.scratch_folder,
    memory_mb=params.memory_mb,
    threads=snakemake.threads,
)
write_csv(snakemake.output.scores, COLUMNS, [*rows, *literature_rows(files.literature)])
write_csv(
    snakemake.output.text_pairs,
    PAIR_COLUMNS,
    text_pair_table(files.text_pairs[0]) if files.text_pairs else [],
)
