"""Answer the study's questions: one script for each, rows of measures with intervals out of it.

In: results/records.
Out: results/measures/<name>.csv, results/tables/<name>.csv, all measures together in results/measures.csv.
"""


rule measure_creation:
    input:
        records=RECORDS,
        code=code("scripts/measure_creation.py"),
        queries=sql("measures/*.sql") + sql("tables/*.sql") + sql("schema.sql"),
    output:
        measures="results/measures/creation.csv",
        table="results/tables/creation_days.csv",
    log:
        "logs/measure_creation.log",
    benchmark:
        "benchmarks/measure_creation.tsv"
    conda:
        ENVIRONMENT
    params:
        **config["inference"],
        subjects=config["subjects"],
        control_cut=config["creation"]["control_cut"],
        earlier_cut=config["creation"]["earlier_cut"],
        burst_baseline_days=config["creation"]["burst_baseline_days"],
        burst_alpha=config["creation"]["burst_alpha"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring on which days the accounts were created"
    script:
        "../../scripts/measure_creation.py"


rule measure_creation_clock:
    input:
        records=RECORDS,
        code=code("scripts/measure_creation_clock.py"),
        queries=sql("measures/*.sql") + sql("tables/*.sql") + sql("schema.sql"),
    output:
        measures="results/measures/creation_clock.csv",
        table="results/tables/creation_sessions.csv",
    log:
        "logs/measure_creation_clock.log",
    benchmark:
        "benchmarks/measure_creation_clock.tsv"
    conda:
        ENVIRONMENT
    params:
        **config["inference"],
        subjects=config["subjects"],
        session_gap_minutes=config["creation"]["session_gap_minutes"],
        large_batch_accounts=config["creation"]["large_batch_accounts"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring at which time of day the accounts were created"
    script:
        "../../scripts/measure_creation_clock.py"


rule measure_posting:
    input:
        records=RECORDS,
        code=code("scripts/measure_posting.py"),
        queries=sql("measures/*.sql") + sql("tables/*.sql") + sql("schema.sql"),
    output:
        measures="results/measures/posting.csv",
        table="results/tables/posting_offset_profile.csv",
    log:
        "logs/measure_posting.log",
    benchmark:
        "benchmarks/measure_posting.tsv"
    conda:
        ENVIRONMENT
    params:
        **config["inference"],
        subjects=config["subjects"],
        posting_series=config["posting_series"],
        office_hours=config["office_hours"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring at which hours the accounts posted"
    script:
        "../../scripts/measure_posting.py"


#: Measure files; an extension appends its own.
MEASURES = [
    rules.measure_creation.output.measures,
    rules.measure_creation_clock.output.measures,
    rules.measure_posting.output.measures,
]


rule build_measures:
    input:
        measures=lambda wildcards: MEASURES,
        code=code("scripts/build_measures.py"),
    output:
        measures="results/measures.csv",
    log:
        "logs/build_measures.log",
    conda:
        ENVIRONMENT
    message:
        "Joining all measures in one table"
    script:
        "../../scripts/build_measures.py"


published += [
    rules.build_measures.output.measures,
    rules.measure_creation.output.table,
    rules.measure_creation_clock.output.table,
    rules.measure_posting.output.table,
]
