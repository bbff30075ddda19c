"""The rows of results/measures/content.csv and of the published tables of content."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np

from takedown.content.shares import ACCOUNTS, LANGUAGES, Cells, common_days, difference_of_shares
from takedown.content.terms import STATE_MEDIA, Outlet
from takedown.core.database import read_sql
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.clustered_shares import BLOCKS
from takedown.statistics.estimate import Estimate, RowBuilder

_row = RowBuilder("content", "measure_content", "content")
_INTERVAL = (
    f"95 % interval: variance with account and {BLOCKS} both as clusters, Student's t on the effective "
    "number of clusters less 1, {}; n = the smaller number of clusters"
)
_BY_DAY_MADE = "95 % interval{}: accounts made on one day are a cluster, Student's t on the effective number of days less 1"
TEST = _INTERVAL.format("and two-sided test by the same")
INTERVAL = _INTERVAL.format("for the log odds")
PER = 10_000
_PROFILES = "readable profiles (a name that is no digest, or a profile text) with a term of the list news, share of all"

#: An estimate that becomes a row: measure, subject, estimate, unit and method.
Answer = tuple[str, str, Estimate | None, str, str]


@dataclass(frozen=True)
class Indicator:
    """A share that each population has, and in which operation and control differ.

    `name` begins the names of its measures, `of` is the count that it is a share of. `share` and `difference` are the
    methods of the two rows; in `share` stands {count} for the total of `of`.
    """

    name: str
    of: str
    share: str
    difference: str


NEWS_PROFILES = Indicator(
    "news_profile",
    ACCOUNTS,
    f"{_PROFILES} {{count}} of the population; {_BY_DAY_MADE.format(' of the log odds')}; n = creation days",
    f"{_PROFILES}: operation less control; {_BY_DAY_MADE.format('')}; n = creation days",
)


def indicator_measures(
    row: RowBuilder, indicator: Indicator, found: Mapping[str, Cells]
) -> Iterator[Measure]:
    """Return the share of `hits` in each population, and that of the operation minus that of the control.

    `found` has the cells of each population with any. Posts are compared on the days of both, with a test. Accounts are
    compared as they are and without a test, since batches that act together are not independent.
    """
    for subject, cells in found.items():
        estimate = cells.share("hits", indicator.of)
        if estimate is not None:
            method = indicator.share.format(count=cells[indicator.of].sum())
            yield row(f"{indicator.name}_share", subject, estimate, "share", method, cells.provenance)
    if len(found) == 2:
        tested = indicator.of != ACCOUNTS
        pair = found["operation"], found["control"]
        shown = common_days(*pair) if tested else pair
        estimate = difference_of_shares(*shown, "hits", indicator.of)
        if estimate is not None:
            compared = row(
                f"{indicator.name}_share_difference",
                "operation",
                estimate if tested else replace(estimate, p_value=None),
                "difference of shares",
                indicator.difference,
                weakest_provenance(cells.provenance for cells in pair),
            )
            # A difference for which the clusters are too few to test is still one of the family.
            yield replace(compared, family=row.family if tested else "")


def profile_measures(found: Mapping[str, Cells]) -> Iterator[Measure]:
    """Return the share of readable profiles with a term of the list news, by `indicator_measures`."""
    return indicator_measures(_row, NEWS_PROFILES, found)


def topics_of(topic_lists: Sequence[str]) -> tuple[str, ...]:
    """Return the counts that are followed over time and by language: each list and any of them; empty without a list.

    >>> topics_of(["hong_kong", "protest"])
    ('hong_kong', 'protest', 'topic')
    """
    return (*topic_lists, "topic") if topic_lists else ()


def shares_of(topic_lists: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return the shares of posts that are measured: count → the count in words, and the count that it is a share of."""
    any_list = " or ".join(topic_lists)
    on_topic = {
        "topic": (f"posts with a term of {any_list}", "posts"),
        "slur_topic": (f"posts on the topic ({any_list}) that also hold a term of the list slur", "topic"),
    }
    return {
        **{name: (f"posts with a term of the list {name}", "posts") for name in topic_lists},
        **(on_topic if topic_lists else {}),
        "state_media": ("posts that link to, mention or repost a listed outlet", "posts"),
    }


