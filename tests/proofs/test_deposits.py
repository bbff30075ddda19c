"""Deposits and the atlas, by the commands of docs/deposits.md: made again from the real files, and from made ones."""

import csv
import shutil

import pytest

from tests.reported.reported_study import THAILAND
from tests.small_study import hide_simulation, make_small_copy, run
from tools.scratch import ROOT, copy_repository

# In one process; otherwise both would run at once, for minutes each.
pytestmark = pytest.mark.xdist_group("deposits")

MADE = ("catalonia_201906_1", "spain_082019_1")


def rows_of(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_deposit_is_made_again_byte_for_byte(real_records, tmp_path):
    copy = copy_repository(tmp_path / "study", with_data=False)
    raw = copy / "data/raw" / THAILAND
    shutil.copytree(real_records / THAILAND, raw)
    arguments = ["--directory", str(copy / "studies" / THAILAND), "--config", "raw_folder=../../data/raw"]
    arguments += ["--configfile", f"campaigns/{THAILAND}.yaml"]
    done = run(copy, "write_deposit", *arguments)
    assert done.returncode == 0, done.stdout
    tracked = sorted((ROOT / "workflow/resources/deposited" / THAILAND).glob("*.csv"))
    made = sorted((copy / "studies" / THAILAND / "results/deposit").glob("*.csv"))
    assert [path.name for path in made] == [path.name for path in tracked]
    differing = [a.name for a, b in zip(made, tracked, strict=True) if a.read_bytes() != b.read_bytes()]
    assert differing == [], f"run `make deposit NAME={THAILAND}`"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory):
    """Put made records of two releases into data/raw of a small copy of the repository, and run its atlas; return the copy."""
    copy = make_small_copy(tmp_path_factory.mktemp("atlas") / "study")
    (copy / "few_posts.yaml").write_text("replica: {scale: 0.05}\n", encoding="utf-8")
    for name in MADE:
        replica = f"data/replica/{name}/{name}_{{}}_csv_hashed.zip"
        files = [replica.format(kind) for kind in ("users", "tweets")]
        done = run(copy, *files, "--configfile", f"campaigns/{name}.yaml", "few_posts.yaml")
        assert done.returncode == 0, done.stdout
        (copy / "data/raw" / name).mkdir(parents=True)
        for file in files:
            hide_simulation(copy / file, copy / "data/raw" / name)
    done = run(copy, "atlas")
    assert done.returncode == 0, done.stdout
    return copy


def test_the_atlas_studies_every_release_with_files(atlas):
    rows = {row["campaign"]: row for row in rows_of(atlas / "results/atlas/atlas.csv")}
    for name in MADE:
        assert (rows[name]["counts_from"], rows[name]["measures_from"]) == ("aggregate", "aggregate")
        assert rows[name]["co_posting_share"] and rows[name]["burst_account_share"]
        assert (atlas / "studies" / name / "results/deposit/measures.csv").exists()
    assert rows[THAILAND]["co_posting_share"]
    ranked = {row["subject"] for row in rows_of(atlas / "results/atlas/measures.csv")}
    assert {*MADE, THAILAND, "operation", "posting_series", "campaigns"} == ranked
    claims = {row["id"] for row in rows_of(atlas / "results/atlas/claims.csv")}
    assert {"schoch-2022-mean", "seckin-2025-campaigns"} <= claims


def test_a_study_that_exists_is_not_repeated(atlas):
    done = run(atlas, "atlas", "--dry-run")
    assert "Nothing to be done" in done.stdout, done.stdout
