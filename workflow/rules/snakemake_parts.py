"""The parts of Snakemake that it does not document, behind `in_place` and `expand` of common.smk.

With `--default-storage-provider` Snakemake takes every file of the study to object storage; these functions keep there only
what the study makes. Tried with Snakemake 9.27.1.
"""

from pathlib import Path
from typing import Any

from snakemake import io

from takedown.core.errors import missing_part

TRIED = "9.27.1"


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
