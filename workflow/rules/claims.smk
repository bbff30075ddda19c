"""Judge each claim of the ledger by the measures and by queries.

In: workflow/resources/{claims.yaml,calibration.csv}, results/takedown.duckdb with results/records.
Out: results/claims.csv, results/tables/claims_demonstrated.csv.
"""

from takedown.claims.ledger import check_measures, load_claims
from takedown.core.measure_catalogue import load_catalogue

# A claim that names no measure of the study is refused here, before any job runs.
try:
    check_measures(
        load_claims(RESOURCES / "claims.yaml", SCHEMAS / "claims.schema.yaml"),
        load_catalogue(RESOURCES / "measures.csv", TRACES),
    )
except InputError as error:
    raise WorkflowError(str(error))


rule judge_claims:
    input:
        database=rules.build_database.output.database,
        records=[RECORDS, LABELS],
        checks=rules.check_database.output.checks,
        claims=in_place(RESOURCES / "claims.yaml"),
        schema=in_place(SCHEMAS / "claims.schema.yaml"),
        calibration=in_place(RESOURCES / "calibration.csv"),
        code=code("scripts/judge_claims.py"),
        queries=sql("claims/*.sql"),
    output:
        claims="results/claims.csv",
        demonstrated="results/tables/claims_demonstrated.csv",
    log:
        "logs/judge_claims.log",
    benchmark:
        "benchmarks/judge_claims.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        others=OTHERS,
    message:
        "Judging the claims"
    script:
        "../../scripts/judge_claims.py"


published += rules.judge_claims.output
