"""Anonymous results of a study of real records, which can be published without the records (docs/deposits.md).

In: results/measures, results/tables, results/records of a study whose files are in data/raw; CITATION.cff.
Out: results/deposit/*.csv, only by `snakemake write_deposit`; `make deposit NAME=…` copies them to
     workflow/resources/deposited/<archive_id>.
"""


def real_files(wildcards):
    """Return the files of the operation; stop if they are not those that the platform released."""
    archives = config["subjects"]["operation"]
    if not all(
        ARCHIVES[archive_id].provenance == "release" and ARCHIVES[archive_id].tweets
        for archive_id in archives
    ):
        folders = " and ".join(
            str(Path(config["raw_folder"], archive_id)) for archive_id in archives
        )
        raise WorkflowError(
            f"A deposit holds results of released files, and {folders} has no users and tweets files; put them there."
        )
    return [
        file
        for archive_id in archives
        for file in (*ARCHIVES[archive_id].users, *ARCHIVES[archive_id].tweets)
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
        citation=in_place(ROOT / "CITATION.cff"),
        code=code("scripts/write_deposit.py"),
        queries=sql("reported/deposit_*.sql"),
    output:
        measures="results/deposit/measures.csv",
        inputs="results/deposit/inputs.csv",
        atlas="results/deposit/atlas.csv",
        atlas_months="results/deposit/atlas_months.csv",
        creation_days="results/deposit/creation_days.csv",
        life_survival="results/deposit/life_survival.csv",
        posting_hours="results/deposit/posting_hours.csv",
        posting_rhythm="results/deposit/posting_rhythm.csv",
        offset_profile="results/deposit/posting_offset_profile.csv",
        values="results/deposit/commonest_values.csv",
        windows="results/deposit/coordination_windows.csv",
        shifts="results/deposit/coordination_shifts.csv",
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