def population_measures(subject: str, cells: Cells, since: str) -> Iterator[Measure]:
    """Return the shares of one population: overall, before and from the local day `since` (YYYY-MM-DD) on, by language."""
    answers = (*_overall(subject, cells), *_on_topic(subject, cells, since), *_slurs(subject, cells))
    for name, who, estimate, unit, method in answers:
        if estimate is not None:
            yield _row(name, who, estimate, unit, method, cells.provenance)


def _overall(subject: str, cells: Cells) -> Iterator[Answer]:
    for name, (words, of) in shares_of(cells.topic_lists).items():
        method = f"{words}, share of {_all(of)}; {INTERVAL}"
        yield f"{name}_share", subject, cells.share(name, of), "share", method


def _on_topic(subject: str, cells: Cells, since: str) -> Iterator[Answer]:
    late = cells["day"] >= np.datetime64(since).astype(int)
    before, after = cells.take(~late), cells.take(late)
    for name in topics_of(cells.topic_lists):
        words, _ = shares_of(cells.topic_lists)[name]
        for when, part, said in (("before", before, f"before {since}"), ("after", after, f"from {since} on")):
            method = f"{words}, share of all {said}; {INTERVAL}"
            yield f"{name}_share_{when}", subject, part.share(name), "share", method
        change = difference_of_shares(after, before, name, same_accounts=True)
        method = f"{words}: share from {since} on less share before; {TEST}"
        yield f"{name}_share_change", subject, change, "difference of shares", method
        for language in LANGUAGES:
            part = cells.take(cells["language"] == language)
            method = f"{words}, share of all posts that the platform took for {language}; {INTERVAL}"
            yield f"{name}_share", f"{subject} {language}", part.share(name), "share", method


def _slurs(subject: str, cells: Cells) -> Iterator[Answer]:
    share = cells.share("slur")
    if share is not None and share.value is not None:
        low, high = (None if end is None else PER * end for end in (share.low, share.high))
        rate = Estimate(PER * share.value, low, high, n=share.n)
        method = f"posts with a term of the list slur, on any topic, per 10,000 posts; {INTERVAL}"
        yield "slur_posts_per_10000", subject, rate, "posts per 10,000", method
    for name, column in (("accounts", "account"), ("days", "day")):
        with_slur = len(np.unique(cells[column][cells["slur"] > 0]))
        number = Estimate(with_slur, n=len(np.unique(cells[column])))
        method = f"count of {name} with at least one post that holds a term of the list slur; n = {name} with posts"
        yield f"slur_{name}", subject, number, name, method


def compared_measures(operation: Cells, control: Cells) -> Iterator[Measure]:
    """Return the shares of the operation minus those of the control, on the days that both cover."""
    pair = common_days(operation, control)
    for name, (words, of) in shares_of(operation.topic_lists).items():
        estimate = difference_of_shares(*pair, name, of)
        if estimate is not None:
            method = f"{words}, share of {_all(of)}: operation less control, from the first to the last day of both; {TEST}"
            provenance = weakest_provenance([operation.provenance, control.provenance])
            yield _row(
                f"{name}_share_difference", "operation", estimate, "difference of shares", method, provenance
            )


def _all(of: str) -> str:
    return "posts on the topic" if of == "topic" else "all posts"


def term_rows(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, list[str]], outlets: list[Outlet]
) -> list[tuple]:
    """Return rows (subject, list, outlet, way, term, posts, accounts, share of all posts, provenance) of the terms found.

    For an outlet the way is link, mention or repost, and the term is a domain or a handle; other terms have neither
    outlet nor way.
    """
    outlet_of = {term: (outlet.name, way) for outlet in outlets for term, way in outlet.terms.items()}
    rows = []
    for subject, archives in subjects.items():
        found = connection.execute(read_sql("content/content_terms.sql"), {"archives": list(archives)})
        for name, term, *rest in found.fetchall():
            outlet, way = outlet_of[term] if name == STATE_MEDIA else ("", "")
            rows.append((subject, name, outlet, way, term.removeprefix("rt ").removeprefix("@"), *rest))
    return sorted(rows)
