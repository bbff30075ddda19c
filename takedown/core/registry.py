"""Load the registry of archives and find the files of each archive."""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from takedown.core.compressed import STARTS, form_of
from takedown.core.config_file import LOADER, check_config_file, path_problem
from takedown.core.errors import InputError

#: Default values of a registry entry.
UNKNOWN: dict[str, Any] = {
    "announced_accounts": None,
    "announced_posts": None,
    "published_accounts": None,
    "published_posts": None,
    "attribution": None,
    "published_counts": False,
    "files": {},
}

#: Layouts in which every file holds posts, from which accounts are derived too.
LAYOUTS_OF_POSTS = ("twitter_v1", "twitter_v2", "labelled_campaign", "posts_without_ids")
#: Forms of text, which may be compressed.
TEXT_SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson")

#: Suffixes of file names by layout.
R_SUFFIXES = (".rds", ".rda", ".rdata")
ANY_SUFFIXES = (".zip", ".csv", ".json", ".jsonl", ".ndjson", ".parquet", *R_SUFFIXES)
SUFFIXES = dict.fromkeys(("mapped", *LAYOUTS_OF_POSTS), ANY_SUFFIXES) | {"r_data": R_SUFFIXES}
RELEASE_SUFFIXES = (".zip", ".csv")

#: Layouts for which a replica can be simulated.
REPLICA_LAYOUTS = ("twitter_release", "account_list")

#: Raw folder in the default config.yaml; it need not exist, since all files may be absent.
USUAL_RAW_FOLDER = "data/raw"


@dataclass(frozen=True)
class ArchiveFiles:
    """The files of one archive and their provenance.

    `provenance` is release (files that the user supplied), replica (files that the workflow simulates) or aggregate
    (published counts, no records). `users` and `tweets` may be empty. `only_accounts` holds the path of the list of
    accounts to read, or nothing.
    """

    archive_id: str
    provenance: str
    users: list[str] = field(default_factory=list)
    tweets: list[str] = field(default_factory=list)
    only_accounts: list[str] = field(default_factory=list)


def load_registry(path: str | Path, schema_path: str | Path) -> dict[str, dict]:
    """Return the registry, a dict from archive id to entry; raise InputError that names every mistake in the file."""
    # Imported here, since jobs read the registry without checking it again.
    import jsonschema

    check_config_file(path)
    registry = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=LOADER)
    schema = yaml.load(Path(schema_path).read_text(encoding="utf-8"), Loader=LOADER)
    mistakes = [
        f"  {'.'.join(map(str, error.path))}: {error.message}"
        for error in sorted(jsonschema.Draft202012Validator(schema).iter_errors(registry), key=str)
    ]
    if mistakes:
        raise InputError("\n".join([f"{path} does not follow {schema_path}:", *mistakes]))
    return read_registry(path)


def read_registry(path: str | Path) -> dict[str, dict]:
    """Return a registry that `load_registry` has checked."""
    registry = yaml.load(Path(path).read_text(encoding="utf-8"), Loader=LOADER)
    return {archive_id: UNKNOWN | entry for archive_id, entry in registry.items()}


def check_raw_folder(raw_folder: str | Path, registry: dict[str, dict]) -> None:
    """Raise InputError if the raw folder holds a file or folder that the study would silently ignore."""
    raw_folder = Path(raw_folder)
    if not raw_folder.exists():
        if raw_folder != Path(USUAL_RAW_FOLDER):
            raise InputError(
                f"{raw_folder} (raw_folder of the configuration) does not exist; create it or correct its name."
            )
        return
    taken: dict[str, Path] = {}
    for path in _listed(raw_folder):
        if path.is_dir():
            archives = _archives_called(path.name, registry)
            if not archives:
                raise InputError(f"{path} is not an archive of the registry; {_nearest(path, registry)}")
            if taken.setdefault(archives[0], path) != path:
                raise InputError(
                    f"{taken[archives[0]]} and {path} are both folders of {archives[0]}; put the files into one of them."
                )
            _check_names(path, archives[0], registry, raw_folder)
        elif path.suffix.lower() in (*SUFFIXES["mapped"], *STARTS):
            named = _archives_named(path.name, registry)
            raise InputError(
                f"{path} is not in the folder of an archive; move it to {raw_folder / next(iter(named), '<archive>')}."
            )


def _names_of(archive_id: str, entry: dict) -> set[str]:
    """Return the names of an archive in lower case: its id, and the name that the platform gave its files."""
    files = [file["name"].lower() for file in entry.get("files", {}).values()]
    return {archive_id, *(name for file in files if (name := re.split("_(users|tweets)", file)[0]) != file)}


