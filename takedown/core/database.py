"""Open the tables of the study: as views on the record files, or from the finished database."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from glob import escape
from os.path import relpath
from pathlib import Path

import duckdb

from takedown.core.failures import too_large
from takedown.core.paths import SQL_FOLDER
from takedown.core.working_folder import whole_file, working_folder

#: Tables computed from other tables; each has a query of the same name in workflow/sql/core/tables.
DERIVED_TABLES = ("creation_day", "creation_instant", "post_hour")

#: Tables made from the rows of users files and of tweets files, by queries in workflow/sql/core/records.
TABLES_OF_ROWS = {
    "account_row": ("account",),
    "post_row": ("post", "post_hashtag", "post_url", "post_mention"),
}

#: Folder in which views look for record files: a DuckDB variable, or the current folder if it is not set.
STUDY_FOLDER = "coalesce(getvariable('study_folder'), '')"

#: The oldest release of DuckDB that reads the database.
STORAGE = "v1.2.0"

#: What the comment of each view on record files says.
HOW_TO_READ = (
    "The rows are in results/records: open the database in the folder of the study, or name this folder first, as in "
    "SET VARIABLE study_folder = '/home/me/study/'."
)

#: Tables of single accounts, posts and records; in the database they are views on the record files.
RECORD_LEVEL = ("account", "post", "post_hashtag", "post_url", "post_mention", "post_term", "rejected_row")


#: Least memory for a search among posts, in megabytes, and bytes of it for each row of the files that are searched.
LEAST_MB, BYTES_PER_ROW = 300, 80

#: Tables that may be published. An instant of creation is as good as the id that it was decoded from, so it may not.
OPEN_TABLES = (
    *("archive", "row_account", "unreadable_value", "rounded_id", "creation_day", "post_hour"),
    *(
        "published_creation_day",
        "published_creation_clock",
        "published_profile_quantile",
        "published_post_hour",
    ),
    *("reported_number", "reproduced_number", "measure"),
)


def read_sql(name: str) -> str:
    """Return the text of a query file; `name` is its path below workflow/sql."""
    return (SQL_FOLDER / name).read_text(encoding="utf-8")


def literal(text: str) -> str:
    """Return text as an SQL string literal.

    >>> literal("it's")
    "'it''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def table_of(path: str | Path) -> str:
    """Return the name of the table in a record file: the file's stem without users_ or tweets_.

    >>> table_of("results/records/a/users_row_account.parquet")
    'row_account'
    """
    return Path(path).stem.removeprefix("users_").removeprefix("tweets_")


def make_tables(connection: duckdb.DuckDBPyConnection, utc_offset_hours: float) -> None:
    """Make every table of workflow/sql/core/schema.sql, empty, and the macros that queries share.

    `local_time(instant)` adds `utc_offset_hours`, `weakest(provenance)` aggregates as `weakest_provenance` does, and
    `published_number` finds numbers that others published. All stay in a database that is stored.
    """
    # Imported here, since the search for pairs in a small file takes no longer than loading this module.
    from takedown.core.measures import PROVENANCES

    connection.execute(read_sql("core/schema.sql"))
    connection.execute(
        "CREATE MACRO weakest(provenance) AS "
        f"max_by(provenance, list_position({list(PROVENANCES)}, provenance))"
    )
    connection.execute("SET VARIABLE utc_offset_hours = $hours", {"hours": utc_offset_hours})


