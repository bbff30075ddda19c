"""Score each trace and method against the labels of two populations (`snakemake benchmark`); not part of the default run.

In: results/coordination/<subject>/<shard>/events.parquet of both populations, workflow/resources/benchmarks.yaml, and the
    file of labelled text pairs that `benchmark.text_pairs` names.
Out: results/benchmark/{scores,text_pairs}.csv, results/benchmark/{edges,tests}.parquet (record level).
"""


rule score_benchmark:
    input:
        **{
            subject: of_shards(rules.trace_posts.output.events, subject)
            for subject in config["subjects"]
        },
        archive=rules.collect_archives.output.archive,
        literature=in_place(RESOURCES / "benchmarks.yaml"),
        text_pairs=lambda wildcards: (
            [named_file("benchmark", "text_pairs")]
            if "text_pairs" in config["benchmark"]
            else []
        ),
        code=code("scripts/score_benchmark.py"),
        queries=sql("benchmark/*.sql")
        + sql("pairs/*.sql")
        + sql("coordination/traces/*.sql")
        + sql("coordination/trace_macros.sql")
        + sql("coordination/exchange/*.sql")
        + sql("core/post_provenance.sql")
        + sql("core/schema.sql"),
    output:
        scores="results/benchmark/scores.csv",
        text_pairs="results/benchmark/text_pairs.csv",
        edges="results/benchmark/edges.parquet",
        tests="results/benchmark/tests.parquet",
    log:
        "logs/score_benchmark.log",
    benchmark:
        "benchmarks/score_benchmark.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 500,
    params:
        subjects=config["subjects"],
        windows_seconds=config["benchmark"]["windows_seconds"],
        precision_at=config["benchmark"]["precision_at"],
        cap=config["coordination"]["cap"],
        choices=CHOICES_BY_GRADE,
        alpha=config["coordination"]["alpha"],
        seed=config["inference"]["seed"],
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Scoring traces and methods against the labels of both populations"
    script:
        "../../scripts/score_benchmark.py"


rule benchmark:
    input:
        rules.score_benchmark.output,
