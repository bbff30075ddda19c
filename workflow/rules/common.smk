"""Shared by all stages: the checked configuration, the registry, and the files of each archive.

In: config.yaml, workflow/resources/archives.yaml, data/raw.
Out: `ARCHIVES` (archive id → ArchiveFiles), `published` (list to which each stage appends its outputs).
"""

import os
import shlex
import sys
from dataclasses import asdict, replace
from functools import partial
from os.path import relpath
from pathlib import Path

# An environment may hold the package of another clone, which scripts would find before the one beside the Snakefile.
folders = filter(None, [STUDY_FOLDER, os.environ.get("PYTHONPATH")])
os.environ.update(PYTHONPATH=os.pathsep.join(folders))

# Snakemake writes the path of Python into the commands of its jobs without quotes.
if Path(sys.executable).exists():
    sys.executable = shlex.quote(sys.executable)

import snakemake_parts
import yaml
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from takedown.core.config import (
    choices_of,
    find_mistakes,
    find_unknown_countries,
)
from takedown.core.config_file import LOADER, dates_as_text, path_problem
from takedown.core.digests import remembered_sha256
from takedown.core.errors import InputError
from takedown.core.imports import imported_modules
from takedown.ingest.mapping import find_layout
from takedown.coordination.catalogue import PIECES, trace_names
from takedown.core.registry import (
    check_raw_folder,
    load_registry,
    locate_files,
    other_populations,
    unfinished_downloads,
)
from takedown.content.terms import STATE_MEDIA
from takedown.core.working_folder import check_writable
from takedown.statistics.calendar import LONG_WEEKDAYS

# Snakemake itself ends with a traceback where it cannot make this folder.
if not Path(".snakemake").exists():
    try:
        check_writable([Path.cwd()])
    except InputError as error:
        raise WorkflowError(
            f"{error} To run a clone that you may not write to, name another folder with --directory (README.md)."
        )

if fault := path_problem(STUDY_FOLDER):
    raise WorkflowError(f"The path of the study, {STUDY_FOLDER!r}, {fault}")
if os.pathsep in STUDY_FOLDER:
    raise WorkflowError(
        f"The path of the study, {STUDY_FOLDER!r}, has a {os.pathsep!r} in it, with which PYTHONPATH separates "
        "folders; rename the folder."
    )

#: Relative to the folder in which Snakemake runs, so that a study that is moved or copied stays up to date.
ROOT = Path(relpath(STUDY_FOLDER))
RESOURCES = ROOT / "workflow/resources"
SCHEMAS = ROOT / "workflow/schemas"

#: Definition of the environment in which every rule runs (README.md).
ENVIRONMENT = f"{STUDY_FOLDER}/environment.yml"


in_place = partial(snakemake_parts.in_place, workflow)
expand = partial(snakemake_parts.expand, workflow)

#: The published aggregate counts.
AGGREGATES = in_place(sorted((RESOURCES / "published").glob("*.csv")))


def checked(config):
    """Return the configuration; stop with one line for each mistake in it."""
    config = dates_as_text(config)
    schema = yaml.load((SCHEMAS / "config.schema.yaml").read_bytes(), Loader=LOADER)
    lists = yaml.load((RESOURCES / "terms.yaml").read_bytes(), Loader=LOADER)["lists"]
    mistakes = find_mistakes(config, schema, REGISTRY, [*lists, STATE_MEDIA])
    # Once, since the package of holidays takes longer to load than all else here.
    if workflow.is_main_process and isinstance(config.get("special_days"), list):
        mistakes += find_unknown_countries(map(str, config["special_days"]))
    if mistakes:
        raise WorkflowError(
            "\n".join(
                ["The configuration has mistakes:", *(f"  {line}" for line in mistakes)]
            )
        )
    return config


