"""The creation clock: at which hour sessions of account creation start, the session as the unit of evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from takedown.core.measures import Measure
from takedown.statistics import circular
from takedown.statistics.estimate import Estimate, RowBuilder
from takedown.statistics.sessions import Sessions

TEST = (
    "Rayleigh test that sessions fall evenly on the hours, the session as unit of evidence; accounts without a "
    "decodable id are not in it"
)
#: Measure → its unit, its method, and what its n counts.
METHODS = {
    "sessions": (
        "sessions",
        "runs of decoded creation instants without a gap of more than {gap_minutes:g} minutes",
        "accounts",
    ),
    "large_batches": ("sessions", "sessions with at least {large_batch_accounts} accounts", "sessions"),
    "session_resultant_length": (
        "length",
        "mean resultant length of the local hour (UTC{utc_offset_hours:+g}) at which a session starts, 0 even to 1 all at one "
        f"hour; 95 % interval: non-central chi-square inverted, good for small lengths; {TEST}",
        "sessions",
    ),
    "hour_uniformity_p": (
        "probability",
        f"{TEST}; effect size, interval and correction: session_resultant_length",
        "sessions",
    ),
}

_row = RowBuilder("creation", "measure_creation_clock", "creation clock", METHODS).described
HOUR_MS = 3_600_000
SESSION_COLUMNS = (
    "session",
    "start_utc",
    "end_utc",
    "start_local",
    "minutes",
    "accounts",
    "large",
    "provenance",
)


def local_hours(instants_ms: np.ndarray, utc_offset_hours: float) -> np.ndarray:
    """Return the local hour of the day, 0 to 24, of UTC instants in milliseconds since 1970.

    >>> local_hours(np.array([20 * HOUR_MS]), 8).tolist()
    [4.0]
    """
    return (np.asarray(instants_ms) / HOUR_MS + utc_offset_hours) % circular.HOURS


@dataclass(frozen=True)
class HourUniformity:
    """Resultant length of the sessions' hours, its interval, and the p-value of the Rayleigh test."""

    resultant_length: float
    low: float
    high: float
    p_value: float


def hour_uniformity(sessions: Sessions, utc_offset_hours: float) -> HourUniformity:
    """Test whether sessions fall evenly on the hours of the day, each session one direction.

    The direction is the local hour at which the session starts. The accounts of a session are not independent: with
    accounts as the unit, a few large batches would look like office hours.
    """
    n = len(sessions)
    hours = local_hours(sessions.start_ms, utc_offset_hours)
    length = float(abs(circular.direction_sums(hours, np.ones(n))) / n)
    low, high = circular.resultant_interval(length, n)
    return HourUniformity(length, low, high, circular.rayleigh_p_value(length, n))


def session_table(
    sessions: Sessions, utc_offset_hours: float, large_batch_accounts: int, provenance: str
) -> Iterable[Sequence]:
    """Return the rows of the published sessions (`SESSION_COLUMNS`), in order of time, with instants to the second."""
    shift = round(utc_offset_hours * HOUR_MS)

    def written(instants_ms: np.ndarray) -> list[str]:
        return np.datetime_as_string(instants_ms.astype("datetime64[ms]"), unit="s").tolist()

    return zip(
        range(1, len(sessions) + 1),
        (instant + "Z" for instant in written(sessions.start_ms)),
        (instant + "Z" for instant in written(sessions.end_ms)),
        written(sessions.start_ms + shift),
        np.round((sessions.end_ms - sessions.start_ms) / 60_000).astype(int).tolist(),
        sessions.accounts.tolist(),
        (sessions.accounts >= large_batch_accounts).tolist(),
        [provenance] * len(sessions),
        strict=True,
    )


def clock_measures(
    subject: str,
    sessions: Sessions,
    *,
    gap_minutes: float,
    large_batch_accounts: int,
    utc_offset_hours: float,
    provenance: str,
) -> list[Measure]:
    """Return the measures of the creation clock of one population."""
    n, accounts = len(sessions), int(sessions.accounts.sum())
    uniformity = hour_uniformity(sessions, utc_offset_hours)
    large = int((sessions.accounts >= large_batch_accounts).sum())
    found = {
        "sessions": Estimate(n, n=accounts),
        "large_batches": Estimate(large, n=n),
        "session_resultant_length": Estimate(
            uniformity.resultant_length, uniformity.low, uniformity.high, uniformity.p_value, n
        ),
        "hour_uniformity_p": Estimate(uniformity.p_value, n=n),
    }
    settings: dict[str, Any] = {
        "gap_minutes": gap_minutes,
        "large_batch_accounts": large_batch_accounts,
        "utc_offset_hours": utc_offset_hours,
    }
    return [_row(name, subject, estimate, provenance, **settings) for name, estimate in found.items()]
