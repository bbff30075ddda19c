"""Data of the interactive views: the creation calendar, hours of the day, and the network of edges."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb

from takedown.core.database import read_sql
from takedown.core.measures import weakest_provenance

#: A row of a published table, by column.
Row = Mapping[str, str]


def calendar_view(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the operation's accounts by day from results/tables/creation_days.csv: each day from the first to the last.

    `days` are seconds since 1970, as uPlot takes them; `bursts` has the accounts of burst days and null on others.
    """
    if not rows:
        return {"days": [], "accounts": [], "bursts": [], "provenance": ""}
    known = {date.fromisoformat(row["date"]): row for row in rows}
    first = min(known)
    days = [first + timedelta(days=number) for number in range((max(known) - first).days + 1)]
    accounts = [int(known[day]["accounts"]) if day in known else 0 for day in days]
    return {
        "days": [(day - date(1970, 1, 1)).days * 86_400 for day in days],
        "accounts": accounts,
        "bursts": [
            count if day in known and known[day]["burst"] == "true" else None
            for day, count in zip(days, accounts, strict=True)
        ],
        "provenance": weakest_provenance(row["provenance"] for row in rows),
    }


def hours_view(connection: duckdb.DuckDBPyConnection, weekend: int) -> list[dict[str, Any]]:
    """Return, for each archive with posts, its posts per local hour on an average working day and on one of the weekend.

    `connection` is a database of the study (`open_database`); the weekend of two days begins on `weekend`, 0 for Monday.
    """
    rows = connection.execute(read_sql("audit/hours.sql"), {"weekend": weekend}).fetchall()
    series: dict[str, dict[str, Any]] = {}
    for archive, is_weekend, hour, posts, days, provenance in rows:
        drawn = series.setdefault(
            archive,
            {"archive": archive, "provenance": provenance, "working": [0.0] * 24, "weekend": [0.0] * 24},
        )
        drawn["provenance"] = weakest_provenance([drawn["provenance"], provenance])
        drawn["weekend" if is_weekend else "working"][hour] = round(posts / days, 3)
    return list(series.values())


def network_view(nodes: Sequence[Row], edges: Iterable[Row]) -> dict[str, Any]:
    """Return the network of results/tables/coordination_{nodes,edges}.csv, its edges as places of two nodes.

    Accounts are digests, as in the tables. `nodes` are [digest, subject, community, edges, coordinated days], `edges` are [first,
    second, days, traces, first joint day, last joint day], the smaller digest first.
    """
    place = {(node["subject"], node["account"]): number for number, node in enumerate(nodes)}
    return {
        "nodes": [
            [node["account"], node["subject"], int(node["community"]), int(node["degree"]), int(node["days"])]
            for node in nodes
        ],
        "edges": [
            [
                place[edge["subject"], edge["account_a"]],
                place[edge["subject"], edge["account_b"]],
                int(edge["days"]),
                edge["traces"],
                edge["first_joint"],
                edge["last_joint"],
            ]
            for edge in edges
            if edge["shared_schedule"] != "true"
        ],
        "provenance": weakest_provenance(node["provenance"] for node in nodes) if nodes else "",
    }
