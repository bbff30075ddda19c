"""The rows of results/measures/coordination_network.csv and of the tables of communities, overlap and activity."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np

from takedown.coordination import graph, graph_estimates
from takedown.coordination.graph import Communities, Network
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics import clustered_shares as two_way
from takedown.statistics.calendar import WEEK_DAYS, monday_of, week_number
from takedown.statistics.estimate import Estimate, RowBuilder, generator
from takedown.statistics.sessions import find_sessions

_row = RowBuilder("coordination", "measure_network", "coordination network")
CONTROL = "control"
#: Weeks in which a community has fewer coordinated posts are not published: they would tell of single posts.
FEWEST_POSTS = 5
#: What a share of coordinated posts is of.
SHARES = {
    "office_hours_share": "sent Monday to Friday {first} to {end}, local time, {hours} of the week's 168 hours",
    "topic_share": "since {since}, local day, that hold a term of {topic}",
}

COMMUNITY_COLUMNS = (
    *("subject", "community", "accounts", "edges", "density", "edges_of_several_traces", "traces"),
    *("creation_days", "largest_creation_day_accounts", "first_week", "last_week", "coordinated_posts"),
    *("office_hours_share", "provenance"),
)
MULTIPLEX_COLUMNS = (
    *("subject", "trace_a", "trace_b", "edges_a", "edges_b", "edges_of_both", "jaccard", "provenance"),
)
ACTIVITY_COLUMNS = ("subject", "community", "week", "coordinated_posts", "provenance")


@dataclass(frozen=True)
class NetworkChoices:
    """Settings of the configuration that the measures of a network depend on."""

    seed: int
    repetitions: int
    window_seconds: int
    office_hours: Sequence[int]
    topic_lists: Sequence[str]
    topic_since: str
    session_gap_minutes: float


@dataclass(frozen=True, eq=False)
class Study:
    """A network with what was found in it; `activity` as from `find_activity`."""

    network: Network
    communities: Communities
    activity: dict[str, np.ndarray]
    choices: NetworkChoices

    @property
    def subject(self) -> str:
        """Name of the population."""
        return self.network.subject

    @cached_property
    def provenance(self) -> str:
        """Weakest provenance of the accounts."""
        return weakest_provenance(self.network.accounts["provenance"])

    def row(
        self, name: str, estimate: Estimate | None, unit: str, method: str, provenance: str = ""
    ) -> Measure | None:
        """Return the row of an estimate, None where nothing could be estimated."""
        return estimate and _row(
            f"network_{name}", self.subject, estimate, unit, method, provenance or self.provenance
        )

    @cached_property
    def community(self) -> np.ndarray:
        """Label of each account, 0 for one without an edge."""
        return self.network.spread(self.communities.label, 0)

    @cached_property
    def component(self) -> np.ndarray:
        """Label of each account's connected component, 0 for one without an edge."""
        return self.network.spread(graph.find_components(self.network.graph), 0)

    @cached_property
    def centrality(self) -> np.ndarray:
        """Eigenvector centrality of each account, 0 for one without an edge."""
        return self.network.spread(graph.find_centrality(self.network.graph), 0.0)

    @cached_property
    def weeks(self) -> dict[str, np.ndarray]:
        """Weeks of a community with FEWEST_POSTS coordinated posts or more: community, week (its Monday), posts."""
        keys = np.rec.fromarrays([self.activity["community"], week_number(self.activity["day"])])
        found, place = np.unique(keys, return_inverse=True)
        posts = np.bincount(place, self.activity["posts"], minlength=len(found)).astype(np.int64)
        kept = posts >= FEWEST_POSTS
        week = monday_of(WEEK_DAYS * found["f1"][kept])
        return {"community": found["f0"][kept], "week": week, "posts": posts[kept]}


def study_network(
    connection: duckdb.DuckDBPyConnection,
    network: Network,
    events: Sequence[str | Path],
    choices: NetworkChoices,
) -> Study:
    """Find the communities of a network, just read over the connection, and when they were active."""
    communities = graph.find_communities(network.graph, choices.seed)
    label = network.spread(communities.label, 0)
    place = {name: getattr(choices, name) for name in ("window_seconds", "office_hours", "topic_lists")}
    return Study(network, communities, graph.find_activity(connection, events, label, **place), choices)


def network_measures(study: Study) -> list[Measure]:
    """Return the measures of the network of one population."""
    rows = [*_structure_rows(study), *_edge_rows(study), *_creation_rows(study), *_post_rows(study)]
    return [row for row in rows if row]


