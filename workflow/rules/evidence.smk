"""The posts that tie two accounts, for an analyst to read (`snakemake evidence`); not part of the default run.

In: results/records, results/coordination/<subject>/edges.parquet and <shard>/events.parquet.
Out: results/coordination/<subject>/coordination_evidence.parquet, results/coordination/evidence/*.js, which the page
     results/audit/evidence.html shows (single posts, never published by the study).
"""


rule write_edge_evidence:
    input:
        edges="results/coordination/{subject}/edges.parquet",
        events=lambda wildcards: of_shards(
            rules.trace_posts.output.events, wildcards.subject
        ),
        records=lambda wildcards: [
            *rules.collect_archives.output,
            *posts_of(
                archive_id
                for archive_id in config["subjects"][wildcards.subject]
                if archive_id in WITH_POSTS
            ),
        ],
        code=code("scripts/write_edge_evidence.py"),
        queries=sql("coordination/edge_evidence.sql")
        + sql("coordination/graph/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        evidence="results/coordination/{subject}/coordination_evidence.parquet",
    log:
        "logs/write_edge_evidence/{subject}.log",
    benchmark:
        "benchmarks/write_edge_evidence/{subject}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 300,
    params:
        window_seconds=config["coordination"]["window_seconds"],
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
    message:
        "Collecting the posts behind the edges of the {wildcards.subject}"
    script:
        "../../scripts/write_edge_evidence.py"


rule write_evidence_pages:
    input:
        evidence=expand(
            rules.write_edge_evidence.output.evidence,
            subject=[
                subject for subject, archives in config["subjects"].items() if archives
            ],
        ),
        query=sql("audit/evidence.sql"),
        code=code("scripts/write_evidence_pages.py"),
    output:
        posts=directory("results/coordination/evidence"),
    log:
        "logs/write_evidence_pages.log",
    benchmark:
        "benchmarks/write_evidence_pages.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 300,
    params:
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
    message:
        "Writing the posts behind the edges for results/audit/evidence.html"
    script:
        "../../scripts/write_evidence_pages.py"


rule evidence:
    input:
        rules.write_evidence_pages.input.evidence,
        rules.write_evidence_pages.output,
