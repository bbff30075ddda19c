"""Topics of posts and profiles, and indicators of the platform's rules that the accounts are said to have broken.

In: results/records (with the labels of posts), workflow/resources/{terms,outlets}.yaml.
Out: results/measures/{content,violations}.csv, results/tables/content_*.csv, results/figures/content_over_time.{pdf,svg,png,json};
     of a study without lists of terms results/tables/commonest.csv, results/figures/commonest.{pdf,svg,png,json}.
"""


rule measure_content:
    input:
        records=RECORDS + LABELS,
        terms=in_place(RESOURCES / "terms.yaml"),
        outlets=in_place(RESOURCES / "outlets.yaml"),
        schemas=[
            in_place(SCHEMAS / "terms.schema.yaml"),
            in_place(SCHEMAS / "outlets.schema.yaml"),
        ],
        code=code("scripts/measure_content.py"),
        queries=sql("content/content_*.sql")
        + sql("core/commonest_languages.sql")
        + sql("content/labels/macros.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/content.csv",
        weeks="results/tables/content_by_week.csv",
        terms="results/tables/content_terms.csv",
    log:
        "logs/measure_content.log",
    benchmark:
        "benchmarks/measure_content.tsv"
    conda:
        ENVIRONMENT
    params:
        lists=config["content"]["lists"],
        since=config["content"]["since"],
        weeks_from=config["content"]["weeks_from"],
        subjects=config["subjects"],
        languages=config["languages"],
        topic_lists=config["life"]["topic_lists"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring the shares of posts and profiles with listed terms"
    script:
        "../../scripts/measure_content.py"


rule measure_violations:
    input:
        records=RECORDS,
        code=code("scripts/measure_violations.py"),
        queries=sql("content/violation_*.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/violations.csv",
    log:
        "logs/measure_violations.log",
    benchmark:
        "benchmarks/measure_violations.tsv"
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        memory_mb=without_effect("ingest", "memory_mb", 1 / 3),
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring indicators of broken rules"
    script:
        "../../scripts/measure_violations.py"


MEASURES += [
    rules.measure_content.output.measures,
    rules.measure_violations.output.measures,
]
# Without a list of terms both tables are empty.
if config["content"]["lists"]:
    published += [
        rules.measure_content.output.weeks,
        rules.measure_content.output.terms,
    ]


rule list_commonest:
    input:
        records=RECORDS,
        code=code("scripts/list_commonest.py"),
        queries=sql("content/commonest/*.sql")
        + sql("core/post_provenance.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        table="results/tables/commonest.csv",
    log:
        "logs/list_commonest.log",
    benchmark:
        "benchmarks/list_commonest.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=config["ingest"]["memory_mb"] + 300,
    params:
        subjects=config["subjects"],
        commonest=config["content"]["commonest"],
        utc_offset_hours=config["utc_offset_hours"],
        memory_mb=without_effect("ingest", "memory_mb"),
    message:
        "Listing the commonest hashtags, domains, clients and languages of each month"
    script:
        "../../scripts/list_commonest.py"


# With lists of terms the measures say what the posts are about.
if not config["content"]["lists"]:
    published += rules.list_commonest.output


rule plot_commonest:
    input:
        table=rules.list_commonest.output.table,
        languages=in_place(RESOURCES / "languages.csv"),
        code=code("scripts/plot_commonest.py"),
    output:
        **figure("commonest", made=not config["content"]["lists"]),
    log:
        "logs/plot_commonest.log",
    benchmark:
        "benchmarks/plot_commonest.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
    message:
        "Drawing the commonest hashtags, domains, clients and languages of each month"
    script:
        "../../scripts/plot_commonest.py"


rule plot_content_over_time:
    input:
        table=rules.measure_content.output.weeks,
        terms=in_place(RESOURCES / "terms.yaml"),
        schema=in_place(SCHEMAS / "terms.schema.yaml"),
        protest_days=in_place(RESOURCES / "protest_days.csv"),
        code=code("scripts/plot_content_over_time.py"),
        queries=sql("content/content_weeks.sql"),
    output:
        **figure("content_over_time", made=bool(config["life"]["topic_lists"])),
    log:
        "logs/plot_content_over_time.log",
    benchmark:
        "benchmarks/plot_content_over_time.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
        topic_lists=config["life"]["topic_lists"],
        special_days=config["special_days"],
    message:
        "Drawing the shares of posts on the topic by week"
    script:
        "../../scripts/plot_content_over_time.py"
