"""The network of coordinated accounts: communities, overlap of traces, creation, centrality, and its figure.

In: results/coordination/<subject>/edges.parquet and <shard>/events.parquet, accounts of results/records.
Out: results/measures/coordination_network.csv, results/tables/coordination_{communities,multiplex,activity}.csv,
     results/tables/coordination_{nodes,edges}.csv and coordination_network.graphml (digests in place of ids),
     results/figures/coordination_network.{pdf,svg,png}.
"""


rule measure_network:
    input:
        **{
            subject: of_shards(rules.trace_posts.output.events, subject)
            for subject in config["subjects"]
        },
        records=[
            *expand(rules.ingest_users.output[:2], archive_id=WITH_USERS),
            rules.collect_archives.output.archive,
            *LABELS,
        ],
        edges=expand(
            "results/coordination/{subject}/edges.parquet", subject=config["subjects"]
        ),
        code=code("scripts/measure_network.py"),
        queries=sql("coordination/graph/*.sql") + sql("core/schema.sql") + sql("core/records/*.sql"),
    output:
        measures="results/measures/coordination_network.csv",
        communities="results/tables/coordination_communities.csv",
        multiplex="results/tables/coordination_multiplex.csv",
        activity="results/tables/coordination_activity.csv",
        nodes="results/tables/coordination_nodes.csv",
        edges="results/tables/coordination_edges.csv",
    log:
        "logs/measure_network.log",
    benchmark:
        "benchmarks/measure_network.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 500,
    params:
        subjects=list(config["subjects"]),
        utc_offset_hours=config["utc_offset_hours"],
        memory_mb=config["coordination"]["memory_mb"],
        scratch_folder=lambda wildcards: config["coordination"]["scratch_folder"],
        choices=dict(
            **config["inference"],
            window_seconds=config["coordination"]["window_seconds"],
            office_hours=config["office_hours"],
            topic_lists=config["life"]["topic_lists"],
            topic_since=config["content"]["since"],
            session_gap_minutes=config["creation"]["session_gap_minutes"],
        ),
    message:
        "Measuring the network of coordinated accounts"
    script:
        "../../scripts/measure_network.py"


MEASURES.append(rules.measure_network.output.measures)
published += list(rules.measure_network.output)[1:]


rule export_network:
    input:
        nodes=rules.measure_network.output.nodes,
        edges=rules.measure_network.output.edges,
        code=code("scripts/export_network.py"),
        queries=sql("coordination/coordination_[ne]*.sql"),
    output:
        graphml="results/tables/coordination_network.graphml",
    log:
        "logs/export_network.log",
    benchmark:
        "benchmarks/export_network.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Writing the network of coordinated accounts for Gephi"
    script:
        "../../scripts/export_network.py"


published += rules.export_network.output


rule plot_coordination_network:
    input:
        measures=rules.measure_network.output.measures,
        nodes=rules.measure_network.output.nodes,
        edges=rules.measure_network.output.edges,
        multiplex=rules.measure_network.output.multiplex,
        activity=rules.measure_network.output.activity,
        code=code("scripts/plot_coordination_network.py"),
        queries=sql("coordination/coordination_[enma]*.sql"),
    output:
        **figure("coordination_network"),
    log:
        "logs/plot_coordination_network.log",
    benchmark:
        "benchmarks/plot_coordination_network.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
    message:
        "Drawing the network of coordinated accounts"
    script:
        "../../scripts/plot_coordination_network.py"
