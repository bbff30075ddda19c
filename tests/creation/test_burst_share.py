"""The share of accounts on burst days: worked cases, and the study's figures."""

import csv
import zipfile
from pathlib import Path

import duckdb
import numpy as np
import pytest
from scipy.stats import betabinom

from takedown.creation import burst_share as bursts
from takedown.creation.bursts import flag_bursts, local_baseline
from takedown.creation.concentration import daily_counts
from takedown.creation.rows import CreationRows

CUTS = ("2019-08-19", "2019-05-31")


def published(root: Path, name: str, cut: str) -> tuple[np.datetime64, np.ndarray]:
    with (root / "workflow/resources/published" / name).open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["account_creation_date"] <= cut]
    return daily_counts(
        np.array([row["account_creation_date"] for row in rows], "datetime64[D]"),
        np.array([int(row["accounts"]) for row in rows]),
    )


@pytest.fixture(params=CUTS)
def calendars(root: Path, request) -> tuple[np.datetime64, np.ndarray, np.datetime64, np.ndarray]:
    """Return first day and counts of the operation and of the control at either cut."""
    return (
        *published(root, "account_creation.csv", request.param),
        *published(root, "control_account_creation.csv", request.param),
    )


def test_fitted_dispersion_maximises_the_likelihood_of_all_days() -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(rng.gamma(1 / 0.7, 2 * 0.7, 400))
    around, days = local_baseline(counts, 60)

    def likelihood(dispersion: float) -> float:
        shape = 1 / dispersion
        return betabinom.logpmf(counts, counts + around, shape, days * shape).sum()

    fitted = bursts.fit_dispersion(counts, 60)
    assert 0.5 < fitted < 0.9
    assert likelihood(fitted) > max(likelihood(fitted * 0.99), likelihood(fitted * 1.01))


@pytest.mark.parametrize("counts", [[3], [0, 0, 0], [4, 1, 2]])
def test_a_control_without_a_baseline_asks_for_no_more_than_the_least(counts: list[int]) -> None:
    assert bursts.ruled_dispersion(np.array(counts), 90) == 1


def test_bursts_of_the_control_raise_the_dispersion() -> None:
    counts = np.random.default_rng(3).poisson(1.0, 1000)
    assert bursts.ruled_dispersion(counts, 90) == 1
    counts[::50] += 40
    assert bursts.ruled_dispersion(counts, 90) == 3 * bursts.fit_dispersion(counts, 90) > 3


def test_dispersion_keeps_the_provenance_of_the_control() -> None:
    days = np.array(["2019-01-01", "2019-01-02"], "datetime64[D]")
    control = CreationRows(days, np.array(["a", "a"]), np.array([1, 2]), np.array(["release", "replica"]))
    assert bursts.burst_dispersion(control, 90).provenance.tolist() == ["release", "replica"]
    alone = bursts.burst_dispersion(None, 90)
    assert (alone.value, len(alone.provenance)) == (1, 0)


def test_a_batch_of_a_small_population_is_lost_in_the_density_of_both() -> None:
    start = np.datetime64("2019-01-01")
    counts, control = np.tile([0, 0, 0, 1], 100), np.full(500, 3)
    counts[[100, 200]] += [12, 90]
    assert np.flatnonzero(flag_bursts(counts, 1.0, 90)).tolist() == [100, 200]
    flagged, control_flagged = bursts.joint_bursts(start, counts, start - 50, control, 1.0, 90)
    assert np.flatnonzero(flagged).tolist() == [200]
    assert np.flatnonzero(control_flagged).tolist() == [250]
    assert (len(flagged), len(control_flagged)) == (400, 500)


def test_joint_bursts_do_not_depend_on_which_population_comes_first() -> None:
    start, rng = np.datetime64("2019-01-01"), np.random.default_rng(4)
    counts, control = rng.poisson(0.3, 300), rng.poisson(0.5, 420)
    counts[40], control[300] = 30, 60
    one = bursts.joint_bursts(start + 30, counts, start, control, 1.0, 90)
    other = bursts.joint_bursts(start, control, start + 30, counts, 1.0, 90)
    assert [part.tolist() for part in one] == [part.tolist() for part in reversed(other)]
    assert one[0].any() and one[1].any()


def test_share_of_an_empty_calendar_has_no_value() -> None:
    none = np.zeros(3, int)
    assert bursts.burst_share(none, none > 0).value is None
    drawn = bursts.draw_blocks(none, none, 19, np.random.default_rng(0))
    found = bursts.burst_share_excess(none, none > 0, none, none > 0, drawn)
    assert (found.value, found.low) == (None, None)


def test_drawing_all_accounts_leaves_the_burst_share_of_the_control() -> None:
    counts = np.random.default_rng(5).poisson(0.5, 600)
    counts[300] += 60
    share = bursts.burst_share(counts, flag_bursts(counts, 1.0, 90)).value
    drawn = bursts.thinned_burst_share(counts, int(counts.sum()), 1.0, 90, 3, np.random.default_rng(6))
    assert share > 0.1
    assert (drawn.value, drawn.low, drawn.high) == pytest.approx((share, share, share))


def test_largest_month_is_the_first_of_equals() -> None:
    counts = np.zeros(90, int)
    counts[[3, 40, 41, 80]] = [5, 3, 2, 4]
    month = bursts.in_largest_month(np.datetime64("2019-01-01"), counts)
    assert np.flatnonzero(month).tolist() == list(range(31))


