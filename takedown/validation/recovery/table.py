"""Recovery of each planted quantity: one row for each replica, and the table over replicas."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t

from takedown.core.tables import write_csv
from takedown.validation.calibration.study import rate_interval

#: Planted batches of at least this many accounts are also counted separately.
LARGE_BATCH = 10
#: Days by which a silence may be longer at either end than the planted one, until the account happened to post.
TOLERANCE_DAYS = 30
#: Planted groups that acted together at least so often are also counted separately.
OFTEN = 10


@dataclass(frozen=True)
class Recovered:
    """Recovery of one planted quantity in one replica.

    `planted`, `found` and `correct` count days, accounts, silences or posts; they are None if the quantity is a single
    number. Then `truth` is the planted number, and `value`, `low` and `high` are the estimate with its 95 % interval.
    `holds` is whether the assertion of the study, made with 95 % confidence, is true here; None without an assertion.
    """

    seed: int
    quantity: str
    planted: int | None = None
    found: int | None = None
    correct: int | None = None
    truth: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    holds: bool | None = None

    @property
    def precision(self) -> float | None:
        """Share of the findings that were planted; None if nothing was found."""
        return self.correct / self.found if self.found and self.correct is not None else None

    @property
    def recall(self) -> float | None:
        """Share of the planted items that were found; None if nothing was planted."""
        return self.correct / self.planted if self.planted and self.correct is not None else None


def compare(
    seed: int, quantity: str, planted: set[Any], found: set[Any], *, holds: bool | None = None
) -> Recovered:
    """Count planted items, found items and their intersection; the items are keys such as days or accounts.

    >>> compare(1, "sold", {"a", "b"}, {"b", "c"}).precision
    0.5
    """
    return Recovered(seed, quantity, len(planted), len(found), len(planted & found), holds=holds)


#: Quantities in the order of the table, with the description of each row.
QUANTITIES = {
    "burst_days": "days that the burst test flags against days of planted batches of 3 to 120 accounts; coverage: seeds in "
    "which no flagged day is a false alarm",
    "burst_days_large": f"the same, planted batches of at least {LARGE_BATCH} accounts; recall only",
    "office_share": "share of Chinese posts of the operation in office hours against that of the planted shifts, given who posts "
    "how much; coverage: seeds whose 95 % interval holds it",
    "repurposed": "accounts of operation and control flagged as re-purposed against planted ones; those made for the "
    "campaign that posted on other matters first count as false",
    "turned": "the same flags against all accounts with a planted phase before the topic, however few their posts in it",
    "sold": "accounts with a post that tells of a new owner against planted ones",
    "dormancy": "silences of operation and control that ended against planted ones, correct if they cover one; a silence "
    "that nobody planted counts as false",
    "dormancy_busy": "the same, accounts with a post a week or more outside their longest silence",
    "dormancy_dated": f"the same accounts; correct if the silence is at most {TOLERANCE_DAYS} days longer at either end",
    "topic_posts": "posts of the operation labelled with a term on Hong Kong or the protests against those planted on the topic",
    "slur_posts": "posts of operation and control labelled with a slur, by number; coverage: seeds in which it is that planted",
    "coordinated_pairs": "pairs of accounts with an edge on any trace, of operation and control, against pairs of accounts of one "
    "planted group",
    "coordinated_pairs_often": f"the same, planted groups that acted together at least {OFTEN} times; recall only",
    "coordinated_accounts": "accounts with an edge against accounts of the planted groups",
    "coordinated_accounts_often": f"the same, planted groups that acted together at least {OFTEN} times; recall only",
    "coordinated_groups": "communities of the network of edges against planted groups, correct if more accounts are in both than in "
    "one alone",
    "coordinated_groups_often": f"the same, planted groups that acted together at least {OFTEN} times; recall only",
    "former_pairs": "pairs that the former test joins, which took all differences in time up to ten minutes for equally likely or the "
    "control's for the shortest, against pairs of accounts of one planted group",
    "former_pairs_kept": "pairs of one planted group that the former test joins: share of them that has an edge now; recall only",
    "former_accounts_kept": "accounts of these pairs: share of them that has an edge now; recall only",
}
SUMMARY_COLUMNS = (
    *("quantity", "seeds", "planted", "found", "precision", "precision_low", "precision_high"),
    *("recall", "recall_low", "recall_high", "truth", "value"),
    *("coverage", "coverage_low", "coverage_high", "provenance", "method"),
)
SEED_COLUMNS = (
    *("seed", "quantity", "planted", "found", "correct", "precision", "recall"),
    *("truth", "value", "low", "high", "holds"),
)


def summarise(rows: Iterable[Recovered]) -> tuple[tuple[str, ...], list[tuple]]:
    """Return header and rows of the table over seeds, one row for each quantity in the order of QUANTITIES.

    Counts, precision and recall are means over the seeds that have them. Intervals are Student's t over these seeds, cut
    at 0 and 1; there is none if all seeds agree. Coverage is the share of seeds in which the assertion holds, with the
    exact binomial interval (C. J. Clopper and E. S. Pearson, Biometrika 26, 1934). Raises ValueError for a repeated seed.
    """
    by_quantity = defaultdict(list)
    for row in rows:
        by_quantity[row.quantity].append(row)
    table = []
    for quantity, method in QUANTITIES.items():
        found = by_quantity[quantity]
        seeds = [row.seed for row in found]
        if len(set(seeds)) < len(seeds):
            raise ValueError(f"a seed is given twice for {quantity}")
        if found:
            holds = [row.holds for row in found if row.holds is not None]
            table.append(
                (
                    quantity,
                    len(found),
                    *(_mean(found, name)[0] for name in ("planted", "found")),
                    *_mean(found, "precision"),
                    *_mean(found, "recall"),
                    *(_mean(found, name)[0] for name in ("truth", "value")),
                    *_coverage(holds),
                    "replica",
                    method,
                )
            )
    return SUMMARY_COLUMNS, table


def _mean(rows: list[Recovered], name: str) -> tuple[float | None, float | None, float | None]:
    values = np.array([value for row in rows if (value := getattr(row, name)) is not None], float)
    if len(values) == 0:
        return None, None, None
    mean = float(values.mean())
    if len(values) < 2 or np.ptp(values) == 0:
        return mean, None, None
    half = t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return mean, max(0.0, float(mean - half)), min(1.0, float(mean + half))


def _coverage(holds: list[bool]) -> tuple[float | None, float | None, float | None]:
    if not holds:
        return None, None, None
    return sum(holds) / len(holds), *rate_interval(sum(holds), len(holds))


def write_seed(rows: Iterable[Recovered], path: str | Path) -> None:
    """Write the rows of one or more seeds as CSV, one for each seed and quantity, in the given order."""
    write_csv(path, SEED_COLUMNS, ([getattr(row, name) for name in SEED_COLUMNS] for row in rows))


def read_seeds(paths: Iterable[str | Path]) -> list[Recovered]:
    """Read the files of `write_seed`; the rows are ordered by seed and by their order in the file."""
    kinds: dict[str, Callable[[str], Any]] = {
        **dict.fromkeys(("seed", "planted", "found", "correct"), int),
        **dict.fromkeys(("truth", "value", "low", "high"), float),
        **{"quantity": str, "holds": "true".__eq__},
    }
    rows = []
    for path in paths:
        with Path(path).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                cells: dict[str, Any] = {name: kind(row[name]) for name, kind in kinds.items() if row[name]}
                rows.append(Recovered(**cells))
    return sorted(rows, key=lambda row: row.seed)
