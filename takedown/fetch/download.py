"""Download the files that the registry names: none half there, changed on the way or written over.

A download goes on where it broke off: what has come is kept as `.<name>.part`, beside it what the server called it.
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
from takedown.fetch.http import Limits, Unreachable, download, host_of

#: A name that stays in its folder and is not hidden.
SAFE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")

log = logging.getLogger("takedown")


def fetch_archives(
    archives: dict[str, dict],
    raw_folder: str | Path,
    limits: Limits,
    pause: Callable[[float], object] = time.sleep,
) -> list[str]:
    """Download what is missing of each archive into `raw_folder`/<archive id>; return a sentence for each failure.

    `archives` maps an archive id to its entry in the registry. What is there already is compared and left as it is;
    an archive of which the user put in files of other names is left alone. `pause` waits for some seconds.
    """
    failures: list[str] = []
    unreachable: set[str] = set()
    untried: list[str] = []
    for archive_id, entry in archives.items():
        files, folder = entry.get("downloads", []), Path(raw_folder) / archive_id
        if not files:
            log.info("%s: no file to download is known; its source is %s", archive_id, entry["source"])
            continue
        if own := _own_files(folder, {file["name"] for file in files}):
            log.info(
                "%s: left alone, since %s has files of your own (%s)", archive_id, folder, ", ".join(own)
            )
            continue
        for file in files:
            hosts = set(map(host_of, file["urls"]))
            if hosts <= unreachable and not (folder / file["name"]).exists():
                untried.append(file["name"])
                continue
            try:
                fetch_file(file, folder, limits, pause)
            except InputError as error:
                failures.append(str(error))
                if isinstance(error, Unreachable):
                    unreachable |= hosts
    if untried:
        failures.append(
            f"{', '.join(sorted(unreachable))} cannot be reached, so {', '.join(untried)} were not tried."
        )
    return failures


def fetch_file(
    file: dict,
    folder: str | Path,
    limits: Limits,
    pause: Callable[[float], object] = time.sleep,
) -> Path:
    """Download one file into `folder` unless it is there; return its path.

    `file` has a `name`, `urls` (tried in turn) and, each None or absent where it is not known, `bytes`, `sha256` and
    `git_blob`. Without a digest the file is taken as it comes, and `<name>.sha256` beside it records what came.
    Raises InputError if no address gives the file that is asked for, if a file of that name is there and another,
    and if the folder cannot be written to; what was there stays.
    """
    if not SAFE_NAME.fullmatch(file["name"]):
        raise InputError(f"{file['name']!r} of the registry is no plain file name; correct it.")
    target = Path(folder) / file["name"]
    try:
        if target.exists() or target.is_symlink():
            _check_present(target, file)
            return target
        with _claimed(target.with_name(f".{target.name}.part")) as part:
            # Another run may have brought it while this one was about to.
            if not target.exists():
                _bring(file, target, part, limits, pause)
    except OSError as error:
        raise InputError(
            f"{target} cannot be written ({error.strerror}); make room or mend the permissions, "
            "then run snakemake fetch again: it goes on where it stopped."
        ) from error
    return target


def _own_files(folder: Path, names: set[str]) -> list[str]:
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return [name for name in found if not name.startswith(".") and name.removesuffix(".sha256") not in names]


@contextlib.contextmanager
def _claimed(part: Path) -> Iterator[Path]:
    """Keep other runs away from a download, and leave nothing of one that has not begun."""
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab") as claim:
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{part} is being written by another run; wait for its end.") from None
        try:
            yield part
        finally:
            if part.exists() and not part.stat().st_size:
                _forget(part)
            # Only a folder in which there is nothing can be taken away.
            with contextlib.suppress(OSError):
                part.parent.rmdir()


def _bring(file: dict, target: Path, part: Path, limits: Limits, pause: Callable[[float], object]) -> None:
    failures = []
    for url in file["urls"]:
        try:
            resumed = download(url, part, target.name, file, limits, pause)
            wrong = _differences(part, file)
            if wrong and resumed:
                log.info("%s: %s; it is taken again from the start", target.name, wrong)
                _empty(part)
                download(url, part, target.name, file, limits, pause)
                wrong = _differences(part, file)
        except InputError as error:
            failures.append(error)
            continue
        if not wrong:
            break
        # More of the same would never make it right.
        _empty(part)
        failures.append(
            InputError(
                f"{target} was not kept: {url} sent something else than the registry names ({wrong}); "
                "look for the file elsewhere, or correct the registry if the release was renewed."
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
    # As `sha256sum --check` reads it.
    target.with_name(f"{target.name}.sha256").write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    log.info(
        "%s: %d bytes, NOT verified: the registry knows no digest of it; %s.sha256 records what came (%s)",
        target,
        size,
        target.name,
        digest,
    )


def _check_present(target: Path, file: dict) -> None:
    if not target.is_file():
        raise InputError(f"{target} is no file, or points to none; take it away and fetch again.")
    record = target.with_name(f"{target.name}.sha256")
    expected = dict(file)
    known = bool(file.get("sha256") or file.get("git_blob"))
    if not known and record.is_file():
        expected["sha256"] = record.read_text(encoding="utf-8", errors="replace").split(" ")[0].strip()
    if wrong := _differences(target, expected):
        by = (
            "the registry names"
            if known or not record.is_file()
            else f"came when it was fetched ({record.name})"
        )
        raise InputError(
            f"{target} is another file than {by}: {wrong}; it was left as it is: take it away to fetch it again."
        )
    if known:
        log.info("%s: is there, verified by its digest", target)
    elif expected.get("sha256"):
        log.info("%s: is there, the same as when it was fetched", target)
    else:
        log.info("%s: is there, NOT verified: no digest of it is known", target)


def _differences(path: Path, file: dict) -> str:
    """Return in what a file differs from what is known of it; empty if in nothing."""
    size = path.stat().st_size
    if file.get("bytes") is not None and size != file["bytes"]:
        return f"{size} bytes, not {file['bytes']}"
    for key, name, digest_of in (("sha256", "SHA-256", sha256_of), ("git_blob", "git blob id", git_blob_of)):
        if file.get(key) and (found := digest_of(path)) != file[key]:
            return f"{name} {found}, not {file[key]}"
    return ""


def _empty(part: Path) -> None:
    # Not taken away, since the claim of this run lies on it.
    os.truncate(part, 0)


def _forget(part: Path) -> None:
    for path in (part, part.with_suffix(".source")):
        path.unlink(missing_ok=True)
