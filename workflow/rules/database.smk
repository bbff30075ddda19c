"""Check the records, build one database of all tables with views on them, and write the tables that may be published.

In: results/records with the labels of posts, results/measures.csv, results/tables/reproduced_numbers.csv.
Out: results/checks.csv, results/takedown.duckdb (opened read-only from here on), results/database_content.csv,
     results/tables/{archives,row_account,rejected_reasons}.csv, results/data/*.parquet, results/datapackage.json,
     results/croissant.json.
"""

from takedown.core.database import OPEN_TABLES


rule check_records:
    input:
        records=[RECORDS, LABELS],
        code=code("scripts/check_records.py"),
        queries=sql("checks/**/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql")
        + sql("core/tables/*.sql"),
    output:
        checks="results/checks.csv",
    log:
        "logs/check_records.log",
    benchmark:
        "benchmarks/check_records.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["ingest"]["memory_mb"] // 2 + 300,
    params:
        utc_offset_hours=config["utc_offset_hours"],
        memory_mb=without_effect("ingest", "memory_mb", 1 / 2),
    message:
        "Checking the records; only warnings may return a row"
    script:
        "../../scripts/check_records.py"


rule build_database:
    input:
        records=[RECORDS, LABELS, REPORTED_NUMBERS],
        checks=rules.check_records.output.checks,
        measures=rules.build_measures.output.measures,
        reproduced=REPRODUCED_NUMBERS,
        code=code("scripts/build_database.py"),
        queries=sql("core/schema.sql")
        + sql("core/reproduced_number.sql")
        + sql("core/records/*.sql")
        + sql("core/tables/*.sql")
        + sql("core/dictionary/*.sql"),
    output:
        database="results/takedown.duckdb",
    log:
        "logs/build_database.log",
    benchmark:
        "benchmarks/build_database.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["ingest"]["memory_mb"] * 3 // 4 + 300,
    params:
        utc_offset_hours=config["utc_offset_hours"],
        memory_mb=without_effect("ingest", "memory_mb", 3 / 4),
    message:
        "Building the database"
    script:
        "../../scripts/build_database.py"


rule write_tables:
    input:
        database=rules.build_database.output.database,
        records=[RECORDS, LABELS],
        code=code("scripts/write_tables.py"),
        queries=sql("core/published_tables/*.sql") + sql("core/digest*.sql"),
    output:
        archives="results/tables/archives.csv",
        row_account="results/tables/row_account.csv",
        rejected_reasons="results/tables/rejected_reasons.csv",
        content="results/database_content.csv",
    log:
        "logs/write_tables.log",
    benchmark:
        "benchmarks/write_tables.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=config["ingest"]["memory_mb"] * 3 // 4 + 300,
    params:
        memory_mb=without_effect("ingest", "memory_mb", 3 / 4),
    message:
        "Writing the tables that may be published"
    script:
        "../../scripts/write_tables.py"


rule write_open_data:
    input:
        database=rules.build_database.output.database,
        records=[RECORDS, LABELS],
        citation=in_place(ROOT / "CITATION.cff"),
        code=code("scripts/write_open_data.py"),
        queries=sql("core/dictionary/*.sql") + sql("core/schema.sql"),
    output:
        tables=expand("results/data/{table}.parquet", table=OPEN_TABLES),
        package="results/datapackage.json",
        croissant="results/croissant.json",
    log:
        "logs/write_open_data.log",
    benchmark:
        "benchmarks/write_open_data.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        memory_mb=without_effect("ingest", "memory_mb", 3 / 4),
    message:
        "Writing the open tables as Parquet, and their descriptions"
    script:
        "../../scripts/write_open_data.py"


published += [
    rules.check_records.output.checks,
    *rules.write_tables.output,
    *rules.write_open_data.output,
]
