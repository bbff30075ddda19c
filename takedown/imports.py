"""Which files of this package a script runs: Snakemake reruns a rule for its script, not for what that imports."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


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
    names = set()
    for node in _statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from takedown import creation` names a module, `from takedown.creation import x` a thing in one.
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return frozenset(file for name in names if name.split(".")[0] == PACKAGE.name for file in _files_of(name))


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    # Imports stand nowhere else; to walk every expression too takes the greater part of starting snakemake.
    for part in ("body", "orelse", "finalbody", "handlers", "cases"):
        several = getattr(node, part, ())
        for statement in several if isinstance(several, list) else ():
            yield statement
            yield from _statements(statement)


@functools.cache
def _files_of(name: str) -> list[Path]:
    # Importing a module runs the __init__.py of every package above it.
    path = PACKAGE.parent.joinpath(*name.split("."))
    packages = [folder / "__init__.py" for folder in (path, *path.parents) if folder.is_relative_to(PACKAGE)]
    return [file for file in (path.with_suffix(".py"), *packages) if file.is_file()]
