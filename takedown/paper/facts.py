"""What sentences print that is no measure: the days and sessions of a table, each with its provenance."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from takedown.paper.printed_tables import Row, read_printed

#: Part of a sentence: a text as it stands, or a number of a table with its provenance.
Part = Mapping[str, Any]
#: Number of burst days that are named.
NAMED_DAYS = 3


def in_words(day: str) -> str:
    """Return a date as a text prints it.

    >>> in_words("2019-12-08")
    '8 December 2019'
    """
    at = date.fromisoformat(day)
    return f"{at.day} {at:%B} {at.year}"


def listed(items: Sequence[Sequence[Part]]) -> list[Part]:
    """Return the parts of a list in words, with commas and an "and" before the last item."""
    parts: list[Part] = []
    for place, item in enumerate(items):
        if place:
            parts.append({"text": " and " if place == len(items) - 1 else ", "})
        parts += item
    return parts


def table_number(row: Row, column: str) -> Part:
    """Return the number of a cell with the provenance of its row."""
    return {"number": row[column], "provenance": row["provenance"]}


def creation_facts(days: str | Path, sessions: str | Path) -> dict[str, list[Part]]:
    """Return the facts on creation; a fact is left out where the tables have no such day or session.

    `days` and `sessions` are results/tables/creation_{days,sessions}.csv. Raises InputError for a missing column or value.
    """
    calendar = read_printed(
        days,
        "results/tables/creation_days.csv",
        ("date", "accounts", "burst", "p_adjusted", "provenance"),
    )
    large = [
        row
        for row in read_printed(
            sessions,
            "results/tables/creation_sessions.csv",
            ("start_local", "minutes", "accounts", "large", "provenance"),
        )
        if row["large"] == "true"
    ]
    facts = _bursts(calendar)
    if facts:
        bursts = [row for row in calendar if row["burst"] == "true"]
        clearest = min(bursts, key=lambda row: (float(row["p_adjusted"]), row["date"]))
        facts["clearest_burst"] = [{"text": in_words(clearest["date"])}]
    if large:
        facts["large_batches"] = listed([_batch(row) for row in large])
    return facts


def deposited_facts(days: str | Path) -> dict[str, list[Part]]:
    """Return the facts on creation of a deposit; `days` is its creation_days.csv, where days of few accounts are added up."""
    table = "/".join(("workflow/resources/deposited", *Path(days).name.split(".", 1)))
    calendar = read_printed(days, table, ("date", "until", "accounts", "burst"))
    return _bursts([row | {"provenance": "aggregate"} for row in calendar if row["date"] == row["until"]])


def _bursts(calendar: Sequence[Row]) -> dict[str, list[Part]]:
    bursts = [row for row in calendar if row["burst"] == "true"]
    largest = sorted(bursts, key=lambda row: (-int(row["accounts"]), row["date"]))[:NAMED_DAYS]
    named = [
        [table_number(row, "accounts"), {"text": f" accounts on {in_words(row['date'])}"}] for row in largest
    ]
    return {"largest_bursts": listed(named)} if named else {}


def _batch(row: Row) -> list[Part]:
    start = row["start_local"]
    return [
        {"text": f"on {in_words(start[:10])} at {start[11:16]} with "},
        table_number(row, "accounts"),
        {"text": " accounts in "},
        table_number(row, "minutes"),
        {"text": " minutes"},
    ]
