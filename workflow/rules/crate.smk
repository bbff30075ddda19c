"""Describe the results and the run that made them for catalogues and archives, as a Workflow Run RO-Crate.

In: all published outputs, the files that were read, CITATION.cff, requirements.txt.
Out: results/ro-crate-metadata.json, results/workflow/{Snakefile,configuration.yaml,requirements.txt}.
"""

#: Files that the run read and that are not in the crate, with their descriptions.
READ = {path: "Published counts of real records" for path in AGGREGATES} | {
    path: {
        "release": "Disclosed records",
        "replica": "Simulated records",
    }[files.provenance]
    for files in ARCHIVES.values()
    for path in [*files.users, *files.tweets]
}


rule write_crate:
    input:
        published=lambda wildcards: sorted(
            set(published) - set(rules.write_crate.output)
        ),
        read=list(READ),
        snakefile=in_place(ROOT / "Snakefile"),
        requirements=in_place(ROOT / "requirements.txt"),
        citation=in_place(ROOT / "CITATION.cff"),
        # A reader may have deleted the whole folder of results.
        readme=in_place(list((ROOT / "results").glob("README.md"))),
        code=code("scripts/write_crate.py"),
    output:
        crate="results/ro-crate-metadata.json",
        workflow="results/workflow/Snakefile",
        configuration="results/workflow/configuration.yaml",
        requirements="results/workflow/requirements.txt",
    log:
        "logs/write_crate.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        configuration=choices_of(config),
        descriptions=list(READ.values()),
    message:
        "Describing the results and the run for catalogues"
    script:
        "../../scripts/write_crate.py"


published += rules.write_crate.output
