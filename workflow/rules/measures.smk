"""Join the measures of all questions in one table, and the parameters of their methods in another.

In: results/measures/*.csv, which the rules of each question append to `MEASURES`.
Out: results/measures.csv, results/measure_parameters.csv.
"""

#: Measure files; each question and each extension appends its own.
MEASURES = []


rule build_measures:
    input:
        measures=lambda wildcards: MEASURES,
        catalogue=in_place(RESOURCES / "measures.csv"),
        code=code("scripts/build_measures.py"),
    output:
        measures="results/measures.csv",
        parameters="results/measure_parameters.csv",
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
