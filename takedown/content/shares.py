"""Shares of posts, and of accounts, that hold a listed term: counts by account and day, and estimates from them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from takedown.content.terms import STATE_MEDIA
from takedown.core.database import read_sql
from takedown.core.measures import weakest_provenance
from takedown.statistics import clustered_shares
from takedown.statistics.calendar import monday_of, week_number
from takedown.statistics.estimate import Estimate

#: Name of all languages that are not measured apart.
OTHER = "other"
#: Counts that rest on one list of terms, with that list.
LIST_OF = {"slur": "slur", "slur_topic": "slur", "state_media": STATE_MEDIA}
#: Count of a table whose cells are the accounts of one creation day; each cell is a cluster.
ACCOUNTS = "accounts"


@dataclass(frozen=True)
class Cells:
    """Counts of one population in cells, as a query of workflow/sql/content returns them.

    `columns` are arrays of one length (cells,): `account` numbers the accounts from 0, `day` counts days since 1970,
    and all others are counts. A cell of posts is an account, a local day, a `language` (one of `languages`) and the lists of
    terms that the posts hold; `posts` counts its posts, and each other count those of them that hold the terms that it is
    named for, `topic` a term of any of `topic_lists`. A cell of accounts is a creation day, numbered by `account`: `accounts` and, of these, `hits`.
    """

    columns: Mapping[str, np.ndarray]
    provenance: str
    topic_lists: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.columns["account"])

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def take(self, rows: np.ndarray) -> "Cells":
        """Return the cells that a mask or an array of positions chooses."""
        return replace(self, columns={name: column[rows] for name, column in self.columns.items()})

    def of_lists(self, lists: Collection[str]) -> "Cells":
        """Return the cells without the counts of slurs and of outlets, unless slur and state_media are among the lists."""
        left_out = {name for name, one in LIST_OF.items() if one not in lists}
        return replace(self, columns={name: n for name, n in self.columns.items() if name not in left_out})

    def share(self, hits: str, of: str = "posts", block_days: int | None = None) -> Estimate | None:
        """Return the share of the count `hits` in the count `of`, by `clustered_shares.share`; None if `of` is 0."""
        some = self[of] > 0
        account, day, part, whole = (self[name][some] for name in ("account", "day", hits, of))
        return clustered_shares.share(account, day, part, whole, _block_days(of, block_days))


def read_cells(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> Cells | None:
    """Return the cells that workflow/sql/content/<query>.sql finds with its parameters; None without a cell.

    `connection` is one of `takedown.core.database.open_records`.
    """
    found = connection.execute(read_sql(f"content/{query}.sql"), parameters).fetchnumpy()
    if not len(found["account"]):
        return None
    provenance = weakest_provenance(found.pop("provenance"))
    found["day"] = found["day"].astype("datetime64[D]")
    return Cells({name: column.astype(int) for name, column in found.items()}, provenance)


def read_post_cells(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[str],
    topic_lists: Sequence[str],
    languages: Sequence[str],
) -> Cells | None:
    """Return the cells of the posts of some archives; None without a post.

    `topic_lists` are the lists of terms that put a post on the topic; each has a count of its own. `languages` are
    measured apart, all others together as OTHER. Posts that hold terms of other lists are in cells of their own. The
    temporary tables content_account and content_post stay on the connection.
    """
    for table, asked in (("account", {"archives": [*archives]}), ("post", {"languages": [*languages]})):
        query = read_sql(f"content/content_{table}.sql")
        connection.execute(f"CREATE OR REPLACE TEMP TABLE content_{table} AS {query}", asked)
    lists = [*dict.fromkeys([*topic_lists, *LIST_OF.values()])]
    found = connection.execute(read_sql("content/content_cells.sql"), {"lists": lists}).fetchnumpy()
    # Millions of cells in a third of the memory.
    posts, held = found["posts"].astype(np.int32), found["held"]
    if not len(posts):
        return None
    on = {name: held >> place & 1 == 1 for place, name in enumerate(lists)}
    on["topic"] = np.any([on[name] for name in topic_lists] or [posts < 0], axis=0)
    on["slur_topic"] = on["slur"] & on["topic"]
    names = (*languages, OTHER)
    columns = {
        "account": found["account"],
        "day": found["day"].astype("datetime64[D]").astype(np.int32),
        "language": np.array(names)[found["language"]],
        "posts": posts,
        **{name: np.where(mask, posts, 0) for name, mask in on.items()},
    }
    provenances = connection.execute("SELECT DISTINCT provenance FROM content_account").fetchall()
    provenance = weakest_provenance(one for (one,) in provenances)
    return Cells(columns, provenance, tuple(topic_lists), names)


def difference_of_shares(
    first: Cells, second: Cells, hits: str, of: str = "posts", *, same_accounts: bool = False
) -> Estimate | None:
    """Return the share in `first` minus the share in `second`, by `clustered_shares.share_difference`.

    `hits` and `of` are counts as in `Cells.share`. `same_accounts` says that both are parts of one population, so that
    equal numbers mean the same account; otherwise no account is in both. None if a group has nothing to count.
    """
    shift = 0 if same_accounts else first["account"].max(initial=-1) + 1
    account = np.concatenate([first["account"], second["account"] + shift])
    day, part, whole = (np.concatenate([first[name], second[name]]) for name in ("day", hits, of))
    in_first = np.arange(len(account)) < len(first)
    some = whole > 0
    if not some.any():
        return None
    return clustered_shares.share_difference(
        in_first[some], account[some], day[some], part[some], whole[some], _block_days(of)
    )


def _block_days(of: str, block_days: int | None = None) -> int | None:
    """Return the length of a block: one day for cells of accounts, each of which is a cluster."""
    return 1 if of == ACCOUNTS else block_days


def common_days(first: Cells, second: Cells) -> tuple[Cells, Cells]:
    """Return the cells of both populations from the later first day to the earlier last day."""
    low = max(first["day"].min(), second["day"].min())
    high = min(first["day"].max(), second["day"].max())
    one, other = (cells.take((cells["day"] >= low) & (cells["day"] <= high)) for cells in (first, second))
    return one, other


def weekly_shares(cells: Cells, names: tuple[str, ...], first_day: np.datetime64) -> list[tuple]:
    """Return rows (week, language, name, posts, hits, share, low, high) of the weeks from that of `first_day` on.

    A week begins on Monday, local time, and is written as that day; language is "all" or one of the cells' own. Weeks
    without a post in the language have no row. Clusters are accounts and, within the week, single days.
    """
    rows = []
    week = week_number(cells["day"])
    for number in np.unique(week[week >= week_number(first_day)]):
        in_week = cells.take(week == number)
        monday = str(monday_of(in_week["day"][0]))
        for language in ("all", *cells.languages):
            chosen = in_week if language == "all" else in_week.take(in_week["language"] == language)
            for name in names:
                estimate = chosen.share(name, block_days=1)
                if estimate is not None:
                    counts = int(chosen["posts"].sum()), int(chosen[name].sum())
                    rows.append(
                        (monday, language, name, *counts, estimate.value, estimate.low, estimate.high)
                    )
    return rows
