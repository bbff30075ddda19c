"""Rows of the tracked calibration table, and the same rates simulated again."""

import yaml

from takedown.validation.calibration.registry import STUDIES
from takedown.validation.calibration.study import Study, read_calibration, run_study
from tools.scratch import ROOT

TABLE = {
    (rate.method, rate.scenario, rate.quantity): rate
    for rate in read_calibration(ROOT / "workflow/resources/calibration.csv")
}

#: The first study of each method that is tested at all, which the suite repeats.
SCENARIOS = list({study.method: study for study in reversed(STUDIES) if study.tested}.values())


def key(study: Study) -> tuple[str, str, str]:
    """Return the key of the row of a study."""
    return study.method, study.scenario, study.quantity


def name_of(study: Study) -> str:
    """Return the key as the name of a test."""
    return " ".join(key(study)).replace(" ", "_")


def tracked_hits(study: Study) -> int:
    """Return the hits of the table among the first `study.tested` repetitions."""
    row = TABLE[key(study)]
    return {50: row.hits_first_50, 200: row.hits_first_200}[study.tested]


def hits_again(study: Study) -> int:
    """Return the hits of the same repetitions, simulated again."""
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    return run_study(study, study.tested, config["inference"]["seed"], config["calibration"]["draws"]).hits