def code(script):
    """Return the package's modules that a script imports, as inputs of its job, so that changes in them rerun it."""
    if not (ROOT / script).is_file():
        raise WorkflowError(
            f"{script} does not exist; rename the script or correct its name in the rule"
        )
    return in_place([relpath(path) for path in imported_modules(ROOT / script)])


def without_effect(block, key, share=None):
    """Return a setting that changes no result, or a share of it, as a parameter whose change reruns no job.

    Snakemake compares parameters with those of the last run, but for functions that take the resources of a job.
    """

    def setting(wildcards, resources):
        return config[block][key] if share is None else int(config[block][key] * share)

    return setting


def sql(pattern):
    """Return the query files that match a pattern, as inputs of a job."""
    return in_place(sorted((ROOT / "workflow/sql").glob(pattern)))


def without_downloads(archive_id):
    """Return the registry entry of an archive without its downloads, on which its records do not depend."""
    return {
        key: value for key, value in REGISTRY[archive_id].items() if key != "downloads"
    }


def layout_of(archive_id):
    """Return the part of an archive's registry entry that describes the columns of its files."""
    return {
        key: value
        for key, value in REGISTRY[archive_id].items()
        if key in ("layout", "mapping", "rows", "role")
    }


def digests_of(files):
    """Return the digests of a user's files: Snakemake itself overlooks a file that replaces another and is older."""
    return [remembered_sha256(file, Path(".snakemake/digests.json")) for file in files]


def raw_digests(archive_id, kind, part=None):
    """Return the digests of the user's files of a kind, or of one of them, and of the list of accounts; none for a replica."""
    found = ARCHIVES[archive_id]
    if found.provenance != "release":
        return []
    files = getattr(found, kind)
    return digests_of(
        [*(files if part is None else [files[int(part)]]), *found.only_accounts]
    )


def known_file(archive_id, kind):
    """Return the size and digest of a user's file in the registry, to compare them; nothing for a replica."""
    if ARCHIVES[archive_id].provenance != "release":
        return {}
    return REGISTRY[archive_id]["files"].get(kind, {})


def named_file(block, key):
    """Return a file that only the user's configuration can name; stop with a sentence if it is missing."""
    if key not in config[block]:
        raise WorkflowError(
            f"{block}.{key}: is missing; name your file of {key} in a configuration file of your own"
        )
    # If results exist already, Snakemake itself would silently keep them.
    if not Path(config[block][key]).is_file():
        raise WorkflowError(
            f"{block}.{key}: {config[block][key]} does not exist; correct its path"
        )
    return in_place(config[block][key])


def kept_in_place(files):
    """Return the files of an archive, those of the user marked to stay in place."""
    if files.provenance != "release":
        return files
    return replace(
        files,
        users=in_place(files.users),
        tweets=in_place(files.tweets),
        only_accounts=in_place(files.only_accounts),
    )


try:
    REGISTRY = load_registry(
        RESOURCES / "archives.yaml", SCHEMAS / "archives.schema.yaml"
    )
    config = checked(config)
    check_raw_folder(config["raw_folder"], REGISTRY)
    ARCHIVES = {
        archive_id: kept_in_place(
            locate_files(
                archive_id,
                REGISTRY[archive_id],
                config["raw_folder"],
                config["replica"]["folder"],
            )
        )
        for archive_id in config["archives"]
    }
    # An invalid mapping is refused here, before any job runs.
    for archive_id, files in ARCHIVES.items():
        for kind in ("users", "tweets"):
            if getattr(files, kind):
                find_layout(archive_id, REGISTRY[archive_id], kind)
except InputError as error:
    raise WorkflowError(str(error))


def populations_besides(ledger):
    """Return the populations of the study, with their archives, that a ledger of claims is not about."""
    about = yaml.load(ledger.read_bytes(), Loader=LOADER)["about"]
    return other_populations(about, config["subjects"], config["posting_series"])


