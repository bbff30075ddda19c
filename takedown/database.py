"""Open the study's tables: as views on the records, or as the finished database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from glob import escape
from pathlib import Path

import duckdb

from takedown.working_folder import whole_file

SQL_FOLDER = Path(__file__).resolve().parent.parent / "workflow" / "sql"

#: Tables that follow from others; each has a query of its name in workflow/sql/tables.
DERIVED_TABLES = ("creation_day", "creation_instant", "post_hour")

#: Tables that are made of the rows of the users and of the tweets files, by queries in workflow/sql/records.
TABLES_OF_ROWS = {
    "account_row": ("account",),
    "post_row": ("post", "post_hashtag", "post_url", "post_mention"),
}


def read_sql(name: str) -> str:
    """Return the text of a query file, named by its path below workflow/sql."""
    return (SQL_FOLDER / name).read_text(encoding="utf-8")


def literal(text: str) -> str:
    """Return text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def table_of(path: str | Path) -> str:
    """Return the table that a record file holds: its stem, without the users_ or tweets_ of its origin."""
    return Path(path).stem.removeprefix("users_").removeprefix("tweets_")


def open_records(
    records: Iterable[str | Path],
    *,
    utc_offset_hours: float,
    threads: int = 1,
    memory_mb: int = 700,
    overflow: str | Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory connection with every table of workflow/sql/schema.sql.

    `records` are Parquet files `<table>.parquet`, any number for each table; a table is a view on its
    files, and empty where there are none. `utc_offset_hours` sets the local day and hour of `post_hour`.
    What is larger than `memory_mb` goes to the folder `overflow`, or if that is None to DuckDB's own.
    """
    connection = _connect(":memory:", threads, memory_mb, overflow)
    connection.execute(read_sql("schema.sql"))
    connection.execute("SET VARIABLE utc_offset_hours = $hours", {"hours": utc_offset_hours})
    for table in [*view_records(connection, _files_by_table(records)), *DERIVED_TABLES]:
        connection.execute(f"DROP TABLE memory.main.{table}")
    for table in DERIVED_TABLES:
        connection.execute(f"CREATE TEMP VIEW {table} AS {read_sql(f'tables/{table}.sql')}")
    return connection


def view_records(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str | Path]]
) -> list[str]:
    """Make a temporary view of each table that the record files hold; return the names of those of the schema.

    `files` maps tables to their Parquet files. Rows of users or tweets files (account_row, post_row) become the tables
    that are made of them, without the rows that `repeated_…_row` names.
    """
    tables = []
    for table, paths in files.items():
        found = ", ".join(literal(escape(str(path))) for path in paths)
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {table} AS FROM read_parquet([{found}], union_by_name = true, "
            f"file_row_number = {table in TABLES_OF_ROWS})"
        )
        if not table.endswith("_row") or table == "rejected_row":
            tables.append(table)
    for rows, made in TABLES_OF_ROWS.items():
        if f"repeated_{rows}" in files:
            sound = read_sql("records/sound_row.sql").replace("kind_row", rows)
            connection.execute(f"CREATE OR REPLACE TEMP VIEW sound_{rows} AS {sound}")
            for table in made:
                query = read_sql(f"records/{table}.sql")
                connection.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS {query}")
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
    """Write the database: every table of workflow/sql/schema.sql, filled and commented.

    `records` are as in `open_records`; `measures` is results/measures.csv. The file is complete when it is there: it
    is closed before, so that no write-ahead log stays beside it.
    """
    with whole_file(path) as whole, _connect(str(whole), threads, memory_mb) as connection:
        connection.execute(read_sql("schema.sql"))
        connection.execute("SET VARIABLE utc_offset_hours = $hours", {"hours": utc_offset_hours})
        ((database,),) = connection.execute("SELECT current_database()").fetchall()
        for table in sorted(view_records(connection, _files_by_table(records))):
            connection.execute(f'INSERT INTO "{database}".main.{table} BY NAME FROM temp.{table}')
            connection.execute(f"DROP VIEW temp.{table}")
        for table in DERIVED_TABLES:
            connection.execute(f"INSERT INTO {table} BY NAME {read_sql(f'tables/{table}.sql')}")
        connection.execute(
            "INSERT INTO measure BY NAME SELECT * FROM read_csv($file)", {"file": escape(str(measures))}
        )


def open_database(path: str | Path) -> duckdb.DuckDBPyConnection:
    """Open results/takedown.duckdb read-only, single-threaded so that no order is left to chance."""
    return duckdb.connect(str(path), read_only=True, config={"threads": 1})


def digest_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Return (table, rows, digest) for each table: equal content gives equal digests in any row order.

    A DuckDB file never has the same bytes twice, so this is what two runs are compared by.
    """
    tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall()
    return [
        (table, *connection.execute(read_sql("digest.sql").replace("digested_table", table)).fetchone())
        for (table,) in tables
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


def _connect(
    path: str, threads: int, memory_mb: int, overflow: str | Path | None = None
) -> duckdb.DuckDBPyConnection:
    settings = {"threads": threads, "memory_limit": f"{memory_mb}MB"}
    return duckdb.connect(path, config=settings | ({"temp_directory": str(overflow)} if overflow else {}))


def _files_by_table(records: Iterable[str | Path]) -> dict[str, list[str]]:
    files = defaultdict(list)
    for path in sorted(map(str, records)):
        files[table_of(path)].append(path)
    return files
