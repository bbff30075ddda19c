"""Write pages on which a reader follows each number to its query, its records and its archive.

In: all published outputs, results/takedown.duckdb, the sources of the rules that make them.
Out: results/index.html, results/audit/, results/audit.sha256 (digests of all pages).
"""


rule write_site:
    input:
        published=published_before_pages,
        sources=sources_of_study,
        measures=rules.build_measures.output.measures,
        parameters=rules.build_measures.output.parameters,
        claims=rules.judge_claims.output.claims,
        checks=rules.check_records.output.checks,
        places=rules.write_paper.output.places,
        database=rules.build_database.output.database,
        ledger=in_place(CLAIMS),
        more_claims=in_place(of_extensions("claims.yaml")),
        registry=in_place(RESOURCES / "archives.yaml"),
        calibration=in_place(RESOURCES / "calibration.csv"),
        calibrated=in_place(RESOURCES / "calibrated_measures.csv"),
        query=sql("audit/hours.sql"),
        templates=in_place(sorted((ROOT / "takedown/audit").glob("*/*"))),
        code=code("scripts/write_site.py"),
    output:
        index="results/index.html",
        digests="results/audit.sha256",
        pages=directory("results/audit"),
    log:
        "logs/write_site.log",
    benchmark:
        "benchmarks/write_site.tsv"
    localrule: True
    conda:
        ENVIRONMENT
    params:
        root=str(ROOT),
        weekend=WEEKEND,
        lineage=lineage_of_study,
        files_read=lambda wildcards: files_read(),
    message:
        "Writing the pages of the results"
    script:
        "../../scripts/write_site.py"


published += [rules.write_site.output.index, rules.write_site.output.digests]
