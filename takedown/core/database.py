"""Open the study's tables: as views on the records, or as the finished database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from glob import escape
from os.path import relpath
from pathlib import Path

import duckdb

from takedown.core.measures import PROVENANCES
from takedown.core.paths import SQL_FOLDER
from takedown.core.working_folder import whole_file

#: Tables that follow from others; each has a query of its name in workflow/sql/core/tables.
DERIVED_TABLES = ("creation_day", "creation_instant", "post_hour")

#: Tables that are made of the rows of the users and of the tweets files, by queries in workflow/sql/core/records.
TABLES_OF_ROWS = {
    "account_row": ("account",),
    "post_row": ("post", "post_hashtag", "post_url", "post_mention"),
}

#: Where views look for record files: in the folder that a variable of DuckDB names, or in the working one if it is not set.
STUDY_FOLDER = "coalesce(getvariable('study_folder'), '')"

#: Tables of single accounts, posts and records: the database shows them as views on the records.
RECORD_LEVEL = ("account", "post", "post_hashtag", "post_url", "post_mention", "post_term", "rejected_row")


def read_sql(name: str) -> str:
    """Return the text of a query file, named by its path below workflow/sql."""
    return (SQL_FOLDER / name).read_text(encoding="utf-8")


def literal(text: str) -> str:
    """Return text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def table_of(path: str | Path) -> str:
    """Return the table that a record file holds: its stem, without the users_ or tweets_ of its origin."""
    return Path(path).stem.removeprefix("users_").removeprefix("tweets_")


def make_tables(connection: duckdb.DuckDBPyConnection, utc_offset_hours: float) -> None:
    """Make every table of workflow/sql/core/schema.sql, empty, and the macros that queries share.

    `local_time(instant)` adds `utc_offset_hours`, `weakest(provenance)` aggregates as `weakest_provenance` does. Both
    stay in a database that is stored.
    """
    connection.execute(read_sql("core/schema.sql"))
    connection.execute(
        "CREATE MACRO weakest(provenance) AS "
        f"max_by(provenance, list_position({list(PROVENANCES)}, provenance))"
    )
    connection.execute("SET VARIABLE utc_offset_hours = $hours", {"hours": utc_offset_hours})


