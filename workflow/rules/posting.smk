"""When the accounts posted: measures of hours and days, and their figures.

In: results/records, results/takedown.duckdb.
Out: results/measures/posting*.csv, results/tables/posting_*.csv, results/figures/posting_*.{pdf,svg,png}.
"""


rule measure_posting:
    input:
        records=RECORDS,
        code=code("scripts/measure_posting.py"),
        queries=sql("posting/posting_hours.sql")
        + sql("core/commonest_languages.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/posting.csv",
        table="results/tables/posting_offset_profile.csv",
    log:
        "logs/measure_posting.log",
    benchmark:
        "benchmarks/measure_posting.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        posting_series=config["posting_series"],
        languages=config["languages"],
        office_hours=config["office_hours"],
        weekend=WEEKEND,
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring the hours and weekdays of posts"
    script:
        "../../scripts/measure_posting.py"


rule measure_posting_groups:
    input:
        records=RECORDS,
        code=code("scripts/measure_posting_groups.py"),
        queries=sql("posting/post_group_hours.sql")
        + sql("posting/post_kind_hour.sql")
        + sql("core/commonest_languages.sql")
        + sql("posting/common_post_days.sql")
        + sql("posting/account_days.sql")
        + sql("core/post_provenance.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/posting_groups.csv",
        table="results/tables/posting_groups.csv",
    log:
        "logs/measure_posting_groups.log",
    benchmark:
        "benchmarks/measure_posting_groups.tsv"
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        posting_series=config["posting_series"],
        languages=config["languages"],
        office_hours=config["office_hours"],
        weekend=WEEKEND,
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring the posting hours of groups"
    script:
        "../../scripts/measure_posting_groups.py"


rule measure_posting_calendar:
    input:
        records=RECORDS,
        protest_days=in_place(RESOURCES / "protest_days.csv"),
        code=code("scripts/measure_posting_calendar.py"),
        queries=sql("posting/posting_hours.sql")
        + sql("core/commonest_languages.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/posting_calendar.csv",
        table="results/tables/posting_calendar_days.csv",
    log:
        "logs/measure_posting_calendar.log",
    benchmark:
        "benchmarks/measure_posting_calendar.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        subjects=config["subjects"],
        posting_series=config["posting_series"],
        languages=config["languages"],
        special_days=config["special_days"],
        weekend=WEEKEND,
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Comparing posts on holidays and protest days with ordinary days"
    script:
        "../../scripts/measure_posting_calendar.py"


rule measure_posting_rhythm:
    input:
        records=RECORDS,
        code=code("scripts/measure_posting_rhythm.py"),
        queries=sql("posting/common_post_days.sql")
        + sql("posting/post_intervals.sql")
        + sql("core/post_provenance.sql")
        + sql("core/tables/*.sql")
        + sql("core/schema.sql")
        + sql("core/records/*.sql"),
    output:
        measures="results/measures/posting_rhythm.csv",
        table="results/tables/posting_rhythm.csv",
    log:
        "logs/measure_posting_rhythm.log",
    benchmark:
        "benchmarks/measure_posting_rhythm.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **config["inference"],
        subjects=config["subjects"],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Measuring how evenly each account posted"
    script:
        "../../scripts/measure_posting_rhythm.py"


for rule_output in (
    rules.measure_posting.output,
    rules.measure_posting_groups.output,
    rules.measure_posting_calendar.output,
    rules.measure_posting_rhythm.output,
):
    MEASURES.append(rule_output.measures)
    published.append(rule_output.table)


#: End of captions that must not let posts of one disclosure pass for those of another.
OTHER_ACCOUNTS = (
    ""
    if config["posting_series"] in config["subjects"]["operation"]
    else "These are posts of other accounts than those of the operation; they do not show how those accounts posted."
)


rule plot_posting_hours:
    input:
        database=rules.build_database.output.database,
        protest_days=in_place(RESOURCES / "protest_days.csv"),
        code=code("scripts/plot_posting_hours.py"),
        languages=in_place(RESOURCES / "languages.csv"),
        queries=sql("posting/posting_hours.sql") + sql("core/commonest_languages.sql"),
    output:
        **figure("posting_hours"),
    log:
        "logs/plot_posting_hours.log",
    benchmark:
        "benchmarks/plot_posting_hours.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        posting_series=config["posting_series"],
        series_name=f"posts of {REGISTRY[config['posting_series']]['name']}",
        archive=REGISTRY[config["posting_series"]]["name"],
        languages=config["languages"],
        note=OTHER_ACCOUNTS,
        special_days=config["special_days"],
        office_hours=config["office_hours"],
        weekend=WEEKEND,
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Drawing every post by day and hour"
    script:
        "../../scripts/plot_posting_hours.py"


rule plot_posting_demonstration:
    input:
        database=rules.build_database.output.database,
        code=code("scripts/plot_posting_demonstration.py"),
        queries=sql("posting/posting_hours.sql"),
    output:
        # The hours of a series that is the operation are those of the operation.
        **figure(
            "posting_demonstration",
            made=not SERIES_IS_OPERATION or bool(config["subjects"]["control"]),
        ),
    log:
        "logs/plot_posting_demonstration.log",
    benchmark:
        "benchmarks/plot_posting_demonstration.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
        subjects=config["subjects"],
        office_hours=config["office_hours"],
        weekend=WEEKEND,
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Drawing the posting hours of operation and control"
    script:
        "../../scripts/plot_posting_demonstration.py"


rule plot_posting_calendar_days:
    input:
        table=rules.measure_posting_calendar.output.table,
        measures=rules.measure_posting_calendar.output.measures,
        languages=in_place(RESOURCES / "languages.csv"),
        code=code("scripts/plot_posting_calendar_days.py"),
    output:
        **figure("posting_calendar_days", made=config["special_days"] != "none"),
    log:
        "logs/plot_posting_calendar_days.log",
    benchmark:
        "benchmarks/plot_posting_calendar_days.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        languages=config["languages"],
        # The subject of all posts of the series.
        whole="operation" if SERIES_IS_OPERATION else "all",
        note=OTHER_ACCOUNTS,
    message:
        "Drawing posts on holidays and protest days"
    script:
        "../../scripts/plot_posting_calendar_days.py"


rule plot_posting_rhythm:
    input:
        table=rules.measure_posting_rhythm.output.table,
        measures=rules.measure_posting_rhythm.output.measures,
        code=code("scripts/plot_posting_rhythm.py"),
    output:
        **figure("posting_rhythm"),
    log:
        "logs/plot_posting_rhythm.log",
    benchmark:
        "benchmarks/plot_posting_rhythm.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        names=NAMES,
    message:
        "Drawing how evenly each account posted"
    script:
        "../../scripts/plot_posting_rhythm.py"
