"""Time the reading of damaged and malicious files next to a sound file of the same size (`make bench-hostile`).

    python -m bench.hostile [megabytes]

Each file has 100 MB unless another size is given. For each kind the table shows the outcome, the seconds, those of the processors,
their ratio to those of the sound file above, and the peak memory of the process, of which DuckDB may use 700 MB. A ratio of
at most 10 is the target.
"""

import contextlib
import gzip
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from bench.timed_process import run
from takedown.core.compressed import zstd
from takedown.core.errors import InputError
from takedown.ingest.layout import LAYOUTS
from takedown.ingest.mapping import find_layout
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


POST = b'{"id": "%d", "userid": "7", "at": "2019-08-12 09:41", "text": "words of a post"}\n'
#: Posts as JSON, one a line unless the kind says otherwise. The first is sound.
JSON: dict[str, Callable[[int], bytes]] = {
    "sound JSON Lines": lambda size: rows(size, POST),
    "an array": lambda size: b"[" + rows(size, POST).replace(b"\n", b",\n")[:-2] + b"]",
    "an array that is cut off": lambda size: b"[" + rows(size, POST).replace(b"\n", b",\n"),
    "an array broken at its end": lambda size: b"[" + rows(size, POST).replace(b"\n", b",\n") + b"x]",
    "JSON without line ends": lambda size: rows(size, POST).replace(b"\n", b" "),
    "every second line cut": lambda size: rows(size, POST + b'{"id": "7", "userid\n'),
    "every second line nested 1,000 times": lambda size: rows(size, POST + b"[" * 1000 + b"\n"),
    "brackets without end": lambda size: rows(4000, POST) + b"[" * size,
    "braces without end": lambda size: rows(4000, POST) + b'{"a":' * (size // 5),
    "every line another key": lambda size: rows(4000, POST) + rows(size, b'{"k%d": 1}\n'),
    "an object of a million keys": lambda size: (
        rows(4000, POST) + b"{" + rows(size, b'"k%d": 1,').removesuffix(b",") + b"}\n"
    ),
    "lines of blanks": lambda size: rows(4000, POST) + (b" " * 50 + b"\n") * (size // 51),
    "every line not UTF-8": lambda size: rows(400_000, POST) + rows(size, POST.replace(b"words", b"w\xff")),
}
#: Events of `pairs`. The first is sound.
EVENTS: dict[str, Callable[[int], bytes]] = {
    "sound events": lambda size: rows(size, b"a,o%d,2019-08-12 09:41\n"),
    "events: quotes that close in the next line": lambda size: (
        rows(400, b"a%d,o,1\n") + b'a","b\n' * (size // 6)
    ),
    "events: blank lines": lambda size: rows(400, b"a%d,o,1\n") + b"\n" * size,
    "events: every second line broken": lambda size: rows(size, b'a,o%d,1\nx"y,\n'),
}
#: Names of files with their first lines and kinds.
GROUPS = {
    "users.csv": (HEADER, FILES),
    "posts.json": (b"", JSON),
    "events.csv": (b"account,object,time\n", EVENTS),
}


def make(name: str, kind: str, size: int, path: Path) -> None:
    """Write a file of a kind."""
    header, kinds = GROUPS[name]
    path.write_bytes(header + kinds[kind](size))


def make_damaged(suffix: str, size: int, path: Path) -> None:
    """Write compressed rows that are damaged near their end."""
    data = bytearray(
        gzip.compress(HEADER + rows(size), 1) if suffix == ".gz" else zstd.compress(HEADER + rows(size))
    )
    data[-len(data) // 20] ^= 255
    path.write_bytes(data)


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
    kind, layout = "users", LAYOUTS["users"]["account_list"]
    if path.stem == "posts":
        kind = "tweets"
        columns = {"post_id": "id", "account_id": "userid", "posted_at": "at", "text": "text"}
        layout = find_layout("a", {"layout": "mapped", "mapping": {kind: {"columns": columns}}}, kind)
    tables = {table: folder / f"{table}.parquet" for table in TABLES[kind]}
    ingest(kind, path, "a", layout, tables, scratch=folder, **LIMITS)


def main(megabytes: int) -> None:
    """Print the table."""
    size, sound = megabytes * 10**6, 0.0
    makers: list[tuple[str, str, Callable[[Path], None]]] = [
        (kind, name, partial(make, name, kind, size)) for name, (_, kinds) in GROUPS.items() for kind in kinds
    ]
    makers += [
        ("events: a hundred thousand columns", "events.csv", partial(make_wide, size)),
        ("sound, again", "users.csv", partial(make, "users.csv", "sound", size)),
        ("thousands of small members in a zip", "users.zip", partial(make_zip, size)),
        *(
            (f"damaged {suffix}", f"users.csv{suffix}", partial(make_damaged, suffix, size))
            for suffix in (".gz", ".zst")
        ),
    ]
    print(
        f"{'file of ' + str(megabytes) + ' MB':46}{'outcome':>10}{'seconds':>9}{'CPU':>7}{'ratio':>7}{'MB':>6}"
    )
    for kind, name, maker in makers:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            maker(path)
            figures = run([[sys.executable, "-m", "bench.hostile", str(path)]])
            if figures is None:
                sys.exit(f"{kind}: reading ended with an error")
            if kind.startswith("sound"):
                sound = figures.cpu_seconds
            outcome = "refused" if Path(folder, "refused").exists() else "read"
            print(
                f"{kind:46}{outcome:>10}{figures.seconds:9.1f}{figures.cpu_seconds:7.1f}{figures.cpu_seconds / sound:7.1f}"
                f"{figures.megabytes:6.0f}",
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
