"""Join the measures of every topic in one table.

In: results/measures/*.csv, as the rules of creation, posting and the others name them in `MEASURES`.
Out: results/measures.csv.
"""

#: Measure files; each topic appends its own, and so does an extension.
MEASURES = []


rule build_measures:
    input:
        measures=lambda wildcards: MEASURES,
        catalogue=in_place(RESOURCES / "measures.csv"),
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
