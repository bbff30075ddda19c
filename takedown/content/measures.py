"""The rows of results/measures/content.csv and of the published tables of content."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from takedown.content.shares import ACCOUNTS, Cells, common_days, difference_of_shares
from takedown.content.terms import STATE_MEDIA, Outlet
from takedown.core.database import read_sql
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.clustered_shares import BLOCKS
from takedown.statistics.estimate import Estimate, RowBuilder

_row = RowBuilder("content", "measure_content", "content")
PER = 10_000
INTERVAL = "95 % confidence interval, symmetric in the log odds"


@dataclass(frozen=True)
class Share:
    """A share that is measured in each population and compared between operation and control.

    `name` begins the names of its measures. `words` say what is counted, as the count `hits` of `Cells`, and `whole` says
    of what it is a share, counted as `of`.
    """

    name: str
    words: str
    whole: str = "all posts"
    hits: str = "hits"
    of: str = "posts"

    def method(self, how: str, interval: str) -> str:
        """Return the method of a row: what is counted, how it is compared, and how the interval is computed."""
        clusters = "creation day" if self.of == ACCOUNTS else f"account and by {BLOCKS}"
        return (
            f"{self.words}, as a share of {self.whole}{how}; {interval}, standard error clustered by {clusters}, Student's t "
            f"with the effective number of clusters minus 1 as degrees of freedom"
        )

    @property
    def n_unit(self) -> str:
        """What the `n` of a row counts."""
        return "creation days" if self.of == ACCOUNTS else "the smaller number of clusters"


NEWS_PROFILES = Share(
    "news_profile",
    "accounts whose readable profile (a profile text, or a name that is not hashed) has a term of the list news",
    "accounts with a readable profile",
    of=ACCOUNTS,
)


def share_measures(row: RowBuilder, share: Share, found: Mapping[str, Cells]) -> Iterator[Measure]:
    """Return a share of each population in `found`, and that of the operation minus that of the control if both are there."""
    for subject, cells in found.items():
        yield from _share(row, share, subject, cells)
    if len(found) == 2:
        yield from _compare(row, [share], found["operation"], found["control"])


def profile_measures(found: Mapping[str, Cells]) -> Iterator[Measure]:
    """Return the share of readable profiles with a term of the list news, by `share_measures`."""
    return share_measures(_row, NEWS_PROFILES, found)


def topics_of(topic_lists: Sequence[str]) -> tuple[str, ...]:
    """Return the counts that are followed over time and by language: each list and any of them; empty without a list.

    >>> topics_of(["hong_kong", "protest"])
    ('hong_kong', 'protest', 'topic')
    """
    return (*topic_lists, "topic") if topic_lists else ()


def shares_of(topic_lists: Sequence[str]) -> dict[str, Share]:
    """Return the shares of posts that are measured, by the count of their hits."""
    lists = " or ".join(topic_lists)
    shares = {name: Share(name, f"posts with a term of the list {name}", hits=name) for name in topic_lists}
    if topic_lists:
        shares["topic"] = Share("topic", f"posts with a term of the list {lists}", hits="topic")
        words = f"posts on the topic ({lists}) that also have a term of the list slur"
        shares["slur_topic"] = Share("slur_topic", words, "all posts on the topic", "slur_topic", "topic")
    outlets = "posts that link to, mention or repost a listed outlet"
    return {**shares, STATE_MEDIA: Share(STATE_MEDIA, outlets, hits=STATE_MEDIA)}


def population_measures(subject: str, cells: Cells, since: str) -> Iterator[Measure]:
    """Return the shares of one population: overall, before and from the local day `since` (YYYY-MM-DD) on, by language."""
    shares = shares_of(cells.topic_lists)
    for share in shares.values():
        if share.hits in cells.columns:
            yield from _share(_row, share, subject, cells)
    late = cells["day"] >= np.datetime64(since).astype(int)
    before, after = cells.take(~late), cells.take(late)
    for share in map(shares.__getitem__, topics_of(cells.topic_lists)):
        yield from _share(_row, replace(share, whole=f"all posts before {since}"), subject, before, "_before")
        yield from _share(_row, replace(share, whole=f"all posts from {since} on"), subject, after, "_after")
        how = f": from {since} on minus before"
        yield from _difference(_row, share, subject, (after, before), "_change", how, same_accounts=True)
        for language in cells.languages:
            labelled = replace(share, whole=f"all posts with the language label {language}")
            part = cells.take(cells["language"] == language)
            yield from _share(_row, labelled, f"{subject} {language}", part)
    yield from _slurs(subject, cells)


def compared_measures(operation: Cells, control: Cells) -> Iterator[Measure]:
    """Return the shares of posts of the operation minus those of the control, on the days that both cover."""
    shares = [share for share in shares_of(operation.topic_lists).values() if share.hits in operation.columns]
    return _compare(_row, shares, operation, control)


def _share(row: RowBuilder, share: Share, subject: str, cells: Cells, ending: str = "") -> Iterator[Measure]:
    estimate = cells.share(share.hits, share.of)
    if estimate is not None:
        name, method = f"{share.name}_share{ending}", share.method("", INTERVAL)
        # The number of accounts, since n counts their creation days.
        counted = {ACCOUNTS: (int(cells[ACCOUNTS].sum()), ACCOUNTS)} if share.of == ACCOUNTS else {}
        yield row(
            name,
            subject,
            estimate,
            "share",
            method,
            cells.provenance,
            n_unit=share.n_unit,
            parameters=counted,
        )


def _compare(row: RowBuilder, shares: Iterable[Share], operation: Cells, control: Cells) -> Iterator[Measure]:
    for share in shares:
        pair, how = (operation, control), ": operation minus control"
        if share.of != ACCOUNTS:
            pair, how = common_days(operation, control), f"{how}, from the first to the last day of both"
        yield from _difference(row, share, "operation", pair, "_difference", how)


def _difference(
    row: RowBuilder,
    share: Share,
    subject: str,
    pair: tuple[Cells, Cells],
    ending: str,
    how: str,
    same_accounts: bool = False,
) -> Iterator[Measure]:
    estimate = difference_of_shares(*pair, share.hits, share.of, same_accounts=same_accounts)
    if estimate is None:
        return
    family, interval = row.family, "95 % confidence interval and two-sided test"
    if share.of == ACCOUNTS:
        estimate, family = replace(estimate, p_value=None), ""
        interval = "95 % confidence interval, no test because batches that act together are not independent"
    found = row(
        f"{share.name}_share{ending}",
        subject,
        estimate,
        "difference of shares",
        share.method(how, interval),
        weakest_provenance(cells.provenance for cells in pair),
        n_unit=share.n_unit,
    )
    # A difference for which the clusters are too few to test is still one of the family.
    yield replace(found, family=family)


def _slurs(subject: str, cells: Cells) -> Iterator[Measure]:
    if "slur" not in cells.columns:
        return
    share = cells.share("slur")
    if share is not None and share.value is not None:
        low, high = (None if end is None else PER * end for end in (share.low, share.high))
        rate = Estimate(PER * share.value, low, high, n=share.n)
        slurs = Share("slur", "posts with a term of the list slur, on any topic")
        method = slurs.method(", times 10,000", INTERVAL)
        yield _row(
            "slur_posts_per_10000",
            subject,
            rate,
            "posts per 10,000",
            method,
            cells.provenance,
            n_unit=slurs.n_unit,
        )
    for name, column in (("accounts", "account"), ("days", "day")):
        with_slur = len(np.unique(cells[column][cells["slur"] > 0]))
        number = Estimate(with_slur, n=len(np.unique(cells[column])))
        method = f"number of {name} with at least one post that has a term of the list slur"
        yield _row(
            f"slur_{name}", subject, number, name, method, cells.provenance, n_unit=f"{name} with posts"
        )


def term_rows(connection: duckdb.DuckDBPyConnection, subject: str, outlets: list[Outlet]) -> list[tuple]:
    """Return rows (subject, list, outlet, way, term, posts, accounts, share of all posts, provenance) of the terms found.

    `connection` has the posts of `read_post_cells`. For an outlet the way is link, mention or repost, and the term is a
    domain or a handle; other terms have neither outlet nor way.
    """
    outlet_of = {term: (outlet.name, way) for outlet in outlets for term, way in outlet.terms.items()}
    rows = []
    for name, term, *rest in connection.execute(read_sql("content/content_terms.sql")).fetchall():
        outlet, way = outlet_of[term] if name == STATE_MEDIA else ("", "")
        rows.append((subject, name, outlet, way, term.removeprefix("rt ").removeprefix("@"), *rest))
    return rows
