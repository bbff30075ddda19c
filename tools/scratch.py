"""Run the study in a scratch copy of the repository, away from its results."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: What a run makes or an editor leaves; a copy without these is as good as a fresh clone.
LEFT_OUT = (
    ".git",
    ".venv",
    ".snakemake",
    "results",
    "studies",
    "logs",
    "benchmarks",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
)


def copy_repository(folder: str | Path, *, with_data: bool) -> Path:
    """Copy the repository without results to `folder`, with the raw data or without; return `folder`."""
    left_out = LEFT_OUT + (() if with_data else ("data",))

    def ignore(where: str, names: list[str]) -> set[str]:
        # Only a folder of the top level is left out by a name like results or data.
        ignored = shutil.ignore_patterns(*(left_out if Path(where) == ROOT else LEFT_OUT[-3:]))(where, names)
        return set(ignored) | ({"replica"} if Path(where) == ROOT / "data" else set())

    shutil.copytree(ROOT, folder, ignore=ignore, dirs_exist_ok=True)
    return Path(folder)


def run_study(
    folder: str | Path,
    *arguments: str,
    own_group: bool = False,
    within: Sequence[str] = (),
    **environment: str,
) -> subprocess.Popen:
    """Start the study in `folder` with the Python that runs this; standard error and output come together.

    With its `own_group` a signal can be sent to Snakemake and its jobs as a terminal does, and Ctrl-C does not reach them.
    `within` stands before the command, such as one that takes the network away.
    """
    command = [
        *within,
        sys.executable,
        "-m",
        "snakemake",
        "--workflow-profile",
        "none",
        "--scheduler",
        "greedy",
        "--rerun-incomplete",
        *arguments,
    ]
    # Variables of Python and Matplotlib that point into the first copy must not reach the second.
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "MPL"))
    }
    return subprocess.Popen(
        command,
        cwd=folder,
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        process_group=0 if own_group else None,
        text=True,
        encoding="utf-8",
    )
