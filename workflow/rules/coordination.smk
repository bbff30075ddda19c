"""Which accounts did the same things at the same time, and more often than chance or a crowd would have it.

In: results/records.
Out: results/coordination/<subject>/{events,edges}.parquet (record level: never published),
     results/measures/coordination.csv, results/tables/coordination_traces.csv.
"""


wildcard_constraints:
    subject="|".join(config["subjects"]),


rule trace_posts:
    input:
        records=lambda wildcards: expand(
            rules.ingest_tweets.output,
            archive_id=[
                archive_id
                for archive_id in config["subjects"][wildcards.subject]
                if archive_id in WITH_POSTS
            ],
        ),
        code=code("scripts/trace_posts.py"),
        queries=sql("networks/trace*.sql")
        + sql("networks/traces/*.sql")
        + sql("networks/near_text/*.sql")
        + sql("schema.sql"),
    output:
        events="results/coordination/{subject}/events.parquet",
    log:
        "logs/trace_posts/{subject}.log",
    benchmark:
        "benchmarks/trace_posts/{subject}.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 300,
    params:
        archives=lambda wildcards: config["subjects"][wildcards.subject],
        since=config["coordination"]["since"],
        until=config["creation"]["control_cut"],
        utc_offset_hours=config["utc_offset_hours"],
        memory_mb=config["coordination"]["memory_mb"],
        scratch_folder=lambda wildcards: config["coordination"]["scratch_folder"],
    message:
        "Tracing what accounts of the {wildcards.subject} did"
    script:
        "../../scripts/trace_posts.py"


rule find_coordination:
    input:
        **{
            subject: f"results/coordination/{subject}/events.parquet"
            for subject in config["subjects"]
        },
        archive=rules.collect_archives.output,
        code=code("scripts/find_coordination.py"),
        queries=sql("networks/evidence/*.sql")
        + sql("measures/post_provenance.sql")
        + sql("schema.sql"),
    output:
        **{
            subject: f"results/coordination/{subject}/edges.parquet"
            for subject in config["subjects"]
        },
        measures="results/measures/coordination.csv",
        traces="results/tables/coordination_traces.csv",
    log:
        "logs/find_coordination.log",
    benchmark:
        "benchmarks/find_coordination.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 600,
    params:
        since=config["coordination"]["since"],
        window_seconds=config["coordination"]["window_seconds"],
        near_seconds=config["coordination"]["near_seconds"],
        cap=config["coordination"]["cap"],
        alpha=config["coordination"]["alpha"],
        shifts=config["coordination"]["shifts"],
        memory_mb=config["coordination"]["memory_mb"],
        scratch_folder=lambda wildcards: config["coordination"]["scratch_folder"],
        seed=config["inference"]["seed"],
        subjects=config["subjects"],
        until=config["creation"]["control_cut"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Finding the pairs of accounts that act together"
    script:
        "../../scripts/find_coordination.py"


MEASURES.append(rules.find_coordination.output.measures)
published.append(rules.find_coordination.output.traces)