#: Populations, with their archives, that the default study is not about: none in the default configuration.
OTHERS = populations_besides(RESOURCES / "claims.yaml")
#: The ledger of the study: a campaign's own if there is one that is about all of its populations, else that of the default.
CLAIMS = next(
    (
        path
        for path in sorted((RESOURCES / "campaign_claims").glob("*.yaml"))
        if OTHERS and not populations_besides(path)
    ),
    RESOURCES / "claims.yaml",
)
CLAIMS_OTHERS = populations_besides(CLAIMS)
#: Measures of campaigns that were studied before, from records that are not here; a study of other archives has none.
DEPOSITED = (
    [] if OTHERS else in_place(sorted((RESOURCES / "deposited").glob("*/measures.csv")))
)
#: Names of these populations in figures, besides operation and control.
NAMES = {
    subject: "; ".join(REGISTRY[archive_id]["name"] for archive_id in archives)
    for subject, archives in OTHERS.items()
    if subject in config["subjects"] and archives
}


#: Whether the posts that are counted by hour are those of the operation, so that nothing is measured or drawn twice.
SERIES_IS_OPERATION = config["subjects"]["operation"] == [config["posting_series"]]
#: First day of the weekend, 0 for Monday.
WEEKEND = LONG_WEEKDAYS.index(config["weekend"][0])


def counts_of_study(wildcards):
    """Return the published counts; stop if the operation has neither records nor published counts to study."""
    operation = config["subjects"]["operation"]
    if not any(
        ARCHIVES[archive_id].users or REGISTRY[archive_id]["published_counts"]
        for archive_id in operation
    ):
        folders = " or ".join(
            str(Path(config["raw_folder"], archive_id)) for archive_id in operation
        )
        raise WorkflowError(
            f"There are no files in {folders}, and the registry says too little of {' and '.join(operation)} to "
            "simulate a replica; put the files there (`snakemake fetch` with the same configuration downloads those "
            "with a known address)."
        )
    return AGGREGATES


def templates_of_own_study(wildcards):
    """Return the templates of the replica; stop if the study uses archives for which the truth cannot be simulated."""
    if {"operation", "control"} & set(OTHERS):
        raise WorkflowError(
            "recovery: is possible only for the archives of the paper; run it without a configuration of other archives"
        )
    return in_place(RESOURCES / "replica.yaml")


if workflow.is_main_process:
    if OTHERS:
        logger.warning(
            "The paper of this repository is about other archives, so a paper on these is written in its place "
            "(docs/campaigns.md)."
        )
    for archive_id in ARCHIVES:
        for name in unfinished_downloads(archive_id, config["raw_folder"]):
            logger.warning(
                f"The download of {name} ({archive_id}) is unfinished, so the study runs without it; "
                "`snakemake fetch` continues it."
            )


onstart:
    # For a read-only disk, Snakemake itself would print a traceback.
    try:
        check_writable(
            ["results", config["replica"]["folder"], "logs", "benchmarks"]
        )
    except InputError as error:
        raise WorkflowError(str(error))


#: All published outputs of the study; each stage appends its own.
published = []


#: Figures of the study, in the order of the paper; the extensions' own come later.
FIGURES = []


def figure(name, made=True):
    """Return the files of a figure, the captions for the paper and for the report among them.

    All but the last are published, unless the figure is not `made` because the configuration leaves nothing to show.
    """
    files = {
        kind: f"results/figures/{name}.{kind}" for kind in ("pdf", "svg", "png", "json")
    }
    if made:
        published.extend(files.values())
        FIGURES.append(name)
    caption = f"results/figures/{name}.rst"
    # Snakemake looks for a caption beside the file of the rule.
    files["png"] = report(
        files["png"],
        caption=str(Path(caption).absolute()),
        category=name.split("_")[0].capitalize(),
    )
    return {**files, "rst": caption}


wildcard_constraints:
    archive_id="[a-z0-9_]+",
    part="[0-9]+",
    shard="[0-9]+",
