"""Write the paper from the results, or a report for a study of other archives, and list the published outputs.

In: paper/, results/measures.csv, results/measure_parameters.csv, results/claims.csv, results/tables, results/figures,
workflow/resources/{calibration,recovery}.csv.
Out: results/paper/paper.pdf, results/MANIFEST.sha256.
"""

#: Names of the archives of each population, for the report on other archives than the paper's.
STUDY = {
    name: [REGISTRY[archive_id]["name"] for archive_id in archives]
    for name, archives in {
        **config["subjects"],
        "posting_series": [config["posting_series"]],
        "disclosed": [
            archive_id
            for archive_id in config["subjects"]["control"]
            if REGISTRY[archive_id]["role"] == "operation"
        ],
    }.items()
}


rule write_paper:
    input:
        sources=[
            in_place(path)
            for path in sorted((ROOT / "paper").glob("*"))
            if path.suffix in (".typ", ".bib", ".yaml")
        ],
        measures=rules.build_measures.output.measures,
        parameters=rules.build_measures.output.parameters,
        claims=rules.judge_claims.output.claims,
        proofs=[CALIBRATED, in_place(RESOURCES / "recovery.csv")],
        tables=[
            rules.write_tables.output.archives,
            rules.write_tables.output.row_account,
            rules.measure_creation.output.table,
            rules.measure_creation_clock.output.table,
            rules.judge_claims.output.demonstrated,
            rules.reproduce_numbers.output.counts,
        ],
        figures=[
            rules.plot_creation_calendar.output.pdf,
            rules.plot_creation_batches.output.pdf,
            rules.plot_posting_hours.output.pdf,
            rules.plot_posting_calendar_days.output.pdf,
            rules.plot_posting_demonstration.output.pdf,
            rules.plot_posting_rhythm.output.pdf,
            rules.plot_content_over_time.output.pdf,
            rules.plot_account_life.output.pdf,
            rules.plot_coordination_network.output.pdf,
            rules.plot_coordination_windows.output.pdf,
            rules.plot_specifications.output.pdf,
            rules.plot_calibration.output.pdf,
            rules.plot_atlas.output.pdf,
        ],
        code=code("scripts/write_paper.py"),
    output:
        paper="results/paper/paper.pdf",
    log:
        "logs/write_paper.log",
    benchmark:
        "benchmarks/write_paper.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        study=STUDY if OTHERS else None,
    message:
        "Writing the paper"
    script:
        "../../scripts/write_paper.py"


published += rules.write_paper.output


rule write_manifest:
    input:
        published=lambda wildcards: published,
        code=code("scripts/write_manifest.py"),
    output:
        manifest="results/MANIFEST.sha256",
    log:
        "logs/write_manifest.log",
    localrule: True
    conda:
        ENVIRONMENT
    message:
        "Listing the published outputs with their digests"
    script:
        "../../scripts/write_manifest.py"
