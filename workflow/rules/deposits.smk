"""Anonymous results of a study of real records, and the atlas of every campaign whose files are at hand (docs/deposits.md).

In: results/measures, results/tables, results/records of a study whose files are in data/raw; campaigns/*.yaml; CITATION.cff.
Out: results/deposit/*.csv, only by `snakemake write_deposit`; `make deposit NAME=…` copies them to
     workflow/resources/deposited/<archive_id>. studies/<archive_id>/ and results/atlas/*, only by `snakemake atlas`.
"""

#: Tables of a deposit.
TABLES = {
    "measures": "measures",
    "inputs": "inputs",
    "atlas": "atlas",
    "atlas_months": "atlas_months",
    "creation_days": "creation_days",
    "life_survival": "life_survival",
    "posting_hours": "posting_hours",
    "posting_rhythm": "posting_rhythm",
    "offset_profile": "posting_offset_profile",
    "values": "commonest_values",
    "windows": "coordination_windows",
    "shifts": "coordination_shifts",
    "reproduced": "reproduced_numbers",
}


#: Releases with a configuration of their own whose files are in the raw folder.
CAMPAIGNS = [
    path.stem
    for path in sorted((ROOT / "campaigns").glob("*.yaml"))
    if released(path.stem)
]


rule write_deposit:
    input:
        files=real_files,
        measures=lambda wildcards: MEASURES,
        records=RECORDS,
        atlas=rules.measure_atlas.output.table,
        atlas_months=rules.measure_atlas.output.months,
        calendar=rules.measure_creation.output.table,
        survival=rules.measure_life.output.survival,
        rhythm=rules.measure_posting_rhythm.output.table,
        offset_profile=rules.measure_posting.output.table,
        windows=rules.measure_coordination_windows.output.windows,
        shifts=rules.measure_coordination_windows.output.shifts,
        reproduced=rules.reproduce_numbers.output.table,
        citation=in_place(ROOT / "CITATION.cff"),
        code=code("scripts/write_deposit.py"),
        queries=sql("reported/deposit_*.sql"),
    output:
        **{name: f"results/deposit/{table}.csv" for name, table in TABLES.items()},
    log:
        "logs/write_deposit.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        archives=config["subjects"]["operation"],
        campaign="+".join(config["subjects"]["operation"]),
        series_is_operation=[config["posting_series"]]
        == config["subjects"]["operation"],
        files=[
            (archive_id, path)
            for archive_id in config["subjects"]["operation"]
            for path in (*ARCHIVES[archive_id].users, *ARCHIVES[archive_id].tweets)
        ],
        version=yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))[
            "version"
        ],
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Writing the anonymous results of {params.campaign}"
    script:
        "../../scripts/write_deposit.py"


rule study_campaign:
    input:
        files=lambda wildcards: released(wildcards.campaign),
        config=in_place(ROOT / "config.yaml"),
        campaign=lambda wildcards: in_place(
            ROOT / f"campaigns/{wildcards.campaign}.yaml"
        ),
        # The study itself runs again only what a change of its code affects.
        code=in_place(
            sorted(
                path
                for pattern in ("takedown/**/*.py", "scripts/*.py", "workflow/**/*.s*")
                for path in ROOT.glob(pattern)
            )
        ),
    output:
        **{
            name: f"studies/{{campaign}}/results/deposit/{table}.csv"
            for name, table in TABLES.items()
        },
    log:
        "logs/study_campaign/{campaign}.log",
    benchmark:
        "benchmarks/study_campaign/{campaign}.tsv"
    conda:
        ENVIRONMENT
    threads: 2
    resources:
        mem_mb=2000,
    params:
        snakefile=str(ROOT / "Snakefile"),
        folder=lambda wildcards: f"studies/{wildcards.campaign}",
        raw_folder=lambda wildcards: relpath(
            config["raw_folder"], f"studies/{wildcards.campaign}"
        ),
    message:
        "Studying {wildcards.campaign}"
    script:
        "../../scripts/study_campaign.py"


rule atlas:
    input:
        rows=expand(rules.study_campaign.output.atlas, campaign=CAMPAIGNS),
        row_months=expand(rules.study_campaign.output.atlas_months, campaign=CAMPAIGNS),
        calendars=expand(rules.study_campaign.output.creation_days, campaign=CAMPAIGNS),
        table=rules.measure_atlas.output.table,
        months=rules.measure_atlas.output.months,
        measures=rules.build_measures.output.measures,
        claims=in_place(RESOURCES / "claims.yaml"),
        claims_schema=in_place(SCHEMAS / "claims.schema.yaml"),
        calibration=in_place(RESOURCES / "calibration.csv"),
        code=code("scripts/atlas.py"),
        queries=sql("core/schema.sql") + sql("core/dictionary/*.sql"),
    output:
        table="results/atlas/atlas.csv",
        months="results/atlas/atlas_months.csv",
        measures="results/atlas/measures.csv",
        claims="results/atlas/claims.csv",
        pdf="results/atlas/atlas.pdf",
        svg="results/atlas/atlas.svg",
        png="results/atlas/atlas.png",
    log:
        "logs/atlas.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        archives=config["subjects"]["operation"],
        series=rules.measure_atlas.params.series,
        utc_offset_hours=config["utc_offset_hours"],
    message:
        "Describing every campaign whose files are at hand"
    script:
        "../../scripts/atlas.py"
