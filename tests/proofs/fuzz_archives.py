"""Damage archives in many ways and check the account of every row.

    python -m tests.proofs.fuzz_archives [cases] [first seed] [processes]

Each case must end with the exact account of its rows or with a refusal in one sentence, without a traceback, a hang, a
silent loss, remaining files or excessive memory. A failed case is printed with its seed, and its files are kept;
`python -m tests.proofs.fuzz_archives 1 SEED` repeats it.
"""

import contextlib
import multiprocessing
import os
import resource
import shutil
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import NamedTuple

CASES, PROCESSES = 10_000, 2

#: A case that takes longer counts as a hang, even on a busy machine.
SECONDS = 300

#: Limit of the resident memory of the reading process, in megabytes; it includes DuckDB's 300 MB and all libraries.
RESIDENT_MB = 700
#: Limit of the memory that it may request, in megabytes; it stops allocations after a false size in a file.
ADDRESS_MB = 6000


class Outcome(NamedTuple):
    """Result of a case: read, "refused: …" or "FAILED: …", with its CPU seconds and the peak memory of the process."""

    seed: int
    family: str
    fate: str
    folder: str
    seconds: float = 0
    peak_mb: int = 0

    @property
    def is_bad(self) -> bool:
        """Whether the case failed."""
        return self.fate.startswith("FAILED")


def read_cases(connection: Connection, folder: str) -> None:
    """Try the cases whose seeds arrive through a connection, in a separate process; send back the outcome of each."""
    from tests.proofs.fuzz_cases import make_case
    from tests.proofs.fuzz_oracle import Violation, try_case

    with contextlib.suppress(ValueError, OSError):  # some systems lack this limit
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_MB << 20, ADDRESS_MB << 20))
    os.chdir(folder)
    while True:
        seed = connection.recv()
        place = tempfile.mkdtemp(prefix=f"case_{seed}_", dir=folder)
        family, started = "?", time.process_time()
        try:
            case = make_case(seed)
            family = case.family
            fate = try_case(case, Path(place))
            if peak_mb() > RESIDENT_MB:
                fate = f"FAILED: the process has held {peak_mb()} MB"
        except Violation as violation:
            fate = f"FAILED: {violation}"
        except BaseException:
            fate = f"FAILED: {traceback.format_exc()}"
        outcome = Outcome(seed, family, fate, place, time.process_time() - started, peak_mb())
        if not outcome.is_bad:
            shutil.rmtree(place)
        connection.send(outcome)


def peak_mb() -> int:
    """Return the peak resident memory of this process, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak >> 20 if sys.platform == "darwin" else peak >> 10


class Reader:
    """A process that reads cases one after the other; it is replaced when a case fails."""

    def __init__(self, folder: str, work: Callable[[Connection, str], None]):
        self._folder, self._work = folder, work
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=self._work, args=(theirs, self._folder), daemon=True)
        self._process.start()
        theirs.close()

    def give(self, seed: int) -> None:
        """Start the case of a seed."""
        self._seed, self._since = seed, time.monotonic()
        self.connection.send(seed)

    def outcome(self) -> Outcome | None:
        """Return the outcome of the case, or None while it runs; after a failure start a new process."""
        if self.connection.poll():
            try:
                outcome = self.connection.recv()
            except EOFError:
                self._process.join()
                fate = f"FAILED: the process ended ({self._process.exitcode})"
                outcome = Outcome(self._seed, "?", fate, self._folder)
        elif time.monotonic() - self._since > SECONDS:
            outcome = Outcome(self._seed, "?", f"FAILED: no answer after {SECONDS} s", self._folder)
        else:
            return None
        if outcome.is_bad:
            self.stop()
            self._start()
        return outcome

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def run(seeds: range, processes: int, folder: str, work=read_cases) -> list[Outcome]:
    """Try the cases of all seeds; return their outcomes."""
    waiting, outcomes = iter(seeds), []
    readers = [Reader(folder, work) for _ in range(min(processes, len(seeds)))]
    for reader in readers:
        reader.give(next(waiting))
    while len(outcomes) < len(seeds):
        wait([reader.connection for reader in readers], timeout=5)
        for reader in list(readers):
            if (outcome := reader.outcome()) is None:
                continue
            outcomes.append(outcome)
            if outcome.is_bad:
                print(
                    f"seed {outcome.seed} ({outcome.family}), see {outcome.folder}:\n{outcome.fate}",
                    flush=True,
                )
            if len(outcomes) % 500 == 0:
                bad = sum(outcome.is_bad for outcome in outcomes)
                print(f"{len(outcomes)} of {len(seeds)} cases, {bad} failed", flush=True)
            seed = next(waiting, None)
            if seed is None:
                reader.stop()
                readers.remove(reader)
            else:
                reader.give(seed)
    return outcomes


def summary(outcomes: list[Outcome]) -> str:
    """Return a table of the outcomes by family."""
    lines = [f"{'family':24}{'cases':>7}{'read':>7}{'refused':>9}{'failed':>8}"]
    for family in sorted({outcome.family for outcome in outcomes}):
        fates = Counter(outcome.fate.partition(":")[0] for outcome in outcomes if outcome.family == family)
        lines.append(f"{family:24}{fates.total():7}{fates['read']:7}{fates['refused']:9}{fates['FAILED']:8}")
    lines.append(
        f"{len(outcomes)} cases took {sum(outcome.seconds for outcome in outcomes):.0f} CPU seconds, the longest "
        f"{max(outcome.seconds for outcome in outcomes):.1f} s; peak memory was {max(outcome.peak_mb for outcome in outcomes)} "
        "MB"
    )
    return "\n".join(lines)


def prove(cases: int, first: int, processes: int) -> list[Outcome]:
    """Try cases and print their outcomes; return the failed ones, whose files are kept."""
    folder = tempfile.mkdtemp(prefix="fuzz_archives_")
    outcomes = run(range(first, first + cases), processes, folder)
    print(summary(outcomes))
    failed = [outcome for outcome in outcomes if outcome.is_bad]
    if not failed:
        shutil.rmtree(folder)
    return failed


def test_damaged_archives_are_accounted_for_or_refused():
    assert [outcome.seed for outcome in prove(CASES, 0, PROCESSES)] == []


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    sys.exit(bool(prove(*(given + [CASES, 0, PROCESSES][len(given) :]))))