def ranking_measures(studies: Mapping[str, Study]) -> list[Measure]:
    """Return how well centrality tells the accounts of each other population from the control's."""
    if CONTROL not in studies:
        return []
    control, rows = studies[CONTROL], []
    for study in studies.values():
        if study is control:
            continue
        pair = (study, control)
        scores = [one.centrality for one in pair]
        clusters = [graph_estimates.own_clusters(one.community) for one in pair]
        estimate = graph_estimates.rank_probability(scores, clusters)
        edges = " and ".join(
            f"{np.count_nonzero(one)} of {len(one)} of the {each.subject}"
            for one, each in zip(scores, pair, strict=True)
        )
        method = (
            f"probability that an account of the {study.subject} ranks above one of the control by eigenvector centrality in the fused "
            "network of significant edges of either population (in each component times its eigenvalue; edges between the populations are "
            f"not looked for), ties half; accounts without an edge rank last: with one are {edges} (if none of the control: "
            "(1 + share with one) / 2, whatever their rank); 95 % interval: structural components "
            "by community, accounts without an edge each their own, symmetric in the log odds, Student's t with the smaller effective "
            "number of clusters; n = communities and single accounts of the population with fewer"
        )
        provenance = weakest_provenance([one.provenance for one in pair])
        rows.append(study.row("centrality_auc", estimate, "probability", method, provenance))
    return rows


def _structure_rows(study: Study) -> Iterable[Measure | None]:
    network, communities = study.network, study.communities
    joined, edges = len(network.joined), len(network.edges["days"])
    sizes = np.bincount(communities.label)[1:]
    largest = int(np.bincount(study.component)[1:].max(initial=0))
    fused = "fused network of significant edges: an edge joins two accounts with one on any trace"
    leiden = f"Leiden algorithm, modularity, an edge weighing the days of its trace with most of them; the best of {graph.RUNS} seeded runs"
    counts = {
        "accounts": (
            joined,
            len(network),
            "accounts",
            f"accounts with an edge, {fused}; n = accounts with an event of any trace",
        ),
        "edges": (edges, joined, "edges", f"pairs of accounts, {fused}; n = accounts with an edge"),
        "components": (
            int(study.component.max(initial=0)),
            joined,
            "components",
            f"connected components, {fused}; n = accounts with an edge",
        ),
        "largest_component": (
            largest,
            joined,
            "accounts",
            f"accounts of the largest connected component, {fused}; n = accounts with an edge",
        ),
        "communities": (
            len(sizes),
            joined,
            "communities",
            f"communities, {fused}; {leiden}; n = accounts with an edge",
        ),
        "largest_community": (
            int(sizes.max(initial=0)),
            joined,
            "accounts",
            f"accounts of the largest community, {fused}; {leiden}; n = accounts with an edge",
        ),
    }
    for name, (value, n, unit, method) in counts.items():
        yield study.row(name, Estimate(value, n=n), unit, method)
    if edges:
        density = 2 * edges / (joined * (joined - 1))
        yield study.row(
            "density",
            Estimate(density, n=joined),
            "share",
            f"edges of all that could join accounts with an edge, {fused}; n = accounts with an edge",
        )
        yield study.row(
            "modularity",
            Estimate(communities.modularity, n=joined),
            "modularity",
            f"{leiden}; networks without communities have some too, so that it is no test; n = accounts with an edge",
        )
        yield study.row(
            "community_agreement",
            Estimate(communities.agreement, n=graph.RUNS),
            "adjusted Rand index",
            f"mean over the other runs of their agreement with the partition taken, 1 if all are the same; {leiden}; n = runs",
        )


def _edge_rows(study: Study) -> Iterable[Measure | None]:
    edges = study.network.edges
    interval = "95 % interval: jackknife of communities with their edges, symmetric in the log odds (a share of 0 or 1: exact binomial with their effective number); n = communities"
    shares = {
        "multiplex_share": (
            edges["trace_count"] > 1,
            "edges of more than one trace; traces of one post, such as its text and its link, are not independent",
        ),
        "both_kinds_share": (
            edges["of_both_kinds"],
            "edges of a trace of reposts and of one of posts of one's own, which never share a post",
        ),
    }
    for name, (hits, words) in shares.items():
        estimate = graph_estimates.edge_share(
            np.asarray(hits, bool), edges["number_a"], edges["number_b"], study.community
        )
        yield study.row(name, estimate, "share", f"share of {words}; {interval}")


