"""Run the study in a scratch copy; print each stage's time and peak memory, the whole run's, and an up-to-date run's."""

import csv
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from takedown.scratch import copy_repository, run_study

#: The peer of ingestion: the same zip, read as text by pandas; nothing typed, written or accounted for.
PEER = """
import pandas
pandas.read_csv({path!r}, dtype=str, keep_default_na=False, on_bad_lines="skip", encoding_errors="replace")
"""
LARGEST = "china_082019_1"


def timed(folder: Path, cores: str) -> tuple[float, float]:
    """Run the study; return its seconds and the peak memory of all its processes together, in megabytes."""
    start, peak = time.monotonic(), 0
    with run_study(folder, "--cores", cores, "--quiet", "all") as study:
        process = psutil.Process(study.pid)
        while study.poll() is None:
            peak = max(peak, memory_of(process))
            time.sleep(0.1)
        if study.returncode:
            sys.exit(study.stdout.read())
    return time.monotonic() - start, peak / 1e6


def memory_of(process: psutil.Process) -> int:
    """Return the bytes that a process and its descendants hold, shared pages counted once (PSS) where the system tells."""
    total = 0
    try:
        for one in [process, *process.children(recursive=True)]:
            try:
                memory = one.memory_full_info()
                total += getattr(memory, "pss", memory.rss)
            except psutil.Error:
                continue
    except psutil.Error:
        pass
    return total


with tempfile.TemporaryDirectory() as folder:
    scratch = copy_repository(folder, with_data=True)
    cores = sys.argv[1] if len(sys.argv) > 1 else "2"
    whole, memory = timed(scratch, cores)
    print(f"{'job':<58} seconds  peak MB")
    seconds = {}
    for path in sorted(scratch.glob("benchmarks/**/*.tsv")):
        with path.open(newline="") as file:
            row = next(csv.DictReader(file, delimiter="\t"))
        name = path.relative_to(scratch / "benchmarks").with_suffix("").as_posix()
        seconds[name] = float(row["s"])
        print(f"{name:<58} {float(row['s']):>7.1f} {row['max_rss']:>8}")
    print(f"{f'whole run, {cores} cores':<58} {whole:>7.1f} {memory:>8.0f}")
    again, _ = timed(scratch, cores)
    print(f"{'up-to-date run':<58} {again:>7.1f}")
    if f"ingest_tweets/{LARGEST}" in seconds:
        (tweets,) = (scratch / "data/replica" / LARGEST).glob("*tweets*")
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", PEER.format(path=str(tweets))], check=True)
        peer = time.monotonic() - start
        ratio = seconds[f"ingest_tweets/{LARGEST}"] / peer
        print(f"{'pandas.read_csv of the largest tweets zip, as text':<58} {peer:>7.1f}")
        print(f"{'ratio: ingest_tweets of it, typed and accounted for':<58} {ratio:>7.2f}")
