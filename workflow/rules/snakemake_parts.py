"""The parts of Snakemake that it does not document, behind `in_place` and `expand` of common.smk, and the lineage of results.

With `--default-storage-provider` Snakemake takes every file of the study to object storage; these functions keep there only
what the study makes. Tried with Snakemake 9.27.1.
"""

import re
from collections.abc import Iterable
from os.path import relpath
from pathlib import Path
from typing import Any

from snakemake import io, iocontainers

from takedown.core.errors import missing_part

TRIED = "9.27.1"

#: Folders of the repository with what rules are made of; inputs elsewhere are data.
SOURCES = ("takedown/", "workflow/", "extensions/", "paper/")


def in_place(workflow: Any, files: Any) -> Any:
    """Mark files that stay where they are though the study's own go to object storage (docs/cluster.md).

    `files` is a path or any number of them; raises InputError where Snakemake has another inside.
    """
    if not isinstance(files, (str, Path)):
        return [in_place(workflow, file) for file in files]
    shared = _part(workflow, "storage_settings.shared_fs_usage", "workflow")
    if any(usage.name == "INPUT_OUTPUT" for usage in shared):
        return _part(io, "local")(files)
    # A file marked as local keeps its job from a machine that shares no disk with this one. There the files
    # that git tracks are sent along as sources, and the user's are mounted.
    return _part(io, "sourcecache_entry")(files, str(files))


def expand(workflow: Any, files: Any, /, **values: Any) -> list[str]:
    """Do as Snakemake's `expand`, which by itself refuses outputs of rules where object storage is the default."""
    files = [files] if isinstance(files, str) else files
    return io.expand([_stated(workflow, file) for file in files], **values)


def lineage(workflow: Any, targets: Iterable[str], folder: str) -> dict[str, dict[str, Any]]:
    """Return, for each rule on the way to `targets`, what it is made of and which rules are before it.

    Each rule has its `file`, `message`, `script`, the `sources` that it names as inputs (modules, queries,
    resources), its `inputs` and `outputs` among the results, and the rules `before` it, all sorted. Paths of
    sources are relative to the `folder` of the study.
    """
    found: dict[str, dict[str, Any]] = {}
    makers: dict[str, tuple[str, str]] = {}
    waiting, done = list(map(str, targets)), set()
    while waiting:
        target = waiting.pop()
        rule = next(
            (rule for rule in workflow.rules if any(file.match(target) for file in rule.output)), None
        )
        if target in done or rule is None:
            continue
        wildcards = _part(iocontainers, "Wildcards", "snakemake.iocontainers")(
            fromdict=rule.get_wildcards(target)
        )
        outputs = [str(file) for file in rule.expand_output(wildcards)[0]]
        # As the rule states them, so that the lineage does not depend on the number of shards.
        stated = [re.sub(r"\{(\w+),[^{}]*\}", r"{\1}", str(file)) for file in rule.output]
        makers |= {path: (rule.name, pattern) for path, pattern in zip(outputs, stated, strict=True)}
        inputs = [str(file) for file in _part(rule, "expand_input", "a rule")(wildcards)[0]]
        done |= {target, *outputs}
        waiting += inputs
        entry = found.setdefault(
            rule.name,
            {
                "file": relpath(rule.snakefile, folder),
                "message": rule.message or "",
                "script": rule.script and relpath(Path(rule.snakefile).parent / rule.script, folder),
                **{part: set() for part in ("inputs", "outputs")},
            },
        )
        entry["inputs"] |= set(inputs)
        entry["outputs"] |= set(stated)
    for entry in found.values():
        made = {path for path in entry["inputs"] if path in makers}
        sources = {relpath(path, folder) for path in entry["inputs"] - made}
        entry["sources"] = sorted(path for path in sources if path.startswith(SOURCES))
        entry["before"] = sorted({makers[path][0] for path in made})
        entry |= {"inputs": sorted({makers[path][1] for path in made}), "outputs": sorted(entry["outputs"])}
    return found


def _stated(workflow: Any, file: Any) -> Any:
    """Return a file as its rule states it, though it go to object storage."""
    stored = _part(io, "get_flag_value")(file, "storage_object")
    if not stored:
        return file
    prefix = f"{_part(workflow, 'storage_settings.default_storage_prefix', 'workflow')}".rstrip("/")
    return _part(stored, "query", "storage object").removeprefix(f"{prefix}/")


def _part(owner: Any, names: str, called: str = "snakemake.io") -> Any:
    for name in names.split("."):
        if not hasattr(owner, name):
            raise missing_part("snakemake", f"{names} in {called}", TRIED)
        owner = getattr(owner, name)
    return owner
