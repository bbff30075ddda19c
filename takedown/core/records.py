"""Write the record files that come from no archive: the archive table and the published aggregates."""

from glob import escape
from pathlib import Path
from typing import Any

import duckdb

from takedown.core.database import read_sql
from takedown.core.working_folder import whole_file


def write_parquet(
    connection: duckdb.DuckDBPyConnection, query: str, path: str | Path, **parameters: Any
) -> None:
    """Write the result of a query to a Parquet file."""
    with whole_file(path) as whole:
        connection.sql(query, params=parameters or None).write_parquet(str(whole), compression="zstd")


def write_archive_table(files: dict[str, dict], registry: dict[str, dict], path: str | Path) -> None:
    """Write one row for each archive: its registry entry, its provenance, and whether it has accounts and posts.

    `files` maps archive ids to `ArchiveFiles` as dicts, `registry` to the entries of the registry.
    """
    with duckdb.connect() as connection:
        connection.execute(read_sql("core/schema.sql"))
        columns = (
            *("name", "platform", "role", "released_on", "announced_accounts", "published_accounts"),
            *("published_posts", "attribution", "source"),
        )
        connection.executemany(
            f"INSERT INTO archive (archive_id, provenance, has_accounts, has_posts, {', '.join(columns)}) "
            f"VALUES ({', '.join('?' * (4 + len(columns)))})",
            [
                (
                    archive_id,
                    found["provenance"],
                    bool(found["users"]),
                    bool(found["tweets"]),
                    *(registry[archive_id][column] for column in columns),
                )
                for archive_id, found in files.items()
            ],
        )
        write_parquet(connection, "SELECT * FROM archive ORDER BY archive_id", path)


def write_published_table(name: str, folder: str | Path, path: str | Path) -> None:
    """Write the published aggregate `name`, a query of workflow/sql/core/published on CSV files of `folder`, as Parquet."""
    with duckdb.connect() as connection:
        write_parquet(connection, read_sql(f"core/published/{name}.sql"), path, folder=escape(str(folder)))
