"""What the posts and profiles are about: shares that the lists of terms give, with accounts and blocks of days as clusters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from takedown.content.labels import sought_terms
from takedown.content.terms import STATE_MEDIA, Term
from takedown.core.database import read_sql
from takedown.core.measures import weakest_provenance
from takedown.statistics.calendar import monday_of, week_number
from takedown.statistics.clustered_shares import share, share_difference
from takedown.statistics.estimate import Estimate

LANGUAGES = ("zh", "en", "other")
#: Counts that rest on one list of terms, with that list.
LIST_OF = {"slur": "slur", "slur_topic": "slur", "state_media": STATE_MEDIA}


@dataclass(frozen=True)
class Cells:
    """Posts by account, local day and group of languages.

    `account` (numbers from 0), `day` (days since 1970), `language` (index into LANGUAGES) and the counts, `posts`
    among them, are arrays of one length; a count says how many of the cell's posts hold what its name says. Each of
    `topic_lists` has a count of its own, and `topic` is any of them.
    """

    account: np.ndarray
    day: np.ndarray
    language: np.ndarray
    counts: Mapping[str, np.ndarray]
    provenance: str | None
    topic_lists: tuple[str, ...] = ()

    def take(self, rows: np.ndarray) -> "Cells":
        """Return some of the cells, chosen by a mask or by positions."""
        counts = {name: values[rows] for name, values in self.counts.items()}
        return replace(
            self, account=self.account[rows], day=self.day[rows], language=self.language[rows], counts=counts
        )

    def of_lists(self, lists: Collection[str]) -> "Cells":
        """Return the cells without the counts of slurs and of outlets, unless slur and state_media are among the lists."""
        left_out = {name for name, one in LIST_OF.items() if one not in lists}
        return replace(self, counts={name: n for name, n in self.counts.items() if name not in left_out})

    def share(self, name: str, of: str = "posts", block_days: int | None = None) -> Estimate | None:
        """Return the share of posts that hold `name` among those that `of` counts (see takedown.statistics.clustered_shares.share)."""
        posts = self.counts[of]
        some = posts > 0
        return share(self.account[some], self.day[some], self.counts[name][some], posts[some], block_days)


def read_cells(
    connection: duckdb.DuckDBPyConnection, archives: list[str], topic_lists: Sequence[str]
) -> Cells:
    """Read the cells of a population from a connection of `takedown.core.database.open_records`.

    `topic_lists` are the lists of terms that put a post on the topic. The temporary table held_cell stays on it.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE held_cell AS {read_sql('content/content_held.sql')}",
        {"archives": archives},
    )

    def columns_for(lists: Sequence[str]) -> dict[str, np.ndarray]:
        asked = {"topic_lists": list(lists)}
        return connection.execute(read_sql("content/content_cells.sql"), asked).fetchnumpy()

    columns = columns_for(topic_lists)
    # The cells and their order are the same whatever the lists.
    columns |= {name: columns_for([name])["topic"] for name in topic_lists}
    keys = ("account", "posted_on", "language_group", "provenance")
    language = np.zeros(len(columns["account"]), np.int64)
    for number, name in enumerate(LANGUAGES):
        language[columns["language_group"] == name] = number
    return Cells(
        np.asarray(columns["account"], np.int64),
        columns["posted_on"].astype("datetime64[D]").astype(np.int64),
        language,
        {name: np.asarray(values, np.int64) for name, values in columns.items() if name not in keys},
        weakest_provenance(columns["provenance"]) if len(language) else None,
        tuple(topic_lists),
    )


def difference(
    first: Cells,
    second: Cells,
    name: str,
    of: str = "posts",
    block_days: int | None = None,
    *,
    paired: bool,
) -> Estimate | None:
    """Return the share in `first` less that in `second`, by `takedown.statistics.clustered_shares.share_difference`.

    `paired` says that both are of one population, whose accounts are numbered alike; else no account is in both.
    """
    shift = 0 if paired or not len(first.account) else int(first.account.max()) + 1
    account = np.concatenate([first.account, second.account + shift])
    day = np.concatenate([first.day, second.day])
    hits = np.concatenate([first.counts[name], second.counts[name]])
    posts = np.concatenate([first.counts[of], second.counts[of]])
    in_first = np.arange(len(account)) < len(first.account)
    some = posts > 0
    if not some.any():
        return None
    return share_difference(in_first[some], account[some], day[some], hits[some], posts[some], block_days)


def common_days(first: Cells, second: Cells) -> tuple[Cells, Cells]:
    """Return both populations between the first and the last day on which both had begun and neither had ended."""
    if not len(first.day) or not len(second.day):
        return first.take(np.zeros(0, int)), second.take(np.zeros(0, int))
    low, high = max(first.day.min(), second.day.min()), min(first.day.max(), second.day.max())
    return tuple(cells.take((cells.day >= low) & (cells.day <= high)) for cells in (first, second))


def weekly_shares(cells: Cells, names: tuple[str, ...], first_day: np.datetime64) -> list[tuple]:
    """Return rows (week, language group, name, posts, hits, share, low, high) of the weeks from `first_day` on.

    A week begins on Monday, local time; the first is that of `first_day`. Weeks without a post of the group have no row.
    Clusters are accounts and, within the week, single days.
    """
    week, first_week = week_number(cells.day), week_number(first_day)
    groups = {"all": np.ones(len(week), bool)} | {
        name: cells.language == number for number, name in enumerate(LANGUAGES)
    }
    rows = []
    for number in np.unique(week[week >= first_week]):
        for group, in_group in groups.items():
            chosen = cells.take((week == number) & in_group)
            if not len(chosen.day):
                continue
            for name in names:
                estimate = chosen.share(name, block_days=1)
                monday = str(monday_of(chosen.day[0]))
                counts = int(chosen.counts["posts"].sum()), int(chosen.counts[name].sum())
                rows.append((monday, group, name, *counts, estimate.value, estimate.low, estimate.high))
    return rows


def profile_cells(
    connection: duckdb.DuckDBPyConnection, archives: list[str], terms: list[Term]
) -> Cells | None:
    """Return readable profiles (`posts`) and those with a term (`hits`) by creation day, which is the only cluster.

    Readable: a name that is no digest, or a profile text. Accounts made on one day are one cluster, since batches are
    named alike. None where there is no profile. `connection` knows the macros of labels/macros.sql.
    """
    parameters = {"archives": archives, "terms": sought_terms(terms)["terms"]}
    columns = connection.execute(read_sql("content/content_profiles.sql"), parameters).fetchnumpy()
    return batch_cells(columns) if len(columns["hits"]) else None


def batch_cells(columns: Mapping[str, np.ndarray]) -> Cells:
    """Return cells of accounts instead of posts, from created_on, accounts, hits and provenance; one batch a day."""
    _, batch = np.unique(columns["created_on"], return_inverse=True)
    return Cells(
        batch,
        columns["created_on"].astype("datetime64[D]").astype(np.int64),
        np.zeros(len(batch), np.int64),
        {"posts": np.asarray(columns["accounts"], np.int64), "hits": np.asarray(columns["hits"], np.int64)},
        weakest_provenance(columns["provenance"]),
    )
