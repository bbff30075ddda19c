"""A full or read-only disk gives one sentence that names it; after the repair a rerun gives the undisturbed results."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proofs.equality import assert_undisturbed
from tests.small_study import run

#: One rule for each way of writing files, with one of its outputs.
WAYS = {
    "read_tweets": "results/records/china_082019_2/tweets/0/post_row.parquet",  # DuckDB, Parquet
    "build_database": "results/takedown.duckdb",  # DuckDB, database
    "measure_creation": "results/measures/creation.csv",  # Python, CSV
    "plot_creation_calendar": "results/figures/creation_calendar.png",  # Matplotlib
    "export_network": "results/tables/coordination_network.graphml",  # igraph
}


def mount(*arguments: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture
def on_a_disk_of_its_own(changed) -> Iterator[Path]:
    """Return a study with its results on a separate disk in memory; skip the test if no disk can be mounted."""
    results = changed / "results"
    results.rename(changed / "before")
    results.mkdir()
    done = mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", results)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here ({done.stderr.strip()})")
    try:
        shutil.copytree(changed / "before", results, dirs_exist_ok=True)
        yield changed
    finally:
        subprocess.run(["umount", str(results)], check=True)


@pytest.fixture
def on_a_small_disk(on_a_disk_of_its_own) -> Path:
    """Return a study before its first run, with room on its disk for about half of the results."""
    results = on_a_disk_of_its_own / "results"
    size = sum(path.stat().st_size for path in results.rglob("*") if path.is_file())
    for path in results.iterdir():
        if path.name != "README.md":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.rmtree(on_a_disk_of_its_own / ".snakemake")
    assert mount("-o", f"remount,size={size // 2}", results).returncode == 0
    return on_a_disk_of_its_own


def fill(folder: Path) -> Path:
    """Fill the disk of a folder completely; return the file that fills it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            return ballast


@pytest.mark.parametrize("rule", WAYS)
def test_a_full_disk_ends_a_job_with_one_sentence_and_a_rerun_with_room_makes_up_for_it(
    study, on_a_disk_of_its_own, rule
):
    folder, target = on_a_disk_of_its_own, WAYS[rule]
    (folder / target).unlink()
    ballast = fill(folder / "results")
    full = run(folder, target)
    assert full.returncode == 1
    assert "Traceback" not in full.stdout
    (sentence,) = [line for line in full.stdout.splitlines() if "cannot be written" in line]
    disk = re.escape(str(folder / "results"))
    assert re.fullmatch(
        rf"\S*results/\S+ cannot be written, since the disk mounted at {disk} is full; "
        "make room on it, then run again.",
        sentence,
    )
    assert not (folder / target).exists()
    assert not list((folder / "results").rglob("*.working"))
    ballast.unlink()
    done = run(folder, target)
    assert done.returncode == 0, done.stdout
    assert_undisturbed(folder, study)


def test_the_whole_study_on_a_disk_too_small_ends_with_a_sentence_and_goes_on_when_there_is_room(
    study, on_a_small_disk
):
    full = run(on_a_small_disk)
    assert full.returncode == 1
    assert "Traceback" not in full.stdout
    sentences = [line for line in full.stdout.splitlines() if "is full; make room on it" in line]
    assert 1 <= len(sentences) <= 2, full.stdout  # one for each running job
    done_before = {path for path in (on_a_small_disk / "results").rglob("*") if path.is_file()}
    assert len(done_before) > 20
    assert not list((on_a_small_disk / "results").rglob("*.working"))
    assert mount("-o", "remount,size=64m", on_a_small_disk / "results").returncode == 0
    done = run(on_a_small_disk)
    assert done.returncode == 0, done.stdout
    assert_undisturbed(on_a_small_disk, study)


def test_a_read_only_disk_ends_a_run_with_one_sentence(study, on_a_disk_of_its_own):
    folder, target = on_a_disk_of_its_own, WAYS["build_database"]
    (folder / target).unlink()
    assert mount("-o", "remount,ro", folder / "results").returncode == 0
    closed = run(folder, target)
    assert closed.returncode == 1
    assert "Traceback" not in closed.stdout
    assert closed.stdout.count("results cannot be written to, since its disk is read-only") == 1, (
        closed.stdout
    )
    assert mount("-o", "remount,rw", folder / "results").returncode == 0
    done = run(folder, target)
    assert done.returncode == 0, done.stdout
    assert_undisturbed(folder, study)


def test_a_folder_without_permission_ends_a_job_with_one_sentence(study, changed):
    # Root may write everywhere unless it drops this capability.
    given_up = ["setpriv", "--bounding-set", "-dac_override"] if os.geteuid() == 0 else []
    folder = changed / "results/measures"
    (folder / "creation.csv").unlink()
    folder.chmod(0o555)
    closed = run(changed, "results/measures/creation.csv", within=given_up)
    folder.chmod(0o755)
    assert closed.returncode == 1
    assert "Traceback" not in closed.stdout
    assert "its permissions or those of its folder forbid it; correct them, then run again." in closed.stdout
    done = run(changed, "results/measures/creation.csv")
    assert done.returncode == 0, done.stdout
    assert_undisturbed(changed, study)
