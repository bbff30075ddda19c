"""Simulated error of every inferential method, under nulls that cluster as the data do.

The tests run a few hundred repetitions; `python -m tests.test_calibration 2000` prints the table of docs/methods.md.
"""

import sys

import numpy as np
import pytest

from takedown import bursts, circular, clock, creation, posting

REPETITIONS = 200
DRAWS = 200
SEED = 936
MONDAY = np.datetime64("2019-05-06")
OFFICE = (9, 18)


def allowed(nominal: float, repetitions: int) -> float:
    """Return the rate that a test of the nominal size passes with a chance of one in a thousand."""
    return nominal + 3.1 * np.sqrt(nominal * (1 - nominal) / repetitions)


def simulate_posts(
    rng: np.random.Generator, days: int = 112, weekend: float = 0.4, wander: float = 1.5, memory: float = 0.8
) -> posting.HourMatrix:
    """Simulate posts in two peaks, with a volume that drifts from day to day and a clock that wanders by the day.

    `wander` is the standard deviation in hours of a day's own shift: all posts of a day move together.
    """
    noise = rng.normal(size=days)
    level = np.empty(days)
    level[0] = noise[0]
    for day in range(1, days):
        level[day] = memory * level[day - 1] + np.sqrt(1 - memory**2) * noise[day]
    mean = 100 * np.exp(level) * rng.gamma(3, 1 / 3, days) * np.where(np.arange(days) % 7 >= 5, weekend, 1)
    posts = rng.poisson(mean)
    day = np.repeat(np.arange(days), posts)
    peak = np.where(rng.random(len(day)) < 0.6, 11, 15)
    hour = (peak + rng.normal(0, wander, days)[day] + rng.normal(0, 1.5, len(day))) % 24
    matrix = np.zeros((days, 24), np.int64)
    np.add.at(matrix, (day, hour.astype(int)), 1)
    return posting.HourMatrix(MONDAY, matrix)


def simulate_calendar(rng: np.random.Generator, rate: np.ndarray, dispersion: float = 0.2) -> np.ndarray:
    """Simulate accounts by day, negative binomial around a rate."""
    return rng.poisson(rng.gamma(1 / dispersion, rate * dispersion))


def rotation_size(repetitions: int) -> float:
    """Rate at which days with a random clock each are taken to agree on an hour."""
    rng = np.random.default_rng([SEED, 1])
    return float(
        np.mean(
            [
                posting.rotation_p_value(simulate_posts(rng, wander=1000), DRAWS, rng) <= 0.05
                for _ in range(repetitions)
            ]
        )
    )


def rayleigh_size_by_post(repetitions: int) -> float:
    """Rate of the same mistake when every post counts as independent."""
    rng = np.random.default_rng([SEED, 1])
    wrong = 0
    for _ in range(repetitions):
        posts = simulate_posts(rng, wander=1000).posts.sum(axis=0)
        length = abs(circular.direction_sums(posting.HOUR_CENTRES, posts)) / posts.sum()
        wrong += circular.rayleigh_p_value(length, int(posts.sum())) <= 0.05
    return wrong / repetitions


def weekend_size(repetitions: int, memory: float) -> float:
    """Rate at which equal weekends and weekdays are taken to differ."""
    rng = np.random.default_rng([SEED, 2])
    return float(
        np.mean(
            [
                posting.weekend_ratio(simulate_posts(rng, weekend=1, memory=memory)).weekly.p_value <= 0.05
                for _ in range(repetitions)
            ]
        )
    )


def posting_coverage(repetitions: int) -> dict[str, float]:
    """Rate at which the 95 % intervals of posting hold the number of a very long series."""
    rng = np.random.default_rng([SEED, 3])

    def measured(matrix: posting.HourMatrix, draws: int) -> dict[str, posting.Estimate]:
        day_clock = posting.day_clock(matrix, draws, rng)
        weekend = posting.weekend_ratio(matrix)
        return {
            "office share": posting.office_profile(matrix, OFFICE, 8).office_share,
            "weekend ratio": weekend.pooled,
            "weekend ratio, typical week": weekend.weekly,
            "lunch ratio": day_clock.lunch_ratio,
            "mean hour": day_clock.mean_hour,
            "resultant length": day_clock.resultant_length,
        }

    truth = {name: estimate.value for name, estimate in measured(simulate_posts(rng, 14_000), 1).items()}
    hits = dict.fromkeys(truth, 0)
    for _ in range(repetitions):
        for name, estimate in measured(simulate_posts(rng), DRAWS).items():
            hits[name] += estimate.low <= truth[name] <= estimate.high
    return {name: hit / repetitions for name, hit in hits.items()}


def offset_coverage(repetitions: int) -> float:
    """Rate at which the compatible UTC offsets hold the true one though the office opens between 8 and 10."""
    rng = np.random.default_rng([SEED, 4])
    hits = 0
    for _ in range(repetitions):
        late = rng.integers(-1, 2)
        matrix = simulate_posts(rng)
        matrix = posting.HourMatrix(MONDAY, np.roll(matrix.posts, late, axis=1))
        best = posting.office_profile(matrix, OFFICE, 8).best
        hits += best.low <= 8 <= best.high
    return hits / repetitions


RATES = {
    "flat .1 a day": np.full(1500, 0.1),
    "flat 1 a day": np.full(1500, 1.0),
    "growing .05 to 2 a day": np.geomspace(0.05, 2, 1500),
    "growing 1 to 20 a day within a year": np.geomspace(1, 20, 365),
}


