"""When the accounts were created: measures of days and of the clock, and their figures.

In: results/records, results/takedown.duckdb.
Out: results/measures/creation*.csv, results/tables/creation_*.csv, results/figures/creation_*.{pdf,svg,png}.
"""


rule measure_creation:
    input:
        records=RECORDS,
        code=code("scripts/measure_creation.py"),
        queries=sql("creation/creation_counts.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/creation.csv",
        table="results/tables/creation_days.csv",
    log:
        "logs/measure_creation.log",
    benchmark:
        "benchmarks/measure_creation.tsv"
    localrule: True
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
        "Measuring the concentration and the bursts of account creation"
    script:
        "../../scripts/measure_creation.py"


rule measure_creation_clock:
    input:
        records=RECORDS,
        code=code("scripts/measure_creation_clock.py"),
        queries=sql("creation/creation_instants.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/creation_clock.csv",
        table="results/tables/creation_sessions.csv",
    log:
        "logs/measure_creation_clock.log",
    benchmark:
        "benchmarks/measure_creation_clock.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        session_gap_minutes=config["creation"]["session_gap_minutes"],
        large_batch_accounts=config["creation"]["large_batch_accounts"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring the hours at which accounts were created"
    script:
        "../../scripts/measure_creation_clock.py"


MEASURES += [
    rules.measure_creation.output.measures,
    rules.measure_creation_clock.output.measures,
]
published += [
    rules.measure_creation.output.table,
    rules.measure_creation_clock.output.table,
]


rule plot_creation_calendar:
    input:
        database=rules.build_database.output.database,
        table=rules.measure_creation.output.table,
        protest_days=in_place(RESOURCES / "protest_days.csv"),
        code=code("scripts/plot_creation_calendar.py"),
        queries=sql("creation/creation_calendar.sql") + sql("creation/burst_days.sql"),
    output:
        **figure("creation_calendar"),
    log:
        "logs/plot_creation_calendar.log",
    benchmark:
        "benchmarks/plot_creation_calendar.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
        subjects=config["subjects"],
        special_days=config["special_days"],
        control_cut=config["creation"]["control_cut"],
    message:
        "Drawing the creation calendar"
    script:
        "../../scripts/plot_creation_calendar.py"


rule plot_creation_batches:
    input:
        database=rules.build_database.output.database,
        code=code("scripts/plot_creation_batches.py"),
        queries=sql("creation/creation_batches.sql"),
    output:
        **figure("creation_batches"),
    log:
        "logs/plot_creation_batches.log",
    benchmark:
        "benchmarks/plot_creation_batches.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
        subjects=config["subjects"],
        session_gap_minutes=config["creation"]["session_gap_minutes"],
        large_batch_accounts=config["creation"]["large_batch_accounts"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Drawing the large creation batches"
    script:
        "../../scripts/plot_creation_batches.py"
