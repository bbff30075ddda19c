"""Account for every record of the tweets files of an archive, and find the rows that repeat an id."""

from pathlib import Path

from takedown.core.log import start_log
from takedown.ingest.accounting import account_for_rows
from takedown.ingest.mapping import find_layout
from takedown.ingest.record import READ

start_log(snakemake.log[0])
params = snakemake.params
account_for_rows(
    "tweets",
    params.archive_id,
    find_layout(params.archive_id, params.layout, "tweets"),
    [
        dict(zip(READ["tweets"], files, strict=True))
        for files in zip(*(snakemake.input[t] for t in READ["tweets"]), strict=True)
    ],
    dict(snakemake.output.items()),
    scratch=Path(snakemake.output[0]).parent,
    memory_mb=params.memory_mb,
    threads=snakemake.threads,
)
