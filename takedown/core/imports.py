"""Find the package files that a script imports: Snakemake reruns a rule if its script changes, not if an import does."""

import functools
import re
from pathlib import Path

from takedown.core.paths import PACKAGE

#: An import from this package, found by a pattern: parsing all files would take most of Snakemake's start-up time.
IMPORT = re.compile(
    r"^[ \t]*(?:from (?P<module>takedown[\w.]*) import (?P<things>\([^)]*\)|[^#\n]*)|import (?P<modules>[^#\n]*))",
    re.MULTILINE,
)


def imported_modules(script: str | Path) -> list[Path]:
    """Return the package's files that a script imports, directly or indirectly, sorted."""
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
        # `from takedown import creation` names a module, `from takedown.creation.rows import x` an object in a module.
        module = statement["module"]
        names |= {module, *(f"{module}.{thing}" for thing in things)} if module else things
    return frozenset(file for name in names if name.split(".")[0] == PACKAGE.name for file in _files_of(name))


@functools.cache
def _files_of(name: str) -> list[Path]:
    # Importing a module runs the __init__.py of every package above it.
    path = PACKAGE.parent.joinpath(*name.split("."))
    packages = [folder / "__init__.py" for folder in (path, *path.parents) if folder.is_relative_to(PACKAGE)]
    return [file for file in (path.with_suffix(".py"), *packages) if file.is_file()]
