"""Exchange errs rarely on crowds as hard as real ones, finds teams, and says what it cannot tell."""

import pytest

from takedown.validation.calibration.exchange_studies import STUDIES
from takedown.validation.calibration.stretch_studies import STUDIES as STRETCH_STUDIES
from takedown.validation.calibration.study import (
    BLOCK,
    FAMILY_WISE,
    LARGEST_ERROR,
    POWER,
    TOO_HIGH,
    run_study,
)

CROWDS, LIMITS = (
    [study for study in STUDIES if study.quantity == FAMILY_WISE and study.limit is limit]
    for limit in (False, True)
)
#: Scenario → least share of teams that are found.
TEAMS = {
    "team of 5, 12 times, 0 outsiders": 0.6,
    "team of 5, 12 times, 5 outsiders": 0.6,
    "team of 5, 30 times, 0 outsiders": 0.95,
}


@pytest.mark.parametrize("study", CROWDS, ids=lambda study: study.scenario)
def test_crowds_have_no_edge(study):
    assert run_study(study, BLOCK, 1, 0).rate <= LARGEST_ERROR


@pytest.mark.parametrize("study", LIMITS, ids=lambda study: study.scenario)
def test_people_who_react_to_one_signal_within_a_minute_look_like_a_plan(study):
    assert run_study(study, BLOCK, 1, 0).rate > 0.5


@pytest.mark.parametrize("scenario", TEAMS)
def test_teams_are_found(scenario):
    (study,) = (study for study in STUDIES if study.scenario == scenario)
    assert run_study(study, BLOCK, 1, 0).rate >= TEAMS[scenario]


def test_a_crowd_is_hardly_ever_less_fast_than_the_lower_end_says():
    assert {study.quantity for study in STRETCH_STUDIES} == {TOO_HIGH}
    assert all(run_study(study, BLOCK, 1, 0).hits <= 4 for study in STRETCH_STUDIES)


def test_every_crowd_is_simulated_over_both_spans_or_named_with_its_own():
    names = {study.scenario for study in CROWDS}
    both = {name for name in names if f"{name}, 280 days" in names}
    assert {"crowd 9 times faster", "notifications", "quarter-hour scheduler"} < both
    assert {study.quantity for study in STUDIES} == {FAMILY_WISE, POWER}
    assert all(len(study.null) > 40 for study in (*STUDIES, *STRETCH_STUDIES))
