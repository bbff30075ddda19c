"""The code reproduces the rates of the tracked calibration table, and no method that errs is used for a claim.

One study of each method repeats its first 200 or 50 repetitions here (`Study.tested`). tests/proofs/test_tracked_tables.py
does the same for the other studies, and `make calibration` runs all repetitions.
"""

import re
from dataclasses import replace

import numpy as np
import pytest
import yaml
from scipy.stats import binomtest

from takedown.core.errors import InputError
from takedown.robustness.measures import BURSTS, OFFICE_HOURS
from takedown.statistics.estimate import Estimate
from takedown.validation.calibration import nulls
from takedown.validation.calibration.registry import STUDIES, methods, studies_of
from takedown.validation.calibration.study import (
    BLOCK,
    COLUMNS,
    COVERAGE,
    ERRORS,
    FAMILY_WISE,
    LARGEST_ONE_SIDED_ERROR,
    LIMIT,
    NAIVE,
    STUDY,
    TOO_HIGH,
    TYPE_I,
    Outcome,
    Study,
    coverage_studies,
    covers,
    error_of,
    error_studies,
    hardest_null,
    is_used,
    largest_error,
    lies_above,
    methods_in_use,
    rate_interval,
    read_calibration,
    run_study,
    table_rows,
    write_calibration,
)
from tests.tracked_rates import SCENARIOS, TABLE, hits_again, key, name_of, tracked_hits


@pytest.fixture(scope="module")
def config(root):
    return yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("study", SCENARIOS, ids=name_of)
def test_tracked_rate_follows_from_the_code(study):
    assert hits_again(study) == tracked_hits(study)


def test_some_scenario_of_every_method_is_repeated():
    assert {study.method for study in SCENARIOS} == set(methods())


def test_tracked_table_holds_every_study_and_no_other():
    assert set(TABLE) == {key(study) for study in STUDIES}


def test_tracked_table_has_the_configured_repetitions(config):
    assert {rate.repetitions for rate in TABLE.values()} == {config["calibration"]["repetitions"]}


def test_tracked_row_is_what_its_hits_say():
    for study in STUDIES:
        row = TABLE[key(study)]
        assert row.null == study.null
        assert row.role == study.role
        assert row.nominal == study.nominal
        assert row.rate == pytest.approx(row.hits / row.repetitions, abs=1e-6)
        interval = binomtest(row.hits, row.repetitions).proportion_ci(method="exact")
        assert (row.low, row.high) == pytest.approx((interval.low, interval.high), rel=1e-5)


def test_a_method_that_errs_above_the_limit_is_not_in_use():
    erring = {
        row.method
        for row in TABLE.values()
        if row.quantity in ERRORS
        and row.role != LIMIT
        and row.rate > largest_error(row.quantity, row.nominal)
    }
    assert erring
    assert erring.isdisjoint(methods_in_use(TABLE.values()))


def test_naive_tests_err_far_above_their_size():
    for method in (
        *("rayleigh_by_post", "chi_square_hours_by_post", "kleinberg_global"),
        *("edges_against_control", "two_objects_in_a_minute"),
    ):
        assert all(row.low > 0.5 for row in TABLE.values() if row.method == method), method


def claimed(root):
    """Return the claims of the ledger, each with the methods that its checks name."""
    ledger = yaml.safe_load((root / "workflow/resources/claims.yaml").read_text(encoding="utf-8"))
    for claim in ledger["claims"]:
        named = [part.get("calibrated_by", []) for part in claim.get("checks", [])]
        yield claim, {name for by in named for name in ([by] if isinstance(by, str) else by)}


def named_methods(root):
    """Return the methods that a claim or a headline number names."""
    return {BURSTS.calibrated_by, OFFICE_HOURS.calibrated_by}.union(*(named for _, named in claimed(root)))


