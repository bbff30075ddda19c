"""The tables that may be published are written and described as the schema says; single records are not among them."""

import duckdb
import pytest

from takedown.audit.open_data import TYPES, croissant, data_package, describe_schema, write_parquet
from takedown.core.database import OPEN_TABLES, RECORD_LEVEL, make_tables, read_sql

CITATION = {
    **{"title": "name: a study", "version": "0.1.0", "license": "MIT", "keywords": ["k"]},
    "authors": [{"name": "A"}],
}


@pytest.fixture
def written(tmp_path):
    """Return the descriptions of a table of two rows, and its file."""
    path = tmp_path / "data/creation_day.parquet"
    with duckdb.connect() as connection:
        make_tables(connection, 8)
        connection.execute(
            "INSERT INTO creation_day VALUES ('b', '2019-08-19', NULL, 2, 'release'), ('a', '2019-08-19', 'zh', 1, 'replica')"
        )
        write_parquet(connection, "creation_day", path)
    return describe_schema(["creation_day"]), {"creation_day": path}


def test_every_table_is_either_open_or_of_single_records():
    with duckdb.connect() as connection:
        make_tables(connection, 8)
        tables = {name for name, _ in connection.execute(read_sql("core/dictionary/tables.sql")).fetchall()}
    assert tables == {*OPEN_TABLES, *RECORD_LEVEL, "creation_instant"}
    assert not set(OPEN_TABLES) & set(RECORD_LEVEL)


def test_every_column_of_an_open_table_has_a_type_of_both_catalogues():
    assert {kind for table in describe_schema(OPEN_TABLES) for _, kind, _ in table.columns} <= set(TYPES)


def test_rows_are_written_in_the_order_of_all_columns(written):
    _, files = written
    assert [row[0] for row in duckdb.read_parquet(str(files["creation_day"])).fetchall()] == ["a", "b"]


def test_a_data_package_describes_the_columns_with_the_comments_of_the_schema(written):
    [resource] = data_package(*written, CITATION)["resources"]
    assert resource["path"] == "data/creation_day.parquet"
    assert resource["schema"]["fields"][3] == {
        "name": "accounts",
        "type": "integer",
        "description": "Accounts created that day.",
    }


def test_croissant_has_a_field_for_each_column_and_the_digest_of_each_file(written):
    described = croissant(*written, CITATION)
    [file], [table] = described["distribution"], described["recordSet"]
    assert len(file["sha256"]) == 64
    assert [field["dataType"] for field in table["field"]] == [
        *("sc:Text", "sc:Date", "sc:Text", "sc:Integer", "sc:Text")
    ]
    assert {field["source"]["fileObject"]["@id"] for field in table["field"]} == {file["@id"]}


def test_both_descriptions_say_that_rows_of_a_replica_are_no_findings(written):
    for described in (data_package(*written, CITATION), croissant(*written, CITATION)):
        assert "are simulated and are no findings" in described["description"]
