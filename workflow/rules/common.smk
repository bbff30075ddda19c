"""Shared by all stages: the checked configuration, the registry, and the files of each archive.

In: config.yaml, workflow/resources/archives.yaml, data/raw.
Out: `ARCHIVES` (archive id → ArchiveFiles), `published` (list to which each stage appends its outputs).
"""

import os
import sys
from dataclasses import asdict, replace
from functools import partial
from os.path import relpath
from pathlib import Path

# An environment may hold the package of another clone, which scripts would find before the one beside the Snakefile.
sys.path.insert(0, workflow.basedir)
folders = filter(None, [workflow.basedir, os.environ.get("PYTHONPATH")])
os.environ.update(PYTHONPATH=os.pathsep.join(folders))

import snakemake_parts
import yaml
from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

from takedown.core.config import (
    dates_as_text,
    find_mistakes,
    find_unknown_countries,
    path_problem,
)
from takedown.core.errors import InputError
from takedown.core.imports import imported_modules
from takedown.ingest.mapping import find_layout
from takedown.coordination.catalogue import PIECES, trace_names
from takedown.core.registry import (
    LOADER,
    check_raw_folder,
    load_registry,
    locate_files,
    other_populations,
    unfinished_downloads,
)
from takedown.content.terms import STATE_MEDIA
from takedown.core.working_folder import check_writable

if fault := path_problem(workflow.basedir):
    raise WorkflowError(f"The path of the study, {workflow.basedir!r}, {fault}")
if os.pathsep in workflow.basedir:
    raise WorkflowError(
        f"The path of the study, {workflow.basedir!r}, has a {os.pathsep!r} in it, with which PYTHONPATH separates "
        "folders; rename the folder."
    )

#: Relative to the folder in which Snakemake runs, so that a study that is moved or copied stays up to date.
ROOT = Path(relpath(workflow.basedir))
RESOURCES = ROOT / "workflow/resources"
SCHEMAS = ROOT / "workflow/schemas"

#: Definition of the environment in which every rule runs (README.md).
ENVIRONMENT = f"{workflow.basedir}/environment.yml"


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


def extensions_in(folder):
    """Return the rules file of each extension; stop with a sentence if a folder has none."""
    # Paths of included files are relative to the Snakefile, wherever the study is run.
    root = Path(workflow.basedir)
    found = sorted(path for path in (root / folder).glob("[!._]*") if path.is_dir())
    for path in found:
        if not (path / "rules.smk").is_file():
            raise WorkflowError(
                f"{path} has no rules.smk; give its rules file this name, or remove the folder"
            )
    return [str(path / "rules.smk") for path in found]


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
        if key in ("layout", "mapping")
    }


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

#: Populations, with their archives, that the claims and the paper are not about: none in the default configuration.
OTHERS = other_populations(
    yaml.load((RESOURCES / "claims.yaml").read_bytes(), Loader=LOADER)["about"],
    config["subjects"],
    config["posting_series"],
)
#: Names of these populations in figures, besides operation and control.
NAMES = {
    subject: "; ".join(REGISTRY[archive_id]["name"] for archive_id in archives)
    for subject, archives in OTHERS.items()
    if subject in config["subjects"] and archives
}


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
            "The claims and the paper are about other archives, so a report is written instead of the paper "
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


WITH_USERS = [archive_id for archive_id, files in ARCHIVES.items() if files.users]
WITH_POSTS = [archive_id for archive_id, files in ARCHIVES.items() if files.tweets]

#: Parts into which work on posts is divided, each a job.
SHARDS = range(config["shards"])

#: Priority of the jobs on coordination: they are the longest chain, so they start first and leave other cores to the rest.
LONGEST_CHAIN = 10

#: Traces are distributed over the shards; more shards than traces would be idle.
TRACES = trace_names()
TRACE_SHARDS = range(min(config["shards"], len(TRACES)))


def parts_of(archive_id, table):
    """Return the files of a table that the jobs of `read_tweets` write, one for each tweets file of an archive."""
    parts = range(len(ARCHIVES[archive_id].tweets))
    return expand(rules.read_tweets.output[table], archive_id=archive_id, part=parts)


def posts_of(archives):
    """Return the record files of the posts of the given archives."""
    files = []
    for archive_id in archives:
        files += parts_of(archive_id, "post_row")
        files += expand(
            rules.account_for_tweets.output.repeated_post_row, archive_id=archive_id
        )
    return files


def traces_of(wildcards):
    """Return the traces of a shard."""
    return TRACES[int(wildcards.shard) :: len(TRACE_SHARDS)]


def of_shards(files, subject):
    """Return the files of all shards of traces for a population."""
    return expand(files, subject=subject, shard=TRACE_SHARDS)


#: All published outputs of the study; each stage appends its own.
published = []


def figure(name):
    """Return the three files of a figure and add them to the published outputs."""
    files = {kind: f"results/figures/{name}.{kind}" for kind in ("pdf", "svg", "png")}
    published.extend(files.values())
    caption = Path(workflow.basedir, f"workflow/report/{name}.rst")
    if caption.exists():
        files["png"] = report(files["png"], caption=str(caption), category="Figures")
    return files


wildcard_constraints:
    archive_id="[a-z0-9_]+",
    part="[0-9]+",
    shard="[0-9]+",
