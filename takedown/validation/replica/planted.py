"""Creation calendars with planted bursts, for replicas whose true burst days are known.

The true bursts of the real calendar are unknown, so a replica that agrees with it cannot show whether bursts are found.
Here the days without bursts and the batches on drawn days are known.
"""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator

from takedown.validation.replica.published import MS_PER_FIVE_MINUTES, SNOWFLAKES_FOR_USERS, Published

#: Accounts on days without a burst, and the first and last day on which they appear.
ACCOUNTS = {"operation": 520, "control": 5000}
CALENDAR = ("2010-01-01", "2019-06-01")
#: Ratio of the rate at the end of the calendar to that at its beginning.
GROWTH = 10
#: Dispersion of a day's accounts: variance = mean + dispersion · mean², about that of the real control.
DISPERSION = 0.2
#: Number of batches, the days between which they fall, their sizes (log-uniform), and the least days from one to the next.
BATCHES = 12
BATCH_DAYS = ("2016-03-05", "2019-05-01")
BATCH_SIZES = (3, 120)
BATCH_GAP = 7
#: Accounts of a batch are created within this many hours, in the working day of UTC+8.
BATCH_HOURS = 3
FIVE_MINUTES_PER_HOUR, FIVE_MINUTES_PER_DAY = 12, 288
#: Share of ids that are not hashed. Only accounts with few followers are hashed, and the second set has few of them.
OPEN_IDS = 0.85


def plant_calendar(
    rng: Generator, published: Mapping[str, Published], roles: Mapping[str, str]
) -> tuple[dict[str, Published], dict[str, int]]:
    """Draw accounts with a known creation calendar for each archive; return them and the planted batches, day → accounts.

    `roles` maps the archives to operation or control. The batches of the operation are spread over its archives in
    proportion to their `published` accounts; languages and profile quantiles are the published ones.
    """
    operation = [name for name, role in roles.items() if role == "operation"]
    share = np.array([len(published[name].created_on) for name in operation], float)
    quiet = _quiet_days(rng, "operation")
    batch_days, batch_sizes = _batches(rng)
    days = np.concatenate([quiet, np.repeat(batch_days, batch_sizes)])
    clock = _clock(rng, len(quiet), batch_sizes)
    belongs = rng.choice(len(operation), len(days), p=share / share.sum())
    planted = {
        name: _plant(rng, days[belongs == number], clock[belongs == number], published[name])
        for number, name in enumerate(operation)
    }
    for name, role in roles.items():
        if role == "control":
            quiet = _quiet_days(rng, role)
            planted[name] = Published(quiet, np.full(len(quiet), ""), np.empty(0, np.int64), 1.0, {})
    return planted, dict(zip(batch_days.astype(str).tolist(), batch_sizes.tolist(), strict=True))


def _quiet_days(rng: Generator, role: str) -> np.ndarray:
    """Draw sorted creation days, one for each account: negative binomial around an exponentially growing rate."""
    days = np.arange(*np.array(CALENDAR, dtype="datetime64[D]"))
    rate = GROWTH ** np.linspace(0, 1, len(days))
    rate *= ACCOUNTS[role] / rate.sum()
    return np.repeat(days, rng.poisson(rng.gamma(1 / DISPERSION, rate * DISPERSION)))


def _batches(rng: Generator) -> tuple[np.ndarray, np.ndarray]:
    first, end = np.array(BATCH_DAYS, dtype="datetime64[D]")
    places = np.arange(first, end, BATCH_GAP)
    # A day at most two after its place keeps batches apart, so that none lies in the neighbourhood of another.
    days = np.sort(rng.choice(places, BATCHES, replace=False)) + rng.integers(0, 3, size=BATCHES)
    smallest, largest = np.log(BATCH_SIZES).tolist()
    return days, np.exp(rng.uniform(smallest, largest, BATCHES)).round().astype(np.int64)


def _clock(rng: Generator, quiet: int, batch_sizes: np.ndarray) -> np.ndarray:
    """Draw the five minutes of the day (UTC): any for single accounts, those of one session for a batch."""
    session = BATCH_HOURS * FIVE_MINUTES_PER_HOUR
    # From 9 to 16 h (UTC+8) on.
    start = np.repeat(rng.integers(12, 96 - session, size=len(batch_sizes)), batch_sizes)
    batch = start + rng.integers(0, session, size=len(start))
    return np.concatenate([rng.integers(0, FIVE_MINUTES_PER_DAY, size=quiet), batch])


def _plant(rng: Generator, days: np.ndarray, clock: np.ndarray, published: Published) -> Published:
    language = rng.choice(published.language, len(days))
    order = np.lexsort([days, language])
    is_open = rng.random(len(days)) < OPEN_IDS
    decodable = is_open & (days >= SNOWFLAKES_FOR_USERS)
    midnights = days[decodable].astype("datetime64[ms]").astype(np.int64)
    return Published(
        created_on=days[order],
        language=language[order],
        clock=np.sort(midnights + MS_PER_FIVE_MINUTES * clock[decodable]),
        hashed_share=float(1 - is_open.mean()),
        quantiles=published.quantiles,
    )
