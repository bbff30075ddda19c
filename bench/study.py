"""Run the study in a scratch copy; print time and memory of each job, the whole run and an up-to-date run."""

import csv
import subprocess
import sys
import tempfile
import time

from bench.timed_process import time_study
from tools.scratch import copy_repository

#: Comparison for ingestion: pandas reads the same zip as text, without types, output or accounts of rows.
PEER = """
import pandas
pandas.read_csv({path!r}, dtype=str, keep_default_na=False, on_bad_lines="skip", encoding_errors="replace")
"""
LARGEST = "china_082019_1"


with tempfile.TemporaryDirectory() as folder:
    scratch = copy_repository(folder, with_data=True)
    cores = sys.argv[1] if len(sys.argv) > 1 else "2"
    whole, memory = time_study(scratch, "--cores", cores)
    print(f"{'job':<58} seconds  peak MB")
    seconds = {}
    for path in sorted(scratch.glob("benchmarks/**/*.tsv")):
        with path.open(newline="") as file:
            row = next(csv.DictReader(file, delimiter="\t"))
        name = path.relative_to(scratch / "benchmarks").with_suffix("").as_posix()
        seconds[name] = float(row["s"])
        print(f"{name:<58} {float(row['s']):>7.1f} {row['max_rss']:>8}")
    print(f"{f'whole run, {cores} cores':<58} {whole:>7.1f} {memory:>8.0f}")
    again, _ = time_study(scratch, "--cores", cores)
    print(f"{'up-to-date run':<58} {again:>7.1f}")
    if f"read_tweets/{LARGEST}/0" in seconds:
        (tweets,) = (scratch / "data/replica" / LARGEST).glob("*tweets*")
        start = time.monotonic()
        subprocess.run([sys.executable, "-c", PEER.format(path=str(tweets))], check=True)
        peer = time.monotonic() - start
        ratio = seconds[f"read_tweets/{LARGEST}/0"] / peer
        print(f"{'pandas.read_csv of the largest tweets zip, as text':<58} {peer:>7.1f}")
        print(f"{'ratio: read_tweets of it, typed and accounted for':<58} {ratio:>7.2f}")
