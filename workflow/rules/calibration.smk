"""Simulate how often each inferential method errs. Not part of the default run: `snakemake calibration`.

In: config.yaml (calibration), the published aggregates, replica.yaml; the default run reads the tracked calibration.csv.
Out: results/calibration.csv, results/calibration/<method>.csv; in the default run results/figures/calibration.{pdf,svg,png}.
"""

from importlib import import_module

#: The rates in the paper: results/calibration.csv of a full run, copied by `make calibration`.
CALIBRATED = in_place(RESOURCES / "calibration.csv")


rule calibrate:
    input:
        # For replicas without planted groups.
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
        "Simulating the error of {wildcards.method}"
    script:
        "../../scripts/calibrate.py"


rule build_calibration:
    input:
        # Imported only when needed, since the import takes a second.
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


rule calibration:
    input:
        rules.build_calibration.output,
