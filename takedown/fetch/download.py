"""Download the files that the registry names, without incomplete, altered or overwritten files.

An interrupted download continues where it stopped: the bytes received are kept as `.<name>.part`, and beside them the
server's identifier of the version.
"""

import contextlib
import fcntl
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from takedown.core.digests import git_blob_of, sha256_of
from takedown.core.errors import InputError
from takedown.core.registry import archive_folder
from takedown.fetch.answers import clean, host_of
from takedown.fetch.http import Limits, Spent, Unreachable, download

#: Names of files that are not hidden and cannot lead out of their folder.
SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")

log = logging.getLogger("takedown")


def fetch_archives(
    archives: dict[str, dict],
    raw_folder: str | Path,
    limits: Limits,
    pause: Callable[[float], object] = time.sleep,
) -> list[str]:
    """Download the missing files of each archive into `raw_folder`/<archive id>; return a sentence for each failure.

    `archives` maps archive ids to their entries in the registry. Existing files are compared and not changed; an
    archive for which the user supplied files of other names is skipped. `pause` waits for a number of seconds.
    """
    failures: list[str] = []
    unreachable: set[str] = set()
    spent = Spent()
    untried: list[str] = []
    for archive_id, entry in archives.items():
        files, folder = (
            entry.get("downloads", []),
            archive_folder(archive_id, {archive_id: entry}, raw_folder),
        )
        if not files:
            log.info(
                "%s: the registry names no file to download; the source is %s", archive_id, entry["source"]
            )
            continue
        if own := _own_files(folder, {file["name"] for file in files}):
            log.info("%s: skipped, since %s has files of your own (%s)", archive_id, folder, ", ".join(own))
            continue
        for file in files:
            hosts = set(map(host_of, file["urls"]))
            if hosts <= unreachable and not (folder / file["name"]).exists():
                untried.append(file["name"])
                continue
            try:
                fetch_file(file, folder, limits, pause, spent)
            except InputError as error:
                failures.append(str(error))
                if isinstance(error, Unreachable):
                    unreachable |= hosts
    if untried:
        failures.append(
            f"{', '.join(map(clean, sorted(unreachable)))} cannot be reached, so {', '.join(untried)} were not tried."
        )
    return failures


def fetch_file(
    file: dict,
    folder: str | Path,
    limits: Limits,
    pause: Callable[[float], object] = time.sleep,
    spent: Spent | None = None,
) -> Path:
    """Download one file into `folder` unless it exists; return its path.

    `spent` is what earlier downloads of the run have used of the limits for all.

    `file` has a `name`, `urls` (tried in turn) and, if known, `bytes`, `sha256` and `git_blob`. Without a digest the
    file is accepted as received, and its SHA-256 is written to `<name>.sha256` beside it. Raises InputError if no
    address provides the expected file, if a different file of that name exists, and if the folder cannot be written
    to or holds links; existing files are not changed.
    """
    if not SAFE_NAME.fullmatch(file["name"]):
        raise InputError(f"{file['name']!r} of the registry is not a plain file name; correct it.")
    target = Path(folder) / file["name"]
    part = target.with_name(f".{target.name}.part")
    record = target.with_name(f"{target.name}.sha256")
    for path in (Path(folder), target, part, part.with_suffix(".source"), record):
        if path.is_symlink():
            raise InputError(
                f"{path} is a link, which snakemake fetch does not follow; replace it by what it leads to."
            )
    try:
        if target.exists():
            _check_present(target, file)
            return target
        with _claimed(part):
            # Another run may have downloaded it in the meantime.
            if not target.exists():
                _bring(file, target, part, limits, pause, spent or Spent())
    except OSError as error:
        raise InputError(
            f"{target} cannot be written ({error.strerror}); free disk space or correct the permissions, "
            "then run snakemake fetch again: it continues where it stopped."
        ) from error
    return target


def _own_files(folder: Path, names: set[str]) -> list[str]:
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return [name for name in found if not name.startswith(".") and name.removesuffix(".sha256") not in names]


@contextlib.contextmanager
def _claimed(part: Path) -> Iterator[Path]:
    """Lock a download against other runs; remove its files and folder if nothing was received."""
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{part} is being written by another run; wait until it ends.") from None
        try:
            yield part
        finally:
            if part.exists() and not part.stat().st_size:
                _forget(part)
            # This removes the folder only if it is empty.
            with contextlib.suppress(OSError):
                part.parent.rmdir()


def _bring(
    file: dict, target: Path, part: Path, limits: Limits, pause: Callable[[float], object], spent: Spent
) -> None:
    failures = []
    for url in file["urls"]:
        try:
            resumed = download(url, part, target.name, file, limits, pause, spent)
            wrong = _differences(part, file)
            if wrong and resumed:
                log.info("%s: %s; it is downloaded again from the start", target.name, wrong)
                _empty(part)
                download(url, part, target.name, file, limits, pause, spent)
                wrong = _differences(part, file)
        except InputError as error:
            failures.append(error)
            continue
        if not wrong:
            break
        # Continuing this download would never give the expected file.
        _empty(part)
        failures.append(
            InputError(
                f"{target} was not kept: {clean(url)} sent a file that differs from the registry ({wrong}); "
                "look for the file elsewhere, or correct the registry if the release was updated."
            )
        )
    else:
        raise failures[-1]
    _note(target, file, part)
    os.replace(part, target)
    _forget(part)


def _note(target: Path, file: dict, part: Path) -> None:
    size = part.stat().st_size
    if file.get("sha256") or file.get("git_blob"):
        log.info("%s: %d bytes, verified by its digest", target, size)
        return
    digest = sha256_of(part)
    # In the format of `sha256sum --check`.
    target.with_name(f"{target.name}.sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    log.info(
        "%s: %d bytes, NOT verified: the registry has no digest of it; %s.sha256 records the digest received (%s)",
        target,
        size,
        target.name,
        digest,
    )


def _check_present(target: Path, file: dict) -> None:
    if not target.is_file():
        raise InputError(f"{target} is not a file; remove it and fetch again.")
    record = target.with_name(f"{target.name}.sha256")
    expected = dict(file)
    known = bool(file.get("sha256") or file.get("git_blob"))
    if not known and record.is_file():
        expected["sha256"] = record.read_text(encoding="utf-8", errors="replace").split(" ")[0].strip()
    if wrong := _differences(target, expected):
        origin = "in the registry" if known or not record.is_file() else f"downloaded before ({record.name})"
        raise InputError(
            f"{target} is not the file {origin}: {wrong}; it was not changed: remove it to fetch it again."
        )
    if known:
        log.info("%s: exists, verified by its digest", target)
    elif expected.get("sha256"):
        log.info("%s: exists, unchanged since it was downloaded", target)
    else:
        log.info("%s: exists, NOT verified: its digest is not known", target)


def _differences(path: Path, file: dict) -> str:
    """Return the first difference between a file and its known size and digests; empty if there is none."""
    size = path.stat().st_size
    if file.get("bytes") is not None and size != file["bytes"]:
        return f"{size} bytes, not {file['bytes']}"
    for key, name, digest_of in (("sha256", "SHA-256", sha256_of), ("git_blob", "git blob id", git_blob_of)):
        if file.get(key) and (found := digest_of(path)) != file[key]:
            return f"{name} {found}, not {file[key]}"
    return ""


def _empty(part: Path) -> None:
    # Not removed, since this run holds a lock on it.
    os.truncate(part, 0)


def _forget(part: Path) -> None:
    for path in (part, part.with_suffix(".source")):
        path.unlink(missing_ok=True)
