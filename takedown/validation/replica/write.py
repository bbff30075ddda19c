"""Write simulated archives in the form of the real files: CSV, alone or as the only member of a zip."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import duckdb
import numpy as np
from isal import isal_zlib

from takedown.core.database import read_sql
from takedown.core.working_folder import whole_file, working_folder
from takedown.validation.replica.dirt import (
    AWKWARD,
    FORMS,
    FileForm,
    expected_account,
    insert_rows,
    line_of,
    make_dirty_rows,
    next_row,
    number_awkward,
    write_row,
)
from takedown.validation.replica.generate import Simulated, simulate_archive
from takedown.validation.replica.posts import REPOST, Columns, low_bits
from takedown.validation.replica.texts import SOURCES, sites
from takedown.validation.replica.truth import write_truth

#: Posts that are turned into text at a time, which limits the memory.
CHUNK = 100_000


def generate_replica(
    archive_id: str,
    *,
    layout: str,
    files: Mapping[str, Mapping[str, str]],
    output_folder: str | Path,
    truth_path: str | Path,
    seed: int,
    scale: float,
    **simulation: Any,
) -> dict[str, Any]:
    """Write the simulated users and tweets files of an archive, and the truth as JSON; return the truth.

    `layout` is that of the users file (twitter_release or account_list), and `files` is the registry's: kind → {name}.
    `seed`, `scale`, `simulation` and the errors are those of `simulate_archive`. The CSV bytes depend only on the archive,
    these parameters and workflow/resources/replica.yaml.
    """
    simulated = simulate_archive(archive_id, seed=seed, scale=scale, **simulation)
    accounts, posts = simulated.accounts, simulated.posts
    truth = {
        "archive_id": archive_id,
        "seed": seed,
        "scale": scale,
        "accounts": len(accounts),
        "hashed_ids": int(accounts.is_hashed.sum()),
        "decodable_ids": int((accounts.created_at >= 0).sum()),
        "posts": len(posts["account"]),
        "posting_accounts": len(np.unique(posts["account"])),
        "reposts": int((posts["kind"] == REPOST).sum()),
        "files": _write_files(simulated, layout, files, Path(output_folder), archive_id),
        "planted": simulated.planted,
    }
    write_truth(truth, truth_path)
    return truth


def _write_files(
    simulated: Simulated, layout: str, files: Mapping[str, Mapping[str, str]], folder: Path, archive_id: str
) -> dict[str, dict[str, Any]]:
    """Write both files; return the result that ingestion must have for each CSV file."""
    resources, accounts, posts = simulated.resources, simulated.accounts, simulated.posts
    rng = simulated.rng
    folder.mkdir(parents=True, exist_ok=True)
    # A bare list of accounts has no text for the awkward characters.
    kinds = AWKWARD if layout == "twitter_release" else ("month_day_date", "nan_count")
    awkward = {kind: count for kind, count in resources["awkward"]["users"].items() if kind in kinds}
    tweets_awkward, dirt = resources["awkward"]["tweets"], resources["dirt"]
    order = np.lexsort((posts["post_id"], posts["account"]))
    # One thread, so that rows keep their order.
    with duckdb.connect(config={"threads": 1, "memory_limit": "200MB"}) as connection:
        _add_tables(connection, simulated, number_awkward(rng, len(accounts), awkward))
        ids = [hashlib.sha256(f"{archive_id} wrong row {i}".encode()).hexdigest()[:24] for i in range(100)]
        path = folder / files["users"]["name"]
        users = _write_file(
            connection, path, f"users_{layout}", [None], 1, dirt["users"], ids, rng, FORMS[layout]
        )
        fresh = (int(posts["post_id"].min()) >> 22 << 22) | low_bits(np.arange(100) + len(order))
        path, chunks = folder / files["tweets"]["name"], -(-len(order) // CHUNK)
        ids = [str(number) for number in fresh]
        tweets = _write_file(
            connection,
            path,
            "tweets",
            _chunks(posts, order),
            chunks,
            dirt["tweets"],
            ids,
            rng,
            FORMS["tweets"],
        )
    return {
        users: expected_account(len(accounts), dirt["users"], awkward)
        | {"unreadable_values": {"follower_count": awkward["nan_count"]}},
        tweets: expected_account(len(order), dirt["tweets"], tweets_awkward)
        | {"unreadable_values": {"like_count": tweets_awkward["nan_count"]}},
    }


def _chunks(posts: Columns, order: np.ndarray) -> Iterator[Columns]:
    for start in range(0, len(order), CHUNK):
        rows = order[start : start + CHUNK]
        yield {name: values[rows] for name, values in posts.items() if name not in ("topic", "leader")} | {
            "position": np.arange(len(rows), dtype=np.int32)
        }


def _add_tables(connection: duckdb.DuckDBPyConnection, simulated: Simulated, awkward: np.ndarray) -> None:
    """Create the tables of accounts, phrases and names to which posts point by number."""
    accounts, vocabulary = simulated.accounts, simulated.vocabulary
    count = len(accounts)
    written = np.bincount(simulated.posts["account"], minlength=count)
    copied = ("account_id", "display_name", "screen_name", "location", "description", "url", "language")
    tables: dict[str, dict[str, Any]] = {
        "replica_account": {
            **{name: getattr(accounts, name) for name in (*copied, "follower_count", "following_count")},
            "number": np.arange(count),
            "post_count": written + accounts.follower_count * 3 + 1,
            "created_on": accounts.created_on.astype(str),
            "awkward": awkward,
        },
        "replica_phrase": {
            "number": np.arange(len(vocabulary.phrase_text)),
            "text": vocabulary.phrase_text,
            "hashtags": vocabulary.phrase_hashtags,
        },
        "replica_source": {
            "number": np.arange(-1, SOURCES + count),
            "name": np.concatenate([[""], vocabulary.source_name, accounts.screen_name]),
            "account_id": np.concatenate([[""], vocabulary.source_id, accounts.account_id]),
        },
    }
    for table, names in (
        ("replica_language", vocabulary.languages),
        ("replica_client", vocabulary.clients),
        ("replica_site", sites(simulated.resources)),
        ("replica_decimal", ["", ".0"]),
    ):
        tables[table] = {"number": np.arange(len(names)), "name": np.array(names)}
    for table, columns in tables.items():
        # DuckDB reads texts from arrays of objects.
        arrays = {
            name: values.astype(object) if values.dtype.kind == "U" else np.ascontiguousarray(values)
            for name, values in columns.items()
        }
        connection.register("new_columns", arrays)
        connection.execute(f"CREATE TABLE {table} AS SELECT * FROM new_columns")
        connection.unregister("new_columns")


def _write_file(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    query: str,
    chunks: Iterable[Columns | None],
    count: int,
    dirt: Mapping[str, int],
    fresh_ids: list[str],
    rng: np.random.Generator,
    form: FileForm,
) -> str:
    """Write the rows of workflow/sql/validation/replica/`query`.sql with dirty rows between them; return the CSV's name.

    The last column of the query, `position`, orders the rows and is not written. `chunks` (`count` of them) are columns
    that the query reads as `skeleton`, or None for a query without them.
    """
    rows_query = read_sql(f"validation/replica/{query}.sql")
    member = f"{path.stem}.csv"
    place = rng.integers(count, size=sum(dirt.values()) - dirt["duplicate"])
    duplicates = np.bincount(rng.integers(count, size=dirt["duplicate"]), minlength=count)
    dirty: list[bytes] = []
    with _open_target(path, member) as target, working_folder(path) as folder:
        part = folder / "part.csv"
        for number, chunk in enumerate(chunks):
            if chunk is not None:
                connection.register("skeleton", chunk)
            names = connection.sql(rows_query).columns[:-1]
            lines = f"SELECT {line_of(names, form)} FROM ({rows_query}) ORDER BY position"
            connection.execute(
                f"COPY ({lines}) TO $part (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\x01')",
                {"part": str(part)},
            )
            data = part.read_bytes()
            if number == 0:
                (sample,) = csv.reader(io.StringIO(data[: next_row(data, 0, form)].decode()))
                dirty = make_dirty_rows(names, sample, fresh_ids, dirt, form)
                dirty = [dirty[i] for i in rng.permutation(len(dirty))]
                target.write(write_row(names, form))
            rows = [row for row, chunk_number in zip(dirty, place, strict=True) if chunk_number == number]
            target.writelines(insert_rows(data, rows, int(duplicates[number]), rng, form))
    return member


@contextmanager
def _open_target(path: Path, member: str) -> Iterator[IO[bytes]]:
    """Open `path` for writing; a zip gets one `member`, with fixed times and attributes."""
    with whole_file(path) as whole:
        if whole.suffix == ".zip":
            with (
                zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
                archive.open(member, "w", force_zip64=True) as target,
            ):
                # Packs as small as zlib in a quarter of its time; without this attribute zipfile would use zlib.
                target._compressor = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)  # type: ignore[attr-defined]
                yield target
        else:
            with whole.open("wb") as target:
                yield target
