"""Exchange errs rarely on crowds as hard as real ones, finds teams, and says what it cannot tell."""

import pytest

from takedown.validation.calibration.exchange_studies import BEYOND_TIMING, NONE_PLANTED, STUDIES
from takedown.validation.calibration.stretch_studies import STUDIES as STRETCH_STUDIES
from takedown.validation.calibration.study import (
    BLOCK,
    FAMILY_WISE,
    LARGEST_ERROR,
    POWER,
    TOO_HIGH,
    Study,
    is_used,
    run_study,
)


def study(scenario: str) -> Study:
    (found,) = (study for study in (*STUDIES, *STRETCH_STUDIES) if study.scenario == scenario)
    return found


@pytest.mark.parametrize("scenario", list(NONE_PLANTED))
def test_crowds_have_no_edge(scenario):
    outcome = run_study(study(scenario), BLOCK, 1, 0)
    assert outcome.rate <= LARGEST_ERROR


@pytest.mark.parametrize("scenario", list(BEYOND_TIMING))
def test_what_timing_cannot_tell_is_shown_and_supports_no_claim(scenario):
    outcome = run_study(study(scenario), BLOCK, 1, 0)
    assert outcome.rate > LARGEST_ERROR
    assert not is_used([outcome])


@pytest.mark.parametrize(
    ("scenario", "least"),
    [
        ("team of 5, 12 times, 0 outsiders", 0.6),
        ("team of 5, 12 times, 5 outsiders", 0.6),
        ("team of 5, 30 times, 0 outsiders", 0.95),
    ],
)
def test_teams_are_found(scenario, least):
    assert run_study(study(scenario), BLOCK, 1, 0).rate >= least


def test_a_crowd_is_hardly_ever_less_fast_than_the_lower_end_says():
    for one in STRETCH_STUDIES:
        assert one.quantity == TOO_HIGH
    assert run_study(study("crowd 4.5 times faster than the control"), BLOCK, 1, 0).hits <= 4


def test_every_row_names_its_null():
    assert {one.quantity for one in STUDIES} == {FAMILY_WISE, POWER}
    names = [(one.method, one.scenario) for one in (*STUDIES, *STRETCH_STUDIES)]
    assert len(set(names)) == len(names)
    assert all(len(one.null) > 40 for one in (*STUDIES, *STRETCH_STUDIES))
