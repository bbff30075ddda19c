"""What became of each planted quantity: one row a replica, and the table over replicas."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import binomtest, t

from takedown.core.tables import write_csv

#: Planted batches of at least this many accounts are counted by themselves too.
LARGE_BATCH = 10
#: A silence found may be longer at either end than the one planted, until the account happened to post.
TOLERANCE_DAYS = 30
#: Planted groups that acted together at least so often are counted by themselves too.
OFTEN = 10


@dataclass(frozen=True)
class Recovered:
    """What became of one planted quantity in one replica.

    `planted`, `found` and `correct` count days, accounts, silences or posts, None where the quantity is a single number: then `truth`
    is the planted one, `value`, `low`, `high` the estimate with its 95 % interval. `holds` says whether what the study
    asserts with 95 % confidence is true here, None where it asserts nothing.
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
        """Share of what was found that was planted; None where nothing was found."""
        return self.correct / self.found if self.found and self.correct is not None else None

    @property
    def recall(self) -> float | None:
        """Share of what was planted that was found; None where nothing was planted."""
        return self.correct / self.planted if self.planted and self.correct is not None else None


def compare(seed: int, quantity: str, planted: set, found: set, **more) -> Recovered:
    """Count what was planted, what was found, and what is both; the elements are keys such as days or accounts."""
    return Recovered(seed, quantity, len(planted), len(found), len(planted & found), **more)


#: Quantities in the order of the table, with what each row says.
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
    "coordinated_pairs": "pairs of accounts with a significant edge on any trace, of operation and control, against pairs of "
    "accounts of one planted group",
    "coordinated_pairs_often": f"the same, planted groups that acted together at least {OFTEN} times; recall only",
    "coordinated_accounts": "accounts with a significant edge against accounts of the planted groups",
    "coordinated_groups": "communities of the network of significant edges against planted groups, correct if more accounts are "
    "in both than in one alone",
    "coordinated_groups_often": f"the same, planted groups that acted together at least {OFTEN} times; recall only",
}
SUMMARY_COLUMNS = ("quantity", "seeds", "planted", "found", "precision", "precision_low", "precision_high")
SUMMARY_COLUMNS += ("recall", "recall_low", "recall_high", "truth", "value")
SUMMARY_COLUMNS += ("coverage", "coverage_low", "coverage_high", "provenance", "method")
SEED_COLUMNS = ("seed", "quantity", "planted", "found", "correct", "precision", "recall")
SEED_COLUMNS += ("truth", "value", "low", "high", "holds")


def summarise(rows: Iterable[Recovered]) -> tuple[tuple[str, ...], list[tuple]]:
    """Return header and rows of the table over seeds, one row a quantity in the order of QUANTITIES.

    Counts, precision and recall are means over the seeds that have one, with Student's t on those seeds, cut at 0 and 1
    and without an interval where all seeds agree. Coverage is the share of seeds in which what is asserted holds, with
    the exact binomial interval (C. Clopper and E. Pearson, 1934). Raises ValueError for a seed that is there twice.
    """
    by_quantity = defaultdict(list)
    for row in rows:
        by_quantity[row.quantity].append(row)
    table = []
    for quantity, method in QUANTITIES.items():
        found = by_quantity[quantity]
        seeds = [row.seed for row in found]
        if len(set(seeds)) < len(seeds):
            raise ValueError(f"a seed is there twice for {quantity}")
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
    interval = binomtest(sum(holds), len(holds)).proportion_ci(0.95, method="exact")
    return sum(holds) / len(holds), float(interval.low), float(interval.high)


def write_seed(rows: Iterable[Recovered], path: str | Path) -> None:
    """Write the rows of one or more seeds as CSV, one row for each seed and quantity in the order given."""
    write_csv(path, SEED_COLUMNS, ([getattr(row, name) for name in SEED_COLUMNS] for row in rows))


def read_seeds(paths: Iterable[str | Path]) -> list[Recovered]:
    """Read back what `write_seed` wrote, ordered by seed and quantity's place in the file."""
    rows = []
    for path in paths:
        with Path(path).open(encoding="utf-8", newline="") as file:
            rows += [
                Recovered(
                    int(row["seed"]),
                    row["quantity"],
                    *(int(row[name]) if row[name] else None for name in ("planted", "found", "correct")),
                    *(float(row[name]) if row[name] else None for name in ("truth", "value", "low", "high")),
                    {"true": True, "false": False, "": None}[row["holds"]],
                )
                for row in csv.DictReader(file)
            ]
    return sorted(rows, key=lambda row: row.seed)
