"""Pause jobs of a study at an exact moment, so that a test can act on them.

`SITE` becomes sitecustomize.py in a folder on PYTHONPATH and affects jobs only, not Snakemake. The first job of a rule that
reaches the moment writes the file <rule> in the folder PAUSE_FOLDER and waits for the file `go on` there.
"""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep

import psutil

from tools.scratch import run_study

SITE = """
import json, os, signal, sys, threading, time
from pathlib import Path

FOLDER, MOMENT, ONLY = Path(os.environ["PAUSE_FOLDER"]), os.environ["PAUSE_AT"], os.environ["PAUSE_RULE"]
renamed = []


def job():
    found = getattr(sys.modules["__main__"], "snakemake", None)
    return found if found is not None and ONLY in ("", found.rule) else None


def comes_first(moment, output):
    try:
        note = os.open(FOLDER / job().rule, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
    except FileExistsError:
        return False
    os.write(note, json.dumps({"moment": moment, "output": output, "process": os.getpid()}).encode())
    os.close(note)
    return True


def wait():
    # Longer than any proof takes, but not forever if one has failed.
    for _ in range(30_000):
        if (FOLDER / "go on").exists():
            return
        time.sleep(0.02)
    os._exit(1)


def at_outputs(event, arguments):
    # Each rule gets one of the two moments, so that one run covers both.
    if event not in ("os.rename", "shutil.rmtree") or not job():
        return
    moment = ("half", "one")[len(job().rule) % 2] if MOMENT == "half or one" else MOMENT
    if event == "os.rename" and os.path.isfile(arguments[0]) and os.path.abspath(arguments[1]) in map(os.path.abspath, job().output):
        renamed.append(str(arguments[1]))
        if len(renamed) == 1 and moment in ("half", "whole") and comes_first(moment, renamed[0]):
            if moment == "half":
                os.truncate(arguments[0], os.path.getsize(arguments[0]) // 2)
            wait()
    elif event == "shutil.rmtree" and len(renamed) == 1 and moment == "one" and comes_first(moment, renamed[0]):
        wait()


def while_writing():
    while True:
        for output in job().output if job() else ():
            for file in Path(output).parent.glob(f".{Path(output).name}.partial.*.working/*"):
                if file.stat().st_size and comes_first("writing", str(output)):
                    # This stops all threads, including those of DuckDB.
                    os.kill(os.getpid(), signal.SIGSTOP)
        time.sleep(0.0005)


if any(".snakemake/scripts/" in argument for argument in sys.orig_argv):
    if MOMENT == "writing":
        threading.Thread(target=while_writing, daemon=True).start()
    else:
        sys.addaudithook(at_outputs)
"""


class Study:
    """A run of the study in a process group of its own."""

    def __init__(self, run: subprocess.Popen):
        self.run = run
        self._lines: list[str] = []
        # Read continuously; a full pipe would stop the run.
        self._reader = threading.Thread(target=lambda: self._lines.extend(run.stdout), daemon=True)
        self._reader.start()

    def end(self) -> str:
        """Wait for the end of Snakemake and of every job, including orphans; return their output."""
        self.run.wait()
        self._reader.join()
        return "".join(self._lines)

    def kill(self) -> None:
        """Kill Snakemake and every job at once."""
        if self._reader.is_alive():
            os.killpg(self.run.pid, signal.SIGKILL)

    def jobs(self) -> set[int]:
        """Return the process ids of running jobs."""
        try:
            every = psutil.Process(self.run.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return set()
        return {one.pid for one in every if _is_job(one)}

    def wait_until(self, condition: Callable[[], bool], times: int = 1) -> bool:
        """Wait until the condition holds `times` times in a row; return False if the run ends before that."""
        held = 0
        while self.run.poll() is None:
            held = held + 1 if condition() else 0
            if held == times:
                return True
            sleep(0.2)
        return False


class Pauses:
    """The moment at which jobs pause, for one rule or once for every rule.

    Moments: `half`: the first half of the first output is written and not yet renamed; `whole`: the whole first output is
    written and not yet renamed; `one`: only the first output has its final name; `half or one`: one of these, depending
    on the rule; `writing`: DuckDB has written a part of an output.
    """

    def __init__(self, folder: Path, moment: str, rule: str = ""):
        self._site, self._notes = folder / "site", folder / "pauses"
        self._site.mkdir(parents=True)
        self._notes.mkdir()
        (self._site / "sitecustomize.py").write_text(SITE, encoding="utf-8")
        self._environment = {
            "PYTHONPATH": str(self._site),
            "PAUSE_FOLDER": str(self._notes),
            "PAUSE_AT": moment,
            "PAUSE_RULE": rule,
        }

    def met(self) -> dict[str, dict]:
        """Return the rules with a paused job: moment, output and process of each."""
        # A note that is not yet complete is read the next time.
        texts = {path.name: path.read_text(encoding="utf-8") for path in self._notes.iterdir()}
        return {name: json.loads(text) for name, text in texts.items() if text.endswith("}")}

    def go_on(self) -> None:
        """Let all waiting jobs continue, and let no other job wait."""
        (self._notes / "go on").touch()

    @contextmanager
    def study(self, folder: Path, *arguments: str, cores: int = 2) -> Iterator[Study]:
        """Run the study in its own process group; all its processes end with the block."""
        with run_study(folder, "--cores", str(cores), *arguments, own_group=True, **self._environment) as run:
            study = Study(run)
            try:
                yield study
            finally:
                study.kill()


def _is_job(process: psutil.Process) -> bool:
    try:
        return any(".snakemake/scripts/" in word for word in process.cmdline()) and not process.children()
    except psutil.NoSuchProcess:
        return False
