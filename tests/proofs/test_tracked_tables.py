"""The code reproduces the tracked tables: the calibration scenarios that the suite omits, and one seed of the recovery."""

import csv

import pytest
import yaml

from takedown.validation.calibration.registry import STUDIES
from takedown.validation.recovery.recover import recover, simulate_replica
from takedown.validation.recovery.table import write_seed
from tests.tracked_rates import SCENARIOS, hits_again, name_of, tracked_hits


@pytest.mark.parametrize(
    "study", [study for study in STUDIES if study.tested and study not in SCENARIOS], ids=name_of
)
def test_tracked_rate_follows_from_the_code(study):
    assert hits_again(study) == tracked_hits(study)


def test_the_first_seed_gives_its_tracked_rows_again(root, tmp_path):
    config = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    seed = config["recovery"]["first_seed"]
    resources = root / "workflow/resources"
    registry = yaml.safe_load((resources / "archives.yaml").read_text(encoding="utf-8"))
    (tmp_path / "replica").mkdir()
    replica = simulate_replica(
        seed, config["recovery"]["scale"], registry, config, resources / "published", tmp_path / "replica"
    )
    write_seed(recover(seed, replica, config), tmp_path / "seed.csv")
    with (resources / "recovery_seeds.csv").open(encoding="utf-8", newline="") as file:
        wanted = [row for row in csv.DictReader(file) if row["seed"] == str(seed)]
    with (tmp_path / "seed.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == wanted
