"""Crowds that are simulated against exchange are what they say."""

import numpy as np
import pytest

from takedown.validation.calibration import exchange_nulls as nulls
from takedown.validation.calibration.network_nulls import DAYS, SECONDS_PER_DAY, Crowds


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def median_gap(crowds: Crowds, accounts: range) -> float:
    """Return the median time between an account's event and the first on its object."""
    first = np.full(int(crowds.object.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, crowds.object, crowds.time)
    chosen = np.isin(crowds.account, accounts)
    return float(np.median(crowds.time[chosen] - first[crowds.object[chosen]]))


@pytest.mark.parametrize(
    "simulate",
    [
        nulls.crowd,
        nulls.notified_crowd,
        nulls.fans_with_slow_half,
        nulls.scheduled_crowd,
        nulls.routines,
        nulls.followers,
        lambda draw, sets: nulls.television(draw, sets, median=120),
        lambda draw, sets: nulls.viewers_among_others(draw, sets, median=120),
        lambda draw, sets: nulls.private_source(draw, sets, median=120),
        lambda draw, sets: nulls.team(draw, sets, events=12, outsiders=5),
    ],
)
def test_accounts_use_an_object_once_within_the_days_and_data_sets_share_none(simulate):
    crowds = simulate(rng(), 3)
    assert set(crowds.repetition) == {0, 1, 2}
    assert len(np.unique([crowds.object, crowds.account], axis=1).T) == len(crowds.time)
    assert np.unique([crowds.object, crowds.repetition], axis=1).shape[1] == len(np.unique(crowds.object))
    assert crowds.time.min() >= 0 and crowds.time.max() < DAYS * SECONDS_PER_DAY


def test_lags_have_the_quantiles_of_their_laws():
    draws = 200_000
    assert np.median(nulls.lognormal_lags(600)(rng(), draws)) == pytest.approx(600, rel=0.02)
    seismic = nulls.seismic_lags(rng(), draws)
    # .242 / 1.242 lie within five minutes, evenly; beyond t the share is 1 / 1.242 · (300 / t)^.242.
    assert (seismic < 300).mean() == pytest.approx(0.242 / 1.242, abs=0.005)
    assert (seismic < 150).mean() == pytest.approx(0.121 / 1.242, abs=0.005)
    assert (seismic > 86400).mean() == pytest.approx((300 / 86400) ** 0.242 / 1.242, abs=0.005)
    # Beyond t: (1 + t / 60)^-½.
    assert (nulls.power_lags(rng(), draws) > 180).mean() == pytest.approx(0.5, abs=0.005)


def test_notifications_make_three_accounts_in_ten_fast():
    crowds = nulls.notified_crowd(rng(), 40)
    assert median_gap(crowds, range(6)) < 120 < 1200 < median_gap(crowds, range(6, 20))


def test_half_of_the_fans_are_slow():
    crowds = nulls.fans_with_slow_half(rng(), 10)
    assert median_gap(crowds, range(20)) < 300 < 3600 < median_gap(crowds, range(20, 40))


def test_scheduled_accounts_post_at_quarters_of_an_hour():
    crowds = nulls.scheduled_crowd(rng(), 4)
    scheduled = crowds.account < nulls.SCHEDULED
    assert (crowds.time[scheduled] % 900).max() < nulls.SCHEDULER_SECONDS
    assert (crowds.time[~scheduled] % 900).max() > 800


def test_reposts_come_from_the_community_of_a_post():
    crowds = nulls.crowd(rng(), 10, communities=4, loyalty=0.9)
    counts = np.zeros((int(crowds.object.max()) + 1, 4))
    np.add.at(counts, (crowds.object, crowds.account % 4), 1)
    many = counts[counts.sum(axis=1) >= 4]
    assert (many.max(axis=1) / many.sum(axis=1)).mean() > 0.8


def test_followers_repost_within_a_minute_of_whom_they_follow():
    crowds = nulls.followers(rng(), 4)
    led = {
        key: at for *key, at in zip(*crowds.columns[1:], strict=True) for key in [tuple(key)] if key[0] == 0
    }
    gaps = [
        at - led[0, thing]
        for account, thing, at in zip(*crowds.columns[1:], strict=True)
        if 0 < account < 5 and (0, thing) in led
    ]
    assert np.mean(np.abs(gaps) <= 60) > 0.6


def test_a_private_source_is_of_five_accounts_alone():
    crowds = nulls.private_source(rng(), 4, median=60)
    others = np.zeros(int(crowds.object.max()) + 1, bool)
    others[crowds.object[crowds.account >= nulls.MEMBERS]] = True
    private = ~others[crowds.object]
    assert private.sum() > 4 * DAYS
    assert set(crowds.account[private]) == set(range(nulls.MEMBERS))


def test_viewers_post_after_the_moment_and_others_at_any_time():
    crowds = nulls.viewers_among_others(rng(), 20, median=60)
    viewers = crowds.account < nulls.VIEWERS
    spread = []
    for kind in (viewers, ~viewers):
        counts = np.bincount(crowds.object[kind])
        several = np.flatnonzero(counts > 2)
        spread.append(np.median([np.ptp(crowds.time[kind & (crowds.object == thing)]) for thing in several]))
    assert spread[0] < 600 < 3600 < spread[1]


def test_a_team_acts_within_a_minute_beside_outsiders():
    crowds = nulls.team(rng(), 5, events=12, outsiders=8)
    # The objects of the crowd come first.
    first = nulls.DAILY * DAYS * 5
    planned = crowds.object >= crowds.object.max() - 5 * 12 + 1
    assert first > 0
    spans = [
        np.ptp(crowds.time[planned & (crowds.object == thing) & (crowds.account < nulls.MEMBERS)])
        for thing in np.unique(crowds.object[planned & (crowds.account < nulls.MEMBERS)])
    ]
    assert max(spans) <= nulls.WITHIN
    outside = planned & (crowds.account >= nulls.MEMBERS)
    # Each takes part once, and those before the first and after the last day are not seen.
    assert 5 < outside.sum() / (5 * 12) < 8
