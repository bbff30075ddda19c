"""The manifest lists every published output with its SHA-256, in the format of `sha256sum --check`."""

from collections.abc import Iterable
from pathlib import Path

from takedown.core.digests import sha256_of
from takedown.core.working_folder import whole_file


def write_manifest(files: Iterable[str | Path], folder: str | Path, path: str | Path) -> None:
    """Write `<sha256>  <file>` lines, sorted by file, paths relative to `folder`."""
    lines = sorted(
        f"{sha256_of(file)}  {Path(file).relative_to(folder).as_posix()}" for file in set(map(str, files))
    )
    with whole_file(path) as whole:
        whole.write_text(
            "".join(f"{line}\n" for line in sorted(lines, key=lambda line: line[66:])), encoding="utf-8"
        )


def compare_manifests(expected: str | Path, found: str | Path) -> list[str]:
    """Return one line for each output that differs, is missing or is new; an empty list if the manifests agree."""
    before, after = _read(expected), _read(found)
    lines = []
    for file in sorted(before.keys() | after.keys()):
        if file not in after:
            lines.append(f"{file} is missing")
        elif file not in before:
            lines.append(f"{file} is new")
        elif before[file] != after[file]:
            lines.append(f"{file} differs")
    return lines


def _read(path: str | Path) -> dict[str, str]:
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    return {line[66:]: line[:64] for line in lines}
