"""Identify files by their digests."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from takedown.core.compressed import read_chunks
from takedown.core.errors import InputError
from takedown.core.working_folder import whole_file


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remembered_sha256(path: str | Path, memory: str | Path) -> str:
    """Return the SHA-256 of a file; a file of known size and times is not read again.

    `memory` is a JSON file of known digests, in which this one is noted. It is lost without harm.
    """
    known: dict[str, list] = {}
    with suppress(OSError, ValueError):
        known = json.loads(Path(memory).read_bytes())
    state = Path(path).stat()
    # The time of change tells of another file whose time of modification was kept, as by `cp -p`.
    now = [state.st_size, state.st_mtime_ns, state.st_ctime_ns]
    found = known.get(str(path))
    if found and found[:-1] == now:
        return str(found[-1])
    digest = sha256_of(path)
    known[str(path)] = [*now, digest]
    with suppress(OSError, InputError), whole_file(memory) as whole:
        whole.write_text(json.dumps(known), encoding="utf-8")
    return digest


def git_blob_of(path: str | Path) -> str:
    """Return the git object id of a file: the SHA-1 of "blob <bytes>", a zero byte and the content."""
    path = Path(path)

    def started() -> "hashlib._Hash":
        # SHA-1 only names the content here, as in git; it protects nothing.
        return hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)

    with path.open("rb") as file:
        return hashlib.file_digest(file, started).hexdigest()


def check_known_csv(archive_id: str, paths: Iterable[str | Path], known: dict) -> bool:
    """Compare the CSV in a user's files with the size and digest in the registry; return whether it has either.

    `paths` are readable .zip or .csv files, compressed or not; `known` is the registry's entry for this kind of file, of which
    `csv_bytes` and `csv_sha256` are compared. Raises InputError if the files hold a different CSV, or several.
    """
    expected = {"csv_bytes": known.get("csv_bytes"), "csv_sha256": known.get("csv_sha256")}
    if not any(expected.values()):
        return False
    paths = list(paths)
    found = [content for path in paths for content in _csv_contents(Path(path))]
    agrees = len(found) == 1 and all(
        value is None or value == found[0][key] for key, value in expected.items()
    )
    if not agrees:
        seen = "; ".join(
            f"{content['csv_bytes']} bytes, SHA-256 {content['csv_sha256']}" for content in found
        )
        raise InputError(
            f"{', '.join(map(str, paths))} is not the file of {archive_id} in the registry ({seen}, not "
            f"{' and '.join(f'{key} {value}' for key, value in expected.items() if value)}); use the file as "
            "released, or, if you trust yours, enter it in workflow/resources/archives.yaml."
        )
    return True


def _csv_contents(path: Path) -> list[dict]:
    if path.suffix.lower() != ".zip":
        digest, size = hashlib.sha256(), 0
        for chunk in read_chunks(path):
            digest.update(chunk)
            size += len(chunk)
        return [{"csv_bytes": size, "csv_sha256": digest.hexdigest()}]
    try:
        with zipfile.ZipFile(path) as archive:
            names = [
                name
                for name in archive.namelist()
                if name.lower().endswith(".csv")
                and not Path(name).name.startswith(".")
                and "__MACOSX" not in name
            ]
            contents = []
            for name in names:
                with archive.open(name) as file:
                    contents.append(_content(file))
            return contents
    except zipfile.BadZipFile as error:
        raise InputError(
            f"{path} cannot be compared with the registry ({error}); unpack it and use the CSV."
        ) from None


def _content(file: IO[bytes]) -> dict:
    digest = hashlib.file_digest(cast(BufferedReader, file), "sha256").hexdigest()
    return {"csv_bytes": file.tell(), "csv_sha256": digest}
