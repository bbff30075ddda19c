"""On the real release of Thailand no network is established."""

import duckdb
import pytest
import yaml

from takedown.coordination.acts import Choices
from takedown.coordination.catalogue import trace_names
from takedown.coordination.edges import find_exchange
from takedown.coordination.pair_days import open_events
from takedown.coordination.trace_file import common_resolution, write_traces
from takedown.ingest.read import ingest
from takedown.ingest.record import TABLES

ARCHIVE, TIMELINE, TIMED = "thailand_092020", "synchronised_posting", ("fast_retweet",)


@pytest.fixture(scope="module")
def thailand(root, real_records, tmp_path_factory):
    """Return the exchange of the real release."""
    folder, files = tmp_path_factory.mktemp("thailand"), real_records / ARCHIVE
    if not files.is_dir():
        pytest.skip("the release of Thailand is not among the real records")
    layout = yaml.safe_load((root / "workflow/resources/archives.yaml").read_text(encoding="utf-8"))[ARCHIVE][
        "layout"
    ]
    records = []
    for kind, tables in TABLES.items():
        outputs = {table: folder / f"{kind}_{table}.parquet" for table in tables}
        (path,) = files.glob(f"*_{kind}_*")
        limits = {"largest_bytes": 1e10, "largest_ratio": 1000}
        ingest(kind, path, ARCHIVE, layout, outputs, scratch=folder, memory_mb=500, threads=1, **limits)
        records += outputs.values()
    events = folder / "events.parquet"
    period = {"since": "2018-01-01", "until": "2020-10-08", "utc_offset_hours": 7}
    write_traces(records, [ARCHIVE], events, scratch=folder, memory_mb=500, **period)
    with duckdb.connect() as connection:
        resolution = common_resolution(connection, [[events]])
    with open_events([events], folder / "overflow", memory_mb=500) as connection:
        return find_exchange(
            connection,
            [trace for trace in trace_names() if trace not in (TIMELINE, *TIMED)],
            on_object=Choices(60, 3600, 1000, 7),
            in_timeline=Choices(60, 600, 1000, 7),
            resolution=resolution,
            alpha=0.05,
        )


def test_bursts_of_posts_of_the_real_release_are_no_clocks(thailand):
    # By all posts, not by acts, 54 accounts would seem to keep one.
    assert len(thailand.accounts) == 454
    assert thailand.clocks == 0


def test_hardly_an_edge_is_found_in_the_real_release(thailand):
    found = {trace: edges.sensitivity[edges.significant] for trace, edges in thailand.edges.items()}
    assert len(found.pop(TIMELINE)) <= 3
    assert not any(map(len, found.values()))


def test_no_edge_of_the_timelines_of_the_real_release_would_stand_a_doubling_of_the_odds(thailand):
    edges = thailand.edges[TIMELINE]
    assert max(edges.sensitivity[edges.significant], default=0) < 2
