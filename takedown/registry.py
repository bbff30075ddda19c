"""The registry of archives, and where the files of each archive are."""

from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import yaml

from takedown.errors import InputError


@dataclass(frozen=True)
class ArchiveFiles:
    """The files of one archive and what they are worth.

    `provenance` is release (files the user put in), replica (files that the workflow simulates) or
    aggregate (no records at all: published counts only). `users` and `tweets` may be empty.
    """

    archive_id: str
    provenance: str
    users: list[str] = field(default_factory=list)
    tweets: list[str] = field(default_factory=list)


def load_registry(path: str | Path, schema_path: str | Path) -> dict[str, dict]:
    """Return the registry: archive id → entry. Raises InputError naming every mistake in the file."""
    registry = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    schema = yaml.safe_load(Path(schema_path).read_text(encoding="utf-8"))
    mistakes = [
        f"  {'.'.join(map(str, error.path))}: {error.message}"
        for error in sorted(jsonschema.Draft202012Validator(schema).iter_errors(registry), key=str)
    ]
    if mistakes:
        raise InputError("\n".join([f"{path} does not follow {schema_path}:", *mistakes]))
    return registry


def locate_files(
    archive_id: str, entry: dict, raw_folder: str | Path, replica_folder: str | Path
) -> ArchiveFiles:
    """Find the files of an archive: the user's own, else a replica's, else none.

    A user's users file is never joined with a replica's tweets. Raises InputError for a file whose
    kind its name does not tell, for two users files, and for tweets without users.
    """
    folder = Path(raw_folder) / archive_id
    found = sorted(p for p in folder.glob("*") if not p.name.startswith(".")) if folder.is_dir() else []
    if found:
        return _sort_out(archive_id, folder, found)
    if entry.get("replica", True):
        names = {
            kind: [str(Path(replica_folder) / archive_id / entry["files"][kind]["name"])]
            for kind in entry["files"]
        }
        return ArchiveFiles(archive_id, "replica", names.get("users", []), names.get("tweets", []))
    return ArchiveFiles(archive_id, "aggregate")


def _sort_out(archive_id: str, folder: Path, found: list[Path]) -> ArchiveFiles:
    kinds: dict[str, list[str]] = {"users": [], "tweets": []}
    for path in found:
        named = [kind for kind in kinds if kind in path.name.removeprefix(archive_id)]
        if path.suffix.lower() not in (".zip", ".csv") or len(named) != 1:
            raise InputError(
                f"{path} is neither a users nor a tweets file by its name; "
                f"name it like {archive_id}_users_csv_hashed.zip or {archive_id}_tweets_csv_hashed.csv, or take it away."
            )
        kinds[named[0]].append(str(path))
    if len(kinds["users"]) > 1:
        raise InputError(f"{folder} holds {len(kinds['users'])} users files; keep one of them.")
    if not kinds["users"]:
        raise InputError(
            f"{folder} holds tweets but no users file; put the users file of the same release there too."
        )
    return ArchiveFiles(archive_id, "release", kinds["users"], kinds["tweets"])
