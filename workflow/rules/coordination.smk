"""Which accounts did the same things at the same time, and more often than chance or a crowd would have it.

In: results/records.
Out: results/coordination/<subject>/<shard>/*.parquet, events and pair-days of the traces of a shard, and
     results/coordination/<subject>/edges.parquet (record level: never published), results/measures/coordination.csv,
     results/tables/coordination_traces.csv.
"""


wildcard_constraints:
    subject="|".join(config["subjects"]),


rule trace_posts:
    input:
        records=lambda wildcards: posts_of(
            archive_id
            for archive_id in config["subjects"][wildcards.subject]
            if archive_id in WITH_POSTS
        ),
        code=code("scripts/trace_posts.py"),
        queries=sql("coordination/trace*.sql")
        + sql("coordination/traces/*.sql")
        + sql("coordination/near_text/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        events="results/coordination/{subject}/{shard}/events.parquet",
    log:
        "logs/trace_posts/{subject}/{shard}.log",
    benchmark:
        "benchmarks/trace_posts/{subject}/{shard}.tsv"
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 300,
    params:
        archives=lambda wildcards: config["subjects"][wildcards.subject],
        traces=traces_of,
        since=config["coordination"]["since"],
        until=config["creation"]["control_cut"],
        utc_offset_hours=config["utc_offset_hours"],
        memory_mb=config["coordination"]["memory_mb"],
        scratch_folder=lambda wildcards: config["coordination"]["scratch_folder"],
    message:
        "Tracing what accounts of the {wildcards.subject} did, shard {wildcards.shard}"
    script:
        "../../scripts/trace_posts.py"


rule find_pair_days:
    input:
        # Times of all populations count at the coarsest resolution of one.
        **{
            subject: of_shards(rules.trace_posts.output.events, subject)
            for subject in config["subjects"]
        },
        code=code("scripts/find_pair_days.py"),
        queries=sql("coordination/evidence/*.sql"),
    output:
        **{
            piece: f"results/coordination/{{subject}}/{{shard}}/{piece}.parquet"
            for piece in PIECES
        },
    log:
        "logs/find_pair_days/{subject}/{shard}.log",
    benchmark:
        "benchmarks/find_pair_days/{subject}/{shard}.tsv"
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 300,
    params:
        subject="{subject}",
        subjects=list(config["subjects"]),
        traces=traces_of,
        window_seconds=config["coordination"]["window_seconds"],
        near_seconds=config["coordination"]["near_seconds"],
        cap=config["coordination"]["cap"],
        memory_mb=config["coordination"]["memory_mb"],
        scratch_folder=lambda wildcards: config["coordination"]["scratch_folder"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Finding the pairs of accounts of the {wildcards.subject} that were near each other, shard {wildcards.shard}"
    script:
        "../../scripts/find_pair_days.py"


rule find_coordination:
    input:
        **{
            f"{subject}_events": of_shards(rules.trace_posts.output.events, subject)
            for subject in config["subjects"]
        },
        **{
            f"{subject}_{piece}": of_shards(
                rules.find_pair_days.output[piece], subject
            )
            for subject in config["subjects"]
            for piece in PIECES
        },
        archive=rules.collect_archives.output,
        code=code("scripts/find_coordination.py"),
        queries=sql("coordination/evidence/*.sql")
        + sql("core/post_provenance.sql")
        + sql("core/schema.sql"),
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
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
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
