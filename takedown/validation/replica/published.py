"""The accounts of an archive with which a replica must agree: read from published aggregates, or drawn by a rule."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from takedown.core.errors import InputError
from takedown.validation.replica.clock import MS_PER_DAY

#: Users got snowflake ids from about this day on: the last sequential id in the real files is of 2016-02-14.
SNOWFLAKES_FOR_USERS = np.datetime64("2016-03-01")
MS_PER_FIVE_MINUTES = 300_000


@dataclass(frozen=True)
class Published:
    """Published numbers about the accounts of one archive.

    `created_on` [accounts] datetime64[D] and `language` [accounts] are in the order of the file. `clock` [decodable
    accounts] holds the beginning of the five minutes of creation, in ms since 1970, sorted. `hashed_share` is the share of
    hashed ids, and `quantiles` maps a column to (percentiles, values).
    """

    created_on: np.ndarray
    language: np.ndarray
    clock: np.ndarray
    hashed_share: float
    quantiles: Mapping[str, tuple[np.ndarray, np.ndarray]]


def read_published(folder: str | Path, archive_id: str, role: str) -> Published:
    """Read the aggregates of one archive, as in workflow/resources/published.

    Raises InputError if the creation calendar does not have the archive.
    """
    folder = Path(folder)
    if role == "control":
        calendar = _rows(folder / "control_account_creation.csv")
        languages = np.full(len(calendar), "")
    else:
        calendar = _rows(folder / "account_creation.csv", archive_id)
        languages = np.array([row["account_language"] for row in calendar])
    if not calendar:
        raise InputError(
            f"{folder / 'account_creation.csv'} has no row for {archive_id}; "
            "a replica needs the archive's creation calendar there, or set `replica: false` in the registry."
        )
    accounts = np.array([int(row["accounts"]) for row in calendar])
    days = np.array([row["account_creation_date"] for row in calendar], dtype="datetime64[D]")
    clock = _rows(folder / "account_creation_clock.csv", archive_id)
    starts = np.array([row["five_minutes_from_utc"].rstrip("Z") for row in clock], dtype="datetime64[ms]")
    profile = _rows(folder / "account_profile_quantiles.csv", archive_id)
    shares = [float(row["value"]) for row in profile if row["column"] == "hashed_id_share"]
    return Published(
        created_on=np.repeat(days, accounts),
        language=np.repeat(languages, accounts),
        clock=np.sort(np.repeat(starts.astype(np.int64), [int(row["accounts"]) for row in clock])),
        hashed_share=shares[0] if shares else 1.0,
        quantiles={
            column: _quantiles([row for row in profile if row["column"] == column])
            for column in ("follower_count", "following_count")
            if any(row["column"] == column for row in profile)
        },
    )


def draw_published(
    rng: np.random.Generator, accounts: int, released_on: np.datetime64, rule: Mapping[str, Any]
) -> Published:
    """Draw the numbers of an archive of which only the number of accounts is known.

    `rule` is `counts_only` of replica.yaml: every day of its period, which ends before `released_on` (a day), is equally
    likely for a creation, and its share of ids is not hashed. Languages are unknown, and followers are few, so that most
    ids may be hashed.
    """
    last = released_on - rule["youngest_days"]
    first = last - round(365.25 * rule["creation_years"])
    created_on = np.sort(first + rng.integers(int((last - first).astype(int)) + 1, size=accounts))
    is_open = rng.random(accounts) < rule["open_ids"]
    decodable = created_on[is_open & (created_on >= SNOWFLAKES_FOR_USERS)].astype(np.int64)
    part_of_day = rng.integers(MS_PER_DAY // MS_PER_FIVE_MINUTES, size=len(decodable))
    percentiles = np.arange(101)
    return Published(
        created_on=created_on,
        language=np.full(accounts, ""),
        clock=np.sort(decodable * MS_PER_DAY + part_of_day * MS_PER_FIVE_MINUTES),
        hashed_share=float(1 - is_open.mean()),
        quantiles={name: (percentiles, percentiles * 10.0) for name in ("follower_count", "following_count")},
    )


def _rows(path: Path, archive_id: str | None = None) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if archive_id is None or row["archive"] == archive_id]


def _quantiles(rows: list[dict[str, str]]) -> tuple[np.ndarray, np.ndarray]:
    rows = sorted(rows, key=lambda row: int(row["percentile"]))
    return np.array([int(row["percentile"]) for row in rows]), np.array([float(row["value"]) for row in rows])
