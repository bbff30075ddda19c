"""Published aggregates with a planted creation calendar, for replicas whose true bursts are known.

The real calendar has bursts that nobody knows for certain, so a replica that agrees with it cannot show whether
bursts are found. Here days without bursts and batches on drawn days are known, and the generator reads them from
the same files as it reads the published aggregates.
"""

from pathlib import Path

import numpy as np

from takedown.core.tables import write_csv
from takedown.validation.replica.accounts import SNOWFLAKES_FOR_USERS
from takedown.validation.replica.published import Published, read_published

#: Accounts on days without a burst, and the days between which they appear.
ACCOUNTS = {"operation": 520, "control": 5000}
CALENDAR = ("2010-01-01", "2019-06-01")
#: The rate at the end of the calendar is this many times that at its beginning.
GROWTH = 10
#: Variance beyond the Poisson one: mean + dispersion · mean², about that of the real control.
DISPERSION = 0.2
#: Batches, the days between which they fall, their sizes (log-uniform) and the least days from one to the next.
BATCHES = 12
BATCH_DAYS = ("2016-03-05", "2019-05-01")
BATCH_SIZES = (3, 120)
BATCH_GAP = 7
#: Accounts of a batch are made within this many hours, in the working day of UTC+8.
BATCH_HOURS = 3
#: Share of ids that are not hashed; only accounts with few followers are, and the second set has few of those.
OPEN_IDS = 0.85


def plant_calendar(
    rng: np.random.Generator, published_folder: str | Path, folder: str | Path, roles: dict[str, str]
) -> dict[str, int]:
    """Write aggregates as `read_published` reads them into `folder`; return the planted batches, day → accounts.

    `roles` maps the archives to operation or control. The operation's batches are spread over its archives in
    proportion to their published accounts; languages and profile quantiles are drawn from the published ones.
    """
    published = {name: read_published(published_folder, name, role) for name, role in roles.items()}
    operation = [name for name, role in roles.items() if role == "operation"]
    share = np.array([len(published[name].created_on) for name in operation], float)
    quiet = _quiet_days(rng, "operation")
    batch_days, batch_sizes = _batches(rng)
    days = np.concatenate([quiet, np.repeat(batch_days, batch_sizes)])
    clock = _clock(rng, len(quiet), batch_sizes)
    belongs = rng.choice(len(operation), len(days), p=share / share.sum())
    calendar, clock_rows, profile = [], [], []
    for number, name in enumerate(operation):
        rows = _describe(rng, name, days[belongs == number], clock[belongs == number], published[name])
        for table, new in zip((calendar, clock_rows, profile), rows, strict=True):
            table += new
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    names = ("archive", "account_creation_date", "account_language", "accounts")
    write_csv(folder / "account_creation.csv", names, calendar)
    write_csv(
        folder / "account_creation_clock.csv", ("archive", "five_minutes_from_utc", "accounts"), clock_rows
    )
    write_csv(folder / "account_profile_quantiles.csv", ("archive", "column", "percentile", "value"), profile)
    control = zip(*_counted(_quiet_days(rng, "control")), strict=True)
    write_csv(folder / "control_account_creation.csv", ("account_creation_date", "accounts"), control)
    return dict(zip(batch_days.astype(str).tolist(), batch_sizes.tolist(), strict=True))


def _quiet_days(rng: np.random.Generator, role: str) -> np.ndarray:
    """Draw creation days, one element an account: negative binomial around an exponentially growing rate."""
    first, end = np.array(CALENDAR, dtype="datetime64[D]")
    days = np.arange(first, end)
    rate = GROWTH ** np.linspace(0, 1, len(days))
    rate *= ACCOUNTS[role] / rate.sum()
    return np.repeat(days, rng.poisson(rng.gamma(1 / DISPERSION, rate * DISPERSION)))


def _batches(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    first, end = np.array(BATCH_DAYS, dtype="datetime64[D]")
    places = np.arange(first, end, BATCH_GAP)
    # A day at most two after its place keeps batches apart, so that none lies in another's neighbourhood.
    days = np.sort(rng.choice(places, BATCHES, replace=False)) + rng.integers(0, 3, size=BATCHES)
    return days, np.exp(rng.uniform(*np.log(BATCH_SIZES), BATCHES)).round().astype(np.int64)


def _clock(rng: np.random.Generator, quiet: int, batch_sizes: np.ndarray) -> np.ndarray:
    """Draw the five minutes of the day, 0 to 287: at any time for quiet days, in one session for a batch."""
    start = np.repeat(rng.integers(12, 96 - BATCH_HOURS * 12, size=len(batch_sizes)), batch_sizes)
    batch = start + rng.integers(0, BATCH_HOURS * 12, size=len(start))
    return np.concatenate([rng.integers(0, 288, size=quiet), batch])


def _describe(
    rng: np.random.Generator, archive_id: str, days: np.ndarray, clock: np.ndarray, published: Published
) -> tuple[list, list, list]:
    language = rng.choice(published.language, len(days))
    calendar = [
        (archive_id, day, name, count)
        for name in np.unique(language)
        for day, count in zip(*_counted(days[language == name]), strict=True)
    ]
    recent = days >= SNOWFLAKES_FOR_USERS
    is_open = rng.random(len(days)) < OPEN_IDS
    instants = days[recent & is_open].astype("datetime64[m]") + 5 * clock[recent & is_open]
    clock_rows = [
        (archive_id, f"{instant}Z", count) for instant, count in zip(*_counted(instants), strict=True)
    ]
    profile = [(archive_id, "hashed_id_share", "", float(1 - is_open.mean()))]
    for column, quantiles in published.quantiles.items():
        profile += [
            (archive_id, column, int(percentile), value) for percentile, value in zip(*quantiles, strict=True)
        ]
    return calendar, clock_rows, profile


def _counted(values: np.ndarray) -> tuple[list[str], list[int]]:
    unique, counts = np.unique(values, return_counts=True)
    return unique.astype(str).tolist(), counts.tolist()
