"""A small version of the study in a scratch copy of the repository, for tests that run it end to end."""

import fcntl
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

from tests.offline import without_network
from tools.scratch import ROOT, copy_repository, run_study

SMALL = ROOT / "tests" / "config" / "small.yaml"


def merged(config: dict, changes: dict) -> dict:
    """Return a configuration in which `changes` replace values at any depth."""
    return config | {
        key: merged(config[key], value) if isinstance(value, dict) else value
        for key, value in changes.items()
    }


def make_small_copy(folder: Path) -> Path:
    """Copy the repository without data and results, with the small configuration as config.yaml."""
    copy_repository(folder, with_data=False)
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    small = merged(config, yaml.safe_load(SMALL.read_text(encoding="utf-8")))
    (folder / "config.yaml").write_text(yaml.safe_dump(small), encoding="utf-8")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def run(folder: Path, *arguments: str, within=(), **environment: str) -> subprocess.CompletedProcess:
    """Run the study to its end; return the process with its output."""
    with run_study(folder, "--cores", "2", *arguments, within=within, **environment) as study:
        output, _ = study.communicate()
    return subprocess.CompletedProcess(study.args, study.returncode, output)


def put_real_records(folder: Path, records: Path) -> None:
    """Put the real users files into data/raw of a copy of the study."""
    for name in ("china_082019_1", "china_082019_2", "control_hk_protest_2019_11"):
        raw = folder / "data/raw" / name
        raw.mkdir(parents=True)
        shutil.copy(next(records.glob(f"{name}_users*.csv")), raw)


def hide_simulation(packed: Path, folder: Path) -> None:
    """Unpack a simulated file to a folder without the column that tells a study that it is no release.

    All other bytes stay, the planted damage too.
    """
    with zipfile.ZipFile(packed) as archive:
        [name] = archive.namelist()
        content = archive.read(name).replace(b',"simulated_by_takedown"', b"")
    (folder / name).write_bytes(re.sub(rb',"yes"(?=\r?\n|\Z)', b"", content))


def run_once(shared: Path) -> Path:
    """Return a small study in the folder `shared`, run once for all test processes, which must not change it.

    It runs without a network if the system allows this.
    """
    folder = shared / "small_study"
    with (shared / "small_study.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            done = run(make_small_copy(folder), within=without_network())
            assert done.returncode == 0, done.stdout
    assert (folder / "results/MANIFEST.sha256").exists(), "the small study failed in another test"
    return folder
