"""A worked example: were the accounts created on working days? Copy this folder, edit its two files.

In: results/records.
Out: results/measures/creation_weekdays.csv, results/figures/creation_weekdays.{pdf,svg,png}.
"""


rule plot_creation_weekdays:
    input:
        records=RECORDS,
        code=code("extensions/creation_weekdays/plot_creation_weekdays.py"),
        queries=sql("core/tables/*.sql") + sql("core/schema.sql"),
    output:
        **figure("creation_weekdays"),
        measures="results/measures/creation_weekdays.csv",
    log:
        "logs/plot_creation_weekdays.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        names=NAMES,
        control_cut=config["creation"]["control_cut"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Drawing the weekdays of account creation"
    script:
        "plot_creation_weekdays.py"


MEASURES.append(rules.plot_creation_weekdays.output.measures)