def spread_bursts(places: list[int], days: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Return a calendar whose accounts are all on burst days, ten each, and which days these are."""
    counts = np.zeros(days, int)
    counts[places] = 10
    return counts, counts > 0


@pytest.mark.parametrize(
    ("places", "expected"), [([], 0), ([100], 1), ([100, 140], 1), ([100, 900], 2), ([100, 900, 1900], 3)]
)
def test_bursts_within_a_year_are_one_effective_block(places: list[int], expected: float) -> None:
    assert bursts.effective_blocks(*spread_bursts(places)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("places", "low"),
    [([100], 0), ([100, 110, 120, 130, 140], 0), ([0, 900, 1800], 0), ([0, 900, 1800, 2700], 1)],
)
def test_lower_end_is_above_zero_from_four_years_with_bursts_on(places: list[int], low: float) -> None:
    # All accounts are on burst days, so a draw has a share of 1, or of 0 where it holds no block with accounts: the
    # chance is exp(−3) = .05 with three such blocks and exp(−4) = .018 with four.
    control = np.ones(4000, int)
    drawn = bursts.draw_blocks(control, control, 4000, np.random.default_rng(7))
    found = bursts.burst_share_excess(*spread_bursts(places), control, control < 0, drawn)
    assert (found.value, found.low, found.high, found.n) == (1, low, None, 10 * len(places))


def test_lower_end_does_not_depend_on_where_the_calendar_begins() -> None:
    counts, rng = np.random.default_rng(8).poisson(0.2, 4000), np.random.default_rng(9)
    counts[::400] += 25
    flagged, control = counts >= 25, np.ones(4000, int)
    lows = []
    for empty_days in (0, 28, 140, 336):
        moved, on_bursts = (np.pad(part, (empty_days, 0)) for part in (counts, flagged))
        drawn = bursts.draw_blocks(moved, control, 9999, rng)
        lows.append(bursts.burst_share_excess(moved, on_bursts, control, control < 0, drawn).low)
    assert lows == pytest.approx([lows[0]] * 4, rel=0.03)


def test_bursts_of_the_control_lower_the_excess_and_its_lower_end() -> None:
    counts, flagged = spread_bursts([0, 700, 1400, 2100, 2800, 3500])
    counts = counts + 1
    plain = np.ones(4000, int)
    drawn = bursts.draw_blocks(counts, plain, 999, np.random.default_rng(10))
    against_plain, against_like = (
        bursts.burst_share_excess(counts, flagged, control, on_bursts, drawn)
        for control, on_bursts in ((plain, plain < 0), (counts, flagged))
    )
    assert against_like.value == 0 > against_like.low
    assert 0 < against_plain.low < against_plain.value


def test_published_calendars_give_the_figures_of_the_study(calendars) -> None:
    first, counts, control_first, control = calendars
    dispersion = bursts.ruled_dispersion(control, 90)
    flagged, control_flagged = (flag_bursts(calendar, dispersion, 90) for calendar in (counts, control))
    assert (dispersion, flagged.sum(), counts[flagged].sum(), control_flagged.sum()) == (1, 8, 291, 0)
    other = ~bursts.in_largest_month(first, counts)
    assert (counts[other & flagged].sum(), counts[other].sum()) == (75, 702)
    drawn = bursts.draw_blocks(counts, control, 19_999, np.random.default_rng(11))
    excess, without = (
        bursts.excess_of_own_bursts(counts, control, kept, (dispersion, 90, 0.05), drawn)
        for kept in (other | True, other)
    )
    assert (excess.value, excess.low) == (pytest.approx(0.3096, abs=5e-5), pytest.approx(0.0232, abs=0.0015))
    assert (without.value, without.low) == (
        pytest.approx(0.1068, abs=5e-5),
        pytest.approx(0.0102, abs=0.0012),
    )
    assert bursts.effective_blocks(counts, flagged) == pytest.approx(1.57, abs=0.005)
    thinned = bursts.thinned_burst_share(control, 940, dispersion, 90, 20, np.random.default_rng(12))
    assert (thinned.value, thinned.high) == (0, 0)
    joint, control_joint = bursts.joint_bursts(first, counts, control_first, control, dispersion, 90)
    assert (joint.sum(), counts[joint].sum(), control[control_joint].sum()) == (3, 246, 2)


def test_the_thailand_release_names_its_obvious_days_without_a_control(
    real_records: Path, tmp_path: Path
) -> None:
    archive = real_records / "thailand_092020" / "thailand_092020_users_csv_hashed.zip"
    if not archive.is_file():
        pytest.skip("the Thailand release is not on this machine")
    with zipfile.ZipFile(archive) as files:
        (name,) = files.namelist()
        files.extract(name, tmp_path)
    rows = duckdb.sql(
        f"SELECT account_creation_date::DATE AS day, count(*) AS accounts "
        f"FROM read_csv('{tmp_path / name}', all_varchar = true) GROUP BY day ORDER BY day"
    ).fetchnumpy()
    first, counts = daily_counts(rows["day"].astype("datetime64[D]"), rows["accounts"])
    flagged = flag_bursts(counts, bursts.burst_dispersion(None, 90).value, 90)
    assert (flagged.sum(), counts[flagged].sum(), counts.sum()) == (9, 614, 926)
    days = (first + np.flatnonzero(flagged)).astype(str).tolist()
    assert days[0] == "2019-12-06" and days[-1] == "2020-01-15"
