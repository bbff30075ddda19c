"""Join the measures of every topic in one table, and the parameters of their methods in another.

In: results/measures/*.csv, as the rules of creation, posting and the others name them in `MEASURES`.
Out: results/measures.csv, results/measure_parameters.csv.
"""

#: Measure files; each topic appends its own, and so does an extension.
MEASURES = []


rule build_measures:
    input:
        measures=lambda wildcards: MEASURES,
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
