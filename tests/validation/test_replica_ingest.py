"""Ingestion and labels find in a replica exactly the planted rows and terms of the truth file."""

import re

import duckdb
import pytest
import yaml

from takedown.content.labels import label_posts
from takedown.content.terms import load_outlets, load_terms
from takedown.core.database import open_records
from takedown.core.errors import InputError
from takedown.core.registry import known_counts, load_registry
from takedown.ingest.read import ingest
from takedown.ingest.record import TABLES
from takedown.validation.replica import generate_replica
from takedown.validation.replica.generate import simulate_archive


def rows_of(path, columns: str) -> list[tuple]:
    with duckdb.connect() as connection:
        return connection.read_parquet(str(path)).aggregate(columns).fetchall()


@pytest.mark.parametrize("archive_id", ["china_082019_1", "china_082019_2", "control_hk_protest_2019_11"])
def test_every_planted_row_is_accounted_for_and_every_planted_term_is_found(root, tmp_path, archive_id):
    registry = yaml.safe_load((root / "workflow/resources/archives.yaml").read_text(encoding="utf-8"))
    entry = registry[archive_id]
    truth = generate_replica(
        archive_id,
        role=entry["role"],
        layout=entry["layout"],
        files=entry["files"],
        released_on=entry["released_on"],
        published_folder=root / "workflow/resources/published",
        output_folder=tmp_path,
        truth_path=tmp_path / "truth.json",
        seed=20190819,
        scale=0.001,
        utc_offset_hours=8,
    )
    limits = {"memory_mb": 300, "threads": 1, "largest_bytes": 1e9, "largest_ratio": 200}
    for kind, tables in TABLES.items():
        outputs = {table: tmp_path / f"{kind}_{table}.parquet" for table in tables}
        path = tmp_path / entry["files"][kind]["name"]
        ingest(kind, path, archive_id, entry["layout"], outputs, scratch=tmp_path, simulated=True, **limits)
        expected = truth["files"][path.stem + ".csv"]
        names = ("rows_read", "rows_kept", "rows_duplicate", "rows_repeated_header")
        sums = ", ".join(f"sum({name})::BIGINT" for name in names)
        assert rows_of(outputs["row_account"], sums) == [tuple(expected[name] for name in names)]
        assert dict(rows_of(outputs["rejected_row"], "reason, count(*)")) == expected["rows_rejected"]
        unreadable = dict(rows_of(outputs["unreadable_value"], "column_name, sum(unreadable)::BIGINT"))
        assert {name: count for name, count in unreadable.items() if count} == expected["unreadable_values"]
    records = sorted(tmp_path.glob("*.parquet"))
    with open_records(records, utc_offset_hours=8) as connection:
        assert connection.execute("FROM post ANTI JOIN account USING (account_id)").fetchall() == []
    label_posts(records, archive_id, load_terms(), load_outlets(), tmp_path / "post_term.parquet")
    ways = {way: [] for way in ("link", "mention", "repost")}
    for outlet in load_outlets():
        for term, way in outlet.terms.items():
            ways[way].append(term)
    content = truth["planted"]["content"]
    with duckdb.connect() as connection:
        count = "SELECT count(DISTINCT post_id) FROM read_parquet($file) WHERE list = $list AND ($any OR term IN (SELECT unnest($terms)))"

        def labelled(name: str, terms: list[str] | None = None) -> int:
            values = {"list": name, "any": terms is None, "terms": terms or [""]}
            file = str(tmp_path / "post_term.parquet")
            return connection.execute(count, values | {"file": file}).fetchone()[0]

        assert labelled("slur") == content["slur_posts"] > 0
        for way, terms in ways.items():
            assert labelled("state_media", terms) == content[f"outlet_{way}_posts"], way
        assert content["outlet_link_posts"] > 0
        assert 0.85 * content["topic_posts"] < labelled("hong_kong") + labelled("protest")
        assert labelled("hong_kong") <= content["topic_posts"]


@pytest.mark.parametrize("scale", [1e-7, 3e-4])
@pytest.mark.parametrize("archive_id", ["china_082019_1", "thailand_092020", "control_hk_protest_2019_11"])
def test_the_scale_that_a_message_advises_is_large_enough(root, archive_id, scale):
    resources = root / "workflow"
    registry = load_registry(
        resources / "resources/archives.yaml", resources / "schemas/archives.schema.yaml"
    )
    entry = registry[archive_id]

    def simulate(scale: float) -> None:
        simulate_archive(
            archive_id,
            role=entry["role"],
            released_on=entry["released_on"],
            published_folder=resources / "resources/published",
            counts=known_counts(entry),
            seed=3,
            scale=scale,
            utc_offset_hours=8,
        )

    with pytest.raises(InputError) as error:
        simulate(scale)
    advice = re.search(r"make it (\S+) times as large|a scale of (\S+) to", str(error.value))
    simulate(scale * float(advice[1]) if advice[1] else float(advice[2]))
