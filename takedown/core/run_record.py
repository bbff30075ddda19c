"""What a run says of itself: version, machine and time (results/RUN.txt, which no digest covers), and where its results are."""

import os
import platform
import subprocess
import textwrap
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import yaml

from takedown.core.measures import PROVENANCES
from takedown.core.working_folder import whole_file

#: What a number of each provenance rests on.
RESTS_ON = {
    "release": "from released files",
    "aggregate": "from published counts",
    "reported": "reported by others",
    "replica": "from simulated records (no findings)",
}


def write_run(folder: str | Path, path: str | Path) -> None:
    """Write version and commit of the study in `folder`, the machine and the time to `path`."""
    folder = Path(folder)
    version = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    commit = _git(folder, "rev-parse", "HEAD") or "not known (no clone of the repository)"
    if _git(folder, "status", "--porcelain"):
        commit += ", with changes that are not committed"
    facts = {
        "version": version,
        "commit": commit,
        "time of the run": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "machine": f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores",
        "Python": platform.python_version(),
    }
    with whole_file(path) as whole:
        whole.write_text("".join(f"{name}: {fact}\n" for name, fact in facts.items()), encoding="utf-8")


def describe_results(provenances: Iterable[str]) -> list[str]:
    """Return where the results of a run are and what its numbers rest on, given the provenance of each number, as lines.

    >>> describe_results(["replica", "reported", "reported"])[-1]
    'Numbers: 2 reported by others, 1 from simulated records (no findings)'
    """
    counted = Counter(provenances)
    parts = [f"{counted[kind]} {RESTS_ON[kind]}" for kind in PROVENANCES if counted[kind]]
    lines = [
        "Paper:   results/paper/paper.pdf, with results/paper/supplement.pdf",
        "Pages:   results/index.html leads from each number to its query and archive",
        f"Numbers: {', '.join(parts)}",
    ]
    return [part for line in lines for part in textwrap.wrap(line, 79, subsequent_indent=" " * 9)]


def _git(folder: Path, *command: str) -> str:
    """Return what git prints; nothing without git and outside a clone."""
    try:
        done = subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
