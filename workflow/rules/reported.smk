"""What others published of these archives, whether the records reproduce it, and every campaign at hand in one table.

In: workflow/resources/{reported,deposited}, results/records, results/measures, results/tables/creation_days.csv.
Out: results/records/reported_number.parquet, results/tables/{reproduced_numbers,reproduction_counts,atlas,atlas_months}.csv,
     results/measures/atlas.csv, results/figures/{atlas,reproduction,deposit_*}.{pdf,svg,png}.
"""

REPORTED = {
    "definitions": in_place(RESOURCES / "reported/definitions.yaml"),
    "tables": in_place(sorted((RESOURCES / "reported").glob("*.csv"))),
    "rules": in_place(SCHEMAS / "reported.schema.yaml"),
    "registry": in_place(RESOURCES / "archives.yaml"),
}


rule collect_reported:
    input:
        **REPORTED,
        code=code("scripts/collect_reported.py"),
        queries=sql("reported/reported_number.sql"),
    output:
        numbers=REPORTED_NUMBERS,
    log:
        "logs/collect_reported.log",
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Collecting the numbers that others published"
    script:
        "../../scripts/collect_reported.py"


rule reproduce_numbers:
    input:
        **REPORTED,
        records=RECORDS,
        deposited=[
            in_place(Path(path).with_name("reproduced_numbers.csv"))
            for path in DEPOSITED
        ],
        code=code("scripts/reproduce_numbers.py"),
        queries=sql("reported/*.sql")
        + sql("core/schema.sql")
        + sql("core/tables/*.sql")
        + sql("core/records/*.sql"),
    output:
        table=REPRODUCED_NUMBERS,
        counts="results/tables/reproduction_counts.csv",
    log:
        "logs/reproduce_numbers.log",
    benchmark:
        "benchmarks/reproduce_numbers.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        archives=list(ARCHIVES),
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Comparing reported numbers with those that the records give"
    script:
        "../../scripts/reproduce_numbers.py"


rule measure_atlas:
    input:
        **REPORTED,
        records=RECORDS,
        measures=[
            rules.measure_creation.output.measures,
            rules.measure_life.output.measures,
            rules.measure_posting.output.measures,
        ],
        calendar=rules.measure_creation.output.table,
        others=in_place(sorted((RESOURCES / "deposited").glob("*/atlas.csv"))),
        other_months=in_place(
            sorted((RESOURCES / "deposited").glob("*/atlas_months.csv"))
        ),
        other_calendars=in_place(
            sorted((RESOURCES / "deposited").glob("*/creation_days.csv"))
        ),
        code=code("scripts/measure_atlas.py"),
        queries=sql("reported/*.sql")
        + sql("core/schema.sql")
        + sql("core/tables/*.sql")
        + sql("core/records/*.sql"),
    output:
        table="results/tables/atlas.csv",
        months="results/tables/atlas_months.csv",
        measures="results/measures/atlas.csv",
    log:
        "logs/measure_atlas.log",
    benchmark:
        "benchmarks/measure_atlas.tsv"
    conda:
        ENVIRONMENT
    resources:
        mem_mb=1000,
    params:
        archives=config["subjects"]["operation"],
        has_posts=all(
            ARCHIVES[archive].provenance == "release" and ARCHIVES[archive].tweets
            for archive in config["subjects"]["operation"]
        ),
        utc_offset_hours=config["utc_offset_hours"],
        created_until=config["creation"]["control_cut"],
        series=[
            archive
            for archive in [config["posting_series"]]
            if archive not in config["subjects"]["operation"]
        ],
    message:
        "Describing every campaign at hand"
    script:
        "../../scripts/measure_atlas.py"


published += [*rules.reproduce_numbers.output, *rules.measure_atlas.output[:2]]
# A study of other archives has its place among the campaigns in the table alone.
if not OTHERS:
    MEASURES.append(rules.measure_atlas.output.measures)


rule plot_atlas:
    input:
        table=rules.measure_atlas.output.table,
        months=rules.measure_atlas.output.months,
        code=code("scripts/plot_atlas.py"),
    output:
        **figure("atlas"),
    log:
        "logs/plot_atlas.log",
    benchmark:
        "benchmarks/plot_atlas.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        archives=config["subjects"]["operation"],
    message:
        "Drawing every campaign at hand"
    script:
        "../../scripts/plot_atlas.py"


rule plot_reproduction:
    input:
        table=rules.reproduce_numbers.output.table,
        code=code("scripts/plot_reproduction.py"),
    output:
        **figure("reproduction"),
    log:
        "logs/plot_reproduction.log",
    benchmark:
        "benchmarks/plot_reproduction.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Drawing the published numbers that were computed from records"
    script:
        "../../scripts/plot_reproduction.py"


#: Figures of campaigns whose results are deposited, by campaign.
DEPOSIT_FIGURES = {}

for campaign in [Path(path).parent.name for path in DEPOSITED]:

    rule:
        name:
            f"plot_deposit_{campaign}"
        input:
            days=in_place(RESOURCES / f"deposited/{campaign}/creation_days.csv"),
            hours=in_place(RESOURCES / f"deposited/{campaign}/posting_hours.csv"),
            code=code("scripts/plot_deposit.py"),
        output:
            **DEPOSIT_FIGURES.setdefault(campaign, figure(f"deposit_{campaign}")),
        log:
            f"logs/plot_deposit_{campaign}.log",
        benchmark:
            f"benchmarks/plot_deposit_{campaign}.tsv"
        localrule: True
        conda:
            ENVIRONMENT
        params:
            name=REGISTRY[campaign]["name"],
            office_hours=config["office_hours"],
        message:
            "Drawing a campaign whose results are deposited"
        script:
            "../../scripts/plot_deposit.py"