def test_no_verdict_against_a_claim_rests_on_a_method_of_which_only_the_lower_end_is_judged(root):
    by_lower_end = {study.method for study in STUDIES if study.lower_end}
    one_sided = [claim for claim, named in claimed(root) if named & by_lower_end]
    assert {"target", "creation-concentration"} <= {claim["id"] for claim in one_sided}
    assert not [claim["id"] for claim in one_sided if "contradicted" in claim]


#: A method that a claim names and that errs too often on some of its nulls: the claim stays undecided, and says why.
BARRED = {"paired_share_excess_interval"}


def test_a_claim_or_headline_rests_on_methods_in_use_or_stays_undecided(root):
    assert named_methods(root) - methods_in_use(TABLE.values()) == BARRED


def test_no_crowd_but_those_that_timing_cannot_tell_has_an_edge_in_more_than_four_per_cent():
    edges = [row for row in TABLE.values() if row.method == "exchange_edges" and row.quantity == FAMILY_WISE]
    # Claims ask for a sensitivity of 2, of which these accounts have a row of their own.
    delays = "accounts with fixed delays"
    assert f"{delays}, sensitivity 2" in {row.scenario for row in edges}
    asked = [row.rate for row in edges if row.role == STUDY and row.scenario != delays]
    assert max(asked) <= LARGEST_ONE_SIDED_ERROR
    assert {row.scenario for row in edges if row.role == LIMIT} == {
        f"one signal within a minute: {case}"
        for case in ("an account they follow", "a private source", "a moment on television")
    }


def test_the_page_on_methods_names_the_hardest_null_of_each_method_with_its_error(root):
    text = " ".join((root / "docs/methods.md").read_text(encoding="utf-8").split())
    told = dict(re.findall(r"`(\w+)`, ([^`]+? % \([\d.]+ % nominal\))", text))
    assert told == {method: hardest_null(method, TABLE.values()) for method in told}
    assert named_methods(root) <= set(told)


def test_every_named_method_keeps_its_error_on_every_row_but_its_limits(root):
    named = named_methods(root) - BARRED
    rows = [row for row in TABLE.values() if row.method in named]
    assert {row.method for row in rows} == named
    by_lower_end = {study.method for study in STUDIES if study.lower_end}
    for row in rows:
        # An interval that claims use by its lower end alone is judged by how often it lies too high.
        if row.role != LIMIT and not (row.quantity == COVERAGE and row.method in by_lower_end):
            error = error_of(row.quantity, row.rate)
            assert error is None or error <= largest_error(row.quantity, row.nominal), (
                row.method,
                row.scenario,
            )


def test_a_limit_is_printed_and_bars_nothing():
    found = Outcome(replace(coin(0), limit=True), np.full(4, BLOCK))
    assert is_used([found])
    assert [(row.role, row.rate, row.used) for row in table_rows([found])] == [(LIMIT, 1.0, True)]


def test_every_study_has_a_name_of_its_own():
    keys = [key(study) for study in STUDIES]
    assert len(set(keys)) == len(keys)
    assert [study for method in methods() for study in studies_of(method)] == sorted(
        STUDIES, key=lambda study: methods().index(study.method)
    )


def test_a_method_without_a_study_is_refused():
    with pytest.raises(ValueError, match="no study calibrates guesswork"):
        studies_of("guesswork")


def coin(chance):
    return Study(
        "coin", "tossed", TYPE_I, 0.05, "", lambda rng, n, draws: int((rng.random(n) < chance).sum())
    )


def estimates(rng, repetitions, draws, *, low):
    for _ in range(repetitions):
        yield Estimate(0.0, low, low + rng.random())


def test_a_method_is_counted_in_every_scenario_with_its_settings():
    scenarios = [("covered", "null", {"low": 0.0}), ("above", "null", {"low": 0.5})]
    studies = list(coverage_studies("interval", estimates, 0.0, scenarios, too_high=True, tested=50))
    assert [(study.scenario, study.quantity) for study in studies] == [
        *(("covered", COVERAGE), ("covered", TOO_HIGH)),
        *(("above", COVERAGE), ("above", TOO_HIGH)),
    ]
    assert [run_study(study, 50, 1, 0).hits for study in studies] == [50, 0, 0, 50]


