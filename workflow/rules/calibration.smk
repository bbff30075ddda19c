"""Simulate how often each test and interval errs. `snakemake calibration` runs it; the default run does not.

In: the configuration, and for networks the published aggregates. The default run reads the tracked
workflow/resources/calibration.csv.
Out: results/calibration.csv, results/calibration/*; of the default run results/figures/calibration.{pdf,svg,png}.
"""

from importlib import import_module

#: The error rates that the paper prints: results/calibration.csv of a full run, copied by `make calibration`.
CALIBRATED = in_place(RESOURCES / "calibration.csv")


rule calibrate:
    input:
        # For replicas in which nothing is planted.
        published=AGGREGATES,
        templates=in_place(RESOURCES / "replica.yaml"),
        code=code("scripts/calibrate.py"),
    output:
        table="results/calibration/{method}.csv",
    log:
        "logs/calibrate_{method}.log",
    benchmark:
        "benchmarks/calibrate_{method}.tsv"
    wildcard_constraints:
        method="[a-z0-9_]+",
    conda:
        ENVIRONMENT
    params:
        **config["calibration"],
        seed=config["inference"]["seed"],
    message:
        "Simulating the error rate of {wildcards.method}"
    script:
        "../../scripts/calibrate.py"


rule build_calibration:
    input:
        # Imported only when it is needed, since the import takes a second.
        tables=lambda wildcards: [
            f"results/calibration/{method}.csv"
            for method in import_module(
                "takedown.validation.calibration.registry"
            ).methods()
        ],
        code=code("scripts/build_calibration.py"),
    output:
        table="results/calibration.csv",
    log:
        "logs/build_calibration.log",
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Joining the error rates of all methods"
    script:
        "../../scripts/build_calibration.py"


rule plot_calibration:
    input:
        table=CALIBRATED,
        code=code("scripts/plot_calibration.py"),
    output:
        **figure("calibration"),
    log:
        "logs/plot_calibration.log",
    benchmark:
        "benchmarks/plot_calibration.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Drawing the error rates of all methods"
    script:
        "../../scripts/plot_calibration.py"


use rule plot_calibration as plot_new_calibration with:
    input:
        table=rules.build_calibration.output.table,
        code=code("scripts/plot_calibration.py"),
    output:
        pdf="results/calibration/figure.pdf",
        svg="results/calibration/figure.svg",
        png="results/calibration/figure.png",
    log:
        "logs/plot_new_calibration.log",
    benchmark:
        "benchmarks/plot_new_calibration.tsv"


rule calibration:
    input:
        rules.build_calibration.output,
        rules.plot_new_calibration.output,
