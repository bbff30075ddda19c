"""From raw disclosure archives to a paper. Read the stages in this order; results/README.md lists what comes out."""

import sys

from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

min_version("9.27")

# The folder of this file, also when workflow/Snakefile includes it.
STUDY_FOLDER = str(workflow.current_basedir)

# An environment may hold the package of another clone.
sys.path.insert(0, STUDY_FOLDER)

from takedown.core.config_file import check_config_file
from takedown.core.errors import InputError

try:
    for file in (f"{STUDY_FOLDER}/config.yaml", *workflow.configfiles):
        check_config_file(file)
except InputError as error:
    raise WorkflowError(str(error))


configfile: f"{STUDY_FOLDER}/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/shards.smk"
include: "workflow/rules/extensions.smk"
include: "workflow/rules/pages.smk"
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
include: "workflow/rules/crate.smk"
include: "workflow/rules/deposits.smk"
include: "workflow/rules/site.smk"
include: "workflow/rules/evidence.smk"
include: "workflow/rules/pairs.smk"
include: "workflow/rules/benchmark.smk"
include: "workflow/rules/fetch.smk"


for extension in extensions_in("extensions"):

    include: extension


check_extensions("extensions")


rule all:
    default_target: True
    input:
        published,
        rules.write_manifest.output.manifest,
