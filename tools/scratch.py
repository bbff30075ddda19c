"""Copy the repository to a scratch folder and run the study there, apart from the results of the repository."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: Outputs of runs and leftovers of editors; a copy without them equals a fresh clone.
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
    """Copy the repository without its results to `folder`, with or without the raw data; return `folder`."""
    left_out = LEFT_OUT + (() if with_data else ("data",))

    def ignore(where: str, names: list[str]) -> set[str]:
        # Names like results and data are left out only at the top level.
        ignored = shutil.ignore_patterns(*(left_out if Path(where) == ROOT else LEFT_OUT[-3:]))(where, names)
        return set(ignored) | ({"replica"} if Path(where) == ROOT / "data" else set())

    shutil.copytree(ROOT, folder, ignore=ignore, dirs_exist_ok=True)
    # The list of the outputs is a file of the repository.
    (Path(folder) / "results").mkdir(exist_ok=True)
    shutil.copy(ROOT / "results/README.md", Path(folder) / "results")
    return Path(folder)


def run_study(
    folder: str | Path,
    *arguments: str,
    own_group: bool = False,
    within: Sequence[str] = (),
    **environment: str,
) -> subprocess.Popen:
    """Start the study in `folder` with the current Python; return the process, whose output includes standard error.

    With `own_group` Snakemake and its jobs form a process group: a test can send them a signal as a terminal does, and
    Ctrl-C does not reach them. `within` is a command that runs the study, for example one without network. `environment`
    adds environment variables.
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
    # Variables of Python and Matplotlib that point into this copy must not reach the other.
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
