"""Which files of this package a script runs: Snakemake reruns a rule for its script, not for what that imports."""

import functools
import re
from pathlib import Path

from takedown.core.paths import PACKAGE

#: A line that imports from this package. To parse the files takes the greater part of starting Snakemake.
IMPORT = re.compile(
    r"^[ \t]*(?:from (?P<module>takedown[\w.]*) import (?P<things>\([^)]*\)|[^#\n]*)|import (?P<modules>[^#\n]*))",
    re.MULTILINE,
)


def modules_behind(script: str | Path) -> list[Path]:
    """Return the package's files that a script imports, directly or through one another, sorted."""
    found: set[Path] = set()
    waiting = [Path(script)]
    while waiting:
        imported = _imported_by(waiting.pop()) - found
        found |= imported
        waiting += imported
    return sorted(found)


@functools.cache
def _imported_by(path: Path) -> frozenset[Path]:
    names: set[str] = set()
    for statement in IMPORT.finditer(path.read_text(encoding="utf-8")):
        listed = re.sub(r"#.*|[()]", "", statement["things"] or statement["modules"])
        things = {words[0] for words in map(str.split, listed.split(",")) if words}
        # `from takedown import creation` names a module, `from takedown.creation.concentration import x` a thing in one.
        module = statement["module"]
        names |= {module, *(f"{module}.{thing}" for thing in things)} if module else things
    return frozenset(file for name in names if name.split(".")[0] == PACKAGE.name for file in _files_of(name))


@functools.cache
def _files_of(name: str) -> list[Path]:
    # Importing a module runs the __init__.py of every package above it.
    path = PACKAGE.parent.joinpath(*name.split("."))
    packages = [folder / "__init__.py" for folder in (path, *path.parents) if folder.is_relative_to(PACKAGE)]
    return [file for file in (path.with_suffix(".py"), *packages) if file.is_file()]
