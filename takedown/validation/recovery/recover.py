"""Recovery of planted structures: replicas with a known truth pass through ingestion and the analyses of the study."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from takedown.content.labels import label_posts
from takedown.content.terms import load_outlets, load_terms
from takedown.core.database import open_records, read_sql
from takedown.core.paths import RESOURCES
from takedown.core.records import write_archive_table
from takedown.creation.measures import find_subject_bursts
from takedown.creation.rows import read_populations
from takedown.ingest.read import ingest
from takedown.ingest.record import TABLES
from takedown.life.records import LifeChoices, find_lives, find_ownership, read_ownership_phrases
from takedown.posting.by_week import office_share, weeks_of
from takedown.posting.hours import hour_matrix
from takedown.statistics.calendar import SATURDAY
from takedown.validation.recovery.networks import recover_groups
from takedown.validation.recovery.table import LARGE_BATCH, TOLERANCE_DAYS, Recovered, compare
from takedown.validation.replica import generate_replica
from takedown.validation.replica.planted import plant_calendar
from takedown.validation.replica.published import read_published

OWNERSHIP_TERMS = RESOURCES / "ownership_terms.yaml"
#: A language in which only posts on the topic are written.
TOPIC_LANGUAGE = "zh"


@dataclass(frozen=True)
class Replica:
    """Simulated records of all archives, and the planted structures: `truths` by archive, `batches` day → accounts."""

    records: list[Path]
    truths: dict[str, dict]
    batches: dict[str, int]


def simulate_replica(
    seed: int,
    scale: float,
    registry: dict[str, dict],
    config: Mapping[str, Any],
    published_folder: str | Path,
    folder: str | Path,
) -> Replica:
    """Simulate operation and control with a planted creation calendar into `folder`, and ingest them.

    Of `config`, the configuration, subjects, utc_offset_hours and ingest are used; `registry` is that of the archives.
    `scale` and the errors are those of `simulate_archive`.
    """
    folder = Path(folder)
    roles = {name: role for role, names in config["subjects"].items() for name in names}
    published = {name: read_published(published_folder, name, role) for name, role in roles.items()}
    planted, batches = plant_calendar(np.random.default_rng([seed, 0]), published, roles)
    terms, outlets = load_terms(), load_outlets()
    truths, located = {}, {}
    records: list[Path] = []
    for name, role in roles.items():
        entry = registry[name]
        files = {kind: str(folder / name / entry["files"][kind]["name"]) for kind in TABLES}
        truths[name] = generate_replica(
            name,
            role=role,
            layout=entry["layout"],
            files=entry["files"],
            released_on=entry["released_on"],
            published=planted[name],
            output_folder=folder / name,
            truth_path=folder / "truth" / f"{name}.json",
            seed=seed,
            scale=scale,
            utc_offset_hours=config["utc_offset_hours"],
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
                memory_mb=config["ingest"]["memory_mb"],
                threads=1,
                largest_bytes=config["ingest"]["largest_file_gb"] * 1e9,
                largest_ratio=config["ingest"]["largest_compression_ratio"],
                simulated=True,
            )
            records += outputs.values()
        records.append(folder / "records" / name / "post_term.parquet")
        label_posts(outputs.values(), name, terms, outlets, records[-1])
    records.append(folder / "records" / "archive.parquet")
    write_archive_table(located, registry, records[-1])
    return Replica(records, truths, batches)


def recover(seed: int, replica: Replica, config: Mapping) -> list[Recovered]:
    """Analyse a replica as the study does and compare the results with its truth; one row for each quantity."""
    with open_records(replica.records, utc_offset_hours=config["utc_offset_hours"]) as connection:
        return [
            *_recover_bursts(seed, connection, replica, config),
            *_recover_schedule(seed, connection, replica, config),
            *_recover_lives(seed, connection, replica, config),
            *_recover_content(seed, connection, replica, config),
            *recover_groups(
                seed, replica.records, replica.records[-1].parent, _planted(replica, "groups"), config
            ),
        ]


def _recover_bursts(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, config: Mapping
) -> list[Recovered]:
    """Compare flagged days with planted batches; the study asserts that no flagged day is a false alarm."""
    settings = config["creation"]
    cut = np.datetime64(str(settings["control_cut"]), "D")
    populations = read_populations(connection, config["subjects"], cut)
    tested = find_subject_bursts(populations, cut, settings["burst_baseline_days"], settings["burst_alpha"])
    first, _ = populations["operation"].calendar()
    flagged = set((first + np.flatnonzero(tested.of["operation"].flagged)).astype(str).tolist())
    large = {day for day, accounts in replica.batches.items() if accounts >= LARGE_BATCH}
    return [
        compare(seed, "burst_days", set(replica.batches), flagged, holds=flagged <= set(replica.batches)),
        Recovered(seed, "burst_days_large", len(large), correct=len(large & flagged)),
    ]


def _recover_schedule(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, config: Mapping
) -> list[Recovered]:
    """Compare the office share with that of the expected week of the schedule."""
    weeks = [truth["planted"]["schedule"].get("expected_week") for truth in replica.truths.values()]
    expected = np.sum([week for week in weeks if week is not None], axis=0)
    first, end = config["office_hours"]
    office = float(expected[:SATURDAY, first:end].sum() / expected.sum())
    rows = connection.execute(
        read_sql("posting/posting_hours.sql"),
        {"archives": list(config["subjects"]["operation"]), "languages": [TOPIC_LANGUAGE]},
    ).fetchnumpy()
    matrix = hour_matrix(rows["posted_on"], rows["hour"], rows["posts"])
    counts = weeks_of(matrix, (first, end))
    found = office_share(counts).estimate(counts.weeks_with_posts)
    return [
        Recovered(
            seed,
            "office_share",
            truth=office,
            value=found.value,
            low=found.low,
            high=found.high,
            holds=None
            if found.low is None or found.high is None
            else bool(found.low <= office <= found.high),
        )
    ]


def _recover_lives(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, config: Mapping
) -> list[Recovered]:
    """Compare turned accounts, posts of a new owner and silences; findings in the control count as false."""
    choices = LifeChoices(**config["life"])
    until = np.datetime64(str(config["creation"]["control_cut"]), "D")
    phrases = read_ownership_phrases(OWNERSHIP_TERMS)
    turned: set[str] = set()
    owned: set[str] = set()
    busy: set[str] = set()
    dormancies = []
    for archives in config["subjects"].values():
        lives = find_lives(connection, archives, choices, until=until)
        if lives is None:
            continue
        turned |= set(lives.turns["account_id"][lives.turns["repurposed"].astype(bool)])
        owned |= set(find_ownership(connection, archives, phrases, until=until)["account_id"])
        busy |= busy_accounts(lives.accounts)
        dormancies.append(lives.dormancies)
    repurposed = {item["account_id"] for item in _planted(replica, "repurposed")}
    silences = _planted(replica, "dormancy")
    silences_busy = [item for item in silences if item["account_id"] in busy]
    found_busy = [select(each, np.isin(each["account_id"], sorted(busy))) for each in dormancies]
    return [
        compare(seed, "repurposed", repurposed, turned),
        compare(seed, "turned", repurposed | set(_planted(replica, "warmed_up")), turned),
        compare(seed, "sold", {item["account_id"] for item in _planted(replica, "sold")}, owned),
        match_silences(seed, "dormancy", silences, dormancies),
        match_silences(seed, "dormancy_busy", silences_busy, found_busy),
        match_silences(seed, "dormancy_dated", silences_busy, found_busy, TOLERANCE_DAYS),
    ]


def _recover_content(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, config: Mapping
) -> list[Recovered]:
    """Compare the posts of the operation on the topic one by one, and posts with a slur by their number."""
    archives = list(config["subjects"]["operation"])
    turns = [turn for name in archives for turn in replica.truths[name]["planted"]["topic_from"].items()]
    account, topic_from = (np.array(column, object) for column in zip(*turns, strict=True))
    connection.register(
        "planted_turn",
        {
            "account_id": account,
            "topic_from": np.char.rstrip(topic_from.astype(str), "Z").astype("datetime64[us]"),
        },
    )
    ((planted_posts, found_posts, correct_posts),) = connection.execute(
        read_sql("validation/recovery/topic_posts.sql"),
        {"archives": archives, "lists": list(config["life"]["topic_lists"])},
    ).fetchall()
    planted = sum(truth["planted"]["content"]["slur_posts"] for truth in replica.truths.values())
    ((slurs,),) = connection.execute(read_sql("validation/recovery/slur_posts.sql")).fetchall()
    return [
        Recovered(seed, "topic_posts", planted_posts, found_posts, correct_posts),
        Recovered(seed, "slur_posts", planted, slurs, holds=slurs == planted),
    ]


def busy_accounts(accounts: Mapping[str, np.ndarray]) -> set[str]:
    """Return the accounts with at least one post a week between their first post and the end, the longest silence excluded.

    `accounts` are the columns of workflow/sql/life/account_days.sql. Silences of these accounts are not due to few posts.
    """
    with np.errstate(invalid="ignore"):
        days = (accounts["observed_until"] - accounts["first_posted_on"]) / np.timedelta64(1, "D")
        silence = np.nan_to_num(np.asarray(accounts["longest_silence_days"], float))
        return set(accounts["account_id"][7 * accounts["posts"] >= days - silence])


def match_silences(
    seed: int,
    quantity: str,
    planted: Sequence[Mapping],
    found: Sequence[Mapping[str, np.ndarray]],
    tolerance_days: int | None = None,
) -> Recovered:
    """Compare silences that ended; a silence is correct if it covers the planted silence of its account.

    With `tolerance_days` it may be at most so many days longer at either end. `planted` are entries of the truth, at
    most one for each account, and `found` the columns of `find_dormancies`, with days as datetime64[D].
    """
    ended = [select(each, ~np.isnat(each["silent_until"])) for each in found]
    account, first, last = (
        np.concatenate([np.empty(0, kind), *(each[name] for each in ended)])
        for name, kind in (("account_id", object), ("silent_from", "M8[D]"), ("silent_until", "M8[D]"))
    )
    place = {item["account_id"]: number for number, item in enumerate(planted)}
    start, end = (
        np.array([item[name].rstrip("Z") for item in planted], "datetime64[D]")
        for name in ("silent_from", "silent_until")
    )
    known = np.array([name in place for name in account], bool)
    number = np.array([place[name] for name in account[known]], np.int64)
    longer = np.concatenate([[start[number] - first[known]], [last[known] - end[number]]]).astype(np.int64)
    # A planted silence begins with a local day, which may begin on the UTC day before.
    correct = (longer >= -1).all(axis=0)
    if tolerance_days is not None:
        correct &= (longer <= tolerance_days).all(axis=0)
    return Recovered(seed, quantity, len(planted), len(account), int(correct.sum()))


def select(columns: Mapping[str, np.ndarray], kept: np.ndarray) -> dict[str, np.ndarray]:
    """Return the rows of columns at which `kept` is true."""
    return {name: values[kept] for name, values in columns.items()}


def _planted(replica: Replica, name: str) -> list:
    return [item for truth in replica.truths.values() for item in truth["planted"].get(name, [])]
