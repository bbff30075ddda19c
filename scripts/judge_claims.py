"""Answer every claim of the ledger from the database of the study."""

from pathlib import Path

from takedown.claims.judge import judge_claims, write_claims, write_demonstrated
from takedown.claims.ledger import load_claims
from takedown.core.database import open_database
from takedown.core.log import start_log
from takedown.validation.calibration.study import read_calibration

start_log(snakemake.log[0])
ledger = load_claims(snakemake.input.claims, snakemake.input.schema, snakemake.input.more_claims)
with open_database(snakemake.input.database) as connection:
    rows = judge_claims(
        connection,
        ledger,
        Path(next(iter(snakemake.input.queries))).parent,
        read_calibration(snakemake.input.calibration),
        snakemake.params.others,
    )
write_claims(rows, snakemake.output.claims)
write_demonstrated(rows, snakemake.output.demonstrated)
