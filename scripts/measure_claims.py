"""Write the numbers that queries give for the claims, from the records or as others reported them."""

from pathlib import Path

from takedown.claims.answers import answer_measures
from takedown.claims.ledger import load_claims
from takedown.core.database import insert_reproduced, open_records
from takedown.core.log import start_log
from takedown.core.measures import write_measures

log = start_log(snakemake.log[0])
connection = open_records(snakemake.input.records, utc_offset_hours=snakemake.params.utc_offset_hours)
insert_reproduced(connection, snakemake.input.reproduced)
measures = answer_measures(
    connection,
    load_claims(snakemake.input.claims, snakemake.input.schema, snakemake.input.more_claims),
    next(path for path in map(Path, snakemake.input.queries) if path.parent.name == "claims").parent,
    snakemake.params.others,
)
write_measures(measures, snakemake.output.measures)
log.info("%d numbers", len(measures))
