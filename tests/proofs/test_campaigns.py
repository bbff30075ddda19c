"""The example of docs/campaigns.md: a study of two other campaigns needs only another configuration."""

import csv
import re
import shutil
import subprocess

import pypdfium2
import pytest

from tests.workflow.test_docs import commands_of

# In one process; otherwise each process would run the example.
pytestmark = pytest.mark.xdist_group("campaigns")


@pytest.fixture(scope="module")
def copy(study, tmp_path_factory):
    """Return a copy of the small study, for the run of the example."""
    return shutil.copytree(study, tmp_path_factory.mktemp("campaigns") / "study", symlinks=True)


@pytest.fixture(scope="module")
def campaigns(root, copy):
    """Run the commands of the page once; return the results."""
    for command in commands_of(root / "docs/campaigns.md"):
        done = subprocess.run(["bash", "-c", command], cwd=copy, capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout + done.stderr, f"{command}\n{done.stdout}\n{done.stderr}"
    return copy / "studies/two_campaigns/results"


def test_the_commands_on_other_campaigns_run_and_leave_the_results_of_the_study(campaigns, study, copy):
    assert (campaigns / "MANIFEST.sha256").exists()
    archives = (campaigns / "tables/archives.csv").read_text(encoding="utf-8")
    assert [line.split(",")[0] for line in archives.splitlines()] == [
        *("archive_id", "mx_0621", "thailand_092020")
    ]
    assert "thailand" not in (copy / "results/tables/archives.csv").read_text(encoding="utf-8")


def test_nothing_of_hong_kong_is_said_of_other_campaigns(campaigns):
    # The atlas lists every campaign that was disclosed.
    tables = [path for path in sorted((campaigns / "tables").glob("*.csv")) if not path.match("atlas*.csv")]
    files = [campaigns / "measures.csv", *tables]
    said = "\n".join(path.read_text(encoding="utf-8") for path in files).lower()
    assert not re.findall(r"hong.kong|protest|september|china_", said)
    with (campaigns / "claims.csv").open(encoding="utf-8", newline="") as file:
        claims = list(csv.DictReader(file))
    assert {(row["observed"], row["demonstration"]) for row in claims} == {("", "")}
    assert {row["verdict"] for row in claims} <= {"needs records", "beyond an archive"}


def test_every_number_of_simulated_campaigns_says_that_it_is_simulated(campaigns):
    with (campaigns / "measures.csv").open(encoding="utf-8", newline="") as file:
        measures = list(csv.DictReader(file))
    assert {row["provenance"] for row in measures} == {"replica"}
    assert {"operation", "control"} <= {row["subject"] for row in measures}
    paper = pypdfium2.PdfDocument(campaigns / "paper/paper.pdf")[0].get_textpage().get_text_range()
    assert paper.startswith("What the release shows: Thailand, October 2020")
    assert "All records were simulated" in " ".join(paper.split())


def test_the_example_of_two_campaigns_is_that_of_its_page(root):
    (shown,) = re.findall(
        r"^```yaml\n(.*?)^```", (root / "docs/campaigns.md").read_text(encoding="utf-8"), flags=re.M | re.S
    )
    assert shown == (root / "examples/two_campaigns.yaml").read_text(encoding="utf-8")
