"""Time the study at the size of the real archives, and ingestion at that size and at ten times that size.

The posts of the operation are simulated at `--scale` (1.0: 3.6 million, 1.5 GB of CSV). The larger archive consists of
`--copies` copies of these files with other ids. Ingestion is timed as whole processes that do the work of the rules from
zips to the database: one process reads each file, two at a time; one accounts for the records; one makes the database.
Their sum is also shown. Ingestion is compared with a plain copy: inflate into a file, then one statement of DuckDB with
casts and two threads, into Parquet or into a database. The plain copy loses unreadable records without a message. pandas
and polars are installed into a temporary folder; they read the same zips as text and write nothing.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from bench.timed_process import Figures, run, time_study
from takedown.core.measures import publish_measures
from tools.scratch import copy_repository

ARCHIVES = ("china_082019_1", "china_082019_2")
PEERS = ("pandas", "polars")
#: As in the rules: the reading of rows gets all of this memory, the other steps a share of it.
THREADS, MEMORY_MB = 2, 700
#: Snakemake sets this for jobs of one thread. Without it NumPy starts threads that only wait.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
CHUNK_BYTES = 8 << 20
TOGETHER = "this study: from zips to the database"

#: The id at the start of a row, with the line end before it. Quotes within a value are doubled, so they cannot match.
ROW_ID = re.compile(rb'(?<=\n")[0-9]{11,19}(?=",")')

READING = f"""
import sys
from takedown.ingest.read import read_rows
from takedown.ingest.record import READ
folder, part, path = sys.argv[1:]
outputs = {{table: f"{{folder}}/{{part}}/{{table}}.parquet" for table in READ["tweets"]}}
limits = dict(scratch=folder, memory_mb={MEMORY_MB}, threads=1, largest_bytes=1e12, largest_ratio=200, simulated=True)
read_rows("tweets", path, "archive", "twitter_release", outputs, part=int(part), **limits)
"""

ACCOUNTING = f"""
import sys
from takedown.ingest.accounting import account_for_rows
from takedown.ingest.record import ACCOUNTED, READ
folder, *zips = sys.argv[1:]
parts = [{{table: f"{{folder}}/{{part}}/{{table}}.parquet" for table in READ["tweets"]}} for part in range(len(zips))]
outputs = {{table: f"{{folder}}/{{table}}.parquet" for table in ACCOUNTED["tweets"]}}
limits = dict(scratch=folder, memory_mb={MEMORY_MB // 2}, threads={THREADS})
account_for_rows("tweets", "archive", "twitter_release", parts, outputs, **limits)
"""

DATABASE = f"""
import sys
from pathlib import Path
from takedown.core.database import build_database
folder = Path(sys.argv[1])
records = [*folder.glob("*/post_row.parquet"), *folder.glob("*.parquet")]
build_database(
    folder / "results/takedown.duckdb", records, folder / "measures.csv", utc_offset_hours=8, threads=1, memory_mb={MEMORY_MB * 3 // 4}
)
"""

PLAIN = f"""
import duckdb, os, sys, zipfile
from isal import isal_zlib
from takedown.ingest.layout import TWEET_COLUMNS
KINDS = {{"tweet_time": "TIMESTAMP", "account_creation_date": "DATE", "is_retweet": "BOOLEAN"}}
KINDS |= {{column: "DOUBLE" for column in TWEET_COLUMNS if column.endswith("_count")}}
zipfile.zlib = isal_zlib
sink, folder, *zips = sys.argv[1:]
connection = duckdb.connect(
    f"{{folder}}/plain.duckdb" if sink == "database" else ":memory:",
    config={{"memory_limit": "{MEMORY_MB}MB", "threads": {THREADS}, "temp_directory": f"{{folder}}/overflow"}}
)
for part, path in enumerate(zips):
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        with archive.open(name) as packed, open(f"{{folder}}/plain.csv", "wb") as out:
            while chunk := packed.read(4 << 20):
                out.write(chunk)
    columns = ", ".join(
        f"try_cast({{column}} AS {{KINDS[column]}}) AS {{column}}" if column in KINDS else column for column in TWEET_COLUMNS
    )
    names = ", ".join(f"{{column}}: 'VARCHAR'" for column in TWEET_COLUMNS)
    rows = (
        f"SELECT {{columns}} FROM read_csv('{{folder}}/plain.csv', auto_detect = false, header = true, delim = ',', "
        f"quote = '\\"', escape = '\\"', new_line = '\\\\n', max_line_size = 4000000, ignore_errors = true, "
        f"columns = {{{{{{names}}}}}})"
    )
    if sink == "parquet":
        connection.execute(f"COPY ({{rows}}) TO '{{folder}}/plain_{{part}}.parquet' (FORMAT parquet, COMPRESSION zstd)")
    else:
        connection.execute(f"INSERT INTO post {{rows}}" if part else f"CREATE TABLE post AS {{rows}}")
    os.remove(f"{{folder}}/plain.csv")
connection.close()
"""

PANDAS = """
import sys, pandas
for path in sys.argv[1:]:
    pandas.read_csv(path, dtype=str, keep_default_na=False, on_bad_lines="skip", encoding_errors="replace")
"""

POLARS = """
import sys, zipfile, polars
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as archive:
        data = archive.read(*archive.namelist())
    polars.read_csv(data, infer_schema=False, ignore_errors=True, truncate_ragged_lines=True, encoding="utf8-lossy")
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="share of the real number of posts")
    parser.add_argument(
        "--copies", type=int, default=10, help="number of copies in the larger archive; 0 skips it"
    )
    parser.add_argument("--no-study", action="store_true", help="only simulate the archives")
    parser.add_argument("--no-peers", action="store_true", help="skip pandas and polars")
    parser.add_argument("--scratch", default=None, help="folder for temporary files of about ten gigabytes")
    return parser.parse_args()


def simulate(folder: Path, scale: float, whole_study: bool) -> list[Path]:
    """Run the study, or only simulate its archives; return the zips of the operation's posts."""
    scratch = copy_repository(folder, with_data=False)
    (scratch / "scale.yaml").write_text(f"replica:\n  scale: {scale}\n", encoding="utf-8")
    zips = [scratch / f"data/replica/{name}/{name}_tweets_csv_hashed.zip" for name in ARCHIVES]
    made = [] if whole_study else [str(path.relative_to(scratch)) for path in zips]
    seconds, megabytes = time_study(scratch, "--cores", "2", "--configfile", "scale.yaml", "--", *made)
    if whole_study:
        print(
            f"whole study, simulation included: {seconds:.0f} s, {megabytes:.0f} MB, all processes together"
        )
    return zips


def copies(zips: list[Path], folder: Path, number: int) -> list[Path]:
    """Write copies of zips; each copy lowers all ids by its number, so that ids stay unique and keep their millisecond."""
    made = []
    for copy in range(number):
        for path in zips:
            made.append(folder / f"{copy}_{path.name}")
            with (
                zipfile.ZipFile(path) as archive,
                archive.open(_only_member(archive)) as rows,
                zipfile.ZipFile(made[-1], "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
                target.open(f"{copy}.csv", "w", force_zip64=True) as out,
            ):
                out.writelines(_renumbered(rows, copy))
    return made


def _only_member(archive: zipfile.ZipFile) -> str:
    (name,) = archive.namelist()
    return name


def _renumbered(rows: IO[bytes], less: int) -> Iterator[bytes]:
    rest = b""
    while chunk := rows.read(CHUNK_BYTES):
        # Cut at a line end, so that no id is split.
        data, end, after = (rest + chunk).rpartition(b"\n")
        yield ROW_ID.sub(lambda found: b"%d" % (int(found[0]) - less), data)
        rest = end + after
    yield ROW_ID.sub(lambda found: b"%d" % (int(found[0]) - less), rest)


def show(tool: str, figures: Figures | None, note: str = "") -> None:
    shown = "{:8.1f} {:8.1f} {:8.0f}".format(*figures) if figures else "  failed        –        –"
    print(f"{tool:<42} {shown}  {note}", flush=True)


def timed(called: str, *commands: list[str]) -> dict[str, Figures]:
    """Run each command in its own process, `THREADS` at a time; print and return their time and memory.

    Memory is the sum of the peaks of the `THREADS` largest processes, which may have run at the same time.
    """
    start = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        each = list(pool.map(lambda command: run([[sys.executable, "-c", *command]]), commands))
    if None in each:
        sys.exit("A tool failed; its message is above.")
    _, cpu_seconds, megabytes = zip(*each, strict=True)
    largest = sorted(megabytes)[-THREADS:]
    took = Figures(time.monotonic() - start, sum(cpu_seconds), sum(largest))
    show(called, took)
    return {called: took}


def measured(zips: list[Path], folder: Path) -> dict[str, Figures]:
    """Print and return the time and memory of this study and of the plain copies."""
    files = [str(folder), *map(str, zips)]
    gigabytes = sum(zipfile.ZipFile(path).infolist()[0].file_size for path in zips) / 1e9
    print(f"\n{gigabytes:.2f} GB of CSV in {len(zips)} zips {'seconds':>22} {'CPU s':>8} {'peak MB':>8}")
    for name in ("results", *map(str, range(len(zips)))):
        (folder / name).mkdir(exist_ok=True)
    publish_measures([], folder / "measures.csv", folder / "measure_parameters.csv")
    reading = [[READING, str(folder), str(part), str(path)] for part, path in enumerate(zips)]
    ours = timed("this study: zips to typed rows", *reading)
    ours |= timed("this study: every record accounted for", [ACCOUNTING, *files])
    ours |= timed("this study: the database of them", [DATABASE, *files])
    seconds, cpu_seconds, megabytes = zip(*ours.values(), strict=True)
    together = Figures(sum(seconds), sum(cpu_seconds), max(megabytes))
    show(TOGETHER, together, f"{together.seconds * 1.5 / gigabytes:.1f} s for 1.5 GB")
    plain = timed("plain: inflate, copy to Parquet", [PLAIN, "parquet", *files])
    plain |= timed("plain: inflate, copy to a database", [PLAIN, "database", *files])
    for called, figures in plain.items():
        print(f"this study takes {together.seconds / figures.seconds:.2f} times as long as {called}")
    return ours | {TOGETHER: together} | plain


chosen = arguments()
with tempfile.TemporaryDirectory(prefix="bench_", dir=chosen.scratch) as scratch:
    folder = Path(scratch).resolve()
    print(f"{os.cpu_count()} cores, {THREADS} threads and {MEMORY_MB} MB for DuckDB")
    zips = simulate(folder / "study", chosen.scale, not chosen.no_study)
    (folder / "small").mkdir()
    small = measured(zips, folder / "small")
    if not chosen.no_peers:
        subprocess.run([sys.executable, "-m", "venv", str(folder / "peers")], check=True)
        subprocess.run([str(folder / "peers/bin/pip"), "install", "--quiet", *PEERS], check=True)
        for tool, script in (("pandas", PANDAS), ("polars", POLARS)):
            peer = run([[str(folder / "peers/bin/python"), "-c", script, *map(str, zips)]], limit_gb=20)
            note = (
                f"{peer.seconds / small[TOGETHER].seconds:.2f} times as long as ours"
                if peer
                else "cannot read the broken quotes"
            )
            show(f"{tool}: read as text, nothing else", peer, note)
    if chosen.copies:
        (folder / "large").mkdir()
        large = measured(copies(zips, folder / "large", chosen.copies), folder / "large")
        print(f"\ngrowth with {chosen.copies} times the posts: seconds, peak memory")
        for called, one in small.items():
            other = large[called]
            print(f"{called:<42} {other.seconds / one.seconds:6.1f} {other.megabytes / one.megabytes:6.2f}")
