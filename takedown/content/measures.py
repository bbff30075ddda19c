"""The rows of results/measures/content.csv and of the published tables of content."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import duckdb
import numpy as np

from takedown.content.shares import LANGUAGES, Cells, common_days, difference
from takedown.content.terms import STATE_MEDIA, Outlet
from takedown.core.database import read_sql
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics.clustered_shares import BLOCKS
from takedown.statistics.estimate import Estimate, RowBuilder

_row = RowBuilder("content", "measure_content", "content")
INTERVAL = (
    f"95 % interval: variance with account and {BLOCKS} both as clusters, Student's t on the effective "
    "number of clusters less 1, {}; n = the smaller number of clusters"
)
TEST = INTERVAL.format("and two-sided test by the same")
INTERVAL = INTERVAL.format("for the log odds")
PER = 10_000


def topics_of(topic_lists: Sequence[str]) -> tuple[str, ...]:
    """Return the counts whose time and language are told apart: each list and any of them, none without a list."""
    return (*topic_lists, "topic") if topic_lists else ()


def shares_of(topic_lists: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return what is sought in the posts: name of the count → what is counted, and the count of the posts that it is a share of."""
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
    """Return the shares of one population: overall, before and from the local day `since` on, and by language."""

    def row(name: str, who: str, estimate: Estimate | None, unit: str, words: str):
        if estimate is not None:
            yield _row(name, who, estimate, unit, words, cells.provenance)

    late = cells.day >= np.datetime64(since).astype(np.int64)
    before, after = cells.take(~late), cells.take(late)
    shares = shares_of(cells.topic_lists)
    for name, (words, of) in shares.items():
        if name not in cells.counts:
            continue
        whole = "posts on the topic" if of == "topic" else "all posts"
        yield from row(
            f"{name}_share", subject, cells.share(name, of), "share", f"{words}, share of {whole}; {INTERVAL}"
        )
    for name in topics_of(cells.topic_lists):
        words = shares[name][0]
        for when, part, said in (
            ("before", before, f"before {since}"),
            ("after", after, f"from {since} on"),
        ):
            yield from row(
                f"{name}_share_{when}",
                subject,
                part.share(name),
                "share",
                f"{words}, share of all {said}; {INTERVAL}",
            )
        yield from row(
            f"{name}_share_change",
            subject,
            difference(after, before, name, paired=True),
            "difference of shares",
            f"{words}: share from {since} on less share before; {TEST}",
        )
        for number, language in enumerate(LANGUAGES):
            part = cells.take(cells.language == number)
            yield from row(
                f"{name}_share",
                f"{subject} {language}",
                part.share(name),
                "share",
                f"{words}, share of all posts that the platform took for {language}; {INTERVAL}",
            )
    yield from _slurs(subject, cells, row)


def _slurs(subject: str, cells: Cells, row) -> Iterator[Measure]:
    estimate = cells.share("slur") if "slur" in cells.counts else None
    if estimate is None:
        return
    slur = cells.counts["slur"]
    ends = [None if end is None else PER * end for end in (estimate.low, estimate.high)]
    yield from row(
        "slur_posts_per_10000",
        subject,
        Estimate(PER * estimate.value, *ends, n=estimate.n),
        "posts per 10,000",
        f"posts with a term of the list slur, on any topic, per 10,000 posts; {INTERVAL}",
    )
    for name, keys in (("accounts", cells.account), ("days", cells.day)):
        yield from row(
            f"slur_{name}",
            subject,
            Estimate(len(np.unique(keys[slur > 0])), n=len(np.unique(keys))),
            name,
            f"count of {name} with at least one post that holds a term of the list slur; n = {name} with posts",
        )


def compared_measures(operation: Cells, control: Cells) -> Iterator[Measure]:
    """Return the shares of the operation less those of the control, on the days that both cover."""
    pair = common_days(operation, control)
    for name, (words, of) in shares_of(operation.topic_lists).items():
        estimate = difference(*pair, name, of, paired=False) if name in operation.counts else None
        if estimate is None:
            continue
        whole = "posts on the topic" if of == "topic" else "all posts"
        yield _row(
            f"{name}_share_difference",
            "operation",
            estimate,
            "difference of shares",
            f"{words}, share of {whole}: operation less control, from the first to the last day of both; {TEST}",
            weakest_provenance([operation.provenance, control.provenance]),
        )


def profile_measures(profiles: Mapping[str, Cells]) -> Iterator[Measure]:
    """Return the share of profiles with a term of the list news, and the operation's less the control's."""
    words = "readable profiles (a name that is no digest, or a profile text) with a term of the list news, share of all"
    interval = (
        "95 % interval{}: accounts made on one day are a cluster, Student's t on the effective number of days less 1; "
        "n = creation days"
    )

    def row(name: str, subject: str, estimate: Estimate, unit: str, said: str, provenance: str) -> Measure:
        scale = " of the log odds" if unit == "share" else ""
        method = f"{words}{said}; {interval.format(scale)}"
        return _row(name, subject, estimate, unit, method, provenance)

    for subject, cells in profiles.items():
        count = int(cells.counts["posts"].sum())
        said = f" {count} of the population"
        yield row(
            "news_profile_share", subject, cells.share("hits", block_days=1), "share", said, cells.provenance
        )
    if len(profiles) == 2:
        pair = profiles["operation"], profiles["control"]
        estimate = replace(difference(*pair, "hits", block_days=1, paired=False), p_value=None)
        provenance = weakest_provenance(cells.provenance for cells in pair)
        said = ": operation less control"
        yield row(
            "news_profile_share_difference", "operation", estimate, "difference of shares", said, provenance
        )


def term_rows(
    connection: duckdb.DuckDBPyConnection, subjects: Mapping[str, list[str]], outlets: list[Outlet]
) -> list[tuple]:
    """Return rows (subject, list, outlet, way, term, posts, accounts, share of all posts, provenance) of what occurs.

    Of an outlet the way is link, mention or repost and the term a domain or a handle; a term of words has neither
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
