"""Stop jobs of a study at an exact moment, for as long as a proof needs to do something to them.

`SITE` becomes sitecustomize.py in a folder on PYTHONPATH. It leaves Snakemake alone; a job that comes to the moment,
the first of its rule, says so in the file <rule> of the folder PAUSE_FOLDER and waits for the file `go on` there.
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
    # Longer than any proof takes, but not for ever where one has failed.
    for _ in range(30_000):
        if (FOLDER / "go on").exists():
            return
        time.sleep(0.02)
    os._exit(1)


def at_outputs(event, arguments):
    # Both in turn, so that neither costs a run of its own.
    if event not in ("os.rename", "shutil.rmtree") or not job():
        return
    moment = ("half", "one")[len(job().rule) % 2] if MOMENT == "half or one" else MOMENT
    if event == "os.rename" and os.path.abspath(arguments[1]) in map(os.path.abspath, job().output):
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
                    # All threads, those of DuckDB too.
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
        # Read all along, or a full pipe would stop it.
        self._reader = threading.Thread(target=lambda: self._lines.extend(run.stdout), daemon=True)
        self._reader.start()

    def end(self) -> str:
        """Wait for the end of Snakemake and of every job, orphans too; return what they printed."""
        self.run.wait()
        self._reader.join()
        return "".join(self._lines)

    def kill(self) -> None:
        """Kill Snakemake and every job at once."""
        if self._reader.is_alive():
            os.killpg(self.run.pid, signal.SIGKILL)

    def jobs(self) -> set[int]:
        """Return the processes in which jobs run."""
        try:
            every = psutil.Process(self.run.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return set()
        return {one.pid for one in every if _is_job(one)}

    def wait_until(self, condition: Callable[[], bool], times: int = 1) -> bool:
        """Wait until the condition holds when asked some times in a row, or the run ends; return whether it held first."""
        held = 0
        while self.run.poll() is None:
            held = held + 1 if condition() else 0
            if held == times:
                return True
            sleep(0.2)
        return False


class Pauses:
    """Where and when jobs pause: at a moment, of one rule or of every rule once.

    Moments: `half`, when the first output is written but for its second half and not in place; `whole`, the same with
    all of it; `one`, when the first output is in place and no other is; `half or one`, by the rule; `writing`, when
    DuckDB has written some of an output.
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
        """Return the rules of which a job has paused: moment, output and process of each."""
        # A note that is being written is read the next time.
        texts = {path.name: path.read_text(encoding="utf-8") for path in self._notes.iterdir()}
        return {name: json.loads(text) for name, text in texts.items() if text.endswith("}")}

    def go_on(self) -> None:
        """Let all jobs that wait go on, and no other wait."""
        (self._notes / "go on").touch()

    @contextmanager
    def study(self, folder: Path, *arguments: str, cores: int = 2) -> Iterator[Study]:
        """Run the study in its own process group; nothing of it is left after the block."""
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
