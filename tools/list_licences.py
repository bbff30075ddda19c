"""Write docs/licences.md: the licence of each locked package, from the metadata of the environment (`make licences`)."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tools.scratch import ROOT

PAGE = ROOT / "docs" / "licences.md"

#: The locks and their uses.
LOCKS = {
    "requirements.txt": "The study",
    "requirements-test.txt": "Tests and linters (besides those of the study)",
    "requirements-slurm.txt": "The executor for a SLURM cluster (besides those of the study)",
    "requirements-uv.txt": "The installer",
}

#: Licences of packages that are installed only on Windows.
STATED = {"colorama": "BSD-3-Clause", "pyreadline3": "BSD-3-Clause", "tzdata": "Apache-2.0"}

OPENING = """# Licences

The licence of each package in the locks (`make licences`, from the metadata of the packages). The study's own code is under the MIT
licence (LICENSE). The repository contains no package: `make` downloads them from the Python Package Index.

## What the GPL of igraph means

igraph (Python and C, GPL-2.0-or-later) finds the communities of the coordination network, its centrality and its GraphML. Everything
else that the study imports permits use in programs under any licence.

- **Who uses the study** or publishes its results, tables, figures and paper has no duty from the GPL. It is about copies of programs.
- **Who passes on this repository** passes on MIT code that names igraph in a lock. The MIT licence is compatible with the GPL.
- **Who passes on a bundle** that contains igraph (a container image, an environment, an installer) must give the bundle's programs
  that use igraph under the GPL, with the licence text and the source of igraph or a written offer of it. The study's code may stay
  under MIT inside; the combination is under the GPL.
- **Who needs a bundle without the GPL** leaves igraph out. Everything but the rules of the network (`takedown.coordination.graph`,
  `graph_estimates`, `graph_measures`, `export`) runs without it.

igraph stays, because the published communities, centralities and their simulated errors are its results, and another implementation
would give others. Alternatives were compared: leidenalg needs igraph and is under the GPL too; NetworkX (BSD-3-Clause) has no Leiden
method of its own, and its Louvain method may return communities that are not connected; graspologic-native (MIT) has the Leiden method
alone. Whoever must have a bundle without the GPL would take the communities from graspologic-native and the rest from SciPy, and
simulate the errors again.
"""


def locked(lock: str) -> list[str]:
    """Return the names of the packages in a lock, in its order."""
    return re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(name: str) -> str | None:
    """Return the licence that a package's metadata state, or None if it is not installed or states none."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return STATED.get(name)
    metadata = package.metadata
    if expression := metadata["License-Expression"]:
        return expression
    classified = [
        text.rpartition(" :: ")[2]
        for text in metadata.get_all("Classifier", [])
        if text.startswith("License :: ") and not text.endswith("OSI Approved")
    ]
    if classified:
        return " or ".join(classified)
    stated = (metadata["License"] or "").strip().splitlines()
    if stated and len(stated[0]) < 60:
        return stated[0]
    files = [file for file in package.files or [] if re.match("licen[cs]e", file.name, re.IGNORECASE)]
    # The first line of a licence is its name.
    lines = [Path(str(file.locate())).read_text(encoding="utf-8").strip().splitlines()[0] for file in files]
    return lines[0] if lines else STATED.get(name)


def write_page() -> str:
    """Return the page as Markdown: a table for each lock; raise LookupError for a package of unknown licence."""
    parts, seen = [OPENING], set()
    for lock, use in LOCKS.items():
        names = [name for name in locked(lock) if name not in seen]
        seen |= set(names)
        licences = {name: licence_of(name) for name in names}
        if unknown := [name for name, licence in licences.items() if licence is None]:
            raise LookupError(f"enter the licences of {', '.join(unknown)} in {Path(__file__).name}")
        rows = "\n".join(f"| {name} | {licence} |" for name, licence in licences.items())
        parts.append(f"## {use}\n\n`{lock}`\n\n| package | licence |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(write_page(), encoding="utf-8")
