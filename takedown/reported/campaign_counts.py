"""What is counted of a campaign: its accounts, and its posts by month, language and client, from records or as reported."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from takedown.core.database import read_sql
from takedown.reported.numbers import RELEASES_POPULATION, ReportedNumber
from takedown.statistics.clustered_shares import share
from takedown.statistics.estimate import Estimate

#: Seconds within which two accounts co-tweet or co-retweet (Schoch et al. 2022).
WINDOW_SECONDS = 60

#: Archive whose published creation days every campaign is compared with.
REFERENCE = "control_hk_protest_2019_11"

MONTH_COLUMNS = ("campaign", "month", "posts", "counts_from")


@dataclass(frozen=True)
class Counts:
    """What is counted of a campaign: `months` (YYYY-MM), `languages` and `clients` map to posts."""

    accounts: int
    posts: int
    first_post: str
    last_post: str
    months: Mapping[str, int]
    languages: Mapping[str, int]
    clients: Mapping[str, int]


def counts_of_reports(numbers: Iterable[ReportedNumber]) -> dict[str, Counts]:
    """Return the counts of each release that one analysis published of all releases, by archive."""
    by_archive: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for number in numbers:
        if number.population == RELEASES_POPULATION:
            stem = number.measure.removesuffix(f".{number.key}") if number.key else number.measure
            by_archive[number.archive_id][stem][number.key] = number.value
    return {
        archive: Counts(
            int(found["accounts.total"][""]),
            int(found["posts.total"][""]),
            found["posts.first"][""],
            found["posts.last"][""],
            *(
                {key: int(value) for key, value in found[f"posts.by_{kind}"].items()}
                for kind in ("month", "language", "client")
            ),
        )
        for archive, found in by_archive.items()
    }


def counts_of_records(connection: duckdb.DuckDBPyConnection, archives: Sequence[str]) -> Counts:
    """Count the accounts and posts of archives, all together, with the queries that reproduce reported numbers."""

    def ask(query: str, **parameters: Any) -> dict[str, Any]:
        return dict(
            connection.execute(
                read_sql(f"reported/{query}.sql"), {"archives": list(archives), **parameters}
            ).fetchall()
        )

    totals = ask("posts_totals")
    return Counts(
        int(ask("creation_totals")["accounts"]),
        int(totals["posts"]),
        totals["first"],
        totals["last"],
        ask("posts_months", languages=[], kind="all"),
        ask("posts_languages"),
        ask("posts_clients", languages=[]),
    )


def add_counts(parts: Sequence[Counts]) -> Counts:
    """Return the counts of several releases together; they share no account and no post."""

    def added(name: str) -> dict[str, int]:
        total: dict[str, int] = defaultdict(int)
        for part in parts:
            for key, value in getattr(part, name).items():
                total[key] += value
        return dict(total)

    return Counts(
        sum(part.accounts for part in parts),
        sum(part.posts for part in parts),
        min(part.first_post for part in parts),
        max(part.last_post for part in parts),
        *map(added, ("months", "languages", "clients")),
    )


def count_columns(connection: duckdb.DuckDBPyConnection, archives: Sequence[str]) -> dict[str, Estimate]:
    """Return the columns that are counted from the posts of archives: reposts, and accounts that co-post.

    The share of reposts has the interval of `statistics.clustered_shares.share`. The share of accounts that co-post has none: it
    is a count of the accounts that were released, and accounts of one network are not drawn independently. Without a post there is
    no column.
    """
    given = {"archives": list(archives)}
    cells = connection.execute(read_sql("reported/repost_cells.sql"), given).fetchnumpy()
    asked = {**given, "window_seconds": WINDOW_SECONDS}
    [(accounts, in_company)] = connection.execute(read_sql("reported/co_posting.sql"), asked).fetchall()
    reposts = share(cells["account"], cells["day"], cells["reposts"], cells["posts"])
    if reposts is None:
        return {}
    return {"repost_share": reposts, "co_posting_share": Estimate(in_company / accounts, n=accounts)}


def reference_coincidence(connection: duckdb.DuckDBPyConnection, until: str) -> float | None:
    """Return the coincidence probability of the accounts of `REFERENCE` created until a day, None without its calendar."""
    asked = {"reference": REFERENCE, "until": until}
    [(probability,)] = connection.execute(read_sql("reported/reference_coincidence.sql"), asked).fetchall()
    return probability


def burst_share(calendar: Iterable[Mapping[str, str]]) -> Estimate:
    """Return the share of accounts created on burst days; `calendar` holds the rows of results/tables/creation_days.csv."""
    rows = list(calendar)
    accounts = sum(int(row["accounts"]) for row in rows)
    return Estimate(
        sum(int(row["accounts"]) for row in rows if row["burst"] == "true") / accounts, n=accounts
    )


def posts_after_bursts(calendar: Iterable[Mapping[str, str]], months: Iterable[Sequence]) -> Estimate | None:
    """Return the share of a campaign's posts in months after that in which half of its accounts of burst days were created.

    `calendar` holds rows of results/tables/creation_days.csv, `months` rows of `MONTH_COLUMNS`; n counts the accounts. Without a burst
    or a post there is none.

    >>> days = [{"date": "2019-01-05", "accounts": "9", "burst": "true"}, {"date": "2019-03-01", "accounts": "2", "burst": "false"}]
    >>> posts_after_bursts(days, [("a", "2019-01", 3, ""), ("a", "2019-02", 1, "")]).value
    0.25
    """
    bursts = sorted((row["date"], int(row["accounts"])) for row in calendar if row["burst"] == "true")
    dates = [date for date, accounts in bursts for _ in range(accounts)]
    posts = {month: int(number) for _, month, number, _ in months}
    if not dates or not posts:
        return None
    half = dates[(len(dates) - 1) // 2][:7]
    after = sum(number for month, number in posts.items() if month > half)
    return Estimate(after / sum(posts.values()), n=len(dates))


def month_rows(campaign: str, counts: Counts, counts_from: str) -> list[tuple[str, str, int, str]]:
    """Return campaign, month, posts and provenance for each month with a post, as `MONTH_COLUMNS` has them."""
    return [(campaign, month, posts, counts_from) for month, posts in sorted(counts.months.items())]


def join_months(rows: Iterable[Sequence], better: Iterable[Sequence]) -> list[Sequence]:
    """Return all rows of months by campaign and month; a campaign of `better` takes the place of the same one."""
    better = list(better)
    replaced = {row[0] for row in better}
    return sorted(
        [*(row for row in rows if row[0] not in replaced), *better], key=lambda row: (row[0], row[1])
    )
