"""Simulate the archives of which the user has no files.

In: the published aggregates, with which the replica agrees exactly; replica.yaml.
Out: data/replica/<archive_id>/ with the file names and format of the release; data/replica/truth/<archive_id>.json with
     the planted structures, which no analysis reads.
"""

REPLICA = Path(config["replica"]["folder"])

for archive_id, files in ARCHIVES.items():
    if files.provenance != "replica":
        continue

    rule:
        name:
            f"generate_replica_{archive_id}"
        input:
            published=AGGREGATES,
            templates=in_place(RESOURCES / "replica.yaml"),
            code=code("scripts/generate_replica.py"),
            queries=sql("validation/replica/*.sql"),
        output:
            users=files.users[0],
            tweets=files.tweets[0],
            truth=str(REPLICA / "truth" / f"{archive_id}.json"),
        log:
            f"logs/generate_replica/{archive_id}.log",
        benchmark:
            f"benchmarks/generate_replica/{archive_id}.tsv"
        conda:
            ENVIRONMENT
        resources:
            mem_mb=700,
        params:
            archive_id=archive_id,
            entry=without_downloads(archive_id),
            seed=config["replica"]["seed"],
            scale=config["replica"]["scale"],
            utc_offset_hours=config["utc_offset_hours"],
        message:
            f"Simulating a replica of {archive_id}"
        script:
            "../../scripts/generate_replica.py"
