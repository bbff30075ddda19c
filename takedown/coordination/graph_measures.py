"""Measures of the network of coordinated accounts, and the tables of its communities, trace overlap and weekly activity."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from takedown.coordination import graph, graph_estimates
from takedown.coordination.exchange import LARGEST_SENSITIVITY
from takedown.coordination.graph import Communities, Network
from takedown.coordination.limits import CANNOT_TELL, CLUSTER
from takedown.core.measures import Measure, weakest_provenance
from takedown.statistics import clustered_shares
from takedown.statistics.calendar import SATURDAY, WEEK_DAYS, monday_of, week_number, working_days
from takedown.statistics.estimate import Estimate, RowBuilder, generator
from takedown.statistics.sessions import find_sessions

#: Weeks in which a community has fewer coordinated posts are not published, so that no row describes single posts.
FEWEST_POSTS = 5

COMMUNITY_COLUMNS = (
    *("subject", "community", "accounts", "edges", "density", "edges_of_several_traces", "traces"),
    *("creation_days", "largest_creation_day_accounts", "first_week", "last_week", "coordinated_posts"),
    *("office_hours_share", "provenance"),
)
MULTIPLEX_COLUMNS = (
    *("subject", "trace_a", "trace_b", "edges_a", "edges_b", "edges_of_both", "jaccard", "provenance"),
)
ACTIVITY_COLUMNS = ("subject", "community", "week", "coordinated_posts", "provenance")

# Parts of the descriptions of methods.
_FUSED = f"network of the edges of all traces together: an edge joins two accounts that have an edge in any trace; {CANNOT_TELL}"
_LEIDEN = f"Leiden algorithm, modularity, edges weighted by the days of the trace with most of them; the best of {graph.RUNS} seeded runs"
_EDGES = (
    "95 % interval: jackknife of communities with their edges, symmetric on the scale of log odds (for a share of 0 or 1 exact binomial "
    "with the effective number of communities)"
)
_DEALT = (
    "divided by the number expected if {} were assigned at random among the accounts with an edge of each archive, with the pairs kept; "
    "95 % interval: jackknife of {}, symmetric on the logarithmic scale; one-sided p-value: {{repetitions}} such permutations"
)
_COORDINATED = (
    "a post is coordinated if another account of its community posted on the same object of a trace within {window} s (synchronised "
    "posting and fast retweets do not count); 95 % interval: the community and the {block} are clusters, "
    "symmetric on the scale of log odds"
)
_UNITS = {
    **{"accounts": "accounts", "edges": "edges", "components": "components", "largest_component": "accounts"},
    **{"communities": "communities", "largest_community": "accounts", "modularity": "modularity"},
    **{
        "cluster_sensitivity": "factor",
        "community_agreement": "adjusted Rand index",
        "centrality_auc": "probability",
    },
    **dict.fromkeys(("same_creation_day_ratio", "same_session_ratio"), "ratio"),
}
_METHODS = {
    "accounts": f"accounts with an edge; {_FUSED}",
    "edges": f"pairs of accounts with an edge; {_FUSED}",
    "components": f"connected components; {_FUSED}",
    "largest_component": f"accounts of the largest connected component; {_FUSED}",
    "cluster_sensitivity": f"the factor Γ by which the odds of being together by chance may rise, for every pair and day, before fewer than {CLUSTER} "
    f"accounts are connected by edges; 1 if as many are not connected even so, at most {LARGEST_SENSITIVITY:g} (Rosenbaum 2002); {_FUSED}",
    "communities": f"communities; {_FUSED}; {_LEIDEN}",
    "largest_community": f"accounts of the largest community; {_FUSED}; {_LEIDEN}",
    "density": f"edges as a share of all pairs of accounts with an edge; {_FUSED}",
    "modularity": f"modularity of the communities; {_LEIDEN}; networks without communities also have some modularity, so this is no test",
    "community_agreement": f"mean agreement of the other runs with the chosen partition, 1 if all runs agree; {_LEIDEN}",
    "multiplex_share": f"share of edges that exist in more than one trace; traces of one post, such as its text and its link, are not independent; {_EDGES}",
    "both_kinds_share": "share of edges that exist both in a trace of reposts and in a trace of own posts, which never share a post; "
    + _EDGES,
    "same_creation_day_ratio": "edges between accounts created on the same day (UTC), "
    + _DEALT.format("creation days", "communities with their edges"),
    "same_session_ratio": "pairs of accounts of one creation session (gaps up to {gap:g} minutes; accounts with a decoded creation instant "
    "and an edge) that are in the same community, " + _DEALT.format("communities", "sessions"),
    "office_hours_share": "share of coordinated posts made {workdays} {first} to {end}, local time, {hours} of the week's 168 hours; "
    + _COORDINATED,
    "topic_share": "share of coordinated posts since {since}, local day, that contain a term of {topic}; "
    + _COORDINATED,
}
#: What n counts; accounts with an edge where nothing else is said.
_COUNTED = {
    **dict.fromkeys(("accounts", "cluster_sensitivity"), "accounts with an event of any trace"),
    **dict.fromkeys(("multiplex_share", "both_kinds_share", "same_creation_day_ratio"), "communities"),
    **dict.fromkeys(("office_hours_share", "topic_share"), "communities or blocks, the smaller number"),
    "community_agreement": "runs",
    "same_session_ratio": "sessions with at least two accounts that have an edge and a creation instant",
}
_row = RowBuilder(
    *("coordination", "measure_network", "coordination network"),
    {
        f"network_{name}": (_UNITS.get(name, "share"), method, _COUNTED.get(name, "accounts with an edge"))
        for name, method in _METHODS.items()
    },
)


@dataclass(frozen=True)
class NetworkChoices:
    """Settings of the configuration for the measures of a network."""

    seed: int
    repetitions: int
    window_seconds: int
    office_hours: Sequence[int]
    topic_lists: Sequence[str]
    topic_since: str
    session_gap_minutes: float
    weekend: int = SATURDAY


@dataclass(frozen=True, eq=False)
class AnalysedNetwork:
    """A network, its communities, and its coordinated posts by community and day (`activity`, from `find_activity`)."""

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

    @cached_property
    def community(self) -> np.ndarray:
        """Community of each account (shape [accounts]), 0 for an account without an edge."""
        return self.network.spread(self.communities.label, 0)

    @cached_property
    def component(self) -> np.ndarray:
        """Connected component of each account (shape [accounts]), 0 for an account without an edge."""
        return self.network.spread(graph.find_components(self.network.graph), 0)

    @cached_property
    def centrality(self) -> np.ndarray:
        """Eigenvector centrality of each account (shape [accounts]), 0 for an account without an edge."""
        return self.network.spread(graph.find_centrality(self.network.graph), 0.0)

    @cached_property
    def weeks(self) -> dict[str, np.ndarray]:
        """Columns community, week (its Monday) and posts, of the weeks with at least FEWEST_POSTS coordinated posts."""
        keys = np.rec.fromarrays([self.activity["community"], week_number(self.activity["day"])])
        found, place = np.unique(keys, return_inverse=True)
        posts = np.bincount(place, self.activity["posts"], minlength=len(found)).astype(np.int64)
        kept = posts >= FEWEST_POSTS
        week = monday_of(WEEK_DAYS * found["f1"][kept])
        return {"community": found["f0"][kept], "week": week, "posts": posts[kept]}


def analyse_network(
    connection: duckdb.DuckDBPyConnection,
    network: Network,
    events: Sequence[str | Path],
    choices: NetworkChoices,
) -> AnalysedNetwork:
    """Find the communities of a network and their coordinated posts.

    `read_network` has just read the network over this connection; `events` are the population's files of events.
    """
    communities = graph.find_communities(network.graph, choices.seed)
    activity = graph.find_activity(
        connection,
        events,
        network.spread(communities.label, 0),
        window_seconds=choices.window_seconds,
        office_hours=choices.office_hours,
        weekend=choices.weekend,
        topic_lists=choices.topic_lists,
    )
    return AnalysedNetwork(network, communities, activity, choices)


def network_measures(analysed: AnalysedNetwork) -> list[Measure]:
    """Return the measures of the network of one population, without those that cannot be estimated."""
    choices, (first, end) = analysed.choices, analysed.choices.office_hours
    settings: dict[str, Any] = {
        **{
            "repetitions": choices.repetitions,
            "gap": choices.session_gap_minutes,
            "window": choices.window_seconds,
        },
        **{"first": first, "end": end, "hours": 5 * (end - first)},
        "workdays": working_days(choices.weekend),
        **{"since": choices.topic_since, "topic": " or ".join(choices.topic_lists)},
    }
    estimates = _structure(analysed) | _edge_shares(analysed) | _creation(analysed) | _post_shares(analysed)
    rows = []
    for name, estimate in estimates.items():
        # Office hours recur every week, so their blocks are weeks, as in the measures of posting.
        block = clustered_shares.BLOCKS if name == "topic_share" else f"block of {WEEK_DAYS} days"
        if estimate is not None:
            place = (f"network_{name}", analysed.subject, estimate, analysed.provenance)
            rows.append(_row.described(*place, block=block, **settings))
    return rows


def _structure(analysed: AnalysedNetwork) -> dict[str, Estimate]:
    network, communities = analysed.network, analysed.communities
    joined, edges = len(network.joined), len(network.edges["days"])
    sizes = np.bincount(communities.label)[1:]
    counts = {
        "accounts": Estimate(joined, n=len(network)),
        "edges": Estimate(edges, n=joined),
        "components": Estimate(int(analysed.component.max(initial=0)), n=joined),
        "largest_component": Estimate(int(np.bincount(analysed.component)[1:].max(initial=0)), n=joined),
        "cluster_sensitivity": Estimate(graph.cluster_sensitivity(network.edges, CLUSTER), n=len(network)),
        "communities": Estimate(len(sizes), n=joined),
        "largest_community": Estimate(int(sizes.max(initial=0)), n=joined),
    }
    if not edges:
        return counts
    return counts | {
        "density": Estimate(2 * edges / (joined * (joined - 1)), n=joined),
        "modularity": Estimate(communities.modularity, n=joined),
        "community_agreement": Estimate(communities.agreement, n=graph.RUNS),
    }


def _edge_shares(analysed: AnalysedNetwork) -> dict[str, Estimate | None]:
    edges = analysed.network.edges
    return {
        name: graph_estimates.edge_share(hits, edges["number_a"], edges["number_b"], analysed.community)
        for name, hits in (
            ("multiplex_share", edges["trace_count"] > 1),
            ("both_kinds_share", np.asarray(edges["of_both_kinds"], bool)),
        )
    }


def _creation(analysed: AnalysedNetwork) -> dict[str, Estimate | None]:
    accounts, edges, community = analysed.network.accounts, analysed.network.edges, analysed.community
    archive = np.unique(accounts["archive_id"].astype(str), return_inverse=True)[1]
    known = ~np.isnat(accounts["created_on"])
    kept = known[edges["number_a"]] & known[edges["number_b"]]
    day = np.where(known, accounts["created_on"].astype(np.int64), 0)
    ends = edges["number_a"][kept], edges["number_b"][kept]
    found = {
        "same_creation_day_ratio": graph_estimates.shared_label_ratio(
            day - day.min(), archive, *ends, community, *_draws(analysed, "same_creation_day_ratio")
        )
    }
    decoded = np.flatnonzero(~np.isnan(accounts["created_ms"]))
    if not len(decoded):
        return found
    instants = accounts["created_ms"][decoded].astype(np.int64)
    starts = find_sessions(instants, np.ones(len(instants)), analysed.choices.session_gap_minutes).start_ms
    # Accounts of one session post about equally often, which makes it equally likely that they have an edge at all.
    joined = community[decoded] > 0
    member, session = decoded[joined], np.searchsorted(starts, instants[joined], side="right")
    pairs = graph_estimates.pairs_of_groups(session)
    found["same_session_ratio"] = graph_estimates.shared_label_ratio(
        community[member], archive[member], *pairs, session, *_draws(analysed, "same_session_ratio")
    )
    return found


def _post_shares(analysed: AnalysedNetwork) -> dict[str, Estimate | None]:
    activity, choices = analysed.activity, analysed.choices
    late = activity["day"] >= np.datetime64(choices.topic_since, "D")
    shares = {}
    for name, hits, kept, block_days in (
        ("office_hours_share", "office_posts", np.ones(len(late), bool), WEEK_DAYS),
        ("topic_share", "topic_posts", late & bool(choices.topic_lists), None),
    ):
        community, day, of, posts = (activity[each][kept] for each in ("community", "day", hits, "posts"))
        if kept.any():
            shares[name] = clustered_shares.share(community, day.astype(np.int64), of, posts, block_days)
    return shares


def community_table(analysed: AnalysedNetwork) -> Iterable[tuple]:
    """Yield the rows (`COMMUNITY_COLUMNS`) of the communities, in the order of their labels."""
    community, activity, weeks = analysed.community, analysed.activity, analysed.weeks
    edges, days = analysed.network.edges, analysed.network.accounts["created_on"]
    ends = community[edges["number_a"]], community[edges["number_b"]]
    for label in range(1, community.max(initial=0) + 1):
        member, active = community == label, activity["community"] == label
        within = (ends[0] == label) & (ends[1] == label)
        size, count, posts = int(member.sum()), int(within.sum()), int(activity["posts"][active].sum())
        created = np.unique(days[member & ~np.isnat(days)], return_counts=True)[1]
        shown = weeks["week"][weeks["community"] == label]
        names = sorted(set(" ".join(edges["traces"][within]).split()))
        office_share = int(activity["office_posts"][active].sum()) / posts if posts else None
        yield (
            *(analysed.subject, label, size, count, 2 * count / (size * (size - 1))),
            *(int((edges["trace_count"][within] > 1).sum()), " ".join(names)),
            *(len(created), int(created.max(initial=0))),
            *((str(shown.min()), str(shown.max())) if len(shown) else (None, None)),
            *(posts, office_share, analysed.provenance),
        )


def multiplex_table(analysed: AnalysedNetwork) -> Iterable[tuple]:
    """Return the rows (`MULTIPLEX_COLUMNS`) of pairs of traces that have an edge."""
    columns = [analysed.network.overlap[name].tolist() for name in MULTIPLEX_COLUMNS[1:-1]]
    return ((analysed.subject, *row, analysed.provenance) for row in zip(*columns, strict=True))


def activity_table(analysed: AnalysedNetwork) -> Iterable[tuple]:
    """Return the rows (`ACTIVITY_COLUMNS`) of coordinated posts by community and week (`AnalysedNetwork.weeks`)."""
    columns = (analysed.weeks[name] for name in ("community", "week", "posts"))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return ((analysed.subject, label, str(week), posts, analysed.provenance) for label, week, posts in rows)


def _draws(analysed: AnalysedNetwork, name: str) -> tuple[int, np.random.Generator]:
    choices = analysed.choices
    return choices.repetitions, generator(choices.seed, f"coordination.network_{name}", analysed.subject)
