"""Read the files of each archive into typed records, and account for every row.

In: data/raw/<archive_id>/ or data/replica/<archive_id>/; the registry; the published aggregates.
Out: results/records/<archive_id>/**/*.parquet (single records, never published). account_row and post_row hold every row
     of the users and tweets files, from which workflow/sql/core/records makes the tables; post_term lists the terms and
     outlets in each post. results/records/archive.parquet, results/records/published/*.parquet.
"""

#: Several files are read in parallel, one thread each, which takes the least time, memory and disk; a single file has two threads.
THREADS_OF_FILE = 2 if sum(len(files.tweets) for files in ARCHIVES.values()) == 1 else 1
#: So are several archives: a job with two threads waits until two cores are free.
THREADS_OF_ARCHIVE = 2 if len(WITH_POSTS) == 1 else 1


rule ingest_users:
    input:
        files=lambda wildcards: ARCHIVES[wildcards.archive_id].users,
        only_accounts=lambda wildcards: ARCHIVES[wildcards.archive_id].only_accounts,
        code=code("scripts/ingest_users.py"),
        layouts=in_place(RESOURCES / "layouts.yaml"),
        queries=sql("ingest/*.sql") + sql("core/records/*.sql"),
    output:
        account_row="results/records/{archive_id}/account_row.parquet",
        repeated_account_row="results/records/{archive_id}/repeated_account_row.parquet",
        row_account="results/records/{archive_id}/users_row_account.parquet",
        rejected_row="results/records/{archive_id}/users_rejected_row.parquet",
        unreadable_value="results/records/{archive_id}/users_unreadable_value.parquet",
        rounded_id="results/records/{archive_id}/users_rounded_id.parquet",
    log:
        "logs/ingest_users/{archive_id}.log",
    benchmark:
        "benchmarks/ingest_users/{archive_id}.tsv"
    conda:
        ENVIRONMENT
    params:
        **{name: without_effect("ingest", name) for name in config["ingest"]},
        archive_id="{archive_id}",
        layout=lambda wildcards: layout_of(wildcards.archive_id),
        known=lambda wildcards: known_file(wildcards.archive_id, "users"),
        digests=lambda wildcards: raw_digests(wildcards.archive_id, "users"),
        simulated=lambda wildcards: ARCHIVES[wildcards.archive_id].provenance
        == "replica",
    message:
        "Reading the accounts of {wildcards.archive_id}"
    script:
        "../../scripts/ingest_users.py"


rule read_tweets:
    input:
        files=lambda wildcards: ARCHIVES[wildcards.archive_id].tweets[
            int(wildcards.part)
        ],
        only_accounts=lambda wildcards: ARCHIVES[wildcards.archive_id].only_accounts,
        code=code("scripts/read_tweets.py"),
        layouts=in_place(RESOURCES / "layouts.yaml"),
        queries=sql("ingest/*.sql"),
    output:
        post_row="results/records/{archive_id}/tweets/{part}/post_row.parquet",
        source_file="results/records/{archive_id}/tweets/{part}/source_file.parquet",
        lost_record="results/records/{archive_id}/tweets/{part}/lost_record.parquet",
    log:
        "logs/read_tweets/{archive_id}/{part}.log",
    benchmark:
        "benchmarks/read_tweets/{archive_id}/{part}.tsv"
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    threads: THREADS_OF_FILE
    resources:
        mem_mb=config["ingest"]["memory_mb"] + 300,
    params:
        **{name: without_effect("ingest", name) for name in config["ingest"]},
        archive_id="{archive_id}",
        part="{part}",
        layout=lambda wildcards: layout_of(wildcards.archive_id),
        known=lambda wildcards: known_file(wildcards.archive_id, "tweets"),
        digests=lambda wildcards: raw_digests(
            wildcards.archive_id, "tweets", wildcards.part
        ),
        simulated=lambda wildcards: ARCHIVES[wildcards.archive_id].provenance
        == "replica",
    message:
        "Reading the posts of {wildcards.archive_id}: {input.files}"
    script:
        "../../scripts/read_tweets.py"


