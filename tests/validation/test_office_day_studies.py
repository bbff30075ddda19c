"""What a claim of an office day rests on errs within its limits, the interval and the verdict both, and finds offices."""

import numpy as np
import pytest

from takedown.posting import by_week
from takedown.validation.calibration.office_day_studies import (
    CROWDS,
    STUDIES,
    holds,
    intervals,
    truth,
    verdicts,
)
from takedown.validation.calibration.posting_nulls import Null, awake
from takedown.validation.calibration.study import (
    COVERAGE,
    LIMIT,
    POWER,
    covers,
    error_of,
    largest_error,
    rate_interval,
    run_study,
    table_rows,
)

SEED = 20190819
#: Of each row, and of the hardest, where an interval that is too narrow shows.
REPETITIONS, HARD_REPETITIONS = 50, 300
HARDEST = {"drift fitted to office hours", "drift 1.6, days as in the series", "awake 8–22, weekends 1"}
METHODS = list(dict.fromkeys(study.method for study in STUDIES))
ERRING = {study for study in STUDIES if error_of(study.quantity, 0.5) is not None and study.role != LIMIT}


@pytest.mark.parametrize("method", METHODS)
def test_no_row_of_a_method_errs_more_than_a_claim_may(method: str) -> None:
    for study in STUDIES:
        if study.method != method or study not in ERRING:
            continue
        repetitions = HARD_REPETITIONS if study.scenario in HARDEST else REPETITIONS
        hits = run_study(study, repetitions, SEED, 0).hits
        errors = repetitions - hits if study.quantity == COVERAGE else hits
        limit = largest_error(study.quantity, study.nominal)
        # Few repetitions leave room for chance; the published table has two thousand.
        assert rate_interval(errors, repetitions)[0] <= limit, study.scenario


def test_offices_are_found_and_not_denied() -> None:
    found = {
        (study.method, study.scenario): run_study(study, REPETITIONS, SEED, 0).rate
        for study in STUDIES
        if study.quantity == POWER and study.method == "office_day"
    }
    assert found["office_day", "office, weekends 0.4, drift 1"] > 0.9
    assert min(found.values()) > 0.35


def test_every_row_has_a_name_and_a_null_of_its_own() -> None:
    keys = [(study.method, study.scenario, study.quantity) for study in STUDIES]
    assert len(set(keys)) == len(keys)
    assert all(
        study.null.startswith("each week has as many posts as in the published series") for study in STUDIES
    )


def test_what_the_verdict_cannot_tell_is_printed_and_bars_nothing() -> None:
    near, late = (
        next(
            study for study in STUDIES if study.scenario == f"office 2 h {place} UTC+8, weekends 0.4, drift 1"
        )
        for place in ("behind", "ahead of")
    )
    rows = table_rows([run_study(study, REPETITIONS, SEED, 0) for study in (near, late)])
    assert {row.role for row in rows} == {LIMIT}
    assert min(row.rate for row in rows) > 0.5 and all(row.used for row in rows)


def test_no_crowd_keeps_fewer_posts_at_weekends() -> None:
    assert min(settings["null"].weekend for *_, settings in CROWDS) == 1


def test_truth_is_that_of_the_hours_named() -> None:
    assert truth(by_week.office_share, Null(awake(8, 24))) == pytest.approx(45 / 112, abs=0.003)
    assert truth(by_week.evening_ratio, Null(awake(8, 24, 2.0))) == pytest.approx(2.0, abs=0.01)
    assert truth(by_week.weekend_ratio, Null(weekend=0.4, uneven=0.0)) == pytest.approx(0.4, abs=0.01)


def test_an_interval_that_holds_the_value_is_counted() -> None:
    null = Null(awake(8, 24))
    found = intervals(np.random.default_rng(1), 50, 0, measure=by_week.office_share, null=null)
    assert 45 <= sum(covers(one, truth(by_week.office_share, null)) for one in found) <= 50


def test_a_verdict_is_counted_where_it_is_reached() -> None:
    office, crowd = (Null(weekend=0.4), Null(awake(8, 24)))
    counts = [
        sum(verdicts(np.random.default_rng(1), 50, 0, null=null, asked=holds)) for null in (office, crowd)
    ]
    assert counts[0] >= 45 and counts[1] == 0
