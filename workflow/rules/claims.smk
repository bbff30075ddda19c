"""Judge each claim of the ledger by the measures and by queries.

In: workflow/resources/{claims.yaml,campaign_claims,calibration.csv}, results/takedown.duckdb with results/records.
Out: results/measures/claims.csv, results/claims.csv, results/tables/claims_demonstrated.csv.
"""

from takedown.claims.ledger import check_measures, load_claims
from takedown.core.measure_catalogue import load_catalogue

# A claim that names no measure of the study is refused here, before any job runs.
try:
    check_measures(
        load_claims(
            CLAIMS, SCHEMAS / "claims.schema.yaml", of_extensions("claims.yaml")
        ),
        load_catalogue(
            RESOURCES / "measures.csv", TRACES, of_extensions("measures.csv")
        ),
    )
except InputError as error:
    raise WorkflowError(str(error))


rule measure_claims:
    input:
        records=[RECORDS, REPORTED_NUMBERS],
        reproduced=REPRODUCED_NUMBERS,
        claims=in_place(CLAIMS),
        more_claims=in_place(of_extensions("claims.yaml")),
        schema=in_place(SCHEMAS / "claims.schema.yaml"),
        code=code("scripts/measure_claims.py"),
        queries=sql("claims/*.sql")
        + sql("core/schema.sql")
        + sql("core/reproduced_number.sql")
        + sql("core/tables/*.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/claims.csv",
    log:
        "logs/measure_claims.log",
    benchmark:
        "benchmarks/measure_claims.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        others=list(CLAIMS_OTHERS),
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Collecting the numbers that queries give for the claims"
    script:
        "../../scripts/measure_claims.py"


MEASURES.append(rules.measure_claims.output.measures)


rule judge_claims:
    input:
        database=rules.build_database.output.database,
        records=[RECORDS, LABELS],
        claims=in_place(CLAIMS),
        more_claims=in_place(of_extensions("claims.yaml")),
        schema=in_place(SCHEMAS / "claims.schema.yaml"),
        calibration=in_place(RESOURCES / "calibration.csv"),
        code=code("scripts/judge_claims.py"),
        queries=sql("claims/*.sql"),
    output:
        claims=report("results/claims.csv", category="Claims"),
        demonstrated="results/tables/claims_demonstrated.csv",
    log:
        "logs/judge_claims.log",
    benchmark:
        "benchmarks/judge_claims.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        others=CLAIMS_OTHERS,
    message:
        "Judging the claims"
    script:
        "../../scripts/judge_claims.py"


published += rules.judge_claims.output
