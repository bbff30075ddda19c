"""Simulated posting: it has the real volumes, drifts as is said, and has the hours that are named."""

import numpy as np
import pytest
from scipy.special import expit

from takedown.validation.calibration import posting_nulls as nulls
from takedown.validation.calibration.nulls import INDEPENDENT, LASTING
from takedown.validation.calibration.posting_nulls import Null, awake

REPETITIONS = 400


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("null", [Null(), Null(awake(8, 24)), Null(few=True), Null(step=2.0)])
def test_each_week_has_as_many_posts_as_it_really_had(null: Null) -> None:
    series = nulls.published_series()
    posts = nulls.simulated_posts(rng(), 3, null)
    real = series.by_week(series.posts.sum(axis=1))
    for one in posts:
        assert series.by_week(one.sum(axis=1)).tolist() == real.tolist()


def test_a_day_of_the_weekend_has_its_part_of_a_weekday() -> None:
    weekday = nulls.published_series().weekday
    by_day = nulls.day_posts(rng(), REPETITIONS, 0.4, 0.0).mean(axis=0)
    complete = slice(5, 117)
    weekend = weekday[complete] >= 5
    assert by_day[complete][weekend].mean() / by_day[complete][~weekend].mean() == pytest.approx(
        0.4, abs=0.01
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (INDEPENDENT, (0, 0)),
        (LASTING, (0.8, 0.8**7)),
        (nulls.FITTED, (0.77 * 0.87, 0.77 * 0.87**7)),
    ],
)
def test_a_drift_is_correlated_from_day_to_day_and_week_to_week_as_is_said(
    parts: nulls.Parts, expected: tuple[float, float]
) -> None:
    values = nulls.drift(rng(), REPETITIONS, 100, parts)
    assert values.var() == pytest.approx(1, abs=0.05)
    found = [(values[:, apart:] * values[:, :-apart]).mean() for apart in (1, 7)]
    assert found == pytest.approx(expected, abs=0.05)


def test_drift_of_office_hours_has_the_standard_deviation_that_is_named() -> None:
    chances = nulls.hour_chances(rng(), REPETITIONS, Null(spread=1.6))
    inside = chances[..., 9:18].sum(axis=2)
    log_odds = np.log(inside / (1 - inside))
    pooled = sum(nulls.weekday_hours()[9:18])
    assert log_odds.std() == pytest.approx(1.6, abs=0.05)
    assert log_odds.mean() == pytest.approx(np.log(pooled / (1 - pooled)), abs=0.05)


def test_hours_of_the_fitted_series_have_its_middle() -> None:
    assert sum(nulls.weekday_hours(3.3)[9:18]) == pytest.approx(expit(3.3))


def log_likelihood(middle: float, spread: float, lasting: float, coefficient: float) -> float:
    """Return that of a drift of office hours on weekdays of the published series, by Laplace's approximation."""
    series = nulls.published_series()
    day = np.flatnonzero((series.weekday < 5) & (series.posts.sum(axis=1) > 0))
    office, posts = series.posts[day, 9:18].sum(axis=1), series.posts[day].sum(axis=1)
    apart = np.abs(np.subtract.outer(day, day))
    covariance = spread**2 * ((1 - lasting) * (apart == 0) + lasting * coefficient**apart)
    precision = np.linalg.inv(covariance)
    effect = np.zeros(len(day))
    for _ in range(200):
        chance = expit(middle + effect)
        weight = posts * chance * (1 - chance)
        slope = office - posts * chance - precision @ effect
        step = np.clip(np.linalg.solve(precision + np.diag(weight), slope), -1, 1)
        effect += step
        if np.abs(step).max() < 1e-9:
            break
    line = middle + effect
    binomial = office * line - posts * np.logaddexp(0, line)
    determinants = np.linalg.slogdet(np.eye(len(day)) + covariance * weight)[1]
    return float(binomial.sum() - effect @ precision @ effect / 2 - determinants / 2)


@pytest.mark.parametrize(("place", "step"), [(0, 0.6), (1, 0.4), (2, 0.15), (3, 0.1)])
def test_the_fitted_drift_is_as_likely_as_any_near_it(place: int, step: float) -> None:
    (_, _), (lasting, coefficient) = nulls.FITTED
    fitted = [nulls.FITTED_MIDDLE, nulls.FITTED_SPREAD, lasting, coefficient]
    for way in (-1, 1):
        other = list(fitted)
        other[place] += way * step
        assert log_likelihood(*fitted) > log_likelihood(*other) - 0.05


def test_people_awake_post_evenly_while_awake_and_more_in_the_evening_if_so_said() -> None:
    assert awake(8, 24) == pytest.approx([0] * 8 + [1 / 16] * 16)
    assert awake(18, 20, 2.0)[18:20] == pytest.approx([1 / 3, 2 / 3])


def test_a_zone_behind_posts_later() -> None:
    chances = nulls.hour_chances(rng(), 1, Null(awake(8, 9), later=16))
    assert (chances.argmax(axis=2) == 0).all()


def test_zones_are_mixed_in_equal_parts() -> None:
    assert nulls.mixed_zones(0, 16) == pytest.approx([1 / 32] * 16 + [1 / 32] * 8, abs=1 / 32)
    assert sum(nulls.mixed_zones(0, 4, 8, 13)) == pytest.approx(1)


def test_a_clock_that_walks_moves_from_day_to_day_by_its_step() -> None:
    chances = nulls.hour_chances(rng(), 50, Null(step=1.0))
    angle = np.angle(chances @ np.exp(2j * np.pi * np.arange(24) / 24)) * 24 / (2 * np.pi)
    moved = (np.diff(angle, axis=1) + 12) % 24 - 12
    assert moved.std() == pytest.approx(1.0, abs=0.05)


def test_few_uneven_accounts_are_awake_from_6_to_2() -> None:
    chances = nulls.hour_chances(rng(), 50, Null(few=True))
    assert chances.sum(axis=2) == pytest.approx(1)
    assert (chances[..., 2:6] == 0).all()
    assert chances[..., 9:18].sum(axis=2).max() <= 9 / 16 + 1e-12


@pytest.mark.parametrize("null", [Null(spread=1.0, weekend=0.4), Null(step=3.0), Null(few=True)])
def test_expected_posts_are_the_mean_of_simulated_ones(null: Null) -> None:
    expected = nulls.expected_posts(np.random.default_rng(2), REPETITIONS, null)
    simulated = nulls.simulated_posts(np.random.default_rng(3), REPETITIONS, null).mean(axis=0)
    by_hour = expected.sum(axis=0), simulated.sum(axis=0)
    assert by_hour[0] == pytest.approx(by_hour[1], abs=0.01 * expected.sum())
