"""Whether the study finds what was planted: replicas whose truth is known go through ingestion and the same analyses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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

OWNERSHIP_TERMS = RESOURCES / "ownership_terms.yaml"
#: Language that only the posts of the topic are in.
TOPIC_LANGUAGE = "zh"


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
    terms, outlets = load_terms(), load_outlets()
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
        records.append(folder / "records" / name / "post_term.parquet")
        label_posts(outputs.values(), name, terms, outlets, records[-1])
    records.append(folder / "records" / "archive.parquet")
    write_archive_table(located, registry, records[-1])
    return Replica(records, truths, batches)


def recover(seed: int, replica: Replica, study: Mapping) -> list[Recovered]:
    """Analyse a replica as the study does and compare with what was planted; one row for each quantity."""
    with open_records(replica.records, utc_offset_hours=study["utc_offset_hours"]) as connection:
        return [
            *_recover_bursts(seed, connection, replica, study),
            *_recover_schedule(seed, connection, replica, study),
            *_recover_lives(seed, connection, replica, study),
            *_recover_content(seed, connection, replica, study),
            *recover_groups(
                seed, replica.records, replica.records[-1].parent, _planted(replica, "groups"), study
            ),
        ]


def _recover_bursts(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, study: Mapping
) -> list[Recovered]:
    """Compare flagged days with planted batches; what the study asserts is that no flagged day is a false alarm."""
    settings = study["creation"]
    cut = np.datetime64(str(settings["control_cut"]), "D")
    populations = read_populations(connection, study["subjects"], cut)
    tested = find_subject_bursts(populations, cut, settings["burst_baseline_days"], settings["burst_alpha"])
    first, _ = populations["operation"].calendar()
    flagged = set((first + np.flatnonzero(tested["operation"].flagged)).astype(str).tolist())
    large = {day for day, accounts in replica.batches.items() if accounts >= LARGE_BATCH}
    return [
        compare(seed, "burst_days", set(replica.batches), flagged, holds=flagged <= set(replica.batches)),
        Recovered(seed, "burst_days_large", len(large), correct=len(large & flagged)),
    ]


def _recover_schedule(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, study: Mapping
) -> list[Recovered]:
    """Compare the office share with that of the week that the schedule gives."""
    weeks = [truth["planted"]["schedule"].get("expected_week") for truth in replica.truths.values()]
    expected = np.sum([week for week in weeks if week is not None], axis=0)
    first, end = study["office_hours"]
    office = float(expected[:SATURDAY, first:end].sum() / expected.sum())
    rows = connection.execute(
        read_sql("posting/posting_hours.sql"),
        {"archives": list(study["subjects"]["operation"]), "languages": [TOPIC_LANGUAGE]},
    ).fetchnumpy()
    matrix = hour_matrix(rows["posted_on"], rows["hour"], rows["posts"])
    counts = weeks_of(matrix, (first, end))
    found = office_share(counts).estimate(counts.weeks_with_posts)
    known = found.low is not None and found.high is not None
    return [
        Recovered(
            seed,
            "office_share",
            truth=office,
            value=found.value,
            low=found.low,
            high=found.high,
            holds=bool(found.low <= office <= found.high) if known else None,
        )
    ]


def _recover_lives(
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, study: Mapping
) -> list[Recovered]:
    """Compare turned accounts, posts of a new owner and silences; what is found in the control counts as false."""
    choices = LifeChoices(**study["life"])
    until = np.datetime64(str(study["creation"]["control_cut"]), "D")
    phrases = read_ownership_phrases(OWNERSHIP_TERMS)
    turned, owned, busy, dormancies = set(), set(), set(), []
    for archives in study["subjects"].values():
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
    seed: int, connection: duckdb.DuckDBPyConnection, replica: Replica, study: Mapping
) -> list[Recovered]:
    """Compare the operation's posts on the topic by post, and posts with a slur by their number."""
    archives = list(study["subjects"]["operation"])
    turns = [turn for name in archives for turn in replica.truths[name]["planted"]["topic_from"].items()]
    account, topic_from = (np.array(column, object) for column in zip(*turns, strict=True))
    connection.register(
        "planted_turn",
        {
            "account_id": account,
            "topic_from": np.char.rstrip(topic_from.astype(str), "Z").astype("datetime64[us]"),
        },
    )
    topic = connection.execute(
        read_sql("validation/recovery/topic_posts.sql"),
        {"archives": archives, "lists": list(study["life"]["topic_lists"])},
    ).fetchone()
    planted = sum(truth["planted"]["content"]["slur_posts"] for truth in replica.truths.values())
    (slurs,) = connection.execute(read_sql("validation/recovery/slur_posts.sql")).fetchone()
    return [
        Recovered(seed, "topic_posts", *topic),
        Recovered(seed, "slur_posts", planted, slurs, holds=slurs == planted),
    ]


def busy_accounts(accounts: Mapping[str, np.ndarray]) -> set[str]:
    """Return the accounts with a post a week or more from their first post on, their longest silence left out.

    `accounts` are columns of workflow/sql/life/account_days.sql. Their silences are not due to few posts.
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
    """Compare silences that ended; one is correct if it covers the planted one of its account.

    With `tolerance_days` it may be no more than that longer at either end. `planted` are entries of the truth, at
    most one an account; `found` the columns that `find_dormancies` returns, days as datetime64[D].
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
    # A silence is planted from the beginning of a local day, which may be the UTC day before.
    correct = (longer >= -1).all(axis=0)
    if tolerance_days is not None:
        correct &= (longer <= tolerance_days).all(axis=0)
    return Recovered(seed, quantity, len(planted), len(account), int(correct.sum()))


def select(columns: Mapping[str, np.ndarray], kept: np.ndarray) -> dict[str, np.ndarray]:
    """Return the rows of columns that `kept` marks."""
    return {name: values[kept] for name, values in columns.items()}


def _planted(replica: Replica, name: str) -> list:
    return [item for truth in replica.truths.values() for item in truth["planted"].get(name, [])]
