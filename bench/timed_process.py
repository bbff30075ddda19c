"""Measure the wall-clock seconds, CPU seconds and peak memory of processes."""

import functools
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil

from tools.scratch import ROOT, run_study

# Run in a separate process, because a child starts with the peak memory of its parent.
MEASURE = """
import json, resource, subprocess, sys, time
start = time.monotonic()
for command in json.loads(sys.argv[1]):
    if code := subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        sys.exit(code)
seconds, usage = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6]))
"""


class Figures(NamedTuple):
    """Wall-clock seconds, CPU seconds, and peak memory of the largest process in megabytes."""

    seconds: float
    cpu_seconds: float
    megabytes: float


def run(commands: list[list[str]], limit_gb: float | None = None) -> Figures | None:
    """Run commands one after the other; return their total figures, or None if one fails.

    `limit_gb` limits the memory in gigabytes; error messages are then hidden.
    """
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, json.dumps(commands)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if limit_gb else None,
        preexec_fn=functools.partial(_limit_memory, limit_gb) if limit_gb else None,
    )
    return None if done.returncode else Figures(*json.loads(done.stdout))


def time_study(folder: Path, *arguments: str) -> tuple[float, float]:
    """Run the study in `folder`; return its seconds and the peak memory of all its processes together, in megabytes.

    If the study fails, exit with its output.
    """
    start, peak = time.monotonic(), 0
    with run_study(folder, "--quiet", "all", *arguments) as study:
        process = psutil.Process(study.pid)
        while study.poll() is None:
            peak = max(peak, _memory_of(process))
            time.sleep(0.1)
        if study.returncode:
            sys.exit(study.communicate()[0])
    return time.monotonic() - start, peak / 1e6


def _limit_memory(gigabytes: float) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (int(gigabytes * 1e9),) * 2)


def _memory_of(process: psutil.Process) -> int:
    """Return the bytes of a process and its descendants; shared pages count once (PSS) if the system reports them."""
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
