"""Compare the results of the study with the planted structures of replicas with many seeds and creation calendars.

Not part of the default run: `snakemake recovery`. The result is tracked as workflow/resources/recovery*.csv.

In: config.yaml (recovery), the published aggregates.
Out: results/recovery/<seed>.csv, results/recovery{,_seeds}.csv.
"""

RECOVERY_SEEDS = range(
    config["recovery"]["first_seed"],
    config["recovery"]["first_seed"] + config["recovery"]["seeds"],
)


rule recover_replica:
    input:
        published=AGGREGATES,
        templates=templates_of_own_study,
        registry=in_place(RESOURCES / "archives.yaml"),
        lists=[
            in_place(RESOURCES / "terms.yaml"),
            in_place(RESOURCES / "outlets.yaml"),
            in_place(RESOURCES / "ownership_terms.yaml"),
        ],
        code=code("scripts/recover_replica.py"),
        queries=sql("validation/replica/*.sql")
        + sql("ingest/*.sql")
        + sql("content/labels/*.sql")
        + sql("life/*.sql")
        + sql("validation/recovery/*.sql")
        + sql("coordination/*.sql")
        + sql("coordination/traces/*.sql")
        + sql("coordination/near_text/*.sql")
        + sql("coordination/evidence/*.sql")
        + sql("coordination/exchange/*.sql")
        + sql("creation/creation_counts.sql")
        + sql("posting/posting_hours.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        seed="results/recovery/{seed}.csv",
    log:
        "logs/recover_replica/{seed}.log",
    benchmark:
        "benchmarks/recover_replica/{seed}.tsv"
    wildcard_constraints:
        seed=r"\d+",
    conda:
        ENVIRONMENT
    resources:
        mem_mb=max(config[part]["memory_mb"] for part in ("ingest", "coordination"))
        + 300,
    params:
        scale=config["recovery"]["scale"],
        study={
            name: config[name]
            for name in (
                "subjects",
                "ingest",
                "utc_offset_hours",
                "office_hours",
                "creation",
                "life",
                "coordination",
                "inference",
            )
        },
    message:
        "Recovering the planted structures of replica {wildcards.seed}"
    script:
        "../../scripts/recover_replica.py"


rule build_recovery:
    input:
        seeds=expand(rules.recover_replica.output.seed, seed=RECOVERY_SEEDS),
        code=code("scripts/build_recovery.py"),
    output:
        recovery="results/recovery.csv",
        seeds="results/recovery_seeds.csv",
    log:
        "logs/build_recovery.log",
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Summarising the recovery of all replicas"
    script:
        "../../scripts/build_recovery.py"


rule recovery:
    input:
        rules.build_recovery.output,
