"""In a replica of a fiftieth of the posts, exchange finds the planted groups and nobody else."""

import itertools

import pytest
import yaml

from takedown.coordination.acts import Choices
from takedown.coordination.catalogue import trace_names
from takedown.coordination.edges import find_exchange
from takedown.coordination.pair_days import open_events
from takedown.coordination.trace_file import write_traces
from takedown.validation.recovery.recover import simulate_replica
from takedown.validation.recovery.table import OFTEN

TIMELINE, TIMED = "synchronised_posting", ("fast_retweet",)


@pytest.fixture(scope="module")
def replica(root, tmp_path_factory):
    """Return planted groups of a replica and its pairs with an edge, by population."""
    folder = tmp_path_factory.mktemp("replica")
    study = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    registry = yaml.safe_load((root / "workflow/resources/archives.yaml").read_text(encoding="utf-8"))
    made = simulate_replica(
        1, study["recovery"]["scale"], registry, study, root / "workflow/resources/published", folder
    )
    pairs = {}
    for subject, archives in study["subjects"].items():
        events = folder / f"{subject}.parquet"
        period = {"since": "2018-01-01", "until": "2019-08-19", "utc_offset_hours": 8}
        write_traces(made.records, archives, events, scratch=folder, memory_mb=500, **period)
        with open_events([events], folder / "overflow", memory_mb=500) as connection:
            found = find_exchange(
                connection,
                [trace for trace in trace_names() if trace not in (TIMELINE, *TIMED)],
                on_object=Choices(60, 3600, 1000, 8),
                in_timeline=Choices(60, 600, 1000, 8),
                resolution=1,
                alpha=0.05,
            )
        pairs[subject] = {
            (str(found.accounts[of.account_a[place]]), str(found.accounts[of.account_b[place]]))
            for trace, of in found.pairs.items()
            for place in found.edges[trace].place[found.edges[trace].significant]
        }
    groups = [group for truth in made.truths.values() for group in truth["planted"].get("groups", [])]
    return groups, pairs


def test_every_edge_joins_members_of_one_planted_group(replica):
    groups, pairs = replica
    planted = {pair for group in groups for pair in itertools.combinations(sorted(group["accounts"]), 2)}
    assert len(pairs["operation"]) > 200
    assert pairs["operation"] <= planted


def test_the_control_without_groups_has_no_edge(replica):
    assert replica[1]["control"] == set()


def test_nine_members_in_ten_of_groups_that_met_ten_times_are_found(replica):
    groups, pairs = replica
    members = set().union(*(group["accounts"] for group in groups if group["events"] >= OFTEN))
    found = {account for pair in pairs["operation"] for account in pair}
    assert len(members & found) >= 0.9 * len(members) > 50
