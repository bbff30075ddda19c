"""Which accounts did the same things at the same time more often than others as fast, and the network that they form.

In: results/records.
Out: results/coordination/<subject>/<shard>/*.parquet, events and pair-days of the traces of a shard, and
     results/coordination/<subject>/{edges,tests}.parquet (record level: never published), results/measures/coordination*.csv,
     results/tables/coordination_*.csv and coordination_network.{graphml,gexf} (digests in place of ids),
     results/figures/coordination_{windows,network}.{pdf,svg,png}.
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
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
    message:
        "Finding the events of the traces of coordination: {wildcards.subject}, shard {wildcards.shard}"
    script:
        "../../scripts/trace_posts.py"


rule write_pair_days:
    input:
        # All populations are input, because their times count at the coarsest resolution of any.
        **{
            subject: of_shards(rules.trace_posts.output.events, subject)
            for subject in config["subjects"]
        },
        code=code("scripts/write_pair_days.py"),
        queries=sql("coordination/evidence/*.sql"),
    output:
        **{
            piece: f"results/coordination/{{subject}}/{{shard}}/{piece}.parquet"
            for piece in PIECES
        },
    log:
        "logs/write_pair_days/{subject}/{shard}.log",
    benchmark:
        "benchmarks/write_pair_days/{subject}/{shard}.tsv"
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
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Finding the days on which two accounts acted near each other: {wildcards.subject}, shard {wildcards.shard}"
    script:
        "../../scripts/write_pair_days.py"


#: What a pair of accounts is compared by, for `takedown.coordination.edges.choices_by_grade`.
CHOICES_BY_GRADE = {
    "window_seconds": config["coordination"]["window_seconds"],
    "near_seconds": [
        config["coordination"]["object_near_seconds"],
        config["coordination"]["near_seconds"],
    ],
    "cap": config["coordination"]["cap"],
    "utc_offset_hours": config["utc_offset_hours"],
}


rule find_edges:
    input:
        # All populations are input, because their times count at the coarsest resolution of any.
        **{
            subject: of_shards(rules.trace_posts.output.events, subject)
            for subject in config["subjects"]
        },
        code=code("scripts/find_edges.py"),
        queries=sql("coordination/evidence/*.sql") + sql("coordination/exchange/*.sql"),
    output:
        edges="results/coordination/{subject}/edges.parquet",
        tests="results/coordination/{subject}/tests.parquet",
    log:
        "logs/find_edges/{subject}.log",
    benchmark:
        "benchmarks/find_edges/{subject}.tsv"
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 300,
    params:
        subject="{subject}",
        subjects=list(config["subjects"]),
        choices=CHOICES_BY_GRADE,
        alpha=config["coordination"]["alpha"],
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
    message:
        "Comparing pairs of accounts with others of like speed: {wildcards.subject}"
    script:
        "../../scripts/find_edges.py"


rule find_coordination:
    input:
        **{
            f"{subject}_{piece}": of_shards(
                rules.write_pair_days.output[piece], subject
            )
            for subject in config["subjects"]
            for piece in PIECES
        },
        **{
            f"{subject}_{file}": f"results/coordination/{subject}/{file}.parquet"
            for subject in config["subjects"]
            for file in ("edges", "tests")
        },
        archive=rules.collect_archives.output,
        code=code("scripts/find_coordination.py"),
        queries=sql("coordination/exchange/found_edge.sql")
        + sql("core/post_provenance.sql")
        + sql("core/schema.sql"),
    output:
        measures="results/measures/coordination.csv",
        traces="results/tables/coordination_traces.csv",
    log:
        "logs/find_coordination.log",
    benchmark:
        "benchmarks/find_coordination.tsv"
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    params:
        since=config["coordination"]["since"],
        choices=CHOICES_BY_GRADE,
        alpha=config["coordination"]["alpha"],
        subjects=config["subjects"],
        until=config["creation"]["control_cut"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring how coordinated each population is"
    script:
        "../../scripts/find_coordination.py"


MEASURES.append(rules.find_coordination.output.measures)
published.append(rules.find_coordination.output.traces)


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
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring the share of accounts in coordinated pairs by window"
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
        "Drawing the share of accounts in coordinated pairs by window"
    script:
        "../../scripts/plot_coordination_windows.py"


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
        queries=sql("coordination/graph/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
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
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["coordination"]["memory_mb"] + 500,
    params:
        subjects=list(config["subjects"]),
        utc_offset_hours=config["utc_offset_hours"],
        memory_mb=without_effect("coordination", "memory_mb"),
        scratch_folder=without_effect("coordination", "scratch_folder"),
        choices=dict(
            **config["inference"],
            window_seconds=config["coordination"]["window_seconds"],
            office_hours=config["office_hours"],
            weekend=WEEKEND,
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
        gexf="results/tables/coordination_network.gexf",
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
