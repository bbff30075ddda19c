"""Download the files of the archives (`snakemake fetch`); the default run uses no network.

In: the downloads in the registry for the archives in config.yaml.
Out: data/raw/<archive_id>/, where files are added but never changed. The next `snakemake` finds them there.
"""


# The rule has no outputs, since Snakemake may delete outputs, and these files belong to the user.
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
        "Downloading the missing files of {config[archives]}"
    script:
        "../../scripts/fetch.py"
