"""Planted structures are compared by hand-worked rules, and the tracked table summarises the tracked seeds."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from takedown.core.tables import write_csv
from takedown.creation.concentration import daily_counts
from takedown.validation.recovery.recover import busy_accounts, match_silences
from takedown.validation.recovery.table import (
    QUANTITIES,
    Recovered,
    compare,
    read_seeds,
    summarise,
    write_seed,
)
from takedown.validation.replica.clock import make_clock
from takedown.validation.replica.planted import BATCH_SIZES, BATCHES, plant_calendar
from takedown.validation.replica.published import Published, read_published

ROLES = {
    "china_082019_1": "operation",
    "china_082019_2": "operation",
    "control_hk_protest_2019_11": "control",
}


@pytest.fixture(scope="module")
def config(root: Path) -> dict:
    return yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tracked(root: Path) -> list[Recovered]:
    return read_seeds([root / "workflow/resources/recovery_seeds.csv"])


def column(rows: list[Recovered], name: str, row: int = 0) -> dict:
    header, table = summarise(rows)
    values = dict(zip(header, table[row], strict=True))
    return {end: values[f"{name}{end}"] for end in ("", "_low", "_high")}


def test_at_least_twenty_replicas_are_looked_at(config):
    assert config["recovery"]["seeds"] >= 20


def test_the_tracked_table_is_of_every_seed_of_the_configuration(config, tracked):
    first, seeds = config["recovery"]["first_seed"], config["recovery"]["seeds"]
    assert sorted({row.seed for row in tracked}) == list(range(first, first + seeds))
    assert {row.quantity for row in tracked} == set(QUANTITIES)


def test_the_tracked_table_summarises_the_tracked_seeds(root, tracked, tmp_path):
    write_csv(tmp_path / "recovery.csv", *summarise(tracked))
    assert (tmp_path / "recovery.csv").read_bytes() == (root / "workflow/resources/recovery.csv").read_bytes()


def test_precision_is_of_what_was_found_and_recall_of_what_was_planted():
    row = compare(1, "repurposed", {"a", "b", "c", "d"}, {"b", "c", "x"})
    assert (row.planted, row.found, row.correct) == (4, 3, 2)
    assert (row.precision, row.recall) == (2 / 3, 1 / 2)


def test_without_anything_planted_there_is_no_recall_and_without_anything_found_no_precision():
    nothing = compare(1, "sold", set(), set())
    assert nothing.precision is None and nothing.recall is None
    assert compare(1, "sold", set(), {"x"}).precision == 0
    assert column([nothing, compare(2, "sold", set(), set())], "recall")[""] is None


def test_the_mean_over_seeds_has_a_t_interval_cut_at_one():
    rows = [Recovered(seed, "sold", 10, 10, correct) for seed, correct in enumerate((5, 7, 9))]
    # Mean .7, standard deviation .2; t with 2 degrees of freedom is 4.3027.
    half = 4.3027 * 0.2 / 3**0.5
    assert column(rows, "recall") == pytest.approx({"": 0.7, "_low": 0.7 - half, "_high": 1}, abs=1e-4)


def test_seeds_that_all_agree_have_a_mean_and_no_interval():
    rows = [Recovered(seed, "sold", 10, 10, 10) for seed in range(3)]
    assert column(rows, "precision") == {"": 1, "_low": None, "_high": None}


def test_coverage_has_the_exact_binomial_interval():
    rows = [Recovered(seed, "office_share", holds=seed > 0) for seed in range(20)]
    # C. Clopper and E. Pearson (1934): 19 of 20.
    assert column(rows, "coverage") == pytest.approx({"": 0.95, "_low": 0.75127, "_high": 0.99873}, abs=1e-5)


def test_a_seed_that_is_given_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        summarise([Recovered(1, "sold"), Recovered(1, "sold")])


def test_rows_of_seeds_are_read_back_as_they_were_written(tmp_path):
    rows = [
        Recovered(1, "burst_days", 12, 8, 8, holds=True),
        Recovered(1, "office_share", truth=0.78, value=0.75, low=0.7, high=0.77, holds=False),
        Recovered(2, "burst_days", 0, 0, 0),
    ]
    write_seed(rows, tmp_path / "seeds.csv")
    assert read_seeds([tmp_path / "seeds.csv"]) == rows


def silences(*rows: tuple[str, str, str]) -> dict[str, np.ndarray]:
    account, first, last = zip(*rows, strict=True)
    return {
        "account_id": np.array(account, object),
        "silent_from": np.array(first, "datetime64[D]"),
        "silent_until": np.array(last, "datetime64[D]"),
    }


PLANTED = [
    {"account_id": "a", "silent_from": "2018-01-09T16:00Z", "silent_until": "2018-06-09T16:00Z"},
    {"account_id": "b", "silent_from": "2018-01-09T16:00Z", "silent_until": "2018-06-09T16:00Z"},
]


@pytest.mark.parametrize(
    ("found", "tolerance", "expected"),
    [
        # It covers the planted silence; another of the account does not; one that never ended is not counted.
        ([("a", "2018-01-05", "2018-06-20"), ("a", "2016-01-01", "2016-06-01")], None, (2, 2, 1)),
        ([("a", "2018-01-05", "2018-06-20"), ("b", "2018-01-05", "NaT")], None, (2, 1, 1)),
        # A day less at either end is the local day; two days less is another silence.
        ([("a", "2018-01-10", "2018-06-08"), ("b", "2018-01-11", "2018-06-20")], None, (2, 2, 1)),
        # With a tolerance it may be thirty days longer at an end and no more.
        ([("a", "2017-12-10", "2018-07-09"), ("b", "2018-01-05", "2018-07-10")], 30, (2, 2, 1)),
        # Accounts without a planted silence are false.
        ([("x", "2018-01-05", "2018-06-20")], None, (2, 1, 0)),
    ],
)
def test_a_silence_is_found_if_one_covers_it(found, tolerance, expected):
    row = match_silences(1, "dormancy", PLANTED, [silences(*found)], tolerance)
    assert (row.planted, row.found, row.correct) == expected


def test_without_planted_silences_all_found_are_false():
    row = match_silences(1, "dormancy", [], [silences(("x", "2018-01-05", "2018-06-20"))])
    assert (row.precision, row.recall) == (0, None)
    assert match_silences(1, "dormancy", [], []).precision is None


def test_a_busy_account_posts_weekly_outside_its_longest_silence():
    day = np.array(["2018-01-01", "2018-01-01", "NaT"], "datetime64[D]")
    accounts = {
        "account_id": np.array(["weekly", "rarer", "silent"], object),
        "first_posted_on": day,
        "observed_until": np.full(3, np.datetime64("2018-12-31")),
        # 364 days less 154 are 30 weeks.
        "longest_silence_days": np.array([154, 154, np.nan]),
        "posts": np.array([30, 29, 0]),
    }
    assert busy_accounts(accounts) == {"weekly"}


@pytest.fixture(scope="module")
def published(root: Path) -> dict[str, Published]:
    return {name: read_published(root / "workflow/resources/published", name, ROLES[name]) for name in ROLES}


@pytest.fixture(scope="module")
def planted(published) -> tuple[dict[str, Published], dict[str, int]]:
    return plant_calendar(np.random.default_rng(3), published, ROLES)


def test_planted_batches_are_in_the_calendar_of_the_operation(planted):
    archives, batches = planted
    assert len(batches) == BATCHES
    assert all(BATCH_SIZES[0] <= size <= BATCH_SIZES[1] for size in batches.values())
    days = np.concatenate([archives[name].created_on for name in list(ROLES)[:2]])
    first, counts = daily_counts(days, np.ones(len(days)))
    for day, size in batches.items():
        found = counts[(np.datetime64(day) - first).astype(int)]
        assert size <= found <= size + 4


def test_planted_batches_are_apart(planted):
    days = np.array(sorted(planted[1]), "datetime64[D]")
    assert np.diff(days).min() > np.timedelta64(2, "D")


def test_planted_accounts_have_published_languages_and_profiles(published, planted):
    for name, made in planted[0].items():
        assert set(made.language.tolist()) <= set(published[name].language.tolist())
        assert len(made.language) == len(made.created_on)
    assert planted[0]["china_082019_1"].quantiles is published["china_082019_1"].quantiles


def test_ids_that_are_not_hashed_tell_an_instant_of_the_creation_day(planted):
    made = planted[0]["china_082019_1"]
    clock_days = made.clock.astype("datetime64[ms]").astype("datetime64[D]")
    for day, count in zip(*np.unique(clock_days, return_counts=True), strict=True):
        assert (made.created_on == day).sum() >= count


def test_one_seed_plants_one_calendar(published, planted):
    archives, batches = plant_calendar(np.random.default_rng(3), published, ROLES)
    assert batches == planted[1]
    for name, made in archives.items():
        assert made.created_on.tolist() == planted[0][name].created_on.tolist()
        assert made.clock.tolist() == planted[0][name].clock.tolist()
    assert plant_calendar(np.random.default_rng(4), published, ROLES)[1] != batches


def test_the_expected_week_is_what_the_clock_draws(root):
    resources = yaml.safe_load((root / "workflow/resources/replica.yaml").read_text(encoding="utf-8"))
    clock = make_clock(resources, resources["shifts"], "operation", 8)
    rng = np.random.default_rng(1)
    # Spans of ten days, so that not all weekdays are as many.
    first = 18_000 + rng.integers(0, 3, 60_000)
    shift = rng.integers(0, 3, len(first))
    expected = clock.expected_week(first, first + 10, shift)
    local = clock.draw(rng, first, first + 10, shift) + 8 * 3_600_000
    drawn = np.zeros((7, 24))
    np.add.at(drawn, ((local // 86_400_000 + 3) % 7, local // 3_600_000 % 24), 1)
    assert expected.sum() == pytest.approx(len(first))
    assert (drawn[expected == 0] == 0).all()
    # Four and a half standard deviations of a count: 1 in 800 for 168 cells.
    assert (np.abs(drawn - expected) <= 4.5 * np.sqrt(expected) + 1e-9).all()
