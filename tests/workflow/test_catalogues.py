"""Files that catalogues, archives and data editors read agree with the study."""

import json
import re
import subprocess
import sys

import pytest
import yaml

from tools.write_replication import page


@pytest.fixture
def citation(root):
    return yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))


def test_the_replication_page_is_written_from_the_repository(root):
    assert (root / "REPLICATION.md").read_text(encoding="utf-8") == page(root), "run `make replication`"


def test_every_script_that_the_replication_page_names_exists(root):
    named = set(re.findall(r"`(scripts/[^`]+)`", (root / "REPLICATION.md").read_text(encoding="utf-8")))
    assert len(named) > 20
    assert [name for name in sorted(named) if not (root / name).is_file()] == []


def test_the_deposit_in_zenodo_has_title_version_and_licence_of_the_citation(root, citation):
    zenodo = json.loads((root / ".zenodo.json").read_text(encoding="utf-8"))
    assert (zenodo["title"], zenodo["version"], zenodo["license"]) == (
        citation["title"],
        citation["version"],
        citation["license"],
    )
    assert [author["name"] for author in zenodo["creators"]] == [
        author["name"] for author in citation["authors"]
    ]


def test_the_citation_has_the_version_of_the_package(root, citation):
    assert f'version = "{citation["version"]}"' in (root / "pyproject.toml").read_text(encoding="utf-8")


def test_codecheck_lists_published_outputs_only(root):
    listed = yaml.safe_load((root / "codecheck.yml").read_text(encoding="utf-8"))["manifest"]
    reference = (root / "tests/reference/MANIFEST.sha256").read_text(encoding="utf-8")
    published = {f"results/{line[66:]}" for line in reference.splitlines()}
    assert {entry["file"] for entry in listed} <= published


def test_containers_start_from_one_base_with_a_digest(root):
    bases = {
        re.search(pattern, (root / name).read_text(encoding="utf-8"), re.MULTILINE)[1]
        for name, pattern in {"Dockerfile": "^FROM (.+)$", "takedown.def": "^From: (.+)$"}.items()
    }
    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.1[1-3]-slim-bookworm@sha256:[0-9a-f]{64}", bases.pop())


def test_the_study_runs_from_the_folder_where_the_catalogue_looks(root, tmp_path):
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(root / "workflow/Snakefile"),
        "--dry-run",
    ]
    done = subprocess.run(
        [*command, "--workflow-profile", "none", "--quiet", "rules"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    planned = subprocess.run(
        [*command, "--workflow-profile", "none"], cwd=tmp_path, capture_output=True, text=True
    )
    assert "rule write_paper:" in planned.stdout + planned.stderr or "write_paper" in planned.stdout
