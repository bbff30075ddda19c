"""Find pairs of accounts in a file of events of any platform (`snakemake pairs`); not part of the default run.

In: the file named by `pairs.events` in the configuration (CSV, zip of CSV files, or Parquet: account, object, time).
Out: results/pairs/{pairs,bursts,summary}.csv (single accounts, never published by the study).
"""


rule find_pairs:
    input:
        events=lambda wildcards: named_file("pairs", "events"),
        code=code("scripts/find_pairs.py"),
        queries=sql("pairs/*.sql")
        + sql("ingest/csv_options.sql")
        + sql("ingest/lost.sql"),
    output:
        pairs="results/pairs/pairs.csv",
        bursts="results/pairs/bursts.csv",
        summary="results/pairs/summary.csv",
    log:
        "logs/find_pairs.log",
    benchmark:
        "benchmarks/find_pairs.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=config["pairs"]["memory_mb"] + 300,
    params:
        digests=lambda wildcards: digests_of([named_file("pairs", "events")]),
        window_seconds=config["pairs"]["window_seconds"],
        cap=config["pairs"]["cap"],
        min_objects=config["pairs"]["min_objects"],
        missing=config["pairs"]["missing"],
        memory_mb=without_effect("pairs", "memory_mb"),
        scratch_folder=without_effect("pairs", "scratch_folder"),
        largest_file_gb=lambda wildcards: config["ingest"]["largest_file_gb"],
        largest_compression_ratio=lambda wildcards: config["ingest"][
            "largest_compression_ratio"
        ],
    message:
        "Finding pairs of accounts in {input.events}"
    script:
        "../../scripts/find_pairs.py"


rule pairs:
    input:
        rules.find_pairs.output,
