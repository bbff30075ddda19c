"""Whether the study finds what was planted: replicas whose truth is known go through ingestion and the same analyses."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from scipy.stats import binomtest, t

from takedown import posting
from takedown.creation_measures import CreationRows, find_subject_bursts
from takedown.database import open_records, read_sql
from takedown.ingest import TABLES, ingest
from takedown.records import write_archive_table
from takedown.replica import generate_replica
from takedown.replica.planted import plant_calendar
from takedown.tables import write_csv

#: Planted batches of at least this many accounts are counted by themselves too.
LARGE_BATCH = 10
#: Language that only the posts of the topic are in.
TOPIC_LANGUAGE = "zh"


@dataclass(frozen=True)
class Recovered:
    """What became of one planted quantity in one replica.

    `planted`, `found` and `correct` count days or accounts, None where the quantity is a single number: then `truth`
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
        return self.correct / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """Share of what was planted that was found; None where nothing was planted."""
        return self.correct / self.planted if self.planted else None


#: Quantities in the order of the table, with what each row says.
QUANTITIES = {
    "burst_days": "days that the burst test flags against days of planted batches of 3 to 120 accounts; coverage: seeds in "
    "which no flagged day is a false alarm",
    "burst_days_large": f"the same, planted batches of at least {LARGE_BATCH} accounts; recall only",
    "office_share": "share of Chinese posts of the operation in office hours against that of the planted shifts, given who posts "
    "how much; coverage: seeds whose 95 % interval holds it",
    "utc_offset": "UTC offset with the largest office share against the planted one; coverage: seeds whose run of compatible "
    "offsets holds it, for which 82 % is asserted",
}
SUMMARY_COLUMNS = ("quantity", "seeds", "planted", "found", "precision", "precision_low", "precision_high")
SUMMARY_COLUMNS += ("recall", "recall_low", "recall_high", "truth", "value")
SUMMARY_COLUMNS += ("coverage", "coverage_low", "coverage_high", "provenance", "method")
SEED_COLUMNS = ("seed", "quantity", "planted", "found", "correct", "precision", "recall")
SEED_COLUMNS += ("truth", "value", "low", "high", "holds")


@dataclass(frozen=True)
class Replica:
    """Simulated records of all archives and what was planted in them: `truths` by archive, `batches` day → accounts."""

    records: list[Path]
    truths: dict[str, dict]
    batches: dict[str, int]


def simulate(
    seed: int,
    scale: float,
    registry: Mapping[str, dict],
    study: Mapping,
    published_folder: str | Path,
    folder: str | Path,
) -> Replica:
    """Simulate the operation and the control with a planted calendar into `folder`, and ingest them.

    `study` is the configuration, of which subjects, utc_offset_hours and ingest are used; `registry` that of the
    archives. Raises InputError for a scale that cannot be made.
    """
    folder = Path(folder)
    roles = {name: role for role, names in study["subjects"].items() for name in names}
    rng = np.random.default_rng([seed, 0])
    batches = plant_calendar(rng, published_folder, folder / "published", roles)
    truths, records, located = {}, [], {}
    for name, role in roles.items():
        entry = registry[name]
        files = {kind: str(folder / name / entry["files"][kind]["name"]) for kind in TABLES}
        truths[name] = generate_replica(
            name,
            role=role,
            layout=entry["layout"],
            files=entry["files"],
            released_on=entry["released_on"],
            published_folder=folder / "published",
            output_folder=folder / name,
            truth_path=folder / "truth" / f"{name}.json",
            seed=seed,
            scale=scale,
            utc_offset_hours=study["utc_offset_hours"],
        )
        located[name] = {"provenance": "replica"} | {kind: [path] for kind, path in files.items()}
        for kind, path in files.items():
            outputs = {table: folder / "records" / name / f"{kind}_{table}.parquet" for table in TABLES[kind]}
            ingest(
                kind,
                path,
                name,
                entry["layout"],
                outputs,
                scratch=folder,
                memory_mb=study["ingest"]["memory_mb"],
                threads=1,
                largest_bytes=study["ingest"]["largest_file_gb"] * 1e9,
                largest_ratio=study["ingest"]["largest_compression_ratio"],
            )
            records += outputs.values()
    records.append(folder / "records" / "archive.parquet")
    write_archive_table(located, registry, records[-1])
    return Replica(records, truths, batches)


def recover(seed: int, replica: Replica, study: Mapping) -> list[Recovered]:
    """Analyse a replica as the study does and compare with what was planted; one row for each quantity."""
    with open_records(replica.records, utc_offset_hours=study["utc_offset_hours"]) as connection:
        return [
            *_recover_bursts(seed, connection, replica, study),
            *_recover_schedule(seed, connection, replica, study),
        ]


def compare(seed: int, quantity: str, planted: Iterable, found: Iterable, **more) -> Recovered:
    """Count what was planted, what was found, and what is both; the elements are keys such as days or accounts."""
    planted, found = set(planted), set(found)
    return Recovered(seed, quantity, len(planted), len(found), len(planted & found), **more)


def _recover_bursts(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, study: Mapping
) -> list[Recovered]:
    """Compare flagged days with planted batches; what the study asserts is that no flagged day is a false alarm."""
    settings = study["creation"]
    populations = {}
    for subject, archives in study["subjects"].items():
        columns = connection.execute(
            read_sql("measures/creation_counts.sql"), {"archives": list(archives)}
        ).fetchnumpy()
        populations[subject] = CreationRows(
            columns["created_on"].astype("datetime64[D]"),
            columns["archive_id"].astype(str),
            columns["accounts"],
            columns["provenance"].astype(str),
        )
    cut = np.datetime64(str(settings["control_cut"]), "D")
    tested = find_subject_bursts(populations, cut, settings["burst_baseline_days"], settings["burst_alpha"])
    first, _ = populations["operation"].calendar()
    flagged = set((first + np.flatnonzero(tested["operation"].flagged)).astype(str).tolist())
    large = {day for day, accounts in replica.batches.items() if accounts >= LARGE_BATCH}
    return [
        compare(seed, "burst_days", replica.batches, flagged, holds=flagged <= set(replica.batches)),
        Recovered(seed, "burst_days_large", len(large), correct=len(large & flagged)),
    ]


def _recover_schedule(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, study: Mapping
) -> list[Recovered]:
    """Compare the office share and the compatible UTC offsets with those of the week that the schedule gives."""
    weeks = [truth["planted"]["schedule"].get("expected_week") for truth in replica.truths.values()]
    expected = np.sum([week for week in weeks if week is not None], axis=0)
    first, end = study["office_hours"]
    office = float(expected[: posting.SATURDAY, first:end].sum() / expected.sum())
    rows = connection.execute(
        read_sql("measures/posting_hours.sql"),
        {"archives": list(study["subjects"]["operation"]), "languages": [TOPIC_LANGUAGE]},
    ).fetchnumpy()
    profile = posting.office_profile(
        posting.hour_matrix(rows["posted_on"], rows["hour"], rows["posts"]),
        (first, end),
        study["utc_offset_hours"],
    )
    return [
        _estimated(seed, "office_share", office, profile.office_share),
        _estimated(seed, "utc_offset", float(study["utc_offset_hours"]), profile.best),
    ]


def _estimated(seed: int, quantity: str, truth: float, estimate) -> Recovered:
    known = estimate.low is not None
    return Recovered(
        seed,
        quantity,
        truth=truth,
        value=estimate.value,
        low=estimate.low,
        high=estimate.high,
        holds=bool(estimate.low <= truth <= estimate.high) if known else None,
    )


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
