"""Join the measures of all questions in one table.

In: results/measures/*.csv, which the rules of each question append to `MEASURES`.
Out: results/measures.csv.
"""

#: Measure files; each question and each extension appends its own.
MEASURES = []


rule build_measures:
    input:
        measures=lambda wildcards: MEASURES,
        code=code("scripts/build_measures.py"),
    output:
        measures="results/measures.csv",
    log:
        "logs/build_measures.log",
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Joining all measures in one table"
    script:
        "../../scripts/build_measures.py"


published += rules.build_measures.output