def _creation_rows(study: Study) -> Iterable[Measure | None]:
    accounts, edges, choices = study.network.accounts, study.network.edges, study.choices
    archive = np.unique(accounts["archive_id"].astype(str), return_inverse=True)[1]
    words = (
        "against chance, in which {} are dealt anew among the accounts with an edge of each archive, pairs kept; 95 % interval: jackknife of {}, symmetric "
        f"in the logarithm; one-sided p-value: {choices.repetitions} such permutations; n = {{}}"
    )
    known = ~np.isnat(accounts["created_on"])
    kept = known[edges["number_a"]] & known[edges["number_b"]]
    day = np.where(known, accounts["created_on"].astype(np.int64), 0)
    name = "same_creation_day_ratio"
    estimate = graph_estimates.shared_label_ratio(
        day - day.min(),
        archive,
        edges["number_a"][kept],
        edges["number_b"][kept],
        study.community,
        *_draws(study, name),
    )
    chance = words.format("creation days", "communities with their edges", "communities")
    yield study.row(name, estimate, "ratio", f"edges between accounts created on one day (UTC), {chance}")
    decoded = np.flatnonzero(~np.isnan(accounts["created_ms"]))
    if not len(decoded):
        return
    instants = accounts["created_ms"][decoded].astype(np.int64)
    starts = find_sessions(instants, np.ones(len(instants)), choices.session_gap_minutes).start_ms
    # Accounts of one session are alike in how much they post, and so in whether they have an edge at all.
    joined = study.community[decoded] > 0
    member, session = decoded[joined], np.searchsorted(starts, instants[joined], side="right")
    name = "same_session_ratio"
    estimate = graph_estimates.shared_label_ratio(
        study.community[member],
        archive[member],
        *graph_estimates.pairs_within(session),
        session,
        *_draws(study, name),
    )
    chance = words.format("communities", "sessions", "sessions with two such accounts or more")
    yield study.row(
        name,
        estimate,
        "ratio",
        f"pairs of accounts of one creation session (gaps up to {choices.session_gap_minutes:g} minutes; accounts with a decoded creation instant "
        f"and an edge) that are in one community, {chance}",
    )


def _post_rows(study: Study) -> Iterable[Measure | None]:
    activity, choices, (first, end) = study.activity, study.choices, study.choices.office_hours
    coordinated = (
        "a post is coordinated if another account of its community posted on the same object of a trace within "
        f"{choices.window_seconds} s, both with an edge of that trace (synchronised posting aside)"
    )

    def share_of(
        name: str, kind: str, kept: np.ndarray, block_days: int | None, block: str
    ) -> Measure | None:
        cells = [activity[column][kept] for column in ("community", "day", kind, "posts")]
        cells[1] = cells[1].astype(np.int64)
        return study.row(
            name,
            two_way.share(*cells, block_days) if kept.any() else None,
            "share",
            f"share of coordinated posts {SHARES[name].format(first=first, end=end, hours=5 * (end - first), since=choices.topic_since, topic=' or '.join(choices.topic_lists))}; {coordinated}; "
            f"95 % interval: clusters are the community and the {block}, symmetric in the log odds; n = communities or blocks, whichever are fewer",
        )

    every, late = (
        np.ones(len(activity["day"]), bool),
        activity["day"] >= np.datetime64(choices.topic_since, "D"),
    )
    # Office hours come back every week: so do the blocks, as in the measures of posting.
    yield share_of("office_hours_share", "office_posts", every, WEEK_DAYS, f"block of {WEEK_DAYS} days")
    if choices.topic_lists:
        yield share_of("topic_share", "topic_posts", late, None, two_way.BLOCKS)


def community_table(study: Study) -> Iterable[tuple]:
    """Yield the rows (`COMMUNITY_COLUMNS`) of the communities, in order of their labels."""
    network, community, activity, weeks = study.network, study.community, study.activity, study.weeks
    edges, days = network.edges, network.accounts["created_on"]
    one, other = community[edges["number_a"]], community[edges["number_b"]]
    for label in range(1, community.max(initial=0) + 1):
        member, within, active = (
            community == label,
            (one == label) & (other == label),
            activity["community"] == label,
        )
        size, count, posts = int(member.sum()), int(within.sum()), int(activity["posts"][active].sum())
        created = np.unique(days[member & ~np.isnat(days)], return_counts=True)[1]
        shown = weeks["week"][weeks["community"] == label]
        names = sorted({trace for traces in set(edges["traces"][within]) for trace in traces.split()})
        yield (
            *(study.subject, label, size, count, 2 * count / (size * (size - 1))),
            *(int((edges["trace_count"][within] > 1).sum()), " ".join(names)),
            *(len(created), int(created.max(initial=0))),
            *((str(shown.min()), str(shown.max())) if len(shown) else (None, None)),
            *(
                posts,
                int(activity["office_posts"][active].sum()) / posts if posts else None,
                study.provenance,
            ),
        )


def multiplex_table(study: Study) -> Iterable[tuple]:
    """Return the rows (`MULTIPLEX_COLUMNS`) of pairs of traces that have an edge."""
    columns = [study.network.overlap[name].tolist() for name in MULTIPLEX_COLUMNS[1:-1]]
    return ((study.subject, *row, study.provenance) for row in zip(*columns, strict=True))


def activity_table(study: Study) -> Iterable[tuple]:
    """Return the rows (`ACTIVITY_COLUMNS`) of coordinated posts by community and week, as `Study.weeks` has them."""
    columns = (
        study.weeks["community"].tolist(),
        study.weeks["week"].astype(str).tolist(),
        study.weeks["posts"].tolist(),
    )
    return ((study.subject, *row, study.provenance) for row in zip(*columns, strict=True))


def _draws(study: Study, name: str) -> tuple[int, np.random.Generator]:
    return study.choices.repetitions, generator(
        study.choices.seed, f"coordination.network_{name}", study.subject
    )
