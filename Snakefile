"""From raw disclosure archives to a paper. Read the stages in this order; results/README.md lists what comes out."""

from snakemake.utils import min_version

min_version("9.27")


configfile: f"{workflow.basedir}/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/replica.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/measures.smk"
include: "workflow/rules/database.smk"
include: "workflow/rules/creation.smk"
include: "workflow/rules/posting.smk"
include: "workflow/rules/content.smk"
include: "workflow/rules/life.smk"
include: "workflow/rules/coordination.smk"
include: "workflow/rules/robustness.smk"
include: "workflow/rules/reported.smk"
include: "workflow/rules/calibration.smk"
include: "workflow/rules/recovery.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/paper.smk"
include: "workflow/rules/pairs.smk"
include: "workflow/rules/fetch.smk"


for extension in extensions_in("extensions"):

    include: extension


rule all:
    default_target: True
    input:
        published,
        rules.write_manifest.output.manifest,
