"""The published aggregates that a replica must agree with, as arrays with one element for each account."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from takedown.core.errors import InputError


@dataclass(frozen=True)
class Published:
    """What is published of the accounts of one archive.

    `created_on` (accounts,) datetime64[D] and `language` (accounts,) text, in the order of the file;
    `clock` (decodable accounts,) int64, start of the five minutes of creation in ms since 1970, sorted;
    `hashed_share` of 1; `quantiles` column → (percentiles, values).
    """

    created_on: np.ndarray
    language: np.ndarray
    clock: np.ndarray
    hashed_share: float
    quantiles: dict[str, tuple[np.ndarray, np.ndarray]]


def read_published(folder: str | Path, archive_id: str, role: str) -> Published:
    """Read the aggregates of one archive. Raises InputError where the calendar does not hold the archive."""
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


def _rows(path: Path, archive_id: str | None = None) -> list[dict]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if archive_id is None or row["archive"] == archive_id]


def _quantiles(rows: list[dict]) -> tuple[np.ndarray, np.ndarray]:
    rows = sorted(rows, key=lambda row: int(row["percentile"]))
    return np.array([int(row["percentile"]) for row in rows]), np.array([float(row["value"]) for row in rows])