rule account_for_tweets:
    input:
        post_row=lambda wildcards: parts_of(wildcards.archive_id, "post_row"),
        source_file=lambda wildcards: parts_of(wildcards.archive_id, "source_file"),
        lost_record=lambda wildcards: parts_of(wildcards.archive_id, "lost_record"),
        code=code("scripts/account_for_tweets.py"),
        layouts=in_place(RESOURCES / "layouts.yaml"),
        queries=sql("ingest/*.sql") + sql("core/records/*.sql"),
    output:
        repeated_post_row="results/records/{archive_id}/repeated_post_row.parquet",
        row_account="results/records/{archive_id}/tweets_row_account.parquet",
        rejected_row="results/records/{archive_id}/tweets_rejected_row.parquet",
        unreadable_value="results/records/{archive_id}/tweets_unreadable_value.parquet",
        rounded_id="results/records/{archive_id}/tweets_rounded_id.parquet",
    log:
        "logs/account_for_tweets/{archive_id}.log",
    benchmark:
        "benchmarks/account_for_tweets/{archive_id}.tsv"
    priority: LONGEST_CHAIN
    conda:
        ENVIRONMENT
    threads: THREADS_OF_ARCHIVE
    resources:
        mem_mb=config["ingest"]["memory_mb"] // 2 + 300,
    params:
        archive_id="{archive_id}",
        layout=lambda wildcards: layout_of(wildcards.archive_id),
        memory_mb=without_effect("ingest", "memory_mb", 1 / 2),
    message:
        "Accounting for every record of the tweets files of {wildcards.archive_id}"
    script:
        "../../scripts/account_for_tweets.py"


rule label_posts:
    input:
        records=lambda wildcards: posts_of([wildcards.archive_id]),
        terms=in_place(RESOURCES / "terms.yaml"),
        outlets=in_place(RESOURCES / "outlets.yaml"),
        schemas=[
            in_place(SCHEMAS / "terms.schema.yaml"),
            in_place(SCHEMAS / "outlets.schema.yaml"),
        ],
        code=code("scripts/label_posts.py"),
        queries=sql("content/labels/*.sql") + sql("core/records/*.sql"),
    output:
        post_term="results/records/{archive_id}/terms/{shard}/post_term.parquet",
    log:
        "logs/label_posts/{archive_id}/{shard}.log",
    benchmark:
        "benchmarks/label_posts/{archive_id}/{shard}.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["ingest"]["memory_mb"] // 2 + 300,
    params:
        archive_id="{archive_id}",
        shard="{shard}",
        shards=config["shards"],
        lists=config["content"]["lists"],
        memory_mb=without_effect("ingest", "memory_mb", 1 / 2),
    message:
        "Labelling the posts of {wildcards.archive_id} with terms and outlets, shard {wildcards.shard}"
    script:
        "../../scripts/label_posts.py"


rule collect_archives:
    input:
        code=code("scripts/collect_archives.py"),
        queries=sql("core/schema.sql"),
    output:
        archive="results/records/archive.parquet",
    log:
        "logs/collect_archives.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        archives={archive_id: asdict(files) for archive_id, files in ARCHIVES.items()},
        registry={archive_id: without_downloads(archive_id) for archive_id in ARCHIVES},
    message:
        "Writing the table of archives with their provenance"
    script:
        "../../scripts/collect_archives.py"


rule collect_published:
    input:
        published=counts_of_study,
        code=code("scripts/collect_published.py"),
        queries=sql("core/published/*.sql"),
    output:
        creation_day="results/records/published/published_creation_day.parquet",
        creation_clock="results/records/published/published_creation_clock.parquet",
        profile_quantile="results/records/published/published_profile_quantile.parquet",
        post_hour="results/records/published/published_post_hour.parquet",
    log:
        "logs/collect_published.log",
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Reading the published aggregates"
    script:
        "../../scripts/collect_published.py"


#: Every record file; a table is the union of the files with its name.
RECORDS = [
    rules.collect_archives.output,
    rules.collect_published.output,
    expand(rules.ingest_users.output, archive_id=WITH_USERS),
    expand(rules.account_for_tweets.output[1:], archive_id=WITH_POSTS),
    posts_of(WITH_POSTS),
]

#: Numbers that others published, and the same beside what the records give; both are made in reported.smk, after measures
#: that it needs. No measure of the records depends on them.
REPORTED_NUMBERS = "results/records/reported_number.parquet"
REPRODUCED_NUMBERS = "results/tables/reproduced_numbers.csv"

#: Terms and outlets in the posts (table post_term), for the rules that need them; none for a study without lists.
LABELS = expand(
    rules.label_posts.output,
    archive_id=WITH_POSTS if config["content"]["lists"] else [],
    shard=SHARDS,
)