def test_the_truth_may_follow_from_the_settings():
    (study,) = coverage_studies("interval", estimates, lambda low: low, [("any", "null", {"low": 7.0})])
    assert run_study(study, 50, 1, 0).hits == 50


def test_findings_and_p_values_count_as_rejections_and_only_named_scenarios_are_tested():
    def find(rng, repetitions, draws, *, found):
        return [found] * repetitions

    scenarios = [(repr(found), "null", {"found": found}) for found in (True, False, 0.05, 0.06, None)]
    studies = list(error_studies("method", find, scenarios, tested=50, tested_only=["0.05"]))
    assert [study.count(np.random.default_rng(1), 3, 0) for study in studies] == [3, 0, 3, 0, 0]
    assert [study.tested for study in studies] == [0, 0, 50, 0, 0]


@pytest.mark.parametrize(
    ("found", "covered", "above"),
    [
        (Estimate(2, 1, 3), True, False),
        (Estimate(3, 2.5, 4), False, True),
        (Estimate(1, 0, 1.5), False, False),
        (Estimate(2, None, 3), True, False),
        (Estimate(2, 1, None), True, False),
        (Estimate(2, float("nan"), 3), False, False),
        (Estimate(2), True, False),
        (None, True, False),
    ],
)
def test_an_interval_covers_the_truth_or_lies_above_it(found, covered, above):
    assert (covers(found, 2), lies_above(found, 2)) == (covered, above)


def test_a_short_run_is_the_beginning_of_a_long_one():
    short, long = (run_study(coin(0.3), repetitions, 1, 0) for repetitions in (200, 400))
    assert short.hits == long.hits_first(200)
    assert short.hits_first(400) is None
    assert 0 < long.hits_first(50) < long.hits_first(200) < long.hits


def test_repetitions_that_are_no_blocks_are_refused():
    with pytest.raises(ValueError, match="blocks of 50"):
        run_study(coin(0.3), 120, 1, 0)


def test_studies_do_not_share_their_draws():
    other = replace(coin(0.3), scenario="thrown")
    assert (run_study(coin(0.3), 400, 1, 0).hits_by_block != run_study(other, 400, 1, 0).hits_by_block).any()


