"""Ingestion finds in a replica exactly what the truth file says was planted."""

import duckdb
import pytest
import yaml

from takedown.ingest import TABLES, ingest
from takedown.replica import generate_replica


def rows_of(path, columns: str) -> list[tuple]:
    with duckdb.connect() as connection:
        return connection.read_parquet(str(path)).aggregate(columns).fetchall()


@pytest.mark.parametrize("archive_id", ["china_082019_1", "china_082019_2", "control_hk_protest_2019_11"])
def test_ingestion_accounts_for_every_planted_row(root, tmp_path, archive_id):
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
        ingest(kind, path, archive_id, entry["layout"], outputs, scratch=tmp_path, **limits)
        expected = truth["files"][path.stem + ".csv"]
        names = ("rows_read", "rows_kept", "rows_duplicate", "rows_repeated_header")
        sums = ", ".join(f"sum({name})::BIGINT" for name in names)
        assert rows_of(outputs["row_account"], sums) == [tuple(expected[name] for name in names)]
        assert dict(rows_of(outputs["rejected_row"], "reason, count(*)")) == expected["rows_rejected"]
        unreadable = dict(rows_of(outputs["unreadable_value"], "column_name, sum(unreadable)::BIGINT"))
        assert {name: count for name, count in unreadable.items() if count} == expected["unreadable_values"]
    accounts = {row[0] for row in rows_of(tmp_path / "users_account.parquet", "account_id")}
    assert {row[0] for row in rows_of(tmp_path / "tweets_post.parquet", "account_id")} <= accounts