def enough_memory(files: Iterable[str | Path], most_mb: int) -> int:
    """Return how many megabytes DuckDB may use to search some Parquet files: by their number of rows, at most `most_mb`.

    DuckDB fills the memory that it may use, so with one limit for all studies a small study would take as much as a large one.
    """
    names = [escape(str(path)) for path in files]
    query = "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata($files)"
    with duckdb.connect() as connection:
        rows = connection.execute(query, {"files": names}).fetchall()[0][0] if names else 0
    return min(most_mb, max(LEAST_MB, rows * BYTES_PER_ROW // 10**6))


def open_records(
    records: Iterable[str | Path],
    *,
    utc_offset_hours: float,
    threads: int = 1,
    memory_mb: int = 700,
    overflow: str | Path | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open an in-memory connection with every table of workflow/sql/core/schema.sql.

    `records` are Parquet files named `<table>.parquet`, any number for each table; a table is a view on its files, or
    empty if it has no file. `utc_offset_hours` sets the local day and hour of `post_hour`. DuckDB uses at most
    `memory_mb` and writes larger intermediate results to the folder `overflow` (None: DuckDB's default).
    """
    connection = _connect(":memory:", threads, memory_mb, overflow)
    # Else each view on the files and each query reads their ends again.
    connection.execute("SET parquet_metadata_cache = true")
    make_tables(connection, utc_offset_hours)
    for table in _view_apart(connection, map(str, records)):
        _put_view(connection, table, f"FROM record.{table}")
    for table in DERIVED_TABLES:
        _put_view(connection, table, read_sql(f"core/tables/{table}.sql"))
    return connection


@contextmanager
def open_duckdb(
    output: str | Path, label: str, scratch: str | Path, memory_mb: int, threads: int, setting: str
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """Yield an empty in-memory database with at most `memory_mb`, and its temporary folder for the job of `output`.

    The folder is a `working_folder` in `scratch`. If memory does not suffice, raises InputError that names the input
    (`label`) and the setting to raise.
    """
    try:
        with (
            working_folder(output, scratch) as folder,
            _connect(":memory:", threads, memory_mb, folder / "overflow") as connection,
        ):
            yield connection, folder
    except duckdb.OutOfMemoryException as error:
        raise too_large(error, label, setting) from None


def view_records(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[str | Path]]
) -> list[str]:
    """Create a view for each table in the record files; return the names of the views that the schema has.

    `files` maps tables to Parquet files, their paths relative to `STUDY_FOLDER`. The rows of users and tweets files
    (account_row, post_row) give the tables made from them, without the rows listed in `repeated_…_row`.
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
    reproduced: str | Path | None = None,
    threads: int = 1,
    memory_mb: int = 700,
) -> None:
    """Write the database: every table of workflow/sql/core/schema.sql, with comments.

    `records` are as in `open_records`; `measures` is results/measures.csv, `reproduced` is
    results/tables/reproduced_numbers.csv (None: nothing was compared). Tables of `RECORD_LEVEL` are views on the
    record files, so that records are stored once; their paths are relative to the study's folder, the parent of the
    database's folder. All else is stored in the file, which releases of DuckDB from `STORAGE` on can read. It appears only
    when it is complete and closed, without a write-ahead log.
    """
    with whole_file(path) as whole, _connect(":memory:", threads, memory_mb) as connection:
        connection.execute(f"ATTACH {literal(str(whole))} AS study (STORAGE_VERSION '{STORAGE}'); USE study")
        study = _find_records_from(connection, path)
        # One transaction, since each is written to disk separately.
        connection.begin()
        make_tables(connection, utc_offset_hours)
        # Read before the views exist: to list the columns of a view, DuckDB opens its files.
        comments, columns = (
            connection.execute(read_sql(f"core/dictionary/{name}.sql")).fetchall()
            for name in ("tables", "columns")
        )
        for table in _view_apart(connection, (relpath(record, study) for record in records)):
            if table in RECORD_LEVEL:
                of_table = [rest for of, *rest in columns if of == table]
                typed = ", ".join(f"{name}::{kind} AS {name}" for name, kind, _ in of_table)
                _put_view(connection, table, f"SELECT {typed} FROM record.{table}")
                comment = f"{dict(comments)[table]} {HOW_TO_READ}"
                connection.execute(f"COMMENT ON VIEW main.{table} IS {literal(comment)}")
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
        if reproduced is not None:
            insert_reproduced(connection, reproduced)
        connection.commit()
        connection.execute("USE memory; DETACH study")


def insert_reproduced(connection: duckdb.DuckDBPyConnection, path: str | Path) -> None:
    """Fill the table reproduced_number from results/tables/reproduced_numbers.csv."""
    connection.execute(read_sql("core/reproduced_number.sql"), {"file": escape(str(path))})


def open_database(
    path: str | Path, *, memory_mb: int = 700, overflow: str | Path | None = None, threads: int = 1
) -> duckdb.DuckDBPyConnection:
    """Open results/takedown.duckdb read-only; with more than one of the `threads` the order of rows may vary.

    DuckDB uses at most `memory_mb` and writes larger intermediate results to the folder `overflow` (None: a folder
    beside the database).
    """
    connection = _connect(str(path), threads, memory_mb, overflow, read_only=True)
    _find_records_from(connection, path)
    return connection


def digest_tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    """Return (table, number of rows, digest) for each table; the digest does not depend on the order of rows.

    Runs are compared by these digests, since the bytes of a DuckDB file differ between runs.
    """
    tables = connection.execute(read_sql("core/digested_tables.sql")).fetchall()
    digest = read_sql("core/digest.sql")
    return [
        (table, rows, content)
        for (table,) in tables
        for rows, content in connection.execute(digest.replace("digested_table", table)).fetchall()
    ]


def run_checks(
    connection: duckdb.DuckDBPyConnection, folder: Path | None = None
) -> list[tuple[str, int, str]]:
    """Run every query of workflow/sql/checks; return (name, number of rows, first row as text) for each.

    A check is a query that must return no row.
    """
    results = []
    for path in sorted((folder or SQL_FOLDER / "checks").glob("*.sql")):
        rows = connection.execute(path.read_text(encoding="utf-8")).fetchall()
        results.append((path.stem, len(rows), str(rows[0]) if rows else ""))
    return results


def _view_apart(connection: duckdb.DuckDBPyConnection, records: Iterable[str]) -> list[str]:
    """Create views on record files in the schema `record`, apart from the tables of the same names; return the names."""
    connection.execute("CREATE SCHEMA record; USE record")
    viewed = view_records(connection, _files_by_table(records))
    connection.execute("USE main")
    return sorted(viewed)


def _put_view(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Replace an empty table by a view on a query."""
    connection.execute(f"DROP TABLE main.{table}; CREATE VIEW main.{table} AS {query}")


def _find_records_from(connection: duckdb.DuckDBPyConnection, database: str | Path) -> Path:
    """Make views look for record files in the study of a database, wherever this runs; return the study's folder."""
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
