"""Write simulated records as the real files are: CSV, alone or as the one member of a zip."""

import csv
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import duckdb
import numpy as np

from takedown.core.database import read_sql
from takedown.core.working_folder import whole_file, working_folder
from takedown.validation.replica.dirt import RowStyle, insert_rows, make_dirty_rows

#: Posts that are turned into text at a time; bounds the memory.
CHUNK = 100_000


def open_writer(memory_mb: int = 350) -> duckdb.DuckDBPyConnection:
    """Open a connection for `write_file`: one thread, so that rows keep their order, and a bound on memory."""
    return duckdb.connect(config={"threads": 1, "memory_limit": f"{memory_mb}MB"})


def add_table(connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, np.ndarray]) -> None:
    """Make a table of columns that have one element for each row; text columns may be of any NumPy text type."""
    arrays = {
        column: values.astype(object) if values.dtype.kind == "U" else np.ascontiguousarray(values)
        for column, values in columns.items()
    }
    connection.register("new_columns", arrays)
    connection.execute(f"CREATE TABLE {name} AS SELECT * FROM new_columns")
    connection.unregister("new_columns")


def write_file(
    connection: duckdb.DuckDBPyConnection,
    path: str | Path,
    query: str,
    chunks: Iterator[dict[str, np.ndarray]] | list[None],
    count: int,
    dirt: dict[str, int],
    fresh_ids: list[str],
    rng: np.random.Generator,
    layout: RowStyle,
) -> str:
    """Write the rows of workflow/sql/validation/replica/`query` with dirty rows between them; return the name of the CSV file.

    `chunks` (`count` of them) are columns that the query reads as `skeleton`, or None for a query
    that needs none. A .zip gets one member of the same name that ends in .csv.
    """
    text = read_sql(f"validation/replica/{query}")
    member = Path(path).stem + ".csv"
    place = rng.integers(count, size=sum(dirt.values()) - dirt["duplicate"])
    duplicates = np.bincount(rng.integers(count, size=dirt["duplicate"]), minlength=count)
    dirty: list[bytes] = []
    with _open_target(path, member) as target, working_folder(path) as folder:
        part = folder / "part.csv"
        quoting = ", FORCE_QUOTE *" if layout.quoted else ""
        for number, chunk in enumerate(chunks):
            if chunk is not None:
                connection.register("skeleton", chunk)
            connection.execute(f"COPY ({text}) TO $part (FORMAT csv, HEADER{quoting})", {"part": str(part)})
            header, data = part.read_bytes().split(b"\n", 1)
            if number == 0:
                names, sample = csv.reader(io.StringIO((header + b"\n" + _first_row(data, layout)).decode()))
                dirty = make_dirty_rows(names, sample, fresh_ids, dirt, layout)
                dirty = [dirty[i] for i in rng.permutation(len(dirty))]
                target.write(_as_release(header, layout) + b"\n")
            rows = [row for row, chunk_number in zip(dirty, place, strict=True) if chunk_number == number]
            target.write(insert_rows(data, rows, int(duplicates[number]), rng, layout))
    return member


def _first_row(data: bytes, layout: RowStyle) -> bytes:
    end = data.find(layout.row_boundary)
    return data if end < 0 else data[: end + len(layout.row_end)]


def _as_release(header: bytes, layout: RowStyle) -> bytes:
    """Quote the names of the columns where the values are quoted: FORCE_QUOTE leaves the header alone."""
    if not layout.quoted or header.startswith(b'"'):
        return header
    return b",".join(b'"' + name + b'"' for name in header.split(b","))


@contextmanager
def _open_target(path: str | Path, member: str) -> Iterator[IO[bytes]]:
    """Open `path` for writing; a zip has fixed times and attributes."""
    with whole_file(path) as whole:
        if whole.suffix == ".zip":
            with (
                zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
                archive.open(member, "w", force_zip64=True) as target,
            ):
                yield target
        else:
            with whole.open("wb") as target:
                yield target
