"""Draw the figures; each as PDF, SVG and PNG, with its provenance on it.

In: results/takedown.duckdb, results/tables.
Out: results/figures/<name>.{pdf,svg,png}.
"""


rule plot_creation_calendar:
    input:
        database=rules.build_database.output.database,
        checks=rules.check_database.output.checks,
        table=rules.measure_creation.output.table,
        code=code("scripts/plot_creation_calendar.py"),
        queries=sql("figures/*.sql"),
    output:
        **figure("creation_calendar"),
    log:
        "logs/plot_creation_calendar.log",
    benchmark:
        "benchmarks/plot_creation_calendar.tsv"
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        control_cut=config["creation"]["control_cut"],
    message:
        "Drawing the creation calendar"
    script:
        "../../scripts/plot_creation_calendar.py"


rule plot_creation_batches:
    input:
        database=rules.build_database.output.database,
        checks=rules.check_database.output.checks,
        code=code("scripts/plot_creation_batches.py"),
        queries=sql("figures/*.sql"),
    output:
        **figure("creation_batches"),
    log:
        "logs/plot_creation_batches.log",
    benchmark:
        "benchmarks/plot_creation_batches.tsv"
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        session_gap_minutes=config["creation"]["session_gap_minutes"],
        large_batch_accounts=config["creation"]["large_batch_accounts"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Drawing the large creation batches"
    script:
        "../../scripts/plot_creation_batches.py"


rule plot_posting_hours:
    input:
        database=rules.build_database.output.database,
        checks=rules.check_database.output.checks,
        protest_days=RESOURCES / "protest_days.csv",
        code=code("scripts/plot_posting_hours.py"),
        queries=sql("figures/*.sql"),
    output:
        **figure("posting_hours"),
    log:
        "logs/plot_posting_hours.log",
    benchmark:
        "benchmarks/plot_posting_hours.tsv"
    conda:
        ENVIRONMENT
    params:
        posting_series=config["posting_series"],
        office_hours=config["office_hours"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Drawing every post by day and hour"
    script:
        "../../scripts/plot_posting_hours.py"


rule plot_posting_demonstration:
    input:
        database=rules.build_database.output.database,
        checks=rules.check_database.output.checks,
        code=code("scripts/plot_posting_demonstration.py"),
        queries=sql("figures/*.sql"),
    output:
        **figure("posting_demonstration"),
    log:
        "logs/plot_posting_demonstration.log",
    benchmark:
        "benchmarks/plot_posting_demonstration.tsv"
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        office_hours=config["office_hours"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Drawing the posting hours of operation and control"
    script:
        "../../scripts/plot_posting_demonstration.py"
