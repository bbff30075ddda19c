"""Which version of the study made its results, on which machine and when: results/RUN.txt, which no digest covers."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import yaml

from takedown.core.working_folder import whole_file


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


def _git(folder: Path, *command: str) -> str:
    """Return what git prints; nothing without git and outside a clone."""
    try:
        done = subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
