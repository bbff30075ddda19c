"""When the accounts posted: measures of hours and days, and their figures.

In: results/records, results/takedown.duckdb.
Out: results/measures/posting.csv, results/tables/posting_*.csv, results/figures/posting_*.{pdf,svg,png}.
"""


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


MEASURES.append(rules.measure_posting.output.measures)
published.append(rules.measure_posting.output.table)


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
