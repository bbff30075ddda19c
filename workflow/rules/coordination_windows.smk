"""Which share of accounts did the same as another within a minute, an hour or a day, and is that more than at random?

In: results/coordination/<subject>/<shard>/events.parquet, results/records/archive.parquet.
Out: results/measures/coordination_windows.csv, results/tables/coordination_{windows,shifts}.csv,
     results/figures/coordination_windows.{pdf,svg,png}.
"""


rule measure_coordination_windows:
    input:
        **{
            subject: of_shards(rules.trace_posts.output.events, subject)
            for subject in config["subjects"]
        },
        archive=rules.collect_archives.output.archive,
        code=code("scripts/measure_coordination_windows.py"),
        queries=sql("coordination/windows/*.sql")
        + sql("coordination/evidence/resolution.sql")
        + sql("coordination/traces/*.sql")
        + sql("core/post_provenance.sql")
        + sql("core/schema.sql"),
    output:
        measures="results/measures/coordination_windows.csv",
        windows="results/tables/coordination_windows.csv",
        shifts="results/tables/coordination_shifts.csv",
    log:
        "logs/measure_coordination_windows.log",
    benchmark:
        "benchmarks/measure_coordination_windows.tsv"
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 500,
    params:
        subjects=config["subjects"],
        seed=config["inference"]["seed"],
        since=config["coordination"]["since"],
        until=config["creation"]["control_cut"],
        windows_seconds=sorted(config["coordination"]["windows_seconds"]),
        largest_shifts=config["coordination"]["largest_shifts"],
        rarefactions=config["coordination"]["rarefactions"],
        memory_mb=config["coordination"]["memory_mb"],
        scratch_folder=lambda wildcards: config["coordination"]["scratch_folder"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring shares of accounts in pairs by window"
    script:
        "../../scripts/measure_coordination_windows.py"


MEASURES.append(rules.measure_coordination_windows.output.measures)
published += [
    rules.measure_coordination_windows.output.windows,
    rules.measure_coordination_windows.output.shifts,
]


rule plot_coordination_windows:
    input:
        windows=rules.measure_coordination_windows.output.windows,
        shifts=rules.measure_coordination_windows.output.shifts,
        code=code("scripts/plot_coordination_windows.py"),
        queries=sql("coordination/coordination_windows.sql")
        + sql("coordination/coordination_shifts.sql"),
    output:
        **figure("coordination_windows"),
    log:
        "logs/plot_coordination_windows.log",
    benchmark:
        "benchmarks/plot_coordination_windows.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
    message:
        "Drawing shares of accounts in pairs by window"
    script:
        "../../scripts/plot_coordination_windows.py"