def open_records(
    records: Iterable[str | Path],
    *,
    utc_offset_hours: float,
    threads: int = 1,
    memory_mb: int = 700,
    overflow: str | Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory connection with every table of workflow/sql/core/schema.sql.

    `records` are Parquet files `<table>.parquet`, any number for each table; a table is a view on its
    files, and empty where there are none. `utc_offset_hours` sets the local day and hour of `post_hour`.
    What is larger than `memory_mb` goes to the folder `overflow`, or if that is None to DuckDB's own.
    """
    connection = _connect(":memory:", threads, memory_mb, overflow)
    make_tables(connection, utc_offset_hours)
    for table in _view_apart(connection, map(str, records)):
        _put_view(connection, table, f"FROM record.{table}")
    for table in DERIVED_TABLES:
        _put_view(connection, table, read_sql(f"core/tables/{table}.sql"))
    return connection


def view_records(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str | Path]]
) -> list[str]:
    """Make a view of each table that the record files hold; return the names of those of the schema.

    `files` maps tables to their Parquet files, as seen from `STUDY_FOLDER`. Rows of users or tweets files
    (account_row, post_row) become the tables that are made of them, without the rows that `repeated_…_row` names.
    """
    tables = []
    for table, paths in files.items():
        found = ", ".join(f"{STUDY_FOLDER} || {literal(escape(str(path)))}" for path in paths)
        connection.execute(
            f"CREATE OR REPLACE VIEW {table} AS FROM read_parquet([{found}], union_by_name = true, "
            f"file_row_number = {table in TABLES_OF_ROWS})"
        )
        if not table.endswith("_row") or table == "rejected_row":
            tables.append(table)
    for rows, made in TABLES_OF_ROWS.items():
        if f"repeated_{rows}" in files:
            sound = read_sql("core/records/sound_row.sql").replace("kind_row", rows)
            connection.execute(f"CREATE OR REPLACE VIEW sound_{rows} AS {sound}")
            for table in made:
                query = read_sql(f"core/records/{table}.sql")
                connection.execute(f"CREATE OR REPLACE VIEW {table} AS {query}")
            tables += made
    return tables


def build_database(
    path: str | Path,
    records: Iterable[str | Path],
    measures: str | Path,
    *,
    utc_offset_hours: float,
    threads: int = 1,
    memory_mb: int = 700,
) -> None:
    """Write the database: every table of workflow/sql/core/schema.sql, with comments.

    `records` are as in `open_records`; `measures` is results/measures.csv. Tables of `RECORD_LEVEL` are views on the
    records, so that these are stored once; the views name them as seen from the folder of the study, which is the one
    above the database's. The file is complete when it is there: it is closed before, so that no write-ahead log stays
    beside it.
    """
    with whole_file(path) as whole, _connect(str(whole), threads, memory_mb) as connection:
        study = _find_records_from(connection, path)
        # One transaction: each would be written to disk by itself.
        connection.begin()
        make_tables(connection, utc_offset_hours)
        # Before there are views, since to name their columns DuckDB looks into their files.
        comments, columns = (
            connection.execute(read_sql(f"core/dictionary/{name}.sql")).fetchall()
            for name in ("tables", "columns")
        )
        for table in _view_apart(connection, (relpath(record, study) for record in records)):
            if table in RECORD_LEVEL:
                of_table = [rest for of, *rest in columns if of == table]
                typed = ", ".join(f"{name}::{kind} AS {name}" for name, kind, _ in of_table)
                _put_view(connection, table, f"SELECT {typed} FROM record.{table}")
                connection.execute(f"COMMENT ON VIEW main.{table} IS {literal(dict(comments)[table])}")
                for name, _, comment in of_table:
                    connection.execute(f"COMMENT ON COLUMN main.{table}.{name} IS {literal(comment)}")
            else:
                connection.execute(f"INSERT INTO main.{table} BY NAME FROM record.{table}")
                connection.execute(f"DROP VIEW record.{table}")
        for table in DERIVED_TABLES:
            connection.execute(f"INSERT INTO {table} BY NAME {read_sql(f'core/tables/{table}.sql')}")
        connection.execute(
            "INSERT INTO measure BY NAME SELECT * FROM read_csv($file)", {"file": escape(str(measures))}
        )
        connection.commit()


def open_database(
    path: str | Path, *, memory_mb: int = 700, overflow: str | Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open results/takedown.duckdb read-only, single-threaded so that no order is left to chance.

    What is larger than `memory_mb` goes to the folder `overflow`, or if that is None to DuckDB's own, beside the database.
    """
    connection = _connect(str(path), 1, memory_mb, overflow, read_only=True)
    _find_records_from(connection, path)
    return connection


def digest_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Return (table, rows, digest) for each table: equal content gives equal digests in any row order.

    A DuckDB file never has the same bytes twice, so this is what two runs are compared by.
    """
    tables = connection.execute(read_sql("core/digested_tables.sql")).fetchall()
    digest = read_sql("core/digest.sql")
    return [
        (table, rows, content)
        for (table,) in tables
        for rows, content in connection.execute(digest.replace("digested_table", table)).fetchall()
    ]


def failed_checks(
    connection: duckdb.DuckDBPyConnection, folder: Path | None = None
) -> list[tuple[str, int, str]]:
    """Run every query of workflow/sql/checks; return (name, rows, first row) of each.

    A check is a query that must return no row. The second element counts the rows it returned.
    """
    results = []
    for path in sorted((folder or SQL_FOLDER / "checks").glob("*.sql")):
        rows = connection.execute(path.read_text(encoding="utf-8")).fetchall()
        results.append((path.stem, len(rows), str(rows[0]) if rows else ""))
    return results


def _view_apart(connection: duckdb.DuckDBPyConnection, records: Iterable[str]) -> list[str]:
    """Make views of record files in the schema `record`, beside the tables of these names; return the names."""
    connection.execute("CREATE SCHEMA record; USE record")
    viewed = view_records(connection, _files_by_table(records))
    connection.execute("USE main")
    return sorted(viewed)


def _put_view(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Put a view on a query in the place of an empty table."""
    connection.execute(f"DROP TABLE main.{table}; CREATE VIEW main.{table} AS {query}")


def _find_records_from(connection: duckdb.DuckDBPyConnection, database: str | Path) -> Path:
    """Have views look for records in the study that a database is of, wherever this runs; return its folder."""
    study = Path(database).parent.parent
    connection.execute("SET VARIABLE study_folder = $folder", {"folder": f"{escape(str(study))}/"})
    return study


def _connect(
    path: str,
    threads: int,
    memory_mb: int,
    overflow: str | Path | None = None,
    *,
    read_only: bool = False,
) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]]
    settings = {"threads": threads, "memory_limit": f"{memory_mb}MB"}
    settings |= {"temp_directory": str(overflow)} if overflow else {}
    return duckdb.connect(path, read_only=read_only, config=settings)


def _files_by_table(records: Iterable[str | Path]) -> dict[str, list[str]]:
    files = defaultdict(list)
    for path in sorted(map(str, records)):
        files[table_of(path)].append(path)
    return files
