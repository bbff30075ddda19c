"""Measure the records, and join the measures of all questions in one table, the parameters of their methods in another.

In: results/records; results/measures/*.csv, which the rules of each question append to `MEASURES`; in the study of the paper
    also workflow/resources/deposited/*/measures.csv.
Out: results/measures/records.csv, results/measures.csv, results/measure_parameters.csv.
"""

#: Measure files; each question and each extension appends its own.
MEASURES = ["results/measures/records.csv"]


rule measure_records:
    input:
        records=RECORDS,
        code=code("scripts/measure_records.py"),
        queries=sql("ingest/measured_*.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/records.csv",
    log:
        "logs/measure_records.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring the quality of the records"
    script:
        "../../scripts/measure_records.py"


rule build_measures:
    input:
        measures=lambda wildcards: MEASURES,
        deposited=DEPOSITED,
        catalogue=in_place(RESOURCES / "measures.csv"),
        more_measures=in_place(of_extensions("measures.csv")),
        code=code("scripts/build_measures.py"),
    output:
        measures="results/measures.csv",
        parameters="results/measure_parameters.csv",
    log:
        "logs/build_measures.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        # A claim's population may be what one platform disclosed.
        archives={
            platform: [
                archive_id
                for archive_id in config["archives"]
                if REGISTRY[archive_id]["platform"] == platform
            ]
            for platform in sorted({entry["platform"] for entry in REGISTRY.values()})
        }
        | config["subjects"]
        | {"posting_series": [config["posting_series"]]},
    message:
        "Joining all measures in one table"
    script:
        "../../scripts/build_measures.py"


published += rules.build_measures.output
