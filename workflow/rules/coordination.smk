"""Which accounts did the same things at the same time, and more often than chance or a crowd would have it.

In: results/records (posts, hashtags, links, mentions, term labels).
Out: results/coordination/<subject>/events.parquet (record level: never published).
"""


wildcard_constraints:
    subject="|".join(config["subjects"]),


def posts_of(wildcards):
    """Return the files of posts of the archives of a subject."""
    archives = config["subjects"][wildcards.subject]
    return expand(
        rules.ingest_tweets.output,
        archive_id=[archive for archive in archives if archive in WITH_POSTS],
    )


rule trace_posts:
    input:
        records=posts_of,
        code=code("scripts/trace_posts.py"),
        queries=sql("networks/trace*.sql")
        + sql("networks/traces/*.sql")
        + sql("networks/evidence/*.sql")
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
        scratch_folder=config["coordination"]["scratch_folder"],
    message:
        "Tracing what accounts of the {wildcards.subject} did"
    script:
        "../../scripts/trace_posts.py"
