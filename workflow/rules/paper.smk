"""Write the paper and its supplement from the results, and list the published outputs.

In: paper/, CITATION.cff, results/measures.csv, results/measure_parameters.csv, results/claims.csv, results/tables, results/figures,
workflow/resources/{calibration,recovery}.csv, workflow/resources/deposited.
Out: results/paper/{paper,supplement}.pdf, results/paper/numbers.json (where they print which number), results/MANIFEST.sha256, results/RUN.txt.
"""

import csv

from takedown.core.run_record import describe_results, write_run

#: Names of the archives of each population, for the paper on other archives than those of the default study.
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
} | {"claims": not CLAIMS_OTHERS}


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
        citation=in_place(ROOT / "CITATION.cff"),
        deposits=[
            in_place(Path(path).with_name(name))
            for path in DEPOSITED
            for name in ("creation_days.csv", "atlas.csv")
        ],
        tables=[
            rules.write_tables.output.archives,
            rules.write_tables.output.row_account,
            rules.measure_creation.output.table,
            rules.measure_creation_clock.output.table,
            rules.judge_claims.output.demonstrated,
            rules.reproduce_numbers.output.counts,
        ],
        # Each figure with its caption.
        figures=[
            f"results/figures/{name}.{kind}"
            for name in FIGURES
            for kind in ("pdf", "json")
        ],
        sections=in_place(of_extensions("section.typ")),
        code=code("scripts/write_paper.py"),
    output:
        paper=report("results/paper/paper.pdf", category="Paper"),
        supplement=report("results/paper/supplement.pdf", category="Paper"),
        places="results/paper/numbers.json",
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
        "Writing the paper and its supplement"
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


onsuccess:
    # The manifest leaves the file out, so that results are equal from commit to commit.
    manifest, run = Path("results/MANIFEST.sha256"), Path("results/RUN.txt")
    if manifest.exists() and (
        not run.exists() or run.stat().st_mtime < manifest.stat().st_mtime
    ):
        write_run(ROOT, run)
        with Path("results/measures.csv").open(
            newline="", encoding="utf-8"
        ) as file:
            found = [row["provenance"] for row in csv.DictReader(file)]
        logger.info("\n".join(describe_results(found)))