@pytest.mark.parametrize(("hits", "used"), [(80, True), (81, False)])
def test_a_method_is_used_up_to_an_error_of_eight_per_cent(hits, used):
    blocks = np.zeros(1000 // BLOCK, np.int64)
    blocks[0] = hits
    assert is_used([Outcome(coin(0), blocks)]) is used


def test_a_naive_method_is_never_used():
    outcomes = [Outcome(replace(coin(0), for_claims=False), np.zeros(4, np.int64))]
    assert not is_used(outcomes)
    assert [row.role for row in table_rows(outcomes)] == [NAIVE]


def interval(quantity, hits, lower_end=False):
    blocks = np.zeros(1000 // BLOCK, np.int64)
    blocks[0] = hits
    return Outcome(replace(coin(0), quantity=quantity, lower_end=lower_end), blocks)


def test_an_interval_errs_where_it_does_not_hold_the_truth():
    assert is_used([interval(COVERAGE, 920)])
    assert not is_used([interval(COVERAGE, 919)])


def test_a_test_of_one_side_errs_in_at_most_four_per_cent():
    blocks = [np.array([hits] + 19 * [0], np.int64) for hits in (40, 41)]
    assert [is_used([Outcome(replace(coin(0), nominal=0.025), hits)]) for hits in blocks] == [True, False]


def test_what_a_method_cannot_tell_is_printed_and_does_not_bar_it():
    limit = Outcome(replace(coin(0), limit=True), np.full(20, 50))
    assert is_used([limit])
    assert [(row.role, row.rate) for row in table_rows([limit])] == [(LIMIT, 1.0)]


def test_an_interval_lies_above_the_truth_in_at_most_four_per_cent():
    assert is_used([interval(COVERAGE, 950), interval(TOO_HIGH, 40)])
    assert not is_used([interval(COVERAGE, 950), interval(TOO_HIGH, 41)])


def test_only_an_interval_that_is_used_by_its_lower_end_may_lie_below_the_truth():
    assert not is_used([interval(COVERAGE, 700), interval(TOO_HIGH, 10)])
    assert is_used([interval(COVERAGE, 700, lower_end=True), interval(TOO_HIGH, 10, lower_end=True)])
    assert not is_used([interval(COVERAGE, 950, lower_end=True), interval(TOO_HIGH, 41, lower_end=True)])


@pytest.mark.parametrize(("hits", "repetitions"), [(0, 50), (3, 50), (50, 50), (1000, 2000)])
def test_interval_of_a_rate_is_exact(hits, repetitions):
    expected = binomtest(hits, repetitions).proportion_ci(method="exact")
    assert rate_interval(hits, repetitions) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_table_is_read_as_it_was_written(tmp_path):
    write_calibration(tmp_path / "table.csv", table_rows([run_study(coin(0.04), 50, 1, 0)]))
    (row,) = read_calibration(tmp_path / "table.csv")
    assert (row.method, row.repetitions, row.hits, row.used) == ("coin", 50, row.hits_first_50, True)
    assert row.hits_first_200 is None


def test_a_table_of_other_columns_is_refused(tmp_path):
    (tmp_path / "table.csv").write_text(",".join(COLUMNS[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="make calibration"):
        read_calibration(tmp_path / "table.csv")


def test_simulated_posts_of_a_day_move_together():
    posts = nulls.posts_by_hour(np.random.default_rng(1), 20, wander=3.0)
    hours = posts @ np.arange(24) / np.maximum(posts.sum(axis=2), 1)
    full = posts.sum(axis=2) > 50
    # Independent posts would give days of fifty posts a mean hour that varies by a third of an hour.
    assert hours[full].std() > 2


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (nulls.DRIFT, [0.44, 0.34, 0.22]),
        (nulls.INDEPENDENT, [0, 0, 0]),
        (nulls.LASTING, [0.8, 0.64, 0.8**7]),
    ],
)
def test_simulated_days_are_correlated_as_their_parts_say(parts, expected):
    effects = nulls.drift(np.random.default_rng(1), 800, 112, parts)
    found = [(effects[..., apart:] * effects[..., :-apart]).mean() for apart in (1, 2, 7)]
    assert effects.var() == pytest.approx(1, abs=0.05)
    assert found == pytest.approx(expected, abs=0.04)


def test_the_share_of_simulated_posts_is_that_of_the_population():
    rng = np.random.default_rng(1)
    cells = [nulls.account_days(rng, accounts=(40, 0), logits=(-2, -2)) for _ in range(60)]
    shares = [hits.sum() / posts.sum() for *_, hits, posts in cells]
    assert np.mean(shares) == pytest.approx(nulls.population_share(-2), abs=0.03)


def test_days_have_the_volume_that_is_given():
    volume = np.array([0, 1, 3] * 20)
    cells = [
        nulls.account_days(np.random.default_rng(seed), accounts=(40, 0), logits=(-2, -2), volume=volume)
        for seed in range(60)
    ]
    by_day = sum(np.bincount(day % 3, posts, 3) for _, _, day, _, posts in cells)
    assert by_day[0] == 0
    assert by_day[2] / by_day[1] == pytest.approx(3, rel=0.1)


def test_simulated_calendars_vary_as_their_dispersion_says():
    counts = nulls.calendars(np.random.default_rng(1), 400, np.full(100, 4.0))
    assert counts.mean() == pytest.approx(4, rel=0.02)
    assert counts.var() == pytest.approx(4 + nulls.DISPERSION * 16, rel=0.05)


def test_chances_of_hours_follow_the_shift_around_the_clock():
    still, moved = nulls.hour_probabilities(np.array([0.0, 26.0]))
    assert np.roll(still, 2) == pytest.approx(moved)
    assert still.sum() == pytest.approx(1)
