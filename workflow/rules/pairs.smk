"""Find pairs of accounts in a file of events of any platform. `snakemake pairs` runs it; the default run does not.

In: the file that `pairs.events` of the configuration names (CSV, zip of CSV files, or Parquet: account, object, time).
Out: results/pairs/{pairs,bursts,summary}.csv (record level: never published by the study).
"""

PAIRS = config.get("pairs", {})


def events_of_pairs(wildcards):
    """Return the file of events, or stop with a sentence where none is named."""
    if "events" not in PAIRS:
        raise WorkflowError(
            "pairs.events: is missing; name your file of events in a configuration file of your own"
        )
    return PAIRS["events"]


rule find_pairs:
    input:
        events=events_of_pairs,
        code=code("scripts/find_pairs.py"),
        queries=sql("networks/*.sql") + sql("ingest/*.sql"),
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
        mem_mb=PAIRS.get("memory_mb", 0) + 300,
    params:
        **{key: value for key, value in PAIRS.items() if key != "events"},
        largest_file_gb=config["ingest"]["largest_file_gb"],
        largest_compression_ratio=config["ingest"]["largest_compression_ratio"],
    message:
        "Finding pairs of accounts in {input.events}"
    script:
        "../../scripts/find_pairs.py"


rule pairs:
    input:
        rules.find_pairs.output,