def _archives_called(folder: str, registry: dict[str, dict]) -> list[str]:
    """Return the archives of a folder: that of its name, else those to which the platform gave its name."""
    if folder.lower() in registry:
        return [folder.lower()]
    return [name for name, entry in registry.items() if folder.lower() in _names_of(name, entry)]


def _archives_named(file: str, registry: dict[str, dict]) -> list[str]:
    """Return the archives with whose name a file's name begins, those of the longest name first."""
    found = [
        (len(name), archive_id)
        for archive_id, entry in registry.items()
        for name in _names_of(archive_id, entry)
        if re.match(rf"{re.escape(name)}(?![a-z0-9])", file.lower())
    ]
    return [archive_id for _, archive_id in sorted(found, reverse=True)]


def _nearest(folder: Path, registry: dict[str, dict]) -> str:
    """Return what to do with a folder of no archive; an archive is suggested only if its first word is the folder's."""
    word = re.split("[^a-z]", folder.name.lower())[0]
    alike = [name for name in registry if word and re.split("[^a-z]", name)[0] == word]
    near = difflib.get_close_matches(folder.name.lower(), alike, n=1, cutoff=0.4)
    return f"did you mean {folder.with_name(near[0])}?" if near else "move it elsewhere or enter it there."


def _check_names(folder: Path, archive_id: str, registry: dict[str, dict], raw_folder: Path) -> None:
    """Raise InputError if a file in the folder of an archive has the name of another archive."""
    own = {file["name"] for file in registry[archive_id]["files"].values()}
    for path in _listed(folder):
        named = [registry[name].get("files_of", name) for name in _archives_named(path.name, registry)]
        if path.name not in own and named and archive_id not in named:
            raise InputError(
                f"{path} is named like a file of {named[0]}; move it to {raw_folder / named[0]} or rename it."
            )


def archive_folder(archive_id: str, registry: dict[str, dict], raw_folder: str | Path) -> Path:
    """Return the folder of an archive's files: one with its name in any case or with the platform's name, else its id."""
    raw_folder = Path(raw_folder)
    if raw_folder.is_dir() and not (raw_folder / archive_id).exists():
        for path in _listed(raw_folder):
            if path.is_dir() and archive_id in _archives_called(path.name, registry):
                return path
    return raw_folder / archive_id


def locate_files(
    archive_id: str, entry: dict, raw_folder: str | Path, replica_folder: str | Path
) -> ArchiveFiles:
    """Find the files of an archive: those of the user, else those of a replica, else none.

    `entry` is its entry in the registry. A user's users file is never combined with a replica's tweets. Raises InputError for a file that cannot be read or
    whose name does not show its kind, for two users files, for tweets without users, and for an archive that has no
    files and cannot be simulated.
    """
    of = entry.get("files_of", archive_id)
    folder = archive_folder(of, {of: entry if of == archive_id else {}}, raw_folder)
    found = _listed(folder) if folder.exists() or folder.is_symlink() else []
    # Digests of downloads, as sha256sum writes them.
    found = [path for path in found if path.suffix != ".sha256"]
    if found:
        return _sort_out(archive_id, entry, folder, found)
    if entry.get("replica", True):
        if entry["layout"] not in REPLICA_LAYOUTS:
            raise InputError(
                f"{archive_id} has no files in {folder}, and its layout cannot be simulated; put the files there, or "
                "set `replica: false` in the registry."
            )
        # Named as in the release; if its names are not known, named like a release.
        users, tweets = (
            entry["files"].get(kind, {"name": f"{archive_id}_{kind}_csv_hashed.zip"})["name"]
            for kind in ("users", "tweets")
        )
        simulated = Path(replica_folder) / archive_id
        return ArchiveFiles(archive_id, "replica", [str(simulated / users)], [str(simulated / tweets)])
    return ArchiveFiles(archive_id, "aggregate")


def known_counts(entry: dict) -> tuple[int | None, int | None]:
    """Return the numbers of accounts and posts in a registry entry: published, else announced, else None.

    >>> known_counts(UNKNOWN | {"announced_accounts": 936, "published_accounts": 940})
    (940, None)
    """
    accounts, posts = (
        entry[f"published_{things}"]
        if entry[f"published_{things}"] is not None
        else entry[f"announced_{things}"]
        for things in ("accounts", "posts")
    )
    return accounts, posts


