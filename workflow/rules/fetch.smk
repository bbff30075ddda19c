"""Download the files of the archives. `snakemake fetch` runs it; the default run does not, and uses no network.

In: what the registry names as downloads of the archives in config.yaml.
Out: data/raw/<archive_id>/, where files are added and none is changed. The next `snakemake` finds them there.
"""


# Without outputs: as an output, a file of the user's would be Snakemake's to remove.
rule fetch:
    input:
        code=code("scripts/fetch.py"),
    log:
        "logs/fetch.log",
    localrule: True
    conda:
        ENVIRONMENT
    params:
        **config["fetch"],
        archives={archive_id: REGISTRY[archive_id] for archive_id in ARCHIVES},
        raw_folder=config["raw_folder"],
    message:
        "Downloading what is missing of {config[archives]}"
    script:
        "../../scripts/fetch.py"
