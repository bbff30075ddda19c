"""An example: were the accounts created on working days? Copy this folder and edit its files.

In: results/records.
Out: results/measures/creation_weekdays.csv, results/tables/creation_weekdays.csv,
results/figures/creation_weekdays.{pdf,svg,png}.
"""


rule measure_creation_weekdays:
    input:
        records=RECORDS,
        query=in_place(ROOT / "extensions/creation_weekdays/creation_weekdays.sql"),
        code=code("extensions/creation_weekdays/measure_creation_weekdays.py"),
        queries=sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/creation_weekdays.csv",
        table="results/tables/creation_weekdays.csv",
    log:
        "logs/measure_creation_weekdays.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        control_cut=config["creation"]["control_cut"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring the weekdays of account creation"
    script:
        "measure_creation_weekdays.py"


MEASURES.append(rules.measure_creation_weekdays.output.measures)
published.append(rules.measure_creation_weekdays.output.table)


rule plot_creation_weekdays:
    input:
        table=rules.measure_creation_weekdays.output.table,
        code=code("extensions/creation_weekdays/plot_creation_weekdays.py"),
    output:
        **figure("creation_weekdays"),
    log:
        "logs/plot_creation_weekdays.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
    message:
        "Drawing the weekdays of account creation"
    script:
        "plot_creation_weekdays.py"
