"""Time the reading of damaged and malicious files next to a sound file of the same size (`make bench-hostile`).

    python -m bench.hostile [megabytes]

Each file has 100 MB unless another size is given. For each kind the table shows the outcome, the seconds, the ratio to the sound file,
and the peak memory of the process, of which DuckDB may use 700 MB. A ratio of at most 10 is the target.
"""

import contextlib
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.timed_process import run
from takedown.core.errors import InputError
from takedown.ingest.read import ingest
from takedown.ingest.record import TABLES
from takedown.pairs.report import write_pairs

os.environ["OPENBLAS_NUM_THREADS"] = "1"
LIMITS: dict[str, Any] = {"memory_mb": 700, "threads": 2, "largest_bytes": 200e9, "largest_ratio": 200}
HEADER = b"userid,account_creation_date,follower_count,following_count,statuses_count\n"


def rows(size: int, form: bytes = b'"%d","2017-08-30","1","2","3"\n', first: int = 10**9) -> bytes:
    """Return rows with different ids, together about `size` bytes."""
    return b"".join(form % (first + number) for number in range(size // len(form % first)))


def repeated(text: bytes) -> Callable[[int], bytes]:
    """Return a function from a size to a sound row, this text again and again, and another sound row."""
    return lambda size: rows(40) + text * (size // len(text)) + b"\n" + rows(40, first=2 * 10**9)


#: Kind of file and the function from its size to its rows. The first is sound.
FILES: dict[str, Callable[[int], bytes]] = {
    "sound": rows,
    "quotes that close in the next line": repeated(b'a","b\n'),
    "a quote in each line": repeated(b'"\n'),
    "quotes and commas": repeated(b'",\n'),
    "nothing but quotes": repeated(b'"'),
    "blank lines": repeated(b"\n"),
    "nothing but carriage returns": repeated(b"\r"),
    "lines of too few values": repeated(b"1,2\n"),
    "lines of too many values": repeated(b",,,,,,,,,,\n"),
    "two of three lines blank": lambda size: rows(size, b'"%d","2017-08-30","1","2","3"\n\n\n'),
    "every second line broken": lambda size: rows(size, b'"%d","2017-08-30","1","2","3"\nx"y,\n'),
    "a quote lost at the start, then rows": lambda size: b'7,"2017-08-30,1,2,3\n' + rows(size),
    "a quote lost at the start, then prose": lambda size: (
        rows(40) + b'7,"2017-08-30,1,2,3\n' + b"words without a comma\n" * (size // 22)
    ),
    "one line": lambda size: rows(40) + b"x" * size,
    "every tenth row not UTF-8 from 2 MB on": lambda size: (
        rows(2_000_000) + rows(size, first=2 * 10**9).replace(b'9","2017', b'9","\xff')
    ),
}


def make(kind: str, size: int, path: Path) -> None:
    """Write a file of a kind."""
    path.write_bytes(HEADER + FILES[kind](size))


def make_zip(size: int, path: Path) -> None:
    """Write a zip of thousands of small members, each with a high ratio."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3 * size // 100_000):
            archive.writestr(f"{number}.csv", HEADER + rows(40) + b"\n" * (1 << 20))


def make_wide(size: int, path: Path) -> None:
    """Write events with a hundred thousand columns."""
    line = b",x" * 100_000 + b"\n"
    path.write_bytes(b"account,object,time" + line + (b"a,o,1" + line) * (size // len(line)))


def read(path: Path) -> None:
    """Read a file as the study does."""
    folder = path.parent / "out"
    if path.stem == "events":
        outputs: dict[str, str | Path] = {
            name: folder / f"{name}.csv" for name in ("pairs", "bursts", "summary")
        }
        write_pairs(path, outputs, scratch=folder, window=60, cap=1000, min_objects=1, **LIMITS)
        return
    tables = {table: folder / f"{table}.parquet" for table in TABLES["users"]}
    ingest("users", path, "a", "account_list", tables, scratch=folder, **LIMITS)


def main(megabytes: int) -> None:
    """Print the table."""
    size, sound = megabytes * 10**6, 0.0
    makers: dict[str, tuple[str, Callable[[Path], None]]] = {
        kind: ("users.csv", partial(make, kind, size)) for kind in FILES
    }
    makers["thousands of small members in a zip"] = ("users.zip", partial(make_zip, size))
    makers["a hundred thousand columns in pairs"] = ("events.csv", partial(make_wide, size))
    print(f"{'file of ' + str(megabytes) + ' MB':42}{'outcome':>10}{'seconds':>9}{'ratio':>7}{'MB':>6}")
    for kind, (name, maker) in makers.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            maker(path)
            figures = run([[sys.executable, "-m", "bench.hostile", str(path)]])
            if figures is None:
                sys.exit(f"{kind}: reading ended with an error")
            sound = sound or figures.seconds
            outcome = "refused" if Path(folder, "refused").exists() else "read"
            print(
                f"{kind:42}{outcome:>10}{figures.seconds:9.1f}{figures.seconds / sound:7.1f}{figures.megabytes:6.0f}",
                flush=True,
            )


if __name__ == "__main__":
    [given] = sys.argv[1:] or ["100"]
    if given.isdecimal():
        main(int(given))
    else:
        with contextlib.suppress(InputError):
            read(Path(given))
            sys.exit()
        Path(given).with_name("refused").touch()
