"""The commands of README.md run one after the other, with a released file as a reader has it; so do those of extensions."""

import csv
import hashlib
import shutil
import zipfile

import pytest
import yaml

from tests.small_study import hide_simulation
from tests.workflow.test_docs import run_commands


@pytest.fixture
def copy(study, tmp_path):
    """Return a copy of the small study with a users file in its folder, as a reader has it."""
    folder = shutil.copytree(study, tmp_path / "study", symlinks=True)
    users = folder / "data/replica/china_082019_1/china_082019_1_users_csv_hashed.zip"
    hide_simulation(users, tmp_path)
    csv_file = tmp_path / users.name.replace(".zip", ".csv")
    with zipfile.ZipFile(folder / users.name, "w") as archive:
        archive.write(csv_file, csv_file.name)
    # The registry has the digest of the released CSV; replace it by the digest of the reader's CSV.
    digest = hashlib.sha256(csv_file.read_bytes()).hexdigest()
    registry = folder / "workflow/resources/archives.yaml"
    text = registry.read_text(encoding="utf-8")
    released = yaml.safe_load(text)["china_082019_1"]["files"]["users"]["csv_sha256"]
    registry.write_text(text.replace(released, digest), encoding="utf-8")
    return folder


def test_every_command_of_the_readme_runs_and_the_file_of_the_reader_is_a_release(root, copy):
    run_commands(root / "README.md", copy)
    with (copy / "results/tables/archives.csv").open(encoding="utf-8", newline="") as file:
        provenance = {row["archive_id"]: row["provenance"] for row in csv.DictReader(file)}
    assert provenance["china_082019_1"] == "release"


@pytest.mark.parametrize("page", ["docs/extending.md", "docs/first-measure.md"])
def test_every_command_of_a_page_on_extensions_runs_and_its_figures_are_listed(root, changed, page):
    run_commands(root / page, changed)
    manifest = (changed / "results/MANIFEST.sha256").read_text()
    figures = [script.stem.removeprefix("plot_") for script in (changed / "extensions").glob("*/plot_*.py")]
    assert figures and [name for name in figures if f"  figures/{name}.png\n" not in manifest] == []