def other_populations(
    about: Mapping[str, list[list[str]]], subjects: Mapping[str, list[str]], posting_series: str
) -> dict[str, list[str]]:
    """Return the populations of a study, with their archives, that the claims ledger is not about.

    `about` is the ledger's entry: it maps operation, control and posting_series to the alternative lists of archives
    that a study may use for it.
    """
    populations = {**subjects, "posting_series": [posting_series]}
    return {
        name: list(archives)
        for name, archives in populations.items()
        if set(archives) not in [set(way) for way in about.get(name, [])]
    }


def unfinished_downloads(archive_id: str, raw_folder: str | Path) -> list[str]:
    """Return the names of an archive's files whose download is incomplete."""
    parts = sorted(Path(raw_folder).glob("*/.*.part"))
    parts = [part for part in parts if part.parent.name.lower() == archive_id]
    return [part.name.removeprefix(".").removesuffix(".part") for part in parts if part.stat().st_size]


def _listed(folder: Path) -> list[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        raise InputError(
            f"{folder} cannot be read as a folder ({error.strerror}); correct or remove it."
        ) from None
    for path in found:
        if fault := path_problem(path.name):
            raise InputError(f"{str(path)!r} {fault}")
    return found


def _sort_out(archive_id: str, entry: dict, folder: Path, found: list[Path]) -> ArchiveFiles:
    if entry["layout"] is None:
        raise InputError(
            f"{folder} holds files, but the registry has no layout for {archive_id}; remove them."
        )
    kinds: dict[str, list[str]] = {"users": [], "tweets": []}
    is_facebook = entry["layout"] == "facebook_export"
    words = {"users": "pages", "tweets": "posts"} if is_facebook else {kind: kind for kind in kinds}
    tail = "_csv_hashed" if entry["layout"] == "twitter_release" else ""
    suffixes = SUFFIXES.get(entry["layout"], RELEASE_SUFFIXES)
    asked = [path for path in found if path.name == entry.get("only_accounts")]
    if "only_accounts" in entry and not asked:
        raise InputError(
            f"{folder} lacks {entry['only_accounts']}, the list of accounts that the registry names; put it there."
        )
    for path in found:
        if path in asked:
            continue
        if path.is_dir():
            raise InputError(f"{path} is a folder, not a file; move the file out of it.")
        if path.suffix.lower() in (".xlsx", ".xls", ".ods"):
            raise InputError(f"{path} is a spreadsheet; save it as CSV in UTF-8.")
        named = [kind for kind, word in words.items() if word in path.name.lower().removeprefix(archive_id)]
        if entry["layout"] in LAYOUTS_OF_POSTS:
            named = ["tweets"]
        if not _has_suffix(path, suffixes) or len(named) != 1:
            raise InputError(
                f"{path} has the name of neither a {words['users']} nor a {words['tweets']} file; name it like "
                f"{archive_id}_{words['users']}{tail}{suffixes[0]} or "
                f"{archive_id}_{words['tweets']}{tail}{suffixes[1]}, or remove it."
            )
        if not path.is_file():
            raise InputError(f"{path} is a link to a file that does not exist; put the file itself there.")
        if not os.access(path, os.R_OK):
            raise InputError(f"{path} cannot be read by you; change its permissions (chmod u+r).")
        kinds[named[0]].append(str(path))
    if is_facebook or entry["layout"] in LAYOUTS_OF_POSTS:
        # Each row of an export describes a post and its page, so the file is read for both.
        kinds["users"] += kinds["tweets"]
    elif len(kinds["users"]) > 1 and not _are_parts(kinds["users"]):
        raise InputError(
            f"{folder} holds {len(kinds['users'])} users files ({', '.join(Path(name).name for name in kinds['users'])}); "
            "keep one of them."
        )
    if not kinds["users"]:
        raise InputError(
            f"{folder} holds tweets but no users file; put the users file of the same release there too."
        )
    return ArchiveFiles(archive_id, "release", kinds["users"], kinds["tweets"], list(map(str, asked)))


def _has_suffix(path: Path, suffixes: Iterable[str]) -> bool:
    """Return whether a file has one of the suffixes; text may be compressed."""
    form = form_of(path)
    return form in suffixes and (path.suffix.lower() == form or form in TEXT_SUFFIXES)


def _are_parts(names: Iterable[str]) -> bool:
    """Return whether files are the parts of one: named alike up to a number or year at the end.

    >>> _are_parts(["users_part1.csv", "users_part2.csv"]), _are_parts(["users.csv", "users_1.csv"])
    (True, False)
    """
    stems = [Path(name).name.lower().partition(".")[0] for name in names]
    wholes = {re.sub(r"_(part)?[0-9]+$", "", stem) for stem in stems}
    return len(wholes) == 1 and wholes.isdisjoint(stems) and len(set(stems)) == len(stems)