def burst_family_error(repetitions: int, rate: np.ndarray) -> float:
    """Rate at which a calendar without bursts is given one or more; dispersion comes from a simulated control."""
    rng = np.random.default_rng([SEED, 5])
    wrong = 0
    for _ in range(repetitions):
        dispersion = bursts.estimate_dispersion(simulate_calendar(rng, np.full(1500, 0.8)), 90)
        wrong += bursts.find_bursts(simulate_calendar(rng, rate), dispersion, 90).flagged.any()
    return wrong / repetitions


def burst_power(repetitions: int, rate: float, accounts: int) -> float:
    """Rate at which accounts planted on one day are found."""
    rng = np.random.default_rng([SEED, 6])
    found = 0
    for _ in range(repetitions):
        counts = simulate_calendar(rng, np.full(1500, rate))
        day = rng.integers(len(counts))
        counts[day] += accounts
        found += bursts.find_bursts(counts, 0.2, 90).flagged[day]
    return found / repetitions


def scan_family_error(repetitions: int, rate: np.ndarray) -> float:
    """Rate at which the scan finds something in a calendar without bursts."""
    rng = np.random.default_rng([SEED, 7])
    wrong = 0
    for _ in range(repetitions):
        counts = simulate_calendar(rng, rate)
        found = bursts.find_bursts(counts, 0.2, 90)
        wrong += bursts.scan_bursts(counts, found, 90, DRAWS, rng)[1] <= 0.05
    return wrong / repetitions


def session_test_size(repetitions: int) -> tuple[float, float]:
    """Rates at which sessions at even hours are taken to prefer one: by session, and wrongly by account."""
    rng = np.random.default_rng([SEED, 8])
    by_session = by_account = 0
    for _ in range(repetitions):
        starts = np.sort(rng.integers(0, 1000 * 24, 146)) * clock.HOUR_MS + rng.integers(
            0, clock.HOUR_MS, 146
        )
        size = 1 + rng.geometric(0.4, 146) * (rng.random(146) < 0.2) + 40 * (np.arange(146) < 4)
        sessions = clock.Sessions(starts, starts, size)
        by_session += clock.hour_uniformity(sessions, 8).p_value <= 0.05
        hours = clock.local_hours(starts, 8)
        length = abs(circular.direction_sums(hours, size)) / size.sum()
        by_account += circular.rayleigh_p_value(length, int(size.sum())) <= 0.05
    return by_session / repetitions, by_account / repetitions


def coincidence_coverage(repetitions: int, unit: str, spread: float) -> tuple[float, float]:
    """Rates at which the interval holds the population's value, and at which it lies wholly above it.

    Single accounts every day and some 15 batches, their size log-normal around 8 with `spread`.
    """
    rng = np.random.default_rng([SEED, 9])

    def calendar() -> np.ndarray:
        counts = simulate_calendar(rng, np.full(4154, 0.13))
        batches = rng.poisson(15)
        size = np.ceil(8 * np.exp(spread * rng.normal(size=batches))).astype(int)
        np.add.at(counts, rng.integers(0, len(counts), batches), size)
        return counts

    many = [calendar() for _ in range(3000)]
    truth = np.mean([(c * (c - 1)).sum() for c in many]) / np.mean([c.sum() for c in many]) ** 2
    estimates = [creation.coincidence(calendar(), unit) for _ in range(repetitions)]
    return (
        float(np.mean([e.low <= truth <= e.high for e in estimates])),
        float(np.mean([e.low > truth for e in estimates])),
    )


def test_rotation_test_holds_its_size_where_days_have_clocks_of_their_own() -> None:
    assert rotation_size(REPETITIONS) <= allowed(0.05, REPETITIONS)


def test_weekend_test_holds_its_size_where_volume_drifts() -> None:
    assert weekend_size(REPETITIONS, 0.8) <= allowed(0.06, REPETITIONS)


def test_posting_intervals_cover() -> None:
    coverage = posting_coverage(100)
    assert min(coverage.values()) >= 1 - allowed(0.12, 100), coverage


@pytest.mark.parametrize("name", ["flat .1 a day", "growing .05 to 2 a day"])
def test_burst_test_holds_its_family_wise_error(name: str) -> None:
    assert burst_family_error(100, RATES[name]) <= 0.08


def test_burst_of_twelve_accounts_is_found() -> None:
    assert burst_power(50, 0.2, 12) >= 0.95


def test_session_test_holds_its_size_and_the_account_test_does_not() -> None:
    by_session, by_account = session_test_size(REPETITIONS)
    assert by_session <= allowed(0.05, REPETITIONS)
    assert by_account > 0.3


if __name__ == "__main__":
    n = int(sys.argv[1])
    print("rotation test, size", rotation_size(n), "| Rayleigh by post", rayleigh_size_by_post(n))
    print("weekend test, size: drifting", weekend_size(n, 0.8), "| independent days", weekend_size(n, 0.0))
    print("posting intervals, coverage", posting_coverage(n))
    print("UTC offsets, coverage", offset_coverage(n))
    for name, rate in RATES.items():
        print(
            "bursts, family-wise error,",
            name,
            burst_family_error(n, rate),
            "scan",
            scan_family_error(n // 4, rate),
        )
    for rate, accounts in ((0.2, 5), (0.2, 8), (0.2, 12), (1.0, 12)):
        print("bursts, power,", accounts, "accounts at", rate, "a day", burst_power(n, rate, accounts))
    print("session test, size (session, account)", session_test_size(n))
    for unit in ("day", "account"):
        for spread in (0.5, 1.0):
            print("coincidence, coverage and too high,", unit, spread, coincidence_coverage(n, unit, spread))
